"""The signboard's Kivy app. Kivy's thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.floatlayout import FloatLayout

from kiosk.ui import fonts
from kiosk.ui.look import Comfort, look
from kiosk.ui.sign.board import SignBoard
from kiosk.ui.viewlog import ViewLog

if TYPE_CHECKING:
    from kiosk.ui.signboard import SignDeps


LOOK_EVERY_S = 60


class SignApp(App):
    """Puts the board on the window and keeps it moving."""

    use_kivy_settings = False
    title = "Signboard"

    def __init__(self, deps: SignDeps, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.deps = deps
        self.view_log = ViewLog(deps.view_log, deps.mono_s)
        self.board: SignBoard | None = None
        self.anew = False

    def build(self) -> FloatLayout:
        fonts.register(self.deps.assets_dir / "fonts")
        look.use_locale(self.deps.assets_dir / "locale")
        self.stage = FloatLayout()
        self._put_board()
        Window.show_cursor = False
        Window.bind(on_resize=self._resized, on_flip=self._flipped, on_request_close=self._close_asked)
        self._frames = Clock.schedule_interval(self._frame, 0)
        self._minutes = Clock.schedule_interval(self._minute, 0.5)
        self._looks = Clock.schedule_interval(self._look, LOOK_EVERY_S)
        return self.stage

    def on_stop(self) -> None:
        self._frames.cancel()
        self._minutes.cancel()
        self._looks.cancel()
        Window.unbind(on_resize=self._resized, on_flip=self._flipped, on_request_close=self._close_asked)
        self.view_log.close()

    def open_settings(self, *_: object) -> bool:
        """F1 opens nothing here."""
        return False

    def _close_asked(self, *_: object, **__: object) -> bool:
        return self.deps.guarded

    def _put_board(self) -> None:
        look.set(
            (round(Window.width), round(Window.height)),
            Comfort(language=self.deps.language, still=self.deps.still),
        )
        Window.clearcolor = look.c.brand
        self.stage.clear_widgets()
        self.board = SignBoard(self.deps)
        self.stage.add_widget(self.board)

    def _resized(self, *_: object) -> None:
        self._put_board()

    def _frame(self, seconds: float) -> None:
        self.board.advance(seconds)

    def _minute(self, _: float) -> None:
        self.board.tick(self.deps)

    def _look(self, _: float) -> None:
        """Whether what stands here is still what shall."""
        self.anew = self.deps.wants_anew()
        if self.anew:
            self.stop()

    def _flipped(self, *_: object) -> None:
        """A frame went to the screen; a page counts when it stands."""
        if self.board.content.settled:
            self.view_log.write(self.board.facts(), {})
