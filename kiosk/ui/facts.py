"""What pages may know about the place they stand in. No Kivy, so that the door to the screens can hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from kiosk.blind import Blind
from kiosk.contact import Purpose
from kiosk.hours import Hours
from kiosk.office import EMPTY, OfficeBook
from kiosk.survey import SloganSet


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Keyboard:
    """How letters are typed: ``method`` telex, vni or off; ``style`` old (hòa) or new (hoà) tone marks."""

    method: str = "telex"
    style: str = "old"


class Keyed(Protocol):
    """What has a key that never changes."""

    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)


def in_order(entries: Iterable[K], keys: Sequence[str]) -> tuple[K, ...]:
    """Those of ``entries`` that ``keys`` name, in their order; all where it names none that is there."""
    known = {entry.key: entry for entry in entries}
    return tuple(known[key] for key in keys if key in known) or tuple(known.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """``hours`` None: always open. ``now`` is local and aware. ``dossiers``: a dossier code may be given.
    ``aloud``: whether words in a language can be heard here now.

    ``enrolled``: headquarters knows this tablet. ``purpose``: why contact data is asked for; None where none
    is, because headquarters has given no key to seal it with.
    ``phone`` makes a fresh address for the phone's QR, None where none can be; ``lookup`` the address where
    a lookup code is followed, "" where there is none. ``support``: who looks after the tablet.
    ``blind``: what staff may see, and when. ``reasons``: keys of the reasons asked about, in order; none: the
    office's own, or the usual ones. ``services``, ``officials``: the same of the book's; none: all of them.
    """

    office: str
    unit_name: str
    desk: str
    slogans: SloganSet
    now: Callable[[], datetime] = _local_now
    hours: Hours | None = None
    book: OfficeBook = EMPTY
    keyboard: Keyboard = field(default_factory=Keyboard)
    languages: tuple[str, ...] = ("vi", "en")
    aloud: Callable[[str], bool] = lambda language: False
    dossiers: bool = False
    enrolled: bool = True
    purpose: Purpose | None = None
    phone: Callable[[], str] | None = None
    lookup: Callable[[str], str] = lambda code: ""
    blind: Blind = field(default_factory=Blind)
    support: str = ""
    reasons: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    officials: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return " · ".join(part for part in (self.office, self.desk) if part)

    @property
    def asked(self) -> OfficeBook:
        """The book with those fields of work and officials that are asked about, in their order."""
        return replace(
            self.book,
            services=in_order(self.book.services, self.services),
            officials=in_order(self.book.officials, self.officials),
        )

    @property
    def publishes(self) -> bool:
        """Whether the page of what is published (công khai) has anything on it."""
        return bool(self.book.notices or self.book.complaint or self.book.portal)

    @property
    def has_subjects(self) -> bool:
        """Whether there is anything to pick on the page about desk, service and official."""
        return bool(len(self.book.desks) > 1 or self.book.services or self.book.officials)
