"""Who did what to a tablet."""

from __future__ import annotations

import uuid

from headquarters.accounts.models import User
from headquarters.audit.log import record
from headquarters.tablets.models import Deed, Tablet

Actor = User | None
"""Who is signed in; nobody for a command on the server."""
ITSELF = "tablet"
"""Who acts, in the audit log, where a tablet did it of its own accord."""


def note(tablet_id: uuid.UUID, kind: Deed.Kind, detail: str, actor: Actor) -> None:
    """Keep it, in the transaction of the deed itself; in the audit log, too."""
    who = ITSELF if kind is Deed.Kind.KEY_RENEWED else actor
    Deed.objects.create(tablet_id=tablet_id, kind=kind, detail=detail[:200], actor=actor)
    place = Tablet.objects.filter(pk=tablet_id).values_list("desk__office_id", flat=True).first()
    record(None, f"tablet.{kind}", str(tablet_id), office_id=place, detail=detail, actor=who)
