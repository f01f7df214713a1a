"""The tablets one by one: how they feel, what was done to them, and a code for a forgotten PIN."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.ratings.models import Alarm
from headquarters.tablets import reset
from headquarters.tablets.enrolment import revoke
from headquarters.tablets.models import Deed, Tablet
from headquarters.web import deed_words, fleet, rights
from headquarters.web.rights import admin_page, person
from headquarters.wire import plain
from sync.reset import read_challenge
from sync.wishes import ROLES

SHOWN = 200
SHOWN_DEEDS = 20


@admin_page
@require_GET
def tablets(request: HttpRequest) -> HttpResponse:
    """All tablets that this person looks after, those that need somebody first."""
    wanted = plain(" ".join(request.GET.get("q", "").split()), 80)
    found = _matching(rights.tablets(person(request)), wanted)
    ordered = found.order_by(F("revoked_at").desc(nulls_first=True), F("last_seen").asc(nulls_first=True))
    now = timezone.now()
    lines = [fleet.condition(tablet, now) for tablet in ordered[:SHOWN]]
    lines.sort(key=lambda line: (line.state == "gone", line.state == "well" and not line.warnings))
    context = {"here": "tablets", "lines": lines, "wanted": wanted, "all": found.count(), "shown": SHOWN}
    return render(request, "web/tablets.html", context)


def _matching(found: QuerySet[Tablet], wanted: str) -> QuerySet[Tablet]:
    if not wanted:
        return found
    place = Q(desk__name__icontains=wanted) | Q(desk__office__name__icontains=wanted)
    return found.filter(place | Q(desk__office__code=wanted) | Q(key_id__startswith=wanted.lower()))


@admin_page
@require_http_methods(["GET", "POST"])
def tablet(request: HttpRequest, tablet_id: uuid.UUID) -> HttpResponse:
    """One tablet; a POST asks for a PIN reset code, or shuts it out."""
    found = get_object_or_404(rights.tablets(person(request)), pk=tablet_id)
    if request.method == "POST" and request.POST.get("action") == "revoke":
        revoke(found, person(request))
        return redirect("web:tablet", found.pk)
    asked = _reset_code(request, found) if request.method == "POST" else {}
    context = {
        "here": "tablets",
        "tablet": found,
        "line": fleet.condition(found, timezone.now()),
        "deeds": _deeds(found),
        "alarms": Alarm.objects.filter(tablet=found).count(),
        **asked,
    }
    return render(request, "web/tablet.html", context, status=400 if asked.get("error") else 200)


def _reset_code(request: HttpRequest, found: Tablet) -> dict[str, Any]:
    role, challenge = request.POST.get("role", ""), request.POST.get("challenge", "")
    asked = {"role": role, "challenge": challenge[:40]}
    if role not in ROLES:
        return {**asked, "error": _("Please choose whose PIN was forgotten.")}
    try:
        made = reset.code(found, role, challenge, person(request))
        return {"role": role, "challenge": read_challenge(challenge), "code": made}
    except ValueError:
        return {
            **asked,
            "error": _("This is not what the tablet shows: a character is wrong or missing. Please compare."),
        }


def _deeds(found: Tablet) -> list[tuple[str, str, Deed]]:
    latest = Deed.objects.filter(tablet_id=found.pk).select_related("actor").order_by("-pk")[:SHOWN_DEEDS]
    return [(*deed_words.said(deed), deed) for deed in latest]
