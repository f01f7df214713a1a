"""Fault 15: the same batch from two threads at once, cut otherwise, and a year later: each rating once."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.stage import StageError
from sync.client import Client, Parcel
from sync.contract import Reply, Verdict, WireEvent
from sync.errors import ServerTrouble, SyncError
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, common
from tests.faults.invariant import judge
from tests.support import FakeTablet, now_ms

YEAR_MS = 366 * 86_400_000


@pytest.fixture(scope="module")
def ground(migrated_database: Migrated) -> Ground:
    return common(migrated_database)


class Pair:
    """Two connections of one tablet that send in the same instant."""

    def __init__(self, address: str, tablet: FakeTablet) -> None:
        self.clients = [Client(address, tablet.signer, timeout_s=(5, 60)) for _ in range(2)]
        self._pool = ThreadPoolExecutor(2)

    def send(self, *parcels: Parcel) -> list[Reply]:
        """Each by a connection of its own; what headquarters was too busy for is sent again."""
        together = threading.Barrier(len(parcels))

        def go(client: Client, parcel: Parcel) -> Reply:
            together.wait(10)
            for _ in range(600):
                with suppress(ServerTrouble):
                    return client.send(parcel)
                time.sleep(0.1)
            raise AssertionError("headquarters was too busy for a minute")

        return list(self._pool.map(go, self.clients, parcels))

    def close(self) -> None:
        self._pool.shutdown()
        for client in self.clients:
            client.close()


def verdicts(replies: list[Reply]) -> dict[str, Counter[Verdict]]:
    """Event → how often each verdict was given on it."""
    found: dict[str, Counter[Verdict]] = {}
    for reply in replies:
        for result in reply.results:
            found.setdefault(result.event_id, Counter())[result.verdict] += 1
    return found


def test_the_same_batch_from_two_threads_counts_once(ground: Ground, trials: Trials, long: bool) -> None:
    trials.of(15)
    (tablet,) = ground.fakes(1)
    pair = Pair(ground.address, tablet)
    shown: list[str] = []
    times = 2000 if long else 30
    for _ in range(times):
        parcel = pair.clients[0].prepare(
            tablet.batch([tablet.rating(3) for _ in range(random.choice((1, 20)))])
        )
        said = verdicts(pair.send(parcel, parcel))
        shown += [event.event_id for event in parcel.batch.events]
        assert set(said) == {event.event_id for event in parcel.batch.events}
        for counted in said.values():
            assert counted == {Verdict.ACCEPTED: 1, Verdict.DUPLICATE: 1}
    pair.close()
    trials.count(judge(shown, [], ground.where), run=times)


def test_the_same_events_cut_into_other_batches_count_once(
    ground: Ground, trials: Trials, long: bool
) -> None:
    """A stick's batches and the network's overlap; so do those of an app that was killed and began anew."""
    trials.of(15)
    (tablet,) = ground.fakes(1)
    pair = Pair(ground.address, tablet)
    shown: list[str] = []
    times = 1000 if long else 15
    for _ in range(times):
        events = [tablet.rating(2) for _ in range(30)]
        upper, lower = events[: random.randint(10, 29)], events[random.randint(0, 9) :]
        parcels = [pair.clients[0].prepare(tablet.batch(part)) for part in (upper, lower)]
        said = verdicts(pair.send(*parcels))
        shown += [event.event_id for event in events]
        assert all(counted[Verdict.ACCEPTED] == 1 for counted in said.values()), said
    pair.close()
    trials.count(judge(shown, [], ground.where), run=times)
    assert ground.alarms(tablet.tablet_id) == []


def test_a_year_later_it_is_known_still(ground: Ground, trials: Trials) -> None:
    """Whatever headquarters does at night in a year, it knows an event again."""
    trials.of(15)
    (tablet,) = ground.fakes(1)
    client = Client(ground.address, tablet.signer, timeout_s=(5, 60))
    old = [tablet.rating(2, wall_ms=now_ms() - YEAR_MS + n * 60_000) for n in range(40)]
    sent = [old[:25], old[15:]]
    for events in sent:
        client.push(tablet.batch(events))
    _age(ground, tablet)
    for command in ("purge", "chores"):
        assert tablet.tablet_id not in _complaint(ground, command)
    young = [tablet.rating(3) for _ in range(5)]
    replies = [client.push(tablet.batch(events)) for events in ([*old, *young], old, young)]
    said = verdicts(replies)
    assert all(said[event.event_id] == {Verdict.DUPLICATE: 2} for event in old)
    assert all(said[event.event_id] == {Verdict.ACCEPTED: 1, Verdict.DUPLICATE: 1} for event in young)
    client.close()
    trials.count(judge(_ids([*old, *young]), [], ground.where), run=3)


def _complaint(ground: Ground, command: str) -> str:
    """What a command of the night finds: other tests' clones and forgeries ring here, as they should."""
    try:
        ground.headquarters.command(command)
    except StageError as error:
        return str(error)
    return ""


def _age(ground: Ground, tablet: FakeTablet) -> None:
    """As if they had come a year ago."""
    key = tablet.tablet_id if ground.headquarters.database_url else tablet.tablet_id.replace("-", "")
    ground.rows(f"UPDATE ratings_event SET received_at = '2025-01-02 03:04:05' WHERE tablet_id = '{key}'")


def test_a_batch_whose_sender_gave_up_waiting_counts_once(
    ground: Ground, trials: Trials, long: bool, tmp_path: Path
) -> None:
    """The reply is too late for the tablet; it sends again while headquarters still works on the first."""
    trials.of(15)
    (tablet,) = ground.fakes(1)
    patient = Client(ground.address, tablet.signer, timeout_s=(5, 60))
    shown: list[str] = []
    times = 300 if long else 10
    for turn in range(times):
        parcel = patient.prepare(tablet.batch([tablet.rating(1) for _ in range(50)]))
        hasty = Client(ground.address, tablet.signer, timeout_s=(5, 0.001 * (1 + turn % 20)))
        with suppress(SyncError):
            hasty.send(parcel)
        hasty.close()
        said = verdicts([patient.send(parcel)])
        assert all(set(counted) <= {Verdict.ACCEPTED, Verdict.DUPLICATE} for counted in said.values())
        shown += _ids(parcel.batch.events)
    patient.close()
    trials.count(judge(shown, [], ground.where), run=times)


def _ids(events: list[WireEvent] | tuple[WireEvent, ...]) -> list[str]:
    return [event.event_id for event in events]
