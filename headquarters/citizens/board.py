"""``/da-sua``: "Bạn góp ý – Chúng tôi đã sửa", for everybody. Only what a second person has reviewed."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from headquarters.cases import publishing
from headquarters.citizens.pages import LANGUAGE, language, page, query, show
from headquarters.offices import tree
from headquarters.offices.models import Office

ON_A_PAGE = 20
OFFICE, PAGE = "office", "trang"


@page
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Newest first; of one office and those below it, when its code is asked for."""
    code = request.GET.get(OFFICE, "").replace("\x00", "")[:40]
    office = Office.objects.filter(code=code).first() if code else None
    found = publishing.public(tree.under(office.pk) if office else None)
    shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get(PAGE))
    context = {
        "shown": shown,
        "office": office,
        "unknown": bool(code) and office is None,
        "offices": _offices(office),
        "kept": {LANGUAGE: language(request)} if query(request) else {},
        "tongue_query": f"&office={office.code}" if office else "",
    }
    return show(request, "board", context)


def _offices(chosen: Office | None) -> list[Office]:
    """Those that something is published of, by name, and the one that was asked for."""
    ids = set(publishing.public().order_by().values_list("case__office_id", flat=True).distinct())
    return list(Office.objects.filter(pk__in=ids | ({chosen.pk} if chosen else set())).order_by("name"))
