"""What headquarters refuses, always in its own format, before it has spent work or stored anything."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from headquarters.ratings.ingest import ingest
from headquarters.ratings.models import Event, Quarantine
from headquarters.tablets.models import Tablet
from headquarters.wire import Refusal
from sync import contract
from sync.contract import BATCH_PATH, encode_message
from sync.signing import KEY_ID_HEADER, SIGNATURE_HEADER
from tests.headquarters.conftest import Office26740, problem_of
from tests.support import FakeTablet, body_of, body_of_json


@pytest.fixture(autouse=True)
def nothing_is_stored(office: Office26740):  # type: ignore[no-untyped-def]
    before = Event.objects.count() + Quarantine.objects.count()
    yield
    assert Event.objects.count() + Quarantine.objects.count() == before


def test_unknown_key_is_refused(office: Office26740) -> None:
    stranger = FakeTablet()
    assert office.refused(stranger, body_of(stranger.batch([stranger.rating()]))).code == "unknown_key"


@pytest.mark.parametrize("missing", [KEY_ID_HEADER, SIGNATURE_HEADER])
def test_request_without_a_header_of_ours_is_refused(
    office: Office26740, tablet: FakeTablet, missing: str
) -> None:
    body = body_of(tablet.batch([tablet.rating()]))
    headers = {name: value for name, value in tablet.headers(body).items() if name != missing}
    wanted = "unknown_key" if missing == KEY_ID_HEADER else "bad_signature"
    assert problem_of(*office.post(BATCH_PATH, body, headers)).code == wanted


@pytest.mark.parametrize("signature", ["", "x", "AAAA", "é", "A" * 88, "A" * 10_000])
def test_signature_that_does_not_fit_is_refused(
    office: Office26740, tablet: FakeTablet, signature: str
) -> None:
    body = body_of(tablet.batch([tablet.rating()]))
    headers = {**tablet.headers(body), SIGNATURE_HEADER: signature}
    assert problem_of(*office.post(BATCH_PATH, body, headers)).code == "bad_signature"


def test_body_changed_by_one_bit_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    body = body_of(tablet.batch([tablet.rating()]))
    changed = body[:-1] + bytes([body[-1] ^ 1])
    assert problem_of(*office.post(BATCH_PATH, changed, tablet.headers(body))).code == "bad_signature"


def test_signature_is_checked_before_anything_is_unpacked(office: Office26740, tablet: FakeTablet) -> None:
    headers = {**tablet.headers(b"no gzip"), SIGNATURE_HEADER: "AAAA"}
    assert problem_of(*office.post(BATCH_PATH, b"no gzip", headers)).code == "bad_signature"


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"\x1f\x8b", gzip.compress(b"{}")[:-1], gzip.compress(b"{}") + b"x", zlib.compress(b"{}")],
)
def test_body_that_is_no_whole_gzip_is_refused(office: Office26740, tablet: FakeTablet, body: bytes) -> None:
    assert office.refused(tablet, body).code == "not_gzip"


@pytest.mark.parametrize("text", [b"", b"{", b"<html>", b"\xff", b'{"x":' + b"[" * 200_000, b'{"a":NaN}'])
def test_unpacked_body_that_is_no_json_is_refused(
    office: Office26740, tablet: FakeTablet, text: bytes
) -> None:
    assert office.refused(tablet, gzip.compress(text)).code == "not_json"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda m: m.pop("events"), "events"),
        (lambda m: m.update(events={}), "$.events"),
        (lambda m: m.update(max_seq="7"), "$.max_seq"),
        (lambda m: m["events"][0].pop("hash"), "hash"),
        (lambda m: m["events"][0].update(seq=1.5), "$.events[0].seq"),
        (lambda m: m["events"][0].update(seq=True), "$.events[0].seq"),
        (lambda m: m.update(batch_id="x"), "$.batch_id"),
        (lambda m: m.update(install_id=m["install_id"].upper()), "$.install_id"),
        (lambda m: m["heartbeat"].update(app_version=None), "$.heartbeat.app_version"),
    ],
)
def test_wrong_shape_is_refused_with_its_place(
    office: Office26740,
    tablet: FakeTablet,
    change,
    where: str,  # type: ignore[no-untyped-def]
) -> None:
    message = json.loads(encode_message(tablet.batch([tablet.rating()])))
    message["install_id"] = "abcdefab-0000-4000-8000-00000000abcd"
    change(message)
    problem = office.refused(tablet, body_of_json(message))
    assert problem.code == "bad_envelope"
    assert where in problem.message


def test_fields_of_a_later_envelope_are_passed_over(office: Office26740, tablet: FakeTablet) -> None:
    message = json.loads(encode_message(tablet.batch([])))
    body = body_of_json({**message, "mood": "sunny"})
    assert office.post(BATCH_PATH, body, tablet.headers(body))[0] == 200


def test_json_that_is_no_object_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    assert office.refused(tablet, body_of_json([1])).code == "bad_envelope"


def test_batch_for_another_tablet_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    other = FakeTablet()
    office.place(other)
    batch = replace(tablet.batch([tablet.rating()]), tablet_id=other.tablet_id)
    assert office.refused(tablet, body_of(batch)).code == "wrong_tablet"


def test_revoked_tablet_is_refused_until_it_is_placed_again(office: Office26740, tablet: FakeTablet) -> None:
    Tablet.objects.filter(pk=tablet.tablet_id).update(revoked_at=timezone.now())
    assert office.refused(tablet, body_of(tablet.batch([tablet.rating()]))).code == "revoked"


@pytest.mark.parametrize("events", [0, 1, 20])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: rows.delete(), "unknown_key"),
        (lambda rows: rows.update(revoked_at=timezone.now()), "revoked"),
        (lambda rows: rows.update(key_id="0" * 16), "unknown_key"),
    ],
)
def test_tablet_that_was_welcome_a_moment_ago_is_refused(
    office: Office26740, tablet: FakeTablet, change: Callable[[Any], None], code: str, events: int
) -> None:
    office.push(tablet, [])
    change(Tablet.objects.filter(pk=tablet.tablet_id))
    batch = tablet.batch([tablet.rating() for _ in range(events)])
    assert office.refused(tablet, body_of(batch)).code == code
    with pytest.raises(Refusal, match=code):
        ingest(batch, tablet.signer.key_id)


def test_501_events_are_refused_and_500_are_not(office: Office26740) -> None:
    sender = FakeTablet()
    office.place(sender)
    many = [sender.rating(body={"level": 3}) for _ in range(501)]
    assert office.refused(sender, body_of(sender.batch(many))).code == "too_large"


def test_body_over_the_limit_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    body = b"x" * (contract.MAX_BODY_BYTES + 1)
    assert office.refused(tablet, body).code == "too_large"


def test_zip_bomb_is_refused_and_costs_little_memory(office: Office26740, tablet: FakeTablet) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"0" * 2**20) for _ in range(500)) + packer.flush()
    assert len(bomb) < contract.MAX_BODY_BYTES
    tracemalloc.start()
    problem = office.refused(tablet, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.code == "too_large"
    assert peak < 4 * contract.MAX_UNPACKED_BYTES


@pytest.mark.parametrize("path", [BATCH_PATH, contract.ENROL_PATH])
@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_other_methods_are_refused_in_our_format(office: Office26740, path: str, method: str) -> None:
    answer = getattr(office.client, method)(path)
    assert answer.status_code == 405
    if method != "head":
        assert problem_of(answer.status_code, answer.content).code == "method_not_allowed"


def test_database_that_fails_is_answered_503_and_the_resend_is_taken(
    office: Office26740, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = FakeTablet()
    office.place(sender)
    body = body_of(sender.batch([]))

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "cursor", fail)
    headers = sender.headers(body)
    answer = office.client.post(BATCH_PATH, body, content_type="application/json", headers=headers)
    assert problem_of(answer.status_code, answer.content).code == "unavailable"
    assert int(answer["Retry-After"]) > 0
    assert office.client.get("/healthz").status_code == 503
    monkeypatch.undo()
    assert office.post(BATCH_PATH, body, sender.headers(body))[0] == 200
    assert office.client.get("/healthz").status_code == 200


def test_log_says_nothing_of_what_a_citizen_typed(
    office: Office26740,
    tablet: FakeTablet,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(0)
    secret = "Nguyễn Văn An 0912345678"
    wire = tablet.append(tablet.event(kind="comment", body={"text": secret}))
    damaged = replace(wire, hash="00" * 32)
    message = json.loads(encode_message(tablet.batch([wire])))
    office.refused(tablet, body_of_json(message | {"events": secret}))
    office.refused(tablet, gzip.compress(secret.encode()))
    office.refused(tablet, body_of(replace(tablet.batch([damaged]), batch_id=secret)))
    heard = caplog.text + "".join(capfd.readouterr())
    assert secret not in heard
    assert "0912345678" not in heard


def test_refusal_does_not_repeat_what_was_sent(office: Office26740, tablet: FakeTablet) -> None:
    message = json.loads(encode_message(tablet.batch([tablet.rating()])))
    message["events"][0]["seq"] = "Nguyễn Văn An"
    assert "Nguyễn" not in office.refused(tablet, body_of_json(message)).message
