"""Fault 24: a queue of half a million events, and hundreds of tablets that come back in the same second.
Nothing lost, nothing doubled; headquarters' memory and connections stay bounded; who is turned away comes
again."""

from __future__ import annotations

import itertools
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from kiosk.store.log import Store
from sync import retry
from sync.client import Client
from sync.contract import Verdict
from sync.errors import SyncError
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, fresh
from tests.faults.invariant import judge
from tests.support import FakeTablet

MOST_RSS = 900 * 2**20
"""All of headquarters' processes together, bytes; libraries they share are counted in each."""
MOST_GROWTH = 250 * 2**20
TWO_YEARS_MS = 2 * 365 * 86_400_000


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, migrated_database: Migrated) -> Iterator[Ground]:
    """Of this file's own: its memory is looked at."""
    ground = fresh(tmp_path_factory.mktemp("storms") / "headquarters", migrated_database)
    yield ground
    ground.headquarters.stop()


class Watch:
    """Looks at headquarters' processes every tenth of a second: memory and connections at their peak."""

    def __init__(self, ground: Ground) -> None:
        process = ground.headquarters._process
        assert process is not None
        self._root, self._ended = psutil.Process(process.pid), threading.Event()
        self.rss = self.connections = 0
        self.before = self._rss()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _all(self) -> list[psutil.Process]:
        return [self._root, *self._root.children(recursive=True)]

    def _rss(self) -> int:
        return sum(one.memory_info().rss for one in self._all())

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            try:
                self.rss = max(self.rss, self._rss())
                open_now = sum(len(one.net_connections("tcp")) for one in self._all())
            except psutil.Error:
                continue
            self.connections = max(self.connections, open_now)


def noted(what: str, **figures: float) -> None:
    """Measures for the closing note, where somebody wants them."""
    path = os.environ.get("FAULTS_MEASURES")
    if path:
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"what": what, **figures}) + "\n")


# -- a long queue ------------------------------------------------------------------------------------------


def test_a_long_queue_is_drained_and_every_event_counts_once(
    own: Ground, trials: Trials, tmp_path: Path, long: bool
) -> None:
    """A tablet that was forgotten for years. Filled by the product's own append, drained by its uploader."""
    trials.of(24)
    number = 500_000 if long else 2000
    tablet = own.tablet(tmp_path / "kiosk")
    shown = tablet.desk.submit(lambda store: filled(store, number)).result()
    assert tablet.pending() == number
    began = time.monotonic()
    with Watch(own) as watch:
        assert tablet.uploader.drain() == number
    took_s = time.monotonic() - began
    assert tablet.pending() == 0
    tablet.close()
    noted(
        "drain", events=number, seconds=round(took_s, 1), rss_mb=watch.rss >> 20, before_mb=watch.before >> 20
    )
    verdict = own.judge(shown, tmp_path / "kiosk")
    assert (verdict.confirmed, verdict.pending, verdict.quarantined) == (number, 0, 0)
    trials.count(verdict, run=number)
    assert watch.rss < MOST_RSS
    assert watch.rss - watch.before < MOST_GROWTH


def filled(store: Store, number: int) -> list[str]:
    """Two years of ratings up to now. Only this filling may skip the sync of every commit."""
    store._db.execute("PRAGMA synchronous = OFF")
    clock, now, ids = store._clock, store._clock(), []
    for turn in range(number):
        then = replace(now, wall_ms=now.wall_ms - (number - turn) * TWO_YEARS_MS // number)
        store._clock = lambda then=then: then
        body = {"level": 3 - turn % 3, "channel": "tablet"}
        ids.append(store.append("rating", store.new_id(), body).event_id)
    store._clock = clock
    store._db.execute("PRAGMA synchronous = FULL")
    return ids


# -- all at once -------------------------------------------------------------------------------------------


class Returning:
    """A tablet that has a batch to send and waits as the uploader does when it is turned away."""

    def __init__(self, tablet: FakeTablet, address: str, pace: float) -> None:
        self.tablet, self._pace = tablet, pace
        self._client = Client(address, tablet.signer, timeout_s=(10, 60))
        self._parcel = self._client.prepare(tablet.batch([tablet.rating(3) for _ in range(20)]))
        self.ids = [event.event_id for event in self._parcel.batch.events]
        self.refused: Counter[str] = Counter()
        self.done_s = 0.0

    def come_back(self, together: threading.Barrier) -> None:
        """Until everything is confirmed. ``pace``: how many of the uploader's seconds pass in one of ours."""
        together.wait(120)
        began = time.monotonic()
        for attempt in itertools.count(1):
            try:
                reply = self._client.send(self._parcel)
            except SyncError as error:
                self.refused[type(error).__name__] += 1
                time.sleep(retry.delay_s(attempt, random.uniform, error.retry_after_s) / self._pace)
                continue
            assert {result.verdict for result in reply.results} <= {Verdict.ACCEPTED, Verdict.DUPLICATE}
            assert len(reply.results) == len(self.ids)
            break
        self.done_s = time.monotonic() - began
        self._client.close()


@pytest.mark.parametrize("reachable", [True, False])
def test_tablets_that_come_back_in_the_same_second(
    own: Ground, trials: Trials, long: bool, reachable: bool
) -> None:
    """To a headquarters that stands; and to one that is down in that second and comes up behind it."""
    trials.of(24)
    number = 500 if long else 40
    tablets = [Returning(one, own.address, 1 if long else 20) for one in own.fakes(number)]
    if not reachable:
        own.headquarters.stop()
    together = threading.Barrier(number + 1)
    with ThreadPoolExecutor(number) as pool:
        coming = [pool.submit(tablet.come_back, together) for tablet in tablets]
        together.wait(120)
        if not reachable:
            time.sleep(1.0)
            own.headquarters.start()
        with Watch(own) as watch:
            for one in coming:
                one.result(600)
    shown = [event_id for tablet in tablets for event_id in tablet.ids]
    refused = sum((tablet.refused for tablet in tablets), Counter[str]())
    done = sorted(tablet.done_s for tablet in tablets)
    noted(
        "up" if reachable else "down", tablets=number, refused=refused.total(), last_s=round(done[-1], 1),
        median_s=round(done[number // 2], 1), rss_mb=watch.rss >> 20, before_mb=watch.before >> 20,
        connections=watch.connections,
    )  # fmt: skip
    trials.count(judge(shown, [], own.where), run=number)
    assert watch.rss < MOST_RSS
    assert watch.connections < 2 * number + 50
    if not reachable:
        assert refused.total() >= number, "all of them were turned away at least once"
        assert refused.total() < number * 20, "and nobody hammered at the door"
