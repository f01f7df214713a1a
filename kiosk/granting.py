"""Headquarters' wishes and the admin's own changes laid over config.yaml and the office's book. Pure.

Both are brought into the words of config.yaml and read by the same checks: what would stop the program
there is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kiosk.hours import DAYS, Hours
from kiosk.office import Improvement, Notice, NoticeKind, OfficeBook, Row
from kiosk.settings import Settings, changed
from sync.wishes import Improved, Wishes
from sync.wishes import Notice as Wished

LOCAL = (
    "slogans", "labels.level_1", "staff.blind", "language", "languages", "sound.aloud", "office.hours",
    "times.idle_s", "times.cool_down_s", "times.closing_s",
    "asked.reasons", "asked.services", "asked.officials",
)  # fmt: skip
"""Keys of config.yaml that the admin may set anew at the tablet."""
_KEYS = {
    "address": "headquarters.address", "slogans": "slogans", "level_1": "labels.level_1",
    "hours": "office.hours", "language": "language", "languages": "languages", "idle_s": "times.idle_s",
    "cool_down_s": "times.cool_down_s", "closing_s": "times.closing_s", "sync_every_s": "times.sync_every_s",
    "staff_blind": "staff.blind", "reasons": "asked.reasons",
}  # fmt: skip
"""Wishes that are keys of config.yaml, and which."""


class Unfit(ValueError):
    """What this tablet cannot do; names it and what was expected."""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is on this tablet: slogan sets, languages with words, reasons that can be asked about."""

    slogans: tuple[str, ...]
    catalogues: tuple[str, ...]
    reasons: tuple[str, ...]


def effective(settings: Settings, local: Mapping[str, str], wishes: Wishes, known: Known) -> Settings:
    """What holds: the admin's changes weigh more than headquarters' wishes, those more than config.yaml."""
    check(wishes, known)
    foreign = next((key for key in local if key not in LOCAL), None)
    if foreign is not None:
        raise Unfit(f"{foreign}: cannot be set here")
    try:
        granted = changed(settings, _values(wishes), known.slogans, known.catalogues)
        return changed(granted, local, known.slogans, known.catalogues)
    except ValueError as error:
        raise Unfit(str(error)) from error


def check(wishes: Wishes, known: Known) -> None:
    """What is not in config.yaml; raises Unfit."""
    for key in wishes.reasons or ():
        if key not in known.reasons:
            raise Unfit(f"reasons: expected some of: {', '.join(known.reasons)}")
    for place, item in enumerate(wishes.improved or ()):
        _day(item.day, f"improved[{place}].day")
    for place, notice in enumerate(wishes.notices or ()):
        for name in ("first_day", "last_day"):
            _day(getattr(notice, name), f"notices[{place}].{name}")


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Unfit(f"{name}: expected a day of the calendar") from error


def _values(wishes: Wishes) -> dict[str, str]:
    """As config.yaml would say them."""
    wished = {key: getattr(wishes, name) for name, key in _KEYS.items()}
    return {key: as_written(value) for key, value in wished.items() if value is not None}


def as_written(value: object) -> str:
    """A value in the words of config.yaml."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return f"{value:g}"
        case tuple():
            return ", ".join(value)
        case Hours():
            return hours_written(value)
    return str(value)


def hours_written(hours: Hours) -> str:
    """Each day of its own; a closed day is not named."""
    named = zip(DAYS, hours.week, strict=True)
    return "; ".join(
        f"{day} " + ", ".join(f"{clock(span.opens)}-{clock(span.closes)}" for span in spans)
        for day, spans in named
        if spans
    )


def clock(minutes: int) -> str:
    """Minutes after midnight → 07:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def notices_on(wishes: Wishes, today: date) -> tuple[Wished, ...]:
    """Headquarters' notices that hold on a day; ISO days compare as texts."""
    day = today.isoformat()
    return tuple(
        one
        for one in wishes.notices or ()
        if (not one.first_day or one.first_day <= day) and (not one.last_day or day <= one.last_day)
    )


def with_wishes(book: OfficeBook, wishes: Wishes, today: date, issued: date) -> OfficeBook:
    """The office's book with headquarters' notices and improvements before its own. ``issued``: the day of
    the configuration, for what names no day."""
    notices = tuple(_notice(one, issued) for one in notices_on(wishes, today))
    improved = tuple(_improvement(one, issued) for one in wishes.improved or ())
    return replace(book, notices=(*notices, *book.notices), improvements=(*improved, *book.improvements))


def _notice(wished: Wished, issued: date) -> Notice:
    """The first line is the title where there are several."""
    title, *rest = [line for line in map(str.strip, wished.vi.splitlines()) if line]
    lines = rest or [title]
    english = [line for line in map(str.strip, wished.en.splitlines()) if line]
    rows = tuple(Row("", line) for line in (*lines, *english))
    day = _day(wished.first_day, "first_day") or issued
    return Notice(f"hq-{wished.id}", NoticeKind.NEWS, title if rest else "Thông báo", rows, day)


def _improvement(wished: Improved, issued: date) -> Improvement:
    return Improvement(
        wished.said_vi, wished.done_vi, _day(wished.day, "day") or issued, wished.said_en, wished.done_en
    )
