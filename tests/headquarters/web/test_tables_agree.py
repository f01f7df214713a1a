"""Every table: what the screen shows is what the CSV says is what a few lines of SQL count."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from headquarters import folding, names
from headquarters.accounts.models import User
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Office
from headquarters.ratings.cells import COUNTS
from headquarters.ratings.models import Aspect, Comment, OfficeCell, TabletCell
from headquarters.tablets.models import Tablet
from headquarters.web import tables
from tests.headquarters.web.conftest import Town

pytestmark = pytest.mark.django_db
_NUMBERS = re.compile(r"<tr[^>]*>.*?</tr>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
_PAGES = {"days": "/", "labels": "/figures/channels/"}
# What a table is cut by: an SQL expression, and what its values are called.
_GROUPS: dict[str, tuple[str, Aspect, Callable[[object], str]]] = {
    "offices": ("office_id", Aspect.WHOLE, lambda key: Office.objects.get(pk=key).name),
    "desks": ("desk_id", Aspect.WHOLE, lambda key: Desk.objects.get(pk=key).name),
    "services": ("key", Aspect.SERVICE, lambda key: names.service(str(key))),
    "labels": ("key", Aspect.WHOLE, lambda key: names.labels(str(key))),
    "channels": (
        "phone", Aspect.WHOLE, lambda key: ("On the tablet", "On the citizen’s phone")[int(str(key))]
    ),
}  # fmt: skip
_WITHOUT_FLAGS = " UNION ALL ".join(
    f"SELECT aspect, day, key, office_id, desk_id, {phone} AS phone, "
    + ", ".join(f"{counted.format(level)} AS n{level}" for level in (1, 2, 3))
    + " FROM ratings_tabletcell"
    for phone, counted in ((0, "(n{0} - phone{0}) - (flagged{0} - both{0})"), (1, "phone{0} - both{0}"))
)


@pytest.fixture
def reader(client: Client, town: Town, make_user: Callable[..., User]) -> Client:
    """Signed in, English, with a few weeks of random ratings of two offices."""
    rng = random.Random(5)
    cells: list[TabletCell] = []
    for name in ("Phường A", "Phường B"):
        office = town.office(name)
        for tablet in (town.tablet(office), town.tablet(office)):
            for days_ago in (0, 5, 19):
                cells += _cells(tablet, town.today - dt.timedelta(days=days_ago), rng)
    TabletCell.objects.bulk_create(cells)
    OfficeCell.objects.bulk_create(_offices_of(cells))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


def _cells(tablet: Tablet, day: dt.date, rng: random.Random) -> list[TabletCell]:
    assert tablet.desk
    keys = {
        Aspect.WHOLE: ("chua-hai-long-1", "khong-hai-long-1"),
        Aspect.HOUR: ("08", "14"),
        Aspect.SERVICE: ("ho-tich", "dat-dai"),
        Aspect.CHOICE: ("nghe-dan-noi", "van-minh", "thoi-gian", "phi"),
    }
    made = [
        TabletCell(
            tablet_id=tablet.pk, day=day, aspect=aspect, key=key, desk_id=tablet.desk.pk,
            office_id=tablet.desk.office_id, **_counts(rng),
        )
        for aspect, found in keys.items()
        for key in found
    ]  # fmt: skip
    whole = [cell for cell in made if cell.aspect is Aspect.WHOLE]
    sums = {name: sum(getattr(cell, name) for cell in whole) for name in COUNTS}
    place = {"desk_id": tablet.desk.pk, "office_id": tablet.desk.office_id}
    own = {"aspect": Aspect.DESK, "key": str(tablet.desk.pk), **place, **sums}
    return [*made, TabletCell(tablet_id=tablet.pk, day=day, **own)]


def _counts(rng: random.Random) -> dict[str, int]:
    """Of each level: plain ones, flagged, by phone, both."""
    found = {}
    for level, most in ((1, 9), (2, 20), (3, 40)):
        plain, flagged, phone, both = (rng.randrange(most) for _ in range(4))
        found |= {
            f"n{level}": plain + flagged + phone + both, f"flagged{level}": flagged + both,
            f"phone{level}": phone + both, f"both{level}": both,
        }  # fmt: skip
    return found


def _offices_of(cells: list[TabletCell]) -> list[OfficeCell]:
    sums: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for cell in cells:
        sums[cell.aspect, cell.day, cell.office_id, cell.key].update(
            {name: getattr(cell, name) for name in COUNTS}
        )
    heads = ("aspect", "day", "office_id", "key")
    return [OfficeCell(**dict(zip(heads, key, strict=True)), **found) for key, found in sums.items()]


def _sql(slug: str, group: str, aspect: Aspect, named: Callable[[object], str]) -> Counter[tuple[str, int]]:
    """(name, level) → ratings without flags of every day, straight from the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {group}, sum(n1), sum(n2), sum(n3) FROM ({_WITHOUT_FLAGS}) cells "
            f"WHERE aspect = {int(aspect)} GROUP BY 1"
        )
        rows = cursor.fetchall()
    with translation.override("en"):
        return Counter(
            {(named(key), level): int(n) for key, *sums in rows for level, n in enumerate(sums, 1)}
        )


