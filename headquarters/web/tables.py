"""The tables behind the charts. Screen and CSV are made from the same rows, so that they cannot differ."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from headquarters import formats, names
from headquarters.offices.models import Desk, Office
from headquarters.ratings import slices
from headquarters.ratings.figures import MINIMUM_N, DayFigures, Interval, Tally, wilson
from headquarters.ratings.slices import Choice, Participation
from headquarters.tablets.models import Tablet
from headquarters.web.filters import Filters

_NONE = Tally()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of figures; ``note`` is a quieter second name, ``link`` where the name leads, ``before`` the
    same of the compared period; ``beside``: what that is called, where it is not called the same."""

    name: str
    tally: Tally
    note: str = ""
    link: str = ""
    before: Tally = _NONE
    beside: str = ""
    participation: float | None = None

    @property
    def whole_name(self) -> str:
        return f"{self.name} · {self.note}" if self.note else self.name

    @property
    def earlier(self) -> float | None:
        """The share of the compared period, where it had enough ratings to speak of one.

        A day stands in its table with however few it had, as in the line above it; so does the compared one.
        """
        return self.before.unhappy_share if self.beside or self.before.n >= MINIMUM_N else None

    @property
    def ranked(self) -> bool:
        return self.tally.n >= MINIMUM_N


