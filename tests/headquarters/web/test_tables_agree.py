"""Every table: what the screen shows is what the CSV says is what a few lines of SQL count."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import random
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from headquarters import folding, formats, names
from headquarters.accounts.models import User
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Office
from headquarters.ratings import transactions
from headquarters.ratings.cells import COUNTS
from headquarters.ratings.figures import MINIMUM_N
from headquarters.ratings.models import Aspect, Comment, OfficeCell, TabletCell
from headquarters.tablets.models import Tablet
from headquarters.web import tables
from tests.headquarters.web.conftest import Town

pytestmark = pytest.mark.django_db
_TABLE = re.compile(r'<table class="(?P<css>[^"]+)">(?P<rows>.*?)</table>', re.DOTALL)
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd](?P<about>[^>]*)>(?P<inside>.*?)</t[hd]>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
_PAGES = {"days": "/", "labels": "/figures/channels/"}
# What a table is cut by: an SQL expression, and what its values are called.
_GROUPS: dict[str, tuple[str, Aspect, Callable[..., str]]] = {
    "offices": ("office_id", Aspect.WHOLE, lambda key: Office.objects.get(pk=key).name),
    "desks": ("desk_id", Aspect.WHOLE, lambda key: Desk.objects.get(pk=key).name),
    "services": ("key", Aspect.SERVICE, lambda key: names.service(str(key))),
    "labels": ("key", Aspect.WHOLE, lambda key: names.labels(str(key))),
    "channels": (
        "phone", Aspect.WHOLE, lambda key: ("On the tablet", "On the citizen’s phone")[int(str(key))]
    ),
    "days": ("day", Aspect.WHOLE, lambda day: formats.day(_as_day(day))),
    "hours": (
        "day, key", Aspect.HOUR,
        lambda day, hour: f"{calendar.day_name[_as_day(day).weekday()]}, {hour}:00–{hour}:59",
    ),
    "promises": ("key", Aspect.CHOICE, lambda key: names.promise(str(key))),
    "reasons": ("key", Aspect.CHOICE, lambda key: names.reason(str(key))),
}  # fmt: skip
_CHOICES = {"promises": ("nghe-dan-noi", "van-minh"), "reasons": ("thoi-gian", "phi")}
_LEVELS = {1: "Not satisfied yet", 2: "Satisfied", 3: "Very satisfied"}
PERIOD = 30
_WITHOUT_FLAGS = " UNION ALL ".join(
    f"SELECT aspect, day, key, office_id, desk_id, {phone} AS phone, "
    + ", ".join(f"{counted.format(level)} AS n{level}" for level in (1, 2, 3))
    + " FROM ratings_tabletcell"
    for phone, counted in ((0, "(n{0} - phone{0}) - (flagged{0} - both{0})"), (1, "phone{0} - both{0}"))
)


def _as_day(day: object) -> dt.date:
    return dt.date.fromisoformat(str(day))


@pytest.fixture
def reader(client: Client, town: Town, make_user: Callable[..., User]) -> Client:
    """Signed in, English, with a few weeks of random ratings of two offices.

    In the period before, the third desk took a handful only, and the fourth nothing.
    """
    rng = random.Random(5)
    cells: list[TabletCell] = []
    many, few = ((9, 20, 40), (1, 2, 3))
    for name, earlier in (("Phường A", (many, many)), ("Phường B", (few, None))):
        office = town.office(name)
        for most in earlier:
            tablet = town.tablet(office)
            for days_ago in (0, 5, 19):
                cells += _cells(tablet, town.today - dt.timedelta(days=days_ago), rng, many)
            for days_ago in (33, 47) if most else ():
                cells += _cells(tablet, town.today - dt.timedelta(days=days_ago), rng, most or many)
    TabletCell.objects.bulk_create(cells)
    OfficeCell.objects.bulk_create(_offices_of(cells))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


def _cells(tablet: Tablet, day: dt.date, rng: random.Random, most: Sequence[int]) -> list[TabletCell]:
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
            office_id=tablet.desk.office_id, **_counts(rng, most),
        )
        for aspect, found in keys.items()
        for key in found
    ]  # fmt: skip
    whole = [cell for cell in made if cell.aspect is Aspect.WHOLE]
    sums = {name: sum(getattr(cell, name) for cell in whole) for name in COUNTS}
    place = {"desk_id": tablet.desk.pk, "office_id": tablet.desk.office_id}
    own = {"aspect": Aspect.DESK, "key": str(tablet.desk.pk), **place, **sums}
    return [*made, TabletCell(tablet_id=tablet.pk, day=day, **own)]


def _counts(rng: random.Random, mosts: Sequence[int]) -> dict[str, int]:
    """Of each level: plain ones, flagged, by phone, both."""
    found = {}
    for level, most in enumerate(mosts, 1):
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


def counted(slug: str, periods_ago: int = 0) -> dict[str, dict[int, int]]:
    """Name → level → ratings without flags, straight from the table; of the period, or of an earlier one."""
    group, aspect, named = _GROUPS[slug]
    last = timezone.localdate() - dt.timedelta(days=PERIOD * periods_ago)
    first = last - dt.timedelta(days=PERIOD - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {group}, sum(n1), sum(n2), sum(n3) FROM ({_WITHOUT_FLAGS}) cells "
            f"WHERE aspect = {int(aspect)} AND day BETWEEN %s AND %s GROUP BY {group}",
            [first.isoformat(), last.isoformat()],
        )
        rows = cursor.fetchall()
    found: dict[str, dict[int, int]] = defaultdict(lambda: {1: 0, 2: 0, 3: 0})
    with translation.override("en"):
        for *key, n1, n2, n3 in rows:
            if slug not in _CHOICES or key[0] in _CHOICES[slug]:
                for level, n in ((1, n1), (2, n2), (3, n3)):
                    found[named(*key)][level] += int(n)
    return dict(found)


def _csv(reader: Client, slug: str, query: str = "") -> dict[str, dict[str, str]]:
    """Name → the line's columns; names are told once."""
    body = reader.get(f"/figures/{slug}.csv{query}").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(body)))
    found = {next(iter(line.values())): line for line in lines}
    assert len(found) == len(lines)
    return found


