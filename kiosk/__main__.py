"""``python -m kiosk``: builds the tablet and wires its parts; the only place that does."""

from __future__ import annotations

import argparse
import gc
import getpass
import logging
import os
import random
import secrets
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import kiosk
from kiosk import enrolment, guardian, logs
from kiosk.blind import Blind
from kiosk.clock import system_clock
from kiosk.enrolment import Identity, IdentityError
from kiosk.office import OfficeBook, load_book
from kiosk.phone import link as phone_link
from kiosk.pins import PinBook, PinError
from kiosk.settings import Settings, load_settings
from kiosk.store import StorageError
from kiosk.store.room import Room
from kiosk.store.thread import StoreThread
from kiosk.survey import SloganError, labels_version, load_slogans, slogan_sets
from kiosk.ui.facts import Facts, Keyboard
from kiosk.ui.session import IdleRules
from kiosk.visit import Rules
from kiosk.watch import Watch
from kiosk.words import languages
from kiosk.yaml_lines import LineError
from sync.errors import SyncError
from sync.phone import NONCE_BYTES

if TYPE_CHECKING:
    from kiosk.aloud import Voice
    from kiosk.contact import Contact, Purpose
    from kiosk.store.log import Store
    from kiosk.uploader import Uploader
    from sync.client import Client

COLLECT = 50_000, 5, 5
HOME = Path(__file__).resolve().parent.parent
ASSETS = HOME / "assets"
PRIVACY = "privacy.yaml"


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0 when it worked, 2 with one line on stderr when it did not."""
    arguments = _parser().parse_args(argv)
    logs.to_stderr()
    try:
        settings = load_settings(
            arguments.config, slogan_sets(ASSETS / "slogans"), arguments.data, languages(ASSETS / "locale")
        )
        command: Callable[[argparse.Namespace, Settings], int] = arguments.command
        return command(arguments, settings)
    except (LineError, SloganError, IdentityError, PinError, StorageError, SyncError) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk", description="The satisfaction tablet at the reception desk. Without a command: run it."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {kiosk.__version__}")
    parser.add_argument(
        "--config", type=Path, default=HOME / "config.yaml", help="settings file (default: %(default)s)"
    )
    parser.add_argument("--data", type=Path, help="data folder (default: storage.directory of the settings)")
    parser.set_defaults(command=_run, window=None, view_log=None, signboard=None)
    _offer_signboard(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    run = commands.add_parser("run", help="show the full-screen kiosk (the default)")
    run.add_argument(
        "--window", metavar="WxH", type=_size, help="a window of this size instead of the full screen"
    )
    run.add_argument("--view-log", type=Path, help="append one JSON line for every view that was drawn")
    _offer_signboard(run)
    run.set_defaults(command=_run)
    enrol = commands.add_parser(
        "enrol", help="exchange a one-time code of headquarters for this tablet's place"
    )
    enrol.add_argument("--code", required=True, help="the code that 'headquarters enrol' printed")
    enrol.set_defaults(command=_enrol)
    pin = commands.add_parser(
        "set-pin", help="set the staff PIN (6 to 12 digits), asked for or read from stdin"
    )
    pin.add_argument("--stdin", action="store_true", help="read the PIN from standard input")
    pin.set_defaults(command=_set_pin)
    sync = commands.add_parser("sync", help="send what waits to headquarters once, then end")
    sync.set_defaults(command=_sync)
    status = commands.add_parser("status", help="print today's counts and what waits for headquarters")
    status.set_defaults(command=_status)
    diagnostics = commands.add_parser(
        "diagnostics",
        help="write a file about this tablet for whoever helps from afar: no citizen's word in it",
    )
    diagnostics.add_argument("--out", type=Path, required=True, metavar="FILE", help="the text file to write")
    diagnostics.set_defaults(command=_diagnostics)
    return parser


def _offer_signboard(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--signboard",
        nargs="?",
        const="paged",
        choices=("paged", "scrolling"),
        help="show only the slogans, for a second screen or an LED board (default: paged)",
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) >= 320 and int(height) >= 320):
        raise argparse.ArgumentTypeError("expected WIDTHxHEIGHT, such as 1280x800")
    return int(width), int(height)


def _new_id() -> str:
    return str(uuid.uuid4())


def _pins(settings: Settings) -> PinBook:
    return PinBook(settings.data_dir / "pins.json", time.monotonic)


def _store_thread(settings: Settings, identity: Identity) -> StoreThread:
    clock = system_clock(settings.timezone)

    def open_store() -> Store:
        from kiosk.store.log import Store  # on the store's thread: sqlite_utils takes 0.3 s to import

        labels = labels_version(settings.level_1)
        return Store(settings.data_dir, identity.tablet_id, clock, _new_id, labels)

    seal = Seal(identity.sealing_key, ASSETS / PRIVACY) if identity.sealing_key else None
    room = Room(settings.data_dir, settings.least_free_mb)
    return StoreThread(open_store, _pins(settings), Watch(clock, settings.hours).flags, seal, room)


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


def _voice() -> Voice:
    """Reads pages aloud: the office's own recordings, else espeak-ng."""
    from kiosk.aloud import Voice

    return Voice(ASSETS / "sounds", "espeak-ng")


