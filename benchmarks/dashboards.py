"""What a province's dashboard asks for 30 days, on PostgreSQL, from a million raw events; and, as the long
form (``./bench dashboards-long``), from twenty million of the same offices and days."""

from __future__ import annotations

import datetime as dt
import os
import random
import time
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks import ingest
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from headquarters.ratings.slices import Query

T = TypeVar("T")
OFFICES, TABLETS, DAYS = 60, 5, 365
SMALL, LARGE = 1_000_000, 20_000_000
YEARS = 2_000_000
"""A province's ratings of a year, as the demo province has them."""
ROUNDS, TURNS = 60, 6
LIMIT_MS = 20.0
PAGE_MS, PAGE_ROUNDS = 150.0, 20

_EVENTS = """
    INSERT INTO ratings_event (tablet_id, event_day, event_id, install_id, seq, kind, visit_id, level,
        wall_ms, utc_offset_min, labels_version, config_version, stored, hash, prev_hash, received_at,
        batch_id, time_quality)
    SELECT t.id, t.day, gen_random_uuid(), t.id, g, 'rating', g::text,
        CASE WHEN (g + own) %% 10 = 0 THEN 1 WHEN (g + own) %% 10 < 4 THEN 2 ELSE 3 END,
        (extract(epoch FROM t.day)::bigint + ((g + own) * 7919 %% 36000)) * 1000, 420, 'chua-hai-long-1', 0,
        '{}', '', '', now(), t.id, 0
    FROM (SELECT id, own, %s::date + day AS day FROM bench_tablets, generate_series(0, %s) day) t,
        generate_series(%s, %s) g
"""
_VISITS = """
    INSERT INTO ratings_visit (tablet_id, visit_id, level_seq, subject_seq, service, desk_key, dossier,
        official, chosen_seq, chosen, good, marks_seq, marks)
    SELECT id, g::text, 0, 1, 'dich-vu-' || at %% 9, '', '', '', 1, '["hua-' || at %% 11 || '","thoi-gian"]',
        at %% 10 <> 0, 1, CASE WHEN at %% 50 < 3 THEN 2 WHEN at %% 50 = 3 THEN 1 ELSE 0 END
    FROM bench_tablets, generate_series(1, %s) g, LATERAL (SELECT g + own AS at) a WHERE at %% 3 = 0
"""
"""Each tablet says other things at other hours: an office's day has most of its cells in either form."""


def measure() -> list[Figure]:
    """The slowest cut's p95 at a million events, and the slowest page's at two million."""
    os.environ["HEADQUARTERS_TOTP"] = "optional"
    with ingest.headquarters():
        first = _province()
        _fill(first, 0, SMALL)
        cuts = _limit(SMALL, _slowest(first))
        _fill(first, SMALL, YEARS)
        return [cuts, _page()]


def measure_long() -> list[Figure]:
    """The same at twenty million, and both against each other, asked in turns: whatever else this machine
    does by then, it does to both. Takes a quarter of an hour and 15 GB."""
    with ingest.headquarters():
        small, large = _province(), _elsewhere(_province)
        _fill(small, 0, SMALL)
        _elsewhere(lambda: _fill(large, 0, LARGE))
        turns = [(_taken(small, turn), _elsewhere(partial(_taken, large, turn))) for turn in range(TURNS)]
        at_small, at_large = (_worst(_together(column)) for column in zip(*turns, strict=True))
        growth = Figure("dashboard at 20 M events", at_large[1], at_small[1], "ms p95", "at 1 M", 1.2)
        return [_limit(SMALL, at_small), _limit(LARGE, at_large), growth]


def _elsewhere(work: Callable[[], T]) -> T:
    """``work`` in another database of the same server, made and migrated when it is first wanted."""
    from django.db import connection

    from headquarters.migrating import migrate
    from headquarters.ratings import partitions

    here = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'large'")
        fresh = cursor.fetchone() is None
        if fresh:
            cursor.execute("CREATE DATABASE large")
    _turn_to("large")
    if fresh:
        migrate()
    partitions.forget()
    try:
        return work()
    finally:
        _turn_to(here)
        partitions.forget()


