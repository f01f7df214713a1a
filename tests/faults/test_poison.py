"""Fault 20: one event that nobody can believe, first, in the middle and last of a batch. The others arrive,
it is set aside where a person sees it, and it can be tried again.

The poison lies in the tablet's own file, with a right place and a right hash, as a faulty release or a flash
cell would leave it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.store.log import Store
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, common
from tests.faults.invariant import Verdict
from tests.journeys.tablet import QuietTablet

Change = Callable[[dict[str, Any]], None]
PLACES = (0, 2, 4)
"""Good ratings before the poison; there are four in all."""


@pytest.fixture(scope="module")
def ground(migrated_database: Migrated) -> Ground:
    return common(migrated_database)


def says(**changes: Any) -> Change:
    return lambda event: event.update(changes)


def body(**changes: Any) -> Change:
    return lambda event: event["body"].update(changes)


def written(old: str, new: str) -> Callable[[str], str]:
    return lambda stored: stored.replace(old, new, 1)


DEEP = "[" * 100_000 + "]" * 100_000
BELIEVED: dict[str, Change] = {
    "a kind of a later release": says(kind="telepathy"),
    "a later version": says(v=99, kind="rating", more={"a": 1}),
    "NUL in a comment": lambda event: event.update(kind="comment", body={"text": "a\x00b", "topic": "\x00"}),
    "a comment without a text": lambda event: event.update(kind="comment", body={"text": 7}),
    "reasons that are none": lambda event: event.update(kind="reasons", body={"chosen": {"a": 1}, "good": 1}),
    "a subject of NULs": lambda event: event.update(kind="subject", body={"service": "\x00\x00"}),
    "year 1970": says(wall_ms=0),
    "year 9998": says(wall_ms=253_339_228_800_000),
    "flags that are none": body(flags={"a": [1]}),
}
"""Strange, yet it says all that headquarters must know to store it."""
REFUSED: dict[str, Change] = {
    "level 4": body(level=4),
    "level true": body(level=True),
    "no level": lambda event: event["body"].clear(),
    "a level of a hundred digits": body(level=10**100),
    "a kind that is no word": says(kind="Đánh giá!"),
    "version 0": says(v=0),
    "a version that is no number": says(v="one"),
    "before 1970": says(wall_ms=-1),
    "the year 100,000": says(wall_ms=10**17),
    "an offset of years": says(utc_offset_min=10**6),
    "a time that is a text": says(wall_ms="today"),
    "a number that no column holds": says(config_version=2**63),
    "no visit": lambda event: event.pop("visit_id"),
    "a visit with NUL": says(visit_id="a\x00b"),
    "a visit without end": says(visit_id="v" * 5000),
    "a body that is a list": says(body=[1, 2]),
    "another tablet's": says(tablet_id=str(uuid.uuid4())),
    "another place": says(seq=10**6),
}
WRITTEN: dict[str, Callable[[str], str]] = {
    "no JSON": lambda stored: stored[:-1],
    "nothing": lambda stored: "",
    "null": lambda stored: "null",
    "a bare NUL": lambda stored: stored + "\x00",
    "NaN": written('"level":3', '"level":NaN'),
    "Infinity": written('"level":3', '"level":-Infinity'),
    "half a character": lambda stored: written('"channel":"tablet"', '"channel":"\\ud800"')(stored),
    "a number of 10,000 digits": written('"level":3', '"level":' + "9" * 10_000),
    "deeply nested": written('"level":3', f'"level":{DEEP}'),
    "a key twice": written('"level":3', '"level":3,"level":9'),
    "two objects": lambda stored: stored + stored,
}
"""Texts that no JSON library of ours writes."""


def poison(
    tablet: QuietTablet, change: Change | None = None, write: Callable[[str], str] | None = None
) -> str:
    """The next event of the tablet's file, changed before it was hashed; its id."""

    def put(store: Store) -> str:
        event_id = store.new_id()
        with store._transaction() as db:
            seq, prev = store._read_head(db)
            event = {
                "v": 1, "event_id": event_id, "tablet_id": store.tablet_id, "install_id": store.install_id,
                "seq": seq + 1, "kind": "rating", "visit_id": store.new_id(), "boot_id": store.new_id(),
                "mono_ms": 1, "wall_ms": store._clock().wall_ms, "utc_offset_min": 420,
                "labels_version": "bom-bo-2024", "config_version": 0,
                "body": {"level": 3, "channel": "tablet"},
            }  # fmt: skip
            if change is not None:
                change(event)
            stored = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
            raw = (write(stored) if write else stored).encode("utf-8", "surrogatepass")
            insert(db, seq + 1, event_id.encode(), raw, prev, kind=event["kind"])
        store._head = store._waiting = None
        return event_id

    return tablet.desk.submit(put).result()


