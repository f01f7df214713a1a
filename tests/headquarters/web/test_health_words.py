"""A tablet's last days: titles that say no more than the hours do, the same table on screen and as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone, translation

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.tablets.models import HealthHour, Tablet
from headquarters.web import health_charts, health_findings
from headquarters.web.health_findings import Points
from tests.headquarters.web.conftest import Town
from tests.headquarters.web.test_tablet_pages import signed_in, text_of

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 18, 5, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_TAGS = re.compile(r"<[^>]+>")


@pytest.fixture
def web(make_user: Callable[..., User]) -> Client:
    return signed_in(make_user(role=Role.SYSTEM_ADMIN))


@pytest.fixture
def tablet(town: Town) -> Tablet:
    """Three hours yesterday, two today; the battery is only told of once."""
    made = town.tablet(town.office("Phường A"), last_seen=timezone.now())
    noon = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - DAY + 9 * HOUR
    for k, (pending, oldest, free, battery, drift) in enumerate(
        ((0, 0, 3000, None, 1200), (7, 5400, 2048, 64, -7400), (2, 60, 2500, None, None))
    ):
        HealthHour.objects.create(
            tablet=made, hour=noon + k * HOUR, pending=pending, oldest_s=oldest, free_mb=free,
            battery_percent=battery, drift_ms=drift, boots=3, crashes=1, app_version="=1.4",
        )  # fmt: skip
    for k in range(2):
        HealthHour.objects.create(tablet=made, hour=noon + DAY - 9 * HOUR + k * HOUR)
    return made


def points(*values: float, step: dt.timedelta = DAY) -> Points:
    return [(NOON + k * step, value) for k, value in enumerate(values)]


@pytest.mark.parametrize(
    ("finding", "found", "words"),
    [
        (health_findings.waiting, points(0, 0), "Không có gì phải chờ gửi, trong 2 ngày có ghi chép"),
        (health_findings.waiting, points(0, 1200, 3), "Có lúc 1.200 lượt chờ gửi (ngày 19/11/2026)"),
        (health_findings.waiting, points(9, 0), "Có lúc 9 lượt chờ gửi (ngày 18/11/2026); sau đó đã gửi hết"),
        (
            health_findings.oldest,
            points(0, 0, step=HOUR),
            "Không lượt nào phải chờ, trong 1 ngày có ghi chép",
        ),
        (
            health_findings.oldest,
            points(0, 3599),
            "Không lượt nào phải chờ đến một giờ, trong 2 ngày có ghi chép",
        ),
        (health_findings.oldest, points(3600, 7300), "Có lượt phải chờ 2 giờ (ngày 19/11/2026)"),
        (health_findings.free, points(900, 500), "Lúc ít nhất vẫn còn trống 500 MB (ngày 19/11/2026)"),
        (health_findings.free, points(499, 900), "Bộ nhớ gần đầy: chỉ còn 499 MB (ngày 18/11/2026)"),
        (health_findings.battery, points(99, 64, 70), "Pin chưa lần nào dưới 60%, trong 3 ngày có ghi chép"),
        (health_findings.battery, points(60), "Pin chưa lần nào dưới 60%, trong 1 ngày có ghi chép"),
        (health_findings.battery, points(59), "Pin chưa lần nào dưới 50%, trong 1 ngày có ghi chép"),
        (health_findings.battery, points(80, 19), "Pin có lúc chỉ còn 19% (ngày 19/11/2026)"),
        (health_findings.clock, points(0, 4.9), "Đồng hồ chạy đúng, trong 2 ngày có ghi chép"),
        (health_findings.clock, points(5, 61), "Đồng hồ lệch nhiều nhất 1 phút, trong 2 ngày có ghi chép"),
        (health_findings.clock, points(301, 0), "Đồng hồ sai: lệch 5 phút (ngày 18/11/2026)"),
    ],
)
def test_titles_say_what_the_hours_say(finding: Callable[[Points], str], found: Points, words: str) -> None:
    with translation.override("vi"):
        assert finding(found) == words


def test_a_quantity_that_nobody_told_of_has_no_finding(town: Town, web: Client) -> None:
    tablet = town.tablet(town.office("A"), last_seen=timezone.now())
    HealthHour.objects.create(tablet=tablet, hour=timezone.now() - HOUR)
    with translation.override("vi"):
        shown = health_charts.of(tablet, timezone.now())
    assert shown is not None
    assert [bool(chart.finding) for chart in shown.charts] == [True, True, False, False, False]
    assert text_of(web.get(f"/tablets/{tablet.pk}/")).count("Máy chưa báo gì về mục này.") == 3
    HealthHour.objects.all().delete()
    text = text_of(web.get(f"/tablets/{tablet.pk}/"))
    assert "Chưa có ghi chép" in text
    assert "health.csv" not in text


def test_screen_and_csv_have_the_same_days(tablet: Tablet, web: Client) -> None:
    web.cookies["django_language"] = "en"
    page = text_of(web.get(f"/tablets/{tablet.pk}/"))
    assert f"/tablets/{tablet.pk}/health.csv" in page
    table = page[page.index('<table class="days">') :]
    rows = [
        [" ".join(_TAGS.sub(" ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")])
    ]
    heads, today, yesterday = rows
    assert (heads[3], heads[6]) == ("Oldest waits", "Clock off by")
    assert today[1:] == ["2", "0", "–", "–", "–", "–", "– / –", "–"]
    assert yesterday[1:] == ["3", "7", "1 hour", "2.0 GB", "64%", "under a minute", "3 / 1", "=1.4"]
    answer = web.get(f"/tablets/{tablet.pk}/health.csv")
    told = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[0] for line in told] == ["Day", today[0], yesterday[0]]
    assert told[0][3:7] == [
        "Oldest waits, seconds",
        "Least free, MB",
        "Least battery, %",
        "Clock off by, seconds",
    ]
    assert told[1][1:] == ["2", "0", "0", "", "", "", "", "", ""]
    assert told[2][1:] == ["3", "7", "5400", "2048", "64", "7", "3", "1", "'=1.4"]


def test_the_csv_has_the_rights_of_the_page_and_is_in_the_audit_log(
    tablet: Tablet, town: Town, make_user: Callable[..., User]
) -> None:
    path = f"/tablets/{tablet.pk}/health.csv"
    assert tablet.desk
    own = signed_in(make_user("own", role=Role.OFFICE_ADMIN, office=tablet.desk.office))
    assert own.get(path).status_code == 200
    assert Entry.objects.filter(action="export.file", target__startswith="suc-khoe-may-").count() == 1
    elsewhere = signed_in(make_user("other", role=Role.OFFICE_ADMIN, office=town.office("Phường khác")))
    assert elsewhere.get(path).status_code == 404
    leader = signed_in(make_user("leader", role=Role.LEADER))
    assert leader.get(path).status_code == leader.get(f"/tablets/{tablet.pk}/").status_code == 403
    assert Client().get(path).status_code == 302
    assert own.post(path).status_code == 405
    assert Entry.objects.filter(action="export.file").count() == 1
