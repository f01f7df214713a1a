"""The door to the screens: ``run_app(UiDeps(...))``. Importing this opens no window and loads no Kivy."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.conductor import Desk
from kiosk.guardian import Guardian
from kiosk.survey import LEVEL_1_LABELS
from kiosk.ui import slim
from kiosk.ui.facts import Facts
from kiosk.ui.session import IdleRules
from kiosk.ui.stopping import stop_on_sigterm
from kiosk.ui.window import configure, spread
from kiosk.visit import Rules
from sync.lookup import new_code

if TYPE_CHECKING:
    from kiosk.admin import AdminDesk
    from kiosk.aloud import Voice


def _new_id() -> str:
    return str(uuid.uuid4())


def _new_code() -> str:
    return new_code(secrets.token_bytes)


def _nothing() -> None: ...


def _no() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class UiDeps:
    """Everything the screens are given. ``mono_s`` is any monotonic clock; ``voice`` reads pages aloud, None
    where nothing can.

    ``size`` is the window's in pixels, ignored in full screen. ``view_log``: a file to which one JSON line
    is appended for every view that was drawn. ``kivy_home``: where Kivy may keep its few files.
    ``media``: the root below which USB sticks are mounted.
    ``shown``: called once the first page is on the screen, for all that can wait until then.
    ``open_store``: opens what keeps the answers, then too; None where nothing must be opened.
    ``admin``: gives what the admin page asks; None where there is no such page.
    ``wants_anew``: whether the program shall begin anew once home has shown untouched for a while.
    ``guardian``: told from then on, by the screen's own loop and by nothing else, that the loop turns.
    """

    facts: Facts
    rules: Rules
    desk: Desk
    assets_dir: Path
    language: str = "vi"
    level_1: str = LEVEL_1_LABELS[0]
    size: tuple[int, int] = (1280, 800)
    fullscreen: bool = True
    view_log: Path | None = None
    kivy_home: Path | None = None
    mono_s: Callable[[], float] = time.monotonic
    new_id: Callable[[], str] = _new_id
    new_code: Callable[[], str] = _new_code
    voice: Voice | None = None
    idle: IdleRules = field(default_factory=IdleRules)
    shown: Callable[[], None] = _nothing
    media: Path = Path("/")
    open_store: Callable[[], Future[str]] | None = None
    guardian: Guardian | None = None
    admin: Callable[[], AdminDesk] | None = None
    wants_anew: Callable[[], bool] = _no


def run_app(deps: UiDeps) -> bool:
    """Opens the window and returns when the kiosk is told to stop (SIGTERM, Ctrl+C, the admin): True when it
    shall begin anew. Main thread only."""
    configure(*deps.size, deps.fullscreen, deps.kivy_home)
    slim.load()
    from kiosk.ui.stage import KioskApp

    spread()
    app = KioskApp(deps)
    _once_shown(deps, app.halt)
    stop_on_sigterm(app.stop)
    app.run()
    return app.anew


def _once_shown(deps: UiDeps, halt: Callable[[str], None]) -> None:
    from kivy.clock import Clock
    from kivy.core.window import Window

    def begin(_: float) -> None:
        guardian = deps.guardian
        if guardian is not None:
            guardian.ready("The home screen is shown.")
            if guardian.every_s is not None:
                Clock.schedule_interval(lambda _: guardian.alive(), guardian.every_s)
        deps.shown()
        if deps.open_store is not None:
            from kiosk.ui.opening import Opening

            Opening(deps.open_store, halt).begin()

    def flipped(*_: object) -> None:
        """Comes just before the frame goes to the screen."""
        Window.unbind(on_flip=flipped)
        Clock.schedule_once(begin, 0)

    Window.bind(on_flip=flipped)
