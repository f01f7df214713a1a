"""Home: the question, three faces, the promises. One touch is a complete answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.survey import Level
from kiosk.ui.board_plan import Plan
from kiosk.ui.look import level_word, look, px, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.board import Board, plan_board
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.face_card import FaceCard
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.text import Text, width_of

__all__ = ["Board", "FaceCard", "Header", "HomeScreen", "Icon", "Panel", "PushButton", "Text"]

GAP = 20
BOARD_WIDTHS = (388, 440, 488, 528)
LEAST_FACES, USUAL_FACES = 300, 400


class FacesRow(BoxLayout):
    """The three cards, best answer first; their words share one size."""

    moves = ObjectProperty(None)
    pressed = ObjectProperty(None, allownone=True)
    levels = ListProperty([3, 2, 1])

    def label_factor(self, width: float) -> float:
        return face_label_factor(width)


def face_label_factor(width: float) -> float:
    """The largest size at which the longest word fits its card in a row of ``width`` window px, never above
    the citizen's."""
    room = (width - 2 * px(GAP)) / 3 - px(28)
    style = look.type("face")
    widest = max(width_of(level_word(level), style.font, style.size) for level in (3, 2, 1))
    return look.step * min(1.0, max(0.3, room / widest))


class Home(Screen):
    """Behaviour of both orientations."""

    pressed = ObjectProperty(None, allownone=True)
    again = BooleanProperty(False)
    time_minute = NumericProperty(-1)

    def tick(self, now: datetime) -> None:
        if now.minute != self.time_minute:
            self.time_minute = now.minute
            self.ids.header.show_time(now)

    def choose_language(self, key: str) -> None:
        self.moves.choose(look.with_comfort(language=key))

    def show_pressed(self, level: Level | None) -> None:
        """The face whose rating is being saved."""
        self.pressed = level

    def show_again(self, again: bool) -> None:
        """Whether the next touch corrects a slip."""
        self.again = again

    def hint(self) -> str:
        if self.again:
            return t("Please choose the answer you meant.")
        return t("Touch one face. That is all.")

    @property
    def explained(self) -> bool:
        """Whether the board has room for its explanations."""
        width, height = self.board_size()
        plan = plan_board(self.facts.slogans, width, height, look.step)
        return plan.detailed or not any(p.detail for p in self.facts.slogans.promises)

    def board_size(self) -> tuple[float, float]:
        """In design px."""
        raise NotImplementedError


class HomeLandscape(Home):
    """Faces at the left, the board at the right."""

    def board_size(self) -> tuple[float, float]:
        height = look.height / look.unit - 88 - 48
        wide = look.width / look.unit
        widths = [width + max(0, wide - 1280) * 0.4 for width in BOARD_WIDTHS]
        plans = [plan_board(self.facts.slogans, width, height, look.step) for width in widths]
        return min(zip(widths, plans, strict=True), key=lambda pair: self._cost(*pair))[0], height

    def _cost(self, width: float, plan: Plan) -> float:
        """A wider board reads better and takes room from the faces; in px of width."""
        faces = (look.width / look.unit - 96 - width) * look.unit
        label_lost = look.step - face_label_factor(faces)
        return (
            width
            + 30 * plan.broken
            + 1200 * (look.step - plan.factor)
            + 400 * label_lost
            + (0 if plan.detailed else 300)
        )


class HomePortrait(Home):
    """The board on top, the faces in the lower, reachable half."""

    def board_size(self) -> tuple[float, float]:
        width, tall = look.width / look.unit - 64, look.height / look.unit
        question = 2 * 52 * look.step + 40 * look.step + 36
        most = tall - 88 - question - LEAST_FACES - 72 - 5 * 24
        usual = max(380.0, tall - 88 - question - USUAL_FACES - 72 - 5 * 24)
        full = plan_board(self.facts.slogans, width, most, look.step)
        for height in range(int(usual), int(most), 32):
            plan = plan_board(self.facts.slogans, width, height, look.step)
            if (plan.detailed, plan.factor) >= (full.detailed, full.factor):
                return width, height
        return width, most


Builder.load_file(str(Path(__file__).with_suffix(".kv")))


def HomeScreen(**kwargs: object) -> Home:  # noqa: N802 - stands for a class
    """The home page for the present orientation."""
    return (HomePortrait if look.portrait else HomeLandscape)(**kwargs)
