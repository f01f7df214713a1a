"""What stands on the staff page one at a time: promises, comments, all flagged taps, the month, a notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.store.figures import Apart, Said
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.comment import GLYPHS
from kiosk.ui.screens.staff_cards import FlaggedLine, line_height
from kiosk.ui.staff_plan import (
    ENOUGH,
    Line,
    Mention,
    clock,
    month_name,
    number,
    share,
    topic_word,
    weekday,
    weeks,
)
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.page_head import BackButton
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.share_bar import ShareBar
from kiosk.ui.widgets.text import Text, width_of, wrap

__all__ = [
    "Card", "CommentsPart", "FlaggedPart", "Icon", "MonthPart", "NoticePart", "Pager", "PromisesPart",
    "PushButton", "Segments", "ShareBar", "Text",
]  # fmt: skip


class MentionLine(BoxLayout):
    """A promise, a bar, how often. ``level`` gives the colour."""

    label = StringProperty("")
    count = StringProperty("")
    part = NumericProperty(0)
    level = NumericProperty(3)


class MentionsCard(Card):
    """What was good, or what was missed."""

    title = StringProperty("")
    nothing = StringProperty("")
    level = NumericProperty(3)
    mentions = ListProperty([])

    def on_kv_post(self, base_widget: object) -> None:
        most = max((mention.n for mention in self.mentions), default=1)
        for mention in self.mentions:
            self.ids.lines.add_widget(
                MentionLine(
                    label=mention.label, count=number(mention.n), part=mention.n / most, level=self.level
                )
            )


class PromisesPart(BoxLayout):
    """By promise and reason, over one day, seven or thirty."""

    length = NumericProperty(1)
    most = NumericProperty(6)
    __events__ = ("on_look_back",)

    def __init__(self, missed: Sequence[Mention], good: Sequence[Mention], **kwargs: object) -> None:
        super().__init__(**kwargs)
        if look.comfort.low:
            self.remove_widget(self.ids.top)
            self.add_widget(self.ids.top)
        most = self.room()
        nothing = t("Nothing was chosen in this time.")
        cards = self.ids.cards
        cards.add_widget(
            MentionsCard(title=t("Missed"), level=1, mentions=list(missed[:most]), nothing=nothing)
        )
        cards.add_widget(MentionsCard(title=t("Good"), level=3, mentions=list(good[:most]), nothing=nothing))

    @staticmethod
    def room() -> int:
        """Lines in a card."""
        fewer = 2 if look.comfort.low else 0
        if look.portrait:
            return (9 if look.step == 1 else 5) - fewer
        return (11 if look.step == 1 else 6) - fewer

    def on_look_back(self, days: int) -> None:
        """Event: another number of days was chosen."""


class SaidCard(Card):
    """One comment."""

    said = ObjectProperty(None)

    def topic(self) -> str:
        return topic_word(self.said.topic) if self.said else ""

    def glyph(self) -> str:
        return GLYPHS.get(self.said.topic, "message-reply-text") if self.said else "star"

    def time(self) -> str:
        return clock(self.said.minute) if self.said else ""


class Leaves(BoxLayout):
    """A list on leaves; ``pieces`` with their heights in px. Nothing scrolls by drag."""

    note = StringProperty("")
    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    gap = NumericProperty(16)

    def __init__(
        self, pieces: Sequence[tuple[float, Callable[[], Widget]]], empty: str, **kwargs: object
    ) -> None:
        self._pieces = pieces
        self._empty = empty
        super().__init__(**kwargs)
        self.ids.list.bind(height=self._lay)
        self.fbind("leaf", self._lay)

    def _lay(self, *_: object) -> None:
        holder = self.ids.list
        holder.clear_widgets()
        plan = list(_leaves([high for high, _ in self._pieces], holder.height, px(self.gap)))
        self.leaves = max(1, len(plan))
        self.leaf = min(self.leaf, self.leaves - 1)
        if not plan:
            holder.add_widget(Text(text=self._empty, kind="lead", halign="center", color=look.c.ink2))
            return
        for i in plan[int(self.leaf)]:
            holder.add_widget(self._pieces[i][1]())
        holder.add_widget(Widget())


def _leaves(heights: Sequence[float], room: float, gap: float) -> list[list[int]]:
    """Indexes by leaf; what is higher than a leaf has one of its own."""
    plan: list[list[int]] = []
    left = 0.0
    for i, high in enumerate(heights):
        if plan and high <= left:
            plan[-1].append(i)
        else:
            plan.append([i])
            left = room
        left -= high + gap
    return plan


class CommentsPart(Leaves):
    """The day's comments, newest first; without contact data: the tablet itself cannot read that."""

    def __init__(self, comments: Sequence[Said], **kwargs: object) -> None:
        pieces = [(_said_height(said), lambda said=said: SaidCard(said=said)) for said in comments]
        super().__init__(pieces, t("No comments on this day."), **kwargs)


SAID_PAD, SAID_SIDE = 16, 24


def _said_height(said: Said) -> float:
    """Known before it is laid out, so that a leaf is filled once."""
    style, head = look.type("body"), look.type("small_strong")
    room = look.width - px(2 * 32 + 2 * SAID_SIDE)
    lines = wrap(_in_paragraphs(said.text), room, lambda text, _: width_of(text, style.font, style.size))
    return max(head.line, px(28)) + px(4) + len(lines) * style.line + px(2 * SAID_PAD)


def _in_paragraphs(text: str) -> str:
    return text.replace("**", "* *")


