"""What one version of a report says otherwise than another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters import formats
from headquarters.ratings.figures import Tally
from headquarters.reports.model import Cases, Figures, Kept, Part, Row, Texts


class Change(NamedTuple):
    """A figure by its name, before and after; "" where there was none."""

    name: str | Promise
    note: str
    before: str
    after: str


TEXTS: dict[str, Promise] = {
    "difficulties": _("Difficulties"),
    "causes": _("Causes"),
    "proposals": _("Proposals"),
    "receivers": _("Receivers (Nơi nhận)"),
}


def figures(old: Figures, new: Figures) -> list[Change]:
    """Every figure that differs, in the order of the report."""
    pairs = dict(_said(old)), dict(_said(new))
    names = {**pairs[0], **pairs[1]}
    return [
        Change(*name, pairs[0].get(name, ""), pairs[1].get(name, ""))
        for name in names
        if pairs[0].get(name, "") != pairs[1].get(name, "")
    ]


def texts(old: Texts, new: Texts) -> list[Promise]:
    """Names of the texts that differ."""
    names = (field.name for field in fields(Texts))
    return [TEXTS[name] for name in names if getattr(old, name) != getattr(new, name)]


_Said = Iterator[tuple[tuple[str | Promise, str], str]]


def _said(f: Figures) -> _Said:
    yield from _tally(_("Ratings of the period"), "", f.tally)
    yield from _tally(_("Ratings of the period before"), "", f.before)
    yield from _tally(_("Flagged taps"), "", f.flagged)
    yield (_("Counted up to"), ""), formats.day(f.until)
    yield from _part(f.part)
    for office in f.offices:
        yield from _row(office)
    for desk in f.desks:
        yield from _row(desk)
    for kept in (*f.promises, *f.reasons):
        yield from _kept(kept)
    yield from _cases(f.cases)
    for indicator in f.indicators:
        made = f"{formats.count(indicator.numerator)}/{formats.count(indicator.denominator)}"
        yield (indicator.key, indicator.name), made
    yield (_("What improved"), ""), formats.count(len(f.improved))


def _tally(name: str | Promise, note: str, tally: Tally) -> _Said:
    levels = " / ".join(formats.count(tally.of(level)) for level in (3, 2, 1))
    yield (name, note), f"N {formats.count(tally.n)} ({levels})"


def _row(row: Row) -> _Said:
    yield from _tally(row.name, row.note, row.tally)


def _part(part: Part | None) -> _Said:
    if part is not None:
        shown = f"{formats.count(part.rated)}/{formats.count(part.transactions)}"
        yield (_("Participation"), ""), shown


def _kept(one: Kept) -> _Said:
    yield (one.name, ""), f"{formats.count(one.kept)} / {formats.count(one.missed)}"


def _cases(found: Cases | None) -> _Said:
    if found is None:
        return
    for name, n in (
        (_("Cases received"), found.received),
        (_("Cases answered"), found.answered),
        (_("Cases answered late"), found.late),
        (_("Cases open"), found.open),
        (_("Cases referred"), found.referred),
    ):
        yield (name, ""), formats.count(n)
