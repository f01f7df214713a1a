"""One key on the comment page, against the time of one frame at 60 Hz.

Python's time only: from the finger coming down until everything is ready to be drawn; the drawing itself is
the GPU's, and on this kind of machine the processor's in its place.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from typing import Any

from benchmarks.figures import Figure

FRAME_MS = 16.0
KEYS = "Banf ghees sachj sex, cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau. "


def measure() -> list[Figure]:
    """In a process of its own: a window is opened once per process."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.keys"], capture_output=True, text=True, check=True
    )
    times = json.loads(found.stdout.splitlines()[-1])
    return [
        Figure("key press, median", times["median"], FRAME_MS, "ms", "a frame", 1.0),
        Figure("key press, 99 of 100", times["p99"], FRAME_MS, "ms", "a frame", 1.0),
    ]


def main() -> None:
    """Types three sentences with fingers behind a long text, and prints what each key took, as JSON."""
    import os

    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    from kiosk.ui.window import configure

    configure(1280, 800, fullscreen=False)
    from kivy.config import Config

    Config.set("graphics", "maxfps", "0")
    times = sorted(_times())
    p99 = times[int(len(times) * 0.99)]
    print(json.dumps({"median": statistics.median(times), "p99": p99, "worst": times[-1]}))


def _times() -> list[float]:
    from types import SimpleNamespace

    from kivy.base import EventLoop
    from kivy.core.window import Window

    from kiosk.ui.preview import ASSETS, Studio
    from kiosk.ui.screens.comment import CommentScreen

    Studio(ASSETS)
    EventLoop.ensure_window()
    EventLoop.start()
    moves = SimpleNamespace(touched=lambda: None)
    page = CommentScreen(facts=None, moves=moves, left=30, total=30, level=1, text=KEYS * 3)
    Window.add_widget(page)
    for _ in range(3):
        EventLoop.idle()
    return [_press(page, name) for char in KEYS * 3 for name in _targets(char)]


def _targets(char: str) -> list[str]:
    low = {",": "comma", ".": "period", " ": "space"}.get(char, char.lower())
    return ["key-shift"] * char.isupper() + [f"key-{low}"]


def _press(page: Any, target: str) -> float:
    """Milliseconds from touch to a canvas that could be drawn; then draws it, off the clock."""
    import time

    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.graphics.opengl import glFinish
    from kivy.lang import Builder
    from kivy.tests.common import UnitTestTouch

    (key,) = (key for row in page.keyboard._rows for key in row if key.target == target)
    touch = UnitTestTouch(*key.center)
    began = time.perf_counter()
    touch.touch_down()
    Clock.tick()
    Builder.sync()
    Clock.tick_draw()
    Builder.sync()
    took = time.perf_counter() - began
    touch.touch_up()
    EventLoop.idle()
    glFinish()
    return took * 1000


if __name__ == "__main__":
    main()
