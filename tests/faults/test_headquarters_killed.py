"""SIGKILL on either side of the wire, on both databases: of the tablet while it sends, and of headquarters
before, during and after COMMIT."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.stage import Headquarters, Tablet, wait_for
from tests.faults.child import Nursery, shown_of
from tests.faults.conftest import Trials
from tests.faults.flow import Flow
from tests.faults.forked import ForkedHeadquarters
from tests.faults.holding import OnPostgreSQL, OnSQLite, received
from tests.faults.invariant import judge, shown_in
from tests.faults.proxy import LOST_REPLY

Where = Callable[..., str]


@pytest.fixture(scope="module")
def headquarters(
    tmp_path_factory: pytest.TempPathFactory, migrated_database: Callable[[Path], str]
) -> Iterator[Headquarters]:
    data = tmp_path_factory.mktemp("headquarters")
    made = ForkedHeadquarters(data, migrated_database(data))
    made.start()
    yield made
    made.leave()


def test_the_tablet_killed_while_it_sends(
    headquarters: Headquarters, tmp_path: Path, trials: Trials, long: bool, database_of_headquarters: Where
) -> None:
    """Citizens come while the queue drains; the next start goes on. In the end both sides have the same."""
    trials.of(1)
    tablet = Tablet(tmp_path / "kiosk", headquarters.address)
    tablet.command("enrol", "--code", headquarters.code())
    where, files = database_of_headquarters(headquarters), [tablet.database]
    nursery, dice = Nursery(), random.Random(11)
    for number in range(500 if long else 60):
        if not long and number >= 8 and received(where):
            break  # on a busy machine nothing gets away within the first few
        taps, after_ms = dice.randrange(8), dice.uniform(0, 60 if long else 60 + 10 * number)
        answer = nursery.ask("visits", tablet.directory, seed=number, taps=taps, after_ms=after_ms)
        assert answer["ended"] == -signal.SIGKILL
        trials.count(judge(shown_in(shown_of(tablet.directory)), files, where))
    nursery.close()
    assert received(where), "something had been sent before the end"
    tablet.command("sync")
    verdict = judge(shown_in(shown_of(tablet.directory)), files, where)
    assert verdict.holds, str(verdict)
    assert verdict.pending == verdict.quarantined == 0
    assert verdict.confirmed == len(tablet.durable()) >= verdict.shown > 0
    assert set(tablet.durable()) <= received(where)


@pytest.fixture
def flow(headquarters: Headquarters, tmp_path: Path) -> Iterator[Flow]:
    made = Flow(tmp_path / "kiosk", headquarters)
    yield made
    made.close()


def test_headquarters_killed_before_during_and_after_commit(
    headquarters: Headquarters, flow: Flow, trials: Trials, long: bool, database_of_headquarters: Where
) -> None:
    trials.of(16)
    where = database_of_headquarters(headquarters)
    held = OnPostgreSQL(where) if where.startswith("postgres") else OnSQLite(Path(where))
    for _ in range(20 if long else 1):
        for moment in (held.before, held.inside, held.committing):
            given = flow.rate(20)
            with moment() as there, flow.sending():
                wait_for(there, f"headquarters {moment.__name__}", 90)
                headquarters.stop(signal.SIGKILL)
            flow.weigh(trials, where)
            assert flow.tablet.pending() >= 20, "nobody has confirmed them"
            if moment != held.committing:
                assert not set(given) & received(where), "it was not committed"
            headquarters.start()
        given = flow.rate(20)
        flow.proxy.always(LOST_REPLY)
        with flow.sending():
            wait_for(lambda given=given: set(given) <= received(where), "COMMIT", 90)
            headquarters.stop(signal.SIGKILL)
        assert flow.tablet.pending() >= 20, "nobody has confirmed them"
        flow.proxy.heal()
        flow.weigh(trials, where)
        headquarters.start()
        flow.settle(where)


def test_headquarters_killed_at_any_moment(
    headquarters: Headquarters, flow: Flow, trials: Trials, long: bool, database_of_headquarters: Where
) -> None:
    trials.of(16)
    where = database_of_headquarters(headquarters)
    dice = random.Random(12)
    for _ in range(300 if long else 2):
        sent = flow.sent
        with flow.sending(rates=True):
            wait_for(lambda sent=sent: flow.sent > sent, "batches pass")
            time.sleep(dice.uniform(0, 0.2))
            headquarters.stop(signal.SIGKILL)
        flow.weigh(trials, where)
        headquarters.start()
    flow.settle(where)