class FlaggedPart(Leaves):
    """All of the day's flagged taps."""

    def __init__(self, lines: Sequence[Line], whole: str, empty: str, **kwargs: object) -> None:
        room = look.width - px(2 * 32)
        pieces = [(line_height(line, room), lambda line=line: FlaggedLine(line=line)) for line in lines]
        super().__init__(pieces, empty, gap=8, note=whole if lines else "", **kwargs)


class DayCell(Press, Panel):
    """A day of the month: its number, N and the shares. Days to come cannot be chosen. ``flat``: all words
    in one line."""

    flat = BooleanProperty(False)

    day = ObjectProperty(None, allownone=True)
    count = StringProperty("")
    part = StringProperty("")
    counts = ListProperty([0, 0, 0])
    chosen = BooleanProperty(False)
    ahead = BooleanProperty(False)


LOW_MONTH = {False: 344, True: 508}
"""How high the month is in low reach, upright or not; design px."""
LOW_WEEKS = 5
"""So many have room there with two lines of words a day."""


class MonthPart(Card):
    """A month at a glance; a touch on a day opens it. ``days`` None: not read yet."""

    month = ObjectProperty(None)
    title = StringProperty("")
    last = BooleanProperty(False)
    flat = BooleanProperty(False)
    state = StringProperty("")
    __events__ = ("on_day", "on_month", "on_back")

    def __init__(self, first: date, chosen: date, today: date, **kwargs: object) -> None:
        self._first, self._chosen, self._today = first, chosen, today
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        self.title = month_name(self._first)
        self.last = self._first.replace(day=1) >= self._today.replace(day=1)
        self.ids.names.cols = self.across()
        monday = date(2024, 1, 1)
        for i in range(self.across()):
            word = Text(text=weekday(monday + timedelta(days=i % 7)), kind="small_strong", halign="center")
            self.ids.names.add_widget(word)
        self.state = t("Reading…")
        if look.comfort.low:
            self._lower()

    def _lower(self) -> None:
        """Low reach: what turns the month stands below its days, and the days below the middle."""
        head, state = self.ids.head, self.ids.state
        self.remove_widget(head)
        head.remove_widget(state)
        self.add_widget(state, index=len(self.children))
        head.add_widget(Widget())
        back = BackButton(tall=56, pos_hint={"center_y": 0.5})
        back.bind(on_release=lambda _: self.dispatch("on_back"))
        head.add_widget(back)
        self.add_widget(head)
        self.size_hint_y, self.height = None, px(LOW_MONTH[look.portrait])

    @staticmethod
    def across() -> int:
        """Days in a row; in low reach two weeks where the page is low and broad."""
        return 14 if look.comfort.low and not look.portrait else 7

    def turn(self, months: int) -> None:
        """To the month before or after."""
        middle = self._first.replace(day=15) + timedelta(days=30 * months)
        self.dispatch("on_month", middle.replace(day=1))

    def show(self, days: Mapping[date, Apart] | None, flagged: bool, failed: str) -> None:
        """The month's counts; None when they could not be read."""
        self.state = failed if days is None else ""
        grid = self.ids.grid
        grid.clear_widgets()
        cells = [day for week in weeks(self._first) for day in week]
        cells += [None] * (-len(cells) % self.across())
        grid.cols, grid.rows = self.across(), len(cells) // self.across()
        self.flat = look.comfort.low and (not look.portrait or grid.rows > LOW_WEEKS)
        for day in cells:
            grid.add_widget(Widget() if day is None else self._cell(day, (days or {}).get(day), flagged))

    def _cell(self, day: date, apart: Apart | None, flagged: bool) -> DayCell:
        cell = DayCell(day=day, chosen=day == self._chosen, ahead=day > self._today, flat=self.flat)
        if apart is not None and (counts := apart.counts(flagged)).total:
            cell.count = number(counts.total)
            cell.part = share(counts, 1) if counts.total >= ENOUGH else ""
            cell.counts = [counts.of(level) for level in (3, 2, 1)]
        if not cell.ahead:
            cell.target = f"day-{day.isoformat()}"
            cell.bind(on_release=lambda cell: self.dispatch("on_day", cell.day))
        return cell

    def on_day(self, day: date) -> None:
        """Event: a day was touched."""

    def on_month(self, first: date) -> None:
        """Event: another month was asked for."""

    def on_back(self) -> None:
        """Event: back to the figures."""


class MonthGrid(GridLayout):
    """Seven columns."""


class NoticePart(Card):
    """One thing said in the middle of the page; ``part`` from 0 to 1 draws a bar, below 0 none.
    ``buttons``: (target, word, kind, what it does)."""

    glyph = StringProperty("")
    title = StringProperty("")
    text = StringProperty("")
    part = NumericProperty(-1)
    bad = BooleanProperty(False)
    good = BooleanProperty(False)
    buttons = ListProperty([])

    def on_kv_post(self, base_widget: object) -> None:
        for target, word, kind, act in self.buttons:
            button = PushButton(label=word, kind=kind, target=target)
            button.pos_hint = {"center_x": 0.5, "center_y": 0.5}
            button.bind(on_release=lambda _, act=act: act())
            self.ids.buttons.add_widget(button)
        if look.comfort.low:
            self.remove_widget(self.ids.rest)


class Progress(Widget):
    """How far something is, 0 to 1, in the colour ``tone``."""

    part = NumericProperty(0)
    tone = ColorProperty((0, 0, 0, 0))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
