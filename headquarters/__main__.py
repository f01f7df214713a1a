"""``python -m headquarters``: every job of an operator. Errors are one line, never a traceback."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import headquarters
from headquarters import tablet_commands
from headquarters.accounts import commands as accounts_commands
from headquarters.alerts import commands as alerts_commands
from headquarters.api import commands as api_commands
from headquarters.cases import commands as cases_commands
from headquarters.commands import Command, CommandError
from headquarters.config import ConfigError
from headquarters.demo import commands as demo_commands
from headquarters.documents import commands as documents_commands
from headquarters.indicators import commands as indicators_commands
from headquarters.letters import commands as letters_commands
from headquarters.offices import commands as offices_commands
from headquarters.operations import commands as operations_commands
from headquarters.privacy import commands as privacy_commands
from headquarters.ratings import commands as ratings_commands
from headquarters.reports import commands as reports_commands

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor

    from headquarters.tablets.models import Tablet

OWN_APPS = (
    "accounts", "alerts", "api", "audit", "cases", "citizens", "demo", "documents", "indicators", "letters",
    "offices", "operations", "privacy", "ratings", "reports", "tablets",
)  # fmt: skip
ROOMS = (
    tablet_commands, accounts_commands, offices_commands, ratings_commands, alerts_commands, privacy_commands,
    cases_commands, indicators_commands, documents_commands, letters_commands, reports_commands, api_commands,
    operations_commands, demo_commands,
)  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 when a check found something, 2 when it could not run."""
    arguments = _parser().parse_args(argv)
    # The database, keys, backups and exports are for their owner, whoever starts this from whichever shell.
    before = os.umask(0o077)
    try:
        return _main(arguments)
    finally:
        os.umask(before)


