"""Which template an office's letters are written with: its own, else the nearest office's above, else the one
for all, else the built-in wording."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.accounts.models import User
from headquarters.letters import printing, reprint
from headquarters.letters.filling import look
from headquarters.letters.inspection import Refused
from headquarters.letters.kinds import Kind
from headquarters.letters.models import Template
from headquarters.offices.models import Office

MOST_PAGES = 6


def chosen(kind: Kind, office: Office) -> Template | None:
    """The template in force there; None: the built-in wording."""
    in_force = Template.objects.filter(kind=kind, in_force_at__isnull=False, ended_at=None).defer("file")
    there = {one.office_id: one for one in in_force.select_related("office")}
    at: Office | None = office
    while there and at is not None:
        if at.pk in there:
            return there[at.pk]
        at = at.parent
    return there.get(None)


def add(kind: Kind, office: Office | None, file_name: str, data: bytes, by: User) -> Template:
    """Keep an upload as the next version; not in force yet. Raises inspection.Refused."""
    found = look(data, kind)
    pages = reprint.check(printing.tried(data, kind).docx())
    if pages > MOST_PAGES:
        raise Refused(_("With made-up words it has %(n)s pages: a letter has one or two.") % {"n": pages})
    with transaction.atomic():
        last = Template.objects.filter(kind=kind, office=office).aggregate(last=Max("number"))["last"]
        return Template.objects.create(
            kind=kind, office=office, number=(last or 0) + 1, file_name=file_name[-120:], file=data,
            names=" ".join(found.names), missing=" ".join(found.missing), made_by=by, made_at=timezone.now(),
        )  # fmt: skip


@transaction.atomic
def put_in_force(template: Template, by: User) -> None:
    """From now on; the one before ends. An older version may come back this way."""
    now = timezone.now()
    same = Template.objects.filter(kind=template.kind, office=template.office_id, ended_at=None)
    same.exclude(pk=template.pk).exclude(in_force_at=None).update(ended_at=now)
    template.in_force_at, template.in_force_by, template.ended_at = now, by, None
    template.save(update_fields=["in_force_at", "in_force_by", "ended_at"])


def end(template: Template) -> None:
    """Letters are written with the template above again."""
    template.ended_at = timezone.now()
    template.save(update_fields=["ended_at"])
