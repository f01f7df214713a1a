"""The reports' pages: drafted, written in, issued, corrected; who reads what; what is kept of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import Any

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.reports import jobs, keeping
from headquarters.reports.models import STALE, File, Job, Report, Version
from tests.headquarters.reports.conftest import Province, browser, writer

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 10, 6)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:400]
    return str(answer.content.decode())


@pytest.fixture
def user(province: Province) -> User:
    return writer(province.top)


@pytest.fixture
def web(user: User) -> Any:
    return browser(user)


@pytest.fixture
def report(province: Province, web: Any) -> Report:
    """Drafted through the page."""
    province.rate(province.desk(province.a), DAY, 30, 6, 4)
    asked = {"office": province.top.pk, "kind": "month", "day": DAY.isoformat()}
    answer = web.post("/reports/new/", asked)
    assert answer.status_code == 302, answer.content
    return Report.objects.get()


def _act(web: Any, report: Report, action: str, **values: str) -> str:
    """A button of the page, with the texts as they stand there."""
    shown = report.versions.order_by("-number")[0].texts
    body = {**dataclasses.asdict(shown), "action": action, **values}
    return text_of(web.post(f"/reports/{report.pk}/act/", body, follow=True))


def _version(report: Report, number: int) -> Version:
    return report.versions.get(number=number)


def _files(version: Version) -> dict[str, bytes]:
    return {file.form: bytes(file.content) for file in version.files.all()}


def test_a_report_is_drafted_written_in_and_issued(web: Any, report: Report) -> None:
    page = text_of(web.get(f"/reports/{report.pk}/"))
    assert "UBND tỉnh Mẫu, tháng 10 năm 2025" in page
    before = _files(_version(report, 1))
    assert set(before) == set(File.Form)
    assert "Đã lưu" in _act(web, report, "write", difficulties="Máy hỏng.\r\nThiếu người.")
    version = _version(report, 1)
    assert version.texts.difficulties == "Máy hỏng.\nThiếu người."
    assert _files(version)["docx"] != before["docx"]
    assert "Bản này được giữ nguyên" in _act(web, report, "issue")
    assert _version(report, 1).issued_at is not None
    kept = list(
        Entry.objects.filter(action__startswith="report.").order_by("pk").values_list("action", flat=True)
    )
    assert kept == ["report.made", "report.written", "report.issued"]


def test_what_was_written_and_not_kept_is_kept_before_it_is_issued(web: Any, report: Report) -> None:
    page = _act(web, report, "issue", causes="Vừa viết xong.")
    assert "Nội dung đã được lưu" in page
    version = _version(report, 1)
    assert (version.issued_at, version.causes) == (None, "Vừa viết xong.")


def test_an_issued_version_never_moves(web: Any, report: Report, province: Province) -> None:
    _act(web, report, "issue")
    issued = _version(report, 1)
    figures, files = issued.figures, _files(issued)
    province.rate(province.desk(province.b), DAY, 0, 0, 35)
    assert "xin lập bản đính chính" in _act(web, report, "write", causes="Sửa")
    with pytest.raises(keeping.Issued):
        keeping.put_files(issued, [("pdf", b"x")])
    with pytest.raises(keeping.Issued):
        keeping.write(issued, issued.texts)
    with pytest.raises(keeping.Issued):
        keeping.issue(issued, None)
    assert "Xin ghi lý do" in _act(web, report, "correct", reason=" ")
    page = _act(web, report, "correct", reason="Số liệu về muộn")
    second = _version(report, 2)
    assert (second.reason, second.receivers, second.issued_at) == ("Số liệu về muộn", issued.receivers, None)
    assert "N 40 (30 / 6 / 4)" in page
    assert "N 75 (30 / 6 / 39)" in page
    _act(web, report, "issue")
    first = _version(report, 1)
    assert (first.figures, _files(first)) == (figures, files)
    assert _version(report, 2).taken != first.taken
    for number in (1, 2):
        found = web.get(f"/reports/{report.pk}/{number}/pdf/")
        kept = _version(report, number).files.get(form="pdf")
        assert hashlib.sha256(found.content).hexdigest() == kept.sha256
    assert "Đây là bản số 1" in text_of(web.get(f"/reports/{report.pk}/1/"))


def test_a_download_is_in_the_log_as_taken_away_and_a_look_too(web: Any, report: Report) -> None:
    for path in ("docx/", "pdf/?look"):
        assert web.get(f"/reports/{report.pk}/1/{path}").status_code == 200
    kept = Entry.objects.filter(action="export.file").values_list("target", flat=True)
    name = "bao-cao-hai-long-99-month-2025-10-lan-1"
    assert list(kept) == [f"{name}.pdf", f"{name}.docx"]
    assert web.get(f"/reports/{report.pk}/1/odt/").status_code == 404


def test_who_only_reads_sees_issued_versions_of_their_offices(
    web: Any, report: Report, province: Province
) -> None:
    above = browser(writer(province.top, "staff", Role.DESK_STAFF))
    ward = browser(writer(province.a, "ward"))
    for path in ("", "1/", "1/pdf/"):
        assert above.get(f"/reports/{report.pk}/{path}").status_code == 404, path
    _act(web, report, "issue")
    _act(web, report, "correct", reason="x")
    assert "Đã phát hành" in text_of(above.get(f"/reports/{report.pk}/"))
    assert above.get(f"/reports/{report.pk}/2/").status_code == 404
    assert above.post(f"/reports/{report.pk}/act/", {"action": "issue"}).status_code == 403
    for path in ("", "1/", "1/pdf/"):
        assert ward.get(f"/reports/{report.pk}/{path}").status_code == 404, path
    assert ward.post(f"/reports/{report.pk}/act/", {"action": "issue"}).status_code == 404
    assert "UBND tỉnh Mẫu" not in text_of(ward.get("/reports/"))
    refused = ward.post("/reports/new/", {"office": province.b.pk, "kind": "month", "day": "2025-10-01"})
    assert refused.status_code == 400
    assert not Report.objects.filter(office=province.b).exists()


def test_the_same_period_is_not_made_twice_and_none_that_has_not_begun(web: Any, report: Report) -> None:
    asked = {"office": report.office_id, "kind": "month", "day": "2025-10-31"}
    assert "Kỳ này đã có báo cáo" in text_of(web.post("/reports/new/", asked, follow=True))
    assert Report.objects.count() == 1
    ahead = timezone.localdate().replace(month=12, day=31)
    if ahead > timezone.localdate():
        asked |= {"kind": "day", "day": ahead.isoformat()}
        assert "chưa bắt đầu" in text_of(web.post("/reports/new/", asked), 400)
    refused = web.post("/reports/new/", asked | {"day": "1999-01-01"})
    assert refused.status_code == 400


def test_the_list_is_filtered_and_odd_filters_do_not_break_it(
    web: Any, report: Report, province: Province
) -> None:
    link = f'href="/reports/{report.pk}/"'
    for query, there in (
        ({"kind": "month"}, True), ({"kind": "year"}, False), ({"state": "issued"}, False),
        ({"office": str(province.a.pk)}, False), ({"office": str(province.top.pk), "state": "draft"}, True),
        ({"office": "²", "kind": "x", "state": "'", "page": "999"}, True),
    ):  # fmt: skip
        assert (link in text_of(web.get("/reports/", query))) is there, query


def test_progress_is_shown_until_it_is_done(web: Any, report: Report) -> None:
    job = Job.objects.get()
    assert (job.state, job.error) == (Job.State.DONE, "")
    Job.objects.update(state=Job.State.RUNNING, percent=65, moved_at=timezone.now())
    address = f"/reports/{report.pk}/progress/"
    assert "Đang lập báo cáo: 65%" in text_of(web.get(address))
    assert f'hx-get="{address}"' in text_of(web.get(f"/reports/{report.pk}/"))
    Job.objects.update(state=Job.State.DONE)
    answer = web.get(address)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_a_job_that_was_interrupted_is_said_so_and_begun_again(
    web: Any, report: Report, jobs_at_once: list[int]
) -> None:
    Job.objects.update(state=Job.State.RUNNING, moved_at=timezone.now() - 2 * STALE)
    page = text_of(web.get(f"/reports/{report.pk}/"))
    assert "bị gián đoạn" in page
    assert "Bắt đầu lại" in page
    _act(web, report, "refresh")
    assert len(jobs_at_once) == 2
    assert list(Job.objects.order_by("pk").values_list("state", "error")) == [
        ("failed", "broken"), ("done", ""),
    ]  # fmt: skip


def test_one_job_at_most_waits_and_nothing_is_issued_before_its_files(
    web: Any, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "begin", lambda job: None)
    _act(web, report, "write", causes="Chờ")
    _act(web, report, "refresh")
    (waiting,) = Job.objects.filter(state=Job.State.WAITING)
    assert waiting.fresh
    assert "Tệp chưa lập xong" in _act(web, report, "issue")
    assert _version(report, 1).issued_at is None
    jobs.run(waiting.pk)
    assert keeping.ready(_version(report, 1))


def test_what_nobody_foresaw_is_told_in_plain_words(
    web: Any, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("a printer fell over")

    version = _version(report, 1)
    monkeypatch.setattr(jobs.building, "files", broken)
    monkeypatch.setattr(jobs, "begin", lambda job: None)
    job = jobs.ask(version, fresh=True)
    with pytest.raises(RuntimeError):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "broken")
    page = text_of(web.get(f"/reports/{report.pk}/"))
    assert "Chưa lập được tệp" in page
    assert "printer" not in page


def test_settings_that_cannot_be_used_are_told_and_nothing_falls_over(
    web: Any, report: Report, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    (tmp_path / "indicators.toml").write_text("pakn = ", encoding="utf-8")
    assert "indicators.toml" in _act(web, report, "refresh")
    assert Job.objects.latest("pk").error == "config"
