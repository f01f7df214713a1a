"""The messages between tablet and headquarters, version 1. docs/wire.md shows each with an example.

Plain dataclasses and the standard library's JSON: the tablet needs nothing compiled. Headquarters decodes
straight into the same classes with msgspec.

Units: ``*_ms`` milliseconds since 1970-01-01 UTC by the tablet's own clock unless said otherwise,
``mono_ms`` milliseconds since the tablet booted, ``utc_offset_min`` minutes east of UTC, ids are UUID texts,
hashes and keys lower-case hexadecimal.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import MISSING, asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sync.errors import ContractError
from sync.kinds import COMMENT as COMMENT
from sync.kinds import CONTACT as CONTACT
from sync.kinds import CORRECTION as CORRECTION
from sync.kinds import MISUSE_COUNTER as MISUSE_COUNTER
from sync.kinds import RATING as RATING
from sync.kinds import REASONS as REASONS
from sync.kinds import SESSION_END as SESSION_END
from sync.kinds import SUBJECT as SUBJECT

VERSION = 1
BATCH_PATH = "/api/v1/batches"
ENROL_PATH = "/api/v1/enrolments"
MAX_EVENTS = 500
MAX_STORED_BYTES = 256 * 1024
"""A batch carries at most this many events and this many bytes of stored text."""
MAX_BODY_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 4 * 1024 * 1024
"""Headquarters refuses (413) a body larger than the first, or one that unpacks to more than the second."""

LEVELS = (1, 2, 3)
"""1 chưa hài lòng, 2 hài lòng, 3 rất hài lòng (plan of Bom Bo 2024)."""


class Verdict(StrEnum):
    """What headquarters did with one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    TOMBSTONED = "tombstoned"
    QUARANTINED = "quarantined"
    RETRY = "retry"


PROBLEMS: dict[str, tuple[int, str]] = {
    "not_gzip": (400, "the body is not gzip"),
    "not_json": (400, "the unpacked body is not JSON"),
    "bad_envelope": (400, "the JSON is not a message of this version; the message says where"),
    "unknown_key": (401, "no enrolled tablet has this key id"),
    "bad_signature": (401, "the signature does not fit the body and key"),
    "revoked": (403, "this tablet's enrolment was revoked"),
    "wrong_tablet": (403, "the batch names another tablet than its key"),
    "code_unknown": (404, "no such enrolment code"),
    "method_not_allowed": (405, "only POST is served here"),
    "code_used": (409, "the enrolment code was used before"),
    "key_taken": (409, "this key or tablet id is enrolled already"),
    "code_expired": (410, "the enrolment code is older than 15 minutes"),
    "too_large": (413, "the body, packed or unpacked, is over the limit, or has more than 500 events"),
    "too_many_tries": (429, "too many wrong enrolment codes from this address; wait"),
    "unavailable": (503, "headquarters cannot reach its database; try again later"),
}
"""Every refusal of headquarters: code → (HTTP status, meaning)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact as the tablet stored it; ``body`` depends on ``kind`` (``{"level": 3}`` for a rating)."""

    event_id: str
    tablet_id: str
    install_id: str
    seq: int
    kind: str
    visit_id: str
    boot_id: str
    mono_ms: int
    wall_ms: int
    utc_offset_min: int
    labels_version: str
    config_version: int
    body: dict[str, Any]
    v: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class WireEvent:
    """An event in a batch: the exact stored text, its place in the chain, and how to answer about it.

    ``stored`` is a text inside the JSON, not nested JSON: headquarters hashes exactly what the tablet
    stored, and one unreadable event cannot make the envelope unreadable.
    """

    event_id: str
    seq: int
    stored: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """How the tablet feels; all figures at the time of sending."""

    wall_ms: int
    mono_ms: int
    boot_id: str
    app_version: str
    quarantined: int = 0
    oldest_pending_ms: int | None = None
    free_mb: int | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One push. ``max_seq`` and ``pending`` are the tablet's own count after this batch was read."""

    batch_id: str
    tablet_id: str
    install_id: str
    events: tuple[WireEvent, ...]
    max_seq: int
    pending: int
    heartbeat: Heartbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The verdict on one event; ``code`` says why it was quarantined."""

    event_id: str
    verdict: Verdict
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Headquarters' answer, sent after COMMIT. ``server_time_ms`` is headquarters' clock."""

    batch_id: str
    server_time_ms: int
    results: tuple[Result, ...]
    contiguous_seq: int
    config_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRequest:
    """A one-time code for a key; signed with that very key, which proves its possession."""

    code: str
    tablet_id: str
    install_id: str
    public_key: str
    app_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentReply:
    """Where headquarters placed the tablet, and the keys it may use.

    ``sealing_key``: headquarters' X25519 public key, 32 bytes. ``phone_key``: this tablet's secret for the
    phone's QR (sync.phone), 32 bytes. Empty from a headquarters that has none yet.
    """

    tablet_id: str
    key_id: str
    office: str
    desk: str
    server_time_ms: int
    sealing_key: str = ""
    phone_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal in headquarters' own format; ``code`` is a key of PROBLEMS."""

    code: str
    message: str = ""
    status: int = field(default=400)