def _screen(reader: Client, slug: str) -> dict[str, list[tuple[str, str]]]:
    """Name → (head, words) of each cell, in order; a wide cell under each of its heads."""
    page = reader.get(_PAGES.get(slug, f"/figures/{slug}/")).content.decode()
    css = {"days": "days", "promises": "pairs", "reasons": "pairs"}.get(slug, "offices")
    tables_ = [table["rows"] for table in _TABLE.finditer(page) if table["css"].split()[0] == css]
    heads, *rows = [_cells_of(row) for row in _ROW.findall(tables_[1 if slug == "labels" else 0])]
    return {cells[0]: list(zip(heads, cells, strict=True)) for cells in rows}


def _cells_of(row: str) -> list[str]:
    found: list[str] = []
    for cell in _CELL.finditer(row):
        words = " ".join(_TAGS.sub(" ", cell["inside"]).split())
        found += [words] * int((re.search(r'colspan="(\d)"', cell["about"]) or [0, 1])[1])
    return found


def _percent(part: int, n: int) -> str:
    return f"{part / n * 100:,.1f}%" if n else "–"


@pytest.mark.parametrize("slug", sorted(_GROUPS.keys() - _CHOICES.keys()))
def test_ratings_agree_row_by_row_and_level_by_level(reader: Client, slug: str) -> None:
    there = counted(slug)
    lines, shown = _csv(reader, slug), _screen(reader, slug)
    told = {name: {level: int(line[head]) for level, head in _LEVELS.items()} for name, line in lines.items()}
    # Days without a rating stand as gaps: they have a line, and nothing was counted.
    assert {name: levels for name, levels in told.items() if sum(levels.values())} == there
    assert slug == "days" or told.keys() == there.keys()
    assert len(shown) == len(lines)
    for name, levels in told.items():
        n, cells = sum(levels.values()), _row_of(shown, name)
        assert lines[name]["N"] == str(n)
        assert lines[name]["Not satisfied yet, %"] == (f"{levels[1] / n * 100:.2f}" if n else "")
        assert dict(cells)["N"] == f"{n:,}"
        if n >= MINIMUM_N or slug == "days":
            assert cells[1] == ("Not satisfied yet", _percent(levels[1], n))
        words = [f"{levels[3]:,}", f"{levels[2]:,}", f"{levels[1]:,}"]
        if slug == "days":
            assert [cell for _head, cell in cells[-3:]] == words
        elif n:
            assert dict(cells)["Three levels"].replace(",", "") == (
                "{} very satisfied {} satisfied {} not satisfied yet".format(*words).replace(",", "")
            )


