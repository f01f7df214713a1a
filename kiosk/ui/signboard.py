"""The door to the signboard: ``run_signboard(SignDeps(...))``. Importing this opens no window and loads no
Kivy.

The office's slogans on a second screen or an LED board, in pages or as running text. It reads no data, takes
no touch and ends with SIGTERM.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from kiosk.survey import SloganSet
from kiosk.ui import slim
from kiosk.ui.stopping import stop_on_sigterm
from kiosk.ui.window import configure

Style = Literal["paged", "scrolling"]
STYLES: tuple[Style, ...] = ("paged", "scrolling")


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class SignDeps:
    """Everything the signboard is given.

    ``size`` is the window's in pixels, ignored in full screen. ``position``: left and top in desktop pixels
    of a window without a frame; for a second screen, or for the corner that an LED controller shows.
    ``still``: reduced motion; pages change at once and running text stands as pages. ``view_log``: a file to
    which one JSON line is appended for every page that was drawn and every turn of the tape. ``wants_anew``:
    asked each minute whether something else shall be shown.
    """

    office_name: str
    unit_name: str
    slogans: SloganSet
    assets_dir: Path
    style: Style = "paged"
    language: str = "vi"
    size: tuple[int, int] = (1280, 800)
    fullscreen: bool = True
    position: tuple[int, int] | None = None
    still: bool = False
    view_log: Path | None = None
    kivy_home: Path | None = None
    now: Callable[[], datetime] = _local_now
    wants_anew: Callable[[], bool] = lambda: False
    mono_s: Callable[[], float] = time.monotonic

    @property
    def runs(self) -> bool:
        """The text moves."""
        return self.style == "scrolling" and not self.still

    @property
    def guarded(self) -> bool:
        """On show: no key closes it. A window on a developer's desk may be closed."""
        return self.fullscreen or self.position is not None


def run_signboard(deps: SignDeps) -> bool:
    """Opens the window and returns when told to stop (SIGTERM, Ctrl+C): False; or True because it wants to
    begin anew. Main thread only."""
    configure(*deps.size, deps.fullscreen, deps.kivy_home)
    _configure_for_sign(deps)
    slim.load()
    from kiosk.ui.sign.app import SignApp

    app = SignApp(deps)
    stop_on_sigterm(app.stop)
    app.run()
    return app.anew


def _configure_for_sign(deps: SignDeps) -> None:
    from kivy.config import Config

    graphics: dict[str, object] = {"minimum_width": 16, "minimum_height": 16, "show_cursor": 0}
    if deps.position is not None:
        left, top = deps.position
        graphics |= {"position": "custom", "left": left, "top": top, "borderless": 1, "resizable": 0}
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
