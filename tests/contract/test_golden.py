"""The golden files, read by both sides: sync.contract as the tablet does, msgspec as headquarters does."""

from __future__ import annotations

import base64
import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nacl.public import PrivateKey, SealedBox

from kiosk.contact import Contact, to_sealed_json
from sync import bundle, chain, configuration, contract, device, gaps, phone, receipt, renewal, reset, sealing
from sync.contract import Batch, EnrolmentReply, EnrolmentRequest, Event, Reply
from sync.signing import KEY_ID_HEADER, SIGNATURE_HEADER, Signer, verify
from tests.headquarters.conftest import Office26740, office
from tests.support import FakeTablet

__all__ = ["office"]  # a fixture, found by its name

GOLDEN = Path(__file__).resolve().parents[2] / "sync" / "golden" / "v1"


def raw(name: str) -> bytes:
    """A golden file as it would travel: without the white space that is there for people."""
    return json.dumps(read(name), separators=(",", ":"), ensure_ascii=False).encode()


def read(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("batch.json", Batch),
        ("reply.json", Reply),
        ("enrolment-request.json", EnrolmentRequest),
        ("enrolment-reply.json", EnrolmentReply),
        ("device-request.json", device.DeviceRequest),
        ("device-authorization.json", device.DeviceAuthorization),
        ("device-token-request.json", device.DeviceTokenRequest),
        ("configuration-request.json", configuration.ConfigurationRequest),
        ("configuration-reply.json", configuration.ConfigurationReply),
        ("gaps-request.json", gaps.GapsRequest),
        ("gaps-reply.json", gaps.GapsReply),
        ("key-request.json", renewal.KeyRequest),
        ("key-reply.json", renewal.KeyReply),
    ],
)
def test_headquarters_reads_it_and_the_tablet_writes_the_same_bytes(name: str, kind: Any) -> None:
    message = msgspec.json.decode(raw(name), type=kind)
    assert contract.encode_message(message) == raw(name)
    assert json.loads(msgspec.json.encode(message)) == read(name), "headquarters writes the same too"


def test_both_sides_read_the_same_reply() -> None:
    assert contract.decode_reply(raw("reply.json")) == msgspec.json.decode(raw("reply.json"), type=Reply)


def test_both_sides_read_the_same_enrolment() -> None:
    name = "enrolment-reply.json"
    assert contract.decode_enrolment_reply(raw(name)) == msgspec.json.decode(raw(name), type=EnrolmentReply)


def test_an_enrolment_of_an_earlier_headquarters_has_no_keys_and_is_read() -> None:
    old = {name: value for name, value in read("enrolment-reply.json").items() if not name.endswith("_key")}
    body = json.dumps(old).encode()
    reply = contract.decode_enrolment_reply(body)
    assert (reply.sealing_key, reply.phone_key, reply.config_key, reply.reset_key) == ("", "", "", "")
    assert reply == msgspec.json.decode(body, type=EnrolmentReply)
    del old["key_id"]
    with pytest.raises(contract.ContractError, match="key_id: missing"):
        contract.decode_enrolment_reply(json.dumps(old).encode())


def test_what_the_golden_tablet_sealed_the_golden_key_opens() -> None:
    golden = read("sealing.json")
    key = PrivateKey(bytes.fromhex(golden["private_key"]))
    assert bytes(key.public_key).hex() == golden["public_key"] == read("enrolment-reply.json")["sealing_key"]
    assert sealing.key_id(golden["public_key"]) == golden["key_id"]
    assert SealedBox(key).decrypt(base64.b64decode(golden["sealed"])).decode() == golden["plain"]
    contact = Contact("Nguyễn Thị Hoa", "+84912345678", "", False)
    assert to_sealed_json(contact, 1_763_700_050_000, "hoi-am-1").decode() == golden["plain"]


def test_the_golden_phone_token_is_minted_and_believed() -> None:
    golden = read("phone-token.json")
    text = phone.mint(golden["key_id"], golden["phone_key"], golden["now_s"], bytes.fromhex(golden["nonce"]))
    assert text == golden["token"]
    token = phone.read(text)
    assert token is not None
    assert phone.verify(token, golden["phone_key"], golden["now_s"]) is phone.Verdict.OK


def test_a_heartbeat_of_an_earlier_tablet_is_read() -> None:
    old = read("batch.json")
    first_release = (*("wall_ms", "mono_ms", "boot_id", "app_version"), *("quarantined", "free_mb"))
    old["heartbeat"] = {name: old["heartbeat"][name] for name in first_release}
    beat = msgspec.json.decode(json.dumps(old).encode(), type=Batch).heartbeat
    assert (beat.free_mb, beat.battery_percent, beat.drift_ms, beat.integrity) == (21734, None, None, "")


@pytest.mark.parametrize(
    ("name", "decode", "kind"),
    [
        ("device-authorization.json", device.decode_authorization, device.DeviceAuthorization),
        (
            "configuration-reply.json",
            configuration.decode_configuration_reply,
            configuration.ConfigurationReply,
        ),
        ("gaps-reply.json", gaps.decode_gaps_reply, gaps.GapsReply),
        ("key-reply.json", renewal.decode_key_reply, renewal.KeyReply),
    ],
)
def test_both_sides_read_the_same_answer(name: str, decode: Any, kind: Any) -> None:
    assert decode(raw(name)) == msgspec.json.decode(raw(name), type=kind)


