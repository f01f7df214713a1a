"""The last seconds of a page beside home: it says that it is about to go, and that a touch keeps it."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty

from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.text import Text

__all__ = ["Icon", "Leaving", "Panel", "Text"]


class Leaving(Panel):
    """Stands over the page, at the top right; takes no touch away from what lies under it."""

    unread = True
    left = NumericProperty(0)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
