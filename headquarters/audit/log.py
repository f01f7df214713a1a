"""Writing the audit log. Call it in the transaction of the deed itself."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from headquarters import wire
from headquarters.audit.models import Entry

COMMAND = "command"
"""Who acts when somebody works on the server itself."""


def record(
    request: HttpRequest | None,
    action: str,
    target: str = "",
    *,
    office_id: int | None = None,
    detail: str = "",
    actor: object = None,
) -> None:
    """Keep who did what. ``request`` None: a command on the server; ``actor``: where that is not who asks.

    What was typed may stand in it as it came: a letter that no column keeps must not undo the deed.
    """
    user = getattr(request, "user", None)
    if actor is None and user is not None and user.is_authenticated:
        actor = user
    Entry.objects.create(
        actor=actor if isinstance(actor, get_user_model()) else None,
        who=wire.plain(_name(request, actor), 150),
        action=action,
        target=wire.plain(target, 200),
        office_id=office_id,
        detail=wire.plain(detail, 500),
        address=wire.address(request) if request is not None else None,
    )


def _name(request: HttpRequest | None, actor: object) -> str:
    if actor is not None:
        return str(actor)
    return COMMAND if request is None else "anonymous"
