"""The sentence above a chart: what its figures say, and no more than they can carry.

A difference is only called one when its 95 % interval leaves out nought.
"""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headquarters import formats
from headquarters.ratings.figures import (
    MINIMUM_N,
    DayFigures,
    OfficeFigures,
    Tally,
    difference_interval,
    total,
)


def shown_days(days: list[DayFigures]) -> list[DayFigures]:
    """Saturdays and Sundays without a rating are days off, not gaps; other empty days stay as gaps."""
    return [day for day in days if day.tally.n or day.day.weekday() < 5]


def trend(days: list[DayFigures]) -> str:
    """The second half of the ratings' days against the first."""
    rated = [day for day in days if day.tally.n]
    if not rated:
        return _("No ratings in this period yet")
    middle = len(rated) // 2
    early, late = total(rated[:middle]), total(rated[middle:])
    whole = total(rated)
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


def offices(rows: list[OfficeFigures]) -> str:
    """The office with the highest rate against all the other ranked ones together."""
    ranked = [row for row in rows if row.ranked]
    if not any(row.tally.n for row in rows):
        return _("No ratings in this period yet")
    if len(ranked) < 2:
        return _("Too few ratings to compare offices")
    worst, rest = ranked[0], total(ranked[1:])
    # The worst of k offices was picked by looking: the interval is widened for k comparisons.
    difference = difference_interval(worst.tally.n1, worst.tally.n, rest.n1, rest.n, comparisons=len(ranked))
    if difference.low > 0:
        return _("%(office)s is clearly higher than the other offices: %(share)s not satisfied yet") % {
            "office": worst.name,
            "share": formats.percent(worst.tally.unhappy_share),
        }
    return _("No office stands clearly above the others in “not satisfied yet”")


def change(now: Tally, before: Tally) -> dict[str, str] | None:
    """This period against the one before it, or nothing where either is too small to compare."""
    share, earlier = now.unhappy_share, before.unhappy_share
    if share is None or earlier is None or min(now.n, before.n) < MINIMUM_N:
        return None
    difference = difference_interval(now.n1, now.n, before.n1, before.n)
    values = {"points": formats.points(share - earlier)}
    if difference.high < 0:
        return {
            "css": "better",
            "icon": "arrow-down-bold",
            "words": _("down %(points)s points on the period before") % values,
        }
    if difference.low > 0:
        return {
            "css": "worse",
            "icon": "arrow-up-bold",
            "words": _("up %(points)s points on the period before") % values,
        }
    return {
        "css": "same",
        "icon": "equal",
        "words": _("no clear change on the period before (%(share)s)") % {"share": formats.percent(earlier)},
    }


def period_name(days: int, last: dt.date, today: dt.date) -> str:
    """ "Last 30 days" only where the period does end today."""
    if last != today:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return ngettext("Last %(n)s day", "Last %(n)s days", days) % {"n": days} if days > 1 else _("Today")
