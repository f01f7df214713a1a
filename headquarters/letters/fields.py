"""What may stand in {{ }} in a letter: the fields' names, and which of them staff type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.letters.kinds import Kind

_IN_BRACES = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
MOST_CHARACTERS = 6000
"""Of one field: about two pages."""


@dataclass(frozen=True, slots=True)
class Field:
    """``typed``: by staff, else filled in by headquarters. ``lines``: may have paragraphs of its own.
    ``wanted``: a template without it is warned of, a letter without its value is not ready. ``sample``: what
    stands there while a template is tried out (made up)."""

    name: str
    words: str | Promise
    sample: str
    typed: bool = True
    lines: bool = False
    wanted: bool = False
    day: bool = False


_OF_THE_OFFICE = (
    Field("co_quan_chu_quan", _("Office above, in the letterhead"), "UBND TỈNH MẪU", typed=False),
    Field("ten_co_quan", _("Name of the office"), "Ủy ban nhân dân xã Mẫu", typed=False, wanted=True),
    Field("ky_hieu", _("What stands behind the number"), "TXL-UBND", typed=False),
    Field("dia_danh", _("Place"), "Xã Mẫu", typed=False),
    Field("ngay", _("Date, left blank"), "ngày      tháng      năm 2026", typed=False),
    Field("quyen_han_ky", _("On whose behalf it is signed"), "TM. ỦY BAN NHÂN DÂN", typed=False),
    Field("chuc_vu", _("Office of who signs"), "CHỦ TỊCH", typed=False),
    Field("nguoi_ky", _("Name of who signs"), "", typed=False),
    Field("ma_vu_viec", _("Number of the case"), "PA-2026-00012", typed=False),
)
_RECEIVER = (
    Field("nguoi_nhan", _("To whom"), "Bà Trần Thị Mẫu", wanted=True),
    Field("xung_ho", _("Form of address"), "Bà"),
    Field("dia_chi", _("Address"), "Số 1, đường Mẫu, xã Mẫu"),
)
_OWN_WORDS = Field(
    "noi_dung", _("What it is about"), "Nội dung thử của lá thư.\nĐoạn thứ hai của nội dung.", lines=True,
    wanted=True,
)  # fmt: skip
_DOSSIER = (
    Field("ma_ho_so", _("Dossier code"), "H00.01-261122-0001", wanted=True),
    Field("ten_thu_tuc", _("Procedure"), "Đăng ký khai sinh", wanted=True),
    Field("ngay_tiep_nhan", _("Received on"), "02/11/2026", wanted=True, day=True),
    Field("ngay_hen", _("Promised for"), "16/11/2026", wanted=True, day=True),
    Field(
        "ly_do", _("Reason of the delay"), "chờ xác minh của cơ quan có liên quan.", lines=True, wanted=True
    ),
    Field("ngay_hen_moi", _("New day"), "23/11/2026", wanted=True, day=True),
)
_BY_KIND: dict[Kind, tuple[Field, ...]] = {
    Kind.APOLOGY: (
        *_RECEIVER,
        _OWN_WORDS,
        Field("bien_phap", _("What is done about it"), "Chúng tôi đã rà soát lại.", lines=True, wanted=True),
    ),
    Kind.THANKS: (*_RECEIVER, _OWN_WORDS),
    Kind.EXTENSION: (*_RECEIVER, *_DOSSIER),
}
USUAL_ADDRESS = "Ông/Bà"


def of(kind: Kind) -> tuple[Field, ...]:
    """Every field of a kind, those of the office first."""
    return (*_OF_THE_OFFICE, *_BY_KIND[kind])


def typed(kind: Kind) -> tuple[Field, ...]:
    """Those that staff type, in the form's order."""
    return tuple(field for field in of(kind) if field.typed)


def samples(kind: Kind) -> dict[str, str]:
    """Made-up values: what a template looks like before it is in force."""
    return {field.name: field.sample for field in of(kind)}


def clean(text: str) -> str:
    """Without what no letter and no XML can hold; line ends as one sign."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def put_in(text: str, values: Mapping[str, str]) -> str:
    """``{{ name }}`` becomes its value, once: what a value says in braces stays as it is. Names that are not
    there stay, too: a test of the shipped wording finds them."""
    return _IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def names_in(text: str) -> set[str]:
    """Names in braces."""
    return set(_IN_BRACES.findall(text))


def blank_day(year: int) -> str:
    """The date as it stands before somebody signs."""
    return f"ngày      tháng      năm {year}"


def written_day(day: dt.date) -> str:
    """02/11/2026: both with two digits, as on forms of the one-stop desk."""
    return f"{day:%d/%m/%Y}"
