"""Out of the kiosk, or begin it anew; asked once more before it happens."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Fold", "Icon", "LeavePart", "PushButton", "Text"]


class LeavePart(AdminPart):
    """Two ways, each with what it means."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
