"""The comment page alone in the window, and hands that type on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiosk.ui.look import Comfort, look

ASSETS = Path(__file__).resolve().parents[2] / "assets"

ENTER, BACKSPACE, DELETE, LEFT, RIGHT, UP, DOWN, HOME, END = 13, 8, 127, 276, 275, 273, 274, 278, 279
SIGNS = {",": "comma", ".": "period", " ": "space"}


class Moved:
    """Records what the page asked for."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.backs = self.touches = 0

    def moves(self) -> Any:
        return SimpleNamespace(
            send_comment=lambda text, kind: self.sent.append((text, kind)),
            back=self._back,
            touched=self._touched,
        )

    def _back(self) -> None:
        self.backs += 1

    def _touched(self) -> None:
        self.touches += 1


class Writer:
    """Speaks of keys and frames; every touch is a real one, through Kivy's event loop."""

    def __init__(self, window: Any, page: Any, moved: Moved) -> None:
        self.window, self.page, self.moved = window, page, moved

    @property
    def text(self) -> str:
        return self.page.text

    def frame(self, count: int = 1) -> None:
        from kivy.base import EventLoop
        from kivy.graphics.opengl import glFinish

        for _ in range(count):
            EventLoop.idle()
            glFinish()

    def find(self, target: str) -> Any:
        for widget in self.page.walk(restrict=True):
            if getattr(widget, "target", "") == target:
                return widget
        raise AssertionError(f"nothing on this page is called {target}")

    def finger(self, target: str, dx: float = 0, dy: float = 0) -> Any:
        from kivy.tests.common import UnitTestTouch

        widget = self.find(target)
        touch = UnitTestTouch(widget.center_x + dx, widget.center_y + dy)
        touch.touch_down()
        return touch

    def touch(self, *targets: str) -> None:
        """One finger after the other, drawn once: fingers are faster than frames."""
        for target in targets:
            self.finger(target).touch_up()
        self.frame()

    def touch_at(self, x: float, y: float) -> None:
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(x, y)
        touch.touch_down()
        touch.touch_up()
        self.frame()

    def keys(self, chars: str) -> None:
        """Screen keys, one per character; a capital takes shift first."""
        targets = []
        for char in chars:
            low = char.lower()
            targets += ["key-shift"] * char.isupper() + [f"key-{SIGNS.get(low, low)}"]
        self.touch(*targets)

    def usb(self, *keys: str | int) -> None:
        """Texts and key numbers as SDL reports them."""
        for key in keys:
            if isinstance(key, int):
                self.window.dispatch("on_key_down", key, 0, None, [])
            else:
                for char in key:
                    self.window.dispatch("on_textinput", char)
        self.frame()

    def label(self, target: str) -> str:
        return self.find(target).label

    def pixels(self, target: str, inset: int = 8) -> bytes:
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        widget = self.find(target)
        x, y, width, height = (int(value) for value in (*widget.pos, *widget.size))
        width, height = width - 2 * inset, height - 2 * inset
        return bytes(glReadPixels(x + inset, y + inset, width, height, GL_RGBA, GL_UNSIGNED_BYTE))


@contextmanager
def write_on(window: Any, level: int = 1, comfort: Comfort | None = None, **changes: Any) -> Iterator[Writer]:
    """The page in the window; ``look`` is left as it was found."""
    from kiosk.ui import fonts
    from kiosk.ui.screens.comment import CommentScreen

    fonts.register(ASSETS / "fonts")
    look.use_locale(ASSETS / "locale")
    found = (look.width, look.height), look.comfort
    look.set((1280, 800), comfort or Comfort(still=True))
    moved = Moved()
    page = CommentScreen(facts=None, moves=moved.moves(), left=30, total=30, level=level, **changes)
    window.add_widget(page)
    writer = Writer(window, page, moved)
    writer.frame(2)
    yield writer
    page.stop()
    window.remove_widget(page)
    look.set(*found)
