"""Ratings that may not be a citizen's are marked, never dropped."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.misuse import Flag, Rules, State, observe
from kiosk.survey import Level

RULES = Rules()
BAD, GOOD, BEST = Level.UNSATISFIED, Level.SATISFIED, Level.VERY_SATISFIED
MIXED = (BAD, GOOD, BEST)

Taps = list[tuple[float, Level]]


def flags_of(taps: Taps, is_open: bool | None = True, rules: Rules = RULES) -> list[tuple[Flag, ...]]:
    state, found = State(), []
    for now_s, level in taps:
        state, flags = observe(state, now_s, level, is_open, rules)
        found.append(flags)
    return found


def mixed(times: list[float]) -> Taps:
    """No two neighbours alike, so no streak."""
    return list(zip(times, itertools.cycle(MIXED), strict=False))


def same(times: list[float], level: Level = BEST) -> Taps:
    return [(now_s, level) for now_s in times]


def test_one_rating_in_opening_hours_has_no_flag() -> None:
    assert flags_of([(0, BEST)]) == [()]


def test_the_sixth_rating_within_a_minute_is_a_burst_and_so_is_the_seventh() -> None:
    taps = mixed([0, 12, 24, 36, 48, 60, 72])
    assert flags_of(taps) == [(), (), (), (), (), (Flag.BURST,), (Flag.BURST,)]


def test_six_ratings_in_more_than_a_minute_are_no_burst() -> None:
    assert flags_of(mixed([0, 12, 24, 36, 48, 60.001]))[-1] == ()


def test_a_burst_ends_when_the_taps_slow_down() -> None:
    assert flags_of(mixed([0, 1, 2, 3, 4, 5, 61.5]))[-2:] == [(Flag.BURST,), ()]


def test_the_third_equal_level_within_a_minute_is_a_streak() -> None:
    assert flags_of(same([0, 30, 60])) == [(), (), (Flag.STREAK,)]


def test_three_equal_levels_in_more_than_a_minute_are_no_streak() -> None:
    assert flags_of(same([0, 30, 60.001]))[-1] == ()


def test_another_level_breaks_a_streak() -> None:
    assert flags_of([(0, BEST), (10, BEST), (20, GOOD), (30, BEST), (40, BEST)])[-1] == ()
    assert flags_of([(0, GOOD), (10, BEST), (20, GOOD), (30, GOOD), (40, GOOD)])[-1] == (Flag.STREAK,)


@pytest.mark.parametrize("level", list(Level))
def test_every_level_can_be_a_streak(level: Level) -> None:
    assert flags_of(same([0, 5, 10], level))[-1] == (Flag.STREAK,)


def test_ten_equal_levels_two_minutes_apart_are_a_long_streak_and_so_is_the_eleventh() -> None:
    found = flags_of(same([120.0 * n for n in range(11)]))
    assert found == [()] * 9 + [(Flag.STREAK,)] * 2


def test_a_pause_or_another_level_begins_a_long_streak_anew() -> None:
    pause = [*(120.0 * n for n in range(9)), 960 + 120.5]
    assert flags_of(same(pause))[-1] == ()
    other = [*same([120.0 * n for n in range(9)]), (1080, BAD), (1200, BEST)]
    assert flags_of(other)[-2:] == [(), ()]


def test_out_of_hours_is_marked_where_hours_are_known() -> None:
    assert flags_of([(0, BEST)], is_open=False) == [(Flag.AFTER_HOURS,)]
    assert flags_of([(0, BEST)], is_open=None) == [()]


def test_all_flags_may_meet_and_stand_in_a_fixed_order() -> None:
    found = flags_of(same([0, 3, 6, 9, 12, 15]), is_open=False)
    assert found[-1] == (Flag.BURST, Flag.STREAK, Flag.AFTER_HOURS)
    assert [str(flag) for flag in found[-1]] == ["burst", "streak", "after_hours"]


def test_a_clock_that_went_backwards_begins_history_anew() -> None:
    assert flags_of(same([1000, 1010, 5])) == [(), (), ()]
    assert flags_of(same([1000, 1010, 5, 6, 7]))[-1] == (Flag.STREAK,)


def test_thresholds_are_an_offices_choice() -> None:
    rules = Rules(
        burst_count=2, burst_s=10, streak_count=4, streak_s=5, long_streak_count=3, long_streak_gap_s=50
    )
    assert flags_of(mixed([0, 10]), rules=rules) == [(), (Flag.BURST,)]
    assert flags_of(same([0, 50, 100]), rules=rules) == [(), (), (Flag.STREAK,)]
    assert flags_of(same([0, 51, 102]), rules=rules) == [(), (), ()]


@pytest.mark.parametrize(
    "wrong",
    [
        {"burst_count": 1},
        {"streak_count": 0},
        {"long_streak_count": 1},
        {"burst_s": 0},
        {"streak_s": -1},
        {"long_streak_gap_s": 0},
    ],
)
def test_thresholds_that_mark_everything_or_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"at least 2|more than 0"):
        Rules(**wrong)  # type: ignore[arg-type]


HISTORY = st.lists(st.tuples(st.floats(0, 200), st.sampled_from(Level)), max_size=60)


def in_time(gaps: Taps) -> Taps:
    """Gaps in seconds → times."""
    return list(zip(itertools.accumulate(gap for gap, _ in gaps), (level for _, level in gaps), strict=True))


@given(HISTORY)
def test_the_flags_are_those_of_the_whole_history(gaps: Taps) -> None:
    """The small state answers as all of the past would."""
    taps = in_time(gaps)
    for index, flags in enumerate(flags_of(taps)):
        past = taps[: index + 1]
        assert (Flag.BURST in flags) == (len(past) >= 6 and past[-1][0] - past[-6][0] <= 60)
        assert (Flag.STREAK in flags) == (_quick(past) or _long(past))


def _quick(past: Taps) -> bool:
    last = past[-3:]
    return len(last) == 3 and len({level for _, level in last}) == 1 and last[-1][0] - last[0][0] <= 60


def _long(past: Taps) -> bool:
    last = past[-10:]
    near = all(after[0] - before[0] <= 120 for before, after in itertools.pairwise(last))
    return len(last) == 10 and len({level for _, level in last}) == 1 and near


@given(HISTORY)
def test_the_state_stays_small_and_the_same_history_gives_the_same(gaps: Taps) -> None:
    taps = in_time(gaps)
    state = State()
    for now_s, level in taps:
        before = state
        state, flags = observe(before, now_s, level, True, RULES)
        assert (state, flags) == observe(before, now_s, level, True, RULES)
        assert len(state.recent) <= 6
        assert state.run <= RULES.long_streak_count


def test_a_day_of_equal_ratings_leaves_the_state_as_small() -> None:
    state = State()
    for now_s in range(0, 30_000, 60):
        state, _ = observe(state, float(now_s), BEST, True, RULES)
    assert (len(state.recent), state.run) == (6, 10)
