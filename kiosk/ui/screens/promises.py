"""The promises with their explanations, for text so large that home has no room for them."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from kiosk.ui.look import look
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.board import Board
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.text import Text

__all__ = ["Board", "PromisesScreen", "PushButton", "Text"]


class PromisesScreen(Screen):
    """The whole board on the whole screen."""

    @property
    def step(self) -> float:
        """A little below the citizen's size: explanations must show here, whatever they need."""
        return min(look.step, 1.45)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
