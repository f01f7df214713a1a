"""The cards of the staff page's overview: counts, hours, desks, the last days, flagged taps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.store.figures import Counts
from kiosk.ui.look import level_word, t
from kiosk.ui.staff_plan import Line, Row, happy, number, share
from kiosk.ui.widgets.bars import Bars
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.share_bar import ShareBar
from kiosk.ui.widgets.text import Text

__all__ = [
    "Bars", "DesksCard", "Face", "FlaggedCard", "HoursCard", "Icon", "LevelCount", "PastCard", "Segments",
    "ShareBar", "Text", "TotalCard",
]  # fmt: skip


class LevelCount(Panel):
    """A level's count, its share and its word."""

    level = NumericProperty(3)
    count = StringProperty("")
    part = StringProperty("")
    label = StringProperty("")


class TotalCard(Card):
    """N, and the switch that counts flagged ratings or leaves them out. ``switched``: there are any."""

    count = StringProperty("")
    happy = StringProperty("")
    flagged = BooleanProperty(False)
    switched = BooleanProperty(True)
    __events__ = ("on_flag",)

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


class DesksCard(Card):
    """By desk; ``rows`` are as many as have room, ``rest`` tells of the others."""

    rows = ListProperty([])
    rest = StringProperty("")

    def on_kv_post(self, base_widget: object) -> None:
        for row in self.rows:
            counts = [row.counts.of(level) for level in (3, 2, 1)]
            n = number(row.counts.total) if row.counts.total else ""
            self.ids.lines.add_widget(
                DeskLine(label=row.label, count=n, counts=counts, part=row.share, known=row.known)
            )


class PastCard(Card):
    """The last 7 or 30 days, and how they compare with those before."""

    columns = ListProperty([])
    length = NumericProperty(7)
    lately = StringProperty("")
    before = StringProperty("")
    __events__ = ("on_look_back",)

    def on_look_back(self, days: int) -> None:
        """Event: another number of days was chosen."""


class FlaggedLine(BoxLayout):
    """When, and what was odd."""

    line = ObjectProperty(None)


class FlaggedCard(Panel):
    """Flagged taps apart; ``taps`` are as many lines as have room."""

    title = StringProperty("")
    taps = ListProperty([])
    rest = StringProperty("")
    whole = StringProperty("")

    def on_kv_post(self, base_widget: object) -> None:
        for line in self.taps:
            self.ids.lines.add_widget(FlaggedLine(line=line))


def level_count(level: int, counts: Counts) -> LevelCount:
    """The card of one level."""
    part = share(counts, level)
    return LevelCount(level=level, count=number(counts.of(level)), part=part, label=level_word(level))


def total_card(counts: Counts, flagged: bool, switched: bool) -> TotalCard:
    return TotalCard(count=number(counts.total), happy=happy(counts), flagged=flagged, switched=switched)


def desks_card(rows: Sequence[Row], most: int) -> DesksCard:
    rest = t("and {n} more desks", n=number(len(rows) - most)) if len(rows) > most else ""
    return DesksCard(rows=list(rows[:most]), rest=rest)


def flagged_card(lines: Sequence[Line], taps: int, whole: str, most: int) -> FlaggedCard:
    title = t("{n} flagged answers, apart", n=number(taps)) if taps else t("No flagged answers")
    rest = t("and {n} more", n=number(len(lines) - most)) if len(lines) > most else ""
    return FlaggedCard(title=title, taps=list(lines[:most]), rest=rest, whole=whole if taps else "")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
