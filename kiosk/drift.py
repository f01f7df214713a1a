"""How far the tablet's clock is ahead of headquarters', reckoned from the answers that come back anyway.

An answer was written somewhere between its question and its arrival; half the round trip is the best guess.
From there the monotonic clock counts on, so that a wall clock that is set by hand shows at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.clock import Clock, Moment
from sync.configuration import ConfigurationReply, ConfigurationRequest
from sync.contract import Batch, Reply
from sync.gaps import GapsReply, GapsRequest
from sync.renewal import KeyReply, KeyRequest

if TYPE_CHECKING:
    from sync.client import Parcel
    from sync.signing import Signer

WANDER = 50e-6
"""A cheap oscillator goes wrong by so much: an old answer is trusted less by 4 s a day."""
Answer = TypeVar("Answer", Reply, GapsReply, ConfigurationReply, KeyReply)


@dataclass(frozen=True, slots=True)
class Contact:
    """One answer: headquarters' time, the tablet's monotonic time that fits it, and how sure that is."""

    server_ms: int
    mono_ms: float
    boot_id: str
    unsure_ms: float

    def doubt_ms(self, mono_ms: float) -> float:
        """How far off a reckoning from this contact may be at ``mono_ms``."""
        return self.unsure_ms + abs(mono_ms - self.mono_ms) * WANDER


def contact(asked: Moment, answered: Moment, server_ms: int) -> Contact | None:
    """What an answer tells; None when the machine started anew between question and answer."""
    trip_ms = answered.mono_ms - asked.mono_ms
    if asked.boot_id != answered.boot_id or trip_ms < 0:
        return None
    return Contact(server_ms, asked.mono_ms + trip_ms / 2, answered.boot_id, trip_ms / 2)


def better(known: Contact | None, fresh: Contact) -> Contact:
    """The contact to reckon from: the one that leaves less doubt now. A slow answer to a big batch does not
    push out the quick one before it."""
    if known is None or known.boot_id != fresh.boot_id:
        return fresh
    return fresh if fresh.unsure_ms <= known.doubt_ms(fresh.mono_ms) else known


def drift_ms(known: Contact | None, now: Moment) -> int | None:
    """How far the wall clock is ahead at ``now``; None before the first contact of this boot."""
    if known is None or known.boot_id != now.boot_id:
        return None
    return round(now.wall_ms - (known.server_ms + now.mono_ms - known.mono_ms))


class Post(Protocol):
    """The way to headquarters: sync.client.Client."""

    def prepare(self, batch: Batch) -> Parcel: ...
    def send(self, parcel: Parcel) -> Reply: ...
    def gaps(self, request: GapsRequest) -> GapsReply: ...
    def fetch_configuration(self, request: ConfigurationRequest) -> ConfigurationReply: ...
    def renew(self, request: KeyRequest, signer: Signer) -> KeyReply: ...


class Drift:
    """Keeps the best contact. Answers are noted on the uploader's thread; anyone may ask."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: Contact | None = None

    def __call__(self) -> int | None:
        """How far the tablet's clock is ahead of headquarters' now, in ms."""
        return drift_ms(self._known, self._clock())

    def note(self, asked: Moment, server_ms: int) -> None:
        """An answer to what was asked at ``asked`` has just come."""
        fresh = contact(asked, self._clock(), server_ms)
        if fresh is not None:
            self._known = better(self._known, fresh)

    def watching(self, post: Post) -> Post:
        """``post``, each answer of which is noted."""
        return _Watched(post, self)

    def asked(self) -> Moment:
        """Now, to be handed to ``note`` when the answer is there."""
        return self._clock()


class _Watched:
    """Passes everything on."""

    def __init__(self, post: Post, drift: Drift) -> None:
        self._post, self._drift = post, drift
        self.prepare = post.prepare

    def send(self, parcel: Parcel) -> Reply:
        asked = self._drift.asked()
        return self._noted(asked, self._post.send(parcel))

    def gaps(self, request: GapsRequest) -> GapsReply:
        asked = self._drift.asked()
        return self._noted(asked, self._post.gaps(request))

    def fetch_configuration(self, request: ConfigurationRequest) -> ConfigurationReply:
        asked = self._drift.asked()
        return self._noted(asked, self._post.fetch_configuration(request))

    def renew(self, request: KeyRequest, signer: Signer) -> KeyReply:
        asked = self._drift.asked()
        return self._noted(asked, self._post.renew(request, signer))

    def _noted(self, asked: Moment, reply: Answer) -> Answer:
        self._drift.note(asked, reply.server_time_ms)
        return reply
