"""A tablet that looks after itself for a year: memory after many visits, and what an idle home costs.

``python -m benchmarks.visits 10000`` is the long form, in a window of a quarter of the pixels: pages are made
and thrown away as on the whole one, and it takes half an hour of a core without a GPU.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

EARLY, LATE, STEP = 100, 500, 400
IDLE_S = 20.0
BETWEEN_S = 3.0
PATIENCE_S = 300.0
"""On a machine that is busy with something else, one frame may take half a minute."""
LEVELS = (3, 2, 3, 1)
"""The choices of four visits; every unhappy one touches a promise, too."""


def measure() -> list[Figure]:
    """In a process of its own: a window is opened once per process."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.visits"], capture_output=True, text=True, check=True
    )
    said = json.loads(found.stdout.splitlines()[-1])
    return [
        Figure(f"memory after {LATE:,} visits", said["late"], said["early"], "MB", f"after {EARLY}", 1.05),
        Figure("idle home, reduced motion", said["idle"], 3.0, "% of a core", "3 % of a core", 1.0),
    ]


def main(late: int = LATE) -> None:
    """Prints the figures as JSON."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    import psutil

    from kiosk.__main__ import COLLECT
    from kiosk.pins import PinBook
    from kiosk.store.thread import StoreThread
    from kiosk.ui.window import configure
    from tests.kiosk.support import open_store

    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder = Path(name)
        wide, high = (1280, 800) if late <= LATE else (640, 400)
        configure(wide, high, fullscreen=False, home=folder / "kivy")
        from kivy.config import Config

        Config.set("graphics", "maxfps", "0")
        desk = StoreThread(lambda: open_store(folder), PinBook(folder / "pins.json", time.monotonic))
        tablet = Visits(desk)
        gc.freeze()
        gc.set_threshold(*COLLECT)  # as the kiosk does behind its first frame
        tablet.pass_by(EARLY)
        early = psutil.Process().memory_info().rss
        for done in range(EARLY, late, STEP):
            tablet.pass_by(min(STEP, late - done))
            print(
                f"{done + STEP}: {psutil.Process().memory_info().rss / 1e6:.1f} MB",
                file=sys.stderr,
                flush=True,
            )
        found = {"early": early / 1e6, "late": psutil.Process().memory_info().rss / 1e6}
        print(json.dumps(found | {"idle": tablet.idle()}))
        desk.close()


class Visits:
    """A running app and a hand that never tires."""

    def __init__(self, desk: Any) -> None:
        from kivy.base import EventLoop

        from kiosk.ui.app import UiDeps
        from kiosk.ui.look import Comfort
        from kiosk.ui.preview import ASSETS, given_for
        from kiosk.ui.stage import KioskApp
        from kiosk.visit import Rules

        self._waited_s = 0.0
        EventLoop.ensure_window()
        EventLoop.start()
        ids = iter(range(10**9))
        self.app = KioskApp(
            UiDeps(
                facts=given_for("binh-duong-2023")["facts"],
                rules=Rules(settle_s=0, cool_down_s=0),
                desk=desk,
                assets_dir=ASSETS,
                fullscreen=False,
                mono_s=lambda: time.monotonic() + self._waited_s,
                new_id=lambda: f"00000000-0000-4000-8000-{next(ids):012d}",
                new_code=lambda: "4K7PX-V2M9H-RT3CJ",
            )
        )
        self.app._run_prepare()
        self.app.session.comfort = self.app.session._default = Comfort("vi", still=True)
        self.app.render(moving=False)

    def pass_by(self, visits: int) -> None:
        """So many people rate and go."""
        for turn in range(visits):
            level = LEVELS[turn % len(LEVELS)]
            self.app.moves.tap(level)
            self._until(lambda: not self._at("Home"))
            if level == 1:
                self.app.conductor.toggle("xin-loi")
                self.app.conductor.done()
                self._until(lambda: self._at("Thanks") or self._at("Sorry") or self._at("Closing"))
            self.app.conductor.done()
            self._until(lambda: self._at("Home"))
            self._rest()
        gc.collect()

    def _rest(self) -> None:
        """The next citizen comes when home has rested: so much time passes at once."""
        self._waited_s += BETWEEN_S
        self.app._tick(0)

    def idle(self) -> float:
        """Per cent of a core that home takes at 60 frames a second, while nobody touches it."""
        from kivy.base import EventLoop
        from kivy.clock import Clock

        Clock._max_fps = 60
        end, began = time.monotonic() + IDLE_S, time.process_time()
        while time.monotonic() < end:
            EventLoop.idle()
        return (time.process_time() - began) / IDLE_S * 100

    def _at(self, name: str) -> bool:
        return type(self.app.stage.page).__name__.startswith(name)

    def _until(self, true: Callable[[], bool]) -> None:
        from kivy.base import EventLoop
        from kivy.graphics.opengl import glFinish

        end = time.monotonic() + PATIENCE_S
        while not true():
            EventLoop.idle()
            glFinish()
            assert true() or time.monotonic() < end, f"stood still at {type(self.app.stage.page).__name__}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LATE)