def _signboard(arguments: argparse.Namespace, settings: Settings) -> int:
    """The slogans on a second screen; it touches no data of the tablet."""
    from kiosk.ui.signboard import SignDeps, run_signboard

    run_signboard(
        SignDeps(
            office_name=settings.office_name,
            unit_name=settings.unit_name,
            slogans=load_slogans(ASSETS / "slogans", settings.slogans),
            assets_dir=ASSETS,
            style=arguments.signboard,
            language=settings.language,
            size=arguments.window or (1280, 800),
            fullscreen=arguments.window is None,
            view_log=arguments.view_log,
            now=lambda: datetime.now(settings.timezone),
        )
    )
    return 0


def _facts(settings: Settings, identity: Identity, book: OfficeBook, voice: Voice | None) -> Facts:
    """What the pages may show and offer."""

    def phone() -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return phone_link(settings.address, identity, time.time(), nonce)

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
        purpose=_purpose() if identity.sealing_key else None,
        phone=phone if phone() else None,
        lookup=lookup,
        support=settings.support,
        blind=Blind(settings.staff_blind, settings.hours),
    )


def _purpose() -> Purpose:
    from kiosk.contact import load_purpose

    return load_purpose(ASSETS / PRIVACY)


def _client(settings: Settings, identity: Identity) -> Client:
    from sync.client import Client  # on the uploader's thread: requests takes 0.3 s to import

    return Client(settings.address, identity.signer())


def _uploader(settings: Settings, identity: Identity, desk: StoreThread) -> Uploader:
    from kiosk.uploader import Sender, Uploader  # behind the first frame

    return Uploader(
        desk,
        lambda: _client(settings, identity),
        lambda: Sender(identity.tablet_id, desk.open().result(), kiosk.__version__, settings.data_dir),
        every_s=settings.sync_every_s,
        uniform=random.uniform,
        clock=system_clock(settings.timezone),
    )


def _rules(settings: Settings) -> Rules:
    """Writing takes a little longer than choosing."""
    return Rules(
        cool_down_s=settings.cool_down_s,
        closing_s=settings.closing_s,
        more_s=settings.idle_s,
        comment_s=settings.idle_s + 10,
        again_s=settings.idle_s,
    )


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    from kiosk.ui.app import UiDeps, run_app

    if arguments.signboard:
        return _signboard(arguments, settings)
    logs.keep_crashes(settings.data_dir)
    identity = enrolment.load_identity(settings.data_dir, _new_id)
    voice = _voice() if settings.aloud else None
    facts = _facts(settings, identity, load_book(settings.book), voice)
    desk = _store_thread(settings, identity)
    uploaders: list[Uploader] = []
    watched = guardian.from_environment(os.environ, os.getpid())

    def shown() -> None:
        """What loads much comes now. A finger that was faster has opened the store by its own tap."""
        logs.to_file(settings.data_dir)
        _settle()
        if identity.enrolled:
            uploaders.append(_uploader(settings, identity, desk))
            uploaders[0].start()
        else:
            logging.warning("this tablet is not enrolled: ratings are kept here; run 'kiosk enrol --code …'")

    gc.disable()
    try:
        run_app(
            UiDeps(
                facts=facts,
                language=settings.language,
                level_1=settings.level_1,
                rules=_rules(settings),
                idle=IdleRules(citizen_s=settings.idle_s),
                desk=desk,
                assets_dir=ASSETS,
                size=arguments.window or (1280, 800),
                fullscreen=arguments.window is None,
                view_log=arguments.view_log,
                voice=voice,
                shown=shown,
                open_store=desk.open,
                guardian=watched,
            )
        )
    finally:
        if watched is not None:
            watched.stopping()
        if voice is not None:
            voice.close()
        for uploader in uploaders:
            uploader.stop()
        desk.close()
    return 0