def _main(arguments: argparse.Namespace) -> int:
    if arguments.data is not None:
        os.environ["HEADQUARTERS_DATA"] = str(arguments.data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headquarters.settings")
    try:
        _set_up_django()
        return _run(arguments.command, arguments)
    except (ConfigError, CommandError, OSError) as error:
        print(f"headquarters: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(command: Command, arguments: argparse.Namespace) -> int:
    from django.core.exceptions import ValidationError
    from django.db import DatabaseError

    try:
        return command(arguments)
    except DatabaseError as error:
        raise CommandError(f"the database: {_first_line(error)}") from error
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


def _set_up_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="headquarters",
        description="The central server. The database is SQLite in the data folder, or that of DATABASE_URL.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {headquarters.__version__}")
    parser.add_argument(
        "--data",
        type=Path,
        help="data folder (default: HEADQUARTERS_DATA, else .headquarters in this folder)",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(commands, "migrate", _migrate, "create or upgrade the database; make partitions ahead")
    _add_serve(commands)
    _add_create_admin(commands)
    _add_enrol(commands)
    _add(commands, "list-tablets", _list_tablets, "every tablet, where it stands, what waits on it")
    for room in ROOMS:
        room.add(commands, _add_migrated)
    _add(commands, "audit-rollups", _audit_rollups, "recount all events; exit 1 when a total differs")
    _add(commands, "check", _check, "what an operator should look at; exit 1 when there is something")
    return parser


def _add(commands: Any, name: str, command: Command, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    made.set_defaults(command=command)
    return made


def _add_migrated(commands: Any, name: str, command: Command, text: str) -> argparse.ArgumentParser:
    """A command that works on a database of this version only."""

    def run(arguments: argparse.Namespace) -> int:
        _require_migrated()
        return command(arguments)

    return _add(commands, name, run, text)


def _add_serve(commands: Any) -> None:
    serve = _add(commands, "serve", _serve, "answer tablets and browsers (gunicorn)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8480, help="port to listen on (default: %(default)s)")
    serve.add_argument("--workers", type=_positive, default=2, help="processes (default: %(default)s)")
    serve.add_argument(
        "--threads", type=_positive, default=4, help="threads a process (default: %(default)s)"
    )
    serve.add_argument("--migrate", action="store_true", help="bring the database up to date first")


def _add_create_admin(commands: Any) -> None:
    admin = _add(commands, "create-admin", _create_admin, "make an account that may see and do everything")
    admin.add_argument("username")
    admin.add_argument("--name", default="", help="the name that pages show")
    admin.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _add_enrol(commands: Any) -> None:
    enrol = _add(
        commands, "enrol", _enrol, "print a one-time code (15 minutes) that places a tablet at a desk"
    )
    enrol.add_argument("--office", required=True, metavar="CODE", help="the office's code, such as 26740")
    enrol.add_argument("--office-name", help="create the office with this name when the code is new")
    enrol.add_argument(
        "--desk", required=True, metavar="NAME", help="the desk's name; created when it is new"
    )
    enrol.add_argument("--unit", default="Bộ phận Một cửa", help="the new desk's unit (default: %(default)s)")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("expected a number of 1 or more")
    return int(text)


def _migrate(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from headquarters import migrating
    from headquarters.ratings import partitions

    _refuse_newer()
    migrating.migrate()
    partitions.make_ahead(timezone.localdate())
    print("The database is up to date.")
    return 0


def _require_migrated() -> None:
    """Refuse to work on a database of another version of this program."""
    executor = _refuse_newer()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("the database is not up to date; run 'headquarters migrate' first")


def _refuse_newer() -> MigrationExecutor:
    """A database that a newer program wrote is not touched."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    ours = sorted(f"{app}.{name}" for app, name in unknown if app in OWN_APPS)
    if ours:
        raise CommandError(f"the database was written by a newer program ({', '.join(ours)})")
    return executor


def _serve(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from headquarters.operations import restoring
    from headquarters.ratings import partitions
    from headquarters.server import serve

    if arguments.migrate:
        _migrate(arguments)
    _require_migrated()
    partitions.make_ahead(timezone.localdate())
    # Of a restored backup nothing is served before what must not be in it is gone again.
    restoring.finish()
    print(f"Serving on http://{arguments.host}:{arguments.port}", flush=True)
    serve(arguments.host, arguments.port, arguments.workers, arguments.threads)
    return 0


def _create_admin(arguments: argparse.Namespace) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    from headquarters.accounts.models import User
    from headquarters.accounts.roles import Role
    from headquarters.audit.log import record

    _require_migrated()
    if User.objects.filter(username=arguments.username).exists():
        raise CommandError(f"there is an account '{arguments.username}' already")
    user = User(username=arguments.username, display_name=arguments.name, role=Role.SYSTEM_ADMIN)
    password = _new_password(arguments.password_stdin)
    try:
        with translation.override("en"):
            validate_password(password, user)
            user.set_password(password)
            user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    user.save()
    record(None, "account.created", user.username, detail=str(user.role))
    print(f"The account '{user.username}' is ready.")
    return 0


def _new_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise CommandError("the two passwords differ")
    return password


def _enrol(arguments: argparse.Namespace) -> int:
    from headquarters.offices.models import Desk, Office
    from headquarters.tablets.enrolment import new_code

    _require_migrated()
    office = Office.objects.filter(code=arguments.office).first()
    if office is None:
        if not arguments.office_name:
            raise CommandError(
                f"no office has the code {arguments.office}; add --office-name NAME to create it"
            )
        office = Office(code=arguments.office, name=arguments.office_name)
        office.full_clean()
        office.save()
        print(f"Created the office {office.name} ({office.code}).")
    desk = Desk.objects.filter(office=office, name=arguments.desk).first()
    if desk is None:
        desk = Desk(office=office, name=arguments.desk, unit=arguments.unit)
        desk.full_clean()
        desk.save()
        print(f"Created the desk {desk.name} of {office.name}.")
    print(f"Enrolment code for {office.name}, {desk.name}, valid for 15 minutes and one tablet:")
    print(f"    {new_code(desk)}")
    return 0


def _list_tablets(arguments: argparse.Namespace) -> int:
    from headquarters.tablets.models import Tablet

    _require_migrated()
    for tablet in Tablet.objects.select_related("desk__office").order_by("desk__office__code", "desk__name"):
        place = f"{tablet.desk.office.name}, {tablet.desk.name}" if tablet.desk else "no desk"
        seen = f"{tablet.last_seen:%Y-%m-%d %H:%M}" if tablet.last_seen else "never"
        print(f"{tablet.id}  {place}  last seen {seen} UTC  {_condition(tablet)}")
    return 0


def _condition(tablet: Tablet) -> str:
    """What waits on it, what is wrong with it."""
    if tablet.revoked_at:
        return "revoked"
    said = [f"{tablet.pending or 0} waiting", f"{tablet.quarantined} set aside"]
    if tablet.free_mb is not None:
        said.append(f"{tablet.free_mb} MB free")
    if tablet.drift_ms is not None:
        said.append(f"clock {tablet.drift_ms / 1000:+.0f} s")
    said.append(f"version {tablet.app_version or '?'}")
    if tablet.config_issued:
        said.append(f"configuration {tablet.config_version or 0} of {tablet.config_issued}")
    if tablet.renew_asked_at:
        said.append("key not changed yet")
    return ", ".join(said)


def _audit_rollups(arguments: argparse.Namespace) -> int:
    from headquarters.ratings import rollup

    _require_migrated()
    count = 0
    for found in rollup.audit():
        count += 1
        kept, counted = found.kept or "nothing", found.counted or "nothing"
        print(f"{found.table} {found.row}: the rollup says {kept}, the events say {counted}")
    print(f"{count} differences.")
    return 1 if count else 0


def _check(arguments: argparse.Namespace) -> int:
    from headquarters.ratings import partitions
    from headquarters.ratings.models import Alarm, Quarantine

    _require_migrated()
    counts = {
        "events in quarantine": Quarantine.objects.count(),
        "alarms": Alarm.objects.count(),
        "events in the default partition": partitions.rows_in_default(),
    }
    for name, count in counts.items():
        print(f"{name}: {count}")
    return 1 if any(counts.values()) else 0


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
