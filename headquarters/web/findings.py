"""The sentence above a chart: what its figures say, and no more than they can carry.

A difference is only called one when its 95 % interval leaves out nought.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headquarters import formats
from headquarters.ratings.figures import MINIMUM_N, Tally, difference_interval
from headquarters.ratings.slices import sum_of
from headquarters.web.tables import Kept


class Line(Protocol):
    """Anything that is called something and was rated."""

    @property
    def name(self) -> str: ...

    @property
    def tally(self) -> Tally: ...

    @property
    def ranked(self) -> bool: ...


class Placed(Line, Protocol):
    """A line that says where it belongs, too: desks of several offices share a name."""

    @property
    def whole_name(self) -> str: ...


class Rated(Protocol):
    """A day, or whatever else comes in an order."""

    @property
    def tally(self) -> Tally: ...


def trend(days: Sequence[Rated]) -> str:
    """The second half of the ratings' days against the first."""
    rated = [day.tally for day in days if day.tally.n]
    if not rated:
        return _("No ratings in this period yet")
    middle = len(rated) // 2
    early, late = sum_of(rated[:middle]), sum_of(rated[middle:])
    whole = sum_of(rated)
    if min(early.n, late.n) < MINIMUM_N:
        return _("%(share)s were not satisfied yet; too few ratings to speak of a trend") % {
            "share": formats.percent(whole.unhappy_share)
        }
    return _trend_of_halves(early, late, whole)


def _trend_of_halves(early: Tally, late: Tally, whole: Tally) -> str:
    values = {
        "early": formats.percent(early.unhappy_share),
        "late": formats.percent(late.unhappy_share),
        "share": formats.percent(whole.unhappy_share),
    }
    difference = difference_interval(late.n1, late.n, early.n1, early.n)
    if difference.high < 0:
        return _("“Not satisfied yet” fell from %(early)s to %(late)s within the period") % values
    if difference.low > 0:
        return _("“Not satisfied yet” rose from %(early)s to %(late)s within the period") % values
    return _("“Not satisfied yet” stayed around %(share)s; no clear rise or fall") % values


def offices(rows: Sequence[Line]) -> str:
    """The office with the highest rate against all the other ranked ones together."""
    ranked = [row for row in rows if row.ranked]
    if not any(row.tally.n for row in rows):
        return _("No ratings in this period yet")
    if len(ranked) < 2:
        return _("Too few ratings to compare offices")
    if (worst := _clearly_worst([(row.name, row.tally.n1, row.tally.n) for row in ranked])) is not None:
        return _("%(office)s is clearly higher than the other offices: %(share)s not satisfied yet") % {
            "office": worst[0],
            "share": formats.percent(worst[1]),
        }
    return _("No office stands clearly above the others in “not satisfied yet”")


def cut(rows: Sequence[Placed]) -> str:
    """The same of desks, services, hours: whatever ratings were cut by."""
    ranked = [row for row in rows if row.ranked]
    if not any(row.tally.n for row in rows):
        return _("No ratings in this period yet")
    if len(ranked) < 2:
        return _("Too few ratings to compare")
    if (worst := _clearly_worst([(row.whole_name, row.tally.n1, row.tally.n) for row in ranked])) is not None:
        return _("%(name)s: clearly more “not satisfied yet” than the rest, %(share)s") % {
            "name": worst[0],
            "share": formats.percent(worst[1]),
        }
    return _("Nothing stands clearly above the rest in “not satisfied yet”")


def promises(rows: Sequence[Kept]) -> str:
    """The promise that is missed more often than the others."""
    if not any(row.n for row in rows):
        return _("Nobody chose a promise in this period yet")
    ranked = [row for row in rows if row.ranked]
    if len(ranked) < 2:
        return _("Too few choices to compare promises")
    if (worst := _clearly_worst([(row.name, row.missed, row.n) for row in ranked])) is not None:
        return _("“%(promise)s” is missed clearly more often than the others: %(share)s") % {
            "promise": worst[0],
            "share": formats.percent(worst[1]),
        }
    return _("No promise is missed clearly more often than the others")


def reasons(rows: Sequence[Kept]) -> str:
    """What those who were not satisfied name most."""
    missed = sum(row.missed for row in rows)
    if not any(row.n for row in rows):
        return _("Nobody chose a reason in this period yet")
    if missed < MINIMUM_N:
        return _("Too few reasons of people not satisfied yet to compare")
    first = max(rows, key=lambda row: row.missed)
    return _("“%(reason)s” is what people not satisfied yet name most: %(share)s of their choices") % {
        "reason": first.name,
        "share": formats.percent(first.missed / missed),
    }


def _clearly_worst(rows: Sequence[tuple[str, int, int]]) -> tuple[str, float] | None:
    """Of (name, bad, n) the one with the highest share, if it stands out from all the rest together."""
    ordered = sorted(rows, key=lambda row: (-row[1] / row[2], -row[2]))
    (name, bad, n), rest = ordered[0], ordered[1:]
    # The worst of k was picked by looking: the interval is widened for k comparisons.
    difference = difference_interval(
        bad, n, sum(row[1] for row in rest), sum(row[2] for row in rest), comparisons=len(rows)
    )
    return (name, bad / n) if difference.low > 0 else None


def change(now: Tally, before: Tally, way: str = "previous") -> dict[str, str] | None:
    """This period against another, or nothing where either is too small to compare."""
    share, earlier = now.unhappy_share, before.unhappy_share
    if share is None or earlier is None or min(now.n, before.n) < MINIMUM_N:
        return None
    difference = difference_interval(now.n1, now.n, before.n1, before.n)
    values = {
        "points": formats.points(share - earlier),
        "share": formats.percent(earlier),
        "other": _other(way),
    }
    if difference.high < 0:
        words = _("down %(points)s points on %(other)s") % values
        return {"css": "better", "icon": "arrow-down-bold", "words": words}
    if difference.low > 0:
        words = _("up %(points)s points on %(other)s") % values
        return {"css": "worse", "icon": "arrow-up-bold", "words": words}
    return {
        "css": "same",
        "icon": "equal",
        "words": _("no clear change on %(other)s (%(share)s)") % values,
    }


def earlier(way: str) -> str:
    """What the compared period is called in front of its figure."""
    return {
        "month": _("A month earlier"),
        "year": _("A year earlier"),
    }.get(way, _("Period before"))


def _other(way: str) -> str:
    return {
        "month": _("the same days a month earlier"),
        "year": _("the same days a year earlier"),
    }.get(way, _("the period before"))


def period_name(days: int, last: dt.date, today: dt.date) -> str:
    """ "Last 30 days" only where the period does end today."""
    if last != today:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return ngettext("Last %(n)s day", "Last %(n)s days", days) % {"n": days} if days > 1 else _("Today")
