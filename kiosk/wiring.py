"""Builds the tablet's parts out of its settings and wires them; nothing else does."""

from __future__ import annotations

import random
import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import kiosk
from kiosk.blind import Blind
from kiosk.clock import system_clock
from kiosk.configuration import Configured
from kiosk.enrolment import Identity, IdentityError
from kiosk.granting import Known
from kiosk.office import OfficeBook
from kiosk.phone import link as phone_link
from kiosk.pins import PinBook
from kiosk.renewal import KeyRing
from kiosk.settings import Settings
from kiosk.store.room import Room
from kiosk.store.thread import StoreThread
from kiosk.survey import REASONS, SloganSet, labels_version, load_slogans, slogan_sets
from kiosk.ui.facts import Facts, Keyboard
from kiosk.visit import Rules
from kiosk.watch import Watch
from kiosk.words import languages
from sync.phone import NONCE_BYTES

if TYPE_CHECKING:
    from kiosk.admin import AdminDesk
    from kiosk.aloud import Voice
    from kiosk.chores import Caretaker
    from kiosk.contact import Contact, Purpose
    from kiosk.health import Runs
    from kiosk.store.log import Store
    from kiosk.uploader import Uploader
    from sync.client import Client

HOME = Path(__file__).resolve().parent.parent
ASSETS = HOME / "assets"
PRIVACY = "privacy.yaml"


def new_id() -> str:
    return str(uuid.uuid4())


def pins(settings: Settings) -> PinBook:
    return pin_book(settings.data_dir)


@cache
def pin_book(directory: Path) -> PinBook:
    """One for all who ask: its lock is theirs in common."""
    return PinBook(directory / "pins.json", time.monotonic)


def configured(settings: Settings, identity: Identity, book: OfficeBook) -> Configured:
    """What this tablet goes by: ``settings`` of config.yaml, and what was said since."""
    reasons = (*(reason.key for reason in book.reasons), *(reason.key for reason in REASONS))
    return Configured(
        settings,
        Known(slogan_sets(ASSETS / "slogans"), languages(ASSETS / "locale"), reasons),
        tablet_id=identity.tablet_id,
        config_key=identity.config_key,
        now_s=time.monotonic,
        set_pin=pins(settings).take,
    )


def store_thread(settings: Settings, identity: Identity, config_version: int = 0) -> StoreThread:
    clock = system_clock(settings.timezone)

    def open_store() -> Store:
        from kiosk.store.log import Store  # on the store's thread: sqlite_utils takes 0.3 s to import

        labels = labels_version(settings.level_1)
        return Store(settings.data_dir, identity.tablet_id, clock, new_id, labels, config_version)

    seal = Seal(identity.sealing_key, ASSETS / PRIVACY) if identity.sealing_key else None
    room = Room(settings.data_dir, settings.least_free_mb)
    return StoreThread(open_store, pins(settings), Watch(clock, settings.hours).flags, seal, room)


@dataclass(frozen=True, slots=True)
class Seal:
    """Closes a contact for headquarters' eyes only; called on the store's thread: it loads libsodium."""

    key: str
    privacy: Path

    def __call__(self, contact: Contact) -> tuple[str, str]:
        """The sealed bytes in base64, and the name of the key it takes to open them."""
        from kiosk.contact import load_purpose, to_sealed_json
        from sync import sealing

        plain = to_sealed_json(contact, round(time.time() * 1000), load_purpose(self.privacy).key)
        return sealing.seal(plain, self.key), sealing.key_id(self.key)


def voice() -> Voice:
    """Reads pages aloud: the office's own recordings, else espeak-ng."""
    from kiosk.aloud import Voice

    return Voice(ASSETS / "sounds", "espeak-ng")


def key_ring(settings: Settings, identity: Identity, configuration: Configured) -> KeyRing:
    """Who this tablet is; sealing to what headquarters wants sealed to now."""
    identity = replace(identity, sealing_key=configuration.sealing_key or identity.sealing_key)
    return KeyRing(settings.data_dir, identity, lambda: configuration.renew_key)


def facts(settings: Settings, keys: KeyRing, book: OfficeBook, voice: Voice | None) -> Facts:
    """What the pages may show and offer."""
    identity = keys.identity

    def phone() -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return phone_link(settings.address, keys.identity, time.time(), nonce)

    def lookup(code: str) -> str:
        return f"{settings.address}/tra-cuu/{code}" if identity.enrolled else ""

    return Facts(
        office=settings.office_name,
        unit_name=settings.unit_name,
        desk=settings.desk_name,
        slogans=load_slogans(ASSETS / "slogans", settings.slogans),
        hours=settings.hours,
        now=lambda: datetime.now(settings.timezone),
        book=book,
        keyboard=Keyboard(settings.method, settings.tone_style),
        languages=settings.languages,
        aloud=voice.available if voice else lambda _: False,
        dossiers=settings.dossiers,
        enrolled=identity.enrolled,
        purpose=purpose() if identity.sealing_key else None,
        phone=phone if phone() else None,
        lookup=lookup,
        support=settings.support,
        blind=Blind(settings.staff_blind, settings.hours),
        reasons=settings.reasons,
        services=settings.services,
        officials=settings.officials,
    )


