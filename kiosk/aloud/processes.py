"""Another program, run to its end or until it must stop; it and its children never outlive the call."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

_LOOK_EVERY_S = 0.02


class Silence(Exception):
    """Nothing could be heard; the words say why, and hold nothing of what was to be said."""


@dataclass(frozen=True, slots=True)
class Ended:
    """``code`` is None when the program was stopped; ``output`` is its stdout and stderr."""

    code: int | None
    output: str


def run(argv: Sequence[str], stop: Event, limit_s: float, stdin: str = "") -> Ended:
    """Run ``argv``; kill it when ``stop`` is set. Raises Silence when it cannot start or takes too long."""
    if stop.is_set():
        return Ended(None, "")
    # Files, not pipes: a program that does not read or write cannot hold us up.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as heard:
        said.write(stdin.encode())
        said.seek(0)
        try:
            child = subprocess.Popen(  # noqa: S603 - no shell; the words go in by stdin
                argv, stdin=said, stdout=heard, stderr=subprocess.STDOUT, process_group=0
            )
        except OSError as error:
            raise Silence(f"{argv[0]} does not start: {error.strerror}") from error
        code = _await(child, stop, time.monotonic() + limit_s, argv[0])
        heard.seek(0)
        return Ended(code, heard.read().decode(errors="replace"))


def _await(child: subprocess.Popen[bytes], stop: Event, until: float, name: str) -> int | None:
    try:
        while not _has_ended(child):
            if stop.wait(_LOOK_EVERY_S):
                return None
            if time.monotonic() > until:
                raise Silence(f"{name} did not come to an end")
    finally:
        _end(child)
        child.wait()
    return child.returncode


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Looked at without being collected: till then no other process can get its number."""
    if not hasattr(os, "waitid"):  # Windows, where a handle stands for the process
        return child.poll() is not None
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Even after a good end: what it started in the background would play on."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
