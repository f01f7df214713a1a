"""The sentence above each small chart of a tablet: what its hours say, and no more than they can carry.

Of days that nothing is known of nothing is said: "on 3 days noted", whatever the axis shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headquarters import formats
from headquarters.ratings.intake import DRIFT_LIMIT_MS
from headquarters.web.fleet import LITTLE_BATTERY, LITTLE_MB

Points = Sequence[tuple[dt.datetime, float]]
"""Hours in order, each with its value; never empty."""
LONG_S = 3600
RIGHT_S = 5


def waiting(points: Points) -> str:
    most, day = _most(points)
    if not most:
        return _("Nothing waited, %(days)s") % {"days": _days(points)}
    values = {"n": formats.count(round(most)), "day": day}
    if not points[-1][1]:
        return _("Up to %(n)s waited on %(day)s; all of them were sent since") % values
    return _("Up to %(n)s waited on %(day)s") % values


def oldest(points: Points) -> str:
    most, day = _most(points)
    if not most:
        return _("Nothing had to wait, %(days)s") % {"days": _days(points)}
    if most < LONG_S:
        return _("Nothing waited for an hour, %(days)s") % {"days": _days(points)}
    return _("One waited for %(time)s on %(day)s") % {"time": formats.duration(most), "day": day}


def free(points: Points) -> str:
    least, day = _least(points)
    values = {"free": formats.megabytes(round(least)), "day": day}
    if least < LITTLE_MB:
        return _("Nearly full: %(free)s left on %(day)s") % values
    return _("At the least %(free)s were free, on %(day)s") % values


def battery(points: Points) -> str:
    """ "Never under 60 %": full tens, for 63 is no finding."""
    least, day = _least(points)
    if least < LITTLE_BATTERY:
        return _("The battery was down to %(least)s%% on %(day)s") % {"least": round(least), "day": day}
    return _("The battery was never under %(tens)s%%, %(days)s") % {
        "tens": int(least // 10) * 10,
        "days": _days(points),
    }


def clock(points: Points) -> str:
    most, day = _most(points)
    if most < RIGHT_S:
        return _("The clock was right, %(days)s") % {"days": _days(points)}
    values = {"time": formats.duration(most), "day": day, "days": _days(points)}
    if most * 1000 > DRIFT_LIMIT_MS:
        return _("The clock was wrong: off by %(time)s on %(day)s") % values
    return _("The clock was off by %(time)s at the most, %(days)s") % values


def _most(points: Points) -> tuple[float, str]:
    hour, value = max(points, key=lambda point: point[1])
    return value, formats.day(hour)


def _least(points: Points) -> tuple[float, str]:
    hour, value = min(points, key=lambda point: point[1])
    return value, formats.day(hour)


def _days(points: Points) -> str:
    n = len({timezone.localdate(hour) for hour, _value in points})
    return ngettext("on the %(n)s day noted", "on the %(n)s days noted", n) % {"n": n}
