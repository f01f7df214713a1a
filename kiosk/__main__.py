"""``python -m kiosk``: the commands; ``kiosk.wiring`` builds what they use."""

from __future__ import annotations

import argparse
import gc
import getpass
import logging
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import kiosk
from kiosk import enrolment, guardian, logs, wiring
from kiosk.clock import system_clock
from kiosk.enrolment import Identity, IdentityError
from kiosk.office import EMPTY, load_book
from kiosk.pins import PinError
from kiosk.settings import Settings, load_settings
from kiosk.store import StorageError
from kiosk.survey import SloganError, load_slogans, slogan_sets
from kiosk.ui.session import IdleRules
from kiosk.words import languages
from kiosk.yaml_lines import LineError
from sync.errors import SyncError

if TYPE_CHECKING:
    from kiosk.chores import Caretaker
    from kiosk.health import Runs
    from kiosk.uploader import Uploader

COLLECT = 50_000, 5, 5


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0 when it worked, 2 with one line on stderr when it did not."""
    arguments = _parser().parse_args(argv)
    arguments.as_typed = sys.argv[1:] if argv is None else argv
    logs.to_stderr()
    # Answers, logs and what is laid ready for a stick are for the kiosk's own user, whoever starts it.
    before = os.umask(0o077)
    _no_core()
    try:
        return _main(arguments)
    finally:
        os.umask(before)


def _no_core() -> None:
    """A crash must not write down what a citizen was just typing."""
    with suppress(ImportError):
        import resource  # not on every system

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _main(arguments: argparse.Namespace) -> int:
    try:
        settings = load_settings(
            arguments.config,
            slogan_sets(wiring.ASSETS / "slogans"),
            arguments.data,
            languages(wiring.ASSETS / "locale"),
        )
        command: Callable[[argparse.Namespace, Settings], int] = arguments.command
        return command(arguments, settings)
    except (LineError, SloganError, IdentityError, PinError, StorageError, SyncError) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        watched = guardian.from_environment(os.environ, os.getpid())
        if arguments.command is _run and watched is not None:
            from kiosk.ui.refusal import show_refusal

            show_refusal(str(error), wiring.ASSETS, watched)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk", description="The satisfaction tablet at the reception desk. Without a command: run it."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {kiosk.__version__}")
    parser.add_argument(
        "--config",
        type=Path,
        default=wiring.HOME / "config.yaml",
        help="settings file (default: %(default)s)",
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
        "set-pin", help="set the staff's or the administrator's PIN (6 to 12 digits), asked for or from stdin"
    )
    pin.add_argument("--admin", action="store_true", help="the administrator's PIN instead of the staff's")
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


def _signboard(arguments: argparse.Namespace, config: Settings) -> int:
    """The slogans on a second screen; of the tablet's data it reads which settings are in force."""
    from kiosk.ui.signboard import SignDeps, run_signboard

    settings = _sign_settings(config)
    anew = run_signboard(
        SignDeps(
            office_name=settings.office_name,
            unit_name=settings.unit_name,
            slogans=load_slogans(wiring.ASSETS / "slogans", settings.slogans),
            assets_dir=wiring.ASSETS,
            style=arguments.signboard,
            language=settings.language,
            size=arguments.window or (1280, 800),
            fullscreen=arguments.window is None,
            view_log=arguments.view_log,
            now=lambda: datetime.now(settings.timezone),
            wants_anew=lambda: _sign_settings(config) != settings,
        )
    )
    if anew:
        _begin_anew(arguments.as_typed)
    return 0


