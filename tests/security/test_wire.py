"""What a stranger on the wire may try, beyond tests/headquarters/test_refusals.py: swapped keys, older ways
of speaking, packed tricks, floods, replays; and what whoever answers a tablet may try.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from headquarters import wire
from headquarters.rates import MOST_NAMES, Rate
from headquarters.ratings.models import Event
from headquarters.tablets import renewal as asks
from headquarters.tablets.models import Tablet
from kiosk import enrolment
from kiosk.clock import system_clock
from kiosk.pins import PinBook
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.uploader import Sender, Uploader
from sync import configuration as documents
from sync import contract, device, gaps, renewal
from sync.client import Answer, Client
from sync.signing import KEY_ID_HEADER, SIGNATURE_HEADER, Signer
from tests.headquarters.conftest import Office26740, nobody_has_asked_yet, office, problem_of, tablet
from tests.support import FakeTablet, body_of, new_id

__all__ = ["nobody_has_asked_yet", "office", "tablet"]
SIGNED = (contract.BATCH_PATH, documents.PATH, gaps.PATH, renewal.PATH)
ALL = (*SIGNED, contract.ENROL_PATH, device.AUTHORIZE_PATH, device.TOKEN_PATH)
alone = pytest.mark.screen_only


@alone
@pytest.mark.parametrize("path", ALL)
def test_every_address_refuses_what_was_signed_by_another_key(
    office: Office26740, tablet: FakeTablet, path: str
) -> None:
    other = FakeTablet()
    office.place(other)
    body = body_of(tablet.batch([tablet.rating()]))
    own, foreign = tablet.headers(body), other.headers(body)
    for headers in (
        own | {KEY_ID_HEADER: other.signer.key_id},
        foreign | {KEY_ID_HEADER: own[KEY_ID_HEADER]},
    ):
        assert problem_of(*office.post(path, body, headers)).status in (400, 401)
    assert Event.objects.count() == 0


@alone
def test_a_good_signature_of_one_tablet_says_nothing_for_another(
    office: Office26740, tablet: FakeTablet
) -> None:
    other = FakeTablet()
    office.place(other)
    for message in (
        other.batch([other.rating()]),
        documents.ConfigurationRequest(tablet_id=other.tablet_id, have_version=0),
        gaps.GapsRequest(tablet_id=other.tablet_id, install_id=other.install_id, max_seq=1),
        renewal.request(other.tablet_id, Signer(bytes(32))),
    ):
        path = SIGNED[
            ("Batch", "ConfigurationRequest", "GapsRequest", "KeyRequest").index(type(message).__name__)
        ]
        assert office.refused(tablet, body_of(message), path).code == "wrong_tablet"


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: (
            headers | {SIGNATURE_HEADER: f"{headers[SIGNATURE_HEADER]},{headers[SIGNATURE_HEADER]}"}
        ),
        lambda headers: headers | {SIGNATURE_HEADER: f"none {headers[SIGNATURE_HEADER]}"},
        lambda headers: headers | {SIGNATURE_HEADER: headers[SIGNATURE_HEADER][:-4]},
        lambda headers: headers | {SIGNATURE_HEADER: "²" * 88},
        lambda headers: headers | {KEY_ID_HEADER: f"{headers[KEY_ID_HEADER]},{headers[KEY_ID_HEADER]}"},
        lambda headers: headers | {KEY_ID_HEADER: headers[KEY_ID_HEADER].upper() + "'--"},
        lambda headers: headers | {KEY_ID_HEADER: "\x00"},
        lambda headers: {KEY_ID_HEADER: headers[KEY_ID_HEADER]},
    ],
    ids=["twice", "algorithm", "short", "odd letters", "two keys", "quoted", "NUL", "unsigned"],
)
def test_no_header_talks_headquarters_out_of_the_signature(
    office: Office26740, tablet: FakeTablet, change: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    body = body_of(tablet.batch([tablet.rating()]))
    for path in SIGNED:
        assert problem_of(*office.post(path, body, change(tablet.headers(body)))).status == 401


@alone
def test_older_ways_of_speaking_are_not_understood(office: Office26740, tablet: FakeTablet) -> None:
    plain = contract.encode_message(tablet.batch([tablet.rating()]))
    assert office.refused(tablet, plain).code == "not_gzip"
    body = gzip.compress(plain)
    for path in ("/api/v0/batches", "/api/batches", "/api/v1/batches/", "/api/v1/read/batches"):
        assert office.post(path, body, tablet.headers(body))[0] in (404, 405)
    assert Event.objects.count() == 0


@alone
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (gzip.compress(gzip.compress(b"{}")), "not_json"),
        (gzip.compress(b"{}") * 2, "not_gzip"),
        (gzip.compress(b"") * 20_000, "not_gzip"),
        (gzip.compress(b"{}") + b"\0" * 1000, "not_gzip"),
        (gzip.compress(b'{"\xff":1}'), "not_json bad_envelope"),
        (gzip.compress(b'{"a":' * 200_000), "not_json bad_envelope"),
        (gzip.compress(b'{"a":' + b"9" * 1_000_000 + b"}"), "bad_envelope"),
    ],
    ids=[
        "gzip in gzip",
        "two members",
        "many members",
        "rubbish behind",
        "odd bytes",
        "deep",
        "a long number",
    ],
)
def test_packed_tricks_cost_nothing_and_are_named(
    office: Office26740, tablet: FakeTablet, body: bytes, code: str
) -> None:
    began = time.process_time()
    assert office.refused(tablet, body).code in code.split()
    assert time.process_time() - began < 2.0


@alone
@pytest.mark.parametrize("declared", ["²", "-1", "9" * 5000, "1_0", " 7"])
def test_an_odd_length_is_no_server_error(office: Office26740, tablet: FakeTablet, declared: str) -> None:
    body = body_of(tablet.batch())
    answer = Browser().generic(
        "POST", contract.BATCH_PATH, body, CONTENT_LENGTH=declared, headers=tablet.headers(body)
    )
    assert answer.status_code < 500


@alone
@pytest.mark.parametrize("path", ALL)
def test_another_method_is_told_the_right_one(office: Office26740, path: str) -> None:
    answer = Browser().generic("TRACE", path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


# -- floods ------------------------------------------------------------------------------------------------


@alone
def test_a_flood_that_nobody_signed_is_answered_429_and_a_good_tablet_beside_it_is_not(
    office: Office26740, tablet: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "STRANGE", Rate(20, 3600))
    office.push(tablet, [tablet.rating()])
    stranger = FakeTablet()
    body = body_of(stranger.batch([stranger.rating()]))
    codes = [
        problem_of(*office.post(contract.BATCH_PATH, body, stranger.headers(body))).code for _ in range(30)
    ]
    assert codes == ["unknown_key"] * 20 + ["too_many_requests"] * 10
    answer = Browser().post(contract.BATCH_PATH, body, "application/json", headers=stranger.headers(body))
    assert answer.headers["Retry-After"] == str(wire.RETRY_AFTER_S)
    office.push(tablet, [tablet.rating()])
    assert Event.objects.filter(tablet_id=tablet.tablet_id).count() == 2


@alone
def test_a_tablet_that_sends_more_than_any_can_waits_and_the_others_do_not(
    office: Office26740, tablet: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SENT", Rate(5, 3600))
    other = FakeTablet()
    office.place(other)
    for _ in range(5):
        office.push(tablet)
    for path in SIGNED:
        assert office.refused(tablet, body_of(tablet.batch()), path).code == "too_many_requests"
    office.push(other)


@alone
def test_a_rate_begins_anew_with_each_span_and_keeps_no_more_names_than_it_may() -> None:
    now = [0.0]
    rate = Rate(2, 60, lambda: now[0])
    assert [rate.take("a") for _ in range(3)] == [True, True, False]
    assert rate.exhausted("a")
    assert not rate.exhausted("b")
    now[0] = 60.0
    assert not rate.exhausted("a")
    for number in range(MOST_NAMES + 10):
        rate.take(str(number))
    assert len(rate._counts) <= MOST_NAMES


# -- replays -----------------------------------------------------------------------------------------------


def test_a_recorded_request_sent_again_later_counts_nothing(office: Office26740, tablet: FakeTablet) -> None:
    """What headquarters knows of the tablet's state may be older for a while: until it is heard again."""
    recorded = body_of(tablet.batch([tablet.rating(1)], pending=7))
    headers = tablet.headers(recorded)
    first = office.post(contract.BATCH_PATH, recorded, headers)
    office.push(tablet, [tablet.rating(3)])
    before = list(Event.objects.order_by("seq").values_list("event_id", "batch_id", "received_at"))
    again = office.post(contract.BATCH_PATH, recorded, headers)
    assert (first[0], again[0]) == (200, 200)
    assert [str(one.verdict) for one in contract.decode_reply(again[1]).results] == ["duplicate"]
    assert list(Event.objects.order_by("seq").values_list("event_id", "batch_id", "received_at")) == before
    office.push(tablet)
    assert Tablet.objects.get(pk=tablet.tablet_id).pending == 0


