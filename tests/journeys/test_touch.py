"""A finger on a real window, a real server, and the power cut in between."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stage import Headquarters, Tablet, virtual_screen, wait_for
from tests.journeys.conftest import Count


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path) -> Iterator[Tablet]:
    made = Tablet(tmp_path / "kiosk", headquarters.address)
    made.command("enrol", "--code", headquarters.code())
    yield made
    made.stop(signal.SIGKILL)


def rate(tablet: Tablet, *levels: int) -> None:
    for level in levels:
        tablet.rate(level)
        tablet.finish()


def settled(tablet: Tablet, count: Count, expected: int) -> None:
    """Everything thanked for is on the tablet's disk and at headquarters, each once."""
    wait_for(lambda: len(count.event_ids()) >= expected, f"{expected} ratings at headquarters", 60)
    assert sorted(count.event_ids()) == sorted(tablet.durable()) == sorted(tablet.thanked())
    assert len(tablet.thanked()) == expected


def test_headquarters_down_for_the_first_half_of_the_taps(
    headquarters: Headquarters, tablet: Tablet, display: str, count: Count
) -> None:
    headquarters.stop()
    tablet.start(display)
    rate(tablet, 3, 2, 1)
    assert count.event_ids() == []
    headquarters.start()
    rate(tablet, 3, 1, 3)
    settled(tablet, count, 6)
    assert count.rollup() == {1: 2, 2: 1, 3: 3}


def test_an_unhappy_visit_with_a_missed_promise_and_a_reason_arrives_with_all_its_parts(
    tablet: Tablet, display: str, count: Count
) -> None:
    tablet.start(display)
    tablet.rate(1)
    tablet.go("chip-xin-loi", "more", chosen=["xin-loi"])
    tablet.go("chip-thoi-gian", "more", chosen=["thoi-gian", "xin-loi"])
    tablet.finish()
    kinds = ["rating", "reasons", "reasons", "session_end"]
    wait_for(lambda: count.kinds() == kinds, f"{kinds} at headquarters", 30)
    assert count.bodies("reasons")[-1] == {"chosen": ["thoi-gian", "xin-loi"], "good": False}
    assert count.bodies("session_end") == [{"how": "done", "page": "closing"}]


TELEX = "cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau."
SENTENCE = "Cán bộ hướng dẫn rất tận tình, nhưng tôi phải chờ lâu."
NAMED = {" ": "key-space", ",": "key-comma", ".": "key-period"}


def test_a_comment_typed_on_the_screen_keyboard_arrives_word_for_word(
    tablet: Tablet, display: str, count: Count
) -> None:
    tablet.start(display)
    tablet.rate(1)
    tablet.go("comment", "comment")
    tablet.touch("key-shift", hold_s=0.05)
    for key in TELEX:
        tablet.touch(NAMED.get(key, f"key-{key}"), hold_s=0.05)
    tablet.wait_view("comment", ready=True)
    tablet.go("key-send", "closing")
    tablet.finish()
    wait_for(lambda: len(count.bodies("comment")) == 1, "the comment at headquarters", 30)
    assert count.bodies("comment")[0]["text"] == SENTENCE
    ended = [{"how": "done", "page": "closing"}]
    wait_for(lambda: count.bodies("session_end") == ended, f"{ended} at headquarters", 30)


def test_choosing_again_is_counted_as_it_was_meant(tablet: Tablet, display: str, count: Count) -> None:
    tablet.start(display)
    tablet.rate(1)
    tablet.go("again", "home", again=True)
    tablet.go("rate-3", "closing", level=3)
    tablet.finish()
    kinds = ["rating", "correction", "session_end"]
    wait_for(lambda: count.kinds() == kinds, f"{kinds} at headquarters", 30)
    assert count.rollup() == {3: 1}
    assert len(count.event_ids()) == 1


def test_tablet_killed_right_after_thanks_loses_nothing(tablet: Tablet, display: str, count: Count) -> None:
    for level in (3, 1, 2):
        tablet.start(display)
        tablet.rate(level)
        tablet.stop(signal.SIGKILL)
        assert sorted(tablet.durable()) == sorted(tablet.thanked())
    tablet.start(display)
    settled(tablet, count, 3)
    assert count.rollup() == {1: 1, 2: 1, 3: 1}
