"""Home: the question, three faces, the promises. One touch is a complete answer."""

from __future__ import annotations

from datetime import datetime
from math import inf
from pathlib import Path

from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.hours import Closed, Hours, state
from kiosk.survey import Level
from kiosk.ui.board_plan import Plan
from kiosk.ui.look import level_word, look, px, t
from kiosk.ui.screens.page import Facts, Screen
from kiosk.ui.session import Page
from kiosk.ui.widgets.board import Board, plan_board
from kiosk.ui.widgets.button import EDGES, PushButton
from kiosk.ui.widgets.face_card import FaceCard
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.phone_code import PhoneCode
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.segments import LanguageSwitch
from kiosk.ui.widgets.text import Text, width_of

__all__ = ["Board", "FaceCard", "Header", "HomeScreen", "Icon", "Panel", "PhoneCode", "PushButton", "Text"]

GAP = 20
CODE = 111
"""The phone's QR beside the buttons, design px."""
STILL_S, SHOWN_S, EVERY_S = 45.0, 12.0, 30.0
"""How long nobody touched before the first thing the office mended covers the board, how long it stays, and
how often one comes."""
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


class Hint(Panel):
    """The line under the question: what to do; where it differs from every day, on a ground of its own."""

    again = BooleanProperty(False)
    closed = StringProperty("")

    def words(self) -> str:
        if self.again:
            return t("Please choose the answer you meant.")
        return self.closed or t("Touch one face. That is all.")

    def glyph(self) -> str:
        return "undo-variant" if self.again else "clock-outline" if self.closed else "gesture-tap"


class Invitation(Press, BoxLayout):
    """The phone's QR and what it is for; a touch shows it larger."""

    facts = ObjectProperty(None)
    wordy = BooleanProperty(True)

    def on_kv_post(self, base_widget: object) -> None:
        self.ids.code.begin(self.facts.phone)


class Footer(BoxLayout):
    """What stands below the faces: the phone's QR, or the promise of privacy where there is none; doors to
    what is published and to accessibility."""

    facts = ObjectProperty(None)
    moves = ObjectProperty(None)
    least = NumericProperty(0)

    def on_kv_post(self, base_widget: object) -> None:
        if look.comfort.low:
            self.add_widget(self._languages())
        made = self._left()
        made.bind(height=lambda _, height: setattr(self, "least", height))
        self.least = made.height
        self.add_widget(made, index=len(self.children))
        if not self.facts.publishes:
            self.remove_widget(self.ids.notices)

    def _languages(self) -> Widget:
        switch = LanguageSwitch(languages=self.facts.languages, pos_hint={"center_y": 0.5})
        switch.bind(on_choose=lambda _, key: self.moves.choose(look.with_comfort(language=key)))
        return switch

    def _left(self) -> Widget:
        # Larger words, and a row with the language in it, need the room for what can be touched.
        crowded = look.comfort.low and look.portrait
        wordy = look.step < 1.3 and not crowded
        if self.facts.phone is None or (crowded and look.step >= 1.3):
            return Privacy() if wordy else Widget(size_hint_y=None, height=0)
        made = Invitation(facts=self.facts, wordy=wordy)
        made.bind(on_release=lambda _: self.moves.open(Page.PHONE))
        return made


def footer_needs(facts: Facts) -> float:
    """The least breadth of the row below the faces, design px: buttons and the QR side by side."""
    style = look.type("chip")
    words = [t("Accessibility"), *([t("Public notices")] if facts.publishes else [])]
    buttons = sum(width_of(word, style.font, style.size) / look.unit + 28 + 12 + EDGES for word in words)
    return buttons + 16 * len(words) + (CODE if facts.phone else 0)


class Privacy(BoxLayout):
    """We do not ask your name."""


