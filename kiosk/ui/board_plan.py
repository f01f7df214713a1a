"""Where every word of the slogan board goes. Pure: words are measured through a function argument.

All promises stay readable at once, in every set and at every text size: the plan tries arrangements of the
groups (one column, side by side, two rows of groups) and, if it must, smaller type, and takes the best.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from kiosk.survey import Promise, PromiseGroup


class Ruler(Protocol):
    """Measures words in design px, in a type style grown by ``factor``."""

    def wrap(self, text: str, kind: str, factor: float, width: float) -> list[str]: ...
    def width(self, text: str, kind: str, factor: float) -> float: ...


PAD, COLUMN_GAP, ICON, ICON_GAP = 30, 28, 26, 16
DETAIL_WIDTH = 280  # an explanation reads well at this width, whatever its length
LEAST, DETAILS_FLOOR = 0.7, 0.8


@dataclass(frozen=True, slots=True)
class Row:
    """One promise: ``top`` from the board's top edge, design px; empty ``detail`` where it has none."""

    key: str
    icon: str
    x: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    detail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A group's heading."""

    number: int
    title: str
    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line between groups: across (``width`` > 0) or down (``height`` > 0)."""

    x: float
    top: float
    width: float
    height: float


@dataclass(slots=True)
class Plan:
    """Everything placed; ``needed``: the height it takes without spare space."""

    factor: float
    detailed: bool
    needed: float
    pitch: float = 44
    cramped: bool = False
    rows: list[Row] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """How many promises need more than one line."""
        return sum(len(row.lines) > 1 for row in self.rows)


@dataclass(frozen=True, slots=True)
class Words:
    """A group in the language shown."""

    number: int
    title: str
    promises: tuple[tuple[Promise, str, str], ...]


Column = tuple[Words, ...]
Band = tuple[Column, ...]


def in_language(group: PromiseGroup, language: str) -> Words:
    """The group's words; English where the office gave any, else the Vietnamese as published."""
    english = language == "en"
    return Words(
        group.number,
        (group.english or group.title) if english else group.title,
        tuple(
            (p, p.english or p.text, p.english_detail if p.english else p.detail)
            if english
            else (p, p.text, p.detail)
            for p in group.promises
        ),
    )


def arrangements(groups: tuple[Words, ...]) -> list[tuple[Band, ...]]:
    """Ways to set the groups: bands from top to bottom, each of columns from left to right."""
    ways: list[tuple[Band, ...]] = [((groups,),)]
    if len(groups) > 1:
        ways.append((tuple((group,) for group in groups),))
    if len(groups) == 3:
        one, two, three = groups
        ways += [
            (((one,), (two,)), ((three,),)),
            (((one, two), (three,)),),
            (((one,), (two, three)),),
        ]
    return ways


def best_plan(
    groups: tuple[Words, ...], width: float, height: float, step: float, ruler: Ruler, roomy: bool
) -> Plan:
    """The best plan for a board of ``width`` × ``height`` design px at text size ``step``.

    ``roomy``: rows 52 high rather than 44 where there is space (portrait).
    """
    floor = 1.3 if step >= 1.5 else DETAILS_FLOOR
    for detailed, least in ((True, floor), (False, LEAST)):
        for factor in _factors(step, least):
            fitting = list(_fitting(groups, width, height, factor, detailed, ruler, roomy))
            if fitting:
                return min(fitting, key=lambda plan: (plan.broken, -plan.pitch, -plan.needed))
    return _plan(arrangements(groups)[-1], width, height, LEAST, False, ruler, 30)


def _factors(step: float, least: float) -> Iterator[float]:
    factor = step
    while factor >= least - 1e-9:
        yield round(factor, 3)
        factor -= 0.05


def _fitting(
    groups: tuple[Words, ...],
    width: float,
    height: float,
    factor: float,
    detailed: bool,
    ruler: Ruler,
    roomy: bool,
) -> Iterator[Plan]:
    for way in arrangements(groups):
        for pitch in (52, 44, 40, 36, 32) if roomy else (44, 40, 36, 32):
            plan = _plan(way, width, height, factor, detailed, ruler, pitch)
            if plan.needed <= height and not plan.cramped:
                yield plan
                break


def _plan(
    way: tuple[Band, ...],
    width: float,
    height: float,
    factor: float,
    detailed: bool,
    ruler: Ruler,
    pitch: float,
) -> Plan:
    """Sets the groups once for their height, then again with the spare height shared between the rows."""
    tight = _Setter(width, factor, detailed, ruler, pitch, 0).set(way)
    rows = max(sum(len(group.promises) for group in column) for band in way for column in band)
    rows = max(rows, sum(max(_count(column) for column in band) for band in way))
    spare = max(0, height - tight.needed)
    loose = _Setter(width, factor, detailed, ruler, pitch, min(12, spare / max(1, rows))).set(way)
    loose_spare = max(0, height - loose.needed)
    _shift(loose, min(loose_spare / 2, 24))
    loose.needed = tight.needed
    return loose


