"""The head of a page that is read, and the two buttons by which one leaves it."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Text

__all__ = ["BackButton", "DoneButton", "GoingHome", "Icon", "PageHead", "Panel", "Ring", "Text"]


class PageHead(BoxLayout):
    """What the page is about; ``note`` may be empty."""

    glyph = StringProperty("bulletin-board")
    title = StringProperty("")
    note = StringProperty("")


class BackButton(PushButton):
    """ "Quay lại": to where one came from."""


class DoneButton(PushButton):
    """ "Xong": closes the page."""


class GoingHome(BoxLayout):
    """How long until the page goes home by itself; nothing while ``shown`` is off."""

    left = NumericProperty(0)
    total = NumericProperty(1)
    shown = BooleanProperty(False)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
