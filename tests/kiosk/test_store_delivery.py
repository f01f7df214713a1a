"""What was set aside, sent again, confirmed up to where, and purged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.store import Quarantined
from kiosk.store.log import Store
from sync.contract import Result, Verdict, WireEvent
from tests.kiosk.support import NOON, SetClock, new_id, open_store, rate

DAY_MS = 86_400_000


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    made = open_store(tmp_path, clock)
    yield made
    made.close()


def answer(store: Store, *verdicts: Verdict) -> list[WireEvent]:
    """Headquarters' verdicts on the oldest waiting events, in order."""
    sent = store.pending()
    given_to = list(zip(sent, verdicts, strict=False))
    store.settle(sent, [Result(event_id=e.event_id, verdict=v, code=f"why-{e.seq}") for e, v in given_to])
    return sent


def test_what_was_set_aside_is_listed_with_its_reason_and_none_of_the_citizens_words(store: Store) -> None:
    rate(store)
    store.append("comment", new_id(), {"text": "chờ lâu quá", "topic": "gop-y"})
    answer(store, Verdict.ACCEPTED, Verdict.QUARANTINED)
    assert store.quarantined() == [Quarantined(2, "comment", "why-2", NOON)]
    assert "chờ lâu" not in repr(store.quarantined())


def test_a_replay_makes_what_was_set_aside_wait_again_and_touches_nothing_else(store: Store) -> None:
    for _ in range(5):
        rate(store)
    answer(store, Verdict.ACCEPTED, Verdict.QUARANTINED, Verdict.ACCEPTED, Verdict.QUARANTINED)
    assert [event.seq for event in store.pending()] == [5]
    assert store.queue_state().pending == 1
    assert store.replay_quarantined() == 2
    assert store.quarantined() == []
    assert [event.seq for event in store.pending()] == [2, 4, 5]
    assert store.queue_state().pending == 3
    answer(store, *[Verdict.ACCEPTED] * 3)
    assert (store.pending(), store.queue_state().pending) == ([], 0)
    assert store.newest_confirmed_contiguous() == 5


def test_a_replay_with_nothing_set_aside_changes_nothing(store: Store) -> None:
    rate(store)
    rate(store)
    answer(store, Verdict.ACCEPTED)
    assert store.replay_quarantined() == 0
    assert [event.seq for event in store.pending()] == [2]
    assert store.queue_state().pending == 1


def test_confirmed_without_a_gap_ends_before_the_first_that_waits_or_was_refused(store: Store) -> None:
    assert store.newest_confirmed_contiguous() == 0
    for _ in range(5):
        rate(store)
    assert store.newest_confirmed_contiguous() == 0
    answer(store, Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.RETRY, Verdict.ACCEPTED)
    assert store.newest_confirmed_contiguous() == 2
    answer(store, Verdict.QUARANTINED, Verdict.ACCEPTED)
    assert store.newest_confirmed_contiguous() == 2
    store.replay_quarantined()
    answer(store, Verdict.ACCEPTED)
    assert store.newest_confirmed_contiguous() == 5
    rate(store)
    assert store.newest_confirmed_contiguous() == 5


def test_only_what_was_confirmed_before_the_day_is_purged(store: Store, clock: SetClock) -> None:
    for _ in range(4):
        rate(store)
    answer(store, Verdict.ACCEPTED, Verdict.QUARANTINED)
    clock.wall_ms = NOON + 31 * DAY_MS
    answer(store, Verdict.ACCEPTED)
    assert store.purge_confirmed(NOON + DAY_MS, 100) == 1
    assert [row.seq for row in store.quarantined()] == [2]
    assert [event.seq for event in store.pending()] == [4]
    state = store.queue_state()
    assert (state.pending, state.max_seq) == (1, 4)
    assert store.purge_confirmed(NOON + DAY_MS, 100) == 0


def test_an_answer_of_a_tablet_whose_clock_stood_behind_is_kept_like_any_other(
    store: Store, clock: SetClock
) -> None:
    clock.wall_ms = 1_000_000  # 1970: the battery of its clock is empty
    rate(store)
    clock.wall_ms = NOON
    rate(store)
    answer(store, Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert store.purge_confirmed(NOON, 100) == 0


def test_a_purge_goes_in_steps_and_leaves_the_newest_for_the_chain(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    for _ in range(5):
        rate(store)
    newest = answer(store, *[Verdict.ACCEPTED] * 5)[-1]
    clock.wall_ms += 40 * DAY_MS
    assert [store.purge_confirmed(clock.wall_ms, 2) for _ in range(3)] == [2, 2, 0]
    assert store.newest_confirmed_contiguous() == 5
    store.close()
    again = open_store(tmp_path, clock)
    rate(again)
    (next_one,) = again.pending()
    assert (next_one.seq, next_one.prev_hash) == (6, newest.hash)
    again.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(st.sampled_from(Verdict), st.sampled_from(["rate", "replay", "purge"]))))
def test_the_queue_is_right_after_anything(tmp_path_factory, steps) -> None:  # type: ignore[no-untyped-def]
    clock = SetClock()
    store = open_store(tmp_path_factory.mktemp("store"), clock)
    states: dict[int, str] = {}
    for step in steps:
        clock.wall_ms += 1
        if step == "rate":
            rate(store)
            states[len(states) + 1] = "waits"
        elif step == "replay":
            store.replay_quarantined()
            states = {seq: "waits" if s == "quarantined" else s for seq, s in states.items()}
        elif step == "purge":
            store.purge_confirmed(clock.wall_ms, 3)
        elif waiting := [seq for seq, state in states.items() if state == "waits"]:
            answer(store, step)
            if step is not Verdict.RETRY:
                states[waiting[0]] = "quarantined" if step is Verdict.QUARANTINED else "confirmed"
        waiting = [seq for seq, state in states.items() if state == "waits"]
        broken = [seq for seq, state in states.items() if state != "confirmed"]
        assert [event.seq for event in store.pending()] == waiting
        assert [q.seq for q in store.quarantined()] == [s for s, at in states.items() if at == "quarantined"]
        assert store.queue_state().pending == len(waiting)
        assert store.newest_confirmed_contiguous() == (min(broken) - 1 if broken else len(states))
    store.close()