def _settle() -> None:
    """Nothing of what a start makes is garbage: the collector need not look at it, now or later. A page is
    some ten thousand small objects: with the usual limits, building one would start it again and again."""
    gc.freeze()
    gc.set_threshold(*COLLECT)
    gc.enable()


def _enrol(arguments: argparse.Namespace, settings: Settings) -> int:
    identity = enrolment.load_identity(settings.data_dir, _new_id)
    desk = _store_thread(settings, identity)
    try:
        install_id = desk.open().result()
        request = enrolment.request(identity, arguments.code, install_id, kiosk.__version__)
        reply = _client(settings, identity).enrol(request)
    finally:
        desk.close()
    enrolment.save_identity(settings.data_dir, enrolment.enrolled(identity, reply))
    print(f"Enrolled: {reply.office}, {reply.desk} (tablet {reply.tablet_id})")
    return 0


def _set_pin(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.stdin:
        pin = sys.stdin.readline().strip()
    else:
        pin = getpass.getpass("New staff PIN: ")
        if getpass.getpass("Once more: ") != pin:
            raise PinError("the two PINs differ")
    _pins(settings).set("staff", pin)
    print("The staff PIN is set.")
    return 0


def _sync(arguments: argparse.Namespace, settings: Settings) -> int:
    identity = enrolment.load_identity(settings.data_dir, _new_id)
    if not identity.enrolled:
        raise IdentityError("this tablet is not enrolled; run 'kiosk enrol --code …' first")
    desk = _store_thread(settings, identity)
    try:
        settled = _uploader(settings, identity, desk).drain()
    finally:
        desk.close()
    print(f"Headquarters answered for {settled} events.")
    return 0


def _status(arguments: argparse.Namespace, settings: Settings) -> int:
    identity = enrolment.load_identity(settings.data_dir, _new_id)
    desk = _store_thread(settings, identity)
    try:
        tally = desk.tally_today().result()
        state = desk.submit(lambda store: store.queue_state()).result()
    finally:
        desk.close()
    counts = ", ".join(
        f"level {level}: {tally.by_level[level]}" for level in sorted(tally.by_level, reverse=True)
    )
    print(f"{tally.day}: {tally.total} ratings ({counts}); cool-down took {tally.swallowed} taps")
    print(f"log: {state.max_seq} events, {state.pending} waiting, {state.quarantined} quarantined")
    print(f"enrolled: {identity.office}, {identity.desk}" if identity.enrolled else "not enrolled")
    return 0


def _diagnostics(arguments: argparse.Namespace, settings: Settings) -> int:
    """Works on a tablet that nothing else works on."""
    from kiosk import diagnostics

    try:
        identity = enrolment.load_identity(settings.data_dir, _new_id)
    except IdentityError:
        identity = None
    desk = _store_thread(settings, identity or Identity("", ""))
    try:
        queue = diagnostics.queue_of(lambda: desk.submit(lambda store: store.queue_state()).result())
    finally:
        desk.close()
    text = diagnostics.report(
        diagnostics.Patient(settings, identity, queue, system_clock(settings.timezone)())
    )
    try:
        diagnostics.save(text, arguments.out)
    except OSError as error:
        print(f"kiosk: {arguments.out}: {error.strerror}", file=sys.stderr)
        return 2
    print(f"Written: {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
