"""The search among what an office publishes: a few letters, no marks needed, and what they find at once."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.office import Notice
from kiosk.typing import Composer, Method, Style
from kiosk.ui.look import look, px, t
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.entry import Entry
from kiosk.ui.widgets.entry_draft import Draft
from kiosk.ui.widgets.entry_keys import UsbKeys
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.page_head import BackButton, GoingHome, PageHead
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.search_pad import SearchPad
from kiosk.ui.widgets.text import Text

__all__ = ["BackButton", "GoingHome", "Icon", "Pager", "SearchPad", "SearchView", "Text", "Wanted"]

LIMIT = 40
GAP = 12


class Wanted(Entry):
    """The field, without the gold under the word: there are no tones to set here. In low reach it stands
    above what can be reached, and is only read."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        return bool(self.target) and bool(super().on_touch_down(touch))

    def _paint_word(self) -> None:
        """Nothing."""


class Found(Press, Panel):
    """One notice found."""

    glyph = StringProperty("star")
    title = StringProperty("")
    note = StringProperty("")


class NothingFound(BoxLayout):
    """Said where the results would stand."""


class FoundList(GridLayout):
    """``notices`` found, as many at a time as have room; the rest on further leaves."""

    notices = ObjectProperty(())
    owner = ObjectProperty(None)
    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    __events__ = ("on_open",)

    def __init__(self, **kwargs: object) -> None:
        self._fill_soon = Clock.create_trigger(self._fill, -1)
        self._columns = 2 if not look.portrait and look.step < 1.3 else 1
        super().__init__(cols=self._columns, spacing=px(GAP), **kwargs)
        for name in ("notices", "leaf", "size"):
            self.fbind(name, self._fill_soon)

    def on_open(self, notice: Notice) -> None:
        """Event: one of them was touched."""

    def on_notices(self, *_: object) -> None:
        self.leaf = 0

    def stop(self) -> None:
        self._fill_soon.cancel()

    @property
    def tall(self) -> int:
        """Height of one, in window px."""
        return look.type("body_strong").line + look.type("small").line + px(24)

    def _fill(self, *_: object) -> None:
        inner = self.height - self.padding[1] - self.padding[3]
        rows = max(1, int((inner + px(GAP)) // (self.tall + px(GAP))))
        room = rows * self._columns
        self.leaves = max(1, -(-len(self.notices) // room))
        self.leaf = min(self.leaf, self.leaves - 1)
        for child in self.children:
            if isinstance(child, Found):
                child.stop()
        self.clear_widgets()
        begin = int(self.leaf) * room
        shown = self.notices[begin : begin + room]
        self.cols = self._columns if shown else 1
        if not shown:
            self.add_widget(NothingFound())
        for notice in shown:
            self.add_widget(self._found(notice))
        for _ in range(-len(shown) % self.cols):
            self.add_widget(Widget(size_hint_y=None, height=self.tall))

    def _found(self, notice: Notice) -> Found:
        glyph, note = self.owner.describe(notice)
        found = Found(title=notice.title, glyph=glyph, note=note, target=f"found-{notice.key}")
        found.height = self.tall
        found.bind(on_release=lambda _: self.dispatch("on_open", notice))
        return found


class SearchView(BoxLayout):
    """``wanted``: what was searched for before, to go on with. ``owner`` finds, and opens what is found.

    In low reach letters and results have the lower half in turn; ``looking``: the results have it.
    """

    owner = ObjectProperty(None)
    wanted = StringProperty("")
    draft = ObjectProperty(None)
    notices = ObjectProperty(())
    looking = BooleanProperty(False)
    paged = BooleanProperty(False)
    low = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._usb = UsbKeys(self.type, self._usb_key)
        draft = Draft(Composer(Method.OFF, Style.OLD), LIMIT)
        super().__init__(draft=draft, low=look.comfort.low, **kwargs)
        self.draft.put(self.wanted)
        self._usb.bind(Window)
        self._changed()
        if self.low:
            self._lower()

    def _lower(self) -> None:
        """Low reach: the results leave the upper half; a button brings them where the letters are."""
        upper = self.ids.upper
        # Kivy's ids hold nothing fast; one of the two is always out of the tree.
        pad, found = self.ids.pad.__self__, self.ids.found.__self__
        upper.remove_widget(found)
        upper.add_widget(PageHead(glyph="magnify", title=t("Search")), len(upper.children))
        found.size_hint_y, found.height = None, pad.height
        found.padding = px(32), px(8), px(32), px(20)
        upper.add_widget(Widget(), 2)
        self._lent = {False: pad, True: found}
        self._turn = PushButton(target="turn", pos_hint={"center_y": 0.5})
        self._turn.bind(on_release=lambda _: setattr(self, "looking", not self.looking))
        self.ids.row.add_widget(self._turn, 1)
        self._label()

    def on_looking(self, *_: object) -> None:
        self.remove_widget(self._lent[not self.looking])
        self.add_widget(self._lent[self.looking])
        self._label()

    def _label(self) -> None:
        words = t("Letters") if self.looking else t("See them")
        self._turn.label = "" if look.portrait and look.step >= 1.3 else words
        self._turn.glyph = "pencil" if self.looking else "magnify"

    @property
    def holding(self) -> bool:
        """A key is held."""
        return bool(self.ids.pad.holding)

    def stop(self) -> None:
        """The view goes; what was searched for is nobody else's business."""
        self._usb.unbind(Window)
        self.draft.clear()
        self.wanted = ""

    def type(self, char: str) -> None:
        if char != " " or self.draft.text:
            self.draft.type(char)
            self._changed()

    def erase(self) -> None:
        self.draft.erase()
        self._changed()

    def move(self, caret: int) -> None:
        self.draft.move(caret)
        self._changed()

    def open(self, notice: Notice) -> None:
        self.owner.show_kind(notice.kind, notice)

    def _usb_key(self, name: str) -> None:
        match name:
            case "backspace":
                self.erase()
            case "delete":
                self.draft.erase_after()
                self._changed()
            case "enter":
                if len(self.notices) == 1:
                    self.open(self.notices[0])
            case _:
                self.move(self.ids.entry.caret_after(name))

    def _changed(self) -> None:
        self.wanted = self.draft.text
        self.notices = self.owner.found(self.draft.text)
        self.ids.entry.changed()

    def said(self, wanted: str, notices: tuple[Notice, ...], listed: bool) -> str:
        """How many were found, or what to do while everything still stands there. ``listed``: the list is to
        be seen, and says itself when there is nothing on it."""
        if not wanted.strip():
            return t("Type a few letters; no marks are needed.")
        if not notices:
            return "" if listed else t("Nothing found. Try another word, or ask at the desk.")
        return t("Found: {n}", n=look.words.number(len(notices)))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
