"""One headquarters for all tests of a run that leave it as it was: starting one takes seconds, a tablet of
its own a few milliseconds. Tests that kill or replace headquarters start their own."""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import secrets
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from scripts.stage import Headquarters
from sync.client import Client
from tests.faults.invariant import Verdict, databases_of, judge
from tests.journeys.tablet import QuietTablet
from tests.support import FakeTablet

Migrated = Callable[[Path], str]


class Ground:
    """A headquarters that runs, and its database seen from outside."""

    def __init__(self, headquarters: Headquarters) -> None:
        self.headquarters = headquarters
        self.address = headquarters.address
        self._desk: int | None = None

    @property
    def where(self) -> str:
        """As ``invariant.judge`` wants it."""
        return self.headquarters.database_url or str(self.headquarters.data / "headquarters.sqlite3")

    def tablet(self, directory: Path) -> QuietTablet:
        """An enrolled tablet of its own."""
        return QuietTablet(directory, self.address, self.codes(1)[0])

    def fakes(self, number: int) -> list[FakeTablet]:
        """Enrolled keys without a tablet, for what only the wire can say."""
        made = [FakeTablet() for _ in range(number)]
        for fake, code in zip(made, self.codes(number), strict=True):
            client = Client(self.address, fake.signer, timeout_s=(5, 60))
            client.enrol(fake.enrolment(code))
            client.close()
        return made

    def judge(self, shown: Sequence[str], *directories: Path) -> Verdict:
        """The invariant over these tablets' folders and headquarters."""
        files = [path for directory in directories for path in databases_of(directory)]
        return judge(shown, files, self.where)

    def codes(self, number: int) -> list[str]:
        """One-time codes as ``headquarters enrol`` prints them, without a process for each; good for a server
        whose clock is years ahead, too."""
        if self._desk is None:
            self.headquarters.code()
            self._desk = self.rows("SELECT desk_id FROM tablets_enrolmentcode")[0][0]
        made = [secrets.token_hex(8).upper() for _ in range(number)]
        expires = (dt.datetime.now(dt.UTC) + dt.timedelta(days=20 * 365)).replace(tzinfo=None).isoformat(" ")
        zone = "+00" if self.headquarters.database_url else ""
        values = ", ".join(
            f"('{hashlib.sha256(code.encode()).hexdigest()}', {self._desk}, '{expires}{zone}', '')"
            for code in made
        )
        self.rows(
            f"INSERT INTO tablets_enrolmentcode (code_hash, desk_id, expires_at, used_by) VALUES {values}"
        )
        return made

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """One statement, and what it found."""
        if self.headquarters.database_url:
            import psycopg

            with psycopg.connect(self.headquarters.database_url) as server:
                found = server.execute(sql.encode())
                return list(found.fetchall()) if found.description else []
        with closing(sqlite3.connect(self.where, timeout=30)) as file, file:
            return file.execute(sql).fetchall()

    def alarms(self, tablet_id: str) -> list[str]:
        """Kinds of the alarms that ring for a tablet, in order."""
        rows = self.rows("SELECT tablet_id, kind FROM ratings_alarm ORDER BY id")
        return [kind for owner, kind in rows if uuid.UUID(str(owner)) == uuid.UUID(tablet_id)]


def fresh(data: Path, migrated_database: Migrated) -> Ground:
    """A headquarters of the test's own, running; the test stops it."""
    headquarters = Headquarters(data, migrated_database(data))
    headquarters.start()
    return Ground(headquarters)


@cache
def common(migrated_database: Migrated) -> Ground:
    """The one that tests share; it ends with the run."""
    folder = tempfile.TemporaryDirectory(prefix="headquarters-faults-")
    made = fresh(Path(folder.name) / "headquarters", migrated_database)

    def end() -> None:
        made.headquarters.stop()
        folder.cleanup()

    atexit.register(end)
    return made
