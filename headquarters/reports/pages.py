"""The reports' pages: the list, a new one, one report with its versions, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit import log as audit
from headquarters.offices import tree
from headquarters.reports import building, changes, forms, jobs, keeping, schedule
from headquarters.reports.model import Texts
from headquarters.reports.models import Deadline, File, Report, Version
from headquarters.reports.periods import Kind
from headquarters.wire import plain

A_PAGE = 30
_STATES = ("draft", "issued")
_KINDS_OF_FILES = {
    File.Form.PDF: "application/pdf",
    File.Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    File.Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    File.Form.PICTURE: "image/png",
}


def seen(user: User) -> QuerySet[Report]:
    """Reports of the offices a person sees; who does not write them sees those that were issued."""
    found = Report.objects.filter(office__in=rights.offices(user)).select_related("office")
    issued = Version.objects.filter(report=OuterRef("pk")).exclude(issued_at=None)
    found = found.annotate(was_issued=Exists(issued))
    return found if user.may(Right.WRITE_REPORTS) else found.filter(was_issued=True)


def versions(user: User, report: Report) -> QuerySet[Version]:
    """The versions of a report that a person may read, the newest first."""
    found = report.versions.select_related("made_by", "issued_by")
    return found if user.may(Right.WRITE_REPORTS) else found.exclude(issued_at=None)


def waiting(user: User) -> list[schedule.Due]:
    """What this person's offices have to report soon."""
    own = Deadline.objects.filter(enabled=True, office__in=rights.offices(user)).select_related("office")
    return schedule.waiting(list(own), timezone.localdate())


def late_count(user: User) -> int:
    """How many reports are late, for the rail."""
    return sum(due.late for due in waiting(user)) if user.may(Right.WRITE_REPORTS) else 0


@rights.page(Right.SEE_FIGURES)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every report, by period, office and state; what is due on top."""
    user, asked = person(request), request.GET
    kind = asked.get("kind") if asked.get("kind") in Kind.values else ""
    state = asked.get("state") if asked.get("state") in _STATES else ""
    office = _office_asked(user, asked.get("office", ""))
    found = seen(user)
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(_in_state(state))
    if office is not None:
        found = found.filter(office_id__in=tree.under(office.pk))
    page = Paginator(found, A_PAGE).get_page(asked.get("page"))
    writes = user.may(Right.WRITE_REPORTS)
    context = {
        "here": "reports", "page": page, "lines": [_line(user, report) for report in page], "kind": kind,
        "state": state, "office": office, "kinds": Kind.choices, "n": page.paginator.count,
        "offices": rights.offices(user).order_by("name"), "due": waiting(user) if writes else [],
    }  # fmt: skip
    return render(request, "reports/index.html", context)


def _in_state(state: str) -> Q:
    has_draft = Exists(Version.objects.filter(report=OuterRef("pk"), issued_at=None))
    return Q(has_draft) if state == "draft" else ~Q(has_draft)


def _office_asked(user: User, text: str) -> Any:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return rights.offices(user).filter(pk=int(text)).first()


def _line(user: User, report: Report) -> dict[str, Any]:
    version = versions(user, report).first()
    issued = version if version is not None and version.issued_at else None
    return {"report": report, "version": version, "issued": issued}


@rights.page(Right.WRITE_REPORTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose office and period; the draft is made in the background."""
    user = person(request)
    usual = {"office": user.office_id, "kind": Kind.MONTH, "day": timezone.localdate()}
    form = forms.NewForm(user, request.POST or None, initial=usual | request.GET.dict())
    if request.method == "POST" and form.is_valid() and form.period is not None:
        known = seen(user).filter(
            office=form.cleaned_data["office"], kind=form.period.kind, first=form.period.first
        )
        if (there := known.first()) is not None:
            messages.success(request, _("There is a report of this period already: here it is."))
            return redirect("reports:report", there.pk)
        report = keeping.make(form.cleaned_data["office"], form.period, user)
        audit.record(request, "report.made", str(report), office_id=report.office_id)
        _ask(report, fresh=True)
        return redirect("reports:report", report.pk)
    return render(
        request, "reports/new.html", {"here": "reports", "form": form}, status=400 if form.errors else 200
    )


def _ask(report: Report, *, fresh: bool) -> None:
    version = report.latest
    if version is not None and version.issued_at is None:
        jobs.ask(version, fresh=fresh)


@rights.page(Right.SEE_FIGURES)
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version that this person may read."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    version = versions(person(request), found).first()
    if version is None:
        raise Http404
    return render(request, "reports/report.html", _shown(request, found, version))


@rights.page(Right.SEE_FIGURES)
@require_GET
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version, as it was."""
    found, shown = _version(request, pk, number)
    return render(request, "reports/report.html", _shown(request, found, shown))


def _version(request: HttpRequest, pk: int, number: int) -> tuple[Report, Version]:
    found = get_object_or_404(seen(person(request)), pk=pk)
    return found, get_object_or_404(versions(person(request), found), number=number)


def _shown(request: HttpRequest, found: Report, shown: Version, form: Any = None) -> dict[str, Any]:
    user = person(request)
    writes = user.may(Right.WRITE_REPORTS)
    job = jobs.of(shown) if shown.issued_at is None else None
    before = versions(user, found).filter(number__lt=shown.number).first()
    return {
        "here": "reports", "report": found, "version": shown, "figures": shown.taken, "writes": writes,
        "editable": writes and shown.issued_at is None, "ready": keeping.ready(shown),
        "files": {file.form: file for file in shown.files.defer("content")},
        "all_versions": versions(user, found), "newest": versions(user, found).first() == shown,
        "form": form or forms.TextsForm(initial=vars_of(shown.texts)), "before": before,
        "changed": _changed(before, shown), "changed_texts": _changed_texts(before, shown),
        **_progress(job),
    }  # fmt: skip


def vars_of(texts: Texts) -> dict[str, str]:
    """As a form's values."""
    return {name: getattr(texts, name) for name in changes.TEXTS}


