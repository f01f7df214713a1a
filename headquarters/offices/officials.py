"""The register of officials (cán bộ): who had which key of the office book, and going on after a merger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q

from headquarters.offices.models import Desk, Office, Official


def clash(one: Official) -> Official | None:
    """Somebody else of the office with the same key on some day of this one's. Two who sit at desks of their
    own may share one: after a merger they do, until the office books are changed."""
    others = Official.objects.filter(office=one.office_id, code=one.code).exclude(pk=one.pk)
    others = others.filter(Q(valid_to=None) | Q(valid_to__gte=one.valid_from))
    if one.valid_to is not None:
        others = others.filter(valid_from__lte=one.valid_to)
    if one.desk_id is not None:
        others = others.filter(Q(desk=None) | Q(desk=one.desk_id))
    return others.first()


def there_on(offices: list[Office], day: dt.date) -> list[Official]:
    """Who works at these offices on that day or later."""
    found = Official.objects.filter(office__in=offices).select_related("desk", "office")
    return [one for one in found if one.valid_to is None or one.valid_to >= day]


def go_on(one: Official, office: Office, desks: Mapping[int, Desk], day: dt.date) -> Official:
    """The same person at the office that follows, from ``day`` on; the row of before ends and keeps its
    ratings. ``desks``: desk of then → desk of now."""
    last, first = one.valid_to, max(one.valid_from, day)
    Official.objects.filter(pk=one.pk).update(valid_to=day - dt.timedelta(days=1))
    made: Official = Official.objects.create(
        office=office, desk=desks.get(one.desk_id or 0), code=one.code, name=one.name, position=one.position,
        valid_from=first, valid_to=last, before=one,
    )  # fmt: skip
    return made


def forget_name(one: Official) -> None:
    """Take the name of a person who has left away, here and where they worked before; the counts stay."""
    at: Official | None = one
    while at is not None:
        Official.objects.filter(pk=at.pk).update(name="", position="")
        at = at.before
