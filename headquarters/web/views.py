"""Sign-in, sign-out and the language."""

import datetime as dt
from typing import Any

from axes.helpers import get_failure_limit
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from headquarters import formats, wire
from headquarters.accounts import locks, second_step
from headquarters.web import forms

_LANGUAGE_REMEMBERED = dt.timedelta(days=365)


class SignIn(LoginView):
    template_name = "web/sign_in.html"
    authentication_form = forms.SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password is right: now the second step, where this person has one or must have one."""
        return second_step.go_on(self.request, form.get_user(), self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        forms.point_at_the_error(form)
        return super().form_invalid(form)


class SignOut(LogoutView):
    """Answers to POST only, as Django's own: a link in a mail must not sign anybody out."""

    next_page = "web:sign-in"

    def post(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        """The browser forgets what it keeps of these pages, too."""
        answer: HttpResponse = super().post(request, *args, **named)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Django's switch, kept for a year: by default the choice would end with the browser."""
    answer: HttpResponse = set_language(request)
    if settings.LANGUAGE_COOKIE_NAME in answer.cookies:
        answer.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] = int(_LANGUAGE_REMEMBERED.total_seconds())
    return answer


def locked_out(request: HttpRequest, _answer: HttpResponse | None = None, _who: Any = None) -> HttpResponse:
    """What axes shows after too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    username = request.POST.get("username", "").replace("\x00", "")
    left = locks.seconds_left(username, wire.address(request)) or settings.AXES_COOLOFF_TIME.total_seconds()
    context = {
        "failure_limit": get_failure_limit(request, None),
        # Rounded up: a person told to wait 14 minutes and 59 seconds must not come after 14.
        "wait": formats.duration(left + 59),
    }
    return render(request, "web/locked.html", context, status=429)