def test_a_recorded_request_opens_nothing_once_the_tablet_is_revoked(
    office: Office26740, tablet: FakeTablet
) -> None:
    bodies = {
        contract.BATCH_PATH: body_of(tablet.batch([tablet.rating()])),
        documents.PATH: body_of(documents.ConfigurationRequest(tablet_id=tablet.tablet_id, have_version=0)),
        gaps.PATH: body_of(
            gaps.GapsRequest(tablet_id=tablet.tablet_id, install_id=tablet.install_id, max_seq=1)
        ),
        renewal.PATH: body_of(renewal.request(tablet.tablet_id, tablet.signer)),
    }
    for path, body in bodies.items():
        assert office.post(path, body, tablet.headers(body))[0] == 200
    Tablet.objects.filter(pk=tablet.tablet_id).update(revoked_at="2026-11-22T00:00:00Z")
    for path, body in bodies.items():
        assert office.refused(tablet, body, path).code == "revoked"


def test_a_recorded_renewal_sent_again_brings_no_key_back(office: Office26740, tablet: FakeTablet) -> None:
    """Twice renewed: neither the first request nor the second changes anything any more, asked for or not."""
    keys, recorded = [tablet, replace(tablet, seed=b"b" * 32), replace(tablet, seed=b"c" * 32)], []
    for old, new in pairwise(keys):
        asks.ask(Tablet.objects.get(pk=tablet.tablet_id), None)
        body = body_of(renewal.request(tablet.tablet_id, new.signer))
        recorded.append((body, old.headers(body)))
        assert office.post(renewal.PATH, *recorded[-1])[0] == 200
    for _ in range(2):
        for body, headers in recorded:
            assert problem_of(*office.post(renewal.PATH, body, headers)).code == "unknown_key"
        assert Tablet.objects.get(pk=tablet.tablet_id).key_id == keys[-1].signer.key_id
        asks.ask(Tablet.objects.get(pk=tablet.tablet_id), None)