# One encoder for all events: json.dumps would build it anew at every tap.
_EVENTS = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encode_event(event: Event) -> str:
    """The text that is stored, hashed and sent: sorted keys, no spaces, no escapes for Vietnamese."""
    return _EVENTS.encode(_plain(event))


def decode_event(stored: str) -> Event:
    """The event of a stored text; fields of later versions are passed over."""
    return Event(**_fields(Event, _object(stored, "event"), "event"))


def encode_message(message: Batch | Reply | EnrolmentRequest | EnrolmentReply) -> bytes:
    """UTF-8 JSON of a message."""
    return json.dumps(_plain(message), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def encode_problem(problem: Problem) -> bytes:
    """A refusal as JSON; the outer key tells it from a proxy's own error page."""
    return json.dumps({"problem": asdict(problem)}, separators=(",", ":"), ensure_ascii=False).encode()


def pack(body: bytes) -> bytes:
    """gzip at a fast level, without a time stamp, so that equal bodies are equal bytes."""
    return gzip.compress(body, compresslevel=1, mtime=0)


def decode_reply(body: bytes) -> Reply:
    """A reply, or ContractError naming the place. Verdicts of later versions read as ``retry``."""
    fields = _fields(Reply, _object(body, "reply"), "reply")
    rows = fields["results"]
    if not isinstance(rows, list):
        raise ContractError("reply.results: expected a list")
    fields["results"] = tuple(map(_result, rows, range(len(rows))))
    return Reply(**fields)


def decode_enrolment_reply(body: bytes) -> EnrolmentReply:
    """An enrolment reply, or ContractError naming the place."""
    return EnrolmentReply(**_fields(EnrolmentReply, _object(body, "enrolment"), "enrolment"))


def decode_problem(body: bytes) -> Problem | None:
    """The refusal in ``body``, or None when it is not in our format."""
    try:
        outer = _object(body, "problem")
        return Problem(**_fields(Problem, outer["problem"], "problem"))
    except (ContractError, KeyError):
        return None


def _plain(message: Any) -> dict[str, Any]:
    """``asdict`` without its deep copies: a batch is encoded on every push."""
    return {name: _plain_value(getattr(message, name)) for name in message.__dataclass_fields__}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _plain(value) if hasattr(value, "__dataclass_fields__") else value


def _object(text: str | bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContractError(f"{where}: not JSON ({error})") from error
    if not isinstance(value, dict):
        raise ContractError(f"{where}: expected an object")
    return value


_TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "dict[str, Any]": dict}


def _fields(cls: Any, value: Any, where: str) -> dict[str, Any]:
    """The known fields of ``value``, checked for presence and simple types."""
    if not isinstance(value, dict):
        raise ContractError(f"{where}: expected an object")
    found: dict[str, Any] = {}
    for name, spec in cls.__dataclass_fields__.items():
        if name not in value:
            if spec.default is not MISSING:
                continue
            raise ContractError(f"{where}.{name}: missing")
        wanted = _TYPES.get(spec.type)
        if wanted is not None and (not isinstance(value[name], wanted) or isinstance(value[name], bool)):
            raise ContractError(f"{where}.{name}: expected {spec.type}")
        found[name] = value[name]
    return found


_VERDICTS = {verdict.value: verdict for verdict in Verdict}


def _result(value: Any, place: int) -> Result:
    event_id = value.get("event_id") if isinstance(value, dict) else None
    if not isinstance(event_id, str):
        raise ContractError(f"reply.results[{place}].event_id: expected str")
    verdict, code = value.get("verdict"), value.get("code", "")
    known = _VERDICTS.get(verdict, Verdict.RETRY) if isinstance(verdict, str) else Verdict.RETRY
    return Result(event_id=event_id, verdict=known, code=code if isinstance(code, str) else str(code))
