"""First frame and memory of the kiosk against a one-button Kivy program, on the same virtual screen."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from PIL import ImageGrab

from benchmarks.figures import Figure
from scripts.stage import PYTHON, ROOT, Tablet, virtual_screen, wait_for

ROUNDS = 5
SETTLE_S = 1.5


def measure() -> list[Figure]:
    """Medians of interleaved starts; both programs have been started once before, so files are cached."""
    kiosk, button = [], []
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder, virtual_screen(1280, 800) as display:
        for turn in range(ROUNDS + 1):
            ours = _kiosk(Path(folder), display)
            peer = _button(Path(folder), display)
            if turn:
                kiosk.append(ours)
                button.append(peer)
    seconds, memory = (
        [statistics.median(column) for column in zip(*rows, strict=True)] for rows in (kiosk, button)
    )
    return [
        Figure("first frame", seconds[0], memory[0], "s", "a one-button Kivy program", 1.25),
        Figure("memory", seconds[1], memory[1], "MB", "a one-button Kivy program", 1.25),
    ]


def _kiosk(folder: Path, display: str) -> tuple[float, float]:
    tablet = Tablet(folder / "kiosk", "http://127.0.0.1:9")
    return _start(["-m", "kiosk", "--config", str(tablet.directory / "config.yaml")], display)


def _button(folder: Path, display: str) -> tuple[float, float]:
    return _start([str(ROOT / "benchmarks" / "one_button.py")], display)


def _start(arguments: list[str], display: str) -> tuple[float, float]:
    """Seconds from process start until its first frame is on the screen; resident memory (MB) then."""
    environment = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}
    environment |= {"DISPLAY": display, "KIVY_NO_CONSOLELOG": "1", "KIVY_NO_FILELOG": "1"}
    wait_for(lambda: not _lit(display), "a dark screen")
    began = time.perf_counter()
    process = subprocess.Popen(
        [PYTHON, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: _lit(display), "the first frame")
        seconds = time.perf_counter() - began
        time.sleep(SETTLE_S)
        return seconds, psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.kill()
        process.wait()


def _lit(display: str) -> bool:
    """Whether anything but black stands in the middle of the screen: what a person would call a frame."""
    screen = ImageGrab.grab(xdisplay=display)
    return bool(screen.getpixel((screen.width // 2, screen.height // 2)) != (0, 0, 0))
