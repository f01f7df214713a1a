"""This tablet's key, replaced when headquarters asks for it (``renew_key`` of the signed configuration).

Before anything is sent the new key is on the disk beside the old one; it takes the old one's place when
headquarters has answered. A reply that was lost is asked for again by the new key. The key before the last is
kept: a headquarters put back from a backup may know only that one.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk.enrolment import SEED_BYTES, Identity, save_identity
from sync.errors import Hold, Refused

if TYPE_CHECKING:
    from sync.renewal import KeyReply, KeyRequest
    from sync.signing import Signer

log = logging.getLogger(__name__)
UNKNOWN = "unknown_key"


class Post(Protocol):
    """The way to headquarters: sync.client.Client."""

    def renew(self, request: KeyRequest, signer: Signer) -> KeyReply: ...


class KeyRing:
    """Who this tablet is now. Any thread may look; the uploader's renews."""

    def __init__(self, directory: Path, identity: Identity, wanted: Callable[[], str] = str) -> None:
        """``wanted``: the id of the key that headquarters wants replaced, or empty."""
        self._directory, self._wanted, self._begun = directory, wanted, identity.key_id
        self.identity = identity

    @property
    def staged(self) -> bool:
        """A new key was made, and whether headquarters has it is not known."""
        return bool(self.identity.next_seed)

    @property
    def due(self) -> bool:
        """Headquarters wants this very key replaced, or a renewal is under way."""
        return self.staged or self.identity.key_id == self._wanted() != ""

    def wants_anew(self) -> bool:
        """The key is another than the one the program began with."""
        return self.identity.key_id != self._begun

    def renew(self, post: Post) -> None:
        """Bring the renewal a step on; done when this returns. Raises SyncError and OSError: the next round
        goes on where this one ended."""
        from sync.renewal import request  # on the uploader's thread: it loads libsodium
        from sync.signing import Signer

        if not self.staged:
            self._keep(replace(self.identity, next_seed=secrets.token_hex(SEED_BYTES)))
        old = self.identity
        new = Signer(bytes.fromhex(old.next_seed))
        asked = request(old.tablet_id, new)
        try:
            reply = self._asked(post, asked, old.signer(), new)
        except Refused:
            self._keep(replace(old, next_seed=""))  # headquarters has taken its wish back
            raise
        fresh = replace(old, seed=old.next_seed, next_seed="", former_seed=old.seed, key_id=reply.key_id)
        self._keep(fresh)
        log.warning("key %s was replaced by %s", old.key_id, fresh.key_id)

    def fall_back(self) -> bool:
        """Headquarters knows neither this key nor the staged one: speak as the one before it, and offer the
        newest again. No key is forgotten. False when there is none before it."""
        from sync.signing import Signer

        now = self.identity
        if not now.former_seed:
            return False
        former = Signer(bytes.fromhex(now.former_seed))
        newest, between = (now.next_seed, now.seed) if now.next_seed else (now.seed, "")
        self._keep(
            replace(now, seed=now.former_seed, former_seed=between, next_seed=newest, key_id=former.key_id)
        )
        log.warning("key %s is unknown to headquarters: going on with %s", now.key_id, former.key_id)
        return True

    @staticmethod
    def _asked(post: Post, asked: KeyRequest, old: Signer, new: Signer) -> KeyReply:
        try:
            return post.renew(asked, old)
        except Hold as error:
            if error.code != UNKNOWN:
                raise
            return post.renew(asked, new)  # it has taken it: that reply was lost

    def _keep(self, identity: Identity) -> None:
        """On the disk first: what headquarters may know is never only in memory."""
        save_identity(self._directory, identity)
        self.identity = identity
