"""Who this tablet is: its key, made here and never sent, and the one-time code that places it at a desk."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.private_file import write_json

if TYPE_CHECKING:
    from sync.contract import EnrolmentReply, EnrolmentRequest
    from sync.signing import Signer

FILE_NAME = "identity.json"
SEED_BYTES = 32


class IdentityError(Exception):
    """The identity file is there but unusable. It is never replaced by itself: the key would be lost."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The tablet's id and Ed25519 seed (hex, 32 bytes); the rest stays empty until it is enrolled.

    ``sealing_key`` and the keys after it are those of sync.contract.EnrolmentReply; empty, too, on a tablet
    that was enrolled before there were any. ``next_seed`` and ``former_seed``: kiosk.renewal.
    """

    tablet_id: str
    seed: str
    key_id: str = ""
    office: str = ""
    desk: str = ""
    sealing_key: str = ""
    phone_key: str = ""
    config_key: str = ""
    reset_key: str = ""
    next_seed: str = ""
    former_seed: str = ""

    @property
    def enrolled(self) -> bool:
        """Whether headquarters knows this key."""
        return bool(self.key_id)

    def signer(self) -> Signer:
        """The signer of this tablet's requests. libsodium is loaded here, after the first frame."""
        from sync.signing import Signer

        return Signer(bytes.fromhex(self.seed))


def load_identity(directory: Path, new_id: Callable[[], str]) -> Identity:
    """The identity kept in ``directory``; made on the first start, so that ratings can be taken before
    headquarters has heard of the tablet."""
    path = directory / FILE_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        identity = Identity(**{name: str(raw[name]) for name in _fields_to_read(raw)})
        seeds = (identity.seed, *filter(None, (identity.next_seed, identity.former_seed)))
        if any(len(bytes.fromhex(seed)) != SEED_BYTES for seed in seeds):
            raise ValueError("a seed has not 32 bytes")
    except FileNotFoundError:
        identity = Identity(tablet_id=new_id(), seed=secrets.token_hex(SEED_BYTES))
        save_identity(directory, identity)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IdentityError(f"{path} cannot be used: {error}") from error
    return identity


def _fields_to_read(raw: dict[str, str]) -> list[str]:
    """An older file lacks the fields that came later; one without an id or a seed is no identity."""
    fields = Identity.__dataclass_fields__.items()
    return [name for name, spec in fields if name in raw or spec.default is MISSING]


def save_identity(directory: Path, identity: Identity) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    write_json(directory / FILE_NAME, asdict(identity))


def request(identity: Identity, code: str, install_id: str, app_version: str) -> EnrolmentRequest:
    """The message that exchanges ``code`` for an enrolment."""
    from sync.contract import EnrolmentRequest  # not before the first frame

    return EnrolmentRequest(
        code=code,
        tablet_id=identity.tablet_id,
        install_id=install_id,
        public_key=identity.signer().public_key.hex(),
        app_version=app_version,
    )


def enrolled(identity: Identity, reply: EnrolmentReply) -> Identity:
    """The identity after headquarters' answer."""
    return replace(
        identity,
        key_id=reply.key_id,
        office=reply.office,
        desk=reply.desk,
        sealing_key=reply.sealing_key,
        phone_key=reply.phone_key,
        config_key=reply.config_key,
        reset_key=reply.reset_key,
        next_seed="",
        former_seed="",
    )
