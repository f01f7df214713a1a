"""Which cases a list shows: what was asked for in its address."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case as Pick
from django.db.models import IntegerField, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from headquarters import folding
from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.cases import staff
from headquarters.cases.models import Case
from headquarters.offices import lineage, tree
from headquarters.offices.models import Office

OPEN, CLOSED, ALL = "open", "closed", "all"
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """``state``: OPEN, CLOSED, ALL, or one of Case.State. ``office`` means its whole subtree."""

    state: str
    kind: str
    office: Office | None
    mine: bool
    overdue: bool
    text: str

    @property
    def query(self) -> str:
        """Back to the same list; without a leading question mark."""
        fields = {
            "state": "" if self.state == OPEN else self.state,
            "kind": self.kind,
            "office": str(self.office.pk) if self.office else "",
            "mine": "1" if self.mine else "",
            "overdue": "1" if self.overdue else "",
            "q": self.text,
        }
        return urlencode({name: value for name, value in fields.items() if value})


def asked(user: User, words: QueryDict) -> Asked:
    """What an address asks for; what makes no sense in it counts as not said."""
    state, kind = words.get("state", ""), words.get("kind", "")
    return Asked(
        state=state if state in (CLOSED, ALL, *Case.State.values) else OPEN,
        kind=kind if kind in Case.Kind.values else "",
        office=_office(user, words.get("office", "")),
        mine=words.get("mine") == "1",
        overdue=words.get("overdue") == "1",
        text=words.get("q", "").replace("\x00", "").strip()[:_LONGEST],
    )


def found(user: User, wanted: Asked) -> QuerySet[Case]:
    """The cases of this person's offices that fit, those that are overdue first and the closed ones last."""
    rows = staff.seen(user)
    states = {OPEN: staff.OPEN, CLOSED: staff.CLOSED, ALL: None}.get(wanted.state, (wanted.state,))
    if states is not None:
        rows = rows.filter(state__in=states)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.office is not None:
        rows = rows.filter(office_id__in=lineage.with_merged(tree.under(wanted.office.pk)))
    if wanted.mine:
        rows = rows.filter(assigned_to=user)
    if wanted.overdue:
        rows = rows.filter(state__in=staff.OPEN, due_on__lt=timezone.localdate())
    for word in folding.fold(wanted.text).split():
        rows = rows.filter(folded__contains=word)
    if states is not None and set(states) <= set(staff.CLOSED):
        return rows.order_by("-closed_at", "-pk")
    last = Pick(When(state__in=staff.CLOSED, then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.order_by(last, "due_on", "pk")


def _office(user: User, text: str) -> Office | None:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return rights.offices(user).filter(pk=int(text)).first()
