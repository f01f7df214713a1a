"""Numbers and dates as this page's language writes them: vi "6,6%", "4.329", "21/11/2026"."""

import datetime as dt
from typing import Protocol

from babel.dates import format_date, format_datetime
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext


class Interval(Protocol):
    """Two shares, 0..1: headquarters.ratings.figures.Interval."""

    @property
    def low(self) -> float: ...

    @property
    def high(self) -> float: ...


# Django's own vi formats have no thousands grouping and dates with hyphens; Babel's CLDR data has both.
_DAY_PATTERNS = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_MOMENT_PATTERNS = {"vi": "HH:mm dd/MM/yyyy", "en": "d MMM yyyy, HH:mm"}


def language() -> str:
    """The two-letter language of this request; Vietnamese where it is not English."""
    return "en" if (get_language() or "").startswith("en") else "vi"


_VIETNAMESE = str.maketrans(",.", ".,")


def _number(number: float, digits: int) -> str:
    """Babel takes twenty times as long, and a page of a year has thousands of numbers."""
    text = f"{number:,.{digits}f}"
    return text.translate(_VIETNAMESE) if language() == "vi" else text


def count(number: int) -> str:
    return _number(number, 0)


def percent(share: float | None) -> str:
    """0.066 → "6,6%"; an empty period has no share, which is a dash and not nought."""
    if share is None:
        return "–"
    return _number(share * 100, 1) + "%"


def percent_short(share: float) -> str:
    """For axes, whose marks are whole numbers: 0.95 → "95%"."""
    return f"{round(share * 100)}%"


def points(share: float) -> str:
    """A difference of two shares, without its sign: 0.009 → "0,9"."""
    return _number(abs(share) * 100, 1)


def interval(value: Interval | None) -> str:
    """(0.059, 0.074) → "5,9 – 7,4%"."""
    if value is None:
        return "–"
    low = _number(value.low * 100, 1)
    return f"{low} – {percent(value.high)}"


def day(value: dt.date) -> str:
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return format_date(local, _DAY_PATTERNS[language()], locale=language())


def moment(value: dt.datetime) -> str:
    return format_datetime(timezone.localtime(value), _MOMENT_PATTERNS[language()], locale=language())


def duration(seconds: float) -> str:
    """A rough length of time in words, in its largest unit only: "3 hours"."""
    minutes = max(0, int(seconds // 60))
    if minutes < 1:
        return gettext("under a minute")
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": count(days)}


def megabytes(free: int | None) -> str:
    """21734 → "21,2 GB"; unknown is a dash."""
    if free is None:
        return "–"
    if free < 1024:
        return f"{count(free)} MB"
    return _number(free / 1024, 1) + " GB"


def drift(seconds: float | None) -> str:
    """How far a clock is off, roughly and in words; under five seconds nobody minds."""
    if seconds is None:
        return "–"
    if abs(seconds) < 5:
        return gettext("right")
    length = gettext("under a minute") if abs(seconds) < 60 else duration(abs(seconds))
    words = gettext("%(time)s fast") if seconds > 0 else gettext("%(time)s slow")
    return words % {"time": length}
