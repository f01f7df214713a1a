"""The clock's drift from answers of headquarters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import Moment
from kiosk.drift import Contact, Drift, better, contact, drift_ms
from sync.client import Parcel
from sync.contract import Batch, Heartbeat, Reply
from sync.gaps import GapsReply, GapsRequest
from tests.kiosk.support import NOON

BOOT, OTHER_BOOT = "boot-1", "boot-2"


def at(wall_ms: int, mono_ms: int, boot: str = BOOT) -> Moment:
    return Moment(wall_ms, mono_ms, boot, 420)


def test_half_the_round_trip_is_the_best_guess() -> None:
    known = contact(at(NOON, 1000), at(NOON + 200, 1200), NOON + 100 - 7000)
    assert drift_ms(known, at(NOON + 200, 1200)) == 7000
    assert drift_ms(known, at(NOON + 60_200, 61_200)) == 7000


def test_a_wall_clock_that_is_set_by_hand_shows_before_the_next_contact() -> None:
    known = contact(at(NOON, 1000), at(NOON, 1000), NOON)
    assert drift_ms(known, at(NOON + 3_600_000, 1000)) == 3_600_000
    assert drift_ms(known, at(0, 2000)) == -NOON - 1000


def test_nothing_is_known_before_a_contact_of_this_boot() -> None:
    assert drift_ms(None, at(NOON, 1)) is None
    assert contact(at(NOON, 1000), at(NOON, 5, OTHER_BOOT), NOON) is None
    known = contact(at(NOON, 1000), at(NOON, 1001), NOON)
    assert drift_ms(known, at(NOON, 9, OTHER_BOOT)) is None


def test_a_slow_answer_does_not_push_out_a_quick_one_until_that_is_old() -> None:
    quick = Contact(NOON, 1000, BOOT, 10)
    assert better(quick, Contact(NOON, 2000, BOOT, 900)) is quick
    assert better(quick, Contact(NOON, 2000, BOOT, 9)).mono_ms == 2000
    a_day_later = 1000 + 86_400_000
    assert better(quick, Contact(NOON, a_day_later, BOOT, 900)).mono_ms == a_day_later
    assert better(quick, Contact(NOON, 5, OTHER_BOOT, 900)).boot_id == OTHER_BOOT


@given(
    ahead=st.integers(-(10**12), 10**12), there=st.integers(0, 60_000), back=st.integers(0, 60_000),
    later=st.integers(0, 10**9),
)  # fmt: skip
def test_the_reckoning_is_off_by_half_the_round_trip_at_most(
    ahead: int, there: int, back: int, later: int
) -> None:
    """``there`` and ``back``: how long question and answer really travelled."""
    server_ms = NOON + there
    known = contact(at(NOON + ahead, 0), at(NOON + ahead + there + back, there + back), server_ms)
    found = drift_ms(known, at(NOON + ahead + there + back + later, there + back + later))
    assert found is not None
    assert abs(found - ahead) <= (there + back) / 2 + 1


class Travelling:
    """A headquarters whose answers take a second, on a clock that the test reads too."""

    def __init__(self, ahead_ms: int) -> None:
        self.true_ms, self.ahead_ms = NOON, ahead_ms

    def clock(self) -> Moment:
        return at(self.true_ms + self.ahead_ms, self.true_ms - NOON)

    def prepare(self, batch: Batch) -> Parcel:
        return Parcel(batch, b"", {})

    def send(self, parcel: Parcel) -> Reply:
        self.true_ms += 1000
        return Reply(
            batch_id="", server_time_ms=self.true_ms - 500, results=(), contiguous_seq=0, config_version=0
        )

    def gaps(self, request: GapsRequest) -> GapsReply:
        self.true_ms += 10
        return GapsReply(
            install_id="", max_seq=0, server_time_ms=self.true_ms - 5, contiguous_seq=0, missing=()
        )


@pytest.mark.parametrize("ahead", [0, 90_000, -3_600_000])
def test_every_answer_is_noted_on_its_way(ahead: int) -> None:
    headquarters = Travelling(ahead)
    drift = Drift(headquarters.clock)
    post = drift.watching(headquarters)
    assert drift() is None
    beat = Heartbeat(wall_ms=0, mono_ms=0, boot_id="", app_version="")
    batch = Batch(batch_id="", tablet_id="", install_id="", events=(), max_seq=0, pending=0, heartbeat=beat)
    post.send(post.prepare(batch))
    assert drift() == ahead
    headquarters.ahead_ms += 5000
    post.gaps(GapsRequest(tablet_id="", install_id="", max_seq=0))
    assert drift() == ahead + 5000
