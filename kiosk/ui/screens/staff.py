"""The staff's page: a day's answers at a glance, from the tablet's own store.

The figures come from the store's thread; every touch here only shows other parts of what came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.blind import Held
from kiosk.export import Progress
from kiosk.store.figures import Apart, DayFigures
from kiosk.ui import staff_plan as plan
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.screens.staff_cards import (
    HoursCard,
    PastCard,
    desks_card,
    flagged_card,
    level_count,
    total_card,
)
from kiosk.ui.screens.staff_parts import CommentsPart, FlaggedPart, MonthPart, NoticePart, PromisesPart
from kiosk.ui.screens.staff_words import held_words, usb_words
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.page_head import BackButton
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["Icon", "Pager", "Panel", "PushButton", "Segments", "StaffScreen", "Text"]

SINGLE = ("counts", "hours", "desks", "past", "promises", "comments", "flagged")
"""Parts at a larger text size, one at a time."""
WHOLE = ("overview", "promises", "comments", "flagged")
DESKS = 4
"""So many have room on the overview."""


class StaffScreen(Screen):
    """``figures`` None until the store has answered; ``failed``: it could not. ``mode`` is "day", "month" or
    "usb"; ``part`` one of WHOLE or SINGLE."""

    figures = ObjectProperty(None, allownone=True)
    failed = BooleanProperty(False)
    mode = StringProperty("day")
    part = StringProperty("")
    flagged = BooleanProperty(False)
    length = NumericProperty(7)
    said_length = NumericProperty(1)
    day = ObjectProperty(None, allownone=True)
    newest = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._month: MonthPart | None = None
        self._month_days: Mapping[date, Apart] | None = None
        self._read_at: datetime | None = None
        kwargs.setdefault("part", (WHOLE if look.step == 1 else SINGLE)[0])
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        self._fill()

    def parts(self) -> tuple[str, ...]:
        """A place for all desks of its own where the overview has room for some of them only."""
        if look.step > 1:
            return SINGLE
        crowded = self.figures is not None and len(self.figures.by_desk(True)) > DESKS
        return (*WHOLE, "desks") if crowded else WHOLE

    # -- what comes from the store -----------------------------------------------------------------------

    def show_day(self, figures: DayFigures | None, now: datetime) -> None:
        """The store's answer; None when it could not be read. One for a day that was left comes too late."""
        if figures is not None and self.day is not None and figures.day != self.day:
            return
        self.failed, self._read_at = figures is None, now
        if figures is not None:
            self.figures = self.facts.blind.cover(figures, now)
            self.day, self.newest = figures.day, figures.day >= figures.today
        self._fill()

    def show_month(self, days: Mapping[date, Apart] | None, now: datetime) -> None:
        """The counts of the month that stands open."""
        if self._month is not None and self.mode == "month":
            shown = None if days is None else self.facts.blind.cover_days(dict(days), now)
            self._month.show(shown, self.flagged, t("The counts could not be read. Please try again."))

    def show_usb(self, progress: Progress) -> None:
        """How the export goes."""
        if self.mode == "usb":
            self._put(self._usb_part(progress))

    def logged(self) -> dict[str, object]:
        """For the view log: which part shows, and the N it shows."""
        total = self.figures.whole.counts(self.flagged).total if self.figures else None
        shown = self.part if self.mode == "day" else self.mode
        return {"part": shown} | ({} if total is None or self.held() else {"total": total})

    # -- touches -----------------------------------------------------------------------------------------

    def turn_day(self, days: int) -> None:
        """To the day before, or after."""
        if self.day is not None:
            self.open_day(self.day + timedelta(days=days))

    def open_day(self, day: date) -> None:
        self.mode, self.day, self.figures = "day", day, None
        self._fill()
        self.moves.read_day(day)

    def read_again(self) -> None:
        self.failed = False
        self._fill()
        self.moves.read_day(self.day)

    def choose_part(self, part: str) -> None:
        self.mode, self.part = "day", part
        self._fill()

    def turn_part(self, place: int) -> None:
        self.choose_part(self.parts()[place])

    def count_flagged(self, flagged: bool) -> None:
        """Every figure of the page together."""
        if flagged != self.flagged:
            self.flagged = flagged
            self._fill()

    def look_back(self, days: int) -> None:
        self.length = days
        self._fill()

    def look_back_said(self, days: int) -> None:
        self.said_length = days
        self._fill()

    def toggle_month(self) -> None:
        if self.mode == "month" or self.day is None:
            self.choose_part(self.part)
        else:
            self.open_month(self.day.replace(day=1))

    def open_month(self, first: date) -> None:
        self.mode = "month"
        today = self.figures.today if self.figures else self.facts.now().date()
        self._month = MonthPart(first, self.day or today, today)
        self._month.bind(on_day=lambda _, day: self.open_day(day))
        self._month.bind(on_month=lambda _, first: self.open_month(first))
        self._month.show({}, self.flagged, "")
        self._month.state = t("Reading…")
        self.ids.tabs.show(self)
        self._put(self._month)
        self.moves.read_days(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    def export(self) -> None:
        """To the stick: the thirty days up to this one."""
        if self.day is None or self.held() is not None or self.failed:
            return
        self.mode = "usb"
        self.ids.tabs.show(self)
        self._put(self._usb_part(Progress("writing")))
        self.moves.export(self.day)

    # -- what stands on the page -------------------------------------------------------------------------

    def held(self) -> Held | None:
        """Why nothing of this day is shown, in staff-blind mode."""
        if self.figures is None or self._read_at is None:
            return None
        return self.facts.blind.held(self.figures, self._read_at)

    def title(self) -> str:
        return t("Answers of the day")

    def place(self) -> str:
        return " · ".join(part for part in (self.facts.unit_name, self.facts.desk) if part)

    def day_words(self) -> str:
        return look.words.long_day(self.day or self.facts.now().date())

    def part_word(self, part: str) -> str:
        words = {
            "overview": t("Overview"), "promises": t("Promises"), "comments": t("Comments"),
            "flagged": t("Flagged"), "counts": t("Counts"), "hours": t("By hour"), "desks": t("By desk"),
            "past": t("Last days"),
        }  # fmt: skip
        return words[part] + self._how_many(part)

    def _how_many(self, part: str) -> str:
        """ " · 4" where there is something to read."""
        if self.figures is None or self.held() is not None:
            return ""
        n = {"comments": len(self.figures.comments), "flagged": self.figures.whole.flagged.total}.get(part, 0)
        return f" · {plan.number(n)}" if n else ""

    def _fill(self) -> None:
        if self.mode != "day":
            self.mode = "day"
        self.ids.tabs.show(self)
        self._put(self._notice() or self._part())

    def _put(self, widget: Widget) -> None:
        body = self.ids.body
        for old in list(body.children):
            for inner in old.walk(restrict=True):
                if hasattr(inner, "stop"):
                    inner.stop()
        body.clear_widgets()
        body.add_widget(widget)

    def _notice(self) -> Widget | None:
        """What is said in place of figures."""
        if self.failed:
            again = [("refresh", t("Read again"), "primary", self.read_again)]
            return NoticePart(
                glyph="alert-circle-outline", bad=True, title=t("The counts could not be read."),
                text=t("Nothing is lost. Please try again."), buttons=again,
            )  # fmt: skip
        if self.figures is None:
            return NoticePart(glyph="timer-sand", title=t("Reading…"))
        held = self.held()
        if held is None:
            return None
        title, text = held_words(held, self._read_at)
        before = [("day-before", t("The day before"), "quiet", lambda: self.turn_day(-1))]
        return NoticePart(glyph="eye-off-outline", title=title, text=text, buttons=before)

    def _part(self) -> Widget:
        if self.part not in self.parts():
            self.part = self.parts()[0]
        build: dict[str, Callable[[], Widget]] = {
            "overview": self._overview, "promises": self._promises, "comments": self._comments,
            "flagged": self._flagged_taps, "counts": self._counts, "hours": self._hours,
            "desks": self._desks, "past": self._past,
        }  # fmt: skip
        return build[self.part]()

    def _overview(self) -> Widget:
        hours, desks, past, flagged = self._hours(), self._desks(DESKS, 36), self._past(), self._flagged()
        page = BoxLayout(orientation="vertical", spacing=px(14))
        if look.portrait:
            page.add_widget(_sized(self._counts(), 268))
            page.add_widget(hours)
            page.add_widget(past)
            page.add_widget(_row(desks, flagged, 1.0, 0.9, high=264))
        else:
            page.add_widget(_sized(self._counts(), 140))
            page.add_widget(_row(hours, desks, 1.72, 1.0))
            page.add_widget(_row(past, flagged, 1.72, 1.0))
        return page

    def _counts(self) -> Widget:
        counts = self.figures.whole.counts(self.flagged)
        whole = total_card(counts, self.flagged, True)
        whole.bind(on_flag=lambda _, flagged: self.count_flagged(flagged))
        levels = [level_count(level, counts) for level in (3, 2, 1)]
        if look.step > 1:
            return _stacked(*levels, whole)
        if look.portrait:
            box = BoxLayout(orientation="vertical", spacing=px(14))
            box.add_widget(_boxed(levels))
            box.add_widget(whole)
            return box
        return _boxed([*levels, whole], [0.58, 0.58, 0.58, 1.0])

    def _hours(self) -> Widget:
        hours, least = self.facts.hours, self.facts.blind.least
        return HoursCard(columns=plan.hour_columns(self.figures, self.flagged, hours, least))

    def _desks(self, most: int = 10, tall: float = 56) -> Widget:
        rows = plan.desk_rows(self.figures, self.flagged, self.facts, self.facts.blind.least)
        return desks_card(rows, most if look.step == 1 or look.portrait else 6, tall)

    def _past(self) -> Widget:
        lately, before = plan.compared(self.figures, self.flagged, self.length)
        columns = plan.day_columns(self.figures, self.flagged, self.length, self.facts.hours)
        card = PastCard(columns=columns, length=self.length, lately=lately, before=before)
        card.bind(on_look_back=lambda _, days: self.look_back(days))
        return card

    def _flagged(self) -> Widget:
        lines, taps = self._flagged_lines()
        return flagged_card(lines, taps, plan.with_flagged(self.figures))

    def _flagged_lines(self) -> tuple[list[plan.Line], int]:
        """In staff-blind mode one or two flagged taps would be one or two people."""
        taps = self.figures.whole.flagged.total
        few = taps < self.facts.blind.least
        return ([] if few else plan.flagged_lines(self.figures, self.facts)), taps

    def _flagged_taps(self) -> Widget:
        return FlaggedPart(self._flagged_lines()[0], plan.with_flagged(self.figures))

    def _promises(self) -> Widget:
        said, name = self.figures.choices.get(int(self.said_length), ()), plan.namer(self.facts)
        least = self.facts.blind.least
        missed, good = (plan.mentions(said, kind, self.flagged, name, least) for kind in (False, True))
        part = PromisesPart(missed, good, length=self.said_length)
        part.bind(on_look_back=lambda _, days: self.look_back_said(days))
        return part

    def _comments(self) -> Widget:
        return CommentsPart(self.figures.comments)

    def _usb_part(self, progress: Progress) -> Widget:
        title, text, glyph = usb_words(progress)
        back = ("usb-close", t("Back to the figures"), "primary", lambda: self.choose_part(self.part))
        again = ("usb-again", t("Try again"), "quiet", self.export)
        buttons = {"done": [back], "failed": [again, back]}.get(progress.step, [])
        part = progress.written / progress.total if progress.total else 0
        return NoticePart(
            glyph=glyph, title=title, text=text, bad=progress.step == "failed", good=progress.step == "done",
            part=part if progress.step == "writing" else -1, buttons=buttons,
        )  # fmt: skip


class StaffDay(BoxLayout):
    """The day, the days beside it, and the way to the month."""

    page = ObjectProperty(None)


class StaffHead(Panel):
    """Title, day and what leads away; where the day has no room it stands below."""

    page = ObjectProperty(None)

    def on_kv_post(self, base_widget: object) -> None:
        beside = not look.portrait and look.step == 1
        (self.ids.middle if beside else self.ids.below).add_widget(StaffDay(page=self.page))


class Tabs(BoxLayout):
    """Which part of the page shows: side by side, or one after the other where letters are large."""

    def show(self, page: StaffScreen) -> None:
        """As it is with ``page`` now."""
        self.clear_widgets()
        parts, words = page.parts(), page.part_word
        if page.mode != "day" and look.step > 1:
            self._back(page)
            return
        if look.step == 1:
            narrow = look.portrait and len(parts) > len(WHOLE)
            switch = Segments(
                factors=[0.85] * len(parts) if narrow else [],
                choices=[(part, words(part)) for part in parts],
                chosen=page.part if page.mode == "day" else "", targets="part",
                breadth=min(200, (720 if look.portrait else 1200) // len(parts)), tall=56,
            )  # fmt: skip
            switch.bind(on_choose=lambda _, part: page.choose_part(part))
            self.add_widget(switch)
            return
        place = parts.index(page.part) if page.part in parts else 0
        self.add_widget(Text(text=words(parts[place]), kind="heading", fit=True, pos_hint={"center_y": 0.5}))
        pager = Pager(leaf=place, leaves=len(parts), pos_hint={"center_y": 0.5})
        pager.bind(on_turn=lambda _, place: page.turn_part(place))
        self.add_widget(pager)

    def _back(self, page: StaffScreen) -> None:
        """From the month to the figures."""
        if page.mode == "month":
            words = Text(text=t("Month at a glance"), kind="heading", fit=True, pos_hint={"center_y": 0.5})
            back = BackButton(tall=64)
            back.bind(on_release=lambda _: page.choose_part(page.part))
            self.add_widget(words)
            self.add_widget(back)


def _sized(widget: Widget, high: float) -> Widget:
    widget.size_hint_y, widget.height = None, px(high)
    return widget


def _row(one: Widget, other: Widget, wide: float, rest: float, high: float = 0) -> Widget:
    row = _boxed([one, other], [wide, rest])
    return _sized(row, high) if high else row


def _boxed(widgets: list[Widget], wide: list[float] | None = None) -> BoxLayout:
    row = BoxLayout(spacing=px(16))
    for i, widget in enumerate(widgets):
        widget.size_hint_x = wide[i] if wide else 1
        row.add_widget(widget)
    return row


def _stacked(*widgets: Widget) -> BoxLayout:
    """One under the other, or two by two."""
    box = BoxLayout(orientation="vertical", spacing=px(16))
    pairs = [[w] for w in widgets] if look.portrait else [list(widgets[:2]), list(widgets[2:])]
    for pair in pairs:
        box.add_widget(_boxed(pair))
    return box


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