def purpose() -> Purpose:
    from kiosk.contact import load_purpose

    return load_purpose(ASSETS / PRIVACY)


def connect(settings: Settings, identity: Identity) -> Client:
    from sync.client import Client  # on the uploader's thread: requests takes 0.3 s to import

    return Client(settings.address, identity.signer(), roots=settings.roots)


def uploader(
    settings: Settings, keys: KeyRing, desk: StoreThread, configuration: Configured | None = None
) -> Uploader:
    from kiosk.chores import Chores  # all of it behind the first frame
    from kiosk.drift import Drift
    from kiosk.health import Health
    from kiosk.network import NetworkWatch
    from kiosk.uploader import Sender, Uploader

    clock = system_clock(settings.timezone)
    drift = Drift(clock)

    def sender() -> Sender:
        tablet_id, install_id = keys.identity.tablet_id, desk.open().result()
        return Sender(tablet_id, install_id, kiosk.__version__, settings.data_dir)

    chores = Chores(desk, sender, clock, settings.data_dir, drift=drift)
    health = Health(
        settings.data_dir,
        drift=drift,
        checked=chores.checked,
        schema_version=_schema_version,
        config_version=lambda: configuration.version if configuration else None,
    )
    chores.condition = health
    return Uploader(
        desk,
        lambda: drift.watching(connect(settings, keys.identity)),
        sender,
        every_s=settings.sync_every_s,
        uniform=random.uniform,
        clock=clock,
        chores=chores,
        health=health,
        came_up=NetworkWatch().came_up,
        configuration=configuration,
        memory=settings.data_dir / "sync.json",
        keys=keys,
    )


def caretaker(settings: Settings, desk: StoreThread) -> Caretaker:
    """The night's chores of a tablet that has no uploader to do them."""
    from kiosk.chores import Caretaker, Chores
    from kiosk.uploader import Sender

    def sender() -> Sender:
        raise IdentityError("a tablet that is not enrolled sends nothing")

    return Caretaker(Chores(desk, sender, system_clock(settings.timezone), settings.data_dir))


def begin_run(settings: Settings, desk: StoreThread) -> Future[Runs]:
    """Count this run, if the data folder is ours. On the store's thread: it waits for the disk."""
    from kiosk import health

    boot_id = system_clock()().boot_id
    return desk.submit(lambda _: health.begin(settings.data_dir, boot_id))


def end_run(settings: Settings, begun: Sequence[Future[Runs]]) -> None:
    """This run, where it was counted, has ended as it should. The store's thread has ended before."""
    from kiosk import health

    if any(run.exception() is None for run in begun):
        health.end(settings.data_dir)


def _schema_version() -> int:
    from kiosk.store.upkeep import SCHEMA_VERSION  # on the uploader's thread, when the store has loaded it

    return SCHEMA_VERSION


def rules(settings: Settings) -> Rules:
    """Writing takes a little longer than choosing."""
    return Rules(
        cool_down_s=settings.cool_down_s,
        closing_s=settings.closing_s,
        more_s=settings.idle_s,
        comment_s=settings.idle_s + 10,
        again_s=settings.idle_s,
    )


def _sets() -> tuple[SloganSet, ...]:
    folder = ASSETS / "slogans"
    return tuple(load_slogans(folder, key) for key in slogan_sets(folder))


def admin(
    settings: Settings,
    keys: KeyRing,
    desk: StoreThread,
    sync: Callable[[], Uploader | None],
    configuration: Configured,
) -> AdminDesk:
    """What the admin page asks. Made when it opens."""
    from kiosk import diagnostics
    from kiosk.admin import AdminDesk
    from kiosk.admin.preferences import Preferences
    from kiosk.admin.registration import Registration
    from kiosk.admin.stick import Courier
    from kiosk.dials import Dials

    clock = system_clock(settings.timezone)

    def registration() -> Registration:
        install_id, identity = desk.open().result(), keys.identity
        client = connect(settings, identity)
        return Registration(client, identity, install_id, kiosk.__version__, settings.data_dir)

    def courier() -> Courier:
        return Courier(
            desk, keys.identity, settings.data_dir, clock, kiosk.__version__, Path("/"), configuration.keys
        )

    def report() -> str:
        queue = diagnostics.queue_of(lambda: desk.submit(lambda store: store.queue_state()).result())
        return diagnostics.report(diagnostics.Patient(settings, keys.identity, queue, clock()))

    return AdminDesk(
        desk,
        pins(settings),
        sync=sync,
        enrolled=lambda: keys.identity.enrolled,
        registrar=registration,
        report=report,
        courier=courier,
        reset_key=lambda: keys.identity.reset_key,
        clock=clock,
        preferences=cache(lambda: Preferences(configuration, _sets, languages(ASSETS / "locale"), Dials())),
    )
