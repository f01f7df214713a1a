"""The parts of the staff's page, made from its figures. What is touched in them goes back to the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui import staff_plan as plan
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.staff_cards import (
    HoursCard,
    PastCard,
    desks_card,
    flagged_card,
    level_count,
    total_card,
)
from kiosk.ui.screens.staff_head import one_at_a_time
from kiosk.ui.screens.staff_parts import CommentsPart, FlaggedPart, PromisesPart

Page = Any
"""StaffScreen, which imports this file."""
DESKS = 4
"""So many have room on the overview."""


def make(part: str, page: Page) -> Widget:
    """The part called so, as the page's figures are now."""
    return _MAKERS[part](page)


def _overview(page: Page) -> Widget:
    hours, desks, past, flagged = _hours(page), _desks(page, DESKS, 36), _past(page), _flagged(page)
    whole = BoxLayout(orientation="vertical", spacing=px(14))
    if look.portrait:
        whole.add_widget(_sized(_counts(page), 268))
        whole.add_widget(hours)
        whole.add_widget(past)
        whole.add_widget(_row(desks, flagged, 1.0, 0.9, high=264))
    else:
        whole.add_widget(_sized(_counts(page), 140))
        whole.add_widget(_row(hours, desks, 1.72, 1.0))
        whole.add_widget(_row(past, flagged, 1.72, 1.0))
    return whole


def _counts(page: Page) -> Widget:
    counts = page.figures.whole.counts(page.flagged)
    whole = total_card(counts, page.flagged, not page.few_flagged())
    whole.bind(on_flag=lambda _, flagged: page.count_flagged(flagged))
    levels = [level_count(level, counts) for level in (3, 2, 1)]
    if one_at_a_time():
        return _stacked(*levels, whole)
    if look.portrait:
        box = BoxLayout(orientation="vertical", spacing=px(14))
        box.add_widget(_boxed(levels))
        box.add_widget(whole)
        return box
    return _boxed([*levels, whole], [0.58, 0.58, 0.58, 1.0])


def counts_read(page: Page) -> Widget:
    """The day's counts, without the switch: nothing there is touched."""
    counts = page.figures.whole.counts(page.flagged)
    cards = [level_count(level, counts) for level in (3, 2, 1)]
    cards.append(total_card(counts, page.flagged, False))
    if not look.portrait:
        for card in cards[:3]:
            card.face = 88
        return _boxed(cards)
    box = BoxLayout(orientation="vertical", spacing=px(16))
    for pair in (cards[:2], cards[2:]):
        box.add_widget(_boxed(pair))
    return box


def _hours(page: Page) -> Widget:
    hours, least = page.facts.hours, page.facts.blind.least
    return HoursCard(columns=plan.hour_columns(page.figures, page.flagged, hours, least))


def _desks(page: Page, most: int = 10, tall: float = 56) -> Widget:
    rows = plan.desk_rows(page.figures, page.flagged, page.facts, page.facts.blind.least)
    room = most if look.portrait or not one_at_a_time() else 6
    return desks_card(rows, room, tall)


def _past(page: Page) -> Widget:
    lately, before = plan.compared(page.figures, page.flagged, page.length)
    columns = plan.day_columns(page.figures, page.flagged, page.length, page.facts.hours)
    card = PastCard(columns=columns, length=page.length, lately=lately, before=before)
    card.bind(on_look_back=lambda _, days: page.look_back(days))
    return card


def _flagged(page: Page) -> Widget:
    taps = page.figures.whole.flagged.total
    if page.few_flagged() or not taps:
        return flagged_card(_none_flagged(page), [], "")
    title = t("{n} flagged answers, apart", n=plan.number(taps))
    return flagged_card(title, plan.flagged_lines(page.figures, page.facts), plan.with_flagged(page.figures))


def _none_flagged(page: Page) -> str:
    if page.few_flagged():
        return t("Fewer than {n} flagged answers", n=page.facts.blind.least)
    return t("No flagged answers")


def _flagged_taps(page: Page) -> Widget:
    lines = [] if page.few_flagged() else plan.flagged_lines(page.figures, page.facts)
    return FlaggedPart(lines, plan.with_flagged(page.figures), _none_flagged(page))


def _promises(page: Page) -> Widget:
    said, name = page.figures.choices.get(int(page.said_length), ()), plan.namer(page.facts)
    least = page.facts.blind.least
    missed, good = (plan.mentions(said, kind, page.flagged, name, least) for kind in (False, True))
    part = PromisesPart(missed, good, length=page.said_length)
    part.bind(on_look_back=lambda _, days: page.look_back_said(days))
    return part


def _comments(page: Page) -> Widget:
    return CommentsPart(page.figures.comments)


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


_MAKERS: dict[str, Callable[[Page], Widget]] = {
    "overview": _overview, "promises": _promises, "comments": _comments, "flagged": _flagged_taps,
    "counts": _counts, "hours": _hours, "desks": _desks, "past": _past,
}  # fmt: skip
