"""Writing the audit log. Call it in the transaction of the deed itself."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

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
) -> None:
    """Keep who did what. ``request`` None: a command on the server."""
    actor = request.user if request is not None and request.user.is_authenticated else None
    Entry.objects.create(
        actor=actor if isinstance(actor, AbstractBaseUser) else None,
        who=_name(request, actor)[:150],
        action=action,
        target=target[:200],
        office_id=office_id,
        detail=detail[:500],
        address=request.META.get("REMOTE_ADDR") if request is not None else None,
    )


def _name(request: HttpRequest | None, actor: object) -> str:
    if request is None:
        return COMMAND
    return str(actor) if actor is not None else "anonymous"
