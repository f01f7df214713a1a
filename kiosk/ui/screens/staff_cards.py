"""The cards of the staff page's overview: counts, hours, desks, the last days, flagged taps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.store.figures import Counts
from kiosk.ui.look import level_word, look, px, t
from kiosk.ui.staff_plan import Line, Row, happy, number, share
from kiosk.ui.widgets.bars import Bars
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.level_paint import paint_level
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.share_bar import ShareBar
from kiosk.ui.widgets.text import Text, width_of, wrap

__all__ = [
    "Bars", "DesksCard", "Face", "FlaggedCard", "HoursCard", "Icon", "LevelCount", "PastCard", "Segments",
    "ShareBar", "Text", "TotalCard",
]  # fmt: skip


class LevelCount(Panel):
    """A level's count, its share and its word; ``face``: how large it may be where letters are, design px."""

    level = NumericProperty(3)
    count = StringProperty("")
    part = StringProperty("")
    label = StringProperty("")
    face = NumericProperty(160)


class TotalCard(Card):
    """N, and the switch that counts flagged ratings or leaves them out. ``switched``: there are any."""

    count = StringProperty("")
    happy = StringProperty("")
    flagged = BooleanProperty(False)
    switched = BooleanProperty(True)
    __events__ = ("on_flag",)

    def on_kv_post(self, base_widget: object) -> None:
        if not self.switched:
            self.remove_widget(self.ids.switch)

    def on_flag(self, flagged: bool) -> None:
        """Event: flagged ratings shall count, or not."""


class FlagChoice(Press, Panel):
    """One of the two ways to count."""

    label = StringProperty("")
    chosen = BooleanProperty(False)


class Legend(BoxLayout):
    """What the three colours mean."""


class LegendEntry(BoxLayout):
    """One colour and its word."""

    level = NumericProperty(3)


class LevelMark(Widget):
    """A small piece of a bar."""

    level = NumericProperty(3)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("level", "pos", "size"):
            self.fbind(name, self._paint)

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            paint_level(int(self.level), self.pos, self.size, px(4))


class HoursCard(Card):
    """By hour."""

    columns = ListProperty([])


class DeskLine(BoxLayout):
    """A desk: N, its bar, its share of level 1."""

    label = StringProperty("")
    count = StringProperty("")
    counts = ListProperty([0, 0, 0])
    part = StringProperty("")
    known = BooleanProperty(True)
    tall = NumericProperty(36)


class DesksCard(Card):
    """By desk; ``rows`` are as many as have room, ``rest`` tells of the others."""

    rows = ListProperty([])
    rest = StringProperty("")
    tall = NumericProperty(36)

    def on_kv_post(self, base_widget: object) -> None:
        for row in self.rows:
            counts = [row.counts.of(level) for level in (3, 2, 1)]
            n = number(row.counts.total) if row.counts.total else ""
            self.ids.lines.add_widget(
                DeskLine(
                    label=row.label,
                    count=n,
                    counts=counts,
                    part=row.share,
                    known=row.known,
                    tall=self.tall,
                )
            )


class PastCard(Card):
    """The last 7 or 30 days, and how they compare with those before."""

    columns = ListProperty([])
    length = NumericProperty(7)
    lately = StringProperty("")
    before = StringProperty("")
    __events__ = ("on_look_back",)

    def on_kv_post(self, base_widget: object) -> None:
        if look.comfort.low:
            self.remove_widget(self.ids.head)
            self.add_widget(self.ids.head)

    def on_look_back(self, days: int) -> None:
        """Event: another number of days was chosen."""


class FlaggedLine(BoxLayout):
    """When, and what was odd."""

    line = ObjectProperty(None)


class FlaggedCard(Panel):
    """Flagged taps apart; of ``taps`` as many lines stand here as have room."""

    title = StringProperty("")
    taps = ListProperty([])
    whole = StringProperty("")

    def on_kv_post(self, base_widget: object) -> None:
        self.ids.lines.bind(size=self._lay)

    def _lay(self, holder: Widget, size: tuple[float, float]) -> None:
        holder.clear_widgets()
        style = look.type("small")
        left = size[1] - (style.line + px(4))  # for the line that tells of the others
        for i, line in enumerate(self.taps):
            high = line_height(line, size[0]) + px(4)
            last = i == len(self.taps) - 1
            if high > left + (style.line if last else 0):
                rest = t("and {n} more", n=number(len(self.taps) - i))
                holder.add_widget(Text(text=rest, kind="small", color=look.c.ink2))
                break
            holder.add_widget(FlaggedLine(line=line))
            left -= high
        holder.add_widget(Widget())


def level_count(level: int, counts: Counts) -> LevelCount:
    """The card of one level."""
    part = share(counts, level)
    return LevelCount(level=level, count=number(counts.of(level)), part=part, label=level_word(level))


def total_card(counts: Counts, flagged: bool, switched: bool) -> TotalCard:
    return TotalCard(count=number(counts.total), happy=happy(counts), flagged=flagged, switched=switched)


def desks_card(rows: Sequence[Row], most: int, tall: float = 36) -> DesksCard:
    if len(rows) <= most:
        return DesksCard(rows=list(rows), tall=tall)
    shown = most - 1  # the last line tells of the others
    return DesksCard(
        rows=list(rows[:shown]), tall=tall, rest=t("and {n} more desks", n=number(len(rows) - shown))
    )


def flagged_card(title: str, lines: Sequence[Line], whole: str) -> FlaggedCard:
    return FlaggedCard(title=title, taps=list(lines), whole=whole)


def line_height(line: Line, width: float) -> float:
    """Of a flagged line, before it is laid out."""
    style = look.type("small")
    room = width - px(56) * look.step - px(14)
    return len(wrap(line.text, room, lambda w, _: width_of(w, style.font, style.size))) * style.line


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
