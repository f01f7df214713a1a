"""Groups of tablets: named sets that are configured together."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headquarters.accounts.models import User
from headquarters.audit import log as audit
from headquarters.tablets import configuration
from headquarters.tablets.configuration import Place
from headquarters.tablets.models import TabletGroup
from headquarters.web import rights
from headquarters.web.rights import admin_page, person
from headquarters.wire import is_uuid, plain

LONGEST = 80


def groups(user: User) -> QuerySet[TabletGroup]:
    """Those of the offices a person sees; those of nobody's office are for who sees everything."""
    found = TabletGroup.objects.select_related("office")
    return found if user.office_id is None else found.filter(office__in=rights.offices(user))


@admin_page
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """All groups; a POST makes one for the person's own office."""
    user, error = person(request), ""
    if request.method == "POST":
        name = plain(" ".join(request.POST.get("name", "").split()), LONGEST)
        if name:
            made = TabletGroup.objects.create(name=name, office=user.office)
            audit.record(request, "tablet_group.made", name, office_id=user.office_id)
            return redirect("web:group", made.pk)
        error = _("Please give the group a name.")
    found = groups(user).annotate(n=Count("tablets"))
    context = {"here": "tablets", "groups": found, "error": error}
    return render(request, "web/groups.html", context, status=400 if error else 200)


@admin_page
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: its name and its tablets."""
    user = person(request)
    found = get_object_or_404(groups(user), pk=pk)
    if request.method == "POST":
        _keep(request, found)
        return redirect("web:group", found.pk)
    mine = rights.tablets(user).filter(revoked_at=None).order_by("desk__office__name", "desk__name")
    inside = set(found.tablets.values_list("pk", flat=True))
    context: dict[str, Any] = {
        "here": "tablets",
        "group": found,
        "tablets": [(one, one.pk in inside) for one in mine],
        "n": len(inside),
        "wished": configuration.in_force(Place(group=found)) is not None,
    }
    return render(request, "web/group.html", context)


def _keep(request: HttpRequest, found: TabletGroup) -> None:
    """The name, if there is one; of the tablets only those that the person sees come or go."""
    name = plain(" ".join(request.POST.get("name", "").split()), LONGEST)
    if name:
        TabletGroup.objects.filter(pk=found.pk).update(name=name)
    mine = rights.tablets(person(request))
    asked = [text for text in request.POST.getlist("tablet") if is_uuid(text)]
    before = set(found.tablets.filter(pk__in=mine.values("pk")))
    after = set(mine.filter(pk__in=asked))
    found.tablets.remove(*(before - after))
    found.tablets.add(*(after - before))
    for tablet in before ^ after:
        configuration.issue_if_possible(tablet)
    audit.record(request, "tablet_group.kept", name or found.name, office_id=found.office_id)