def _changed(before: Version | None, shown: Version) -> list[changes.Change]:
    old, new = before.taken if before else None, shown.taken
    return changes.figures(old, new) if old and new else []


def _changed_texts(before: Version | None, shown: Version) -> list[Any]:
    return changes.texts(before.texts, shown.texts) if before else []


def _progress(job: Any) -> dict[str, Any]:
    if job is None:
        return {"job": None}
    stale = jobs.is_stale(job)
    return {
        "job": job,
        "stale": stale,
        "moving": job.state in (job.State.WAITING, job.State.RUNNING) and not stale,
        "failed": stale or job.state == job.State.FAILED,
        "why": jobs.WORDS.get(job.error, ""),
    }


@rights.page(Right.WRITE_REPORTS)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the draft has come; asked again and again by the page. When it is done, that page is loaded
    anew."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    last = found.latest
    job = jobs.of(last) if last is not None else None
    context = {"report": found, **_progress(job)}
    if not context.get("moving"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "reports/parts/progress.html", context)


@rights.page(Right.WRITE_REPORTS)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, refresh, issue or correct."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    draft = found.versions.filter(issued_at=None).first()
    action = request.POST.get("action", "")
    if action == "correct":
        return _correct(request, found)
    if draft is None:
        messages.error(request, _("The report was issued: what is to change needs a correction."))
        return redirect("reports:report", pk)
    form = forms.TextsForm(request.POST)
    if not form.is_valid():
        return render(request, "reports/report.html", _shown(request, found, draft, form), status=400)
    # The texts come with every button: what somebody wrote and did not keep is not lost.
    written = _write(request, draft, Texts(**form.cleaned_data))
    if action == "refresh":
        audit.record(request, "report.refreshed", str(draft), office_id=found.office_id)
        jobs.ask(draft, fresh=True)
    elif written:
        jobs.ask(draft, fresh=False)
    if action == "issue" and written:
        messages.error(request, _("What you wrote is kept. The files are made anew: look, then issue."))
    elif action == "issue":
        _issue(request, found, draft)
    elif action == "write":
        messages.success(request, _("Kept."))
    return redirect("reports:report", pk)


def _write(request: HttpRequest, draft: Version, texts: Texts) -> bool:
    """Whether anything was new."""
    if texts == draft.texts:
        return False
    keeping.write(draft, texts)
    audit.record(request, "report.written", str(draft), office_id=draft.report.office_id)
    return True


def _issue(request: HttpRequest, found: Report, draft: Version) -> None:
    try:
        keeping.issue(draft, person(request))
    except keeping.NotReady:
        messages.error(request, _("The files are not ready yet. Wait until they are made, look, then issue."))
    except keeping.Issued:
        messages.error(request, _("Somebody else has issued it already."))
    else:
        audit.record(request, "report.issued", str(draft), office_id=found.office_id, detail=_hashes(draft))
        messages.success(request, _("Issued. This version stays as it is."))


def _hashes(version: Version) -> str:
    found = version.files.exclude(form=File.Form.PICTURE).order_by("form").values_list("form", "sha256")
    return " ".join(f"{form}:{sha256}" for form, sha256 in found)


def _correct(request: HttpRequest, found: Report) -> HttpResponse:
    reason = plain(request.POST.get("reason", ""), 300).strip()
    if not reason:
        messages.error(request, _("Please write why it is corrected: the reason is kept with the version."))
        return redirect("reports:report", found.pk)
    try:
        draft = keeping.correct(found, person(request), reason)
    except keeping.NotReady:
        messages.error(request, _("There is a draft already: change that one."))
    else:
        audit.record(request, "report.corrected", str(draft), office_id=found.office_id, detail=reason)
        jobs.ask(draft, fresh=True)
    return redirect("reports:report", found.pk)


@rights.page(Right.SEE_FIGURES)
@require_GET
def download(request: HttpRequest, pk: int, number: int, form: str) -> HttpResponseBase:
    """A file of a version. That it was taken away is kept by accounts.middleware.Exports; a PDF that is only
    looked at is the same file, and is kept here."""
    found, shown = _version(request, pk, number)
    file = get_object_or_404(shown.files, form=form)
    taken = shown.taken
    if taken is None:
        raise Http404
    answer = HttpResponse(bytes(file.content), content_type=_KINDS_OF_FILES[File.Form(file.form)])
    name = building.file_name(taken, shown.number, file.form)
    inline = file.form == File.Form.PICTURE or (file.form == File.Form.PDF and "look" in request.GET)
    if inline and file.form == File.Form.PDF:
        audit.record(request, "export.file", name, office_id=found.office_id, detail="look")
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return answer
