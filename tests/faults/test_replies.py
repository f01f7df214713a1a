"""Replies that are lost, cut, false, or somebody else's: what they do not say is not believed, what is sent
again counts once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.errors import SyncError
from tests.faults.conftest import Trials
from tests.faults.ground import Migrated, common
from tests.faults.lines import Line
from tests.faults.proxy import LOST_REPLY, Instead, Toxic, http

PORTAL = b"<html><title>Free Wi-Fi</title>Please sign in</html>"


@pytest.fixture
def line(tmp_path: Path, migrated_database: Migrated) -> Iterator[Line]:
    made = Line(common(migrated_database), tmp_path / "kiosk")
    yield made
    made.close()


def test_the_reply_lost_after_commit_again_and_again(line: Line, long: bool, trials: Trials) -> None:
    trials.of(12)
    tries = 100 if long else 5
    for _ in range(tries):
        line.rate(3)
        line.fails(LOST_REPLY)
    assert line.proxy.lost == tries
    assert len(line.received()) > 0, "headquarters had committed before"
    trials.count(line.arrives(), run=tries)


PLACES = {"nothing": 0, "in the status": 9, "in a header": 40, "before the body": -1, "in the body": -20}


def test_the_reply_cut_at_every_byte(line: Line, long: bool, trials: Trials) -> None:
    trials.of(13)
    line.rate()
    line.uploader.drain()
    places = range(700) if long else PLACES.values()
    for place in places:
        line.rate()
        line.proxy.once(Toxic("cut", edit=lambda raw, at=place: _cut(raw, at), reset=place % 2 == 1))  # type: ignore[misc]
        _try(line)
        line.uploader.drain()
        trials.count()
    trials.count(line.arrives(), run=0)


def _cut(raw: bytes, place: int) -> bytes:
    """The first ``place`` bytes; -1 is the end of the head, more counts from the end."""
    if place == -1:
        return raw[: raw.index(b"\r\n\r\n") + 4]
    return raw[:place]


def _body(cut: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """A reply that is whole as HTTP, its body changed."""
    return lambda raw: http(200, cut(raw.partition(b"\r\n\r\n")[2]))


def _changed(**fields: Any) -> Callable[[bytes], bytes]:
    return _body(lambda body: json.dumps({**json.loads(body), **fields}).encode())


def _without(name: str) -> Callable[[bytes], bytes]:
    return _body(lambda body: json.dumps({k: v for k, v in json.loads(body).items() if k != name}).encode())


STRANGER = "3f8d6c1e-52a7-4b0e-9d34-7c1f0a2b9e10"
FALSE: dict[str, Callable[[bytes], bytes]] = {
    "half the JSON": _body(lambda body: body[: len(body) // 2]),
    "no JSON": _body(lambda _: b"OK"),
    "nothing": _body(lambda _: b""),
    "null": _body(lambda _: b"null"),
    "a list": _body(lambda body: b"[" + body + b"]"),
    "twice": _body(lambda body: body + body),
    "UTF-16": _body(lambda body: body.decode().encode("utf-16")[:-1]),
    "deep": _body(lambda _: b'{"a":' * 100_000),
    "of another batch": _changed(batch_id=STRANGER),
    "of no batch": _without("batch_id"),
    "batch in another type": _changed(batch_id=5),
    "no results": _without("results"),
    "results of another shape": _changed(results=[[1, 2]]),
    "an id that is none": _changed(results=[{"event_id": None, "verdict": "accepted"}]),
    "a time beyond all numbers": _body(lambda body: body.replace(b'time_ms":', b'time_ms":' + b"9" * 400)),
    "gzip that is none": lambda raw: http(200, b"abc", Content_Encoding="gzip"),
    "a bomb": lambda raw: http(200, gzip.compress(bytes(50_000_000), 1), Content_Encoding="gzip"),
    "chunks that are none": lambda raw: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "no HTTP": lambda raw: b"\x16\x03\x01\x00 hello",
    "a status no one has": lambda raw: b"HTTP/1.1 99999 Odd\r\n\r\n",
    "switching": lambda raw: b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    "a thousand headers": lambda raw: http(200, b"", **{f"x{n}": "1" for n in range(1000)}),
    "204": lambda raw: http(204),
    "206": lambda raw: http(206, raw.partition(b"\r\n\r\n")[2]),
}


@pytest.mark.screen_only
@pytest.mark.parametrize("name", FALSE)
def test_a_false_reply_after_commit_is_not_believed(line: Line, name: str, trials: Trials) -> None:
    trials.of(13)
    line.rate(3)
    line.fails(Toxic(name, edit=FALSE[name]))
    assert line.tablet.pending() == 3
    assert len(line.received()) == 3, "headquarters had taken them"
    trials.count(line.judge())
    trials.count(line.arrives(), run=0)


def _redirect(status: int, location: bytes) -> Instead:
    head = b"HTTP/1.1 %d Elsewhere\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % (status, location)
    return lambda _: head


LOCATIONS = [b"https://portal.example/login", b"//[::1", b"http://[::1", b"\xff\xfe", b"", b"javascript:x"]
OTHERS: dict[str, Instead] = {
    "a portal's page": lambda _: http(200, PORTAL, Content_Type="text/html"),
    "a portal's page, 511": lambda _: http(511, PORTAL),
    "an empty 200": lambda _: http(200),
    "the request itself": lambda request: http(200, gzip.decompress(request.partition(b"\r\n\r\n")[2])),
    "an old reply": lambda _: http(200, b'{"batch_id":"b","server_time_ms":1,"results":[],'
                                        b'"contiguous_seq":9,"config_version":0}'),
    **{f"{status} to {place!r}": _redirect(status, place)
       for status in (301, 302, 303, 307, 308) for place in LOCATIONS},
}  # fmt: skip


@pytest.mark.screen_only
def test_whoever_else_answers_confirms_nothing(line: Line, trials: Trials) -> None:
    trials.of(13)
    line.rate(2)
    for name, instead in OTHERS.items():
        line.fails(Toxic(name, instead=instead))
        assert line.tablet.pending() == 2, name
        trials.count()
    assert line.received() == [], "headquarters heard nothing"
    assert len(line.proxy.requests) == len(OTHERS) + 1, (
        "enrolment, and one request a try: nothing is followed"
    )
    trials.count(line.arrives(), run=0)


def _answer(request: bytes, results: Callable[[list[str]], list[dict[str, Any]]]) -> bytes:
    """A well-formed reply to this very batch."""
    batch = json.loads(gzip.decompress(request.partition(b"\r\n\r\n")[2]))
    ids = [event["event_id"] for event in batch["events"]]
    said = {"batch_id": batch["batch_id"], "server_time_ms": 5, "results": results(ids)}
    return http(200, json.dumps({**said, "contiguous_seq": 10**6, "config_version": 0}).encode())


def _accepted(event_id: str) -> dict[str, Any]:
    return {"event_id": event_id, "verdict": "accepted"}


NAMING: dict[str, Callable[[list[str]], list[dict[str, Any]]]] = {
    "nobody": lambda ids: [],
    "strangers": lambda ids: [_accepted(STRANGER), _accepted(""), _accepted("' OR 1=1 --")],
    "ids in another spelling": lambda ids: [_accepted(one.upper()) for one in ids],
    "verdicts of a later version": lambda ids: [{"event_id": one, "verdict": "archived"} for one in ids],
    "no verdicts": lambda ids: [{"event_id": one} for one in ids],
    "verdicts of another type": lambda ids: [{"event_id": one, "verdict": ["accepted"]} for one in ids],
    "retry": lambda ids: [{"event_id": one, "verdict": "retry"} for one in ids],
}


@pytest.mark.screen_only
def test_a_reply_settles_only_whom_it_names(line: Line, trials: Trials) -> None:
    """Whatever else it says, even that all is there already."""
    trials.of(13)
    line.rate(3)
    for name, results in NAMING.items():
        line.proxy.once(Toxic(name, instead=lambda request, said=results: _answer(request, said)))  # type: ignore[misc]
        line.uploader._pass()
        assert line.tablet.pending() == 3, name
        trials.count(line.judge())
    trials.count(line.arrives(), run=0)


def test_a_reply_that_names_some_settles_those(line: Line, trials: Trials) -> None:
    trials.of(13)
    first, *others = line.rate(4)

    def half(raw: bytes) -> bytes:
        reply = json.loads(raw.partition(b"\r\n\r\n")[2])
        reply["results"] = [one for one in reply["results"] if one["event_id"] == first] * 2
        return http(200, json.dumps(reply).encode())

    line.proxy.once(Toxic("half", edit=half))
    line.uploader._pass()
    assert line.tablet.pending() == len(others)
    trials.count(line.arrives())


def _try(line: Line) -> None:
    """The cut may come behind all that matters: then it has succeeded."""
    try:
        line.uploader.drain()
    except SyncError:
        return
