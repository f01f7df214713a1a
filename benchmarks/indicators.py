"""R1 to R3 of a province's year from two million ratings, of which every twelfth names a dossier, on
PostgreSQL: as the page of the indicators asks for them, and as a yearly report does."""

from __future__ import annotations

import datetime as dt
import os
import resource
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import ingest
from benchmarks.figures import Figure

OFFICES, DESKS, DAYS = 60, 5, 365
RATINGS = 2_000_000
EVERY = 12
"""One rating in so many names a dossier; most desks have a slip, few citizens scan it."""
YEAR = 2025
ROUNDS = 3
LIMIT_S = 5.0
"""That of the yearly report with all its files, of which these are a part."""

_EVENTS = """
    INSERT INTO ratings_event (tablet_id, install_id, batch_id, received_at, event_day, event_id, seq, kind,
        visit_id, level, wall_ms, utc_offset_min, labels_version, config_version, stored, prev_hash, hash,
        time_quality)
    SELECT t.id, t.id, t.id, now(), {day}, gen_random_uuid(), g, 'rating', g::text,
        CASE WHEN g %% 20 = 0 THEN 1 WHEN g %% 3 = 0 THEN 2 ELSE 3 END,
        extract(epoch FROM {day})::bigint * 1000 + 7200000, 420, 'bom-bo-2024', 0, repeat('x', 300),
        sha256('x'), sha256('x'), 0
    FROM tablets_tablet t, generate_series(1, %s) g
"""
_DAY = "(%s::date + (g %% %s)::int)"
_VISITS = """
    INSERT INTO ratings_visit (tablet_id, visit_id, level_seq, subject_seq, service, desk_key, dossier,
        official, chosen_seq, chosen, good, marks_seq, marks, rated_day, rated_level, office_id)
    SELECT t.id, g::text, 0, g, 'dat-dai', '', 'H99-' || g || '-' || row_number() OVER (), '', 0, '[]',
        FALSE, 0, 0, {day}, CASE WHEN g / {every} %% 20 = 0 THEN 1 ELSE 2 END, d.office_id
    FROM tablets_tablet t JOIN offices_desk d ON d.id = t.desk_id, generate_series(%s, %s, %s) g
"""


def measure() -> list[Figure]:
    """Wall time, and beside it how much of it a processor worked for us: other work may be on the machine."""
    with ingest.headquarters():
        _fill()
        return [_page(), _report(), _young()]


def _fill() -> None:
    from django.db import connection

    from headquarters.indicators.models import DossierTotal
    from headquarters.offices.models import Office
    from headquarters.ratings import partitions

    now = dt.datetime.now(dt.UTC)
    first = dt.date(YEAR, 1, 1)
    partitions.create([dt.date(YEAR, month, 1) for month in range(1, 13)])
    _places()
    DossierTotal.objects.bulk_create(
        DossierTotal(office=office, month=dt.date(YEAR, month, 1), handled=2_000, late=9, imported_at=now)
        for office in Office.objects.exclude(kind="province")
        for month in range(1, 13)
    )
    each = RATINGS // (OFFICES * DESKS)
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS.format(day=_DAY), [first, DAYS, first, DAYS, each])
        cursor.execute(_VISITS.format(day=_DAY, every=EVERY), [first, DAYS, EVERY, each, EVERY])


def _places() -> None:
    from headquarters.offices.models import Desk, Office
    from headquarters.tablets.models import Tablet

    began = dt.date(2020, 1, 1)
    top = Office.objects.create(code="99", name="Tỉnh Mẫu", kind="province", valid_from=began)
    for number in range(OFFICES):
        name = f"UBND xã số {number}"
        office = Office.objects.create(code=f"{number:05}", name=name, parent=top, valid_from=began)
        for desk in range(DESKS):
            at, own = Desk.objects.create(office=office, name=f"Quầy {desk}"), uuid.uuid4()
            Tablet.objects.create(id=own, desk=at, public_key=b"", key_id=own.hex[:16])


def _timed(name: str, ask: Callable[[], Any], limit: float) -> Figure:
    taken: list[float] = []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), _cpu()
        ask()
        taken.append(time.perf_counter() - began)
        print(f"{name}: {taken[-1]:.2f} s, a processor worked {_cpu() - worked:.2f} s of it")
    return Figure(name, min(taken), limit, "s", f"{limit:g} s", 1)


def _cpu() -> float:
    """Seconds that a processor worked: here, and in our connection's own process of PostgreSQL."""
    from django.db import connection

    used = resource.getrusage(resource.RUSAGE_SELF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return used.ru_utime + used.ru_stime + (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


def _page() -> Figure:
    """As web/indicator_pages asks: all together, by office, twelve months."""
    from headquarters.indicators import figures

    first, last = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)

    def ask() -> None:
        found = figures.figures(figures.Query(first, last, since=first), dt.date(YEAR + 1, 1, 5))
        named = OFFICES * DESKS * (RATINGS // (OFFICES * DESKS) // EVERY)
        assert found.inputs.dossiers.named == named, (found.inputs.dossiers, named)
        assert len(found.by_month) == 12

    return _timed(f"R1 to R3 of a year and its months, {RATINGS / 1e6:g} M ratings", ask, LIMIT_S)


def _report() -> Figure:
    """As reports.gather asks: the year and the year before, of all offices."""
    from headquarters.indicators import figures
    from headquarters.offices.models import Office

    offices = set(Office.objects.values_list("pk", flat=True))

    def ask() -> None:
        for year in (YEAR, YEAR - 1):
            figures.results(offices, dt.date(year, 1, 1), dt.date(year, 12, 31), dt.date(YEAR + 1, 1, 5))

    return _timed("R1 to R3 for a year's report", ask, LIMIT_S / 2)


def _young() -> Figure:
    """The same once the database knows its tables: its own analysis runs some minutes after such a day."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = _page()
    return Figure(f"{found.name}, tables analysed", found.ours, found.peer, "s", "5 s", 1)
