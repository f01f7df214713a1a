"""The admin's page: parts beside a rail. Is everything at headquarters? Is the tablet well?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui.look import look, px, t
from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["AdminScreen", "Icon", "Panel", "PushButton", "RailKey", "Text"]

PARTS = ("sync", "content", "asked", "screen", "hours", "pins", "check", "leave")
SETTINGS = ("content", "asked", "screen", "hours")
GLYPHS = {
    "sync": "cloud-upload",
    "content": "bulletin-board",
    "asked": "hands-pray",
    "screen": "monitor",
    "hours": "calendar-clock-outline",
    "pins": "lock-outline",
    "check": "stethoscope",
    "leave": "exit-to-app",
}


def part_name(part: str) -> str:
    """What the rail calls it."""
    return {
        "sync": t("Synchronise"),
        "content": t("Content, labels"),
        "asked": t("Reasons, subjects"),
        "screen": t("Screen, sound"),
        "hours": t("Opening hours"),
        "pins": t("PINs"),
        "check": t("Check the tablet"),
        "leave": t("Leave the kiosk"),
    }[part]


def part_of(name: str) -> type[AdminPart]:
    """The class of a part; loaded when it is opened."""
    match name:
        case "content":
            from kiosk.ui.screens.admin_content import ContentPart as Made
        case "asked":
            from kiosk.ui.screens.admin_asked import AskedPart as Made
        case "screen":
            from kiosk.ui.screens.admin_screen import ScreenPart as Made
        case "hours":
            from kiosk.ui.screens.admin_hours import HoursPart as Made
        case "pins":
            from kiosk.ui.screens.admin_pins import PinsPart as Made
        case "check":
            from kiosk.ui.screens.admin_check import CheckPart as Made
        case "leave":
            from kiosk.ui.screens.admin_leave import LeavePart as Made
        case _:
            from kiosk.ui.screens.admin_sync import SyncPart as Made
    return Made


class RailKey(Press, Panel):
    """The way to a part."""

    part = StringProperty("sync")
    label = StringProperty("")
    glyph = StringProperty("cloud-upload")
    chosen = BooleanProperty(False)


class AdminScreen(Screen):
    """``left``: seconds until the session ends by itself."""

    part = StringProperty("sync")
    left = NumericProperty(300)

    def __init__(self, **kwargs: object) -> None:
        self._standing: AdminPart | None = None
        self._closing: Text | None = None
        self._desk = kwargs["moves"].admin()
        super().__init__(**kwargs)
        self._closing = Text(
            kind="small",
            color=look.c.on_brand2,
            halign="right" if look.portrait else "left",
            factor=min(look.step, 1.15),
            pos_hint={"center_y": 0.5} if look.portrait else {},
        )
        away = PushButton(label=t("Close"), glyph="lock-outline", target="close", type_style="chip")
        away.pos_hint = {"center_y": 0.5} if look.portrait else {}
        away.size_hint_x = None if look.portrait else 1
        away.bind(on_release=lambda _: self.moves.close())
        for widget in (self._closing, away):
            (self.ids.head if look.portrait else self.ids.foot).add_widget(widget)
        if look.portrait:
            for empty in (self.ids.air, self.ids.foot):
                self.ids.side.remove_widget(empty)
        self.on_left()
        for part in self.parts:
            key = RailKey(part=part, label=part_name(part), glyph=GLYPHS[part], target=f"admin-{part}")
            key.bind(on_release=lambda key: self.show(key.part))
            self.ids.rail.add_widget(key)
        self.show(self.part)

    def show(self, part: str) -> None:
        """Put a part on the page, or begin it anew."""
        self.part = part
        for key in self.ids.rail.children:
            key.chosen = key.part == part
        if self._standing is not None:
            self._standing.stop()
        self.ids.place.clear_widgets()
        self._standing = part_of(part)(desk=self._desk, facts=self.facts, moves=self.moves)
        self.ids.place.add_widget(self._standing)
        self._standing.tick(self.facts.now())

    @property
    def standing(self) -> AdminPart | None:
        """The part that shows."""
        return self._standing

    def tick(self, now: datetime) -> None:
        if self._standing is not None:
            self._standing.tick(now)

    def logged(self) -> dict[str, object]:
        """Which part shows, and how it stands there."""
        return {"part": self.part} | (self._standing.logged() if self._standing is not None else {})

    def show_left(self, left: int, total: int) -> None:
        self.left = left

    def on_left(self, *_: object) -> None:
        if self._closing is not None:
            self._closing.text = self._closes()

    def _closes(self) -> str:
        minutes, seconds = divmod(int(self.left), 60)
        time = t("{m} min {s} s", m=minutes, s=f"{seconds:02d}") if minutes else t("{s} s", s=seconds)
        return t("Closes by itself in {time}", time=time)

    def across(self) -> int:
        """Keys of the rail beside each other when the tablet stands upright."""
        return 4

    def rail_height(self) -> int:
        """Upright, in window px; known at once, so that the part below finds its place at once."""
        rows = -(-len(self.parts) // self.across())
        return rows * px(60) + (rows - 1) * px(8)

    @property
    def parts(self) -> tuple[str, ...]:
        """Settings only where some can be kept."""
        return tuple(part for part in PARTS if part not in SETTINGS or self._desk.has_settings)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
