"""What keys in ratings are called: promises, reasons, services, labels. An unknown key is shown as it is."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _


class Promise(NamedTuple):
    """A promise of the published slogans; ``group`` keeps those of one slogan together."""

    group: str
    words: Words


KNOW, SHOW, OTHER = "know", "show", "other"
PROMISES: dict[str, Promise] = {
    "nghe-dan-noi": Promise(KNOW, _("Listen to the people")),
    "noi-dan-hieu": Promise(KNOW, _("Speak so people understand")),
    "lam-dan-tin": Promise(KNOW, _("Act so people trust")),
    "xin-loi": Promise(KNOW, _("Say sorry")),
    "cam-on": Promise(KNOW, _("Say thank you")),
    "ton-trong": Promise(SHOW, _("Respect")),
    "van-minh": Promise(SHOW, _("Courtesy")),
    "gan-gui": Promise(SHOW, _("Closeness")),
    "xin-loi-sua-loi": Promise(OTHER, _("Say sorry and put it right")),
    "ton-trong-lich-su": Promise(OTHER, _("Respectful and polite")),
    "huong-dan-tan-tinh": Promise(OTHER, _("Devoted guidance")),
    "dung-quy-dinh": Promise(OTHER, _("By the rules")),
    "huong-dan-dan-lam": Promise(OTHER, _("Guide people through")),
    "mim-cuoi": Promise(OTHER, _("Always smile")),
    "nhe-nhang": Promise(OTHER, _("Always be gentle")),
    "thau-hieu": Promise(OTHER, _("Always understand")),
    "giup-do": Promise(OTHER, _("Always help")),
    "dan-biet": Promise(OTHER, _("The people know")),
    "dan-ban": Promise(OTHER, _("The people discuss")),
    "dan-kiem-tra": Promise(OTHER, _("The people check")),
    "dan-giam-sat": Promise(OTHER, _("The people oversee")),
    "dan-thu-huong": Promise(OTHER, _("The people benefit")),
}
# Of the office book that comes with the tablet; an office's own services are shown by their keys.
_SERVICES = {
    "ho-tich": _("Civil status"),
    "chung-thuc": _("Certification"),
    "cu-tru": _("Residence"),
    "dat-dai": _("Land"),
    "xay-dung": _("Construction"),
    "giao-thong": _("Transport"),
    "kinh-doanh": _("Household business"),
    "xa-hoi": _("Social protection"),
    "bao-tro": _("Social protection"),
    "khac": _("Another matter"),
}
_LABELS = {
    "chua-hai-long-1": _("“Not satisfied yet” (Chưa hài lòng)"),
    "khong-hai-long-1": _("“Not satisfied” (Không hài lòng)"),
}
_REASONS = {
    "thoi-gian": _("Time"),
    "thai-do": _("Manner"),
    "huong-dan": _("Guidance"),
    "thu-tuc": _("Procedure"),
    "phi": _("Fees and charges"),
    "ket-qua": _("Result"),
}


def promise(key: str) -> str:
    found = PROMISES.get(key)
    return str(found.words) if found else key


def promise_group(key: str) -> str:
    found = PROMISES.get(key)
    return found.group if found else OTHER


def reason(key: str) -> str:
    return str(_REASONS.get(key, key))


def service(key: str) -> str:
    return str(_SERVICES.get(key, key))


def labels(version: str) -> str:
    return str(_LABELS.get(version, version))
