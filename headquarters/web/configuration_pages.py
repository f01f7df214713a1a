"""What tablets shall go by: look, change, preview, publish, go back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headquarters.accounts.models import User
from headquarters.tablets import configuration, pins
from headquarters.tablets.configuration import EVERYBODY, Place
from headquarters.tablets.models import Tablet, WishList
from headquarters.web import group_pages, home_likeness, rights, wish_forms
from headquarters.web.rights import admin_page, person
from headquarters.web.wish_forms import WishForm
from sync.wishes import ROLES, BadWish, Wishes, wishes_as_plain

SHOWN_EFFECTS = 5


@admin_page
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The wishes of one place: a form, a preview of what would change, the history."""
    place = _place(person(request), request.GET.dict())
    now = configuration.wishes_of(configuration.in_force(place))
    if request.method == "GET":
        return _page(request, place, now, WishForm(now, initial=wish_forms.initial(now)))
    form = WishForm(now, request.POST)
    try:
        wished = form.wishes()
        preview = _preview(place, now, wished)
        if request.POST.get("action") == "publish" and request.POST.get("seen") == preview["seen"]:
            note = request.POST.get("note", "").strip()
            configuration.publish(place, wished, person(request), note)
            return redirect(_address(place, "published"))
    except (BadWish, ValidationError) as error:
        words = wish_forms.explain(error, form) if isinstance(error, BadWish) else ""
        return _page(request, place, now, form, error=words or _("Please look at the marked fields."))
    return _page(request, place, wished, form, preview=preview)


@admin_page
@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an old entry of a place again."""
    old = get_object_or_404(WishList, pk=pk)
    place = _place(person(request), _asking(old))
    if (place.office, place.group, place.tablet) != (old.office, old.group, old.tablet):
        # Everybody's wishes, and this person sees one office.
        raise Http404
    try:
        configuration.roll_back(old, person(request))
    except BadWish as error:
        now = configuration.wishes_of(configuration.in_force(place))
        form = WishForm(now, initial=wish_forms.initial(now))
        return _page(request, place, now, form, error=wish_forms.explain(error))
    return redirect(_address(place, "published"))


@admin_page
@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Set a PIN on the place's tablets with their next configuration."""
    place = _place(person(request), request.GET.dict())
    now = configuration.wishes_of(configuration.in_force(place))
    role, typed = request.POST.get("role", ""), request.POST.get("pin", "")
    try:
        if role not in ROLES:
            raise pins.BadPin(_("Please choose whose PIN it is."))
        fresh = pins.reset_to(role, typed)
    except pins.BadPin as error:
        form = WishForm(now, initial=wish_forms.initial(now))
        return _page(request, place, now, form, pin_error=str(error), pin_role=role)
    others = tuple(one for one in now.pin_resets or () if one.role != role)
    configuration.publish(place, replace(now, pin_resets=(*others, fresh)), person(request), "PIN")
    return redirect(_address(place, "published"))


def _place(user: User, asked: dict[str, Any]) -> Place:
    """Whose wishes; 404 for what is not there or not this person's."""
    if asked.get("tablet"):
        try:
            return Place(tablet=get_object_or_404(rights.tablets(user), pk=asked["tablet"]))
        except ValidationError as error:
            raise Http404 from error
    if _is_number(asked.get("group", "")):
        return Place(group=get_object_or_404(group_pages.groups(user), pk=int(asked["group"])))
    if _is_number(asked.get("office", "")):
        return Place(office=get_object_or_404(rights.offices(user), pk=int(asked["office"])))
    if user.office_id is not None:
        # Everybody's wishes are for whoever sees everybody; others begin at their own office.
        return Place(office=user.office)
    return EVERYBODY


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _asking(entry: WishList) -> dict[str, str]:
    if entry.tablet_id is not None:
        return {"tablet": str(entry.tablet_id)}
    if entry.group_id is not None:
        return {"group": str(entry.group_id)}
    return {"office": str(entry.office_id)} if entry.office_id is not None else {"everybody": "1"}


def _address(place: Place, done: str = "") -> str:
    places = (("tablet", place.tablet), ("group", place.group), ("office", place.office))
    named = next((f"{name}={one.pk}" for name, one in places if one is not None), "")
    query = "&".join(part for part in (named, f"{done}=1" if done else "") if part)
    return f"{reverse('web:configuration')}{'?' if query else ''}{query}"


def _preview(place: Place, now: Wishes, wished: Wishes) -> dict[str, Any]:
    """What would change at the place, and at the first few of its tablets. Raises BadWish."""
    tablets = configuration.tablets_of(place)
    effects = [(one, configuration.preview(one, place, wished)) for one in tablets]
    last = configuration.in_force(place)
    # Somebody else may have published meanwhile: then this person has not seen what would change.
    text = f"{last.pk if last else 0} {_without_ids(wished)}"
    return {
        "changes": wish_forms.changes(now, wished),
        "reached": len(tablets),
        "more": max(0, len(tablets) - SHOWN_EFFECTS),
        "effects": [(_title(one), wish_forms.lines(after)) for one, after in effects[:SHOWN_EFFECTS]],
        # Rows without an id get a fresh one each time: what counts is what was seen.
        "seen": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def _without_ids(wished: Wishes) -> str:
    plain = wishes_as_plain(wished)
    for name in ("notices", "improved"):
        for row in plain.get(name, []):
            row.pop("id", None)
    return json.dumps(plain, sort_keys=True)


def _title(tablet: Tablet) -> str:
    return f"{tablet.desk.name} · {tablet.desk.office.name}" if tablet.desk else str(tablet.pk)[:8]


def _page(request: HttpRequest, place: Place, shown: Wishes, form: WishForm, **more: Any) -> HttpResponse:
    user = person(request)
    tablets = configuration.tablets_of(place)
    behind = sum(1 for one in tablets if (one.config_version or 0) < one.config_issued)
    history = configuration.history(place)
    entries = [configuration.wishes_of(entry) for entry in history]
    before = [*entries, Wishes()][1:]
    context = {
        "here": "tablets",
        "place": place,
        "place_title": _place_title(place),
        "address": _address(place),
        "pin_address": _address(place).replace(
            reverse("web:configuration"), reverse("web:configuration-pin")
        ),
        "form": form,
        "notices": wish_forms.rows(shown, "notices"),
        "improved": wish_forms.rows(shown, "improved"),
        "history": [
            (entry, wish_forms.changes(*pair)) for entry, *pair in zip(history, before, entries, strict=True)
        ],
        "offices": rights.offices(user).order_by("name"),
        "groups": group_pages.groups(user),
        "likeness": home_likeness.of(_seen_on(tablets, place, shown)),
        "may_everybody": user.office_id is None,
        "reached": len(tablets),
        "behind": behind,
        "published": "published" in request.GET,
        **more,
    }
    wrong = "error" in more or "pin_error" in more
    return render(request, "web/configuration.html", context, status=400 if wrong else 200)


def _seen_on(tablets: list[Tablet], place: Place, shown: Wishes) -> Wishes:
    """What the first tablet of the place would go by; the wishes themselves where there is none."""
    try:
        return configuration.preview(tablets[0], place, shown) if tablets else shown
    except BadWish:
        return shown


def _place_title(place: Place) -> str:
    if place.tablet is not None:
        return _title(place.tablet)
    if place.group is not None:
        return _("Group: %s") % place.group.name
    return place.office.name if place.office else _("All tablets")
