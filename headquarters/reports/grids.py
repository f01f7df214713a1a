"""The tables and the picture of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from headquarters.documents.blocks import Bar, Bars, Cell, Table
from headquarters.ratings.figures import MINIMUM_N, Tally
from headquarters.reports import model
from headquarters.reports import vietnamese as vi
from headquarters.reports.model import Figures, Kept, Row
from headquarters.reports.sentences import LEVELS

_UNRANKED = "–"


def grid(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[float]
) -> Table:
    """A table with one line of heads."""
    head = tuple(Cell(words, bold=True) for words in heads)
    return Table(caption, (head,), tuple(tuple(row) for row in rows), tuple(widths))


def left(words: str) -> Cell:
    """What a line is about."""
    return Cell(words, "left")


def levels(f: Figures, caption: str) -> Table:
    """The three levels, now and before."""
    heads = [Cell(f.period.short, bold=True, columns=2)]
    then = f.before if f.before.n else None
    if then is not None:
        heads.append(Cell(f.period.before.short, bold=True, columns=2))
        heads.append(Cell("Chênh lệch\n(điểm %)", bold=True, rows=2))
    under = ("Số lượt", "Tỷ lệ (%)") * (1 if then is None else 2)
    return Table(
        caption,
        head=(
            (Cell("Mức đánh giá", bold=True, rows=2), *heads),
            tuple(Cell(words, bold=True) for words in under),
        ),
        rows=tuple(_levels(f.tally, then)),
        widths=(0.5, 0.25, 0.25) if then is None else (0.26, 0.12, 0.16, 0.12, 0.16, 0.18),
    )


def _levels(now: Tally, then: Tally | None) -> Iterator[tuple[Cell, ...]]:
    shown = [tally for tally in (now, then) if tally is not None]
    before = then if then is not None and min(now.n, then.n) >= MINIMUM_N else None
    for level, name in LEVELS.items():
        pairs = [(tally.of(level), tally.share(level)) for tally in shown]
        yield _level(name, pairs, model.change(now, before, level) if before else None)
    whole = [Cell(words, bold=True) for tally in shown for words in (vi.count(tally.n), vi.tenths(1.0))]
    yield (Cell("Tổng số lượt (N)", "left", bold=True), *whole, *([] if then is None else [Cell("")]))
    pairs = [(tally.n2 + tally.n3, tally.satisfied_share) for tally in shown]
    yield _level("Tỷ lệ hài lòng", pairs, model.satisfied_change(now, before) if before else None)


def _level(name: str, pairs: list[tuple[int, float | None]], change: float | None) -> tuple[Cell, ...]:
    cells = [Cell(words) for n, share in pairs for words in (vi.count(n), vi.tenths(share))]
    return (left(name), *cells, *([Cell(vi.signed(change))] if len(pairs) > 1 else []))


def picture(f: Figures, caption: str) -> Bars:
    """The shares of the levels as bars, now and before."""
    shown = [(f.period, f.tally), *([(f.period.before, f.before)] if f.before.n else [])]
    bars = (
        Bar(period.short, tuple(100 * (tally.share(level) or 0.0) for level in LEVELS))
        for period, tally in shown
    )
    return Bars(caption, tuple(LEVELS.values()), tuple(bars))


def rows(found: tuple[Row, ...], caption: str, what: str, f: Figures) -> Table:
    """A line for each office or desk; its place only where it has enough ratings."""
    heads = ["TT", what, "N", *(f"{name} (%)" for name in LEVELS.values()), "Khoảng tin cậy 95% (%)"]
    widths = [0.06, 0.34, 0.11, 0.12, 0.11, 0.12, 0.14]
    compared = bool(f.before.n)
    if compared:
        heads.append("Chênh lệch (điểm %)")
        widths = [0.06, 0.27, 0.09, 0.11, 0.09, 0.11, 0.14, 0.13]
    lines = (
        (
            Cell(str(place) if row.ranked else _UNRANKED),
            left(row.name),
            *_figures(row.tally),
            *([Cell(vi.signed(row.difference))] if compared else []),
        )
        for place, row in enumerate(found, 1)
    )
    return grid(caption, heads, lines, widths)


def _figures(tally: Tally) -> tuple[Cell, ...]:
    shares = (Cell(vi.tenths(tally.share(level))) for level in LEVELS)
    return (Cell(vi.count(tally.n)), *shares, Cell(vi.interval(tally.unhappy_interval)))


def choices(found: tuple[Kept, ...], caption: str, heads: tuple[str, str, str]) -> Table:
    """Promises or reasons. ``heads``: what they are, kept, missed."""
    lines = (
        (
            left(one.name),
            Cell(vi.count(one.kept)),
            Cell(vi.count(one.missed)),
            Cell(vi.tenths(one.share if one.n >= MINIMUM_N else None)),
        )
        for one in found
    )
    return grid(caption, (*heads, f"{heads[2]} (%)"), lines, (0.46, 0.18, 0.18, 0.18))


def indicators(f: Figures, caption: str) -> Table:
    """R1 to R3, with what they are made of."""
    lines = (
        (
            left(f"{one.key}. {one.name}"),
            Cell(vi.count(one.numerator)),
            Cell(vi.count(one.denominator)),
            Cell(vi.tenths(one.value / 100)),
            left(one.source),
        )
        for one in f.indicators
    )
    heads = ("Chỉ số", "Tử số", "Mẫu số", "Giá trị (%)", "Căn cứ")
    return grid(caption, heads, lines, (0.34, 0.11, 0.11, 0.13, 0.31))


def flagged(f: Figures, caption: str) -> Table:
    """All ratings without, only and with flagged taps."""
    ways = (
        ("Không tính lượt gắn cờ", f.tally),
        ("Riêng lượt gắn cờ", f.flagged),
        ("Tính cả lượt gắn cờ", f.everything),
    )
    lines = (
        (
            left(name),
            Cell(vi.count(tally.n)),
            *(Cell(vi.count(tally.of(level))) for level in LEVELS),
            Cell(vi.tenths(tally.unhappy_share)),
        )
        for name, tally in ways
    )
    heads = ("Cách tính", "N", *LEVELS.values(), "Chưa hài lòng (%)")
    return grid(caption, heads, lines, (0.34, 0.12, 0.14, 0.12, 0.14, 0.14))


def touched(f: Figures, caption: str) -> Table:
    """Offices that have flagged taps, without and with them."""
    lines = (
        (
            left(row.name),
            *(
                Cell(words)
                for tally in (row.tally, row.everything)
                for words in (vi.count(tally.n), vi.tenths(tally.unhappy_share))
            ),
        )
        for row in sorted(with_flags(f), key=lambda row: row.name)
    )
    heads = ("Đơn vị", "N không tính", "Chưa hài lòng (%)", "N có tính", "Chưa hài lòng (%)")
    return grid(caption, heads, lines, (0.4, 0.15, 0.15, 0.15, 0.15))


def with_flags(f: Figures) -> tuple[Row, ...]:
    """Offices that flagged taps would change."""
    return tuple(row for row in f.offices if row.everything.n != row.tally.n)
