"""Mergers and splits: what would move, and moving it. Nothing is deleted, and no rating changes its desk.

An ended office keeps its desks with everything that was rated there. Its tablets go on at new desks of the
office that follows, from the first moment of ``day``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.accounts.models import User
from headquarters.offices import officials
from headquarters.offices.models import Desk, Formerly, Office, Official, Succession
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet

DESK_NAME = 120


class Impossible(Exception):
    """The change cannot be made; the text says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class DeskMove:
    """A desk that ends, and the name under which its tablets go on."""

    desk: Desk
    name: str
    tablets: tuple[Tablet, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One office that goes on, with what comes to it. It is new while it has no id."""

    office: Office
    moves: tuple[DeskMove, ...]
    people: tuple[User, ...] = ()
    children: tuple[Office, ...] = ()
    officials: tuple[Official, ...] = ()

    @property
    def shared_codes(self) -> list[str]:
        """Keys of officials that two of them bring along, or that the office has already."""
        there = self.office.officials.filter(valid_to=None) if self.office.pk else ()
        codes = Counter(one.code for one in (*self.officials, *there))
        return sorted(code for code, times in codes.items() if times > 1)

    @property
    def tablets(self) -> int:
        """How many tablets come."""
        return sum(len(move.tablets) for move in self.moves)


@dataclass(frozen=True, slots=True)
class Change:
    """A merger (one part) or a split (several) of ``sources`` from ``day`` on; ``ended`` cease to exist."""

    day: dt.date
    sources: tuple[Office, ...]
    ended: tuple[Office, ...]
    parts: tuple[Part, ...] = field(default=())


def merger(sources: Sequence[Office], target: Office, day: dt.date) -> Change:
    """``sources`` become ``target``, a new office or one of them. Raises Impossible."""
    if len({office.pk for office in sources}) < 2:
        raise Impossible(_("A merger needs at least two different offices."))
    _check(sources, day)
    ended = tuple(office for office in sources if office.pk != target.pk)
    people = User.objects.filter(office__in=ended).order_by("username")
    children = Office.objects.filter(parent__in=ended).exclude(pk__in=[office.pk for office in sources])
    staff = tuple(officials.there_on(list(ended), day))
    part = Part(target, _moves(ended, target, day), tuple(people), tuple(children), staff)
    return Change(day, tuple(sources), ended, (part,))


def split(
    source: Office,
    parts: Sequence[Office],
    day: dt.date,
    desks: Mapping[int, int],
    people: Mapping[int, int],
    lives_on: bool,
) -> Change:
    """``source`` is divided into new ``parts``; desk and person ids → index of the part they go to. Those
    without one stay, which needs an office that lives on. Raises Impossible."""
    if len(parts) < (1 if lives_on else 2):
        raise Impossible(_("A split needs at least two new offices, or one beside an office that lives on."))
    _check([source], day)
    moves = _moves([source], None, day)
    if not lives_on and any(move.desk.pk not in desks for move in moves):
        raise Impossible(_("Every desk must go to one of the new offices."))
    persons = list(User.objects.filter(office=source).order_by("username"))
    staff = officials.there_on([source], day)
    if not lives_on and any(person.pk not in people for person in persons):
        raise Impossible(_("Every person must go to one of the new offices."))
    if not lives_on and source.children.filter(valid_to=None).exists():
        raise Impossible(_("Offices belong to this one. Give them another place first."))
    made = tuple(
        Part(
            office,
            tuple(move for move in moves if desks.get(move.desk.pk) == index),
            tuple(person for person in persons if people.get(person.pk) == index),
            officials=tuple(one for one in staff if one.desk_id and desks.get(one.desk_id) == index),
        )
        for index, office in enumerate(parts)
    )
    return Change(day, (source,), () if lives_on else (source,), made)


def carry_out(change: Change) -> list[Office]:
    """Make the change; the offices that go on. All of it or nothing."""
    with transaction.atomic():
        last = change.day - dt.timedelta(days=1)
        found = [_carry_out(change, part, last) for part in change.parts]
        for office in change.ended:
            office.valid_to = last
            office.save(update_fields=["valid_to"])
        Desk.objects.filter(office__in=change.ended, valid_to=None).update(valid_to=last)
        Official.objects.filter(office__in=change.ended, valid_to=None).update(valid_to=last)
    return found


def _carry_out(change: Change, part: Part, last: dt.date) -> Office:
    office = part.office
    if office.pk is None:
        office.valid_from = change.day
        office.demo = all(source.demo for source in change.sources)
        office.full_clean()
        office.save()
    for source in change.sources:
        if source.pk != office.pk:
            Succession.objects.create(predecessor=source, successor=office, day=change.day)
    desks = {move.desk.pk: _move(move, office, change.day) for move in part.moves}
    for one in part.officials:
        officials.go_on(one, office, desks, change.day)
    for child in part.children:
        reparent(child, office, last)
    User.objects.filter(pk__in=[person.pk for person in part.people]).update(office=office)
    return office


def _move(move: DeskMove, office: Office, day: dt.date) -> Desk:
    desk = Desk.objects.create(office=office, name=move.name, unit=move.desk.unit, valid_from=day)
    Desk.objects.filter(pk=move.desk.pk).update(valid_to=day - dt.timedelta(days=1))
    for tablet in move.tablets:
        placement.move(tablet, desk, start_of(day))
    return desk


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day where the offices are."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def rename(office: Office, name: str, last: dt.date) -> None:
    """Give an office a new name; up to ``last`` it had the old one."""
    _keep(office, last)
    office.name = name
    office.save(update_fields=["name"])


def reparent(office: Office, parent: Office | None, last: dt.date) -> None:
    """Hang an office elsewhere; up to ``last`` it belonged where it was."""
    _keep(office, last)
    office.parent = parent
    office.save(update_fields=["parent"])


def _keep(office: Office, last: dt.date) -> None:
    # The first record of a day tells what was before it; a second change on that day adds nothing.
    if office.valid_from <= last:
        now = {"name": office.name, "parent": office.parent}
        Formerly.objects.get_or_create(office=office, until=last, defaults=now)


def _check(sources: Iterable[Office], day: dt.date) -> None:
    if day > timezone.localdate():
        raise Impossible(_("The day is not here yet. Please come back on that day, or later."))
    for office in sources:
        if office.valid_to is not None:
            raise Impossible(_("%(name)s has ended already.") % {"name": office.name})
        if office.valid_from >= day:
            words = _("%(name)s exists only since %(day)s. Please choose a later day.")
            raise Impossible(words % {"name": office.name, "day": formats.day(office.valid_from)})


def _moves(ended: Iterable[Office], target: Office | None, day: dt.date) -> tuple[DeskMove, ...]:
    """The open desks with their tablets. Desks that would share a name are told apart by their office's."""
    desks = [
        desk
        for desk in Desk.objects.filter(office__in=list(ended)).select_related("office")
        if desk.valid_to is None or desk.valid_to >= day
    ]
    taken = Counter(desk.name for desk in desks)
    if target is not None and target.pk is not None:
        taken.update(target.desks.values_list("name", flat=True))
    stand: dict[int, list[Tablet]] = {desk.pk: [] for desk in desks}
    for tablet in Tablet.objects.filter(desk__in=desks).order_by("pk"):
        stand[tablet.desk_id or 0].append(tablet)
    return tuple(DeskMove(desk, _name(desk, taken), tuple(stand[desk.pk])) for desk in desks)


def _name(desk: Desk, taken: Counter[str]) -> str:
    if taken[desk.name] < 2:
        return desk.name
    whose = f" ({desk.office.name})"
    return desk.name[: max(1, DESK_NAME - len(whose))] + whose[-DESK_NAME + 1 :]
