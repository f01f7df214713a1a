"""Volume and brightness of the machine, where it lets the kiosk turn them; None where it does not.

They belong to the machine, not to config.yaml: a change holds at once, and the system keeps it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

BACKLIGHTS = Path("/sys/class/backlight")
PATIENCE_S = 5
DIMMEST = 10
"""Percent: darker, nobody would find the way back."""
_PERCENT = re.compile(r"\[(\d{1,3})%\]")
Run = Callable[[list[str]], str]


def run(command: list[str]) -> str:
    """What a command printed; raises OSError or subprocess.SubprocessError."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S)  # noqa: S603
    return done.stdout


class Dials:
    """``names`` of the dials: brightness, volume; values in percent."""

    def __init__(
        self,
        backlights: Path = BACKLIGHTS,
        run: Run = run,
        mixer: Callable[[str], str | None] = shutil.which,
    ) -> None:
        self._backlights, self._run, self._mixer = backlights, run, mixer

    def read(self) -> dict[str, int]:
        """What can be turned here, and how it stands."""
        found = {"brightness": self._brightness(), "volume": self._volume()}
        return {name: percent for name, percent in found.items() if percent is not None}

    def turn(self, name: str, percent: int) -> dict[str, int]:
        """Set a dial; how all of them stand then."""
        try:
            if name == "brightness":
                self._dim(max(DIMMEST, min(100, percent)))
            else:
                self._amixer("sset", "Master", f"{max(0, min(100, percent))}%")
        except (OSError, ValueError, subprocess.SubprocessError):
            pass  # what stands then is what is shown
        return self.read()

    def _panel(self) -> Path | None:
        try:
            return next(iter(sorted(self._backlights.iterdir())), None)
        except OSError:
            return None

    def _brightness(self) -> int | None:
        panel = self._panel()
        try:
            if panel is None or not _may_write(panel / "brightness"):
                return None
            most = int((panel / "max_brightness").read_text())
            return round(100 * int((panel / "brightness").read_text()) / most) if most > 0 else None
        except (OSError, ValueError):
            return None

    def _dim(self, percent: int) -> None:
        panel = self._panel()
        if panel is not None:
            most = int((panel / "max_brightness").read_text())
            (panel / "brightness").write_text(str(max(1, round(most * percent / 100))))

    def _volume(self) -> int | None:
        try:
            found = _PERCENT.search(self._amixer("sget", "Master"))
        except (OSError, subprocess.SubprocessError):
            return None
        return int(found[1]) if found else None

    def _amixer(self, *arguments: str) -> str:
        program = self._mixer("amixer")
        return self._run([program, "-M", *arguments]) if program else ""


def _may_write(path: Path) -> bool:
    """Asked of the file itself: a mode says nothing about a read-only /sys."""
    try:
        path.open("r+").close()
    except OSError:
        return False
    return True
