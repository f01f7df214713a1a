"""The audit log for auditors and system administrators: found by person, kind and day, and as CSV."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headquarters import formats, spreadsheets
from headquarters.accounts import log_words, rights
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.audit.models import Entry

PAGE = 50
MOST_IN_A_FILE = 50_000


class Wanted(NamedTuple):
    """What the page's address asks for. Words that make no sense ask for nothing."""

    who: str
    kind: str
    first: dt.date | None
    last: dt.date | None

    @property
    def query(self) -> str:
        named = {"who": self.who, "kind": self.kind, "from": self.first, "to": self.last}
        return urlencode({name: value for name, value in named.items() if value})


def read(asked: QueryDict) -> Wanted:
    """The filter in the address."""
    kind = asked.get("kind", "")
    who = asked.get("who", "").replace("\x00", "").strip()[:150]
    return Wanted(who, kind if kind in log_words.GROUPS else "", _day(asked, "from"), _day(asked, "to"))


def _day(asked: QueryDict, name: str) -> dt.date | None:
    try:
        return parse_date(asked.get(name, ""))
    except ValueError:  # 2026-02-31
        return None


def seen_by(user: User) -> QuerySet[Entry]:
    """Entries about the offices a person sees; those that concern all offices only who sees all."""
    found = Entry.objects.select_related("actor", "office")
    ids = rights.office_ids(user)
    return found if ids is None else found.filter(office_id__in=ids)


def found(user: User, wanted: Wanted) -> QuerySet[Entry]:
    """Newest first."""
    entries = seen_by(user)
    if wanted.who:
        entries = entries.filter(
            Q(who__icontains=wanted.who)
            | Q(target__icontains=wanted.who)
            | Q(actor__display_name__icontains=wanted.who)
        )
    if wanted.kind:
        begins = (Q(action__startswith=f"{name}.") for name in log_words.GROUPS[wanted.kind][1])
        entries = entries.filter(functools.reduce(operator.or_, begins))
    if wanted.first:
        entries = entries.filter(at__gte=_midnight(wanted.first))
    if wanted.last and wanted.last < dt.date.max:
        entries = entries.filter(at__lt=_midnight(wanted.last + dt.timedelta(days=1)))
    return entries.order_by("-pk")


def _midnight(day: dt.date) -> dt.datetime:
    # Year 1 has no midnight in UTC east of it.
    return timezone.make_aware(dt.datetime.combine(max(day, dt.date(1970, 1, 1)), dt.time()))


@rights.page(Right.READ_LOG)
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    wanted = read(request.GET)
    pages = Paginator(found(rights.person(request), wanted), PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "here": "log",
        "wanted": wanted,
        "shown": shown,
        "lines": [(entry, log_words.action(entry.action), log_words.detail(entry)) for entry in shown],
        "groups": [(name, words) for name, (words, _begins) in log_words.GROUPS.items()],
    }
    return render(request, "accounts/log.html", context)


@rights.page(Right.READ_LOG)
@require_GET
def log_csv(request: HttpRequest) -> HttpResponse:
    """What the page finds, newest first. That it was taken is an entry itself (middleware.Exports)."""
    entries = found(rights.person(request), read(request.GET))[:MOST_IN_A_FILE]
    heads = [_("When"), _("Who"), _("Name"), _("What"), _("On what"), _("Office"), _("Details"), _("Address")]
    name = f"nhat-ky-{timezone.localdate()}.csv"
    return spreadsheets.csv_answer([heads, *(_cells(entry) for entry in entries)], name)


def _cells(entry: Entry) -> list[str]:
    texts = (
        entry.who,
        entry.actor.get_full_name() if entry.actor else "",
        log_words.action(entry.action),
        entry.target,
        entry.office.name if entry.office else "",
        log_words.detail(entry),
        entry.address or "",
    )
    return [formats.moment(entry.at), *(spreadsheets.safe(text) for text in texts)]
