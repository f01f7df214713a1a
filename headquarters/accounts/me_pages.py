"""One's own account: password, second step, where one is signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from headquarters.accounts import door_pages, locks, rights, second_factor, sessions
from headquarters.accounts.forms import RULES, ChangePasswordForm, MyMailForm
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.log import record

_KEY = "new_second_key"


@rights.page(None)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    user = rights.person(request)
    deeds = {"password": _password, "email": _email, "end": _end, "end-all": _end_all, "codes": _codes}
    if request.method == "POST":
        deed = deeds.get(request.POST.get("action", ""))
        return deed(request, user) if deed else _page(request, user, status=400)
    return _page(request, user)


def _page(request: HttpRequest, user: User, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "here": "me",
        "me": user,
        "role": Role(user.role).label,
        "rules": RULES,
        "places": sessions.of(user),
        "this_key": request.session.session_key,
        "second_on": second_factor.on(user),
        "second_required": second_factor.required(user.role),
        "codes_left": second_factor.backup_codes_left(user),
        "form": ChangePasswordForm(user),
        "mail_form": MyMailForm(user, initial={"email": user.email}, auto_id="mail-%s"),
        "done": request.GET.get("done", ""),
    }
    return render(request, "accounts/me.html", context | more, status=status)


def _password(request: HttpRequest, user: User) -> HttpResponse:
    form = ChangePasswordForm(user, request.POST, request=request)
    if not form.is_valid():
        return _page(request, user, status=400, form=form)
    user.set_password(form.cleaned_data["password"])
    user.save(update_fields=["password"])
    sessions.end_all(user, keep=request.session.session_key)
    update_session_auth_hash(request, user)
    # The session has a new key now: the old line would be of nobody.
    sessions.end_all(user, keep=request.session.session_key)
    sessions.note(request, user)
    record(request, "account.password", str(user), office_id=user.office_id)
    return redirect("/me/?done=password")


def _email(request: HttpRequest, user: User) -> HttpResponse:
    form = MyMailForm(user, request.POST, request=request, auto_id="mail-%s")
    if not form.is_valid():
        return _page(request, user, status=400, mail_form=form)
    user.email = form.cleaned_data["email"]
    user.save(update_fields=["email"])
    record(request, "account.renamed", str(user), office_id=user.office_id)
    return redirect("/me/?done=email")


def _end(request: HttpRequest, user: User) -> HttpResponse:
    text = request.POST.get("place", "")
    if text.isdecimal() and len(text) < 19 and sessions.end_one(user, int(text), request.session.session_key):
        record(request, "door.session_ended", str(user), office_id=user.office_id, detail="1")
    return redirect("/me/?done=ended")


def _end_all(request: HttpRequest, user: User) -> HttpResponse:
    ended = sessions.end_all(user, keep=request.session.session_key)
    record(request, "door.session_ended", str(user), office_id=user.office_id, detail=str(ended + 1))
    logout(request)
    return redirect("web:sign-in")


def _codes(request: HttpRequest, user: User) -> HttpResponse:
    if not (second_factor.on(user) and locks.proved(request, user, request.POST.get("present", ""))):
        return _page(request, user, status=400, codes_error=True)
    codes = second_factor.new_backup_codes(user)
    record(request, "account.backup_codes", str(user), office_id=user.office_id)
    return _page(request, user, codes=codes)


@rights.page(None)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Set the second step up or move it to another phone; with the password: a screen may be left open."""
    user = rights.person(request)
    if request.method == "GET" or _KEY not in request.session:
        request.session[_KEY] = second_factor.new_key()
        return render(request, "accounts/second.html", _about(request, user))
    if not locks.proved(request, user, request.POST.get("present", "")):
        return render(
            request, "accounts/second.html", _about(request, user) | {"present_wrong": True}, status=400
        )
    codes = second_factor.set_up(user, request.session[_KEY], request.POST.get("code", "")[:40])
    if codes is None:
        return render(request, "accounts/second.html", _about(request, user, door_pages.WRONG), status=400)
    del request.session[_KEY]
    # Whoever is signed in elsewhere showed the phone of before.
    request.session.cycle_key()
    sessions.end_all(user, keep=request.session.session_key)
    sessions.note(request, user)
    record(request, "account.second_step", str(user), office_id=user.office_id)
    return _page(request, user, codes=codes, done="second")


def _about(request: HttpRequest, user: User, error: str = "") -> dict[str, Any]:
    moved = second_factor.on(user)
    return {"here": "me", "moved": moved} | door_pages.setting_up(user, request.session[_KEY], error)
