"""Registering what persons ask about their data, and its steps; each step is in the audit log."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from headquarters import sealing
from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.audit.log import record
from headquarters.privacy import subjects, terms
from headquarters.privacy.models import Step, SubjectRequest
from sync.sealing import seal

CLOSED = (SubjectRequest.State.DONE, SubjectRequest.State.REFUSED)


def of(user: User) -> QuerySet[SubjectRequest]:
    """The requests to offices this person answers for."""
    found = SubjectRequest.objects.select_related("office", "registered_by")
    ids = rights.answered_ids(user)
    return found if ids is None else found.filter(office__in=ids)


def register(request: HttpRequest, fields: dict[str, Any]) -> SubjectRequest:
    """Keep it, its clocks running; who asked is sealed."""
    user, law = rights.person(request), terms.load()
    day = fields["received_on"]
    who = json.dumps({"phone": fields["phone"], "name": fields["name"]}, ensure_ascii=False)
    with transaction.atomic():
        made = SubjectRequest.objects.create(
            kind=fields["kind"],
            office=fields["office"],
            received_on=day,
            answer_by=law.answer_by(day),
            done_by=law.done_by(fields["kind"], day),
            code_hash=subjects.hash_of(fields["code"]) if fields["code"] else "",
            sealed=seal(who.encode(), sealing.public_key()),
            registered_by=user,
        )
        note(request, made, "registered")
    return made


def move(request: HttpRequest, found: SubjectRequest, state: str, words: str) -> bool:
    """On to ``state``; False when it is closed already, or there."""
    with transaction.atomic():
        # Locked: of two people who close it at one moment, one is told that it is closed.
        row = SubjectRequest.objects.select_for_update().get(pk=found.pk)
        if row.state in CLOSED or row.state == state:
            return False
        row.state = state
        row.closed_at = timezone.now() if state in CLOSED else None
        row.save(update_fields=("state", "closed_at"))
        note(request, row, state, words)
    return True


def note(request: HttpRequest, found: SubjectRequest, what: str, words: str = "") -> None:
    """A step, and its line in the audit log."""
    user = rights.person(request)
    Step.objects.create(request=found, what=what, note=words[:300], who=user.get_full_name()[:150])
    record(request, f"request.{what}", f"request {found.pk}", office_id=found.office_id, detail=words)


def asker(found: SubjectRequest) -> dict[str, str]:
    """Who asked: {"phone", "name"}. CannotOpen without the key."""
    who: dict[str, str] = json.loads(sealing.open_sealed(found.sealed))
    return who


def lookup(user: User, found: SubjectRequest) -> subjects.Found:
    """The person's data, as far as this person may see them."""
    return subjects.find(user, found.code_hash, asker(found)["phone"])
