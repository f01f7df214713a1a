"""A province's yearly report in all its forms, on PostgreSQL, of 60 offices and two million ratings; and a
letter as PDF."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import TYPE_CHECKING

from benchmarks import ingest
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from headquarters.documents.blocks import Document
    from headquarters.offices.models import Office

OFFICES, DESKS, DAYS = 60, 5, 365
LEVELS = (1, 5, 13)
"""What each desk takes a day, of level 1, 2, 3: 2.08 million ratings a year."""
YEAR = 2025
ROUNDS, LETTERS = 3, 40
LIMIT_S, LIMIT_MS = 5.0, 100.0

_CELLS = """
    INSERT INTO ratings_officecell (aspect, day, office_id, key, n1, n2, n3, flagged1, flagged2, flagged3,
        phone1, phone2, phone3, both1, both2, both3)
    SELECT {aspect}, %s::date + d, o.id, {key}, {n1}, {n2}, {n3}, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM (SELECT DISTINCT office_id AS id FROM offices_desk) o, generate_series(0, %s) d {more}
"""
_N = {f"n{level}": n for level, n in zip((1, 2, 3), LEVELS, strict=True)}
_WHOLE = {name: n * DESKS for name, n in _N.items()}


def measure() -> list[Figure]:
    """Figures taken and all files written, the best of three; a warm letter's p95."""
    with ingest.headquarters():
        top = _province()
        return [_report(top), _letter(top)]


def _province() -> Office:
    """Offices, desks, tablets, and the sums of two years of their ratings."""
    from django.db import connection

    from headquarters.offices.models import Desk, Office
    from headquarters.ratings.models import Aspect
    from headquarters.tablets.models import Tablet

    top = Office.objects.create(code="99", name="Tỉnh Mẫu", kind="province", valid_from=dt.date(2020, 1, 1))
    for number in range(OFFICES):
        office = Office.objects.create(code=f"{number:05}", name=f"UBND xã số {number}", parent=top)
        for desk in range(DESKS):
            at, own = Desk.objects.create(office=office, name=f"Quầy {desk}"), uuid.uuid4()
            Tablet.objects.create(id=own, desk=at, public_key=b"", key_id=own.hex[:16])
    keys = ", ".join(f"('{key}')" for key in ("nghe-dan-noi", "cam-on", "xin-loi", "thoi-gian", "thai-do"))
    aspects = (
        (Aspect.WHOLE, "'bom-bo-2024'", _WHOLE, ""),
        (Aspect.HOUR, "lpad(h::text, 2, '0')", {**_WHOLE}, ", generate_series(8, 16) h"),
        (Aspect.CHOICE, "k.key", {"n1": 1, "n2": 1, "n3": 2}, f", (VALUES {keys}) k (key)"),
        (Aspect.DESK, "d2.id::text", _N, "JOIN offices_desk d2 ON TRUE WHERE d2.office_id = o.id"),
    )
    with connection.cursor() as cursor:
        for aspect, key, counts, more in aspects:
            sql = _CELLS.format(aspect=int(aspect), key=key, more=more, **counts)
            cursor.execute(sql, [dt.date(YEAR - 1, 1, 1), 2 * DAYS])
        cursor.execute("VACUUM ANALYZE ratings_officecell")
    return top


def _report(top: Office) -> Figure:
    from headquarters.reports import building, gather, periods
    from headquarters.reports.model import Texts

    period = periods.named(periods.Kind.YEAR, str(YEAR))
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        figures = gather.figures(top, period, dt.date(YEAR + 1, 1, 5))
        counted = time.perf_counter()
        files = dict(building.files(figures, Texts(), top))
        taken.append(time.perf_counter() - began)
        assert len(figures.offices) == OFFICES
        assert figures.tally.n == OFFICES * DESKS * DAYS * sum(LEVELS)
        sizes = ", ".join(f"{form} {len(content) // 1000} kB" for form, content in files.items())
        print(f"counted in {counted - began:.2f} s, written in {taken[-1] - counted + began:.2f} s: {sizes}")
    name = f"a year's report, {OFFICES} offices, {figures.tally.n / 1e6:.1f} M ratings, all forms"
    return Figure(name, min(taken), LIMIT_S, "s", "5 s", 1)


def _letter(top: Office) -> Figure:
    from headquarters.documents import pdf

    letter, taken = _apology(top), []
    pdf.write(letter)
    for _ in range(LETTERS):
        began = time.perf_counter()
        pdf.write(letter)
        taken.append((time.perf_counter() - began) * 1000)
    p95 = sorted(taken)[int(LETTERS * 0.95)]
    return Figure("a letter as PDF, warm", p95, LIMIT_MS, "ms p95", "100 ms", 1)


def _apology(top: Office) -> Document:
    from headquarters.documents import letterheads
    from headquarters.documents.blocks import Document, text

    words = (
        "Kính gửi: Ông/Bà",
        "Cơ quan chúng tôi đã nhận được phản ánh của Ông/Bà về việc phải chờ lâu tại Bộ phận Một cửa.",
        "Chúng tôi chân thành xin lỗi Ông/Bà và đã bố trí thêm người tiếp nhận hồ sơ vào giờ cao điểm.",
    )
    return Document(
        letterheads.of(top), "THƯ XIN LỖI", "", "", None, tuple(map(text, words)),
        letterheads.signature_of(top), ("Như trên", "Lưu: VT"),
    )  # fmt: skip
