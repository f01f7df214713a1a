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
import re
from dataclasses import asdict, dataclass, field, replace
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
from sync.plain import as_plain, encode, fields_of, list_of, object_of

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
    "authorization_pending": (400, "nobody has approved or denied this tablet yet; ask again"),
    "slow_down": (400, "asked too soon; wait 5 seconds longer from now on"),
    "access_denied": (400, "an administrator has denied this tablet"),
    "expired_token": (400, "the device code is too old; begin anew"),
    "invalid_grant": (400, "no such device code, or it is another key's"),
    "unknown_key": (401, "no enrolled tablet has this key id"),
    "bad_signature": (401, "the signature does not fit the body and key"),
    "revoked": (403, "this tablet's enrolment was revoked"),
    "wrong_tablet": (403, "the message names another tablet than its key"),
    "code_unknown": (404, "no such enrolment code"),
    "method_not_allowed": (405, "only POST is served here"),
    "code_used": (409, "the enrolment code was used before"),
    "key_taken": (409, "this key or tablet id is enrolled already"),
    "renewal_not_asked": (409, "headquarters has not asked this tablet for a new key"),
    "code_expired": (410, "the enrolment code is older than 15 minutes"),
    "too_large": (413, "the body, packed or unpacked, is over the limit, or has more than 500 events"),
    "too_many_tries": (429, "too many codes asked for or wrong from this address; wait"),
    "too_many_requests": (429, "too much from this address or tablet within a minute; wait"),
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
    """How the tablet feels; all figures at the time of sending. None and "" where it does not know.

    ``drift_ms``: how far the tablet's clock is ahead of headquarters', by its own reckoning. ``boots`` and
    ``crashes``: since it was installed. ``integrity``: what the last database check said, ``ok`` or not, and
    ``integrity_ms`` when that was.
    """

    wall_ms: int
    mono_ms: int
    boot_id: str
    app_version: str
    quarantined: int = 0
    oldest_pending_ms: int | None = None
    free_mb: int | None = None
    last_error: str = ""
    battery_percent: int | None = None
    on_mains: bool | None = None
    drift_ms: int | None = None
    schema_version: int | None = None
    config_version: int | None = None
    platform: str = ""
    boots: int | None = None
    crashes: int | None = None
    integrity: str = ""
    integrity_ms: int | None = None


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
    """Where headquarters placed the tablet, and the keys it may use, 32 bytes each.

    ``sealing_key``: headquarters' X25519 public key. ``phone_key``: this tablet's secret for the phone's QR
    (sync.phone). ``config_key``: the Ed25519 public key to pin (sync.configuration). ``reset_key``: this
    tablet's secret for PIN reset codes (sync.reset). Empty from a headquarters that has none yet.
    """

    tablet_id: str
    key_id: str
    office: str
    desk: str
    server_time_ms: int
    sealing_key: str = ""
    phone_key: str = ""
    config_key: str = ""
    reset_key: str = ""


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
    return _EVENTS.encode(as_plain(event))


def decode_event(stored: str) -> Event:
    """The event of a stored text; fields of later versions are passed over."""
    return Event(**fields_of(Event, object_of(stored, "event"), "event"))


def encode_message(message: Any) -> bytes:
    """UTF-8 JSON of a message: any dataclass of this contract."""
    return encode(message)


def encode_problem(problem: Problem) -> bytes:
    """A refusal as JSON; the outer key tells it from a proxy's own error page."""
    return json.dumps({"problem": asdict(problem)}, separators=(",", ":"), ensure_ascii=False).encode()


def pack(body: bytes) -> bytes:
    """gzip at a fast level, without a time stamp, so that equal bodies are equal bytes."""
    return gzip.compress(body, compresslevel=1, mtime=0)


def decode_reply(body: bytes) -> Reply:
    """A reply, or ContractError naming the place. Verdicts of later versions read as ``retry``."""
    fields = fields_of(Reply, object_of(body, "reply"), "reply")
    rows = list_of(fields, "results", "reply")
    fields["results"] = tuple(map(decode_result, rows, range(len(rows))))
    return Reply(**fields)


def decode_enrolment_reply(body: bytes) -> EnrolmentReply:
    """An enrolment reply, or ContractError naming the place."""
    return EnrolmentReply(**fields_of(EnrolmentReply, object_of(body, "enrolment"), "enrolment"))


def decode_problem(body: bytes) -> Problem | None:
    """The refusal in ``body``, or None when it is not in our format."""
    try:
        found = Problem(**fields_of(Problem, object_of(body, "problem")["problem"], "problem"))
    except (ContractError, KeyError):
        return None
    return replace(found, message=found.message[:LONGEST_TEXT]) if _CODE.fullmatch(found.code) else None


_CODE = re.compile(r"[A-Za-z0-9_.-]{0,64}")
LONGEST_TEXT = 300
"""Characters kept of a refusal's message: it goes to the log."""
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


def decode_result(value: Any, place: int) -> Result:
    """One result of a reply or a receipt; a verdict of a later version reads as ``retry``."""
    event_id = value.get("event_id") if isinstance(value, dict) else None
    if not isinstance(event_id, str):
        raise ContractError(f"reply.results[{place}].event_id: expected str")
    verdict, code = value.get("verdict"), value.get("code", "")
    known = _VERDICTS.get(verdict, Verdict.RETRY) if isinstance(verdict, str) else Verdict.RETRY
    return Result(event_id=event_id, verdict=known, code=code if _is_code(code) else "")


def _is_code(value: Any) -> bool:
    """A name for programs; what else stands in its place is kept in no database and shown to nobody."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None
