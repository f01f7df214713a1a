"""``/api/v1/read/…``: offices, aggregated figures and what offices have published, for a machine with a
token. Nothing of one person.

Comments are not served: nothing unreviewed leaves headquarters. What was reviewed and published is in the
offices' own words (cases.publishing).
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from headquarters import wire
from headquarters.api import problems, tokens
from headquarters.api.models import Token
from headquarters.api.problems import Problem
from headquarters.cases import publishing
from headquarters.offices import tree
from headquarters.offices.models import Office
from headquarters.ratings import slices
from headquarters.ratings.figures import MINIMUM_N, Tally, wilson
from headquarters.tablets import attempts

DAYS_MOST = 400
"""As api.openapi says it, too."""
USUAL_DAYS = 30
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WRONG, _USED = "api-wrong", "api"
_Reader = Callable[[HttpRequest, Token], dict[str, Any]]


def reader(view: _Reader) -> Callable[[HttpRequest], HttpResponse]:
    """GET with a good token, so many in a while; every refusal is a problem, nothing is kept by a cache."""

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            found: HttpResponse = JsonResponse(
                view(request, _let_in(request)), json_dumps_params={"ensure_ascii": False}
            )
        except Problem as problem:
            found = problems.answer(problem.code, problem.detail)
        except (OperationalError, InterfaceError):
            found = problems.answer("unavailable")
        found["Cache-Control"] = "no-store"
        return found

    return answer


def _let_in(request: HttpRequest) -> Token:
    if request.method not in ("GET", "HEAD"):
        raise Problem("method_not_allowed")
    address = wire.address(request)
    if attempts.exhausted(_WRONG, address):
        raise Problem("too_many_requests")
    kind, _space, plain = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not plain.strip():
        raise Problem("no_token")
    token = tokens.valid(plain.strip())
    if token is None:
        attempts.note(_WRONG, address)
        raise Problem("bad_token")
    if attempts.exhausted(_USED, str(token.pk)):
        raise Problem("too_many_requests")
    attempts.note(_USED, str(token.pk))
    tokens.note_use(request, token)
    return token


@reader
def offices(request: HttpRequest, token: Token) -> dict[str, Any]:
    """The offices of the token's node, those of the past too."""
    _known(request.GET, ())
    ids = _scope(token)
    found = Office.objects.select_related("parent").order_by("code")
    return {
        "offices": [
            {
                "code": one.code,
                "ident": one.ident,
                "name": one.name,
                "kind": one.kind,
                "parent": one.parent.code if one.parent and (ids is None or one.parent_id in ids) else None,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            }
            for one in (found if ids is None else found.filter(pk__in=ids))
        ]
    }


@reader
def by_office(request: HttpRequest, token: Token) -> dict[str, Any]:
    """Ratings of a period by the office that took them."""
    query = question(request.GET, token)
    found, part = slices.by_office(query), slices.participation_by_office(query)
    codes = dict(Office.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "code"))
    rows = [
        {"office": codes.get(pk or 0)} | tally(one) | {"participation": participation(part.get(pk or 0))}
        for pk, one in found.items()
    ]
    return _about(query) | {"rows": sorted(rows, key=lambda row: row["office"] or "")}


@reader
def by_day(request: HttpRequest, token: Token) -> dict[str, Any]:
    """Ratings of a period by day, days without any too."""
    query = question(request.GET, token)
    rows = [{"day": day.isoformat()} | tally(one) for day, one in slices.by_day(query).items()]
    return _about(query) | {"rows": rows}


@reader
def by_promise(request: HttpRequest, token: Token) -> dict[str, Any]:
    """How often each promise was named as kept and as missed."""
    query = question(request.GET, token)
    rows = [
        {"promise": key, "kept": kept, "missed": missed} for key, kept, missed in slices.by_promise(query)
    ]
    return _about(query) | {"rows": rows}


