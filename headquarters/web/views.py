"""The overview, its live part and its tables; sign-in, sign-out and the language."""

import datetime as dt
from typing import Any

from axes.helpers import get_cool_off, get_failure_limit
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from headquarters import formats
from headquarters.accounts import rights
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.ratings import figures
from headquarters.web import charts, exports, findings, fleet, forms, periods

_LANGUAGE_REMEMBERED = dt.timedelta(days=365)


class SignIn(LoginView):
    template_name = "web/sign_in.html"
    authentication_form = forms.SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        forms.point_at_the_error(form)
        return super().form_invalid(form)


class SignOut(LogoutView):
    """Answers to POST only, as Django's own: a link in a mail must not sign anybody out."""

    next_page = "web:sign-in"


@rights.page(Right.SEE_FIGURES)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    today_day = timezone.localdate()
    period, refused = periods.read(request.GET, today_day)
    scope = _scope(request)
    context = _today_context(scope) | _period_context(period, scope) | {"refused": refused, "period": period}
    context["period_name"] = findings.period_name(period.days, period.last, today_day)
    context["quick_periods"] = _quick_periods(period, today_day)
    context["fleet"] = fleet.status(timezone.now(), scope)
    return render(request, "web/overview.html", context)


@never_cache
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The live part. After a session has ended htmx must load the sign-in page, not swap it in here."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "web/parts/today.html", _today_context(_scope(request)))


@rights.page(Right.SEE_FIGURES)
@require_GET
def days_csv(request: HttpRequest) -> HttpResponse:
    period, _refused = periods.read(request.GET, timezone.localdate())
    return exports.days(
        findings.shown_days(figures.by_day(period.first, period.last, _scope(request))), period
    )


@rights.page(Right.SEE_FIGURES)
@require_GET
def offices_csv(request: HttpRequest) -> HttpResponse:
    period, _refused = periods.read(request.GET, timezone.localdate())
    return exports.offices(figures.by_office(period.first, period.last, _scope(request)), period)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Django's switch, kept for a year: by default the choice would end with the browser."""
    answer: HttpResponse = set_language(request)
    if settings.LANGUAGE_COOKIE_NAME in answer.cookies:
        answer.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] = int(_LANGUAGE_REMEMBERED.total_seconds())
    return answer


def locked_out(request: HttpRequest, _answer: HttpResponse | None = None, _who: Any = None) -> HttpResponse:
    """What axes shows after too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    cool_off = get_cool_off(request)
    context = {
        "failure_limit": get_failure_limit(request, None),
        "wait": formats.duration(cool_off.total_seconds()) if cool_off else "",
    }
    return render(request, "web/locked.html", context, status=429)


def _scope(request: HttpRequest) -> frozenset[int] | None:
    """The offices this person may see: the subtree of their own office, or every office (None)."""
    return rights.office_ids(person(request))


def _today_context(scope: frozenset[int] | None) -> dict[str, Any]:
    now = timezone.localtime()
    tally = figures.period_figures(now.date(), now.date(), scope)
    return {"today": now.date(), "now": now, "today_tally": tally}


def _period_context(period: periods.Period, scope: frozenset[int] | None) -> dict[str, Any]:
    tally = figures.period_figures(period.first, period.last, scope)
    before = figures.period_figures(period.before.first, period.before.last, scope)
    offices = figures.by_office(period.first, period.last, scope)
    days = findings.shown_days(figures.by_day(period.first, period.last, scope))
    return {
        "tally": tally,
        "change": findings.change(tally, before),
        "satisfied_scale": charts.scale(tally.satisfied_interval, tally.satisfied_share),
        "offices": offices,
        "offices_title": findings.offices(offices),
        # One parent for all rows says nothing on each of them.
        "show_parent": len({row.parent for row in offices}) > 1,
        "days": days,
        "trend_title": findings.trend(days),
        "trend_data": charts.trend(days),
        "minimum_n": figures.MINIMUM_N,
    }


def _quick_periods(shown: periods.Period, today_day: dt.date) -> list[dict[str, Any]]:
    quick = [periods.ending(today_day, days) for days in periods.QUICK_DAYS]
    return [
        {
            "label": ngettext("%(n)s day", "%(n)s days", period.days) % {"n": period.days},
            "query": period.query,
            "chosen": period == shown,
        }
        for period in quick
    ]
