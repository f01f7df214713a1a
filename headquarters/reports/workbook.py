"""A report as a spreadsheet: its model → XLSX with real numbers and native charts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from headquarters.ratings.figures import MINIMUM_N, Interval, Tally
from headquarters.reports import model
from headquarters.reports import vietnamese as vi
from headquarters.reports.model import Figures, Kept, Row
from headquarters.reports.sentences import LEVELS
from headquarters.reports.sheets import COUNT, DAY, POINTS, SHARE, TEXT, Sheet, Value

_LEVELS = tuple(LEVELS.values())
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_LOOKS: dict[int, dict[str, Any]] = {
    3: {"fill": {"color": "#3A3A3A"}},
    2: {"fill": {"color": "#9A9A9A"}},
    1: {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#000000", "bg_color": "#FFFFFF"}},
}
"""As in the printed picture."""
_ON = {3: "#FFFFFF", 2: "#000000", 1: "#000000"}
"""Figures upon the bars."""


def write(f: Figures) -> bytes:
    """The whole book; same figures, same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    title = f"Kết quả khảo sát mức độ hài lòng {f.period.name}"
    book.set_properties({"title": title, "created": dt.datetime.combine(f.made_on, dt.time())})
    _summary(book, f)
    _rows(book, f, "Theo đơn vị", "Đơn vị", f.offices)
    _rows(book, f, "Theo quầy", "Quầy", f.desks, "Đơn vị")
    _days(book, f)
    _choices(book, f, "Cam kết", ("Điều cam kết", "Đã thực hiện", "Chưa thực hiện"), f.promises)
    _choices(book, f, "Lý do", ("Lý do", "Hài lòng", "Chưa hài lòng"), f.reasons)
    _cases(book, f)
    _notes(book, f)
    book.close()
    return out.getvalue()


def _sheet(book: Any, f: Figures, name: str, columns: Sequence[tuple[str, str]]) -> Sheet:
    return Sheet(book, name, f"{name} – {f.place.name}, {f.period.name}", columns)


def _summary(book: Any, f: Figures) -> None:
    now, then = f.period.short, f.period.before.short
    sheet = _sheet(
        book,
        f,
        "Tổng hợp",
        (
            ("Chỉ tiêu", TEXT),
            (now, COUNT),
            (f"Tỷ lệ, {now}", SHARE),
            (then, COUNT),
            (f"Tỷ lệ, {then}", SHARE),
            ("Chênh lệch (điểm %)", POINTS),
        ),
    )
    for line in (*_levels(f), *_intervals(f), *_parts(f), *_flagged(f)):
        sheet.add(*line)
    sheet.done(filtered=False)
    if not f.tally.n:
        return
    shown = [(now, f.tally), *([(then, f.before)] if f.before.n else [])]
    series = [_level_series(sheet, level, place, shown) for place, level in enumerate(LEVELS)]
    sheet.chart({"type": "bar", "subtype": "percent_stacked"}, "Tỷ lệ ba mức đánh giá", series, 320)


def _level_series(sheet: Sheet, level: int, place: int, shown: list[tuple[str, Tally]]) -> dict[str, Any]:
    """A small table beside the page's own holds what the chart needs: a line for each period."""
    at = 9 + place
    sheet.sheet.write_string(2, at, LEVELS[level])
    for line, (name, tally) in enumerate(shown, 3):
        sheet.sheet.write_string(line, 8, name)
        sheet.sheet.write_number(line, at, tally.share(level) or 0.0)
    last = 3 + len(shown)
    return {
        "name": f"='{sheet.name}'!${chr(65 + at)}$3",
        "values": f"='{sheet.name}'!${chr(65 + at)}$4:${chr(65 + at)}${last}",
        "categories": f"='{sheet.name}'!$I$4:$I${last}",
        "data_labels": {"value": True, "num_format": SHARE, "font": {"color": _ON[level]}},
        **_LOOKS[level],
    }


