"""What headquarters unpacks and decodes once a signature has passed: a stolen key may sign anything.

The first byte chooses the message. Only a refusal of the contract may come out; what is taken is judged event
by event, and every judgement is a row or a reason.
"""

from __future__ import annotations

import atheris

from tests.security.fuzz import golden
from tests.security.fuzz.run import django_ready, run

with atheris.instrument_imports(include=["sync", "headquarters"], enable_loader_override=False):
    django_ready()
    from headquarters import wire
    from headquarters.ratings.intake import Refused, Row, sort
    from sync import configuration, contract, device, gaps
    from sync.contract import Batch, WireEvent

NOW_MS = 1_763_700_060_000
KINDS: tuple[type, ...] = (
    contract.Batch, contract.EnrolmentRequest, device.DeviceRequest, device.DeviceTokenRequest,
    configuration.ConfigurationRequest, gaps.GapsRequest, contract.Heartbeat, contract.Event,
)  # fmt: skip
NAMES = (
    "batch", "enrolment-request", "device-request", "device-token-request", "configuration-request",
    "gaps-request", "batch", "event-rating",
)  # fmt: skip
PACKED, RIGHT_HASH = len(KINDS), len(KINDS) + 1


def once(data: bytes) -> None:
    """One input."""
    choice, body = data[:1] or b"\0", data[1:]
    if choice[0] == PACKED:
        _unpacked(body)
    elif choice[0] == RIGHT_HASH:
        _judged_text(body)
    else:
        _decoded(body, KINDS[choice[0] % len(KINDS)])


def _unpacked(body: bytes) -> None:
    try:
        plain = wire.unpack(body)
    except wire.Refusal as refusal:
        _check(refusal)
        return
    assert len(plain) <= contract.MAX_UNPACKED_BYTES
    _decoded(plain, Batch)


def _check(refusal: wire.Refusal) -> None:
    assert refusal.code in contract.PROBLEMS
    assert len(refusal.message) < 300


def _decoded(body: bytes, kind: type) -> None:
    try:
        message: object = wire.decode(body, kind)
    except wire.Refusal as refusal:
        _check(refusal)
        return
    if isinstance(message, Batch):
        judged = sort(message, NOW_MS)
        assert len(judged) == len(message.events)
        assert all(isinstance(one, Row | Refused) for one in judged)


def _judged_text(body: bytes) -> None:
    """Any text with its right hash, as a tablet with odd software would send it."""
    from sync import chain

    stored = body.decode("utf-8", "replace")
    outer = golden.value("batch")
    event = WireEvent(
        event_id=outer["events"][0]["event_id"], seq=1, stored=stored,
        prev_hash=chain.GENESIS.hex(), hash=chain.link(chain.GENESIS, stored).hex(),
    )  # fmt: skip
    beat = contract.Heartbeat(wall_ms=NOW_MS, mono_ms=0, boot_id="", app_version="")
    batch = Batch(
        batch_id=outer["batch_id"], tablet_id=outer["tablet_id"], install_id=outer["install_id"],
        events=(event,), max_seq=1, pending=1, heartbeat=beat,
    )  # fmt: skip
    (found,) = sort(batch, NOW_MS)
    if isinstance(found, Row):
        assert found.stored == stored


def seeds() -> list[bytes]:
    """Every message as the golden files have it, a packed one, and each of their events."""
    made = [bytes([place]) + golden.text(name) for place, name in enumerate(NAMES)]
    made.append(bytes([PACKED]) + golden.packed("signature", "body_base64"))
    texts = [event["stored"].encode() for event in golden.value("batch")["events"]]
    return made + [bytes([RIGHT_HASH]) + text for text in [*texts, golden.text("event-rating")]]


if __name__ == "__main__":
    run(once, seeds())
