"""Files of cases in a backup: members named by their hash, behind the database that names them."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import IO

from headquarters.cases import files
from headquarters.commands import CommandError
from headquarters.operations.archive import Archive, Writer

_MEMBER = re.compile(rf"{files.FOLDER}/([0-9a-f]{{64}})\.gz")


def add(out: Writer) -> None:
    """Every file that a case has. One that is gone from the disk is left out: its case's page says so, and a
    backup without it is better than none."""
    for digest in files.digests():
        path = files.place(digest)
        if path.is_file():
            out.add(f"{files.FOLDER}/{digest}.gz", lambda stream, path=path: _fill(stream, path))  # type: ignore[misc]


def put_back(found: Archive) -> int:
    """Those of the archive onto the disk, each compared with its name; how many."""
    digests = [match[1] for name in found.manifest["files"] if (match := _MEMBER.fullmatch(name))]
    for digest in digests:
        with found.member(f"{files.FOLDER}/{digest}.gz") as plain:
            # A byte more than may be: nothing larger was ever kept.
            content = plain.read(files.MOST_BYTES + 1)
        if hashlib.sha256(content).hexdigest() != digest:
            raise CommandError(f"the backup's {files.FOLDER}/{digest} is not what its name says")
        files.store(digest, content)
    return len(digests)


def _fill(stream: IO[bytes], path: Path) -> None:
    with path.open("rb") as source:
        shutil.copyfileobj(source, stream, 1024 * 1024)