def _levels(f: Figures) -> Iterator[tuple[Value, ...]]:
    now, then = f.tally, f.before
    for level, name in LEVELS.items():
        change = model.change(now, then, level) if f.comparable else None
        yield name, now.of(level), now.share(level), then.of(level), then.share(level), change
    yield "Tổng số lượt (N)", now.n, None, then.n, None, None
    change = model.satisfied_change(now, then) if f.comparable else None
    happy = (now.n2 + now.n3, now.satisfied_share, then.n2 + then.n3, then.satisfied_share)
    yield "Tỷ lệ hài lòng", *happy, change


def _intervals(f: Figures) -> Iterator[tuple[Value, ...]]:
    for name, now, then in (
        ("Tỷ lệ hài lòng", f.tally.satisfied_interval, f.before.satisfied_interval),
        ("Tỷ lệ chưa hài lòng", f.tally.unhappy_interval, f.before.unhappy_interval),
    ):
        (low, high), (low_then, high_then) = _ends(now), _ends(then)
        yield f"{name}, cận dưới 95%", None, low, None, low_then, None
        yield f"{name}, cận trên 95%", None, high, None, high_then, None


def _parts(f: Figures) -> Iterator[tuple[Value, ...]]:
    parts = (f.part, f.part_before)
    dealt = [part.transactions if part else None for part in parts]
    yield "Số lượt giao dịch", dealt[0], None, dealt[1], None, None
    rated = [value for part in parts for value in ((part.rated, part.share) if part else (None, None))]
    yield "Lượt đánh giá trong những ngày có số giao dịch", *rated, None


def _flagged(f: Figures) -> Iterator[tuple[Value, ...]]:
    yield "Lượt gắn cờ (không tính ở trên)", f.flagged.n, None, None, None, None
    for level, name in LEVELS.items():
        whole = f.everything
        yield f"{name}, tính cả lượt gắn cờ", whole.of(level), whole.share(level), None, None, None
    yield "Trong đó: đánh giá trên điện thoại", f.phone, None, None, None, None


def _rows(book: Any, f: Figures, name: str, what: str, rows: tuple[Row, ...], note: str = "") -> None:
    sheet = _sheet(
        book,
        f,
        name,
        (
            (what, TEXT),
            *([(note, TEXT)] if note else []),
            ("N", COUNT),
            *((level, COUNT) for level in _LEVELS),
            *((f"{level} (%)", SHARE) for level in _LEVELS),
            ("Chưa hài lòng, cận dưới 95%", SHARE),
            ("Chưa hài lòng, cận trên 95%", SHARE),
            ("N kỳ trước", COUNT),
            ("Chưa hài lòng kỳ trước", SHARE),
            ("Chênh lệch (điểm %)", POINTS),
            ("N có tính lượt gắn cờ", COUNT),
            ("Chưa hài lòng có tính lượt gắn cờ", SHARE),
            ("So sánh", TEXT),
        ),
    )
    for row in rows:
        sheet.add(*([row.name, row.note] if note else [row.name]), *_counts(row.tally), *_rest(row))
    sheet.done()


def _rest(row: Row) -> tuple[Value, ...]:
    then, whole = row.before, row.everything
    ranked = "có" if row.ranked else "không"
    interval = _ends(row.tally.unhappy_interval)
    return *interval, then.n, then.unhappy_share, row.difference, whole.n, whole.unhappy_share, ranked


def _days(book: Any, f: Figures) -> None:
    shares = ((f"{level} (%)", SHARE) for level in _LEVELS)
    counts = ((level, COUNT) for level in _LEVELS)
    sheet = _sheet(book, f, "Theo ngày", (("Ngày", DAY), ("N", COUNT), *counts, *shares))
    for day in f.days:
        sheet.add(day.day, *_counts(day.tally))
    sheet.done()
    if f.tally.n and len(f.days) > 1:
        line = {"name": "Chưa hài lòng (%)", "values": sheet.column(7), "categories": sheet.column(0)}
        look = {"line": {"color": "#000000", "width": 1.5}}
        sheet.chart({"type": "line"}, "Tỷ lệ chưa hài lòng theo ngày", [{**line, **look}], 300)


