"""The file of a backup: a tar of compressed tables and, last, the manifest that vouches for them.

``manifest.json`` comes last, so that an archive that was cut short has none and is refused. Nothing of an
archive is believed before every member's SHA-256 has been compared.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from headquarters.commands import CommandError

FORMAT = 1
MANIFEST = "manifest.json"
_MANIFEST_MOST = 256 * 1024 * 1024
"""A line for every tablet's chain; far beyond a country's tablets."""
_KEYS = {
    "format",
    "made_at",
    "program",
    "vendor",
    "migrations",
    "tables",
    "chains",
    "months",
    "keys",
    "files",
}


class Writer:
    """Puts members into an archive; each is compressed beside it first, because tar wants its size ahead."""

    def __init__(self, tar: tarfile.TarFile, folder: Path) -> None:
        self._tar, self._folder = tar, folder
        self.files: dict[str, str] = {}

    def add(self, name: str, fill: Callable[[IO[bytes]], None]) -> None:
        """A member ``name`` with what ``fill`` writes, compressed."""
        with tempfile.TemporaryFile(dir=self._folder) as spool:
            # No time and no name inside: equal tables are equal members.
            with gzip.GzipFile("", "wb", 3, spool, mtime=0) as packed:
                fill(packed)  # type: ignore[arg-type]
            size = spool.tell()
            spool.seek(0)
            self.files[name] = hashlib.file_digest(spool, "sha256").hexdigest()
            spool.seek(0)
            self._put(name, spool, size)

    def close(self, manifest: dict[str, Any]) -> None:
        """The manifest, behind everything it vouches for."""
        text = json.dumps({**manifest, "format": FORMAT, "files": self.files}, sort_keys=True, indent=1)
        self._put(MANIFEST, io.BytesIO(text.encode()), len(text.encode()))

    def _put(self, name: str, stream: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, stream)


@contextmanager
def write(target: Path) -> Iterator[Writer]:
    """A new archive, its owner's only; under ``target`` it stands whole and synced, or not at all."""
    if target.exists():
        raise CommandError(f"{target} is there already; a backup replaces nothing")
    if not target.parent.is_dir():
        raise CommandError(f"{target.parent} is not a folder")
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            with tarfile.open(fileobj=handle, mode="w") as tar:
                yield Writer(tar, target.parent)
            handle.flush()
            os.fsync(handle.fileno())
        # Linked, not renamed: of two backups to one name at one moment, one is refused.
        os.link(fresh, target)
    except FileExistsError as error:
        raise CommandError(f"{target} is there already; a backup replaces nothing") from error
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(target.parent)


class Archive:
    """An archive whose members have all been compared with its manifest."""

    def __init__(self, tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
        self._tar, self.manifest = tar, manifest

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """What a member holds, unpacked."""
        stream = self._tar.extractfile(name)
        if stream is None:
            raise CommandError(f"the backup has no {name}")
        with stream, gzip.GzipFile(fileobj=stream) as plain:
            yield plain  # type: ignore[misc]

    def copy(self, name: str, target: Path) -> None:
        """A member written out as a file of its owner's only, synced."""
        with (
            self.member(name) as plain,
            os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        ):
            shutil.copyfileobj(plain, out, 1024 * 1024)
            out.flush()
            os.fsync(out.fileno())


@contextmanager
def read(source: Path) -> Iterator[Archive]:
    """An archive that is whole; CommandError says what is wrong with any other."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            manifest = _manifest(tar, source)
            _compare(tar, manifest["files"], source)
            yield Archive(tar, manifest)
    except tarfile.TarError as error:
        raise CommandError(f"{source} is no backup, or was cut short ({error})") from error
    except (EOFError, gzip.BadGzipFile) as error:
        raise CommandError(f"{source} is damaged ({error})") from error


def _manifest(tar: tarfile.TarFile, source: Path) -> dict[str, Any]:
    try:
        member = tar.getmember(MANIFEST)
        stream = tar.extractfile(member)
        manifest = json.load(stream) if stream and member.size <= _MANIFEST_MOST else None
    except KeyError:
        raise CommandError(f"{source} has no manifest: it is no backup, or was cut short") from None
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or set(manifest) != _KEYS or not isinstance(manifest["files"], dict):
        raise CommandError(f"{source}: its manifest cannot be read")
    if manifest["format"] != FORMAT:
        raise CommandError(f"{source} has format {manifest['format']}; this program reads {FORMAT}")
    return manifest


def _compare(tar: tarfile.TarFile, files: dict[str, str], source: Path) -> None:
    names = [name for name in tar.getnames() if name != MANIFEST]
    if sorted(names) != sorted(files):
        raise CommandError(f"{source} does not hold the files that its manifest names")
    for name, digest in files.items():
        stream = tar.extractfile(name)
        if stream is None or hashlib.file_digest(stream, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
            raise CommandError(f"{source} is damaged: {name} is not what its manifest says")


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
