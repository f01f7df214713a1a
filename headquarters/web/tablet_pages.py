"""The tablets one by one: how they feel, what was done to them, and a code for a forgotten PIN."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts.models import User
from headquarters.offices import tree
from headquarters.offices.models import Desk, Office
from headquarters.ratings.models import Alarm
from headquarters.spreadsheets import csv_answer
from headquarters.tablets import placement, renewal, reset, standing, stood
from headquarters.tablets.enrolment import revoke
from headquarters.tablets.models import ChainCheck, Deed, Tablet
from headquarters.web import deed_words, fleet, health_charts, health_days, rights
from headquarters.web.rights import admin_page, person
from headquarters.wire import is_uuid, plain
from sync.reset import read_challenge
from sync.wishes import ROLES

SHOWN = 200
SHOWN_DEEDS = 20
SHOWN_KEYS = 5
_LEFT = "left"
"""The state of a list: tablets that stood at the person's offices and do not any more."""


@admin_page
@require_GET
def tablets(request: HttpRequest) -> HttpResponse:
    """All tablets that this person looks after, those that need somebody first; or those that have left."""
    wanted = plain(" ".join(request.GET.get("q", "").split()), 80)
    user, now = person(request), timezone.now()
    state = request.GET.get("state", "")
    office = _office(user, request.GET.get("office", ""))
    found = _matching(_asked(user, state), wanted).filter(_in_state(state, now))
    if office is not None:
        found = found.filter(stood.ever_at(tree.under(office.pk)) if state == _LEFT else _at(office))
    ordered = found.order_by(F("revoked_at").desc(nulls_first=True), F("last_seen").asc(nulls_first=True))
    first = list(ordered[:SHOWN])
    titles = fleet.titles(first, user)
    lines = [replace(fleet.condition(one, now), title=titles[one.pk]) for one in first]
    lines.sort(key=lambda line: (line.state == "gone", line.state == "well" and not line.warnings))
    context = {
        "here": "tablets", "lines": lines, "wanted": wanted, "all": found.count(), "shown": SHOWN,
        "state": state, "office": office, "offices": rights.offices(user).order_by("name"),
    }  # fmt: skip
    return render(request, "web/tablets.html", context)


def _asked(user: User, state: str) -> QuerySet[Tablet]:
    """Those this person looks after, or those that have left their offices."""
    own = rights.tablets(user)
    if state != _LEFT:
        return own
    gone = rights.known_tablets(user).exclude(pk__in=own.filter(desk__isnull=False).values("pk"))
    return gone.filter(placements__desk__isnull=False).distinct()


def _at(office: Office) -> Q:
    return Q(desk__office__in=tree.under(office.pk))


def _office(user: User, asked: str) -> Office | None:
    """The office behind a number in an address, if it is this person's."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    return rights.offices(user).filter(pk=int(asked)).first()


def _in_state(state: str, now: dt.datetime) -> Q:
    """Tablets in the state that a filter asks for; all of them for anything else."""
    live = Q(revoked_at=None)
    heard = Q(last_seen__gte=now - fleet.SILENT_AFTER)
    states = {
        "silent": live & ~heard,
        "wait": live & heard & Q(pending__gt=0),
        "well": live & heard & ~Q(pending__gt=0),
        "behind": live & Q(config_issued__gt=Coalesce("config_version", 0)),
        "key": live & Q(renew_asked_at__isnull=False),
        "gone": ~live,
    }
    return states.get(state, Q())


def _matching(found: QuerySet[Tablet], wanted: str) -> QuerySet[Tablet]:
    if not wanted:
        return found
    place = Q(desk__name__icontains=wanted) | Q(desk__office__name__icontains=wanted)
    return found.filter(place | Q(desk__office__code=wanted) | Q(key_id__startswith=wanted.lower()))


@admin_page
@require_http_methods(["GET", "POST"])
def tablet(request: HttpRequest, tablet_id: uuid.UUID) -> HttpResponse:
    """One tablet; a POST asks for a PIN reset code, moves it, wants another key of it, or shuts it out.
    One that has left the person's offices is shown with what still waits on it; nothing can be changed."""
    user = person(request)
    seen = rights.known_tablets(user) if request.method == "GET" else rights.tablets(user)
    found = get_object_or_404(seen, pk=tablet_id)
    own = rights.tablets(user).filter(pk=found.pk).exists()
    asked: dict[str, Any] = {}
    if request.method == "POST":
        action = request.POST.get("action")
        if action == "revoke":
            revoke(found, person(request))
            return redirect("web:tablet", found.pk)
        asked = _ACTIONS.get(action or "", _reset_code)(request, found)
        if asked.get("done"):
            return redirect("web:tablet", asked["done"])
    now = timezone.now()
    context = {
        "here": "tablets",
        "tablet": found,
        "own": own,
        "line": replace(fleet.condition(found, now), title=fleet.titles([found], user)[found.pk]),
        "check": ChainCheck.objects.filter(tablet=found).first(),
        "alarms": Alarm.objects.filter(tablet=found).count(),
        **(_looked_after(found, user, now) if own else {}),
        **asked,
    }
    wrong = any(asked.get(name) for name in ("error", "move_error", "renew_error"))
    return render(request, "web/tablet.html", context, status=400 if wrong else 200)


