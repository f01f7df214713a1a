"""A headquarters that is killed often: loaded once, forked for every start. Only the loading is shared; what
is forked has no thread, no connection and no file open, and serves by ``python -m headquarters``' own way."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress

from scripts.stage import PYTHON, ROOT, Headquarters, wait_for

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, linux/prctl.h


class ForkedHeadquarters(Headquarters):
    """As its parent; ``leave`` at the end."""

    _nursery: subprocess.Popen[str] | None = None
    _leader: int = 0

    def start(self) -> None:
        """Serve, and return when it answers."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self._nursery is None:
            self._nursery = subprocess.Popen(
                [PYTHON, "-m", "tests.faults.forked", str(self.data), str(self.port)],
                cwd=ROOT, env={**self.environment, "HEADQUARTERS_DATA": str(self.data)}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(self.data / "serve.log").open("a"),
            )  # fmt: skip
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("start\n")
        self._nursery.stdin.flush()
        self._leader = int(self._nursery.stdout.readline())
        wait_for(self._answers, f"headquarters (see {self.data}/serve.log)", 60)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the whole server, workers too; returns when nobody of it is left."""
        if not self._leader:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._leader, how)
        wait_for(self._is_gone, "the end of headquarters")
        self._leader = 0

    def _is_gone(self) -> bool:
        try:
            os.killpg(self._leader, 0)
        except ProcessLookupError:
            return True
        return False

    def leave(self) -> None:
        """Stop, and forget what was loaded."""
        self.stop(signal.SIGKILL)
        if self._nursery is not None:
            self._nursery.communicate(timeout=20)
            self._nursery = None


def main(data: str, port: str) -> None:
    """Load; then a server of a process group of its own for every line, and its number in answer."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "headquarters.settings"
    import django
    import gunicorn.workers.gthread  # noqa: F401

    from headquarters.__main__ import main as command

    django.setup()
    import headquarters.wsgi  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed leave no trace
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)  # not to outlive a test that was ended
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            os._exit(command(["--data", data, "serve", "--host", "127.0.0.1", "--port", port]))
        os.setpgid(child, child)  # here, so that the group is there when its number is told
        print(child, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
