"""The one page of a tablet whose settings cannot be used, for a kiosk that nobody watches from a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.guardian import Guardian
from kiosk.ui import slim
from kiosk.ui.stopping import stop_on_sigterm
from kiosk.ui.window import configure, spread

LASTS_S = 30
"""Then the program ends and is begun anew by whoever watches it, and reads the settings again."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """What the page asks of its facts, where no settings say it."""

    place: str = ""
    support: str = ""


def show_refusal(message: str, assets: Path, guardian: Guardian) -> None:
    """Show ``message`` for a while, over the whole screen. Main thread only."""
    configure(1280, 800, fullscreen=True)
    slim.load()
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.core.window import Window

    from kiosk.ui import fonts
    from kiosk.ui.look import Comfort, look

    spread()

    class RefusalApp(App):
        use_kivy_settings = False
        title = "Kiosk"

        def build(self) -> object:
            fonts.register(assets / "fonts")
            look.use_locale(assets / "locale")
            look.set((round(Window.width), round(Window.height)), Comfort())
            Window.clearcolor = look.c.paper
            from kiosk.ui.screens.halted import HaltedScreen

            return HaltedScreen(reason="settings", detail=message, facts=Nowhere())

        def on_start(self) -> None:
            guardian.ready("The settings cannot be used; the screen says why.")
            if guardian.every_s is not None:
                Clock.schedule_interval(lambda _: guardian.alive(), guardian.every_s)
            Clock.schedule_once(lambda _: self.stop(), LASTS_S)

    app = RefusalApp()
    stop_on_sigterm(app.stop)
    app.run()