def _looked_after(found: Tablet, user: User, now: dt.datetime) -> dict[str, Any]:
    """For those alone at whose office it stands: where it has been, who did what, what can be done."""
    return {
        "health": health_charts.of(found, now),
        "placements": list(reversed(placement.history(found))),
        "desks": rights.open_desks(user).order_by("office__name", "name"),
        "others": rights.tablets(user).filter(revoked_at=None).exclude(pk=found.pk),
        "now": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"),
        "deeds": _deeds(found),
        "former_keys": found.former_keys.order_by("-pk")[:SHOWN_KEYS],
    }


@admin_page
@require_GET
def health_csv(request: HttpRequest, tablet_id: uuid.UUID) -> HttpResponse:
    """The days of its page. That it was taken away is kept by accounts.middleware.Exports."""
    found = get_object_or_404(rights.tablets(person(request)), pk=tablet_id)
    days = health_charts.days(found, timezone.now())
    return csv_answer(health_days.csv(days), f"suc-khoe-may-{found.key_id[:8]}-{timezone.localdate()}.csv")


def _move(request: HttpRequest, found: Tablet) -> dict[str, Any]:
    """To another desk, from a moment on that is not still to come."""
    desk = _chosen(rights.open_desks(person(request)), request.POST.get("desk", ""))
    if desk is None:
        return {"move_error": _("Please choose the desk where the tablet stands.")}
    try:
        at = timezone.make_aware(dt.datetime.fromisoformat(request.POST.get("at", "")).replace(tzinfo=None))
        standing.move(found, desk, at, person(request))
    except (ValueError, OverflowError):
        return {"move_error": _("Please give the day and time of the move: not to come, and within a year.")}
    return {"done": found.pk}


def _replace(request: HttpRequest, found: Tablet) -> dict[str, Any]:
    """Another tablet takes the desk."""
    asked = request.POST.get("new", "")
    mine = rights.tablets(person(request)).filter(revoked_at=None).exclude(pk=found.pk)
    new = mine.filter(pk=asked).first() if is_uuid(asked) else None
    if new is None or found.desk is None:
        return {"move_error": _("Please choose the tablet that takes this desk.")}
    standing.replace(found, new, person(request))
    return {"done": new.pk}


def _renew(request: HttpRequest, found: Tablet) -> dict[str, Any]:
    """Another key, with its next sync."""
    try:
        renewal.ask(found, person(request))
    except renewal.CannotAsk:
        words = _(
            "This tablet cannot be asked now: it was shut out, or its configuration does not go together."
        )
        return {"renew_error": words}
    return {"done": found.pk}


def _keep_key(request: HttpRequest, found: Tablet) -> dict[str, Any]:
    renewal.withdraw(found, person(request))
    return {"done": found.pk}


def _chosen(desks: QuerySet[Desk], asked: str) -> Desk | None:
    return (
        desks.filter(pk=int(asked)).first()
        if asked.isascii() and asked.isdigit() and len(asked) < 10
        else None
    )


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


_ACTIONS = {"move": _move, "replace": _replace, "renew": _renew, "keep_key": _keep_key}
