"""Looks over the ratings as they are stored and says what is odd about one; the rules are kiosk.misuse's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kiosk import hours, misuse
from kiosk.clock import Clock, Moment
from kiosk.survey import Level


class Watch:
    """One per tablet, used on the store's thread. Without opening hours nothing is after hours."""

    def __init__(self, clock: Clock, opening: hours.Hours | None, rules: misuse.Rules | None = None) -> None:
        self._clock, self._opening = clock, opening
        self._rules = rules or misuse.Rules()
        self._state = misuse.State()

    def flags(self, level: Level) -> list[str]:
        """The flags of a rating given now; see misuse.Flag."""
        now = self._clock()
        self._state, found = misuse.observe(
            self._state, now.mono_ms / 1000, level, self._is_open(now), self._rules
        )
        return [flag.value for flag in found]

    def _is_open(self, now: Moment) -> bool | None:
        if self._opening is None:
            return None
        return isinstance(hours.state(self._opening, local_time(now)), hours.Open)


def local_time(now: Moment) -> datetime:
    """The time on the tablet's wall."""
    zone = timezone(timedelta(minutes=now.utc_offset_min))
    return datetime.fromtimestamp(now.wall_ms / 1000, zone)
