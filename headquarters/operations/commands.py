"""``headquarters backup`` and ``headquarters restore``."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from headquarters.commands import Adder


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    out = adder(commands, "backup", backup, "write the database into one file, while ratings go on")
    out.add_argument("file", type=Path, metavar="FILE", help="a new file; nothing is ever replaced")
    _keys(out, "also write the keys, sealed with a passphrase, into this new file; keep it elsewhere")
    back = adder(commands, "restore", restore, "fill an empty database from a backup, and compare")
    back.add_argument("file", type=Path, metavar="FILE", help="what 'backup' wrote")
    _keys(back, "put these keys back first")
    # The database must be empty: it cannot be of this version, as other commands want it.
    back.set_defaults(command=restore)


def _keys(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--keys", type=Path, metavar="KEYS", help=text)
    parser.add_argument(
        "--passphrase-stdin", action="store_true", help="read the passphrase from standard input"
    )


def backup(arguments: argparse.Namespace) -> int:
    """The database, and the keys only when they were asked for."""
    from django.conf import settings

    from headquarters.audit.log import record
    from headquarters.operations import backup, keys

    passphrase = _passphrase(arguments, twice=True) if arguments.keys else ""
    manifest = backup.make(arguments.file)
    record(None, "system.backup", arguments.file.name)
    print(f"{arguments.file}: {sum(manifest['tables'].values())} rows, {len(manifest['chains'])} chains.")
    if arguments.keys:
        names = keys.save(settings.DATA, arguments.keys, passphrase)
        record(None, "system.keys_written", arguments.keys.name)
        print(f"{arguments.keys}: {', '.join(names)}, sealed. Keep it apart from the backup.")
    else:
        print(f"The keys in {settings.DATA} are not in it: keep them apart, or write them with --keys.")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Keys, database, schema of this program, purge: in this order."""
    from django.conf import settings
    from django.utils import timezone

    from headquarters import migrating
    from headquarters.audit.log import record
    from headquarters.operations import keys, restore, restoring, witness
    from headquarters.ratings import partitions

    if arguments.keys:
        names = keys.put_back(arguments.keys, settings.DATA, _passphrase(arguments))
        print(f"Keys put back: {', '.join(names) or 'all were there'}.")
    manifest = restore.put_back(arguments.file)
    print(
        f"Put back and compared: {sum(manifest['tables'].values())} rows, {len(manifest['chains'])} chains, "
        f"as of {manifest['made_at']}."
    )
    migrating.migrate()
    partitions.make_ahead(timezone.localdate())
    record(None, "system.restored", arguments.file.name, detail=f"as of {manifest['made_at']}")
    print(f"Erased again: {restoring.finish()}.")
    if missing := witness.lacking(manifest["keys"]):
        print(
            f"The keys in {settings.DATA} are not those of the backup ({', '.join(missing)}): "
            "contacts stay sealed and tablets refuse configurations until the right ones are back "
            "(restore into a new database with --keys).",
            file=sys.stderr,
        )
        return 1
    return 0


def _passphrase(arguments: argparse.Namespace, twice: bool = False) -> str:
    from headquarters.commands import CommandError

    if arguments.passphrase_stdin:
        return sys.stdin.readline().rstrip("\n")
    passphrase = getpass.getpass("Passphrase of the keys: ")
    if twice and getpass.getpass("Once more: ") != passphrase:
        raise CommandError("the two passphrases differ")
    return passphrase
