"""The head of a page that is read, and the two buttons by which one leaves it."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.text import Text

__all__ = ["BackButton", "DoneButton", "Icon", "PageHead", "Panel", "Text"]


class PageHead(BoxLayout):
    """What the page is about; ``note`` may be empty."""

    glyph = StringProperty("bulletin-board")
    title = StringProperty("")
    note = StringProperty("")


class BackButton(PushButton):
    """ "Quay lại": to where one came from."""


class DoneButton(PushButton):
    """ "Xong": closes the page."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
