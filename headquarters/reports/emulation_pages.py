"""Pages of the sheets for emulation: figures, review, reply, the sheet as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headquarters.accounts import rights
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit import log as audit
from headquarters.config import ConfigError
from headquarters.documents import docx, letterheads, pdf
from headquarters.offices.models import Office, Official
from headquarters.reports import emulation, emulation_layout, periods
from headquarters.reports.emulation import Sheet
from headquarters.reports.models import Review
from headquarters.reports.periods import Kind, Period
from headquarters.wire import plain

_PRINTERS = {
    "pdf": (pdf.write, "application/pdf"),
    "docx": (docx.write, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@rights.page(Right.WRITE_REPORTS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Choose office and period; the sheet below."""
    user = person(request)
    office, period = _asked(request)
    found = None
    try:
        found = _sheet(request, office, period) if office else None
    except ConfigError as error:
        messages.error(request, _("A file of settings cannot be used: %s") % error)
    context = {
        "here": "reports", "sheet": found, "office": office, "period": period,
        "offices": rights.offices(user).order_by("name"),
        "kinds": [(kind.value, kind.label) for kind in emulation.KINDS],
    }  # fmt: skip
    return render(request, "reports/emulation.html", context)


def _sheet(request: HttpRequest, office: Office, period: Period) -> Sheet:
    """With persons for who leads them; then the look is in the log, as on the page of figures."""
    may = person(request).may(Right.SEE_OFFICIALS)
    found = emulation.sheet(office, period, timezone.localdate(), may)
    if found.officials is not None:
        audit.record(request, "official.seen", office.name, office_id=office.pk, detail=period.name)
    return found


def _asked(request: HttpRequest) -> tuple[Office | None, Period]:
    """What the address names; the last quarter of the person's own office is usual. Anything else is not
    there."""
    user, query = person(request), request.GET
    today = timezone.localdate()
    usual = periods.containing(Kind.QUARTER, today).before
    try:
        kind = Kind(query.get("kind") or usual.kind)
        period = periods.named(kind, query["of"]) if query.get("of") else _usual(kind)
    except ValueError as error:
        raise Http404 from error
    if kind not in emulation.KINDS or period.first > today:
        raise Http404
    number = query.get("office", "")
    if not number:
        return user.office, period
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    return get_object_or_404(rights.offices(user), pk=int(number)), period


def _usual(kind: Kind) -> Period:
    """The last one that is over, but the year that runs."""
    found = periods.containing(kind, timezone.localdate())
    return found.before if kind is Kind.QUARTER else found


def _address(office: Office, period: Period) -> str:
    return f"{reverse('reports:emulation')}?office={office.pk}&kind={period.kind}&of={period.code}"


@rights.page(Right.WRITE_REPORTS)
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a person found about a desk, and what the desk says to it."""
    desk = get_object_or_404(rights.desks(person(request)), pk=pk)
    _keep(request, {"desk": desk}, f"{desk.office.name} · {desk.name}", desk.office)
    return redirect(_address(_asked(request)[0] or desk.office, _asked(request)[1]))


@rights.page(Right.SEE_OFFICIALS)
@require_POST
def review_official(request: HttpRequest, pk: int) -> HttpResponse:
    """The same about an official. The log names the key, never the person."""
    found = Official.objects.filter(office__in=rights.offices(person(request))).select_related("office")
    one = get_object_or_404(found, pk=pk)
    _keep(request, {"official": one}, f"{one.office.name} · {one.code}", one.office)
    return redirect(_address(_asked(request)[0] or one.office, _asked(request)[1]))


def _keep(request: HttpRequest, about: dict[str, Any], target: str, office: Office) -> None:
    period = _asked(request)[1]
    values = {
        "finding": plain(request.POST.get("finding", ""), 1000).strip(),
        "reply": plain(request.POST.get("reply", ""), 1000).strip(),
        "by": person(request),
        "at": timezone.now(),
    }
    Review.objects.update_or_create(**about, kind=period.kind, first=period.first, defaults=values)
    audit.record(request, "report.reviewed", target, office_id=office.pk, detail=period.name)
    messages.success(request, _("Kept."))


@rights.page(Right.WRITE_REPORTS)
@require_GET
def file(request: HttpRequest, form: str) -> HttpResponse:
    """The sheet as a document. That it was taken away is kept by accounts.middleware.Exports."""
    office, period = _asked(request)
    if office is None or form not in _PRINTERS:
        raise Http404
    try:
        found = _sheet(request, office, period)
    except ConfigError:
        return redirect(_address(office, period))
    said: Any = emulation_layout.document(found, letterheads.of(office), letterheads.signature_of(office))
    write, kind = _PRINTERS[form]
    answer = HttpResponse(write(said), content_type=kind)
    name = f"phieu-thi-dua-{office.code}-{period.kind}-{period.code}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
