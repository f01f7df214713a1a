"""Taking the demo province away without a trace: every row that hangs on a demo office, and no other.

What hangs on it is found by following the models, so that a room added later is cleared, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction

from headquarters.accounts.models import User
from headquarters.audit.models import Entry
from headquarters.commands import CommandError
from headquarters.demo import loader
from headquarters.offices.models import Desk, Office
from headquarters.tablets.models import Tablet

_STAYS: tuple[type[models.Model], ...] = (User, Entry)
"""People and the log outlive the demo; what became of them, ``remove`` says."""


def remove() -> tuple[int, int]:
    """(offices, tablets) that are gone. Raises CommandError when a real office hangs on a demo one."""
    if Office.objects.filter(parent__demo=True, demo=False).exists():
        raise CommandError("an office that is no demo belongs to a demo office; give it another parent first")
    offices = list(Office.objects.filter(demo=True).values_list("pk", flat=True))
    desks = list(Desk.objects.filter(office__in=offices).values_list("pk", flat=True))
    tablets = list(Tablet.objects.filter(desk__in=desks).values_list("pk", flat=True))
    with transaction.atomic():
        # Without an office a person would see every office: the account is shut.
        User.objects.filter(office__in=offices).update(office=None, is_active=False)
        loader.forget(tablets)
        for rows in (
            Tablet.objects.filter(pk__in=tablets),
            Desk.objects.filter(pk__in=desks),
            Office.objects.filter(pk__in=offices),
        ):
            _forget(rows)
        # What names them in passing goes last: something else may refer to it still.
        for name, ids in (("tablet_id", tablets), ("desk_id", desks), ("office_id", offices)):
            _forget_plain(name, ids)
    return len(offices), len(tablets)


def _forget_plain(name: str, ids: Iterable[Any]) -> None:
    """Rows that name a tablet, desk or office without a foreign key: the counts."""
    for model in apps.get_models():
        if model._meta.managed and any(
            field.name == name and not field.is_relation for field in model._meta.concrete_fields
        ):
            rows = model._base_manager.filter(**{f"{name}__in": list(ids)})
            rows._raw_delete(rows.db)


def _forget(rows: models.QuerySet[Any]) -> None:
    """Delete rows, and first what refers to them. The database looks at references when all is done."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if (
            not relation.auto_created
            or relation.concrete
            or not (relation.one_to_many or relation.one_to_one)
        ):
            continue
        model = relation.related_model
        if model is rows.model or model in _STAYS:
            continue
        referring = model._base_manager.filter(**{f"{relation.field.name}__in": rows})
        if referring.exists():
            _forget(referring)
    rows._raw_delete(rows.db)
