"""Who did what to a tablet."""

from __future__ import annotations

import uuid

from headquarters.accounts.models import User
from headquarters.tablets.models import Deed

Actor = User | None
"""Who is signed in; nobody for a command on the server."""


def note(tablet_id: uuid.UUID, kind: Deed.Kind, detail: str, actor: Actor) -> None:
    """Keep it, in the transaction of the deed itself."""
    Deed.objects.create(tablet_id=tablet_id, kind=kind, detail=detail[:200], actor=actor)
