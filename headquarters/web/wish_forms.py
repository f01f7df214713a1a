"""Wishes (sync.wishes) as a form, and as lines to read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headquarters.tablets.configuration import PUBLISHED
from sync.wishes import MOST_ITEMS, BadWish, Wishes, read_wishes, wishes_as_plain

SLOGANS = Path(settings.ROOT) / "assets" / "slogans"
EMPTY_ROWS = 1
_OWN = gettext_lazy("As the tablet has it")
_YES, _NO = gettext_lazy("Yes"), gettext_lazy("No")
_YES_NO = ("staff_blind", PUBLISHED)

LEVELS_1 = {"chua-hai-long": "Chưa hài lòng", "khong-hai-long": "Không hài lòng"}
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}

# The tablet's own words and keys (kiosk.survey.REASONS); a contract test compares them.
REASONS = (
    ("thoi-gian", gettext_lazy("Time")),
    ("thai-do", gettext_lazy("Manner")),
    ("huong-dan", gettext_lazy("Guidance")),
    ("thu-tuc", gettext_lazy("Procedure")),
    ("phi", gettext_lazy("Fees and charges")),
    ("ket-qua", gettext_lazy("Result")),
)
LABELS = {
    "slogans": gettext_lazy("Slogans"),
    "level_1": gettext_lazy("The lowest level is called"),
    "hours": gettext_lazy("Opening hours"),
    "language": gettext_lazy("First language"),
    "languages": gettext_lazy("Languages to choose from"),
    "idle_s": gettext_lazy("Seconds without a touch until home"),
    "cool_down_s": gettext_lazy("Seconds between two ratings"),
    "closing_s": gettext_lazy("Seconds of the thanks"),
    "sync_every_s": gettext_lazy("Seconds between two syncs"),
    "staff_blind": gettext_lazy("Staff see no figures before closing time"),
    "reasons": gettext_lazy("Reasons offered"),
    "notices": gettext_lazy("Notices"),
    "improved": gettext_lazy("You said – we mended"),
    PUBLISHED: gettext_lazy("Idle screen: what the office has published"),
    "pin_resets": gettext_lazy("PINs set from here"),
    "address": gettext_lazy("Headquarters’ address"),
}
EXPECTED = {
    "hours": gettext_lazy("please write it like T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30."),
    "language": gettext_lazy("it must be one of the languages to choose from."),
    "idle_s": gettext_lazy("from 5 to 300."),
    "cool_down_s": gettext_lazy("from 0 to 60."),
    "closing_s": gettext_lazy("from 3 to 60."),
    "sync_every_s": gettext_lazy("from 1 to 3600."),
    "address": gettext_lazy("it must begin with https://."),
    "notices": gettext_lazy("each needs its Vietnamese text, of at most 500 characters."),
    "improved": gettext_lazy("each needs what was said and what was done in Vietnamese."),
}
NOTICE = ("vi", "en", "first_day", "last_day")
IMPROVED = ("said_vi", "done_vi", "said_en", "done_en", "day")


class WishForm(forms.Form):
    """All wishes but notices, improvements and PINs, which come in rows."""

    slogans = forms.ChoiceField(required=False)
    level_1 = forms.ChoiceField(required=False, choices=[("", _OWN), *LEVELS_1.items()])
    hours = forms.CharField(required=False, max_length=300)
    language = forms.ChoiceField(required=False, choices=[("", _OWN), *LANGUAGES.items()])
    languages = forms.ChoiceField(
        required=False,
        choices=[("", _OWN), ("vi", "Tiếng Việt"), ("vi,en", "Tiếng Việt, English")],
    )
    idle_s = forms.FloatField(required=False)
    cool_down_s = forms.FloatField(required=False)
    closing_s = forms.FloatField(required=False)
    sync_every_s = forms.FloatField(required=False)
    staff_blind = forms.ChoiceField(required=False, choices=[("", _OWN), ("yes", _YES), ("no", _NO)])
    published = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("As a wider place, or else no")), ("yes", _YES), ("no", _NO)],
    )
    reasons = forms.MultipleChoiceField(required=False, choices=REASONS, widget=forms.CheckboxSelectMultiple)
    address = forms.CharField(required=False, max_length=200)

    def __init__(self, now: Wishes, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._now = now
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = LABELS[name]
        slogans = sorted({path.stem for path in SLOGANS.glob("*.yaml")} | ({now.slogans or ""} - {""}))
        self.fields["slogans"].choices = [("", _OWN), *((key, slogans_name(key)) for key in slogans)]  # type: ignore[attr-defined]
        spoken = ",".join(now.languages or ())
        known = self.fields["languages"].choices  # type: ignore[attr-defined]
        if spoken and spoken not in dict(known):
            self.fields["languages"].choices = [*known, (spoken, spoken)]  # type: ignore[attr-defined]
        for name in ("idle_s", "cool_down_s", "closing_s", "sync_every_s"):
            self.fields[name].widget.attrs["placeholder"] = _OWN
        self.fields["hours"].widget.attrs["placeholder"] = "T2-T6 07:30-11:30, 13:30-17:00"
        self.fields["address"].widget.attrs["placeholder"] = "https://"

    def wishes(self) -> Wishes:
        """What was asked for, with the rows of ``self.data``; PINs and unknown wishes stay as they were.

        Raises BadWish.
        """
        if not self.is_valid():
            raise ValidationError("the form was not valid")
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}
        for name in _YES_NO:
            if name in said:
                said[name] = said[name] == "yes"
        if "languages" in said:
            said["languages"] = said["languages"].split(",")
        said |= {name: rows for name in ("notices", "improved") if (rows := self._rows(name))}
        kept = wishes_as_plain(self._now)
        more = {name: kept[name] for name in kept if name not in LABELS or name == "pin_resets"}
        return read_wishes({**more, **said})

    def _rows(self, name: str) -> list[dict[str, str]]:
        """Rows with something in them; an id that was there stays, so that a tablet knows the item again."""
        parts = NOTICE if name == "notices" else IMPROVED
        found: list[dict[str, str]] = []
        for place in range(MOST_ITEMS):
            row = {part: self.data.get(f"{name}-{place}-{part}", "").strip() for part in parts}
            if any(row.values()):
                found.append({"id": self.data.get(f"{name}-{place}-id") or _fresh(found), **row})
        return found


@cache
def slogans_name(key: str) -> str:
    """Where, when and by whom they were made, "Tỉnh Bình Định 2022: Sở Giao thông vận tải"; the key itself
    of a set that only tablets know."""
    path = SLOGANS / f"{key}.yaml"
    if path.parent != SLOGANS or not path.is_file():
        return key
    office = str(yaml.safe_load(path.read_text(encoding="utf-8")).get("office", key))
    who, _comma, where = office.rpartition(", ")
    year = key.rpartition("-")[2]
    begun = " ".join(part for part in (where[:1].upper() + where[1:], year if year.isdigit() else "") if part)
    return f"{begun}: {who}" if who else begun


def _fresh(found: list[dict[str, str]]) -> str:
    return f"x{len(found)}-{secrets.token_hex(4)}"


def initial(wishes: Wishes) -> dict[str, Any]:
    """The form's fields filled with what is wished now."""
    plain = wishes_as_plain(wishes)
    for name in _YES_NO:
        if name in plain:
            plain[name] = "yes" if plain[name] else "no"
    if "languages" in plain:
        plain["languages"] = ",".join(plain["languages"])
    for name in ("idle_s", "cool_down_s", "closing_s", "sync_every_s"):
        if name in plain:
            plain[name] = f"{plain[name]:g}"
    return plain


