"""What citizens wrote: to read and to search without accents. Personal numbers were covered on the tablet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headquarters import formats
from headquarters.accounts import rights
from headquarters.accounts.roles import Right
from headquarters.cases import raising
from headquarters.offices.models import Desk
from headquarters.ratings import slices
from headquarters.ratings.models import Comment
from headquarters.web import exports
from headquarters.web.figure_pages import base, read
from headquarters.web.filters import Filters

_LONGEST_SEARCH = 100
_MOST_EXPORTED_PAGES = 200
_EXPORTED = ("office", "desk", "level_words", "topic", "text")


@rights.page(Right.READ_COMMENTS)
@require_GET
def comments(request: HttpRequest) -> HttpResponse:
    shown = read(request)
    text, level = _search(request)
    found = slices.comments(shown.slice(), text, level, _page(request))
    context = base(request, shown, "comments") | {
        "found": found,
        "rows": _rows(found.rows),
        "text": text,
        "level": level,
        "levels": _levels(shown, text, level),
        "kept": list(shown.parameters.items()),
        "search_query": _query(shown, text, level),
        "newer": _query(shown, text, level, found.page - 1) if found.page > 1 else "",
        "older": _query(shown, text, level, found.page + 1) if found.page < found.pages else "",
    }
    return render(request, "web/figures/comments.html", context)


@rights.page(Right.READ_COMMENTS)
@require_GET
def comments_csv(request: HttpRequest) -> HttpResponse:
    shown = read(request)
    text, level = _search(request)
    lines = [[_("Time"), _("Office"), _("Desk"), _("Level"), _("Kind"), _("Comment")]]
    page, pages = 1, 1
    while page <= min(pages, _MOST_EXPORTED_PAGES):
        found = slices.comments(shown.slice(), text, level, page)
        pages = found.pages
        lines += [
            [
                formats.moment(row["at"]),
                row["office"],
                row["desk"],
                row["level_words"],
                row["topic"],
                row["text"],
            ]
            for row in _rows(found.rows)
        ]
        page += 1
    return exports.comments(lines, shown.period)


def _search(request: HttpRequest) -> tuple[str, int | None]:
    # A NUL is no text to PostgreSQL.
    text = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
    level = request.GET.get("level", "")
    return text, int(level) if level in ("1", "2", "3") else None


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _query(shown: Filters, text: str, level: int | None, page: int = 1) -> str:
    own = {"q": text, "level": str(level or ""), "page": str(page) if page > 1 else ""}
    parameters = shown.parameters | {name: value for name, value in own.items() if value}
    return f"?{urlencode(parameters)}" if parameters else "?"


def _levels(shown: Filters, text: str, level: int | None) -> list[dict[str, Any]]:
    words = {None: _("All levels"), 1: _("Not satisfied yet"), 2: _("Satisfied"), 3: _("Very satisfied")}
    return [
        {"query": _query(shown, text, key), "words": name, "chosen": key == level}
        for key, name in words.items()
    ]


def _rows(found: list[Comment]) -> list[dict[str, Any]]:
    desks = {
        desk.pk: desk
        for desk in Desk.objects.select_related("office").filter(pk__in={row.desk_id for row in found})
    }
    cases = raising.of_visits(found)
    return [
        _row(row, desks.get(row.desk_id)) | {"case": cases.get((row.tablet_id, row.visit_id))}
        for row in found
    ]


def _row(row: Comment, desk: Desk | None) -> dict[str, Any]:
    topics = {"gop-y": _("Suggestion"), "khen-ngoi": _("Praise"), "phan-anh": _("Report")}
    levels = {1: _("Not satisfied yet"), 2: _("Satisfied"), 3: _("Very satisfied")}
    return {
        "at": dt.datetime.fromtimestamp(row.wall_ms / 1000, tz=timezone.get_current_timezone()),
        "office": desk.office.name if desk else _("Not placed yet"),
        "desk": desk.name if desk else "",
        "level": row.level,
        "face": f"web/faces/{row.level}.html" if row.level in levels else "",
        "level_words": levels.get(row.level or 0, _("No rating")),
        "topic": topics.get(row.topic, row.topic),
        "text": row.text,
        "review": row.review,
        "tablet_id": row.tablet_id,
        "event_id": row.event_id,
        "placed": row.office_id != 0,
    }
