"""The staff's page over half a million events, and a tap into a queue of as many.

The page: from the moment the PIN is right until every figure stands there, ready to be drawn, read from the
tablet's own database on its own thread. Python's time only, as everywhere here: the drawing itself is the
GPU's, and on this kind of machine the processor's in its place.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import tap
from benchmarks.figures import Figure
from kiosk.__main__ import COLLECT
from kiosk.clock import Moment
from kiosk.pins import PinBook
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from scripts.stage import ROOT

EVENTS = 500_000
DAYS = 400
"""Over more than a year: 1,250 events a day, 900 of them ratings."""
OPENINGS = 12
OPEN_MS = 200.0
FRAME_S = 1 / 60
NOW_MS = 1_763_719_200_000  # 2025-11-21 17:00 in Vietnam
ROUNDS = 5


def measure() -> list[Figure]:
    """The page in a process of its own: a window is opened once per process."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.staff"], capture_output=True, text=True, check=True
    )
    said = json.loads(found.stdout.splitlines()[-1])
    return [
        Figure("staff page open, 500,000 events", said["median"], OPEN_MS, "ms", "a fifth of a second", 1.0),
        _queued(),
    ]


def _queued() -> Figure:
    """Medians of interleaved rounds of taps, on the disk the checkout is on."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        fill(Path(folder) / "long")
        long, short = _desk(Path(folder) / "long"), _desk(Path(folder) / "short")
        times: dict[StoreThread, list[float]] = {long: [], short: []}
        for turn in range(400):
            for desk in (long, short) if turn % 2 else (short, long):
                times[desk].append(tap.one_tap(desk))
        for desk in times:
            desk.close()
    ours, peer = (statistics.median(times[desk]) * 1000 for desk in (long, short))
    return Figure("tap to durable, 500,000 queued", ours, peer, "ms", "the same with none queued", 1.1)


def _clock() -> Moment:
    return Moment(NOW_MS, time.monotonic_ns() // 1_000_000, "bench", 420)


def _desk(folder: Path) -> StoreThread:
    desk = StoreThread(
        lambda: Store(folder, "7d0e2f7a-0000-4000-8000-0000000000aa", _clock, lambda: str(uuid.uuid4())),
        PinBook(folder / "pins.json", time.monotonic),
    )
    desk.open().result()
    return desk


def fill(folder: Path) -> None:
    """Half a million events that nobody has fetched, as rows. The rollups come by the product's own upgrade
    of a database of the first release; only the chain's hashes are not real."""
    import sqlite3

    from tests.kiosk.old_databases import OWN, SCHEMAS

    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "kiosk.sqlite3") as db:
        db.execute("PRAGMA journal_mode = OFF")  # only this filling may; the product sets its own
        db.execute("PRAGMA synchronous = OFF")
        dump = (SCHEMAS / "m001_events.sql").read_text(encoding="utf-8").splitlines()
        db.executescript("\n".join(line for line in dump if not line.startswith(OWN)))
        sql = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, zeroblob(32), zeroblob(32))"
        db.executemany(sql, _rows())
    db.close()


def _rows() -> Iterator[tuple[Any, ...]]:
    """Of twenty-five events eighteen are ratings, four choices, two subjects, one a comment; office hours."""
    visit, seq = "", 0
    for seq in range(1, EVENTS + 1):
        at = seq * DAYS // EVENTS
        within = (seq * DAYS % EVENTS) / EVENTS
        wall_ms = NOW_MS - (DAYS - at) * 86_400_000 - 36_000_000 + int(within * 9 * 3_600_000)
        kind, level = _kind(seq % 25), 3 - (seq % 11 > 6) - (seq % 13 == 0)
        if kind == "rating":
            visit = f"{seq:08x}-0000-4000-8000-{(seq * 2654435761) % 2**48:012x}"
        day = time.strftime("%Y-%m-%d", time.gmtime(wall_ms / 1000 + 25_200))
        stored = _stored(seq, kind, visit, wall_ms, level)
        event_id = f"{(seq * 2654435761) % 2**32:08x}-0000-4000-9000-{seq:012x}"
        yield seq, event_id, kind, visit, wall_ms, day, level if kind == "rating" else None, stored


def _kind(turn: int) -> str:
    if turn in (3, 9, 15, 21):
        return "reasons"
    return "subject" if turn in (5, 17) else "comment" if turn == 22 else "rating"


def _stored(seq: int, kind: str, visit: str, wall_ms: int, level: int) -> str:
    flag = "" if seq % 40 else '"burst"'
    body = {
        "rating": f'{{"channel":"tablet","flags":[{flag}],"level":{level}}}',
        "reasons": f'{{"chosen":["thai-do","thoi-gian"],"good":{"true" if level > 1 else "false"}}}',
        "subject": f'{{"desk":"quay-{seq % 4 + 1}"}}',
        "comment": '{"lookup":"","masked":[],"text":"Cán bộ hướng dẫn tận tình.","topic":"gop-y"}',
    }[kind]
    return (
        f'{{"body":{body},"boot_id":"bench","config_version":0,"event_id":"{seq}","install_id":"x",'
        f'"kind":"{kind}","labels_version":"chua-hai-long-1","mono_ms":{seq},"seq":{seq},"tablet_id":"x",'
        f'"utc_offset_min":420,"v":1,"visit_id":"{visit}","wall_ms":{wall_ms}}}'
    )


def main() -> None:
    """Opens the page again and again, each time from home, and prints its times as JSON."""
    import os

    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    from kiosk.ui.window import configure

    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        began = time.perf_counter()
        fill(Path(folder) / "tablet")
        filled = time.perf_counter() - began
        desk = _desk(Path(folder) / "tablet")
        upgraded = time.perf_counter() - began - filled
        configure(1280, 800, fullscreen=False, home=Path(folder) / "kivy")
        from kivy.config import Config

        Config.set("graphics", "maxfps", "0")
        times = Opening(desk).times()
        desk.close()
    said = {"median": statistics.median(times), "worst": max(times), "fill": filled, "upgrade": upgraded}
    print(json.dumps({name: round(value, 2) for name, value in said.items()}))


class Opening:
    """A running app whose staff page is opened."""

    def __init__(self, desk: StoreThread) -> None:
        from benchmarks.touches import Hand

        self.hand = Hand(desk)

    def times(self) -> list[float]:
        """Milliseconds; the first opening loads the page's code, as the kiosk does behind its first frame."""
        self._open()
        gc.freeze()
        gc.set_threshold(*COLLECT)  # as the kiosk does behind its first frame
        return [self._open() for _ in range(OPENINGS)]

    def _open(self) -> float:
        from kivy.clock import Clock

        from kiosk.ui.session import Page

        app = self.hand.app
        began = time.perf_counter()
        app.open_page(Page.STAFF)
        page = app.stage.page
        while page.figures is None:
            # At the pace of the product: a loop that never rests keeps Python from the thread that reads.
            frame = time.perf_counter()
            Clock.tick()
            time.sleep(max(0.0, frame + FRAME_S - time.perf_counter()))
            assert time.perf_counter() - began < 20, "no figures came"
        self.hand._ready()
        took = (time.perf_counter() - began) * 1000
        assert page.figures.whole.counts(flagged=True).total > 0, "a page of zeros proves nothing"
        self.hand._until(lambda: app.stage.settled)
        app.close_page()
        self.hand._until(lambda: app.stage.settled)
        return took


if __name__ == "__main__":
    main()
