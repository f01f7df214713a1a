"""USB sticks: which are there, and writing a file onto one so that "it may be pulled" is true. No Kivy.

A file is written beside its final name, synced, read back, renamed and synced again; until then whatever
lay there under its name stays. Linux only: elsewhere no stick is found.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PLACES = ("media", "run/media", "mnt")
"""Where Linux puts what is plugged in, below the root."""
STEP = 1 << 20
"""So much is handed to the stick before it must have taken it: progress that tells how far the stick is."""
_REASONS = {
    "full": (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
    "read_only": (errno.EROFS, errno.EACCES, errno.EPERM),
    "gone": (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ENOTCONN, errno.ESTALE),
}


class RemovableError(Exception):
    """Nothing new is on the stick under the file's name, and what was there before still is.

    ``reason``: none (no stick), full, read_only, gone (pulled out), differs (read back otherwise than
    written: a bad stick) or failed.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Stick:
    """A mounted stick. ``name`` is its label where the system mounts it by that; ``read_only`` as mounted."""

    path: Path
    name: str
    read_only: bool


def sticks(root: Path = Path("/")) -> list[Stick]:
    """The removable media mounted now. ``root`` is another tree in tests."""
    try:
        mounts = (root / "proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    found = []
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 4:
            continue
        device, place, options = fields[0], Path(_unescaped(fields[1])), fields[3].split(",")
        if _is_place(place) and _is_removable(root, device):
            found.append(Stick(root / place.relative_to("/"), place.name, "ro" in options))
    return found


def the_stick(root: Path = Path("/")) -> Stick:
    """The stick to write to, one that can be written first; RemovableError when there is none."""
    there = sorted(sticks(root), key=lambda stick: stick.read_only)
    if not there:
        raise RemovableError("none")
    return there[0]


def write_safely(path: Path, chunks: Iterable[bytes], progress: Callable[[int], None]) -> int:
    """Write ``chunks`` as the file ``path``; its length. When this returns, the stick may be pulled.

    ``progress`` is told how many bytes the stick has taken so far. Raises RemovableError; what ``chunks``
    itself raises comes through, and leaves nothing behind either.
    """
    with _named(), _opened(path.parent) as folder:
        part = f".{path.name}.part"
        try:
            written, digest = _write(folder, part, chunks, progress)
            _read_back(folder, part, digest)
            os.replace(part, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(part, dir_fd=folder)
            raise
        os.fsync(folder)
        _sync_all(folder)
        if not os.path.samestat(os.stat(path.name, dir_fd=folder), path.stat()):
            raise RemovableError("gone", f"{path.parent} is another place now")
    return written


def _write(
    folder: int, name: str, chunks: Iterable[bytes], progress: Callable[[int], None]
) -> tuple[int, bytes]:
    """Bytes written and synced, and their digest."""
    digest, written, synced = hashlib.sha256(), 0, 0
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644, dir_fd=folder)
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(file, rest) :]
            digest.update(chunk)
            written += len(chunk)
            if written - synced >= STEP:
                os.fsync(file)
                synced = written
                progress(written)
        os.fsync(file)
        progress(written)
    finally:
        os.close(file)
    return written, digest.digest()


def _read_back(folder: int, name: str, digest: bytes) -> None:
    """From the stick itself, not from memory."""
    file = os.open(name, os.O_RDONLY, dir_fd=folder)
    try:
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        found = hashlib.sha256()
        while block := os.read(file, STEP):
            found.update(block)
    finally:
        os.close(file)
    if found.digest() != digest:
        raise RemovableError("differs", f"{name} reads back otherwise than it was written")


def _sync_all(descriptor: int) -> None:
    """Everything of that file system, as an unplugging wants it; other disks are not waited for."""
    if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Held open: if the stick goes and its mount point is left, nothing lands on the tablet's own disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = next((name for name, numbers in _REASONS.items() if error.errno in numbers), "failed")
        raise RemovableError(reason, str(error)) from error


def _is_place(place: Path) -> bool:
    return any(Path("/") / top in place.parents for top in PLACES)


def _is_removable(root: Path, device: str) -> bool:
    """Of a partition its disk is asked. USB disks call themselves fixed; their place in the tree tells."""
    name = Path(device).name
    if not device.startswith("/dev/") or not name:
        return False
    for disk in (root / "sys/block").glob("*"):
        if disk.name == name or (disk / name).is_dir():
            return _first_line(disk / "removable") == "1" or "/usb" in str(disk.resolve())
    return False


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _unescaped(text: str) -> str:
    r""" "KINGSTON\0408GB" → "KINGSTON 8GB": the kernel writes blanks as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
