"""The tablet's screens in-process: real pixels on an offscreen window, fingers from UnitTestTouch, saves
whose outcome the test decides. One window serves the whole run; every test gets a fresh app in it."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from kiosk.contact import Contact
from kiosk.pins import PinAnswer
from kiosk.store import Comment
from kiosk.survey import Level, load_slogans
from kiosk.ui.app import UiDeps
from kiosk.ui.facts import Facts
from kiosk.ui.look import look
from kiosk.ui.window import configure
from kiosk.visit import Rules

ASSETS = Path(__file__).resolve().parents[2] / "assets"
KNOWN = set(Facts.__dataclass_fields__) - {"desk"}
NOW = datetime(2025, 11, 21, 9, 42, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The one window, 1280 × 800."""
    configure(1280, 800, fullscreen=False, home=tmp_path_factory.mktemp("kivy"))
    from kivy.config import Config

    Config.set("graphics", "maxfps", "0")
    from kivy.base import EventLoop
    from kivy.core.window import Window

    EventLoop.ensure_window()
    EventLoop.start()
    assert tuple(Window.size) == (1280, 800)
    # Pages are many small objects; looking through all of Kivy again and again takes half of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 5, 5)
    return Window


@dataclass
class FakeDesk:
    """Every call gives a Future that stays open until the test resolves it."""

    saves: list[tuple[str, Level, Future[str]]] = field(default_factory=list)
    corrections: list[tuple[str, Level, str, Future[str]]] = field(default_factory=list)
    choices: list[tuple[frozenset[str], bool, Future[str]]] = field(default_factory=list)
    comments: list[tuple[str, Comment, Future[str]]] = field(default_factory=list)
    abouts: list[tuple[frozenset[tuple[str, str]], Future[str]]] = field(default_factory=list)
    contacts: list[tuple[Contact, str, Future[str]]] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    swallowed: list[int] = field(default_factory=list)
    pins: list[tuple[str, Future[PinAnswer]]] = field(default_factory=list)
    staff: list[tuple[tuple[Any, ...], Future[Any]]] = field(default_factory=list)

    def save_rating(self, visit_id: str, level: Level) -> Future[str]:
        self.saves.append((visit_id, level, Future()))
        return self.saves[-1][2]

    def save_correction(self, visit_id: str, level: Level, corrects: str) -> Future[str]:
        self.corrections.append((visit_id, level, corrects, Future()))
        return self.corrections[-1][3]

    def save_choice(self, visit_id: str, chosen: frozenset[str], good: bool) -> Future[str]:
        self.choices.append((chosen, good, Future()))
        return self.choices[-1][2]

    def save_comment(self, visit_id: str, comment: Comment) -> Future[str]:
        self.comments.append((visit_id, comment, Future()))
        return self.comments[-1][2]

    def save_about(self, visit_id: str, about: frozenset[tuple[str, str]]) -> Future[str]:
        self.abouts.append((about, Future()))
        return self.abouts[-1][1]

    def save_contact(self, visit_id: str, contact: Contact, lookup: str) -> Future[str]:
        self.contacts.append((contact, lookup, Future()))
        return self.contacts[-1][2]

    def save_end(self, visit_id: str, how: str, page: str) -> Future[str]:
        self.ends.append((how, page))
        done: Future[str] = Future()
        done.set_result("")
        return done

    def save_swallowed(self, visit_id: str, count: int) -> Future[str]:
        self.swallowed.append(count)
        done: Future[str] = Future()
        done.set_result("")
        return done

    def staff_day(self, day: date | None) -> Future[Any]:
        return self._asked("day", day)

    def staff_days(self, first: date, last: date) -> Future[Any]:
        return self._asked("days", first, last)

    def staff_cells(self, first: date, last: date) -> Future[Any]:
        return self._asked("cells", first, last)

    def _asked(self, *question: Any) -> Future[Any]:
        self.staff.append((question, Future()))
        return self.staff[-1][1]

    def check_pin(self, role: str, pin: str) -> Future[PinAnswer]:
        self.pins.append((pin, Future()))
        return self.pins[-1][1]


