"""What this room does when others say that something happened (apps.py)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from headquarters.cases import raising
from headquarters.cases.models import Case, Step


def look(sender: object, now: dt.datetime, **_named: object) -> str:
    """Each round of ``headquarters watch``: cases of what has come; what was done, in a few words."""
    made = raising.catch_up(now)
    return f"{made} cases made" if made else ""


def forget(sender: object, tablet_id: UUID, event_id: UUID, **_named: object) -> None:
    """A person had their comment erased: its copy goes, too, and what they wrote to have the case opened
    again. The case and what was done stay."""
    for case in Case.objects.filter(tablet_id=tablet_id, comment_event=event_id):
        Case.objects.filter(pk=case.pk).update(text="", folded=case.number.casefold())
        case.steps.filter(what=Step.What.REOPENED, by=None).update(text="")