def _row_of(shown: dict[str, list[tuple[str, str]]], name: str) -> list[tuple[str, str]]:
    """A row's second name stands in the same cell."""
    return next(cells for said, cells in shown.items() if said == name or said.startswith(f"{name} Phường"))


@pytest.mark.parametrize("slug", sorted(_CHOICES))
def test_choices_agree(reader: Client, slug: str) -> None:
    there, lines, shown = counted(slug), _csv(reader, slug), _screen(reader, slug)
    chosen = {name: line for name, line in lines.items() if line["Done well"] != "0"}
    assert chosen.keys() == there.keys()
    for name, levels in there.items():
        kept, missed = levels[2] + levels[3], levels[1]
        assert (lines[name]["Done well"], lines[name]["Not done yet"]) == (str(kept), str(missed))
        words = [cell for _head, cell in shown[name]]
        assert words[1:4] == [f"{missed:,}", f"{kept:,}", _percent(missed, kept + missed)]


@pytest.mark.parametrize("slug", sorted(_GROUPS.keys() - {"days"}))
def test_the_compared_period_stands_beside_and_nothing_where_there_was_nothing(
    reader: Client, slug: str
) -> None:
    earlier, lines, shown = counted(slug, 1), _csv(reader, slug), _screen(reader, slug)
    for name, line in lines.items():
        levels = earlier.get(name, {1: 0, 2: 0, 3: 0})
        n = sum(levels.values())
        share = f"{levels[1] / n * 100:.2f}" if n >= MINIMUM_N else ""
        assert (line["Compared period, %"], line["Compared period, N"]) == (share, str(n) if n else ""), name
        words = _percent(levels[1], n if n >= MINIMUM_N else 0)
        assert dict(_row_of(shown, name))["Compared period"] == words, name
    if slug == "desks":
        told = sorted(
            (bool(line["Compared period, %"]), bool(line["Compared period, N"])) for line in lines.values()
        )
        assert told == [(False, False), (False, True), (True, True), (True, True)]


def test_a_handful_of_choices_before_is_an_n_without_a_share(reader: Client) -> None:
    handful = Desk.objects.filter(office__name="Phường B").order_by("pk").first()
    assert handful
    query = f"?desk={handful.pk}"
    lines = [line for slug in _CHOICES for line in _csv(reader, slug, query).values()]
    told = [line for line in lines if line["Compared period, N"]]
    assert 0 < max(int(line["Compared period, N"]) for line in told) < MINIMUM_N
    assert [line for line in lines if line["Compared period, %"]] == []


def test_a_cell_of_the_heat_map_tells_its_share_before(reader: Client) -> None:
    page = reader.get("/figures/hours/").content.decode()
    told = Counter(re.findall(r'<td class="[^"]+" title="Compared period: ([^"]+)"', page))
    shown = dict(_screen(reader, "hours"))
    weekdays = set(re.findall(r'<tr><th scope="row">(\w+)</th><td class', page))
    hours = Counter(
        dict(cells)["Compared period"] for name, cells in shown.items() if name.split(",")[0] in weekdays
    )
    assert told == Counter({share: n for share, n in hours.items() if share != "–"})
    assert told


