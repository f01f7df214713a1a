"""Children to be killed: a process that has loaded the tablet's parts, and forks one for each trial.

It has one thread and no file open, so that a fork of it is as good as a fresh start, a hundred times sooner.
Jobs come as JSON lines on stdin, one answer each on stdout; ``Nursery`` is the test's side of it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """``ask`` a job, get its answer. Close it, and it is gone."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},  # no thread has memory laid by (see starved)
        )  # fmt: skip

    def ask(self, job: str, folder: Path, **said: Any) -> dict[str, Any]:
        """The answer of ``job`` on the tablet in ``folder``; its log of shown pages lies beside its data."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"job": job, "folder": str(folder), **said}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """Ends by itself when nobody asks any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


def shown_of(folder: Path) -> Path:
    """The log of shown pages."""
    return folder / "shown.jsonl"


# -- in the nursery ------------------------------------------------------------------------------------------


def _forked(what: Callable[[], None]) -> int:
    """The pid of a child that does this and ends; its stdin and stdout are not ours."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        what()
        code = 0
    finally:
        os._exit(code)


def _ended(child: int) -> int:
    """Waits: 0 or a positive exit code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def visits(folder: Path, seed: int, taps: int, after_ms: float) -> dict[str, Any]:
    """Citizens come and go until SIGKILL, ``after_ms`` behind the ``taps``-th touch of a face; 0: behind the
    start. ``ended``: as ``_ended``."""
    child, hears = _busy(folder, seed)
    _hear(hears, taps)
    time.sleep(after_ms / 1000)
    os.kill(child, signal.SIGKILL)
    os.close(hears)
    return {"ended": _ended(child)}


def stopped(folder: Path, seed: int, after_ms: float, still_ms: float, goes_on: bool) -> dict[str, Any]:
    """SIGSTOP ``after_ms`` behind the first tap, ``still_ms`` of silence; then SIGKILL, or SIGCONT, another
    page and SIGKILL. ``said``: bytes of the log before and after the silence, and in the end."""
    child, hears = _busy(folder, seed)
    _hear(hears, 1)
    time.sleep(after_ms / 1000)
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
    said = [_size(folder)]
    time.sleep(still_ms / 1000)
    said.append(_size(folder))
    if goes_on:
        os.kill(child, signal.SIGCONT)
        _wait(lambda: _size(folder) > said[-1])
    os.kill(child, signal.SIGKILL)
    os.close(hears)
    return {"ended": _ended(child), "said": [*said, _size(folder)]}


def _busy(folder: Path, seed: int) -> tuple[int, int]:
    """A child with citizens, and the pipe in which each touch of a face is a byte, just before it is told."""
    hears, says = os.pipe()

    def come() -> None:
        from tests.faults.visits import Citizens

        os.close(hears)
        Citizens(folder, shown_of(folder), seed, lambda: os.write(says, b"t")).go_on(10_000)

    child = _forked(come)
    os.close(says)
    return child, hears


def _hear(pipe: int, taps: int) -> None:
    """Waits for so many. An end of the child is heard too: then the answer tells how it ended."""
    for _ in range(taps):
        select.select([pipe], [], [], 60)
        if not os.read(pipe, 1):
            return


def _wait(true: Callable[[], bool]) -> None:
    """Until it is so, or for long enough that the test says it is not."""
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:
        time.sleep(0.002)


def _size(folder: Path) -> int:
    return shown_of(folder).stat().st_size if shown_of(folder).exists() else 0


def starved(folder: Path, seed: int, room_kb: int) -> dict[str, Any]:
    """Citizens come to a tablet that has ``room_kb`` of memory left and gets no more; then memory is there
    again and more come. ``ended``: 0 when it lived through it; else it fell, as by the system's own axe."""

    def come() -> None:
        from tests.faults.visits import Citizens

        citizens = Citizens(folder, shown_of(folder), seed)
        citizens.go_on(5)
        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (now, hard))
        eaten = _eat()
        del eaten[: room_kb // _BITE_KB]
        citizens.go_on(20)  # MemoryError on the screen's own thread ends the child: the kiosk falls
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        eaten.clear()
        citizens.go_on(60)
        citizens.desk.close()

    return {"ended": _ended(_forked(come))}


_BITE_KB = 4


def _eat() -> list[bytes]:
    """All memory there is, to the last small piece; what is given back of it is given back by the bite."""
    eaten: list[bytes] = []
    for size in (_BITE_KB * 1024, 1024, 256, 64):
        with suppress(MemoryError):
            while True:
                eaten.append(bytes(size))
    return eaten


def step(folder: Path, act: str, at: int, by: str) -> dict[str, Any]:
    """``act`` of ``tests.faults.steps`` is done, and the process killed at step ``at`` of it: a statement, or
    the beginning or end of a system call. ``ended``: 0 when there were not so many."""
    from tests.faults.steps import do

    shown = shown_of(folder)
    if by == "statement":
        return {"ended": _ended(_forked(lambda: do(folder, shown, act, lambda: None, at)))}
    return {"ended": _follow(_forked(lambda: do(folder, shown, act, _trace_me)), at)}


_TRACE_ME, _NEXT_CALL = 0, 24


def _trace_me() -> None:
    """In the child: stop, and from then on at every system call. OSError where that is not allowed."""
    _ptrace(_TRACE_ME, 0)
    os.kill(os.getpid(), signal.SIGSTOP)


def _ptrace(request: int, pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(request, pid, None, None) == -1:
        raise OSError(ctypes.get_errno(), "ptrace")


def _follow(child: int, at: int) -> int:
    """Kill it at its ``at``-th stop; stops are its system calls' beginnings and ends."""
    for stop in range(at + 1):
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        if stop < at:
            _ptrace(_NEXT_CALL, child)
    os.kill(child, signal.SIGKILL)
    return _ended(child)


_JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "visits": visits,
    "stopped": stopped,
    "starved": starved,
    "step": step,
}


def main() -> None:
    """Load everything, then do what is asked."""
    import logging

    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        said = json.loads(line)
        job, folder = said.pop("job"), Path(said.pop("folder"))
        print(json.dumps(_JOBS[job](folder, **said)), flush=True)


if __name__ == "__main__":
    main()
