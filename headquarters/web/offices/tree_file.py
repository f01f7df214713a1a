"""Importing the whole tree from a table, with a dry run that names every wrong cell.

A row is an office; where the column "Quầy" is filled, it is a desk of the office with that code, with a
"Khóa cán bộ" an official (tree_officials), with a "Nhập vào mã" a succession (tree_successions). An import
adds and changes by code and never deletes: what the file does not name stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.offices.models import Desk, Office
from headquarters.tablets.models import Tablet
from headquarters.web.offices import changes, sheets
from headquarters.web.offices.sheets import Fault, Line
from headquarters.web.offices.tree_cells import Cells
from headquarters.web.offices.tree_format import (
    CODE,
    DESK,
    FIRST,
    HEADS,
    IDENT,
    INTO,
    KIND,
    KINDS,
    LAST,
    NAME,
    NEEDED,
    OFFICIAL,
    OFFICIAL_KEY,
    PARENT,
    POSITION,
    UNIT,
)
from headquarters.web.offices.tree_officials import OfficialRows, WantedOfficial
from headquarters.web.offices.tree_successions import Life, SuccessionRows, WantedSuccession

_KIND_OF = {words: kind for kind, words in KINDS.items()} | {str(kind.value): kind for kind in KINDS}
_DIGITS = {Office.Kind.PROVINCE: 2, Office.Kind.COMMUNE: 5}


@dataclass(slots=True)
class Plan:
    """What an import would do. ``offices`` are in an order in which each parent comes first."""

    faults: list[Fault] = field(default_factory=list)
    offices: list[Wanted] = field(default_factory=list)
    desks: list[WantedDesk] = field(default_factory=list)
    officials: list[WantedOfficial] = field(default_factory=list)
    successions: list[WantedSuccession] = field(default_factory=list)
    same: int = 0

    @property
    def all(self) -> list[Wanted | WantedDesk | WantedOfficial | WantedSuccession]:
        return [*self.offices, *self.desks, *self.officials, *self.successions]

    @property
    def new(self) -> int:
        return sum(one.known is None for one in self.all)

    @property
    def changed(self) -> int:
        return len(self.all) - self.new

    @property
    def told(self) -> Iterator[tuple[str, str, str]]:
        """(code, name, what changes), "" for what is new."""
        for one in self.all:
            yield one.code, one.name, ", ".join(one.changes)


@dataclass(slots=True)
class Wanted:
    """An office as a row wants it."""

    row: int
    code: str
    ident: str
    name: str
    kind: str
    parent: str
    first: dt.date | None
    last: dt.date | None
    known: Office | None = None
    changes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class WantedDesk:
    """A desk as a row wants it."""

    row: int
    code: str
    name: str
    unit: str
    first: dt.date | None
    last: dt.date | None
    known: Desk | None = None
    changes: list[str] = field(default_factory=list)


def plan(body: bytes, seen: QuerySet[Office], everything: bool) -> Plan:
    """Look at a file. ``seen``: the offices this person may change. Raises sheets.Unreadable."""
    sheet = sheets.read(body, HEADS, NEEDED)
    return _Reader(seen, everything, Plan(faults=sheet.faults)).read(sheet.lines)


class _Reader(Cells):
    def __init__(self, seen: QuerySet[Office], everything: bool, found: Plan) -> None:
        self.offices = {office.code: office for office in seen.select_related("parent")}
        self.desks = {
            (desk.office.code, desk.name): desk
            for desk in Desk.objects.filter(office__in=seen).select_related("office")
        }
        super().__init__(found.faults)
        self.everything, self.plan = everything, found
        self.officials = OfficialRows(self)
        self.successions = SuccessionRows(self)
        self.wanted: dict[str, Wanted] = {}
        self.wanted_desks: dict[tuple[str, str], WantedDesk] = {}

    def read(self, lines: list[Line]) -> Plan:
        if not lines and not self.plan.faults:
            self.fault(1, -1, _("there is no row below the heading"))
        for line in lines:
            if line.cells[INTO]:
                self.successions.take(line)
            elif any(line.cells[column] for column in (OFFICIAL_KEY, OFFICIAL, POSITION)):
                self.officials.take(line)
            elif line.cells[DESK]:
                self._desk(line)
            else:
                self._office(line)
        foreign = set(Office.objects.filter(code__in=self.wanted).values_list("code", flat=True)) - set(
            self.offices
        )
        idents = dict(Office.objects.exclude(ident="").values_list("ident", "code"))
        for one in self.wanted.values():
            self._judge(one, foreign, idents)
        for desk in self.wanted_desks.values():
            self._judge_desk(desk)
        self._order()
        desks = {*self.desks, *self.wanted_desks}
        self.plan.officials = self.officials.judged({*self.offices, *self.wanted}, desks)
        self.plan.successions = self.successions.judged(self._lives())
        self.plan.same += self.officials.same + self.successions.same
        self.plan.faults.sort()
        return self.plan

    def _office(self, line: Line) -> None:
        cells = line.cells
        kind = _KIND_OF.get(cells[KIND].casefold())
        if kind is None:
            self.fault(
                line.row,
                KIND,
                _("the kind should be one of: %(kinds)s") % {"kinds": ", ".join(KINDS.values())},
            )
        if not cells[CODE] and not self.has_fault(line.row, CODE):
            self.fault(line.row, CODE, _("the code is missing"))
        if CODE in line.numbers and len(cells[CODE]) != _DIGITS.get(kind or Office.Kind.OTHER):
            self.fault(
                line.row,
                CODE,
                _("the code is a number, so zeros at its front may be lost: format the column as text"),
            )
        if cells[UNIT]:
            self.fault(line.row, UNIT, _("only a desk has a group; the column “Quầy” is empty"))
        one = Wanted(
            line.row, cells[CODE], cells[IDENT], self.name(line, NAME), str(kind or Office.Kind.OTHER),
            cells[PARENT], self.day(line, FIRST), self.day(line, LAST),
        )  # fmt: skip
        if (twice := self.wanted.get(one.code)) is not None:
            self.fault(line.row, CODE, _("the code stands in row %(row)s already") % {"row": twice.row})
        elif one.code:
            self.wanted[one.code] = one

    def _desk(self, line: Line) -> None:
        cells = line.cells
        for column in (IDENT, NAME, KIND, PARENT):
            if cells[column]:
                self.fault(line.row, column, _("the row of a desk leaves this column empty"))
        desk = WantedDesk(
            line.row, cells[CODE], self.name(line, DESK, 120), cells[UNIT], self.day(line, FIRST),
            self.day(line, LAST),
        )  # fmt: skip
        if len(desk.unit) > 200:
            self.fault(line.row, UNIT, _("the text is too long or has odd characters"))
        if (twice := self.wanted_desks.get((desk.code, desk.name))) is not None:
            self.fault(line.row, DESK, _("this desk stands in row %(row)s already") % {"row": twice.row})
        else:
            self.wanted_desks[desk.code, desk.name] = desk

    def _judge(self, one: Wanted, foreign: set[str], idents: dict[str, str]) -> None:
        one.known = self.offices.get(one.code)
        if one.code in foreign:
            self.fault(one.row, CODE, _("this code belongs to an office that you do not look after"))
            return
        if one.parent and one.parent not in self.wanted and one.parent not in self.offices:
            self.fault(one.row, PARENT, _("no office has the code %(code)s") % {"code": one.parent})
        outside = (
            one.known is not None
            and one.known.parent is not None
            and one.known.parent.code not in self.offices
        )
        if not one.parent and not self.everything and one.known is None:
            self.fault(one.row, PARENT, _("say to which of your offices this one belongs"))
        if one.parent == "" and outside and one.known and one.known.parent:
            one.parent = one.known.parent.code  # the root of a person's own subtree stays where it is
        holder = idents.setdefault(one.ident, one.code) if one.ident else one.code
        if holder != one.code:
            self.fault(
                one.row, IDENT, _("the office %(code)s has this identifier already") % {"code": holder}
            )
        self._shape(one)
        self._compare(one)

    def _shape(self, one: Wanted) -> None:
        columns = {"code": CODE, "ident": IDENT, "name": NAME, "kind": KIND, "valid_to": LAST}
        first = one.first or (one.known.valid_from if one.known else timezone.localdate())
        made = Office(
            code=one.code, ident=one.ident, name=one.name, kind=one.kind, valid_from=first, valid_to=one.last
        )
        self._check(one.row, columns, lambda: made.clean_fields(exclude=["parent", "demo", "valid_from"]))
        self._check(one.row, columns, made.clean)

    def _check(self, row: int, columns: dict[str, int], check: Callable[[], None]) -> None:
        try:
            check()
        except ValidationError as error:
            for name, words in error.message_dict.items():
                column = columns.get(name, -1)
                if not self.has_fault(row, column):
                    self.fault(row, column, " ".join(words))

    def _compare(self, one: Wanted) -> None:
        if (known := one.known) is None:
            return
        parent = known.parent.code if known.parent else ""
        pairs: tuple[tuple[str, object, object], ...] = (
            (_("name"), known.name, one.name), (_("identifier"), known.ident, one.ident),
            (_("kind"), known.kind, one.kind), (_("parent"), parent, one.parent),
            (_("first day"), known.valid_from, one.first or known.valid_from),
            (_("last day"), known.valid_to, one.last),
        )  # fmt: skip
        one.changes = [name for name, before, after in pairs if before != after]
        ends = one.last is not None and known.valid_to is None
        if ends and Tablet.objects.filter(desk__office=known, revoked_at=None).exists():
            self.fault(one.row, LAST, _("tablets still stand at this office; merge it, or move them first"))

    def _judge_desk(self, desk: WantedDesk) -> None:
        if desk.code not in self.wanted and desk.code not in self.offices:
            self.fault(desk.row, CODE, _("no office has the code %(code)s") % {"code": desk.code})
        if desk.first and desk.last and desk.last < desk.first:
            self.fault(desk.row, LAST, _("The last day must not be before the first."))
        desk.known = known = self.desks.get((desk.code, desk.name))
        if known is None:
            return
        pairs: tuple[tuple[str, object, object], ...] = (
            (_("group"), known.unit, desk.unit), (_("first day"), known.valid_from, desk.first),
            (_("last day"), known.valid_to, desk.last),
        )  # fmt: skip
        desk.changes = [name for name, before, after in pairs if before != after]
        ends = desk.last is not None and known.valid_to is None
        if ends and Tablet.objects.filter(desk=known, revoked_at=None).exists():
            self.fault(desk.row, LAST, _("a tablet still stands at this desk; move it first"))

    def _order(self) -> None:
        """Parents first; whoever would be above himself is a fault. What stays as it is, is left out."""
        state: dict[str, bool] = {}
        for one in self.wanted.values():
            path: dict[str, Wanted] = {}
            at: Wanted | None = one
            while at is not None and at.code not in state and at.code not in path:
                path[at.code] = at
                at = self.wanted.get(self._above(at.code))
            if at is not None and at.code in path:
                self.fault(at.row, PARENT, _("the offices above this one go round in a circle"))
            for found in reversed(path.values()):
                state[found.code] = True
                self._keep(found)
        for desk in self.wanted_desks.values():
            if desk.known is None or desk.changes:
                self.plan.desks.append(desk)
            else:
                self.plan.same += 1

    def _lives(self) -> dict[str, Life]:
        """First and last day of each office as the file leaves them."""
        found = {code: (office.valid_from, office.valid_to) for code, office in self.offices.items()}
        for code, one in self.wanted.items():
            first = one.first or (one.known.valid_from if one.known else timezone.localdate())
            found[code] = (first, one.last)
        return found

    def _above(self, code: str) -> str:
        """The parent that an office would have: of the file, or as it is, as far as the file goes."""
        parent, seen = self.wanted[code].parent, set[str]()
        while parent and parent not in self.wanted and parent not in seen:
            seen.add(parent)
            known = self.offices.get(parent)
            parent = known.parent.code if known and known.parent else ""
        return parent

    def _keep(self, one: Wanted) -> None:
        if one.known is None or one.changes:
            self.plan.offices.append(one)
        else:
            self.plan.same += 1


def carry_out(found: Plan) -> None:
    """Do what the plan says, all of it or nothing. The plan has no faults."""
    if found.faults:
        raise ValueError("a file with faults is not imported")
    with transaction.atomic():
        for one in found.offices:
            _store(one)
        for desk in found.desks:
            _store_desk(desk)
        for official in found.officials:
            official.store()
        for succession in found.successions:
            succession.store()


def _store(one: Wanted) -> None:
    parent = Office.objects.get(code=one.parent) if one.parent else None
    office, yesterday = one.known, timezone.localdate() - dt.timedelta(days=1)
    if office is None:
        Office.objects.create(
            code=one.code, ident=one.ident, name=one.name, kind=one.kind, parent=parent,
            valid_from=one.first or timezone.localdate(), valid_to=one.last,
            demo=parent is not None and parent.demo,
        )  # fmt: skip
        return
    if office.name != one.name:
        changes.rename(office, one.name, yesterday)
    if office.parent_id != (parent.pk if parent else None):
        changes.reparent(office, parent, yesterday)
    office.ident, office.kind, office.valid_to = one.ident, one.kind, one.last
    office.valid_from = one.first or office.valid_from
    office.save(update_fields=["ident", "kind", "valid_from", "valid_to"])


def _store_desk(desk: WantedDesk) -> None:
    office = Office.objects.get(code=desk.code)
    wanted = {"unit": desk.unit, "valid_from": desk.first, "valid_to": desk.last}
    Desk.objects.update_or_create(office=office, name=desk.name, defaults=wanted)