def test_each_day_stands_beside_the_compared_one_of_the_chart(reader: Client) -> None:
    """Working days beside working days, the first beside the first; a day off is none."""
    now, before = ([*_days(ago)] for ago in (0, 1))
    earlier, lines, shown = counted("days", 1), _csv(reader, "days"), _screen(reader, "days")
    assert [*lines] == [*shown] == now
    for name, beside in zip_longest(now, before[: len(now)], fillvalue=""):
        line, cells = lines[name], dict(shown[name])
        levels = earlier.get(beside, {1: 0, 2: 0, 3: 0})
        n = sum(levels.values())
        assert line["Compared day"] == cells["Compared day"] == beside
        assert line["Compared period, %"] == (f"{levels[1] / n * 100:.2f}" if n else "")
        assert line["Compared period, N"] == (str(n) if n else "")
        assert cells["Not satisfied yet that day"] == (_percent(levels[1], n) if beside else "")
    assert sum(1 for line in lines.values() if line["Compared period, N"]) == len(
        earlier.keys() & set(before[: len(now)])
    )
    data = reader.get("/").context["trend_data"]
    drawn = ["" if share is None else f"{share:.2f}" for share in data["before"]]
    assert drawn == [line["Compared period, %"] for line in lines.values()]


def _days(periods_ago: int) -> Iterator[str]:
    """Those of the period that were rated, and Mondays to Fridays."""
    rated = counted("days", periods_ago)
    last = timezone.localdate() - dt.timedelta(days=PERIOD * periods_ago)
    for day in (last - dt.timedelta(days=k) for k in range(PERIOD - 1, -1, -1)):
        with translation.override("en"):
            name = formats.day(day)
        if name in rated or day.weekday() < 5:
            yield name


def test_where_nothing_was_rated_before_no_column_says_so(
    client: Client, town: Town, make_user: Callable[..., User]
) -> None:
    town.office_with("Phường A", (10, 20, 30))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    for page in (
        "/",
        *(f"/figures/{slug}/" for slug in ("offices", "desks", "hours", "promises", "channels")),
    ):
        text = client.get(page).content.decode()
        for words in ("Compared period", "Compared day", "Period before:", "Took part"):
            assert words not in text, (page, words)


def test_participation_of_an_office_is_of_the_days_with_both(reader: Client) -> None:
    """Empty for the office that imported nothing; nought for one that served people and has no tablet."""
    office, today = Office.objects.get(name="Phường A"), timezone.localdate()
    transactions.put([(Office.objects.create(code="c", name="Phường C").pk, today, 80)])
    transactions.put([(office.pk, today, 700), (office.pk, today - dt.timedelta(days=1), 300)])
    transactions.put([(office.pk, today - dt.timedelta(days=33), 9)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sum(n1 + n2 + n3) FROM ({_WITHOUT_FLAGS}) cells "
            "WHERE aspect = 0 AND office_id = %s AND day = %s",
            [office.pk, today.isoformat()],
        )
        (rated,) = cursor.fetchone()
    lines, shown = _csv(reader, "offices"), _screen(reader, "offices")
    assert lines["Phường A"]["Participation rate, %"] == f"{rated / 1000 * 100:.2f}"
    assert lines["Phường B"]["Participation rate, %"] == ""
    assert (lines["Phường C"]["N"], lines["Phường C"]["Participation rate, %"]) == ("0", "0.00")
    assert dict(shown["Phường A"])["Took part"] == _percent(rated, 1000)
    assert dict(shown["Phường B"])["Took part"] == "–"


def test_every_table_is_looked_at_here() -> None:
    assert set(tables.TABLES) == set(_GROUPS)


def test_flags_channel_office_and_desk_reach_the_table(reader: Client) -> None:
    desk = Desk.objects.order_by("pk").first()
    assert desk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(phone1 + phone2 + phone3) FROM ratings_tabletcell "
            "WHERE aspect = 0 AND desk_id = %s AND day > %s",
            [desk.pk, (timezone.localdate() - dt.timedelta(days=PERIOD)).isoformat()],
        )
        (rated,) = cursor.fetchone()
    address = f"/figures/channels.csv?desk={desk.pk}&channel=phone&flagged=1"
    body = reader.get(address).content.decode("utf-8-sig")
    assert sum(int(line["N"]) for line in csv.DictReader(io.StringIO(body))) == rated


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