def test_another_tablets_renewal_is_no_way_to_a_key(office: Office26740, tablet: FakeTablet) -> None:
    """Neither a request overheard from it, nor its proof in one's own, nor a proof of an older kind."""
    other, new = FakeTablet(), Signer(b"n" * 32)
    office.place(other)
    for one in Tablet.objects.all():
        asks.ask(one, None)
    theirs = renewal.request(other.tablet_id, new)
    for message, code in (
        (theirs, "wrong_tablet"),
        (replace(theirs, tablet_id=tablet.tablet_id), "bad_signature"),
        (replace(theirs, tablet_id=tablet.tablet_id, proof=new.sign(b"")), "bad_signature"),
        (
            replace(
                theirs,
                tablet_id=tablet.tablet_id,
                proof=new.sign(f"{tablet.tablet_id} {theirs.public_key}".encode()),
            ),
            "bad_signature",
        ),
    ):
        assert office.refused(tablet, body_of(message), renewal.PATH).code == code
    assert Tablet.objects.get(pk=tablet.tablet_id).key_id == tablet.signer.key_id


# -- who answers a tablet ----------------------------------------------------------------------------------


class Answering(Client):
    """The tablet's own client on a line where somebody else answers."""

    said: Callable[[dict[str, Any]], Answer]

    def _post(self, path: str, body: bytes, signature: dict[str, str]) -> Answer:
        return self.said(json.loads(gzip.decompress(body)))


