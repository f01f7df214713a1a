"""Which cases ask for a letter: the rules of ``letters.toml`` put to the cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from headquarters.cases import staff
from headquarters.cases.models import Case
from headquarters.letters.kinds import Kind, Reason
from headquarters.letters.models import Declined, Letter
from headquarters.letters.wording import Rule

MOST = 200
"""Suggestions of one rule that are shown; the rest come up when these are done."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A letter that a case asks for, and the rule's source."""

    case: Case
    kind: Kind
    reason: Reason
    source: str


def of(office_ids: frozenset[int] | None, rules: tuple[Rule, ...], today: dt.date) -> list[Suggestion]:
    """Newest cases first. A case with a letter of the kind, or of which somebody said that it needs none, is
    left out; where several rules fit, the first one counts."""
    cases = Case.objects.select_related("office")
    return _of(cases if office_ids is None else cases.filter(office_id__in=office_ids), rules, today)


def of_case(case: Case, rules: tuple[Rule, ...]) -> list[Suggestion]:
    """The same of one case."""
    return _of(Case.objects.filter(pk=case.pk), rules, timezone.localdate())


def _of(cases: QuerySet[Case], rules: tuple[Rule, ...], today: dt.date) -> list[Suggestion]:
    found: dict[tuple[int, Kind], Suggestion] = {}
    for rule in rules:
        for case in _matching(cases, rule, today)[:MOST]:
            one = Suggestion(case, rule.letter, rule.reason, rule.source)
            found.setdefault((case.pk, rule.letter), one)
    return sorted(found.values(), key=lambda one: (one.case.received_at, one.case.pk), reverse=True)


def _matching(cases: QuerySet[Case], rule: Rule, today: dt.date) -> QuerySet[Case]:
    since = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=rule.days), dt.time()))
    wanted = Q(kind__in=rule.cases, received_at__gte=since)
    if rule.states:
        wanted &= Q(state__in=rule.states)
    if rule.levels:
        wanted &= Q(level__in=rule.levels)
    if rule.late:
        wanted &= _late(today)
    if rule.published:
        wanted &= Q(publication__published_at__isnull=False, publication__withdrawn_at=None)
    written = Letter.objects.filter(case=OuterRef("pk"), kind=rule.letter).exclude(state=Letter.State.DROPPED)
    declined = Declined.objects.filter(case=OuterRef("pk"), kind=rule.letter)
    return cases.filter(wanted).exclude(Exists(written)).exclude(Exists(declined)).order_by("-received_at")


def _late(today: dt.date) -> Q:
    """Some answer came after its day, or none has come yet; the due day itself is in time."""
    return Q(late=True) | Q(due_on__lt=today, state__in=staff.OPEN)
