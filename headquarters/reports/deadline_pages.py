"""Pages of deadlines: which reports are due when, to whom, and who says so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts import rights
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit import log as audit
from headquarters.reports import forms, schedule
from headquarters.reports.models import Deadline


@rights.page(Right.MANAGE_DOCUMENTS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Which reports are due when, to whom, and who says so."""
    own = Deadline.objects.filter(office__in=rights.offices(person(request))).select_related("office")
    context = {"here": "reports", "deadlines": own, "presets": schedule.presets()}
    return render(request, "reports/deadlines.html", context)


@rights.page(Right.MANAGE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new one, perhaps as a plan has it."""
    like = next((one for one in schedule.presets() if one["key"] == request.GET.get("like")), {})
    names = (*forms.DeadlineForm.Meta.fields,)
    usual = {name: like[name] for name in names if name in like}
    made = Deadline(since=timezone.localdate())
    initial = {"office": person(request).office_id, "days_before": 7, "enabled": True} | usual
    return _answered(
        request, forms.DeadlineForm(person(request), request.POST or None, instance=made, initial=initial)
    )


@rights.page(Right.MANAGE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    user = person(request)
    found = get_object_or_404(Deadline, pk=pk, office__in=rights.offices(user))
    return _answered(request, forms.DeadlineForm(user, request.POST or None, instance=found))


def _answered(request: HttpRequest, form: forms.DeadlineForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        audit.record(
            request, "report.deadline", str(kept), office_id=kept.office_id,
            detail=f"{kept.day} {kept.months_after:+} {kept.source}",
        )  # fmt: skip
        messages.success(request, _("Kept."))
        return redirect("reports:deadlines")
    context = {"here": "reports", "form": form, "deadline": form.instance}
    return render(request, "reports/deadline.html", context, status=400 if form.errors else 200)
