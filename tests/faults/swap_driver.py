"""A tablet that swaps its configuration while it collects, killed at every step of it, one child for each.

    python -m tests.faults.swap_driver FOLDER EVERY

A line of JSON for each child: what was swapped, the step, whether it was killed there, whom it has thanked,
what holds afterwards. Everything is imported once, here; a child costs a few milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiosk import private_file
from kiosk.clock import system_clock
from kiosk.configuration import PROBATION_S, Configured
from kiosk.settings import Settings
from kiosk.store.log import Store
from sync.configuration import ConfigurationReply, ConfigurationRequest
from tests.faults.swaps import NEXT, TABLET, begin, document, settings

ELSEWHERE = "https://moi.example.vn"


class Silent:
    """Headquarters has nothing new."""

    def fetch_configuration(self, request: ConfigurationRequest) -> ConfigurationReply:
        raise AssertionError("nothing is newer")


def usual(base: Settings) -> Callable[[], object]:
    running = begin(base)
    return lambda: running.offer(document(1, idle_s=45.0))


def newer(base: Settings) -> Callable[[], object]:
    begin(base).offer(document(1, idle_s=45.0))
    running = begin(base)
    return lambda: running.offer(document(2, idle_s=60.0, closing_s=9.0))


def moved(base: Settings) -> Callable[[], object]:
    begin(base).offer(document(1, idle_s=45.0))
    running = begin(base)
    return lambda: running.offer(document(2, address=ELSEWHERE))


def with_the_next_key(base: Settings) -> Callable[[], object]:
    begin(base).offer(document(1, next_key=NEXT.public_key.hex()))
    running = begin(base)
    return lambda: running.offer(document(2, key=NEXT, idle_s=45.0))


def rolled_back(base: Settings) -> Callable[[], object]:
    moved(base)()
    running = begin(base)
    return lambda: running.spend(PROBATION_S)


def proved(base: Settings) -> Callable[[], object]:
    moved(base)()
    running = begin(base)
    return lambda: running.heard(Silent(), 0)


def refused(base: Settings) -> Callable[[], object]:
    begin(base).offer(document(1, idle_s=45.0))
    running = begin(base)
    return lambda: running.offer(document(2, slogans="ha-noi"))


def by_the_admin(base: Settings) -> Callable[[], object]:
    running = begin(base)
    return lambda: running.keep({"times.idle_s": "50"})


SWAPS = (usual, newer, moved, with_the_next_key, rolled_back, proved, refused, by_the_admin)


class Steps:
    """Counts what touches the disk, and dies at the step wanted: half of a text written counts too."""

    def __init__(self, last: int) -> None:
        self._left = last

    def step(self) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*given: Any, **named: Any) -> Any:
            self.step()
            result = call(*given, **named)
            self.step()
            return result

        return stepped

    def dump(self, value: Any, handle: Any) -> None:
        text = json.dumps(value)
        for part in (text[: len(text) // 2], text[len(text) // 2 :]):
            handle.write(part)
            handle.flush()
            self.step()

    def install(self) -> None:
        """Into this process, for good."""
        for name in ("open", "fsync", "replace"):
            setattr(os, name, self.around(getattr(os, name)))

        setattr(private_file, "json", SimpleNamespace(dump=self.dump))  # noqa: B010 - mypy knows a module


def rate(store: Store) -> str:
    return store.append("rating", str(uuid.uuid4()), {"level": 3, "channel": "tablet"}).event_id


def open_store(folder: Path) -> Store:
    return Store(folder / "data", TABLET, system_clock(), lambda: str(uuid.uuid4()))


def child(folder: Path, base: Settings, swap: Callable[[Settings], Callable[[], object]], last: int) -> None:
    """Thank, swap, die on the way."""
    change = swap(base)
    store = open_store(folder)
    (folder / "thanked").write_text(rate(store) + "\n")
    Steps(last).install()
    change()
    os._exit(0)


def seen(made: Configured) -> list[object]:
    """What holds: version, address, seconds, whether there is a way back."""
    state = made._state
    return [made.version, made.settings.address, made.settings.idle_s, state.before is not None]


def reference(folder: Path, swap: Callable[[Settings], Callable[[], object]]) -> list[list[object]]:
    """What holds without the swap and with it."""
    base = settings(folder)
    change = swap(base)
    before = seen(begin(base))
    change()
    return [before, seen(begin(base))]


def main(folder: Path, every: int) -> None:
    """Every swap; of its steps every ``every``-th, until one is not reached any more."""
    for place, swap in enumerate(SWAPS):
        wanted = reference(folder / swap.__name__ / "whole", swap)
        for last in range(1 + place % every, 1000, every):
            own = folder / swap.__name__ / str(last)
            base = settings(own)
            pid = os.fork()
            if not pid:
                child(own, base, swap, last)
            killed = os.WIFSIGNALED(os.waitpid(pid, 0)[1])
            thanked = (own / "thanked").read_text().split()
            found = seen(begin(base))
            store = open_store(own)
            thanked.append(rate(store))
            store.close()
            line = {"swap": swap.__name__, "step": last, "killed": killed, "thanked": thanked}
            print(json.dumps({**line, "wanted": wanted, "found": found}), flush=True)
            if not killed:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
