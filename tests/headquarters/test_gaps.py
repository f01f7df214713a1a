"""The nightly question, and what headquarters finds missing."""

from __future__ import annotations

from typing import Any

import pytest

from sync.gaps import MAX_RANGES, PATH, GapsReply, GapsRequest, decode_gaps_reply
from tests.headquarters.conftest import Office26740, problem_of
from tests.support import FakeTablet, body_of


def ask(office: Office26740, tablet: FakeTablet, **changes: Any) -> tuple[int, bytes]:
    usual = {"tablet_id": tablet.tablet_id, "install_id": tablet.install_id, "max_seq": tablet.seq}
    body = body_of(GapsRequest(**{**usual, **changes}))
    return office.post(PATH, body, tablet.headers(body))


def reply(office: Office26740, tablet: FakeTablet, **changes: Any) -> GapsReply:
    status, answer = ask(office, tablet, **changes)
    assert status == 200, answer
    return decode_gaps_reply(answer)


def missing(office: Office26740, tablet: FakeTablet, **changes: Any) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in reply(office, tablet, **changes).missing]


def test_of_a_tablet_that_never_sent_everything_is_missing(office: Office26740, tablet: FakeTablet) -> None:
    assert missing(office, tablet, max_seq=0) == []
    assert missing(office, tablet, max_seq=7) == [(1, 7)]


def test_holes_are_named_and_an_event_set_aside_fills_its_place(
    office: Office26740, tablet: FakeTablet
) -> None:
    events = [tablet.rating(level=9 if place == 5 else 3) for place in range(1, 13)]
    office.push(tablet, [event for event in events if event.seq not in (3, 4, 8, 12)])
    found = reply(office, tablet)
    assert [(one.first, one.last) for one in found.missing] == [(3, 4), (8, 8), (12, 12)]
    assert (found.contiguous_seq, found.more, found.max_seq) == (2, False, 12)
    office.push(tablet, [event for event in events if event.seq in (3, 4, 8, 12)])
    assert missing(office, tablet) == []
    assert reply(office, tablet).contiguous_seq == 12


def test_only_up_to_the_place_asked_about(office: Office26740, tablet: FakeTablet) -> None:
    events = [tablet.rating() for _ in range(10)]
    office.push(tablet, [events[0], events[9]])
    assert missing(office, tablet, max_seq=5) == [(2, 5)]
    assert missing(office, tablet, max_seq=1) == []


def test_of_very_many_holes_the_lowest_are_named(office: Office26740, tablet: FakeTablet) -> None:
    events = [tablet.rating() for _ in range(2 * MAX_RANGES + 10)]
    office.push(tablet, events[1::2])
    found = reply(office, tablet)
    assert (len(found.missing), found.more) == (MAX_RANGES, True)
    assert (found.missing[0].first, found.missing[-1].last) == (1, 2 * MAX_RANGES - 1)


def test_another_install_of_the_tablet_is_another_chain(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating()])
    other = FakeTablet(seed=tablet.seed, tablet_id=tablet.tablet_id)
    assert missing(office, other, max_seq=1) == [(1, 1)]
    assert missing(office, tablet) == []


def test_nobody_else_may_ask(office: Office26740, tablet: FakeTablet) -> None:
    other = FakeTablet()
    office.place(other)
    assert problem_of(*ask(office, other, tablet_id=tablet.tablet_id)).code == "wrong_tablet"
    assert problem_of(*ask(office, FakeTablet())).code == "unknown_key"


@pytest.mark.parametrize("changes", [{"max_seq": -1}, {"max_seq": 2**53}, {"install_id": "1"}])
def test_a_malformed_question_is_refused(
    office: Office26740, tablet: FakeTablet, changes: dict[str, Any]
) -> None:
    assert problem_of(*ask(office, tablet, **changes)).code == "bad_envelope"
