"""What an operator does with tablets from the command line. Run behind ``django.setup()``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headquarters.commands import Adder, CommandError

if TYPE_CHECKING:
    from headquarters.tablets.configuration import Place
    from headquarters.tablets.models import Tablet
    from sync.wishes import Wishes


def add(commands: Any, adder: Adder) -> None:
    """Every command of this module, with its arguments."""
    _add_configure(adder(commands, "configure", configure, "show or change what tablets shall go by"))
    key = adder(commands, "config-key", config_key, "look after the key that signs tablets' configurations")
    key.add_argument("step", choices=("show", "announce", "withdraw", "rotate"))
    key.add_argument("--force", action="store_true", help="rotate although tablets have not heard of it")
    sealing = adder(
        commands, "sealing-key", sealing_key, "look after the key that contacts and bundles are sealed to"
    )
    sealing.add_argument("step", choices=("show", "rotate"))
    code = adder(commands, "reset-code", reset_code, "print a code that opens a tablet with a forgotten PIN")
    _tablet_argument(code, required=True)
    code.add_argument("--role", required=True, choices=("staff", "admin"), help="whose PIN was forgotten")
    code.add_argument("--challenge", required=True, help="what the tablet shows, such as TVX7-67WP")
    out = adder(commands, "revoke", revoke, "take nothing more from a tablet, until it is enrolled anew")
    _tablet_argument(out, required=True)
    fresh = adder(commands, "renew-key", renew_key, "have a tablet change its key with its next sync")
    _tablet_argument(fresh, required=True)
    fresh.add_argument("--withdraw", action="store_true", help="take the wish back: it keeps its key")
    walking = adder(
        commands, "verify-chain", verify_chain, "walk every chain; exit 1 when an event was touched"
    )
    _tablet_argument(walking)
    taking = adder(commands, "import-bundle", import_bundle, "take a bundle that came on a USB stick")
    taking.add_argument("file", type=Path, metavar="FILE", help="the bundle (.kioskb)")
    taking.add_argument(
        "--receipt", type=Path, required=True, metavar="OUT", help="where to write the receipt (.kioskr)"
    )


def _add_configure(parser: argparse.ArgumentParser) -> None:
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--office", metavar="CODE", help="tablets of this office and those below it")
    _tablet_argument(place)
    parser.add_argument(
        "--set", action="append", default=[], metavar="WISH=VALUE", help="text or JSON, such as idle_s=45"
    )
    parser.add_argument(
        "--unset", action="append", default=[], metavar="WISH", help="leave it to the tablet again"
    )
    parser.add_argument("--file", type=Path, help="wishes as a JSON object, in place of all there are")
    parser.add_argument("--note", default="", help="why, for the history")
    parser.add_argument("--history", action="store_true", help="list the changes, the newest first")
    parser.add_argument("--back", type=int, metavar="CHANGE", help="put this change in force again")


def _tablet_argument(parser: Any, required: bool = False) -> None:
    named: dict[str, Any] = {"required": True} if required else {}
    parser.add_argument("--tablet", metavar="ID", help="a tablet's id or key id (list-tablets)", **named)


def configure(arguments: argparse.Namespace) -> int:
    """Change the wishes of a place if asked to; print them."""
    from headquarters.tablets import configuration
    from sync.wishes import BadWish

    place = _place(arguments)
    try:
        if arguments.back is not None:
            _back(place, arguments.back)
        elif arguments.set or arguments.unset or arguments.file:
            wishes = _changed(arguments, configuration.wishes_of(configuration.in_force(place)))
            entry, issued = configuration.publish(place, wishes, None, arguments.note)
            print(f"Change {entry.pk} is in force; {issued} tablets get a new configuration.")
    except BadWish as error:
        raise CommandError(f"nothing was changed: {error}") from error
    _print_history(place) if arguments.history else _print_wishes(place)
    return 0


def _back(place: Place, pk: int) -> None:
    from headquarters.tablets import configuration

    old = next((entry for entry in configuration.history(place) if entry.pk == pk), None)
    if old is None:
        raise CommandError(f"there is no change {pk} here; see --history")
    entry, issued = configuration.roll_back(old, None)
    print(f"Change {entry.pk}, equal to {pk}, is in force; {issued} tablets get a new configuration.")


def _changed(arguments: argparse.Namespace, now: Wishes) -> Wishes:
    from sync.wishes import KNOWN, BadWish, read_wishes, wishes_as_plain

    plain = _from_file(arguments.file) if arguments.file else wishes_as_plain(now)
    for pair in arguments.set:
        name, equals, text = pair.partition("=")
        if not equals or name not in KNOWN:
            raise BadWish(f"{name}: expected WISH=VALUE with one of: {', '.join(KNOWN)}")
        plain[name] = _value(text)
    for name in arguments.unset:
        if plain.pop(name, None) is None:
            raise BadWish(f"{name}: is not set here")
    return read_wishes(plain)


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CommandError(f"{path}: not JSON ({error})") from error
    if not isinstance(found, dict):
        raise CommandError(f"{path}: expected a JSON object")
    return found


def _print_wishes(place: Place) -> None:
    from headquarters.tablets import configuration
    from sync.wishes import wishes_as_plain

    wishes = configuration.wishes_of(configuration.in_force(place))
    print(json.dumps(wishes_as_plain(wishes), indent=2, ensure_ascii=False))
    tablets = configuration.tablets_of(place)
    late = sum(1 for one in tablets if (one.config_version or 0) < one.config_issued)
    print(f"Reaches {len(tablets)} tablets; {late} of them do not yet say that they work by it.")


def _print_history(place: Place) -> None:
    from headquarters.tablets import configuration

    for entry in configuration.history(place):
        author = entry.author.get_username() if entry.author else "-"
        print(f"{entry.pk}  {entry.made_at:%Y-%m-%d %H:%M} UTC  {author}  {entry.note}")
        print(f"    {entry.wishes}")


def _place(arguments: argparse.Namespace) -> Place:
    from headquarters.offices.models import Office
    from headquarters.tablets.configuration import Place

    if arguments.tablet is not None:
        return Place(tablet=_tablet(arguments.tablet))
    if arguments.office is None:
        return Place()
    office = Office.objects.filter(code=arguments.office).first()
    if office is None:
        raise CommandError(f"no office has the code {arguments.office}")
    return Place(office=office)


def _tablet(name: str) -> Tablet:
    from headquarters.tablets.models import Tablet
    from headquarters.wire import is_uuid

    tablets = Tablet.objects.select_related("desk__office")
    found = tablets.filter(pk=name).first() if is_uuid(name) else tablets.filter(key_id=name).first()
    if found is None:
        raise CommandError(f"no tablet has the id or key id {name}; see list-tablets")
    return found


def config_key(arguments: argparse.Namespace) -> int:
    """Show, announce, take back or rotate the signing key."""
    from django.conf import settings

    from headquarters import config, signing
    from headquarters.tablets import configuration

    if arguments.step == "announce":
        config.next_configuration_key(settings.DATA, make=True)
        print(f"Announced; {configuration.issue_all()} tablets get a new configuration that says so.")
    elif arguments.step == "withdraw":
        config.drop_next_configuration_key(settings.DATA)
        print(f"Taken back; {configuration.issue_all()} tablets get a new configuration that says so.")
    elif arguments.step == "rotate":
        _rotate(arguments.force)
    print(f"signs now:  {signing.public_key()}")
    print(f"announced:  {signing.next_public_key() or '-'}")
    return 0


def _rotate(force: bool) -> None:
    """A tablet that has not heard of the next key would never believe headquarters again."""
    from django.conf import settings

    from headquarters import config
    from headquarters.tablets import configuration

    if config.next_configuration_key(settings.DATA) is None:
        raise CommandError("no next key has been announced; run 'headquarters config-key announce' first")
    configuration.issue_all()
    late = configuration.behind()
    if late and not force:
        raise CommandError(
            f"{len(late)} tablets have not yet taken the announcement, such as {late[0].pk}; wait for them,"
            " or use --force and enrol them anew"
        )
    config.rotate_configuration_key(settings.DATA)
    print(f"Rotated; {configuration.issue_all(anew=True)} tablets get a configuration of the new key.")


def sealing_key(arguments: argparse.Namespace) -> int:
    """Show or rotate the key that only headquarters can open with."""
    from django.conf import settings

    from headquarters import config, sealing
    from headquarters.audit.log import record
    from headquarters.tablets import configuration

    if arguments.step == "rotate":
        kept = config.rotate_sealing_key(settings.DATA)
        record(None, "system.sealing_key", sealing.own_key_id(), detail=kept)
        print(f"Rotated; {configuration.issue_all()} tablets get a new configuration that says so.")
        print(f"The old key is in {kept} and goes on opening what was sealed to it.")
        print("Back up the keys now (backup --keys): the new one is in no backup yet.")
    own, *old = sealing.opening_key_ids()
    print(f"seals now:  {own}")
    print(f"open too:   {', '.join(old) or '-'}")
    return 0


def renew_key(arguments: argparse.Namespace) -> int:
    """Wish for another key of a tablet, or take the wish back."""
    from headquarters.tablets import renewal

    tablet = _tablet(arguments.tablet)
    if arguments.withdraw:
        renewal.withdraw(tablet, None)
        print(f"Nobody wants another key of {tablet}; {tablet.key_id} stays its own.")
        return 0
    try:
        renewal.ask(tablet, None)
    except renewal.CannotAsk as error:
        raise CommandError(str(error)) from error
    print(f"{tablet} changes its key {tablet.key_id} with its next sync. It loses no rating.")
    return 0


def revoke(arguments: argparse.Namespace) -> int:
    """Shut a tablet out."""
    from headquarters.tablets import enrolment

    tablet = _tablet(arguments.tablet)
    enrolment.revoke(tablet, None)
    print(f"Nothing more is taken from {tablet}. What it has sent stays; a fresh enrolment brings it back.")
    return 0


def verify_chain(arguments: argparse.Namespace) -> int:
    """Walk the chains of one tablet or of all; say, keep and ring for what was changed or taken away."""
    from headquarters.ratings import integrity
    from headquarters.tablets.models import Tablet

    tablets = [_tablet(arguments.tablet)] if arguments.tablet else Tablet.objects.order_by("pk").iterator()
    events = found = 0
    for tablet in tablets:
        walk = integrity.verify(tablet)
        integrity.keep(walk)
        events, found = events + walk.events, found + walk.count
        for finding in walk.findings:
            print(f"tablet {tablet.pk}: {finding}")
    print(f"{events} events walked, {found} findings.")
    return 1 if found else 0


def reset_code(arguments: argparse.Namespace) -> int:
    """Print the code for a challenge."""
    from headquarters.tablets import reset

    tablet = _tablet(arguments.tablet)
    try:
        code = reset.code(tablet, arguments.role, arguments.challenge, None)
    except ValueError as error:
        raise CommandError(str(error)) from error
    print(f"Code for the {arguments.role} PIN of {tablet}, good once, for this challenge:")
    print(f"    {code}")
    return 0


def import_bundle(arguments: argparse.Namespace) -> int:
    """Take a bundle and write its receipt; 1 when something of it was set aside."""
    from headquarters.ratings import bundles
    from sync.bundle import BundleError

    try:
        with arguments.file.open("rb") as file:
            done = bundles.import_to(file, arguments.receipt, None, _print_progress)
    except BundleError as error:
        raise CommandError(f"{arguments.file}: {error}") from error
    known = done.of("duplicate") + done.of("tombstoned")
    print(
        f"Tablet {done.tablet}: {done.of('accepted')} new, {known} known, {done.of('quarantined')} set aside."
    )
    print(f"The receipt is in {arguments.receipt}; carry it back to the tablet.")
    return 1 if done.of("quarantined") else 0


def _print_progress(done: int, of: int) -> None:
    if done == of or done // 10_000 != (done - 500) // 10_000:
        print(f"{done} of {of}", flush=True)