def _turn_to(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def _limit(events: int, slowest: tuple[str, float]) -> Figure:
    name, p95 = slowest
    return Figure(
        f"dashboard at {events // 1_000_000} M events (slowest cut: {name})",
        p95,
        LIMIT_MS,
        "ms p95",
        "20 ms",
        1,
    )


def _page() -> Figure:
    """The overview and a page of each cut, of all offices and the last 30 days, as the server makes them:
    from the request to the last byte."""
    from django.test import Client
    from django.urls import reverse

    from headquarters.accounts.models import User
    from headquarters.accounts.roles import Role
    from headquarters.web import figure_pages

    web = Client(headers={"host": "localhost"})
    web.force_login(User.objects.create_user("bench", role=Role.SYSTEM_ADMIN))
    paths = [reverse("web:overview"), *(reverse(f"web:figures-{slug}") for slug in figure_pages.CUTS)]
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for turn in range(PAGE_ROUNDS + 1):
        for path in paths:
            began = time.perf_counter()
            answer = web.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            if turn:  # the first one reads the templates
                taken[path].append((time.perf_counter() - began) * 1000)
    path, p95 = _worst(taken)
    return Figure(f"whole page at 2 M events (slowest: {path})", p95, PAGE_MS, "ms p95", "150 ms", 1)


def _province() -> dt.date:
    """Offices, desks and tablets; the first of the days there will be ratings of."""
    from django.db import connection

    from headquarters.offices.models import Desk, Office
    from headquarters.ratings import partitions
    from headquarters.tablets.models import Tablet

    for number in range(OFFICES):
        office = Office.objects.create(code=f"{number:05}", name=f"Xã {number}")
        for desk in range(TABLETS):
            at, own = Desk.objects.create(office=office, name=f"Quầy {desk}"), uuid.uuid4()
            Tablet.objects.create(id=own, desk=at, public_key=b"", key_id=own.hex[:16])
    today = dt.datetime.now(dt.UTC).date()
    first = today - dt.timedelta(days=DAYS - 1)
    partitions.prepare((first + dt.timedelta(days=day) for day in range(DAYS)), today)
    with connection.cursor() as cursor:
        shift = "7 * row_number() OVER (ORDER BY id) AS own"
        cursor.execute(f"CREATE TABLE bench_tablets AS SELECT id, {shift} FROM tablets_tablet")
    return first


def _fill(first: dt.date, there: int, wanted: int) -> None:
    """Raw events up to ``wanted``, what some of their visits said, and the rollups of all of it."""
    from django.db import connection, transaction

    from headquarters.ratings import cells, sql
    from headquarters.tablets.models import Tablet

    per_day = OFFICES * TABLETS * DAYS
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [first, DAYS - 1, there // per_day + 1, wanted // per_day])
        cursor.execute("TRUNCATE ratings_visit")
        cursor.execute(_VISITS, [wanted // per_day])
        cursor.execute("ANALYZE ratings_visit")
        cursor.execute("ANALYZE ratings_event")
    for tablet_id in Tablet.objects.values_list("pk", flat=True):
        with transaction.atomic():
            sql.run(*cells.recount_tablet(tablet_id))
    with transaction.atomic():
        sql.run(*cells.sums_of_all())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ratings_tabletcell, ratings_officecell")


def _slowest(first: dt.date) -> tuple[str, float]:
    """The cut with the highest p95, over random windows of 30 days, and that p95 in ms."""
    return _worst(_together([_taken(first, turn) for turn in range(TURNS)]))


def _taken(first: dt.date, turn: int) -> dict[str, list[float]]:
    """Milliseconds of each cut, over a turn's share of the windows."""
    from headquarters.ratings import slices

    cuts: dict[str, Callable[[Query], Any]] = {
        cut.__name__: cut
        for cut in (
            slices.total, slices.by_day, slices.by_office, slices.by_hour, slices.by_service,
            slices.by_promise, slices.by_reason, slices.by_channel, slices.by_labels,
            slices.flagged, slices.by_desk,
        )
    }  # fmt: skip
    draw, taken = random.Random(turn), {name: list[float]() for name in cuts}
    for _ in range(ROUNDS // TURNS):
        day = first + dt.timedelta(days=draw.randrange(DAYS - 30))
        query = slices.Query(day, day + dt.timedelta(days=29))
        for name, cut in cuts.items():
            began = time.perf_counter()
            cut(query)
            taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def _together(turns: Iterable[dict[str, list[float]]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for turn in turns:
        for name, times in turn.items():
            found.setdefault(name, []).extend(times)
    return found


def _worst(taken: dict[str, list[float]]) -> tuple[str, float]:
    p95 = {name: sorted(times)[int(len(times) * 0.95)] for name, times in taken.items()}
    print("; ".join(f"{name} {ms:.1f} ms" for name, ms in p95.items()), flush=True)
    name = max(p95, key=lambda one: p95[one])
    return name, p95[name]
