"""The phone's QR, large: who cannot hold a phone close to the desk scans it from where they sit."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from kiosk.ui.look import look
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.phone_code import PhoneCode
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Icon", "Panel", "PhoneCode", "PhoneScreen", "PushButton", "Text"]

STEPS = ("camera", "qrcode-scan", "gesture-tap")


class PhoneScreen(Screen):
    """Stands beside home; the idle time brings it back."""

    def on_kv_post(self, base_widget: object) -> None:
        if self.facts.phone is not None:
            self.ids.code.begin(self.facts.phone)

    def extent(self) -> float:
        """The white square, design px: as large as the page allows."""
        return (600 if look.step < 1.3 else 500) if look.portrait else 480


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