def insert(db: Any, seq: int, event_id: bytes, stored: bytes, prev: bytes, **others: Any) -> None:
    """A row as it is, whatever is in it."""
    own = hashlib.sha256(prev + stored).digest()
    row = {"kind": "rating", "visit_id": "v", "wall_ms": 0, "local_day": "2026-01-01", "level": 3, **others}
    db.execute(
        "INSERT INTO events"
        " (seq, event_id, kind, visit_id, wall_ms, local_day, level, stored, prev_hash, hash)"
        " VALUES (?, CAST(? AS TEXT), ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?)",
        (seq, event_id, *row.values(), stored, prev, own),
    )


def quarantined(tablet: QuietTablet) -> int:
    return tablet.desk.submit(lambda store: store.queue_state()).result().quarantined


@pytest.fixture
def places(long: bool, request: pytest.FixtureRequest) -> tuple[int, ...]:
    """All of them; in the short form one, of each poison another."""
    return PLACES if long else (PLACES[len(request.node.name) % 3],)


def at_each_place(
    ground: Ground, folder: Path, places: tuple[int, ...], put: Callable[[QuietTablet], str], aside: bool
) -> Verdict:
    """Poison, drain, look, at each of the places. What the invariant says in the end."""
    tablet = ground.tablet(folder)
    shown: list[str] = []
    bad: list[str] = []
    for before in places:
        shown += tablet.rate(*[3] * before)
        bad.append(put(tablet))
        shown += tablet.rate(*[2] * (4 - before))
        tablet.uploader.drain()
        assert tablet.pending() == 0, "nothing waits behind it"
    verdict = ground.judge(shown, folder)
    assert verdict.holds, str(verdict)
    assert (verdict.pending, quarantined(tablet)) == (0, len(bad) if aside else 0)
    if aside:
        is_seen(ground, tablet, len(bad))
        tried_again(tablet, len(bad))
    else:
        there = {str(uuid.UUID(str(row[0]))) for row in ground.rows("SELECT event_id FROM ratings_event")}
        assert there >= set(bad)
    tablet.close()
    return ground.judge(shown, folder)


def is_seen(ground: Ground, tablet: QuietTablet, number: int) -> None:
    """On the tablet by its place and reason, at headquarters in the tablet's row."""
    tablet.uploader.drain()
    listed = tablet.desk.submit(lambda store: store.quarantined()).result()
    assert len(listed) == number
    assert all(item.code for item in listed)
    rows = ground.rows("SELECT id, quarantined FROM tablets_tablet")
    told = {str(uuid.UUID(str(owner))): count for owner, count in rows}
    assert told[tablet.identity.tablet_id] == number


def tried_again(tablet: QuietTablet, number: int) -> None:
    """It waits again, is refused again, and holds nothing up."""
    assert tablet.desk.submit(lambda store: store.replay_quarantined()).result() == number
    assert tablet.pending() == number
    tablet.uploader.drain()
    assert (tablet.pending(), quarantined(tablet)) == (0, number)


