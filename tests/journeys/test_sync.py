"""The wire between real parts: counts are equal whatever happens on the way."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import pytest

from scripts.stage import Headquarters
from sync.contract import Batch, Heartbeat, Reply, Verdict
from sync.errors import Unreachable
from tests.faults.proxy import Proxy
from tests.journeys.conftest import Count
from tests.journeys.tablet import QuietTablet


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path):  # type: ignore[no-untyped-def]
    made = QuietTablet(tmp_path / "tablet", headquarters.address, headquarters.code())
    yield made
    made.close()


def test_reply_lost_after_commit_20_times_counts_every_rating_once(
    headquarters: Headquarters, tmp_path: Path, count: Count
) -> None:
    proxy = Proxy(headquarters.port)
    tablet = QuietTablet(tmp_path / "tablet", proxy.address, headquarters.code())
    given: list[str] = []
    for turn in range(20):
        given += tablet.rate(3 - turn % 3)
        proxy.lose_next_reply()
        with pytest.raises(Unreachable):
            tablet.uploader.drain()
        assert tablet.pending() >= 1, "a lost reply must not clear the queue"
    assert proxy.lost == 20
    assert sorted(count.event_ids()) == sorted(given), "every batch was committed before its reply was lost"
    tablet.uploader.drain()
    assert tablet.pending() == 0
    assert sorted(count.event_ids()) == sorted(given)
    assert count.rollup() == {1: 6, 2: 7, 3: 7}
    tablet.close()
    proxy.close()


def test_the_same_batch_again_and_in_parallel_counts_once(
    headquarters: Headquarters, tablet: QuietTablet, count: Count
) -> None:
    given = tablet.rate(*[3, 2, 1] * 10)
    events = tuple(tablet.desk.submit(lambda store: store.pending()).result())
    beat = Heartbeat(wall_ms=1, mono_ms=1, boot_id=str(uuid.uuid4()), app_version="test")
    batch = Batch(
        batch_id=str(uuid.uuid4()),
        tablet_id=tablet.identity.tablet_id,
        install_id=tablet.install_id,
        events=events,
        max_seq=30,
        pending=30,
        heartbeat=beat,
    )
    replies: list[Reply] = []
    start = threading.Barrier(6)

    def push() -> None:
        client = tablet.client(headquarters.address)
        start.wait()
        replies.append(client.push(batch))

    threads = [threading.Thread(target=push) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 6
    verdicts = [result.verdict for reply in replies for result in reply.results]
    assert verdicts.count(Verdict.ACCEPTED) == 30
    assert verdicts.count(Verdict.DUPLICATE) == 150
    assert {reply.contiguous_seq for reply in replies} == {30}
    assert sorted(count.event_ids()) == sorted(given)
    assert count.rollup() == {1: 10, 2: 10, 3: 10}


def test_two_tablets_drain_at_once_without_touching_each_other(
    headquarters: Headquarters, tmp_path: Path, count: Count
) -> None:
    tablets = [
        QuietTablet(tmp_path / name, headquarters.address, headquarters.code(name))
        for name in ("Quầy 1", "Quầy 2")
    ]
    given = [tablet.rate(*[3] * 200) for tablet in tablets]
    threads = [threading.Thread(target=tablet.uploader.drain) for tablet in tablets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [tablet.pending() for tablet in tablets] == [0, 0]
    assert sorted(count.event_ids()) == sorted(given[0] + given[1])
    for tablet in tablets:
        tablet.close()