def _sign_settings(config: Settings) -> Settings:
    """Those in force on the tablet whose board this is; config.yaml's where there is none, or where another
    user runs the board."""
    try:
        if not (config.data_dir / enrolment.FILE_NAME).is_file():
            return config
        return _in_force(config, enrolment.load_identity(config.data_dir, wiring.new_id))
    except (IdentityError, OSError) as error:
        logging.warning("the signboard goes by config.yaml: %s", error)
        return config


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    from kiosk.ui.app import UiDeps, run_app

    if arguments.signboard:
        return _signboard(arguments, settings)
    logs.keep_crashes(settings.data_dir)
    identity = enrolment.load_identity(settings.data_dir, wiring.new_id)
    book = load_book(settings.book)
    configuration = wiring.configured(settings, identity, book)
    settings = configuration.settings
    voice = wiring.voice() if settings.aloud else None
    book = configuration.book(book, lambda: datetime.now(settings.timezone).date())
    keys = wiring.key_ring(settings, identity, configuration)
    facts = wiring.facts(settings, keys, book, voice)
    desk = wiring.store_thread(settings, keys.identity, configuration.version)
    uploaders: list[Uploader] = []
    caretakers: list[Caretaker] = []
    begun: list[Future[Runs]] = []
    watched = guardian.from_environment(os.environ, os.getpid())

    def shown() -> None:
        """What loads much comes now. A finger that was faster has opened the store by its own tap."""
        logs.to_file(settings.data_dir)
        _settle()
        begun.append(wiring.begin_run(settings, desk))
        if identity.enrolled:
            uploaders.append(wiring.uploader(settings, keys, desk, configuration))
            uploaders[0].start()
            configuration.watch()
        else:
            caretakers.append(wiring.caretaker(settings, desk))
            caretakers[0].start()
            logging.warning("this tablet is not enrolled: ratings are kept here; run 'kiosk enrol --code …'")

    gc.disable()
    anew = False
    try:
        anew = run_app(
            UiDeps(
                facts=facts,
                language=settings.language,
                level_1=settings.level_1,
                rules=wiring.rules(settings),
                idle=IdleRules(citizen_s=settings.idle_s),
                desk=desk,
                assets_dir=wiring.ASSETS,
                size=arguments.window or (1280, 800),
                fullscreen=arguments.window is None,
                view_log=arguments.view_log,
                voice=voice,
                shown=shown,
                open_store=desk.open,
                guardian=watched,
                wants_anew=lambda: configuration.wants_anew() or keys.wants_anew(),
                admin=cache(
                    lambda: wiring.admin(
                        settings, keys, desk, lambda: next(iter(uploaders), None), configuration
                    )
                ),
            )
        )
    finally:
        if watched is not None and not anew:  # the same process goes on: systemd shall not wait for its end
            watched.stopping()
        if voice is not None:
            voice.close()
        configuration.close()
        for uploader in uploaders:
            uploader.stop()
        for caretaker in caretakers:
            caretaker.stop()
        desk.close()
    wiring.end_run(settings, begun)  # not reached by a run that falls
    if anew:
        _begin_anew(arguments.as_typed)
    return 0


def _begin_anew(typed: Sequence[str]) -> None:
    """The same process begins again. Windows would make a second one of it and end the first, unseen by who
    started it: there the end is left to kiosk.cmd, which starts the program again."""
    if hasattr(os, "fork"):
        os.execv(sys.executable, [sys.executable, "-m", "kiosk", *typed])  # noqa: S606


def _settle() -> None:
    """Nothing of what a start makes is garbage: the collector need not look at it, now or later. A page is
    some ten thousand small objects: with the usual limits, building one would start it again and again."""
    gc.freeze()
    gc.set_threshold(*COLLECT)
    gc.enable()


def _enrol(arguments: argparse.Namespace, settings: Settings) -> int:
    identity = enrolment.load_identity(settings.data_dir, wiring.new_id)
    desk = wiring.store_thread(settings, identity)
    try:
        install_id = desk.open().result()
        request = enrolment.request(identity, arguments.code, install_id, kiosk.__version__)
        reply = wiring.connect(settings, identity).enrol(request)
    finally:
        desk.close()
    enrolment.save_identity(settings.data_dir, enrolment.enrolled(identity, reply))
    print(f"Enrolled: {reply.office}, {reply.desk} (tablet {reply.tablet_id})")
    return 0


def _set_pin(arguments: argparse.Namespace, settings: Settings) -> int:
    role = "admin" if arguments.admin else "staff"
    if arguments.stdin:
        pin = sys.stdin.readline().strip()
    else:
        pin = getpass.getpass(f"New {role} PIN: ")
        if getpass.getpass("Once more: ") != pin:
            raise PinError("the two PINs differ")
    wiring.pins(settings).set(role, pin)
    print(f"The {role} PIN is set.")
    return 0


def _sync(arguments: argparse.Namespace, settings: Settings) -> int:
    identity = enrolment.load_identity(settings.data_dir, wiring.new_id)
    if not identity.enrolled:
        raise IdentityError("this tablet is not enrolled; run 'kiosk enrol --code …' first")
    configuration = wiring.configured(settings, identity, load_book(settings.book))
    settings = configuration.settings
    keys = wiring.key_ring(settings, identity, configuration)
    desk = wiring.store_thread(settings, keys.identity, configuration.version)
    try:
        settled = wiring.uploader(settings, keys, desk, configuration).drain()
    finally:
        desk.close()
    print(f"Headquarters answered for {settled} events.")
    return 0


def _status(arguments: argparse.Namespace, settings: Settings) -> int:
    identity = enrolment.load_identity(settings.data_dir, wiring.new_id)
    desk = wiring.store_thread(settings, identity)
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
        identity = enrolment.load_identity(settings.data_dir, wiring.new_id)
    except IdentityError:
        identity = None
    settings = _in_force(settings, identity or Identity("", ""))
    desk = wiring.store_thread(settings, identity or Identity("", ""))
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


def _in_force(settings: Settings, identity: Identity) -> Settings:
    """What the tablet goes by, even where its office's book cannot be read."""
    try:
        book = load_book(settings.book)
    except LineError:
        book = EMPTY
    return wiring.configured(settings, identity, book).settings


if __name__ == "__main__":
    sys.exit(main())
