"""The diagnostics file: what a helper far away needs to know about a tablet, as text that anybody can read
before it is sent. No word of a citizen is in it, no key and no PIN.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from importlib import metadata
from pathlib import Path

import kiosk
from kiosk import enrolment, logs
from kiosk.clock import Moment
from kiosk.enrolment import Identity
from kiosk.settings import Settings
from kiosk.store import QueueState, StorageError

PACKAGES = ("kivy", "sqlite-utils", "requests", "pynacl", "pyyaml", "pillow", "qrcode")
SECRET_FILES = (enrolment.FILE_NAME, "pins.json")
LOG_LINES, TROUBLE_LINES = 400, 40
_SECRET = re.compile(r"pin|key|seed|secret|password|token")
_TROUBLE = re.compile(r" (WARNING|ERROR|CRITICAL) ")
_LONG = 12
"""A stored value shorter than this is no key and no hash."""


@dataclass(frozen=True, slots=True)
class Patient:
    """The tablet that is described. ``queue``: what waits, or why that could not be read; ``identity`` None
    where its file cannot be used."""

    settings: Settings
    identity: Identity | None
    queue: QueueState | str
    now: Moment


def queue_of(read: Callable[[], QueueState]) -> QueueState | str:
    """What ``read`` finds, or why it could not."""
    try:
        return read()
    except StorageError as error:
        if error.reason == "locked":
            return "not read: the kiosk is running"
        return f"not read: {error.reason} ({error})"


def report(patient: Patient) -> str:
    """The whole file. Reads the log and the disk: not on the screen's thread."""
    directory = patient.settings.data_dir
    lines = logs.tail(directory, LOG_LINES)
    trouble = [line for line in lines if _TROUBLE.search(line)][-TROUBLE_LINES:]
    parts = {
        "program": _program(),
        "machine": _machine(patient.now),
        "tablet": _tablet(patient.identity),
        "queue": _queue(patient.queue, patient.now),
        "settings": _settings(patient.settings),
        "data folder": _folder(directory),
        "last warnings and errors": trouble or ["none"],
        "log": lines or ["none"],
    }
    text = "\n".join(line for title, part in parts.items() for line in (f"== {title} ==", *part, ""))
    return _without(text, _secrets(directory))


def save(text: str, path: Path) -> None:
    """Write the file whole or not at all: it often goes to a stick that is pulled soon."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _program() -> Iterator[str]:
    yield f"kiosk {kiosk.__version__}"
    yield f"Python {platform.python_version()}"
    for name in PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name}: no version known"


def _machine(now: Moment) -> Iterator[str]:
    yield f"system: {platform.platform()}"
    yield f"processors: {os.cpu_count()}"
    local = time.gmtime(now.wall_ms / 1000 + now.utc_offset_min * 60)
    hours, minutes = divmod(now.utc_offset_min, 60)
    yield f"clock: {time.strftime('%Y-%m-%d %H:%M:%S', local)} UTC{hours:+03d}:{minutes:02d}"
    yield f"started: {now.mono_ms / 3_600_000:.1f} hours ago (boot {now.boot_id})"


def _tablet(identity: Identity | None) -> Iterator[str]:
    if identity is None:
        yield "its identity file cannot be used"
        return
    yield f"id: {identity.tablet_id}"
    yield f"enrolled: {identity.office}, {identity.desk}" if identity.enrolled else "not enrolled"


def _queue(queue: QueueState | str, now: Moment) -> Iterator[str]:
    if isinstance(queue, str):
        yield queue
        return
    yield f"events: {queue.max_seq}"
    yield f"waiting for headquarters: {queue.pending}"
    yield f"set aside: {queue.quarantined}"
    if queue.oldest_ms is not None:
        yield f"oldest waiting: {(now.wall_ms - queue.oldest_ms) / 3_600_000:.1f} hours"


def _settings(settings: Settings) -> Iterator[str]:
    for field in fields(settings):
        hidden = _SECRET.search(field.name)
        yield f"{field.name}: {'(hidden)' if hidden else getattr(settings, field.name)}"


def _folder(directory: Path) -> Iterator[str]:
    try:
        room = shutil.disk_usage(directory)
        yield f"free: {room.free // 2**20} MB of {room.total // 2**20} MB"
        entries = sorted(path for path in directory.rglob("*") if path.is_file())
    except OSError as error:
        yield f"cannot be read: {error.strerror}"
        return
    for path in entries:
        try:
            size, changed = path.stat().st_size, time.gmtime(path.stat().st_mtime)
        except OSError:
            continue  # a file of a moment, gone again
        yield f"{path.relative_to(directory)}: {size} bytes, {time.strftime('%Y-%m-%d %H:%M', changed)} UTC"


def _secrets(directory: Path) -> set[str]:
    """Every long value of the files that hold secrets, but the tablet's id and place, which are none."""
    found: set[str] = set()
    for name in SECRET_FILES:
        try:
            held = json.loads((directory / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        found.update(_values(held))
    return found


def _values(held: object) -> Iterable[str]:
    if isinstance(held, dict):
        for key, value in held.items():
            if key not in ("tablet_id", "office", "desk"):
                yield from _values(value)
    elif isinstance(held, str) and len(held) >= _LONG:
        yield held


def _without(text: str, secrets: Iterable[str]) -> str:
    """The last bolt: nothing above prints a secret, and if a log line ever did, it is taken out here."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "(hidden)")
    return text
