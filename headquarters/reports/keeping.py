"""What is done with reports: made, written in, issued, corrected. An issued version is not touched again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.documents import letterheads
from headquarters.offices.models import Office
from headquarters.reports.model import Figures, Texts, packed
from headquarters.reports.models import Deadline, File, Report, Version
from headquarters.reports.periods import Period


class Issued(Exception):
    """The version was issued; what is to change goes into a new one."""


class NotReady(Exception):
    """The version has no figures, or its files are older than its texts."""


def make(office: Office, period: Period, by: User | None, deadline: Deadline | None = None) -> Report:
    """The report with a first draft, or the one that is there already."""
    now = timezone.now()
    with transaction.atomic():
        found, new = Report.objects.get_or_create(
            office=office,
            kind=period.kind,
            first=period.first,
            defaults={"made_at": now, "made_by": by, "deadline": deadline},
        )
        if new:
            receivers = deadline.receivers if deadline and deadline.receivers else _usual_receivers(found)
            Version.objects.create(
                report=found, number=1, made_at=now, made_by=by, changed_at=now, receivers=receivers
            )
    return found


def _usual_receivers(report: Report) -> str:
    """Those of the office's last report of this kind, else those of its documents."""
    last = Version.objects.filter(report__office=report.office, report__kind=report.kind)
    found = last.exclude(receivers="").order_by("-made_at").values_list("receivers", flat=True).first()
    return found or "\n".join(letterheads.receivers_of(report.office))


def write(version: Version, texts: Texts) -> None:
    """Keep what people wrote. Raises Issued."""
    _change(version, **asdict(texts))


def put_figures(version: Version, figures: Figures) -> None:
    """Keep new figures. Raises Issued."""
    _change(version, figures=packed(figures))


def _change(version: Version, **values: object) -> None:
    now = timezone.now()
    if not Version.objects.filter(pk=version.pk, issued_at=None).update(**values, changed_at=now):
        raise Issued
    version.refresh_from_db()


def put_files(version: Version, files: Iterable[tuple[str, bytes]]) -> None:
    """Keep these, built from what ``version`` held when it was read, instead of those there are. Raises
    Issued."""
    now = timezone.now()
    with transaction.atomic():
        if not Version.objects.select_for_update().filter(pk=version.pk, issued_at=None).exists():
            raise Issued
        for form, content in files:
            known = {"content": content, "sha256": hashlib.sha256(content).hexdigest()}
            File.objects.update_or_create(
                version=version,
                form=form,
                defaults={**known, "size": len(content), "built_at": now, "says": version.changed_at},
            )


def ready(version: Version) -> bool:
    """Whether its files say what its figures and texts say."""
    built = version.files.filter(says=version.changed_at).count()
    return bool(version.figures) and built == len(File.Form)


def issue(version: Version, by: User | None) -> None:
    """From now on it does not move. Raises Issued, NotReady."""
    with transaction.atomic():
        found = Version.objects.select_for_update().get(pk=version.pk)
        if found.issued_at is not None:
            raise Issued
        if not ready(found):
            raise NotReady
        found.issued_at, found.issued_by = timezone.now(), by
        found.save(update_fields=["issued_at", "issued_by"])
    version.refresh_from_db()


def correct(report: Report, by: User | None, reason: str) -> Version:
    """A new draft with the texts of the last version. Raises NotReady while there is a draft already."""
    now = timezone.now()
    with transaction.atomic():
        last = Version.objects.select_for_update().filter(report=report).order_by("-number").first()
        if last is None or last.issued_at is None:
            raise NotReady
        return Version.objects.create(
            report=report, number=last.number + 1, made_at=now, made_by=by, changed_at=now,
            reason=reason[:300], **asdict(last.texts),
        )  # fmt: skip
