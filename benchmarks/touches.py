"""A finger on every page while the uploader drains 20,000 events, against the time of one frame at 60 Hz.

Python's time only: from the finger coming down until everything is ready to be drawn; the drawing itself is
the GPU's, and on this kind of machine the processor's in its place. A turn is a new page built and laid out,
against the tenth of a second within which people feel that they did it themselves.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

FRAME_MS, TURN_MS = 16.0, 100.0
TOUCHES = 12
"""On each page; the worst of the pages is told."""


def measure() -> list[Figure]:
    """In a process of its own: a window is opened once per process."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.touches"], capture_output=True, text=True, check=True
    )
    said = json.loads(found.stdout.splitlines()[-1])
    page = said["slowest"]
    return [
        Figure(f"touch while draining, slowest page ({page})", said["touch"], FRAME_MS, "ms", "a frame", 1.0),
        Figure("touch while draining, 95 of 100", said["p95"], FRAME_MS, "ms", "a frame", 1.0),
        Figure("page turn while draining, median", said["turn"], TURN_MS, "ms", "a tenth of a second", 1.0),
    ]


def main() -> None:
    """Prints the figures as JSON."""
    import os
    import shutil

    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    from benchmarks.drain import EVENTS, tablet_with_queue
    from kiosk.__main__ import COLLECT
    from kiosk.ui.window import configure
    from scripts.stage import Headquarters

    folder = Path(tempfile.mkdtemp(prefix="kiosk-bench-"))
    headquarters = Headquarters(folder / "headquarters")
    try:
        headquarters.command("migrate")
        headquarters.start()
        desk, uploader = tablet_with_queue(folder / "tablet", headquarters)
        configure(1280, 800, fullscreen=False, home=folder / "kivy")
        from kivy.config import Config

        Config.set("graphics", "maxfps", "0")
        hand = Hand(desk)
        hand.walk()  # once without a clock: what is loaded on first use is loaded
        hand.forget()
        gc.freeze()
        gc.set_threshold(*COLLECT)  # as the kiosk does behind its first frame
        draining = threading.Thread(target=uploader.drain)
        draining.start()
        rounds = 0
        while draining.is_alive() or not rounds:
            hand.walk()
            rounds += 1
        draining.join()
        waiting = desk.submit(lambda store: store.queue_state()).result().pending
        assert waiting < EVENTS / 2, f"nothing was drained meanwhile: {waiting} wait"
        print(json.dumps(hand.figures()))
        desk.close()
    finally:
        headquarters.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Hand:
    """Walks through every page of a running app and touches what is there."""

    def __init__(self, desk: Any) -> None:
        from dataclasses import replace

        from kivy.base import EventLoop

        from kiosk.ui.app import UiDeps
        from kiosk.ui.preview import ASSETS, given_for
        from kiosk.ui.stage import KioskApp
        from kiosk.visit import Rules

        EventLoop.ensure_window()
        EventLoop.start()
        ids = iter(range(10**9))
        facts = replace(given_for("binh-duong-2023")["facts"], aloud=lambda language: False)
        self.app = KioskApp(
            UiDeps(
                facts=facts,
                rules=Rules(settle_s=0, cool_down_s=0),
                desk=desk,
                assets_dir=ASSETS,
                fullscreen=False,
                mono_s=time.monotonic,
                new_id=lambda: f"00000000-0000-4000-8000-{next(ids):012d}",
                new_code=lambda: "4K7PX-V2M9H-RT3CJ",
            )
        )
        self.app._run_prepare()
        self.touches: dict[str, list[float]] = defaultdict(list)
        self.turns: list[float] = []
        self._until(lambda: self.app.stage.settled)

    def forget(self) -> None:
        self.touches.clear()
        self.turns.clear()

    def figures(self) -> dict[str, Any]:
        """Of the slowest page the median of its touches; of all touches the 95th of 100."""
        medians = {page: statistics.median(times) for page, times in self.touches.items()}
        slowest = max(medians, key=lambda page: medians[page])
        every = sorted(took for times in self.touches.values() for took in times)
        return {
            "slowest": slowest,
            "touch": medians[slowest],
            "p95": every[int(len(every) * 0.95)],
            "turn": statistics.median(self.turns),
            "pages": {page: round(median, 2) for page, median in medians.items()},
        }

    def walk(self) -> None:
        """Home, the pages beside it, and a whole visit."""
        for page in self._pages():
            for target in self._targets():
                self.touches[page].append(self._touch(target))

    def _pages(self) -> Iterator[str]:
        from kiosk.ui.session import Page
        from kiosk.visit import Phase

        app, conductor = self.app, self.app.conductor
        yield "home"
        for beside in (Page.ACCESS, Page.NOTICES, Page.PHONE, Page.PIN):
            self._turn(partial(app.open_page, beside))
            yield beside.value
            self._turn(app.close_page)
        self._rate(1)
        yield "more"
        for page in (Phase.SUBJECT, Phase.DOSSIER, Phase.REPLY, Phase.ELSEWHERE, Phase.COMMENT):
            if page is Phase.ELSEWHERE:
                conductor.ask(Phase.REPLY)
            self._turn(partial(conductor.ask, page))
            yield page.name.lower()
            if page is not Phase.COMMENT:
                self._turn(conductor.back)
        conductor.send_comment("Chờ lâu quá", "opinion")
        self._until(lambda: "Followed" in self._page())
        yield "closing with a code"
        self._turn(conductor.done)
        self._rate(3)
        yield "thanks"
        self._turn(conductor.done)

    def _rate(self, level: int) -> None:
        self.app.moves.tap(level)
        self._until(lambda: "Home" not in self._page())

    def _page(self) -> str:
        return type(self.app.stage.page).__name__

    def _targets(self) -> list[Any]:
        found = [w for w in self.app.stage.walk(restrict=True) if getattr(w, "target", "") and not w.disabled]
        step = max(1, len(found) // TOUCHES)
        return found[::step][:TOUCHES]

    def _touch(self, widget: Any) -> float:
        """Milliseconds from the finger to a canvas that could be drawn; it slides away and means nothing."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*widget.to_window(*widget.center))
        began = time.perf_counter()
        touch.touch_down()
        self._ready()
        took = time.perf_counter() - began
        touch.touch_move(-500, -500)
        touch.touch_up()
        self._draw()
        return took * 1000

    def _turn(self, move: Callable[[], None]) -> None:
        began = time.perf_counter()
        move()
        self._ready()
        self.turns.append((time.perf_counter() - began) * 1000)
        self._until(lambda: self.app.stage.settled)

    def _ready(self) -> None:
        from kivy.clock import Clock
        from kivy.lang import Builder

        Clock.tick()
        Builder.sync()
        Clock.tick_draw()
        Builder.sync()

    def _draw(self) -> None:
        from kivy.base import EventLoop
        from kivy.graphics.opengl import glFinish

        EventLoop.idle()
        glFinish()

    def _until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"still on {self._page()}"
            self._draw()


if __name__ == "__main__":
    main()