def _csv(reader: Client, slug: str) -> list[dict[str, str]]:
    body = reader.get(f"/figures/{slug}.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def _screen(reader: Client, slug: str) -> str:
    text = reader.get(_PAGES.get(slug, f"/figures/{slug}/")).content.decode()
    return " ".join(_TAGS.sub(" ", " ".join(_NUMBERS.findall(text))).split())


@pytest.mark.parametrize("slug", sorted(_GROUPS))
def test_ratings_agree(reader: Client, slug: str) -> None:
    counted = _sql(slug, *_GROUPS[slug])
    lines = _csv(reader, slug)
    head = next(iter(lines[0]))
    levels = {1: "Not satisfied yet", 2: "Satisfied", 3: "Very satisfied"}
    told = Counter({(line[head], level): int(line[name]) for line in lines for level, name in levels.items()})
    assert told == counted
    shown = _screen(reader, slug)
    for line in lines:
        n, n1 = int(line["N"]), int(line["Not satisfied yet"])
        n2, n3 = int(line["Satisfied"]), int(line["Very satisfied"])
        assert f"{n3:,} very satisfied, {n2:,} satisfied, {n1:,} not" in shown
        assert f"{100 * n1 / n:.1f}%" in shown
        assert line["Not satisfied yet, %"] == f"{100 * n1 / n:.2f}"


def test_days_and_hours_agree(reader: Client) -> None:
    for slug, aspect in (("days", Aspect.WHOLE), ("hours", Aspect.HOUR)):
        group = "day" if slug == "days" else "key"
        counted = _sql(slug, group, aspect, str)
        lines = _csv(reader, slug)
        assert sum(int(line["N"]) for line in lines) == sum(counted.values())
        shown = _screen(reader, slug)
        for line in lines:
            assert f"{next(iter(line.values()))} " in shown
            assert int(line["N"]) == 0 or f"{int(line['N']):,}" in shown


@pytest.mark.parametrize(
    ("slug", "keys"), [("promises", ("nghe-dan-noi", "van-minh")), ("reasons", ("thoi-gian", "phi"))]
)
def test_choices_agree(reader: Client, slug: str, keys: tuple[str, ...]) -> None:
    counted = _sql(slug, "key", Aspect.CHOICE, str)
    called = names.promise if slug == "promises" else names.reason
    with translation.override("en"):
        words = {key: called(key) for key in keys}
    lines = {next(iter(line.values())): line for line in _csv(reader, slug)}
    shown = _screen(reader, slug)
    for key in keys:
        line = lines[words[key]]
        kept, missed = counted[key, 2] + counted[key, 3], counted[key, 1]
        assert (line["Done well"], line["Not done yet"]) == (str(kept), str(missed))
        assert f"{words[key]} {missed:,} {kept:,} {100 * missed / (kept + missed):.1f}%" in shown


def test_every_table_is_looked_at_here() -> None:
    assert set(tables.TABLES) == {*_GROUPS, "days", "hours", "promises", "reasons"}


def test_flags_channel_office_and_desk_reach_the_table(reader: Client) -> None:
    desk = Desk.objects.order_by("pk").first()
    assert desk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(phone1 + phone2 + phone3) FROM ratings_tabletcell WHERE aspect = 0 AND desk_id = %s",
            [desk.pk],
        )
        (counted,) = cursor.fetchone()
    address = f"/figures/channels.csv?desk={desk.pk}&channel=phone&flagged=1"
    body = reader.get(address).content.decode("utf-8-sig")
    assert sum(int(line["N"]) for line in csv.DictReader(io.StringIO(body))) == counted


def test_taken_away_table_is_in_the_audit_log(reader: Client) -> None:
    reader.get("/figures/offices.csv?period=7d")
    assert Entry.objects.filter(target__contains="theo-don-vi").count() == 1


def test_comments_agree_and_no_spreadsheet_calculates_them(reader: Client) -> None:
    desk = Desk.objects.order_by("pk").first()
    assert desk
    texts = ["=1+1", "+84", "-1", "@SUM(A1)", "\tx", "  =2", 'Đường xá; "khó"\nđi', "Cán bộ tận tình"]
    for n, text in enumerate(texts):
        _comment(desk, n, text)
    body = reader.get("/comments.csv").content.decode("utf-8-sig")
    told = [line["Comment"] for line in csv.DictReader(io.StringIO(body, newline=""))]
    assert sorted(text.lstrip("'") for text in told) == sorted(texts)
    assert not [text for text in told if text.lstrip().startswith(("=", "+", "-", "@")) or text[0] == "\t"]
    shown = reader.get("/comments/").content.decode()
    assert all(text.strip() in shown for text in ("=1+1", "@SUM(A1)", "Cán bộ tận tình"))


def test_comments_are_found_without_accents_and_by_level(reader: Client) -> None:
    desk = Desk.objects.order_by("pk").first()
    assert desk
    _comment(desk, 1, "Đường xá khó đi")
    _comment(desk, 3, "Cán bộ tận tình")
    assert "Đường xá" in reader.get("/comments/?q=duong+xa").content.decode()
    assert "Cán bộ" not in reader.get("/comments/?q=duong+xa").content.decode()
    assert "Đường xá" not in reader.get("/comments/?level=3").content.decode()
    assert "No comment fits" in reader.get("/comments/?q=%00%25_&page=999999").content.decode()


def _comment(desk: Desk, level: int, text: str) -> None:
    Comment.objects.create(
        tablet_id=uuid.uuid4(), event_id=uuid.uuid4(), visit_id=str(level), day=timezone.localdate(),
        wall_ms=int(timezone.now().timestamp() * 1000), level=level % 3 + 1 if level > 3 else level or None,
        office_id=desk.office_id, desk_id=desk.pk, topic="gop-y", text=text, folded=folding.fold(text),
    )  # fmt: skip
