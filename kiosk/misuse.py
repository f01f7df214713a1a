"""Marks ratings that may not be a citizen's (dấu hiệu chấm hộ, chấm dồn): put into the rating, never dropped.

Headquarters shows results with and without marked ratings; a mark is a reason to look, not a verdict.
Pure, no clock: (state, now, level) → (state, flags). The state is small and lives in memory: a restart
forgets it, which can only miss a mark. Only first taps are observed, not corrections ("Chọn lại").

A mark falls on the rating that completes the pattern and on those that continue it; the ones before it
are stored already, and the log is append-only. Headquarters can find them: they are the ones just before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.survey import Level


class Flag(StrEnum):
    """What was noticed, as it is stored in the rating."""

    BURST = "burst"
    """Too many ratings in a short time (chấm dồn dập)."""
    STREAK = "streak"
    """The same level again and again, quickly one after the other (chấm cùng một mức)."""
    AFTER_HOURS = "after_hours"
    """Outside opening hours (ngoài giờ làm việc)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds; times in seconds, counts include the rating observed. Each at least 2.

    ``streak_count`` equal levels within ``streak_s``; or ``long_streak_count`` equal levels of which none
    came more than ``long_streak_gap_s`` after the one before: a pleased office has long streaks over a
    day, hardly ever at one a minute.
    """

    burst_count: int = 6
    burst_s: float = 60.0
    streak_count: int = 3
    streak_s: float = 60.0
    long_streak_count: int = 10
    long_streak_gap_s: float = 120.0

    def __post_init__(self) -> None:
        if min(self.burst_count, self.streak_count, self.long_streak_count) < 2:
            raise ValueError("a burst or streak has at least 2 ratings")
        if min(self.burst_s, self.streak_s, self.long_streak_gap_s) <= 0:
            raise ValueError("a time must be more than 0 seconds")


@dataclass(frozen=True, slots=True)
class State:
    """The last few ratings (``(now_s, level)``, oldest first), and how many equal ones end it."""

    recent: tuple[tuple[float, Level], ...] = field(default=())
    run: int = 0


def observe(
    state: State, now_s: float, level: Level, is_open: bool | None, rules: Rules
) -> tuple[State, tuple[Flag, ...]]:
    """The state after this rating, and its flags in a fixed order.

    ``now_s`` is a monotonic clock in seconds; if it went backwards, history begins anew. ``is_open`` is
    None where the office has no opening hours set: nothing is then out of hours.
    """
    if state.recent and now_s < state.recent[-1][0]:
        state = State()
    after = _append(state, now_s, level, rules)
    noticed = {
        Flag.BURST: _is_burst(after, rules),
        Flag.STREAK: _is_streak(after, rules),
        Flag.AFTER_HOURS: is_open is False,
    }
    return after, tuple(flag for flag, seen in noticed.items() if seen)


def _append(state: State, now_s: float, level: Level, rules: Rules) -> State:
    run = 1
    if state.recent:
        last_s, last_level = state.recent[-1]
        if last_level == level and now_s - last_s <= rules.long_streak_gap_s:
            run = min(state.run + 1, rules.long_streak_count)
    kept = max(rules.burst_count, rules.streak_count)
    return State((*state.recent, (now_s, level))[-kept:], run)


def _is_burst(state: State, rules: Rules) -> bool:
    return _are_within(state, rules.burst_count, rules.burst_s)


def _is_streak(state: State, rules: Rules) -> bool:
    levels = {level for _, level in state.recent[-rules.streak_count :]}
    quick = len(levels) == 1 and _are_within(state, rules.streak_count, rules.streak_s)
    return quick or state.run >= rules.long_streak_count


def _are_within(state: State, count: int, seconds: float) -> bool:
    """Whether the last ``count`` ratings lie within ``seconds``, both ends included."""
    if len(state.recent) < count:
        return False
    return state.recent[-1][0] - state.recent[-count][0] <= seconds