@dataclass(frozen=True, slots=True)
class Ratings:
    """A table of ratings cut one way; ``note_head`` is empty where no row has a note, ``beside_head`` where
    the compared one has the same name. ``takes_part``: participation is known by row, if at all."""

    slug: str
    title: str
    head: str
    rows: list[Row]
    note_head: str = ""
    beside_head: str = ""
    takes_part: bool = False

    @property
    def show_note(self) -> bool:
        """One note for all rows says nothing on each of them."""
        return len({row.note for row in self.rows}) > 1

    @property
    def show_before(self) -> bool:
        """A column of dashes says nothing, either."""
        return any(row.earlier is not None for row in self.rows)

    @property
    def show_participation(self) -> bool:
        return any(row.participation is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a promise was chosen as kept and as missed; ``before``: the same of the compared period."""

    name: str
    kept: int
    missed: int
    group: str = ""
    before: Choice | None = None

    @property
    def n(self) -> int:
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        return self.missed / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.missed, self.n) if self.n else None

    @property
    def n_before(self) -> int:
        return self.before.kept + self.before.missed if self.before else 0

    @property
    def earlier(self) -> float | None:
        """The share of the compared period, where enough chose this to speak of one."""
        return self.before.missed / self.n_before if self.before and self.n_before >= MINIMUM_N else None

    @property
    def ranked(self) -> bool:
        return self.n >= MINIMUM_N


@dataclass(frozen=True, slots=True)
class Choices:
    """A table of promises or reasons."""

    slug: str
    title: str
    head: str
    rows: list[Kept]

    @property
    def show_before(self) -> bool:
        return any(row.earlier is not None for row in self.rows)


Table = Ratings | Choices


def days(filters: Filters) -> Ratings:
    now, before = (slices.by_day(filters.slice(period)) for period in (filters.period, filters.comparison))
    return days_of(shown_days(now), shown_days(before))


def shown_days(found: Mapping[dt.date, Tally]) -> list[DayFigures]:
    """Saturdays and Sundays without a rating are days off, not gaps; other empty days stay as gaps."""
    return [DayFigures(day, tally) for day, tally in found.items() if tally.n or day.weekday() < 5]


def paired(
    days: Sequence[DayFigures], before: Sequence[DayFigures]
) -> list[tuple[DayFigures, DayFigures | None]]:
    """Each day with that of another period, the first beside the first: working days meet working days."""
    other: list[DayFigures | None] = [*before[: len(days)]]
    return list(zip(days, other + [None] * (len(days) - len(other)), strict=True))


def days_of(found: Sequence[DayFigures], before: Sequence[DayFigures] = ()) -> Ratings:
    rows = [
        Row(
            formats.day(day.day),
            day.tally,
            before=then.tally if then else _NONE,
            beside=formats.day(then.day) if then else "",
        )
        for day, then in paired(found, before)
    ]
    title = _("“Not satisfied yet” by day")
    return Ratings("days", title, _("Day"), rows, beside_head=_("Compared day"))


def offices(filters: Filters, part: Mapping[int, Participation] | None = None) -> Ratings:
    """Also offices that have a tablet or served people and took no rating: that is a finding, too. ``part``:
    of these offices, where it has been asked for already."""
    part = slices.participation_by_office(filters.slice()) if part is None else part
    found = dict(slices.by_office(filters.slice()))
    before = slices.by_office(filters.slice(filters.comparison))
    if filters.desk is None:
        for office_id in {*_with_tablets(filters), *part}:
            found.setdefault(office_id, _NONE)
    known = {
        pk: (name, parent or "")
        for pk, name, parent in Office.objects.filter(pk__in=[key for key in found if key]).values_list(
            "pk", "name", "parent__name"
        )
    }
    rows = []
    for key, tally in found.items():
        name, parent = known.get(key or 0, ("", ""))
        link = reverse("web:figures-office", args=[key]) if key in known else ""
        share = part[key].share if key and key in part else None
        rows.append(
            Row(name or _("Not placed yet"), tally, parent, link, before.get(key, _NONE), participation=share)
        )
    return Ratings("offices", _("By office"), _("Office"), ranked(rows), _("Belongs to"), takes_part=True)


def _with_tablets(filters: Filters) -> Iterable[int | None]:
    live = Tablet.objects.filter(revoked_at=None)
    if filters.offices is not None:
        live = live.filter(desk__office__in=filters.offices)
    return live.values_list("desk__office", flat=True).distinct()


def desks(filters: Filters) -> Ratings:
    found = slices.by_desk(filters.slice())
    before = slices.by_desk(filters.slice(filters.comparison))
    known = {
        pk: (name, office)
        for pk, name, office in Desk.objects.filter(pk__in=[key for key in found if key]).values_list(
            "pk", "name", "office__name"
        )
    }
    rows = []
    for key, tally in found.items():
        name, office = known.get(key or 0, ("", ""))
        rows.append(Row(name or _("Not placed yet"), tally, office, before=before.get(key, _NONE)))
    return Ratings("desks", _("By desk"), _("Desk"), ranked(rows), _("Office"))


def services(filters: Filters) -> Ratings:
    before = slices.by_service(filters.slice(filters.comparison))
    rows = [
        Row(names.service(key), tally, before=before.get(key, _NONE))
        for key, tally in slices.by_service(filters.slice()).items()
    ]
    return Ratings("services", _("By service"), _("Service"), ranked(rows))


def channels(filters: Filters) -> Ratings:
    words = {"tablet": _("On the tablet"), "phone": _("On the citizen’s phone")}
    before = slices.by_channel(filters.slice(filters.comparison))
    rows = [
        Row(words[key], tally, before=before[key])
        for key, tally in slices.by_channel(filters.slice()).items()
    ]
    return Ratings("channels", _("By channel"), _("Channel"), rows)


def labels(filters: Filters) -> Ratings:
    before = slices.by_labels(filters.slice(filters.comparison))
    rows = [
        Row(names.labels(key), tally, before=before.get(key, _NONE))
        for key, tally in slices.by_labels(filters.slice()).items()
    ]
    return Ratings("labels", _("By the words on the lowest level"), _("Words on the button"), rows)


def hours(filters: Filters) -> Ratings:
    return hours_of(slices.by_hour(filters.slice()), slices.by_hour(filters.slice(filters.comparison)))


def hours_of(
    found: Mapping[tuple[int, int], Tally], before: Mapping[tuple[int, int], Tally] | None = None
) -> Ratings:
    rows = [
        Row(
            _("%(weekday)s, %(hour)s") % {"weekday": weekday_name(weekday), "hour": hour_name(hour)},
            found[weekday, hour],
            before=(before or {}).get((weekday, hour), _NONE),
        )
        for weekday, hour in sorted(found)
    ]
    return Ratings("hours", _("By weekday and hour"), _("Weekday and hour"), rows)


def weekday_name(weekday: int) -> str:
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )[weekday]


def hour_name(hour: int) -> str:
    return f"{hour:02}:00–{hour:02}:59"


def promises(filters: Filters) -> Choices:
    """Those of the usual slogans always, in their published order; others when they were chosen."""
    found = {choice.key: choice for choice in slices.by_promise(filters.slice())}
    before = {choice.key: choice for choice in slices.by_promise(filters.slice(filters.comparison))}
    usual = [key for key, promise in names.PROMISES.items() if promise.group != names.OTHER]
    others = sorted(found.keys() - set(usual), key=names.promise)
    rows = [
        Kept(
            names.promise(key),
            found[key].kept if key in found else 0,
            found[key].missed if key in found else 0,
            names.promise_group(key),
            before.get(key),
        )
        for key in [*usual, *others]
    ]
    return Choices("promises", _("5 to know, 3 to show"), _("Promise"), rows)


def reasons(filters: Filters) -> Choices:
    before = {choice.key: choice for choice in slices.by_reason(filters.slice(filters.comparison))}
    rows = [
        Kept(names.reason(choice.key), choice.kept, choice.missed, before=before.get(choice.key))
        for choice in slices.by_reason(filters.slice())
    ]
    return Choices("reasons", _("Reasons that citizens chose"), _("Reason"), rows)


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Those with enough ratings first, the highest "not satisfied yet" on top; then the others by name.

    Always in one order, or a row could stand on two pages of a table and another on none.
    """

    def place(row: Row) -> tuple[bool, float, int, str]:
        rate = (row.tally.unhappy_share or 0.0) if row.ranked else 0.0
        return (not row.ranked, -rate, -row.tally.n if row.ranked else 0, row.name)

    def counts(row: Row) -> tuple[int, ...]:
        return tuple(tally.of(level) for tally in (row.tally, row.before) for level in (1, 2, 3))

    found = list(rows)
    # Desks of several offices share a name: then the second name tells them apart.
    twice = {name for name, times in Counter(row.name for row in found).items() if times > 1}
    return sorted(found, key=lambda row: (*place(row), row.note if row.name in twice else "", counts(row)))


TABLES: dict[str, Callable[[Filters], Table]] = {
    "days": days,
    "offices": offices,
    "desks": desks,
    "services": services,
    "hours": hours,
    "promises": promises,
    "reasons": reasons,
    "channels": channels,
    "labels": labels,
}