class Kiosk:
    """A running app with helpers that speak of fingers, frames and seconds."""

    def __init__(self, app: Any, desk: FakeDesk, window: Any, clock: dict[str, float]) -> None:
        self.app, self.desk, self.window, self._clock = app, desk, window, clock

    def frame(self, count: int = 1) -> None:
        """Draws, and waits for the GPU: without glFinish memory grows and pixels lag."""
        from kivy.base import EventLoop
        from kivy.graphics.opengl import glFinish

        for _ in range(count):
            EventLoop.idle()
            glFinish()

    def settle(self) -> None:
        """Frames until nothing fades any more."""
        for _ in range(400):
            self.frame()
            if self.app.stage.settled:
                self.frame(2)
                return
        raise AssertionError("the page never came to rest")

    def until(self, true: Callable[[], Any], seconds: float = 10.0) -> None:
        """Frames until ``true`` or too much real time has gone: for what a timer of Kivy's does."""
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            self.frame()

    def pass_time(self, seconds: float) -> None:
        """The kiosk's own clock moves on, and ticks once."""
        self._clock["now"] += seconds
        self.app._tick(0)
        self.settle()

    def find(self, target: str) -> Any:
        """The widget called ``target``."""
        for widget in self.app.stage.walk(restrict=True):
            if getattr(widget, "target", "") == target:
                return widget
        raise AssertionError(f"nothing on this page is called {target}")

    def has(self, target: str) -> bool:
        return any(getattr(widget, "target", "") == target for widget in self.app.stage.walk(restrict=True))

    def finger(self, target: str, dx: float = 0, dy: float = 0) -> Any:
        """A finger put down on ``target``, off its centre by (dx, dy) px."""
        from kivy.tests.common import UnitTestTouch

        widget = self.find(target)
        touch = UnitTestTouch(widget.center_x + dx, widget.center_y + dy)
        touch.touch_down()
        return touch

    def touch(self, target: str) -> None:
        self.finger(target).touch_up()
        self.frame()

    @property
    def page(self) -> str:
        return type(self.app.stage.page).__name__

    def words(self) -> str:
        """Everything the page says."""
        texts = []
        for widget in self.app.stage.walk(restrict=True):
            for line in getattr(widget, "lines", []):
                texts.append(" ".join(run.text for run in line))
            if hasattr(widget, "row"):
                texts += widget.row.lines
        return " ".join(texts).replace("\u00a0", " ")

    def pixels(self, target: str, inset: int = 40) -> bytes:
        """What the window shows where ``target`` stands, ``inset`` px inside it: its edge holds the shadows
        of its neighbours. Taken from the frame just drawn."""
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        widget = self.find(target)
        x, y, width, height = (int(value) for value in (*widget.pos, *widget.size))
        return bytes(
            glReadPixels(
                x + inset, y + inset, width - 2 * inset, height - 2 * inset, GL_RGBA, GL_UNSIGNED_BYTE
            )
        )

    def save_succeeds(self, index: int = -1, event_id: str = "event-1") -> None:
        self.desk.saves[index][2].set_result(event_id)
        self.frame(2)

    def save_fails(self, error: Exception, index: int = -1) -> None:
        self.desk.saves[index][2].set_exception(error)
        self.frame(2)


@pytest.fixture
def start(window: Any, tmp_path: Path) -> Iterator[Callable[..., Kiosk]]:
    """Starts a kiosk: ``start(slogans="bom-bo-2024", language="en", …)``."""
    from kiosk.ui.stage import KioskApp

    running: list[Any] = []

    def run(slogans: str = "binh-duong-2023", **changes: Any) -> Kiosk:
        clock, desk = {"now": 1000.0}, FakeDesk()
        ids = iter(range(1, 10_000))
        about = {
            "office": "UBND phường Thủ Dầu Một",
            "unit_name": "Bộ phận Một cửa",
            "desk": "Quầy 3",
            "slogans": load_slogans(ASSETS / "slogans", slogans),
            "now": lambda: NOW,
        }
        facts = Facts(**(about | {name: changes.pop(name) for name in KNOWN & set(changes)}))
        given = {
            "facts": facts,
            "rules": Rules(),
            "desk": desk,
            "assets_dir": ASSETS,
            "fullscreen": False,
            "mono_s": lambda: clock["now"],
            "new_id": lambda: f"visit-{next(ids)}",
            "new_code": lambda: "4K7PX-V2M9H-RT3CJ",
        }
        app = KioskApp(UiDeps(**(given | changes)))
        app._run_prepare()
        running.append(app)
        kiosk = Kiosk(app, desk, window, clock)
        kiosk.settle()
        return kiosk

    yield run
    for app in running:
        app.dispatch("on_stop")
        window.remove_widget(app.root)
        window.unbind(on_keyboard=app._on_keyboard_settings)


@pytest.fixture
def kiosk(start: Callable[..., Kiosk]) -> Kiosk:
    return start()


@pytest.fixture
def studio(window: Any) -> Iterator[Any]:
    """Lays pages out at any size, theme and text size; leaves ``look`` as it found it."""
    from kiosk.ui.preview import Studio

    size, comfort = (look.width, look.height), look.comfort
    yield Studio(ASSETS)
    look.set(size, comfort)
