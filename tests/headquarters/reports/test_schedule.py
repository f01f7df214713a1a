"""Reports that are due: which day, drafted in good time, shown as late; and the command."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone, translation

from headquarters import rounds
from headquarters.__main__ import main
from headquarters.audit.models import Entry
from headquarters.reports import commands, schedule
from headquarters.reports.models import Deadline, File, Report
from headquarters.reports.periods import Kind, containing, named
from tests.headquarters.reports.conftest import Province, browser, writer

pytestmark = pytest.mark.django_db


def deadline(province: Province, kind: Kind, day: int, after: int, **fields: object) -> Deadline:
    values = {"source": "Kế hoạch", "since": dt.date(2024, 1, 1), "receivers": "Sở Nội vụ", **fields}
    made: Deadline = Deadline.objects.create(
        office=province.top, kind=kind, day=day, months_after=after, **values
    )
    return made


@pytest.mark.parametrize(
    ("kind", "day", "after", "period", "due"),
    [
        ("year", 20, -1, "2025", "2025-11-20"), ("year", 30, -1, "2025", "2025-11-30"),
        ("quarter", 15, 0, "2025-Q3", "2025-09-15"), ("quarter", 31, 0, "2025-Q2", "2025-06-30"),
        ("quarter", 5, 1, "2025-Q4", "2026-01-05"), ("6-months", 15, 0, "2025", "2025-06-15"),
        ("9-months", 15, 0, "2025", "2025-09-15"), ("month", 31, 1, "2025-01", "2025-02-28"),
    ],
)  # fmt: skip
def test_a_deadline_falls_on_its_day(kind: str, day: int, after: int, period: str, due: str) -> None:
    made = Deadline(kind=kind, day=day, months_after=after)
    found = named(Kind(kind), period)
    assert schedule.due_day(made, found).isoformat() == due
    on = dt.date.fromisoformat(due)
    assert list(schedule.periods_due(made, on, on)) == [(found, on)]
    assert list(schedule.periods_due(made, on + dt.timedelta(1), on + dt.timedelta(20))) == []


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T08:00:00+07:00")


def test_a_round_drafts_what_is_due_soon_once_with_its_files(province: Province) -> None:
    province.rate(province.desk(province.a), dt.date(2025, 10, 6), 3)
    made = deadline(province, Kind.YEAR, 20, -1, days_before=7)
    assert rounds.go(rounds.each_round, at("2025-11-12")) == []
    assert "1 reports drafted" in rounds.go(rounds.each_round, at("2025-11-13"))
    assert "1 reports drafted" not in rounds.go(rounds.each_round, at("2025-11-14"))
    report = Report.objects.get()
    version = report.versions.get()
    assert (report.period.code, report.due_on, report.deadline) == ("2025", dt.date(2025, 11, 20), made)
    assert (version.receivers, version.files.count()) == ("Sở Nội vụ", len(File.Form))


def test_what_was_due_before_the_deadline_was_set_is_not_asked_for(province: Province) -> None:
    deadline(province, Kind.MONTH, 5, 1, since=dt.date(2025, 11, 1))
    schedule.draft(at("2025-11-03"))
    assert [report.period.code for report in Report.objects.all()] == ["2025-10"]
    Deadline.objects.update(enabled=False)
    assert schedule.draft(at("2025-12-03")) == 0


def test_the_list_shows_what_is_late_until_it_is_issued(province: Province) -> None:
    web = browser(writer(province.top))
    today = timezone.localdate()
    period = containing(Kind.MONTH, today.replace(day=1) - dt.timedelta(days=1))
    yesterday = today - dt.timedelta(days=1)
    made = deadline(province, Kind.MONTH, 1, 1, since=yesterday)
    # A day that has gone by, whatever today is.
    after = (yesterday.year - period.last.year) * 12 + yesterday.month - period.last.month
    Deadline.objects.filter(pk=made.pk).update(day=yesterday.day, months_after=after)
    page = web.get("/reports/").content.decode()
    assert "Quá hạn" in page
    assert f"UBND tỉnh Mẫu, {period.name}" in page
    schedule.draft(timezone.now())
    report = Report.objects.get(first=period.first)
    texts = {name: getattr(report.versions.get().texts, name) for name in ("receivers",)}
    web.post(f"/reports/{report.pk}/act/", {"action": "issue", **texts})
    assert "Quá hạn" not in web.get("/reports/").content.decode()


def test_deadlines_are_set_on_their_page_for_own_offices_only(province: Province) -> None:
    web = browser(writer(province.top))
    page = web.get("/reports/deadlines/new/?like=year-20-11").content.decode()
    assert 'value="20"' in page
    assert "Bình Định" in page
    good = {
        "office": province.a.pk, "kind": "quarter", "day": 15, "months_after": 0, "days_before": 5,
        "source": "Kế hoạch số 1", "enabled": "on",
    }  # fmt: skip
    assert web.post("/reports/deadlines/new/", good | {"day": 32}).status_code == 400
    two_lines = good | {"source": "Kế hoạch\r\nsố 1"}
    assert web.post("/reports/deadlines/new/", two_lines).status_code == 302
    made = Deadline.objects.get()
    assert made.source == "Kế hoạch số 1"
    assert (made.office, made.day, made.since) == (province.a, 15, timezone.localdate())
    ward = browser(writer(province.b, "b"))
    assert ward.get(f"/reports/deadlines/{made.pk}/").status_code == 404
    assert ward.post("/reports/deadlines/new/", good).status_code == 400
    assert Entry.objects.filter(action="report.deadline").count() == 1


@pytest.mark.parametrize(
    ("language", "name"),
    [("vi", "Báo cáo năm, trước 20/11"), ("en", "A year’s report, before 20 November")],
)
def test_deadlines_of_plans_are_named_in_the_pages_language(language: str, name: str) -> None:
    with translation.override(language):
        assert schedule.presets()[0]["name"] == name


def test_every_deadline_of_a_plan_can_be_used(province: Province) -> None:
    web = browser(writer(province.top))
    for preset in schedule.presets():
        values = {"office": province.top.pk, "days_before": 7, "enabled": "on", **preset}
        assert web.post("/reports/deadlines/new/", values).status_code == 302, preset
    assert set(commands.KINDS) == set(Kind.values)


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_the_command_writes_a_file(
    province: Province, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    province.rate(province.desk(province.a), dt.date(2025, 8, 6), 2)
    out = tmp_path / f"x.{form}"
    ask = ["report", "--office", "99", "--kind", "quarter", "--of", "2025-Q3", "--out", str(out)]
    assert main(ask) == 0
    assert out.read_bytes()[:2] in (b"%P", b"PK")
    assert "N = 2." in capsys.readouterr().out
    assert Entry.objects.get(action="export.file").target == out.name


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--office": "1"}, "no office with the code 1"), ({"--of": "2025"}, "expected is such as 2026-Q3"),
        ({"--of": "2125-Q1"}, "has not begun"), ({"--out": "x.txt"}, "which format?"),
        ({"--out": "/nowhere/x.pdf"}, "No such file"),
    ],
)  # fmt: skip
def test_the_command_says_in_a_line_what_is_wrong(
    province: Province, capsys: pytest.CaptureFixture[str], changed: dict[str, str], words: str
) -> None:
    usual = {"--office": "99", "--kind": "quarter", "--of": "2025-Q3", "--out": "x.pdf"} | changed
    assert main(["report", *(word for pair in usual.items() for word in pair)]) == 2
    assert words in capsys.readouterr().err
