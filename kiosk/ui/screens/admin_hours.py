"""Opening hours: a day of the week is chosen, its two spans are moved by quarters of an hour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.admin import Standing
from kiosk.granting import clock, hours_written
from kiosk.hours import Hours, Span, parse
from kiosk.ui.look import look, px, t, weekday_word
from kiosk.ui.screens.admin_settings import SettingsPart
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.stepper import Stepper
from kiosk.ui.widgets.text import Text

__all__ = ["DayKey", "HoursPart", "Stepper", "Text", "TimeRow"]

KEY = "office.hours"
STEP, ROW = 15, 60
USUAL = (Span(450, 690), Span(810, 1020))
"""07:30-11:30 and 13:30-17:00: where a day begins that was closed."""
CLOSED = Hours(((),) * 7)


class DayKey(Press, Panel):
    """A day of the week and its hours."""

    day = NumericProperty(0)
    label = StringProperty("")
    times = StringProperty("")
    open = BooleanProperty(True)
    chosen = BooleanProperty(False)


class TimeRow(BoxLayout):
    """A time with − and +."""

    label = StringProperty("")
    number = NumericProperty(0)
    low = NumericProperty(0)
    high = NumericProperty(1440)
    text = StringProperty("")
    target = StringProperty("")
    open = BooleanProperty(True)
    __events__ = ("on_change",)

    def on_change(self, number: float) -> None:
        """Event: another time was asked for."""


class HoursPart(SettingsPart):
    """``day``: Monday is 0."""

    keys = (KEY,)
    day = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        self._days: list[DayKey] = []
        self._rows: list[TimeRow] = []
        super().__init__(**kwargs)

    def title(self) -> str:
        return t("Opening hours")

    def build(self, standing: Standing) -> None:
        self._base = standing.settings.hours
        holder = BoxLayout(orientation="vertical" if look.portrait else "horizontal", spacing=px(20))
        week = _grid(2 if look.portrait else 1, 7)
        for day in range(7):
            key = DayKey(day=day, label=weekday_word(day), target=f"hours-day-{day}")
            key.bind(on_release=lambda key: self.choose(key.day))
            self._days.append(key)
            week.add_widget(key)
        week.size_hint_x = 1 if look.portrait else 0.85
        for part in (week, self._editor()):
            part.pos_hint = {"top": 1}
            holder.add_widget(part)
        if look.portrait:
            holder.add_widget(Widget())
        self.body.add_widget(holder)

    def _editor(self) -> BoxLayout:
        card = self.card(KEY, "")
        self._kind = Segments(
            choices=[("0", t("Day off")), ("1", t("One span")), ("2", t("Two spans"))],
            targets="hours-spans", breadth=128, tall=60,
            factors=[min(look.step, 1.0)] * 3,
        )  # fmt: skip
        self._kind.bind(on_choose=lambda _, count: self._spans(int(count)))
        times = _grid(2 if look.portrait else 1, 4)
        lines = _grid(1, 2)
        lines.height += times.height + px(8)
        lines.add_widget(self._kind)
        names = (t("Opens"), t("Closes"), t("Opens again"), t("Closes again"))
        for place, name in enumerate(names):
            row = TimeRow(label=name, target=f"hours-{place}")
            row.bind(on_change=lambda _, minutes, place=place: self._move(place, int(minutes)))
            self._rows.append(row)
            times.add_widget(row)
        lines.add_widget(times)
        same = PushButton(label=t("Same Monday–Friday"), type_style="small_strong", tall=60)
        same.target = "hours-same"
        same.bind(on_release=lambda _: self._same())
        lines.add_widget(same)
        return card.hold(lines)

    # -- touches -----------------------------------------------------------------------------------------

    def choose(self, day: int) -> None:
        """Whose hours are changed."""
        self.day = day
        self.show()

    def _spans(self, count: int) -> None:
        had = self._week().week[self.day]
        fresh = had[:count]
        if count == 1 and not fresh:
            fresh = USUAL[:1]
        if count == 2 and len(fresh) < 2:
            first = fresh[0] if fresh else USUAL[0]
            opens = max(USUAL[1].opens, first.closes + 4 * STEP)
            fresh = (first, Span(opens, max(USUAL[1].closes, opens + 4 * STEP))) if opens <= 1320 else USUAL
        self._set(self.day, fresh)

    def _move(self, place: int, minutes: int) -> None:
        spans = list(self._week().week[self.day])
        which, end = divmod(place, 2)
        spans[which] = replace(spans[which], **{("opens", "closes")[end]: minutes})
        self._set(self.day, tuple(spans))

    def _same(self) -> None:
        spans = self._week().week[self.day]
        week = tuple(spans if day < 5 else other for day, other in enumerate(self._week().week))
        self.put(KEY, hours_written(Hours(week)))

    def _set(self, day: int, spans: tuple[Span, ...]) -> None:
        week = list(self._week().week)
        week[day] = spans
        self.put(KEY, hours_written(Hours(tuple(week))))

    # -- showing -----------------------------------------------------------------------------------------

    def _week(self) -> Hours:
        raw = self.raw(KEY)
        return parse(raw) if raw else CLOSED

    def wrong(self) -> str:
        if self.standing is not None and KEY in self.draft and not any(self._week().week):
            return t("At least one day needs hours.")
        return ""

    def show(self) -> None:
        week = self._week().week
        for key, spans in zip(self._days, week, strict=True):
            key.chosen, key.open = key.day == self.day, bool(spans)
            key.times = ", ".join(f"{clock(one.opens)}–{clock(one.closes)}" for one in spans) or t("Day off")
        self.cards[KEY].title = weekday_word(int(self.day))
        spans = week[self.day]
        self._kind.chosen = str(min(2, len(spans)))
        self._show_times(spans)

    def _show_times(self, spans: tuple[Span, ...]) -> None:
        edges = [edge for span in spans for edge in (span.opens, span.closes)]
        for place, row in enumerate(self._rows):
            row.open = place < len(edges)
            row.number = edges[place] if row.open else 0
            row.text = clock(edges[place]) if row.open else "–"
            row.low = edges[place - 1] + STEP if 0 < place < len(edges) else 0
            row.high = edges[place + 1] - STEP if place + 1 < len(edges) else 1440


def _grid(cols: int, count: int) -> GridLayout:
    """Rows of a known height: a page that must ask each row for it finds its place some frames later."""
    rows = -(-count // cols)
    height = rows * px(ROW) + (rows - 1) * px(8)
    return GridLayout(cols=cols, spacing=px(8), size_hint_y=None, height=height)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