@reader
def published(request: HttpRequest, token: Token) -> dict[str, Any]:
    """ "Bạn góp ý – Chúng tôi đã sửa": what everybody may read, by the day of its publication."""
    _known(request.GET, ("from", "to", "office"))
    first, last = _period(request.GET)
    zone = timezone.get_current_timezone()
    found = publishing.public(_offices(request.GET, token)).filter(
        published_at__gte=dt.datetime.combine(first, dt.time(), zone),
        published_at__lt=dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone),
    )
    rows = [
        {
            "office": one.case.office.code,
            "said": one.said,
            "done": one.done,
            "published_on": timezone.localdate(one.published_at).isoformat(),
        }
        for one in found
    ]
    return {"from": first.isoformat(), "to": last.isoformat(), "rows": rows}


def tally(one: Tally) -> dict[str, Any]:
    """Counts and shares; null where there is nothing to divide by. ``small``: too few to compare by."""
    satisfied = wilson(one.n3 + one.n2, one.n) if one.n else None
    return {
        "not_satisfied": one.n1,
        "satisfied": one.n2,
        "very_satisfied": one.n3,
        "n": one.n,
        "not_satisfied_share": round(one.n1 / one.n, 4) if one.n else None,
        "satisfied_share": round((one.n3 + one.n2) / one.n, 4) if one.n else None,
        "satisfied_interval": [round(satisfied.low, 4), round(satisfied.high, 4)] if satisfied else None,
        "small": one.n < MINIMUM_N,
    }


def participation(one: slices.Participation | None) -> dict[str, Any] | None:
    """Null where no transactions were imported; the share is null where none were made."""
    if one is None:
        return None
    share = None if one.share is None else round(one.share, 4)
    return {"rated": one.rated, "transactions": one.transactions, "share": share}


# -- parameters --------------------------------------------------------------------------------------------


def question(given: QueryDict, token: Token) -> slices.Query:
    """What the parameters ask for. Raises Problem."""
    _known(given, ("from", "to", "office", "flagged"))
    first, last = _period(given)
    flagged = given.get("flagged", "0")
    if flagged not in ("0", "1"):
        raise Problem("bad_parameter", "flagged: 0 or 1")
    return slices.Query(first, last, _offices(given, token), flagged == "1")


def _period(given: QueryDict) -> tuple[dt.date, dt.date]:
    """First and last day, both included."""
    today = timezone.localdate()
    last = _day(given, "to", today)
    first = _day(given, "from", last - dt.timedelta(days=USUAL_DAYS - 1))
    if not first <= last:
        raise Problem("bad_parameter", "from: must not lie behind to")
    if (last - first).days >= DAYS_MOST:
        raise Problem("bad_parameter", f"from: at most {DAYS_MOST} days together")
    return first, last


def _known(given: QueryDict, names: tuple[str, ...]) -> None:
    """A misspelt parameter would silently give other figures than were asked for."""
    for name, values in given.lists():
        if name not in names:
            raise Problem("bad_parameter", f"known are: {', '.join(names) or 'none'}")
        if len(values) > 1:
            raise Problem("bad_parameter", f"{name}: given more than once")


def _day(given: QueryDict, name: str, usual: dt.date) -> dt.date:
    text = given.get(name)
    if text is None:
        return usual
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Problem("bad_parameter", f"{name}: a day such as 2026-11-21") from None
    if not 2000 <= day.year <= 2999:
        raise Problem("bad_parameter", f"{name}: a day such as 2026-11-21")
    return day


def _offices(given: QueryDict, token: Token) -> frozenset[int] | None:
    scope, code = _scope(token), given.get("office")
    if code is None:
        return scope
    one = None if "\x00" in code else Office.objects.filter(code=code).first()
    if one is None or (scope is not None and one.pk not in scope):
        # One word for both: a token tells nothing of what lies outside of it.
        raise Problem("bad_parameter", "office: no such code within this token's offices")
    return tree.under(one.pk)


def _scope(token: Token) -> frozenset[int] | None:
    return None if token.office_id is None else tree.under(token.office_id)


def _about(query: slices.Query) -> dict[str, Any]:
    return {
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "flagged": query.flagged,
        "minimum_n": MINIMUM_N,
    }


def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address below ``/api/v1/read/``: a problem too, not a page."""
    return problems.answer("not_found")
