"""Building a report in the background of the server: nobody's request waits for it.

A thread a job, one at work at a time in a process. What a job has done so far stands in the database, so that
any page of any process can show it; when the server was stopped meanwhile, the job is begun again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from django.db import connections, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.config import ConfigError
from headquarters.reports import building, gather, keeping
from headquarters.reports.models import STALE, File, Job, Version

log = logging.getLogger(__name__)
WORDS: dict[str, Promise] = {
    "early": _("The period has not begun: there is nothing to count yet."),
    "issued": _("The version was issued meanwhile and stays as it is. Make a correction instead."),
    "config": _("A file of settings cannot be used (indicators.toml). Tell whoever runs the server."),
    "broken": _(
        "The files could not be made. Begin again; if that fails, too, tell whoever runs the server."
    ),
}
"""Why a job failed."""
_one_at_a_time = threading.Lock()


def ask(version: Version, *, fresh: bool) -> Job:
    """Build this version's files, with the figures of now if ``fresh``. One job at most waits; one that is
    at work may have read the texts of before, so that another comes behind it."""
    now = timezone.now()
    with transaction.atomic():
        Version.objects.select_for_update().get(pk=version.pk)
        under_way = version.jobs.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
        under_way.filter(moved_at__lte=now - STALE).update(state=Job.State.FAILED, error="broken")
        waiting = version.jobs.filter(state=Job.State.WAITING).first()
        if waiting is not None:
            Job.objects.filter(pk=waiting.pk).update(fresh=fresh or waiting.fresh)
            return waiting
        made = Job.objects.create(version=version, fresh=fresh, asked_at=now, moved_at=now)
    begin(made)
    return made


def ask_here(version: Version) -> Job:
    """As ``ask``, of a new version, but done before it returns: for commands and the regular round."""
    now = timezone.now()
    made: Job = Job.objects.create(version=version, fresh=True, asked_at=now, moved_at=now)
    run(made.pk)
    made.refresh_from_db()
    return made


def begin(job: Job) -> None:
    """In a thread of its own. It ends with the process: what it did not finish can be begun again."""
    threading.Thread(target=_in_a_thread, args=(job.pk,), name=f"report-{job.pk}", daemon=True).start()


def _in_a_thread(pk: int) -> None:
    try:
        with _one_at_a_time:
            run(pk)
    finally:
        connections.close_all()


def run(pk: int) -> None:
    """Do the job now. Whatever goes wrong stands in it; what nobody foresaw also goes on to the caller."""
    found = Job.objects.filter(pk=pk, state=Job.State.WAITING)
    if not found.update(state=Job.State.RUNNING, moved_at=timezone.now()):
        return
    job = Job.objects.select_related("version__report__office").get(pk=pk)
    error = "broken"
    try:
        _build(job.version, fresh=job.fresh, say=lambda percent: _moved(pk, percent))
        error = ""
    except gather.TooEarly:
        error = "early"
    except keeping.Issued:
        error = "issued"
    except ConfigError:
        log.exception("job %d", pk)
        error = "config"
    finally:
        state = Job.State.FAILED if error else Job.State.DONE
        Job.objects.filter(pk=pk).update(state=state, error=error, moved_at=timezone.now())


def _moved(pk: int, percent: int) -> None:
    Job.objects.filter(pk=pk).update(percent=percent, moved_at=timezone.now())


def _build(version: Version, *, fresh: bool, say: Callable[[int], None]) -> None:
    report = version.report
    if fresh or not version.figures:
        taken = gather.figures(report.office, report.period, timezone.localdate(), say)
        keeping.put_figures(version, taken)
    say(65)
    keeping.put_files(version, list(_files(version, say)))


def _files(version: Version, say: Callable[[int], None]) -> Iterator[tuple[File.Form, bytes]]:
    taken = version.taken
    if taken is None:
        return
    done = 65
    for form, content in building.files(taken, version.texts, version.report.office):
        done += 8
        say(done)
        yield form, content


def of(version: Version) -> Job | None:
    """The last job of a version."""
    return version.jobs.first()


def is_stale(job: Job) -> bool:
    """Whether it was interrupted: it should be moving, and does not."""
    moving = job.state in (Job.State.WAITING, Job.State.RUNNING)
    return moving and job.moved_at <= timezone.now() - STALE