def rows(wishes: Wishes, name: str) -> list[dict[str, Any]]:
    """Rows for notices or improvements with an empty one behind; ``at`` numbers their fields."""
    there = wishes_as_plain(wishes).get(name, [])
    empty: list[dict[str, Any]] = [{} for _row in range(min(EMPTY_ROWS, MOST_ITEMS - len(there)))]
    return [{"at": f"{name}-{place}", **row} for place, row in enumerate([*there, *empty])]


def lines(wishes: Wishes) -> list[tuple[str, str]]:
    """(what, how) of every wish, to be read."""
    plain = wishes_as_plain(wishes)
    return [(str(LABELS[name]), _shown(name, plain[name])) for name in LABELS if name in plain]


def changes(before: Wishes, after: Wishes) -> list[tuple[str, str, str]]:
    """(what, before, after) of every wish that differs; empty for "as the tablet has it"."""
    old, new = wishes_as_plain(before), wishes_as_plain(after)
    differing = [name for name in LABELS if old.get(name) != new.get(name)]
    return [(str(LABELS[name]), _maybe(name, old), _maybe(name, new)) for name in differing]


def explain(error: BadWish, form: WishForm | None = None) -> str:
    """The wish that does not fit, by the label it wears on the page, and what would. In the form that was
    sent its field is marked."""
    name = str(error).split(":")[0].split("[")[0].split(".")[0]
    expected = str(EXPECTED.get(name, gettext_lazy("please check this.")))
    if form is not None and name in form.fields:
        form.add_error(name, expected)
    return f"{LABELS.get(name, name)}: {expected}"


_NAMES: dict[str, dict[str, Any]] = {
    "reasons": dict(REASONS),
    "level_1": LEVELS_1,
    "language": LANGUAGES,
    "languages": LANGUAGES,
}
"""What a page says for a key."""


def _maybe(name: str, side: dict[str, Any]) -> str:
    return _shown(name, side[name]) if name in side else str(_OWN)


def _shown(name: str, value: Any) -> str:
    if name in _YES_NO:
        return str(_YES if value else _NO)
    if name in _NAMES:
        keys = [value] if isinstance(value, str) else value
        return ", ".join(str(_NAMES[name].get(key, key)) for key in keys)
    if name == "slogans":
        return slogans_name(value)
    if isinstance(value, float):
        return f"{value:g}"
    if name in ("notices", "improved", "pin_resets"):
        return "; ".join(_items(name, value))
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)


def _items(name: str, value: list[dict[str, Any]]) -> Iterator[str]:
    roles = {"staff": _("Staff"), "admin": _("Administrator")}
    for item in value:
        if name == "pin_resets":
            yield roles[item["role"]]
        elif name == "notices":
            yield item["vi"]
        else:
            yield f"{item['said_vi']} → {item['done_vi']}"