@pytest.fixture
def line(tmp_path: Path) -> Iterator[tuple[Uploader, Answering]]:
    identity = enrolment.load_identity(tmp_path, new_id)
    desk = StoreThread(
        lambda: Store(tmp_path, identity.tablet_id, system_clock(), new_id),
        PinBook(tmp_path / "pins.json", time.monotonic),
    )
    install_id = desk.open().result()
    desk.save_rating(new_id(), Level(3)).result()
    client = Answering("https://headquarters.example", identity.signer())
    sender = Sender(identity.tablet_id, install_id, "test", tmp_path)
    memory = tmp_path / "memory.json"
    made = Uploader(
        desk,
        lambda: client,
        lambda: sender,
        every_s=1,
        uniform=random.uniform,
        clock=system_clock(),
        memory=memory,
    )
    yield made, client
    made.stop()
    desk.close()


def refusal(http: int, **problem: Any) -> Callable[[dict[str, Any]], Answer]:
    told = {"code": "bad_envelope", "message": "", "status": http, **problem}
    return lambda _question: Answer(http, json.dumps({"problem": told}).encode(), None)


def reply(**changes: Any) -> Callable[[dict[str, Any]], Answer]:
    """An answer to the very batch, with fields of the answerer's choice."""

    def said(question: dict[str, Any]) -> Answer:
        results = [
            {"event_id": one["event_id"], "verdict": "retry", "code": "\ud800"} for one in question["events"]
        ]
        usual = {"server_time_ms": 1, "results": results, "contiguous_seq": 0, "config_version": 0}
        return Answer(200, json.dumps({"batch_id": question["batch_id"], **usual, **changes}).encode(), None)

    return said


@alone
@pytest.mark.parametrize(
    "said",
    [
        refusal(400, code="\ud800"),
        refusal(401, code="\ud800", message="\ud800"),
        refusal(503, code="\ud800"),
        refusal(403, message="x" * 1_000_000),
        refusal(403, code="x" * 1_000_000),
        refusal(429, status=10**400),
        reply(),
        reply(contiguous_seq=10**400, config_version=10**400, server_time_ms=-(10**400)),
        reply(results=[{"event_id": "\ud800", "verdict": "accepted"}]),
        reply(results=[{"event_id": "a", "verdict": [], "code": {}}] * 1000),
        reply(batch_id="\ud800"),
    ],
)  # fmt: skip
def test_no_answer_ends_the_queues_thread_or_clears_an_event(
    line: tuple[Uploader, Answering], said: Callable[[dict[str, Any]], Answer]
) -> None:
    """Half a letter in a refusal's code did: it could be written into no file and no heartbeat."""
    uploader, client = line
    client.said = said  # type: ignore[method-assign]
    for _ in range(2):
        assert uploader._round() > 0
    client.said = reply()  # type: ignore[method-assign]
    assert uploader._round() > 0
    assert uploader._queue.submit(lambda store: store.queue_state()).result().pending == 1
    assert len(uploader.status().last_error) < 100
