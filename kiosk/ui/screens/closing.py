"""After the rating is stored: thanks for levels 3 and 2, an apology for level 1. Only true words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.survey import SloganSet
from kiosk.ui.board_plan import in_language
from kiosk.ui.look import level_word, look, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.discs import Discs
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Discs", "Face", "Icon", "PushButton", "Ring", "Text", "closing_screen"]


class BottomRow(BoxLayout):
    """The countdown at the left, "Xong" at the right; shared by all pages that end by themselves."""

    left = NumericProperty(0)
    total = NumericProperty(1)
    moves = ObjectProperty(None)
    label = StringProperty("")
    more = StringProperty("")  # what the button beside it says; empty: none
    hinted = BooleanProperty(True)  # with words beside the ring

    def hint(self, left: int) -> str:
        return t("Back to the first page\nin {n} seconds", n=int(left))

    def on_kv_post(self, base_widget: object) -> None:
        if not self.more:
            return
        button = PushButton(label=self.more, glyph="heart-outline", target="more")
        button.pos_hint = {"center_y": 0.5}
        button.bind(on_release=lambda _: self.moves.more())
        self.add_widget(button, index=1)


class Step(BoxLayout):
    """One line of what happens next."""

    glyph = StringProperty("check-bold")
    done = BooleanProperty(False)
    last = BooleanProperty(False)
    title = StringProperty("")
    detail = StringProperty("")


class PromiseChip(BoxLayout):
    """The promise this page keeps, such as "Biết xin lỗi"; empty where the office's set has none."""

    glyph = StringProperty("heart")
    label = StringProperty("")
    sorry = BooleanProperty(False)


class Closing(Screen):
    """Behaviour of all four closing pages."""

    level = NumericProperty(3)
    left = NumericProperty(8)
    total = NumericProperty(8)
    saved_at = ObjectProperty(None)
    commented = BooleanProperty(False)
    masked = ObjectProperty(())
    contacted = BooleanProperty(False)
    lookup = StringProperty("")

    def show_left(self, left: int, total: int) -> None:
        self.left, self.total = left, total

    def promise(self, key: str) -> tuple[str, str]:
        """Icon and words of the promise whose key begins with ``key``; empty words if there is none."""
        found = _find(self.facts.slogans, key)
        return found or ("heart", "")

    def thanks_line(self) -> str:
        word = level_word(self.level)
        if self.level == 3:
            return t("Your answer **{level}** is saved. We will do our best to keep it so.", level=word)
        return t("Your answer **{level}** is saved. We will do our best to become better still.", level=word)

    def comment_line(self, otherwise: str) -> str:
        """What became of the comment; ``otherwise`` where there is none."""
        if not self.commented:
            return otherwise
        return " ".join(filter(None, (t("Your comment is saved too."), covered_line(self.masked))))

    def road(self) -> tuple[str, str]:
        """Where it goes from here; a tablet that headquarters does not know promises nothing."""
        if not self.facts.enrolled:
            return t("It waits on this tablet"), t("Until the office has connected it to headquarters.")
        alone = t("As soon as there is a connection.\nThis tablet does not know who you are.")
        return t("It goes to headquarters without a name"), alone

    def where_line(self) -> str:
        if not self.facts.enrolled:
            return t("It waits on this tablet until the office has connected it to headquarters.")
        return t("On this tablet, and sent to headquarters without a name.")

    def saved_line(self) -> str:
        when: datetime = self.saved_at
        return t("Saved at {time}, {day}", time=look.words.clock(when), day=look.words.day(when))


class ThanksLandscape(Closing):
    """Thanks, wide."""


class ThanksPortrait(Closing):
    """Thanks, tall."""


class SorryLandscape(Closing):
    """The apology, wide."""


class SorryPortrait(Closing):
    """The apology, tall."""


def covered_line(kinds: tuple[str, ...]) -> str:
    """Which personal numbers were covered in a comment; empty for none."""
    what = ", ".join(_covered(kind) for kind in kinds)
    return t("We covered: {what}.", what=what) if kinds else ""


def _covered(kind: str) -> str:
    """What was covered in a comment, in the citizen's words."""
    words = {
        "phone": t("a phone number"),
        "identity": t("a document number"),
        "email": t("an e-mail address"),
        "plate": t("a number plate"),
        "account": t("an account number"),
    }
    return words[kind]


def _find(slogans: SloganSet, key: str) -> tuple[str, str] | None:
    for group in slogans.groups:
        for promise, text, _ in in_language(group, look.comfort.language).promises:
            if promise.key.startswith(key):
                return promise.icon, text
    return None


Builder.load_file(str(Path(__file__).with_suffix(".kv")))


def closing_screen(level: int, **kwargs: object) -> Closing:
    """The page for this level and the present orientation; with a lookup code on it for who wrote."""
    if kwargs.get("lookup"):
        from kiosk.ui.screens.followed import followed_screen

        return followed_screen(level=level, **kwargs)
    if level == 1:
        return (SorryPortrait if look.portrait else SorryLandscape)(level=level, **kwargs)
    return (ThanksPortrait if look.portrait else ThanksLandscape)(level=level, **kwargs)