class Home(Screen):
    """Behaviour of both orientations."""

    pressed = ObjectProperty(None, allownone=True)
    again = BooleanProperty(False)
    closed = StringProperty("")
    time_minute = NumericProperty(-1)
    _touched_at: datetime | None = None
    _item: int | None = None

    def on_touch_down(self, touch: MotionEvent) -> bool:
        # The finger of who comes closer brings the promises back; it may rate in the same touch.
        self._touched_at = None
        self._show_item(None)
        return bool(super().on_touch_down(touch))

    def _show_item(self, item: int | None) -> None:
        """What citizens said and the office mended, over the board; None: the board itself."""
        if item == self._item:
            return
        self._item = item
        if item is None:
            self.ids.board.cover = None
            return
        from kiosk.ui.widgets.improved import Improved

        self.ids.board.cover = Improved(self.facts.book.improvements[item])

    def _idle(self, now: datetime) -> None:
        items = self.facts.book.improvements
        if not items:
            return
        self._touched_at = self._touched_at or now
        self._show_item(item_at((now - self._touched_at).total_seconds(), len(items)))

    def tick(self, now: datetime) -> None:
        self._idle(now)
        if now.minute != self.time_minute:
            self.time_minute = now.minute
            self.ids.header.show_time(now)
            self.closed = closed_line(self.facts.hours, now)

    def choose_language(self, key: str) -> None:
        self.moves.choose(look.with_comfort(language=key))

    def show_pressed(self, level: Level | None) -> None:
        """The face whose rating is being saved."""
        self.pressed = level

    def show_again(self, again: bool) -> None:
        """Whether the next touch corrects a slip."""
        self.again = again

    @property
    def explained(self) -> bool:
        """Whether the board has room for its explanations."""
        width, height = self.board_size()
        plan = plan_board(self.facts.slogans, width, height, look.step)
        return plan.detailed or not any(p.detail for p in self.facts.slogans.promises)

    def board_size(self, _: str = "") -> tuple[float, float]:
        """In design px. The argument is there for kv to follow what it depends on."""
        raise NotImplementedError


def item_at(still_s: float, count: int) -> int | None:
    """Which of ``count`` things mended an idle home shows after ``still_s`` seconds without a touch."""
    if not count or still_s < STILL_S:
        return None
    turn, into = divmod(still_s - STILL_S, EVERY_S)
    return int(turn) % count if into < SHOWN_S else None


def closed_line(hours: Hours | None, now: datetime) -> str:
    """When the office opens again, and that a rating is welcome all the same; empty while it is open."""
    found = None if hours is None else state(hours, now)
    if not isinstance(found, Closed):
        return ""
    if found.opens is None:
        return t("The office is closed now. You can still rate.")
    clock, day = look.words.clock(found.opens), look.words.long_day(found.opens)
    if found.opens.date() == now.date():
        return t("The office opens again at {time}. You can still rate.", time=clock)
    return t("The office opens again at {time}, {day}. You can still rate.", time=clock, day=day)


class HomeLandscape(Home):
    """Faces at the left, the board at the right."""

    def board_size(self, _: str = "") -> tuple[float, float]:
        height = look.height / look.unit - 88 - 48
        wide = look.width / look.unit
        widths = [width + max(0, wide - 1280) * 0.4 for width in BOARD_WIDTHS]
        best, least = widths[0], inf
        for width in widths:
            if width >= least:
                break  # a plan costs its width or more
            cost = self._cost(width, plan_board(self.facts.slogans, width, height, look.step))
            if cost < least:
                best, least = width, cost
        return best, height

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
            + 10 * max(0.0, footer_needs(self.facts) - faces / look.unit)
        )


class HomeLowLandscape(Home):
    """Low reach: what is read stands above the middle, what is touched below it."""

    def board_size(self, _: str = "") -> tuple[float, float]:
        question = 460 if look.step < 1.3 else 540
        return look.width / look.unit - 64 - 32 - question, 312 - 24


class HomePortrait(Home):
    """The board on top, the faces in the lower, reachable half."""

    def board_size(self, _: str = "") -> tuple[float, float]:
        width, tall = look.width / look.unit - 64, look.height / look.unit
        question = 2 * 52 * look.step + 40 * look.step + 36
        # A line about closed doors has a ground of its own and takes two lines.
        question += 34 * look.step + 12 if self.closed else 0
        spare = tall - 88 - question - (111 if self.facts.phone else 72) - 5 * 24
        most, usual = spare - LEAST_FACES, max(380.0, spare - USUAL_FACES)
        full = plan_board(self.facts.slogans, width, most, look.step)
        for height in range(int(usual), int(most), 32):
            plan = plan_board(self.facts.slogans, width, height, look.step)
            if (plan.detailed, plan.factor) >= (full.detailed, full.factor):
                return width, height
        return width, most


Builder.load_file(str(Path(__file__).with_suffix(".kv")))


def HomeScreen(**kwargs: object) -> Home:  # noqa: N802 - stands for a class
    """The home page for the present orientation."""
    if look.portrait:
        return HomePortrait(**kwargs)  # its faces stand low anyway
    return (HomeLowLandscape if look.comfort.low else HomeLandscape)(**kwargs)
