"""Every status, in our words and in somebody else's, with good and senseless Retry-After; keys that are
withdrawn and come back. The queue waits, and afterwards everything arrives once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.uploader import HOLD_S
from sync import contract
from sync.contract import Problem
from sync.errors import Halve, Hold, NotHeadquarters, ServerTrouble, SyncError
from sync.retry import RETRY_AFTER_CAP_S
from tests.faults.conftest import Trials
from tests.faults.ground import Migrated, common
from tests.faults.lines import Line
from tests.faults.proxy import Toxic, http

STATUSES = (
    300, 301, 304, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
    418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511,
    520, 530, 599,
)  # fmt: skip
LATER = (
    None, "0", "1", "30", "3600", "86400", "9" * 30, "9" * 5000, "-5", "1.5", "soon", "", "\xb2", "1e9",
    "0x10", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Foo 9999 99:99:99 XXX", "nan", "inf", "1, 2",
)  # fmt: skip
WAITS = {408, 423, 425, 429}
REFUSES = {400, 413, 415, 422}


@pytest.fixture
def line(tmp_path: Path, migrated_database: Migrated) -> Iterator[Line]:
    made = Line(common(migrated_database), tmp_path / "kiosk")
    yield made
    made.close()


def _expected(status: int, ours: bool) -> type[SyncError]:
    if status >= 500 or status in WAITS:
        return ServerTrouble
    if not ours:
        return NotHeadquarters
    if status in (401, 403):
        return Hold
    return Halve if status in REFUSES else NotHeadquarters


def _toxic(status: int, later: str | None, ours: bool) -> Toxic:
    body = b"<html>No</html>"
    if ours:
        body = contract.encode_problem(Problem(code="revoked", message="no", status=status))
    headers = {} if later is None else {"Retry_After": later}
    return Toxic(f"{status} {later!r} {ours}", instead=lambda _: http(status, body, **headers))


def _tried(long: bool) -> Iterator[tuple[int, str | None, bool]]:
    """All of it, or each status twice and each Retry-After at least once."""
    if long:
        yield from itertools.product(STATUSES, LATER, (True, False))
        return
    for place, status in enumerate(STATUSES):
        yield status, LATER[place % len(LATER)], True
        yield status, LATER[(place * 7 + 3) % len(LATER)], False


@pytest.mark.screen_only
def test_no_status_and_no_retry_after_moves_the_queue(line: Line, long: bool, trials: Trials) -> None:
    """A heartbeat alone meets each, so that nothing is set aside; the pause is as the design says."""
    trials.of(17)
    for status, later, ours in _tried(long):
        expected = _expected(status, ours)
        line.proxy.once(_toxic(status, later, ours))
        wait_s = line.uploader._round()
        assert line.uploader._last_error.startswith(expected.__name__), (status, ours)
        if expected is Hold:
            assert wait_s == HOLD_S
        else:
            asked = 0.0 if expected is NotHeadquarters else _asked_s(later)  # a stranger sets no hour
            assert max(1.0, asked) <= wait_s <= (asked + 60 if asked else 900), (status, later)
        line.uploader.wake()
        trials.count()
    trials.count(line.arrives(), run=0)


def _asked_s(later: str | None) -> float:
    """What of a Retry-After is to be honoured."""
    plain = later is not None and later.isascii() and later.isdigit()
    return min(float(later), RETRY_AFTER_CAP_S) if plain and later is not None else 0.0


@pytest.mark.screen_only
def test_a_queue_that_meets_every_status_arrives_once(line: Line, trials: Trials) -> None:
    trials.of(17)
    for status, ours in itertools.product(STATUSES, (True, False)):
        line.rate()
        # Refused twice: a batch is halved, a lone event set aside.
        line.proxy.once(*[_toxic(status, None, ours)] * (1 if ours and status in REFUSES else 2))
        with suppress(SyncError):
            line.uploader.drain()
        trials.count()
    trials.count(line.judge(), run=0)
    line.proxy.heal()
    line.tablet.desk.submit(lambda store: store.replay_quarantined()).result()
    line.uploader.wake()
    trials.count(line.arrives(), run=0)


@pytest.mark.screen_only
def test_a_refusal_that_lasts_sets_aside_and_loses_nothing(line: Line, trials: Trials) -> None:
    """400 to all that comes, as of a release gone wrong: each event is named, kept, and can be sent again."""
    trials.of(17)
    line.rate(9)
    line.proxy.always(_toxic(400, None, True))
    with suppress(Halve):
        line.uploader.drain()
    aside = line.tablet.desk.submit(lambda store: store.quarantined()).result()
    assert len(aside) == 9
    assert math.isclose(line.judge().quarantined, 9)
    line.proxy.heal()
    assert line.tablet.desk.submit(lambda store: store.replay_quarantined()).result() == 9
    trials.count(line.arrives())


@pytest.mark.screen_only
@pytest.mark.parametrize("status", [404, 405, 409, 410])
def test_what_is_said_of_the_way_sets_no_event_aside(line: Line, status: int, trials: Trials) -> None:
    """Something on the way turned the address or the method into another: in our own words, of no event."""
    trials.of(17)
    line.rate(5)
    line.proxy.always(_toxic(status, None, True))
    for _ in range(4):
        with pytest.raises(NotHeadquarters):
            line.uploader.drain()
    assert line.tablet.pending() == 5
    trials.count(line.arrives())


# -- fault 18 --------------------------------------------------------------------------------------------


def test_withdrawn_in_mid_queue_and_placed_again(line: Line, long: bool, trials: Trials) -> None:
    trials.of(18)
    for turn in range(50 if long else 3):
        line.rate(3)
        line.revoke()
        wait_s = line.uploader._round()
        assert (wait_s, line.uploader.status().error) == (HOLD_S, "revoked")
        line.rate(2)
        assert line.tablet.pending() == 5, "it goes on collecting"
        line.place_again(lose=turn % 2 == 1)
        line.uploader._round()
        assert line.tablet.pending() == 0
        trials.count(line.judge())
    trials.count(line.arrives(), run=0)
