"""Configuration from headquarters: one signed document per tablet, believed by its signature alone.

``Document.payload`` is the exact text that was signed, as an event's ``stored`` is the text that was hashed.
Everything that must be believed is inside: which tablet, which version, which key comes next.

Keys. The tablet pins ``config_key`` at enrolment. A document may announce the next one; from then on both
are believed, until a document comes that the next one signed: then it is the pinned one and the old is gone.

Every wish is optional: None leaves the tablet's own setting. Wishes of later versions are kept in ``more``.
No import of libsodium before ``verify``: a kept document is parsed before the first frame.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.errors import ContractError
from sync.plain import as_plain, fields_of, object_of
from sync.wishes import BadWish, Wishes, read_wishes, wishes_as_plain

PATH = "/api/v1/configurations"
LARGEST_VERSION = 2**31 - 1


class ConfigurationError(ValueError):
    """A document that is not taken; ``code`` is for programs, the text for the log.

    ``bad_signature`` ``unreadable`` ``other_tablet`` ``not_newer`` ``bad_value``
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRequest:
    """Is there anything newer than ``have_version``? 0: none yet."""

    tablet_id: str
    have_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """``signature``: Ed25519, base64, over ``payload`` (UTF-8) exactly; ``key_id`` says by which key."""

    payload: str
    key_id: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationReply:
    """Echoes the question; ``document`` is None when nothing is newer."""

    tablet_id: str
    have_version: int
    server_time_ms: int
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a payload says. ``next_key``: the Ed25519 public key that will sign later, hex, or empty.

    ``sealing_key``: the X25519 public key to seal to from now on, hex; empty: that of the enrolment.
    ``renew_key``: the id of the tablet's key that is to be replaced (sync.renewal), or empty.
    """

    version: int
    tablet_id: str
    issued_ms: int
    next_key: str = ""
    sealing_key: str = ""
    renew_key: str = ""
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a tablet goes by: who it is, whom it believes, how far it has come."""

    tablet_id: str
    config_key: str
    next_key: str = ""
    version: int = 0

    def after(self, document: Document, taken: Configuration) -> Trust:
        """What it goes by once ``document`` is in force: the next key is pinned when it has signed."""
        from sync.signing import key_id

        current, announced = self.config_key, taken.next_key
        if self.next_key and document.key_id == key_id(bytes.fromhex(self.next_key)):
            current = self.next_key
        if announced == current:
            announced = ""
        return Trust(tablet_id=self.tablet_id, config_key=current, next_key=announced, version=taken.version)


def verify(document: Document, trust: Trust) -> Configuration:
    """The configuration of ``document``, if this tablet may take it; raises ConfigurationError."""
    from sync import signing

    known = {signing.key_id(bytes.fromhex(key)): key for key in (trust.config_key, trust.next_key) if key}
    key = known.get(document.key_id)
    if key is None:
        raise ConfigurationError("bad_signature", "signed by a key that this tablet does not know")
    payload = document.payload.encode("utf-8", "surrogatepass")
    if not signing.verify(bytes.fromhex(key), payload, document.signature):
        raise ConfigurationError("bad_signature", "the signature does not fit the text")
    found = parse(document.payload)
    if found.tablet_id != trust.tablet_id:
        raise ConfigurationError("other_tablet", "meant for another tablet")
    if found.version <= trust.version:
        raise ConfigurationError("not_newer", f"version {found.version}; this tablet has {trust.version}")
    return found


def parse(payload: str) -> Configuration:
    """The configuration of a text that was verified before; raises ConfigurationError."""
    try:
        outer = object_of(payload, "configuration")
        fields = fields_of(Configuration, outer, "configuration")
        fields["wishes"] = read_wishes(fields.get("wishes", {}))
    except BadWish as error:
        raise ConfigurationError("bad_value", str(error)) from error
    except ContractError as error:
        raise ConfigurationError("unreadable", str(error)) from error
    if not 1 <= fields["version"] <= LARGEST_VERSION:
        raise ConfigurationError("bad_value", "version: expected a number of 1 or more")
    for name in ("next_key", "sealing_key"):
        if fields.get(name) and not _is_key(fields[name]):
            raise ConfigurationError("bad_value", f"{name}: expected 32 bytes in hexadecimal")
    return Configuration(**fields)


def encode_payload(configuration: Configuration) -> str:
    """The text to sign: sorted keys, no spaces. Without wishes that are None, and keys nobody changed."""
    outer = {name: getattr(configuration, name) for name in ("version", "tablet_id", "issued_ms", "next_key")}
    for name in ("sealing_key", "renew_key"):
        if changed := getattr(configuration, name):
            outer[name] = changed
    outer["wishes"] = wishes_as_plain(configuration.wishes)
    return json.dumps(outer, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sign(payload: str, key_id: str, sign_text: Callable[[bytes], str]) -> Document:
    """Headquarters' side: ``sign_text`` is ``sync.signing.Signer.sign`` of the configuration key."""
    return Document(payload=payload, key_id=key_id, signature=sign_text(payload.encode()))


def decode_configuration_reply(body: bytes) -> ConfigurationReply:
    """A reply, or ContractError naming the place."""
    fields = fields_of(ConfigurationReply, object_of(body, "configuration"), "configuration")
    if fields.get("document") is not None:
        fields["document"] = decode_document(fields["document"])
    return ConfigurationReply(**fields)


def decode_document(value: Any) -> Document:
    """A document out of JSON that was read already (of a reply, of the tablet's own file)."""
    return Document(**fields_of(Document, value, "document"))


def document_as_plain(document: Document) -> dict[str, str]:
    """A document for the tablet's own file."""
    return as_plain(document)


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False