@pytest.mark.parametrize("name", BELIEVED)
def test_what_is_strange_but_readable_is_stored(
    ground: Ground, trials: Trials, tmp_path: Path, places: tuple[int, ...], name: str
) -> None:
    verdict = at_each_place(
        ground, tmp_path / "kiosk", places, lambda tablet: poison(tablet, BELIEVED[name]), aside=False
    )
    trials.of(20).count(verdict, run=len(places))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_believed_is_set_aside(
    ground: Ground, trials: Trials, tmp_path: Path, places: tuple[int, ...], name: str
) -> None:
    verdict = at_each_place(
        ground, tmp_path / "kiosk", places, lambda tablet: poison(tablet, REFUSED[name]), aside=True
    )
    trials.of(20).count(verdict, run=len(places))


@pytest.mark.parametrize("name", WRITTEN)
def test_what_cannot_be_read_is_set_aside(
    ground: Ground, trials: Trials, tmp_path: Path, places: tuple[int, ...], name: str
) -> None:
    verdict = at_each_place(
        ground, tmp_path / "kiosk", places, lambda tablet: poison(tablet, write=WRITTEN[name]), aside=True
    )
    trials.of(20).count(verdict, run=len(places))


@pytest.mark.parametrize(("letters", "aside"), [(1_000_000, False), (5_000_000, True)])
def test_a_comment_of_megabytes(
    ground: Ground, trials: Trials, tmp_path: Path, places: tuple[int, ...], letters: int, aside: bool
) -> None:
    """What fits into a request is stored; what does not is set aside at the tablet."""
    long = poison_of_length(letters)
    verdict = at_each_place(
        ground, tmp_path / "kiosk", places, lambda tablet: poison(tablet, long), aside=aside
    )
    trials.of(20).count(verdict, run=len(places))


def poison_of_length(letters: int) -> Change:
    return lambda event: event.update(kind="comment", body={"text": "ạ" * letters, "topic": "other"})


RAW: dict[str, Callable[[bytes], bytes]] = {
    "a byte that is no letter": lambda stored: stored.replace(b"tablet", b"tabl\xfft", 1),
    "half of a letter at the end": lambda stored: stored + b"\xe1\xba",
    "only such bytes": lambda stored: b"\xff\xfe\xfd",
}


@pytest.mark.parametrize("name", RAW)
def test_a_text_in_the_file_that_is_no_text_holds_nothing_up(
    ground: Ground, trials: Trials, tmp_path: Path, places: tuple[int, ...], name: str
) -> None:
    """A flash cell has lost a bit: SQLite gives the bytes back as they are, whatever they are."""

    def put(tablet: QuietTablet) -> str:
        return spoilt(tablet, lambda event_id, stored: (event_id, RAW[name](stored)))

    verdict = at_each_place(ground, tmp_path / "kiosk", places, put, aside=True)
    trials.of(20).count(verdict, run=len(places))


IDS: dict[str, Callable[[bytes], bytes]] = {
    "an id of other bytes": lambda event_id: b"\xff" + event_id[1:],
    "an id that is no UUID": lambda event_id: b"rating " + event_id[:4],
    "an id without end": lambda event_id: event_id * 100,
}


@pytest.mark.parametrize("name", IDS)
def test_an_id_in_the_file_that_is_none_holds_nothing_up(
    ground: Ground, trials: Trials, tmp_path: Path, places: tuple[int, ...], name: str
) -> None:
    def put(tablet: QuietTablet) -> str:
        return spoilt(tablet, lambda event_id, stored: (IDS[name](event_id), stored))

    verdict = at_each_place(ground, tmp_path / "kiosk", places, put, aside=True)
    trials.of(20).count(verdict, run=len(places))


def spoilt(tablet: QuietTablet, change: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> str:
    """A row whose bytes are others than its writer's, hash and all; its id as one reads it."""

    def put(store: Store) -> str:
        with store._transaction() as db:
            seq, prev = store._read_head(db)
            whole = json.dumps({"seq": seq + 1, "body": {"level": 3, "channel": "tablet"}}).encode()
            event_id, stored = change(store.new_id().encode(), whole)
            insert(db, seq + 1, event_id, stored, prev)
        store._head = store._waiting = None
        return event_id.decode("utf-8", "replace")

    return tablet.desk.submit(put).result()