def _count(column: Column) -> int:
    return sum(len(group.promises) for group in column)


def _shift(plan: Plan, down: float) -> None:
    plan.rows = [replace(row, top=row.top + down) for row in plan.rows]
    plan.heads = [replace(head, top=head.top + down) for head in plan.heads]
    plan.rules = [replace(rule, top=rule.top + down) for rule in plan.rules]


class _Setter:
    """Sets one arrangement; ``air`` is added under every row."""

    def __init__(
        self, width: float, factor: float, detailed: bool, ruler: Ruler, pitch: float, air: float
    ) -> None:
        self.width, self.factor, self.detailed, self.ruler = width, factor, detailed, ruler
        self.line, self.small = 28 * factor, 23 * max(factor, 16 / 17)
        self.pitch = max(self.line + 4, pitch * max(1.0, factor))
        self.dense, self.air = pitch < 44, air
        self.plan = Plan(factor, detailed, 0, pitch)

    def set(self, way: tuple[Band, ...]) -> Plan:
        top: float = 16 if self.dense else 20
        for i, band in enumerate(way):
            if i:
                self.plan.rules.append(Rule(PAD, top + 6, self.width - 2 * PAD, 0))
                top += 12 if self.dense else 14
            top = self._band(band, top)
        self.plan.needed = top + (12 if self.dense else 16)
        return self.plan

    def _band(self, band: Band, top: float) -> float:
        bottoms, x = [], float(PAD)
        for i, (column, width) in enumerate(zip(band, self._widths(band), strict=True)):
            if i:
                self.plan.rules.append(Rule(x - COLUMN_GAP / 2, top + 8, 0, 0))
            bottoms.append(self._column(column, x, width, top))
            x += width + COLUMN_GAP
        bottom = max(bottoms)
        self.plan.rules = [
            Rule(r.x, r.top, 0, bottom - r.top - 4) if not r.width and not r.height else r
            for r in self.plan.rules
        ]
        return bottom

    def _widths(self, band: Band) -> list[float]:
        """Columns as wide as their promises need, with what is left shared; equal where that is too much."""
        room = self.width - 2 * PAD - COLUMN_GAP * (len(band) - 1)
        needs = [self._natural(column) for column in band]
        spare = (room - sum(needs)) / len(band)
        return [need + spare for need in needs] if spare >= 0 else [room / len(band)] * len(band)

    def _natural(self, column: Column) -> float:
        rows = [row for group in column for row in group.promises]
        widest = max(self.ruler.width(text, "promise_lit", self.factor) for _, text, _ in rows)
        if self.detailed:
            details = (self.ruler.width(detail, "small", self.factor) for _, _, detail in rows if detail)
            widest = max([widest, *(min(width, DETAIL_WIDTH * self.factor) for width in details)])
        return widest + ICON * self.factor + ICON_GAP + 1

    def _column(self, column: Column, x: float, width: float, top: float) -> float:
        for i, group in enumerate(column):
            if i:
                self.plan.rules.append(Rule(x, top + (5 if self.dense else 9), width, 0))
                top += 10 if self.dense else 18
            top = self._head(group, x, width, top)
            for promise, text, detail in group.promises:
                top = self._row(promise, text, detail, x, width, top)
        return top

    def _look_for_cramp(
        self, lines: tuple[str, ...], details: tuple[str, ...], small: float, room: float
    ) -> None:
        """Columns so narrow that a word stands out of them, or a promise needs three lines, are none."""
        wide = max(self.ruler.width(line, "promise_lit", self.factor) for line in lines)
        wide = max([wide, *(self.ruler.width(line, "small", small) for line in details)])
        if wide > room or len(lines) > 2 or len(details) > 5:
            self.plan.cramped = True

    def _head(self, group: Words, x: float, width: float, top: float) -> float:
        height = (46 if self.dense else 58) * min(max(self.factor, 0.85), 1.25)
        self.plan.heads.append(Head(group.number, group.title, x, top, width, height))
        number = self.ruler.width(str(group.number), "number", self.factor) + 14 if group.number else 0
        if number + self.ruler.width(group.title.upper(), "office", self.factor) * 1.1 > width:
            self.plan.cramped = True
        return top + height

    def _row(self, promise: Promise, text: str, detail: str, x: float, width: float, top: float) -> float:
        room = width - ICON * self.factor - ICON_GAP
        lines = tuple(self.ruler.wrap(text, "promise_lit", self.factor, room))
        small = max(self.factor, 16 / 17)
        details = tuple(self.ruler.wrap(detail, "small", small, room)) if detail and self.detailed else ()
        self._look_for_cramp(lines, details, small, room)
        height = self.line * len(lines) + self.small * len(details)
        height = height + (8 if self.dense else 12) if details else max(self.pitch, height + 6)
        height += self.air
        self.plan.rows.append(Row(promise.key, promise.icon, x, top, width, height, lines, details))
        return top + height
