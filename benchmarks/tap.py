"""From a tap to stable storage, against the least a file can cost: 4 KB appended and synced."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
import uuid
from pathlib import Path

from benchmarks.figures import Figure
from kiosk.clock import system_clock
from kiosk.conductor import Conductor
from kiosk.pins import PinBook
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.views import ClosingView, View
from kiosk.visit import Rules
from scripts.stage import ROOT

ROUNDS = 400


def measure() -> list[Figure]:
    """Median of interleaved rounds, on the disk the checkout is on (a RAM disk would flatter)."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        ours, peer = _rounds(Path(folder))
    return [
        Figure("tap to durable", statistics.median(ours) * 1000, statistics.median(peer) * 1000, "ms",
               "4 KB append + fsync", 1.7)
    ]  # fmt: skip


def _rounds(folder: Path) -> tuple[list[float], list[float]]:
    desk = StoreThread(
        lambda: Store(folder / "tablet", str(uuid.uuid4()), system_clock(), lambda: str(uuid.uuid4())),
        PinBook(folder / "pins.json", time.monotonic),
    )
    desk.open().result()
    ours, peer = [], []
    with (folder / "raw").open("ab", buffering=0) as raw:
        for _ in range(ROUNDS):
            ours.append(one_tap(desk))
            peer.append(_append(raw.fileno()))
    desk.close()
    return ours, peer


def one_tap(desk: StoreThread) -> float:
    """Seconds from ``Conductor.tap`` to the moment the store has answered that the rating is durable."""
    answered = threading.Event()
    stamps: list[float] = []

    def posted(call: object) -> None:
        stamps.append(time.perf_counter())
        answered.set()

    conductor = Conductor(
        desk,
        Rules(),
        now_s=time.monotonic,
        new_id=lambda: str(uuid.uuid4()),
        new_code=lambda: "",
        post=posted,
        show=_nothing,
    )
    began = time.perf_counter()
    conductor.tap(Level.SATISFIED)
    answered.wait()
    return stamps[0] - began


def _nothing(view: View) -> None:
    assert not isinstance(view, ClosingView), "thanks before the save was reported"


def _append(descriptor: int) -> float:
    began = time.perf_counter()
    os.write(descriptor, b"x" * 4096)
    os.fsync(descriptor)
    return time.perf_counter() - began
