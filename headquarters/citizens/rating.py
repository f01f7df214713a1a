"""``/p/<token>``: one rating of one desk, on the citizen's own phone, after a scan of the tablet's QR."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from headquarters import wire
from headquarters.citizens import limits, words
from headquarters.citizens.pages import notice, page, query, show
from headquarters.ratings import phone as ratings
from headquarters.tablets.models import Tablet
from headquarters.tablets.phone import Judged, judge
from sync.phone import GRACE_S, VALID_S, Token, Verdict

_NOTICES = {Verdict.EXPIRED: words.EXPIRED, Verdict.EARLY: words.EARLY, Verdict.FORGED: words.UNKNOWN}
_LEVELS = {str(one.level): one.level for one in words.LEVELS}
_PAGE_BYTES = 8
_ADDRESS, _WRONG, _TABLET = "phone-address", "phone-wrong", "phone-tablet"


@page
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The question, and its answer: one tap of one button, with or without a script."""
    if limits.exhausted(_WRONG, wire.address(request)):
        return notice(request, words.TOO_MANY)
    now = timezone.now()
    answering = request.method == "POST"
    judged = judge(token, now.timestamp(), VALID_S + GRACE_S if answering else VALID_S)
    if judged.tablet is None or judged.token is None:
        limits.note(_WRONG, wire.address(request))
        return notice(request, words.UNKNOWN)
    visit = _visit(judged.tablet, judged.token, request.POST.get("page", ""))
    given = ratings.rated(visit, now)
    if given is None and judged.verdict is not Verdict.OK:
        return notice(request, _NOTICES[judged.verdict], tablet=judged.tablet)
    if answering:
        return _answer(request, token, judged.tablet, visit, given)
    if given is not None:
        return notice(request, words.USED, tablet=judged.tablet)
    return _question(request, judged.tablet)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """After the rating is saved, never before: thanks, or that we are sorry; and reasons for who likes."""
    now = timezone.now()
    judged = judge(token, now.timestamp(), VALID_S + GRACE_S)
    if judged.tablet is None or judged.token is None:
        return rate(request, token=token)
    visit = _visit(judged.tablet, judged.token)
    given = ratings.rated(visit, now)
    if given is None:
        return _to(request, "citizens:rate", token)
    if request.method == "POST":
        return _reasons(request, token, judged, visit, given)
    chosen = ratings.reasons(visit, now)
    asks = judged.verdict is Verdict.OK and not chosen
    return show(request, "thanks", _closing(judged.tablet, given.level, chosen) | {"asks": asks})


def _answer(
    request: HttpRequest, token: str, tablet: Tablet, visit: ratings.Visit, given: ratings.Rated | None
) -> HttpResponse:
    """Save, then thanks. The same tap of one phone sent twice is one rating and is thanked for twice; another
    phone's, whose rating does not count, is not thanked for."""
    level = _LEVELS.get(request.POST.get("level", ""))
    if level is None:
        return _question(request, tablet, status=400)
    if given is None:
        if _too_many(request, tablet):
            return notice(request, words.TOO_MANY, tablet=tablet)
        now = timezone.now()
        try:
            ratings.rate(visit, level, now)
            given = ratings.rated(visit, now)
        except ratings.NoSuchTablet:
            return notice(request, words.UNKNOWN)
    if given != (level, visit.visit_id):
        return notice(request, words.USED, tablet=tablet)
    return _to(request, "citizens:thanks", token)


def _too_many(request: HttpRequest, tablet: Tablet) -> bool:
    """Counts the try when there is room for it."""
    bounds = ((_TABLET, str(tablet.pk)), (_ADDRESS, wire.address(request)))
    if any(limits.exhausted(what, who) for what, who in bounds):
        return True
    for what, who in bounds:
        limits.note(what, who)
    return False


def _reasons(
    request: HttpRequest, token: str, judged: Judged, visit: ratings.Visit, given: ratings.Rated
) -> HttpResponse:
    """What was chosen, once; nothing chosen is nothing said."""
    sent = request.POST.getlist("chosen")
    chosen = [one.key for one in words.REASONS if one.key in sent]
    if chosen and judged.verdict is Verdict.OK:
        try:
            ratings.give_reasons(visit, given, chosen, timezone.now())
        except ratings.NoSuchTablet:
            return notice(request, words.UNKNOWN)
    return _to(request, "citizens:thanks", token)


def _question(request: HttpRequest, tablet: Tablet, status: int = 200) -> HttpResponse:
    context = {"tablet": tablet, "levels": words.LEVELS, "page": secrets.token_hex(_PAGE_BYTES)}
    return show(request, "rate", context, status)


def _closing(tablet: Tablet, level: int, chosen: list[str]) -> dict[str, Any]:
    label = next(one.label for one in words.LEVELS if one.level == level)
    kept = [one for one in words.REASONS if one.key in chosen]
    return {"tablet": tablet, "level": level, "label": label, "reasons": words.REASONS, "kept": kept}


def _visit(tablet: Tablet, token: Token, page: str = "") -> ratings.Visit:
    return ratings.Visit(tablet.pk, token.once, page[: 2 * _PAGE_BYTES])


def _to(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """See other: a page that is loaded again sends nothing again."""
    return HttpResponseRedirect(reverse(name, args=[token]) + query(request), status=303)