def test_the_golden_code_of_a_device_is_one() -> None:
    shown = read("device-authorization.json")
    assert device.normalise_user_code(shown["user_code"].lower().replace("-", " ")) == shown["user_code"]
    assert shown["verification_uri_complete"].endswith(f"={shown['user_code']}")


def test_the_golden_configuration_is_the_golden_key_s_and_written_the_same() -> None:
    golden, reply = read("configuration-key.json"), read("configuration-reply.json")
    key = Signer(bytes.fromhex(golden["seed"]))
    assert (key.public_key.hex(), key.key_id) == (golden["public_key"], golden["key_id"])
    assert read("enrolment-reply.json")["config_key"] == golden["public_key"]
    document = configuration.decode_document(reply["document"])
    trust = configuration.Trust(tablet_id=reply["tablet_id"], config_key=golden["public_key"], version=6)
    found = configuration.verify(document, trust)
    assert found.wishes.level_1 == "khong-hai-long"
    assert found.wishes.improved is not None
    assert found.wishes.improved[0].done_vi == "Đã thêm 20 ghế"
    payload = configuration.encode_payload(found)
    assert configuration.sign(payload, key.key_id, key.sign) == document


def test_the_golden_reset_code_opens() -> None:
    golden = read("reset.json")
    key, role, challenge = golden["reset_key"], golden["role"], golden["challenge"]
    assert key == read("enrolment-reply.json")["reset_key"]
    assert reset.answer(key, role, challenge) == golden["answer"]
    assert reset.opens(key, role, challenge, golden["answer"].lower())
    assert not reset.opens(key, "staff", challenge, golden["answer"])


def test_the_golden_bundle_holds_the_golden_batch_and_the_receipt_is_for_it() -> None:
    golden, keys = read("bundle.json"), read("sealing.json")
    file = io.BytesIO(base64.b64decode(golden["file_base64"]))
    public_key = bytes.fromhex(read("signature.json")["public_key"])
    assert bundle.check(file, public_key) == golden["sha256"]
    box = SealedBox(PrivateKey(bytes.fromhex(keys["private_key"])))
    events = list(bundle.read_events(file, lambda sealed: box.decrypt(base64.b64decode(sealed))))
    batch = msgspec.json.decode(raw("batch.json"), type=Batch)
    assert tuple(events) == batch.events
    lines = io.BytesIO("".join(f"{line}\n" for line in read("receipt.json")["lines"]).encode())
    head = receipt.check(lines, batch.tablet_id, [read("configuration-key.json")["public_key"]])
    assert (head.bundle, head.contiguous_seq) == (golden["sha256"], 2)
    assert [one.event_id for one in receipt.read_results(lines)] == [one.event_id for one in events]


def test_both_sides_read_the_same_problem() -> None:
    problem = contract.decode_problem(raw("problem.json"))
    assert problem is not None
    assert contract.encode_problem(problem) == raw("problem.json")
    assert contract.PROBLEMS[problem.code][0] == problem.status


def test_both_sides_read_the_same_event_and_write_it_back_letter_by_letter() -> None:
    stored = (GOLDEN / "event-rating.json").read_text(encoding="utf-8").rstrip("\n")
    event = contract.decode_event(stored)
    assert event == msgspec.json.decode(stored, type=Event)
    assert contract.encode_event(event) == stored
    assert event.kind == contract.RATING
    assert event.body["level"] in contract.LEVELS


def test_golden_chain_is_whole() -> None:
    batch = msgspec.json.decode(raw("batch.json"), type=Batch)
    prev = chain.GENESIS
    for seq, event in enumerate(batch.events, start=1):
        assert (event.seq, event.prev_hash) == (seq, prev.hex())
        prev = chain.link(prev, event.stored)
        assert event.hash == prev.hex()


def test_golden_signature_is_the_key_s_over_the_packed_batch() -> None:
    golden = read("signature.json")
    body = base64.b64decode(golden["body_base64"])
    signer = Signer(bytes.fromhex(golden["seed"]))
    assert signer.public_key.hex() == golden["public_key"]
    assert signer.headers(body) == {
        KEY_ID_HEADER: golden["key_id"],
        SIGNATURE_HEADER: golden["signature"],
    }
    assert verify(signer.public_key, body, golden["signature"])
    assert not verify(signer.public_key, body + b"\x00", golden["signature"])
    assert gzip.decompress(body) == raw("batch.json")


@pytest.mark.django_db
def test_headquarters_answers_the_golden_batch_with_the_golden_reply(office: Office26740) -> None:
    golden, batch = read("signature.json"), read("batch.json")
    tablet = FakeTablet(seed=bytes.fromhex(golden["seed"]), tablet_id=batch["tablet_id"])
    office.place(tablet)
    headers = {KEY_ID_HEADER: golden["key_id"], SIGNATURE_HEADER: golden["signature"]}
    status, answer = office.post(contract.BATCH_PATH, base64.b64decode(golden["body_base64"]), headers)
    assert status == 200
    expected = read("reply.json")
    assert json.loads(answer) | {"server_time_ms": expected["server_time_ms"]} == expected


def test_the_golden_renewal_is_proved_by_its_new_key() -> None:
    new = Signer(bytes(range(0x60, 0x80)))
    message = renewal.request(read("enrolment-reply.json")["tablet_id"], new)
    assert contract.encode_message(message) == raw("key-request.json")
    assert renewal.is_proved(message, new.public_key)
    assert not renewal.is_proved(replace(message, tablet_id="another"), new.public_key)
    assert read("key-reply.json")["key_id"] == new.key_id
