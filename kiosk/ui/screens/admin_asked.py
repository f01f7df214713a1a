"""What citizens are asked about: reasons, fields of work and officials, switched on or off, put in order."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.admin import Standing
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.admin_content import SetKey
from kiosk.ui.screens.admin_settings import SettingsPart
from kiosk.ui.screens.more import reasons_of
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.segments import Segments

__all__ = ["AskedPart", "AskedRow", "PushButton", "SetKey"]

ROW = 72
UPRIGHT, BROAD = 9, 6
"""Rows under each other on a leaf."""


class AskedRow(BoxLayout):
    """One of them: a switch that says it, and the ways up and down."""

    key = StringProperty("")


class AskedPart(SettingsPart):
    """``shown``: whose list stands there, a key of config.yaml."""

    keys = ("asked.reasons", "asked.services", "asked.officials")
    shown = StringProperty("asked.reasons")
    leaf = NumericProperty(0)

    def title(self) -> str:
        return t("Reasons and subjects")

    # -- the lists ---------------------------------------------------------------------------------------

    def build(self, standing: Standing) -> None:
        book, (own, usual) = self.facts.book, reasons_of(self.facts.book)
        self._words = {
            "asked.reasons": {one.key: one.text for one in (*own, *usual)},
            "asked.services": {one.key: one.name for one in book.services},
            "asked.officials": {one.key: one.name for one in book.officials},
        }
        self._usual = {name: tuple(words) for name, words in self._words.items()}
        self._usual["asked.reasons"] = tuple(one.key for one in own or usual)
        names = {
            "asked.reasons": t("Reasons"),
            "asked.services": t("Field of work"),
            "asked.officials": t("Official"),
        }
        there = [(name, names[name]) for name in self.keys if self._words[name]]
        head = BoxLayout(size_hint_y=None, height=px(72), spacing=px(16))
        self._which = Segments(
            choices=there, targets="list", breadth=190, tall=60, factors=[min(look.step, 1.1)] * len(there)
        )
        self._which.bind(on_choose=lambda _, name: self.choose(name))
        self._pager = Pager(pos_hint={"center_y": 0.5})
        self._pager.bind(on_turn=lambda _, leaf: self.turn(leaf))
        for widget in (self._which, BoxLayout(), self._pager):
            head.add_widget(widget)
        rows, cols = (UPRIGHT, 1) if look.portrait else (BROAD, 2)
        self._most = rows * cols
        height = rows * px(ROW) + (rows - 1) * px(8)
        self._rows = GridLayout(
            rows=rows,
            cols=cols,
            orientation="tb-lr",
            spacing=[px(20), px(8)],
            size_hint_y=None,
            height=height,
            row_force_default=True,
            row_default_height=px(ROW),
        )
        for name in self.keys:
            self.card(name, "")  # carries the marks only
        for widget in (head, self._rows, BoxLayout()):
            self.body.add_widget(widget)

    def order(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is asked about, in order, and what is not."""
        said = [key for key in self.raw(self.shown).split(", ") if key in self._words[self.shown]]
        asked = tuple(said) or self._usual[self.shown]
        return asked, tuple(key for key in self._words[self.shown] if key not in asked)

    def _wish(self, asked: tuple[str, ...]) -> None:
        self.put(self.shown, "" if asked == self._usual[self.shown] else ", ".join(asked))

    # -- touches -----------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        self.shown, self.leaf = name, 0
        self.show()

    def turn(self, leaf: int) -> None:
        self.leaf = leaf
        self.show()

    def switch(self, key: str) -> None:
        """On at the end of those asked about, or off; the last one stays."""
        asked, _ = self.order()
        if key not in asked:
            self._wish((*asked, key))
        elif len(asked) > 1:
            self._wish(tuple(other for other in asked if other != key))
        else:
            self.foot.said = t("At least one must stay.")

    def move(self, key: str, by: int) -> None:
        """Up (-1) or down (+1) among those asked about."""
        asked = list(self.order()[0])
        place = asked.index(key)
        asked[place], asked[place + by] = asked[place + by], asked[place]
        self._wish(tuple(asked))

    # -- showing -----------------------------------------------------------------------------------------

    def show(self) -> None:
        asked, rest = self.order()
        keys = (*asked, *rest)
        self._which.chosen = self.shown
        self._pager.leaves = -(-len(keys) // self._most)
        self._pager.leaf = self.leaf = min(self.leaf, self._pager.leaves - 1)
        self._pager.opacity, self._pager.disabled = (1, False) if self._pager.leaves > 1 else (0, True)
        self._rows.clear_widgets()
        first = int(self.leaf) * self._most
        for key in keys[first : first + self._most]:
            self._rows.add_widget(self._row(key, asked))

    def _row(self, key: str, asked: tuple[str, ...]) -> AskedRow:
        row, on = AskedRow(key=key), key in asked
        words = SetKey(key=key, label=self._words[self.shown][key], chosen=on, target=f"ask-{key}")
        words.detail = t("Asked about") if on else t("Not asked about")
        words.bind(on_release=lambda key: self.switch(key.key))
        row.add_widget(words)
        place = asked.index(key) if on else -1
        for name, by, can in (("up", -1, place > 0), ("down", 1, on and place < len(asked) - 1)):
            button = PushButton(glyph=f"chevron-{name}", kind="sand", tall=60, breadth=64)
            button.pos_hint, button.disabled = {"center_y": 0.5}, not can
            button.opacity, button.target = (1, f"{name}-{key}") if can else (0.35, "")
            button.bind(on_release=lambda _, by=by: self.move(key, by))
            row.add_widget(button)
        return row


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
