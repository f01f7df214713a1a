"""Lines that are slow, narrow, silent or lead nowhere; and slow strangers, who hold nobody up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sync.contract import BATCH_PATH
from sync.errors import ServerTrouble, SyncError, Unreachable
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, common, fresh
from tests.faults.lines import HASTY, Line
from tests.faults.proxy import CLEAN, Toxic, http

KB = 1024


@pytest.fixture
def line(tmp_path: Path, migrated_database: Migrated) -> Iterator[Line]:
    made = Line(common(migrated_database), tmp_path / "kiosk")
    yield made
    made.close()


def test_the_body_cut_at_every_kilobyte(line: Line, long: bool, trials: Trials) -> None:
    """Headquarters has the beginning of a batch and nobody who goes on: it takes none of it."""
    trials.of(14)
    line.rate(500 if long else 60)
    places = range(0, 200 * KB, KB) if long else (0, KB, 4 * KB, 5 * KB)
    for place in places:
        line.uploader._limit = 500
        line.proxy.once(Toxic("cut body", request_upto=place, reset=place % 2 == 1))
        with suppress(Unreachable):
            line.uploader._pass()
        if line.proxy.done[-1] == CLEAN.name or line.tablet.pending() == 0:
            break  # the whole batch fits
        assert line.received() == [], place
        trials.count()
    trials.count(line.arrives())


@pytest.mark.screen_only
def test_a_line_too_narrow_for_a_whole_batch_carries_it_in_pieces(line: Line, trials: Trials) -> None:
    """What is too much in the time there is, is halved until it passes: else the queue would never move."""
    trials.of(14)
    line.rate(300)
    line.proxy.always(Toxic("narrow", request_upto=4 * KB))
    tries = _until_empty(line)
    assert tries < 60
    trials.count(line.arrives(), run=tries)


@pytest.mark.screen_only
def test_a_batch_that_fells_headquarters_holds_nobody_back(line: Line, trials: Trials) -> None:
    """Answered 500 whenever one event is in it: all others arrive, that one waits and is told of."""
    trials.of(17)
    culprit = line.rate(20)[7]

    def falls(request: bytes) -> bytes | None:
        import gzip

        return http(500) if culprit.encode() in gzip.decompress(request.partition(b"\r\n\r\n")[2]) else None

    line.proxy.always(Toxic("poison", instead=falls))
    tries = 0
    while line.tablet.pending() > 1 and tries < 60:
        tries += 1
        with suppress(SyncError):
            line.uploader.drain()
    assert set(line.received()) == set(line.shown) - {culprit}
    with pytest.raises(ServerTrouble):
        line.uploader.drain()
    trials.count(line.arrives(), run=tries)


@pytest.mark.screen_only
def test_a_byte_at_a_time_is_enough(line: Line, long: bool, trials: Trials) -> None:
    """Thirty a second are; with fewer a request takes longer than the tablet waits, and it asks again."""
    trials.of(14)
    pause_s = 0.03 if long else 0.001
    for toxic in (Toxic("slow up", up_s=pause_s), Toxic("slow down", down_s=pause_s)):
        line.rate(2)
        line.proxy.once(toxic)
        line.uploader.drain()
        assert line.tablet.pending() == 0
        trials.count(line.judge())


@pytest.mark.screen_only
def test_silence_is_waited_out_and_asked_again(line: Line, long: bool, trials: Trials) -> None:
    """Before the first byte, behind the head, in the body: within the time-out the try is over."""
    trials.of(14)
    hasty = line.uploader_to(line.proxy.address, HASTY)
    line.rate()
    line.uploader.drain()
    places = range(0, 400, 20) if long else (0, 17, 200)
    for place in places:
        line.rate()
        began = time.monotonic()
        error = line.fails(Toxic("silent", reply_upto=place, silent=True), uploader=hasty)
        assert (type(error), error.code) == (Unreachable, "interrupted")
        assert time.monotonic() - began < 30
        line.uploader.drain()
        trials.count()
    trials.count(line.arrives(), run=0)


@pytest.mark.screen_only
def test_a_reply_that_drips_for_ever_ends(line: Line, trials: Trials) -> None:
    """Each byte comes in time, the whole never: whoever does that does not hold the tablet for days."""
    trials.of(14)
    hasty = line.uploader_to(line.proxy.address, (0.2, 0.3))
    line.rate()
    endless = http(200, bytes(10**6)).replace(b"\x00", b" ")
    error = line.fails(Toxic("drip", instead=lambda _: endless, down_s=0.02), uploader=hasty)
    assert error.code == "interrupted"
    trials.count(line.arrives())


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://nowhere.invalid", "no_name"),
        ("https://" + "a" * 70 + ".example", "no_name"),
        ("https://192.0.2.1", "no_route"),
        ("http://127.0.0.1:9", "no_route"),
    ],
)
def test_an_address_that_leads_nowhere_has_its_word(
    line: Line, address: str, code: str, trials: Trials
) -> None:
    trials.of(14)
    line.rate()
    error = line.fails(uploader=line.uploader_to(address, HASTY))
    assert (type(error), error.code) == (Unreachable, code)
    trials.count(line.arrives())


def _until_empty(line: Line) -> int:
    """How many tries it took."""
    for tries in range(1, 100):
        with suppress(SyncError):
            line.uploader.drain()
        if line.tablet.pending() == 0:
            return tries
    raise AssertionError(f"{line.tablet.pending()} still wait")


# -- headquarters' side ----------------------------------------------------------------------------------


class Crowd:
    """Strangers who send a request a byte at a time, and one who says nothing at all."""

    def __init__(self, ground: Ground, number: int, start: bytes) -> None:
        self._port, self._start = ground.headquarters.port, start
        self._ends = [self._come() for _ in range(number)]
        self._over = threading.Event()
        threading.Thread(target=self._drip, daemon=True).start()

    def _come(self) -> socket.socket:
        end = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        end.sendall(self._start)
        return end

    def _drip(self) -> None:
        while not self._over.wait(1):
            for end in self._ends:
                with suppress(OSError):
                    end.sendall(b"x")

    def leave(self) -> None:
        self._over.set()
        for end in self._ends:
            end.close()


HEAD = f"POST {BATCH_PATH} HTTP/1.1\r\nHost: x\r\n".encode()
SLOW = {
    "nothing": b"",
    "half a line": b"POST /api",
    "half a head": HEAD + b"X-Slow: ",
    "half a body": HEAD + b"Content-Length: 5000\r\n\r\nabc",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\nabc",
    "half a form": b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=",
}


@pytest.mark.screen_only
def test_slow_strangers_hold_no_tablet_up(
    tmp_path: Path, migrated_database: Migrated, long: bool, trials: Trials
) -> None:
    """Forty of each kind, and a tablet syncs meanwhile as if it were alone."""
    trials.of(14)
    ground = fresh(tmp_path / "headquarters", migrated_database)
    line = Line(ground, tmp_path / "kiosk")
    line.rate(5)
    line.uploader.drain()
    crowds = []
    try:
        for start in SLOW.values():
            crowds.append(Crowd(ground, 40 if long else 10, start))
            line.rate(5)
            began = time.monotonic()
            line.uploader.drain()
            assert time.monotonic() - began < 10
            trials.count(line.judge())
    finally:
        for crowd in crowds:
            crowd.leave()
        line.close()
        ground.headquarters.stop()
