"""Accounts of the offices one sees: the list, one person, an invitation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts import letters, links, locks, people, qr, rights, second_factor, sessions
from headquarters.accounts.forms import EVERYWHERE, InviteForm, NameForm, PlaceForm
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right, Role
from headquarters.offices.models import Office

PAGE = 50
ABOUT = {
    Role.LEADER: gettext_lazy("Sees figures, reads comments, deals with alerts."),
    Role.OFFICE_ADMIN: gettext_lazy("Looks after tablets, desks, alerts and accounts of the office."),
    Role.DESK_STAFF: gettext_lazy("Sees figures and comments of the office; no contact data."),
    Role.CASE_HANDLER: gettext_lazy(
        "Answers citizens: may open the contact data they left, each time kept in the log."
    ),
    Role.AUDITOR: gettext_lazy("Reads the audit log and figures; changes nothing."),
    Role.SYSTEM_ADMIN: gettext_lazy("Everything but contact data: offices, accounts, the log, interfaces."),
}


@rights.page(Right.MANAGE_ACCOUNTS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    actor = rights.person(request)
    wanted = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = _found(people.seen(actor), wanted).order_by("-is_active", "display_name", "username")
    pages = Paginator(found, PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "here": "accounts",
        "wanted": wanted,
        "shown": shown,
        "lines": [(person, Role(person.role).label, _state(person)) for person in shown],
    }
    return render(request, "accounts/list.html", context)


def _found(people_seen: QuerySet[User], wanted: str) -> QuerySet[User]:
    if not wanted:
        return people_seen
    return people_seen.filter(
        Q(username__icontains=wanted) | Q(display_name__icontains=wanted) | Q(office__name__icontains=wanted)
    )


def _state(person: User) -> str:
    if not person.is_active:
        return "off"
    return "on" if person.has_usable_password() else "invited"


@rights.page(Right.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    actor = rights.person(request)
    form = InviteForm(actor, request.POST if request.method == "POST" else None)
    if form.is_valid():
        person = form.person()
        try:
            token = people.invite(request, person)
        except people.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "accounts/link.html", _link(request, person, token))
    context = {"here": "accounts", "form": form} | _places(actor, form)
    return render(request, "accounts/invite.html", context, status=400 if form.is_bound else 200)


def _places(actor: User, form: PlaceForm, person: User | None = None) -> dict[str, Any]:
    """The roles and offices to choose from, and those chosen."""
    office = EVERYWHERE if person and person.office_id is None else str(person.office_id if person else "")
    today = timezone.localdate()
    offices = rights.offices(actor).filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("name")
    return {
        "roles": [(role.value, role.label, ABOUT[role]) for role in people.roles_to_give(actor)],
        "offices": offices,
        "everywhere": actor.office_id is None,
        "role_chosen": form.data.get("role", person.role if person else ""),
        "office_chosen": form.data.get("office", office),
    }


def _link(request: HttpRequest, person: User, token: str) -> dict[str, Any]:
    """The page that shows a link this once."""
    address = request.build_absolute_uri(reverse("accounts:welcome", args=[token]))
    link = links.find(token)
    if link is None:
        raise people.Refused(_("The link could not be made. Please try again."))
    return {
        "here": "accounts",
        "person": person,
        "link": link,
        "address": address,
        "qr": qr.draw(address),
        "sent": letters.send(person, link, address),
    }


@rights.page(Right.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(people.seen(rights.person(request)), pk=pk)
    if request.method == "GET":
        return _account_page(request, person)
    try:
        return _do(request, person)
    except people.Refused as refused:
        return _account_page(request, person, error=str(refused), status=403)


_DEEDS: dict[str, Callable[[HttpRequest, int], None]] = {
    "off": people.deactivate,
    "on": people.reactivate,
    "second": people.reset_second_step,
    "unlock": people.unlock,
    "sessions": people.sign_out_everywhere,
}


def _do(request: HttpRequest, person: User) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "link":
        return render(
            request, "accounts/link.html", _link(request, person, people.new_link(request, person.pk))
        )
    if action in _FORMS:
        return _FORMS[action](request, person)
    if action not in _DEEDS:
        return _account_page(request, person, error=_("Please choose what to do."), status=400)
    _DEEDS[action](request, person.pk)
    return redirect(f"{reverse('accounts:account', args=[person.pk])}?done={action}")


def _change(request: HttpRequest, person: User) -> HttpResponse:
    form = PlaceForm(rights.person(request), request.POST)
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _account_page(request, person, error=words, form=form, status=400)
    office: Office | None = form.cleaned_data["office"]
    people.change(request, person.pk, form.role_chosen, office)
    return redirect(f"{reverse('accounts:account', args=[person.pk])}?done=place")


def _rename(request: HttpRequest, person: User) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _account_page(request, person, naming=form, status=400)
    people.rename(request, person.pk, form.cleaned_data["display_name"], form.cleaned_data["email"])
    return redirect(f"{reverse('accounts:account', args=[person.pk])}?done=name")


_FORMS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {"place": _change, "name": _rename}


def _account_page(
    request: HttpRequest,
    person: User,
    error: str = "",
    form: PlaceForm | None = None,
    naming: NameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = rights.person(request)
    context = {
        "here": "accounts",
        "person": person,
        "role": Role(person.role).label,
        "state": _state(person),
        "may_touch": people.may_touch(actor, person),
        "is_me": actor.pk == person.pk,
        "second_on": second_factor.on(person),
        "second_required": second_factor.required(person.role),
        "places": sessions.of(person),
        "locks": locks.of(person.get_username()),
        "open_link": links.open_for(person),
        "error": error,
        "done": request.GET.get("done", ""),
        "naming": naming or NameForm(initial={"display_name": person.display_name, "email": person.email}),
    }
    context |= _places(actor, form or PlaceForm(actor), person)
    return render(request, "accounts/account.html", context, status=status)
