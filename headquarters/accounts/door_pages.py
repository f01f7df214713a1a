"""Pages before somebody is signed in: the code, setting up the second step, and one-time links."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from headquarters.accounts import links, qr, second_factor, second_step, sessions
from headquarters.accounts.forms import RULES, NewPasswordForm
from headquarters.accounts.models import Link, User
from headquarters.audit.log import record


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Six digits, or a backup code."""
    user = second_step.waiting(request)
    if user is None:
        return redirect("web:sign-in")
    if request.method == "GET":
        return _code_page(request)
    verdict = second_factor.verify(user, request.POST.get("code", "")[:40])
    if verdict.wait_s:
        return _code_page(request, _too_many(verdict.wait_s), status=429)
    if not verdict.right:
        record(request, "door.second_failed", str(user), office_id=user.office_id)
        words = _("This code is not right, or it has been used. Please type the one the app shows now.")
        return _code_page(request, words, status=400)
    if verdict.backup:
        left = second_factor.backup_codes_left(user)
        record(request, "door.backup_code", str(user), office_id=user.office_id, detail=f"{left} left")
    return redirect(second_step.finish(request, user))


def _too_many(seconds: int) -> str:
    if seconds < 60:
        words = ngettext(
            "Please wait %(n)s second, then type the newest code.",
            "Please wait %(n)s seconds, then type the newest code.",
            seconds,
        )
        return words % {"n": seconds}
    minutes = -(-seconds // 60)
    words = ngettext(
        "Too many wrong codes. Please wait %(n)s minute, or ask the administrator to take the lock off.",
        "Too many wrong codes. Please wait %(n)s minutes, or ask the administrator to take the lock off.",
        minutes,
    )
    return words % {"n": minutes}


def _code_page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "accounts/code.html", {"error": error}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The first sign-in of a role that must have the second step."""
    user = second_step.waiting(request)
    key = request.session.get("second_key")
    if user is None or key is None or second_factor.on(user):
        return redirect("web:sign-in")
    if request.method == "GET":
        return render(request, "accounts/set_up.html", setting_up(user, key))
    codes = second_factor.set_up(user, key, request.POST.get("code", "")[:40])
    if codes is None:
        return render(request, "accounts/set_up.html", setting_up(user, key, WRONG), status=400)
    then = second_step.finish(request, user)
    record(request, "account.second_step", str(user), office_id=user.office_id)
    return render(request, "accounts/set_up_done.html", {"codes": codes, "then": then})


WRONG = "wrong"


def setting_up(user: User, key: str, error: str = "") -> dict[str, Any]:
    """What the page of the QR shows."""
    words = _("This code is not right. Please type the six digits the app shows now.") if error else ""
    return {
        "qr": qr.draw(second_factor.address(user, key)),
        "key": second_factor.letters(key),
        "error": words,
    }


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: choose a password. Looking at it uses nothing up."""
    link = links.find(token)
    if link is None:
        return render(request, "accounts/link_gone.html", status=404)
    form = NewPasswordForm(link.user, request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        context = {"form": form, "link": link, "rules": RULES, "invited": link.kind == Link.Kind.INVITATION}
        return render(request, "accounts/welcome.html", context, status=400 if form.is_bound else 200)
    if not _take(request, link, form.cleaned_data["password"]):
        return render(request, "accounts/link_gone.html", status=404)
    return second_step.go_on(request, link.user, resolve_url(settings.LOGIN_REDIRECT_URL))


@transaction.atomic
def _take(request: HttpRequest, link: Link, password: str) -> bool:
    if not links.use(link):
        return False
    user = link.user
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user)
    action = "account.joined" if link.kind == Link.Kind.INVITATION else "account.password"
    record(request, action, str(user), office_id=user.office_id, actor=user)
    return True
