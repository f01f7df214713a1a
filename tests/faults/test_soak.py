"""Fault 24, the soak: taps, syncs, restarts of tablets and headquarters, for an hour. Memory and files stay
as large as they must be, and in the end every rating is counted once."""

from __future__ import annotations

import signal
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.stage import ROOT
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, fresh
from tests.faults.invariant import databases_of, judge, shown_in
from tests.faults.test_storms import noted
from tests.journeys.tablet import QuietTablet

MOST_WAL = 6 * 2**20
"""A tablet folds its log in after 1 MB; a reader in the way may let it grow somewhat."""
MOST_WAL_HEADQUARTERS = 64 * 2**20
MOST_GROWTH = 15 * 2**20
"""Bytes by which a process may be larger in the last quarter of its life than in the second."""
FEWEST = 40
"""Looks at a process before anything can be said of its memory."""


class Kiosk:
    """One tablet's process, restarted now and then."""

    def __init__(self, ground: Ground, folder: Path, pause_s: float) -> None:
        ground.tablet(folder).close()
        self.folder, self.shown = folder, folder.with_suffix(".shown")
        command = [sys.executable, "-m", "tests.faults.soak_driver", str(folder), ground.address]
        self._command = [*command, str(self.shown), str(pause_s)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, cwd=ROOT)

    def end(self, how: signal.Signals) -> None:
        assert self.process.poll() is None, "it ran until it was told to end"
        self.process.send_signal(how)
        code = self.process.wait(60)
        assert code in (0, -signal.SIGKILL), f"it ended with {code}"

    def ids(self) -> list[str]:
        return shown_in(self.shown)

    def sizes(self) -> tuple[int, int]:
        """Bytes of the database and of its log."""
        return size(self.folder / "kiosk.sqlite3"), size(self.folder / "kiosk.sqlite3-wal")


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


class Looks:
    """What was seen, a look a second or so."""

    def __init__(self) -> None:
        self.rss: dict[int, list[int]] = defaultdict(list)
        self.wal = self.wal_headquarters = 0
        self.growth: list[tuple[int, int]] = []

    def look(self, ground: Ground, kiosks: list[Kiosk]) -> None:
        server = ground.headquarters._process
        for pid in [*(kiosk.process.pid for kiosk in kiosks), *([server.pid] if server else [])]:
            try:
                root = psutil.Process(pid)
                for one in (root, *root.children(recursive=True)):
                    self.rss[one.pid].append(one.memory_info().rss)
            except psutil.Error:
                continue
        self.wal = max(self.wal, *(kiosk.sizes()[1] for kiosk in kiosks))
        if not ground.headquarters.database_url:
            self.wal_headquarters = max(self.wal_headquarters, size(Path(f"{ground.where}-wal")))
        first = kiosks[0]
        self.growth.append((len(first.ids()), first.sizes()[0]))

    def grown(self) -> int:
        """Bytes, of the process that grew most between the second and the last quarter of its life."""
        lives = [life for life in self.rss.values() if len(life) >= FEWEST]
        quarters = [len(life) // 4 for life in lives]
        return max(
            (
                round(statistics.median(life[-q:]) - statistics.median(life[q : 2 * q]))
                for life, q in zip(lives, quarters, strict=True)
            ),
            default=0,
        )

    def bytes_each(self) -> tuple[float, float]:
        """Of a visit: in the first half of them and in the second."""
        (n0, b0), (n2, b2) = self.growth[0], self.growth[-1]
        n1, b1 = min(self.growth, key=lambda seen: abs(seen[0] - (n0 + n2) / 2))
        return (b1 - b0) / max(1, n1 - n0), (b2 - b1) / max(1, n2 - n1)


@pytest.fixture
def own(tmp_path: Path, migrated_database: Migrated) -> Iterator[Ground]:
    ground = fresh(tmp_path / "headquarters", migrated_database)
    yield ground
    ground.headquarters.stop()


def test_an_hour_of_use(own: Ground, trials: Trials, tmp_path: Path, long: bool) -> None:
    trials.of(24)
    seconds, tablets, every_s = (3600.0, 4, 1.0) if long else (5.0, 2, 0.2)
    kiosks = [Kiosk(own, tmp_path / f"kiosk {n}", 0.15 if long else 0.02) for n in range(tablets)]
    looks, began = Looks(), time.monotonic()
    parts = 9 if long else 4
    restarts = [began + seconds * part / parts for part in range(1, parts)]
    while time.monotonic() < began + seconds:
        looks.look(own, kiosks)
        if restarts and time.monotonic() > restarts[0]:
            restarts.pop(0)
            _restart(own, kiosks, len(restarts))
        time.sleep(every_s)
    for kiosk in kiosks:
        kiosk.end(signal.SIGTERM)
    shown = [event_id for kiosk in kiosks for event_id in kiosk.ids()]
    for kiosk in kiosks:
        tablet = QuietTablet(kiosk.folder, own.address)
        tablet.uploader.drain()
        assert tablet.pending() == 0
        tablet.close()
    first, second = looks.bytes_each()
    noted(
        "soak", seconds=seconds, visits=len(shown), wal_kb=looks.wal >> 10, grown_kb=looks.grown() >> 10,
        wal_headquarters_kb=looks.wal_headquarters >> 10, first=round(first), second=round(second),
    )  # fmt: skip
    files = [path for kiosk in kiosks for path in databases_of(kiosk.folder)]
    assert len(files) == len(kiosks), "none was set aside as damaged"
    trials.count(judge(shown, files, own.where), run=len(shown))
    assert len(shown) > 5 * tablets
    assert looks.wal < MOST_WAL
    assert looks.wal_headquarters < MOST_WAL_HEADQUARTERS
    assert looks.grown() < MOST_GROWTH
    assert not long or second < 1.5 * first, "the file grows with the visits, not faster"


def _restart(ground: Ground, kiosks: list[Kiosk], left: int) -> None:
    """In turns: a tablet killed, headquarters ended, a tablet ended, headquarters killed."""
    how = signal.SIGKILL if left % 4 in (0, 3) else signal.SIGTERM
    if left % 2:
        kiosk = kiosks[left % len(kiosks)] if left % 4 == 1 else kiosks[0]
        kiosk.end(how)
        kiosk.start()
    else:
        ground.headquarters.stop(how)
        time.sleep(0.2)
        ground.headquarters.start()