def _choices(book: Any, f: Figures, name: str, heads: tuple[str, str, str], found: tuple[Kept, ...]) -> None:
    what, good, bad = heads
    sheet = _sheet(book, f, name, ((what, TEXT), (good, COUNT), (bad, COUNT), (f"{bad} (%)", SHARE)))
    for one in found:
        sheet.add(one.name, one.kept, one.missed, one.share if one.n >= MINIMUM_N else None)
    sheet.done()
    if found:
        series = [
            {"name": head, "values": sheet.column(at), "categories": sheet.column(0), **_LOOKS[level]}
            for head, at, level in ((good, 1, 2), (bad, 2, 1))
        ]
        sheet.chart({"type": "bar"}, name, series, 140 + 40 * len(found))


def _cases(book: Any, f: Figures) -> None:
    columns = (
        ("Nội dung", TEXT),
        ("Số lượng", COUNT),
        ("Tử số", COUNT),
        ("Mẫu số", COUNT),
        ("Giá trị", SHARE),
    )
    sheet = _sheet(book, f, "Vụ việc", (*columns, ("Căn cứ", TEXT)))
    for name, n in _counted_cases(f):
        sheet.add(name, n, None, None, None, None)
    for one in f.indicators:
        name = f"{one.key}. {one.name}"
        sheet.add(name, None, one.numerator, one.denominator, one.value / 100, one.source)
    sheet.done(filtered=False)


def _counted_cases(f: Figures) -> Iterator[tuple[str, int]]:
    found = f.cases
    if found is None:
        return
    yield "Tiếp nhận trong kỳ", found.received
    for one in found.kinds:
        yield f"Trong đó: {one.name}", one.n
    yield "Đã trả lời", found.answered
    yield "Đã trả lời, quá hạn", found.late
    yield "Đang xử lý", found.open
    yield "Đang xử lý, quá hạn", found.overdue
    yield "Chuyển cơ quan có thẩm quyền", found.referred
    for level, name in LEVELS.items():
        yield f"Câu trả lời được đánh giá: {name}", found.answers.of(level)


def _notes(book: Any, f: Figures) -> None:
    sheet = _sheet(book, f, "Chú giải", (("Mục", TEXT), ("Nội dung", TEXT)))
    period = f.period
    for line in (
        ("Kỳ báo cáo", f"{period.name}: từ ngày {vi.day(period.first)} đến ngày {vi.day(period.last)}"),
        ("Số liệu tính đến", f"hết ngày {vi.day(f.until)}; kỳ trước đến hết ngày {vi.day(f.before_until)}"),
        ("Ngày lấy số liệu", vi.day(f.made_on)),
        ("Tỷ lệ hài lòng", "(rất hài lòng + hài lòng) / N"),
        ("Tỷ lệ tham gia", "lượt đánh giá / lượt giao dịch, trong những ngày có số liệu giao dịch"),
        ("Khoảng tin cậy 95%", "theo phương pháp Wilson"),
        ("Chênh lệch", f"so với kỳ trước; chỉ tính khi cả hai kỳ có N từ {MINIMUM_N} trở lên"),
        ("So sánh", f"đơn vị, quầy có N dưới {MINIMUM_N} (“không”) không được xếp hạng"),
        ("Lượt gắn cờ", "lượt chạm dồn dập, ngoài giờ hoặc lặp lại bất thường: để riêng, không xóa"),
        ("Phạm vi", "kết quả từ máy đánh giá, không thay thế các cuộc điều tra xã hội học"),
    ):
        sheet.add(*line)
    sheet.done(filtered=False)


def _counts(tally: Tally) -> tuple[Value, ...]:
    return (tally.n, *(tally.of(level) for level in LEVELS), *(tally.share(level) for level in LEVELS))


def _ends(found: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if found is None else (found.low, found.high)
