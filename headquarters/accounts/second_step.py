"""Between the right password and being signed in: the session only says who has to show a second proof."""

from __future__ import annotations

import time

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from headquarters.accounts import second_factor
from headquarters.accounts.models import User

_WAITING = "second_step"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
LIVES_S = 10 * 60


def go_on(request: HttpRequest, user: User, then: str) -> HttpResponseRedirect:
    """The password was right: sign in, or ask for the code, or have the second step set up first."""
    if second_factor.on(user):
        _wait(request, user, then)
        return redirect("accounts:code")
    if second_factor.required(user.role):
        _wait(request, user, then)
        request.session["second_key"] = second_factor.new_key()
        return redirect("accounts:set-up")
    login(request, user, _BACKEND)
    return redirect(then)


def _wait(request: HttpRequest, user: User, then: str) -> None:
    request.session.flush()
    request.session[_WAITING] = {
        "user": user.pk,
        "then": then,
        "at": int(time.time()),
        # A password that is changed meanwhile ends this, too.
        "hash": user.get_session_auth_hash(),
    }


def waiting(request: HttpRequest) -> User | None:
    """Who has shown the right password here, ten minutes ago at most."""
    found = request.session.get(_WAITING)
    if not found or time.time() - found["at"] > LIVES_S:
        return None
    user = User.objects.filter(pk=found["user"], is_active=True).first()
    if user is None or not constant_time_compare(found["hash"], user.get_session_auth_hash()):
        return None
    return user


def finish(request: HttpRequest, user: User) -> str:
    """Signed in; where they wanted to go."""
    then: str = request.session[_WAITING]["then"]
    for name in (_WAITING, "second_key"):
        request.session.pop(name, None)
    login(request, user, _BACKEND)
    return then
