"""The staff's page: a day's answers at a glance, from the tablet's own store.

The figures come from the store's thread; every touch here only shows other parts of what came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.blind import Held
from kiosk.export import Progress
from kiosk.store.figures import Apart, DayFigures
from kiosk.ui import staff_plan as plan
from kiosk.ui.look import look, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.screens.staff_head import StaffHead, Tabs, one_at_a_time
from kiosk.ui.screens.staff_make import DESKS, counts_read, make
from kiosk.ui.screens.staff_parts import MonthPart, NoticePart
from kiosk.ui.screens.staff_words import held_words, usb_words

__all__ = ["StaffHead", "StaffScreen", "Tabs"]

SINGLE = ("counts", "hours", "desks", "past", "promises", "comments", "flagged")
"""Parts at a larger text size and in low reach, one at a time."""
WHOLE = ("overview", "promises", "comments", "flagged")
PATIENCE_S = 0.25


class StaffScreen(Screen):
    """``figures`` None until the store has answered; ``failed``: it could not. ``mode`` is "day", "month" or
    "usb"; ``part`` one of WHOLE or SINGLE. ``ready``: figures stand there that may be seen."""

    figures = ObjectProperty(None, allownone=True)
    failed = BooleanProperty(False)
    mode = StringProperty("day")
    part = StringProperty("")
    flagged = BooleanProperty(False)
    length = NumericProperty(7)
    said_length = NumericProperty(1)
    day = ObjectProperty(None, allownone=True)
    newest = BooleanProperty(True)
    ready = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._reading = Clock.create_trigger(self.say_reading, PATIENCE_S)
        self._month: MonthPart | None = None
        self._read_at: datetime | None = None
        kwargs.setdefault("part", (SINGLE if one_at_a_time() else WHOLE)[0])
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        if look.comfort.low:
            whole = self.ids.whole
            whole.remove_widget(self.ids.tabs)
            for row in (self.ids.tabs, *self.ids.head.lowered()):
                whole.add_widget(row)
        self._fill()

    def parts(self) -> tuple[str, ...]:
        """A place for all desks of its own where the overview has room for some of them only."""
        if one_at_a_time():
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
            self.flagged = self.flagged and not self.few_flagged()
        if self.mode == "day":
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
        self.mode, self.day, self.figures, self.failed = "day", day, None, False
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
        self._reading.cancel()
        today = self.figures.today if self.figures else self.facts.now().date()
        self._month = MonthPart(first, self.day or today, today)
        self._month.bind(on_day=lambda _, day: self.open_day(day))
        self._month.bind(on_month=lambda _, first: self.open_month(first))
        self._month.bind(on_back=lambda _: self.choose_part(self.part))
        self._month.show({}, self.flagged, "")
        self._month.state = t("Reading…")
        self.ids.tabs.show(self)
        self._put(self._month)
        if look.comfort.low:
            self.ids.body.add_widget(counts_read(self) if self.ready else Widget(), index=1)
        self.moves.read_days(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    def export(self) -> None:
        """To the stick: the thirty days up to this one."""
        if not self.ready:
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

    def few_flagged(self) -> bool:
        """In staff-blind mode one or two flagged answers are one or two people, and so is the difference
        that they make to a figure."""
        return 0 < self.figures.whole.flagged.total < self.facts.blind.least

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
        flagged = 0 if self.few_flagged() else self.figures.whole.flagged.total
        n = {"comments": len(self.figures.comments), "flagged": flagged}.get(part, 0)
        return f" · {plan.number(n)}" if n else ""

    def _fill(self) -> None:
        if self.mode != "day":
            self.mode = "day"
        self._reading.cancel()
        if self.figures is None and not self.failed:
            self.ready = False
            self._put(Widget())
            self._reading()
            return
        if self.part not in self.parts():
            self.part = self.parts()[0]
        self.ids.tabs.show(self)
        notice = self._notice()
        self.ready = notice is None
        self._put(notice or self._part())

    def say_reading(self, *_: object) -> None:
        """Figures are there within a few hundredths of a second; who waits longer is told why."""
        self.ids.tabs.show(self)
        self._put(NoticePart(glyph="timer-sand", title=t("Reading…")))

    def stop(self) -> None:
        self._reading.cancel()
        super().stop()

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
        held = self.held()
        if held is None:
            return None
        title, text = held_words(held, self._read_at)
        before = [("day-before", t("The day before"), "quiet", lambda: self.turn_day(-1))]
        return NoticePart(glyph="eye-off-outline", title=title, text=text, buttons=before)

    def _part(self) -> Widget:
        return make(self.part, self)

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


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
