"""Tables as CSV that a spreadsheet opens in the reader's own language without an import dialogue."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.ratings.figures import Interval, Tally
from headquarters.spreadsheets import csv_answer, safe
from headquarters.web.periods import Period
from headquarters.web.tables import Choices, Ratings, Table

_FILE_NAMES = {
    "days": "theo-ngay",
    "offices": "theo-don-vi",
    "desks": "theo-quay",
    "services": "theo-dich-vu",
    "hours": "theo-gio",
    "promises": "theo-cam-ket",
    "reasons": "theo-ly-do",
    "channels": "theo-kenh",
    "labels": "theo-nhan",
}


def answer(table: Table, period: Period) -> HttpResponse:
    lines = _ratings(table) if isinstance(table, Ratings) else _choices(table)
    return csv_answer(lines, f"{_FILE_NAMES[table.slug]}-{period.first}-{period.last}.csv")


def comments(lines: Sequence[Sequence[str]], period: Period) -> HttpResponse:
    name = f"y-kien-{period.first}-{period.last}.csv"
    return csv_answer([[safe(cell) for cell in line] for line in lines], name)


def _ratings(table: Ratings) -> list[list[str]]:
    note = [table.note_head] if table.note_head else []
    beside = [table.beside_head] if table.beside_head else []
    part = [_("Participation rate, %")] if table.takes_part else []
    lines = [[table.head, *note, *tally_heads(), *beside, *_earlier_heads(), *part, _("Ranked")]]
    for row in table.rows:
        names = [safe(row.name), *([safe(row.note)] if note else [])]
        then = [*([row.beside] if beside else []), *_earlier(row.earlier, row.before.n)]
        took_part = [_number(row.participation)] if part else []
        lines.append([*names, *tally_cells(row.tally), *then, *took_part, _yes(row.ranked)])
    return lines


def _earlier_heads() -> list[str]:
    return [_("Compared period, %"), _("Compared period, N")]


def _earlier(share: float | None, n: int) -> list[str]:
    """Empty where there was nothing. N stands beside a share that is left out, too: it says why."""
    return [_number(share), str(n) if n else ""]


def _choices(table: Choices) -> list[list[str]]:
    ends = [_("Missed, %"), _("95% CI from, %"), _("95% CI to, %"), *_earlier_heads(), _("Ranked")]
    lines = [[table.head, _("Done well"), _("Not done yet"), *ends]]
    for row in table.rows:
        figures = [*_shares(row.share, row.interval), *_earlier(row.earlier, row.n_before), _yes(row.ranked)]
        lines.append([safe(row.name), str(row.kept), str(row.missed), *figures])
    return lines


def _yes(ranked: bool) -> str:
    return _("yes") if ranked else _("no")


def tally_heads() -> list[str]:
    """The columns of ``tally_cells``."""
    return [
        "N",
        _("Very satisfied"),
        _("Satisfied"),
        _("Not satisfied yet"),
        _("Not satisfied yet, %"),
        _("95% CI from, %"),
        _("95% CI to, %"),
    ]


def tally_cells(tally: Tally) -> list[str]:
    """Counts, the share of level 1 and its interval, in the reader's own way of writing numbers."""
    counts = (tally.n, tally.n3, tally.n2, tally.n1)
    return [*map(str, counts), *_shares(tally.unhappy_share, tally.unhappy_interval)]


def _shares(share: float | None, found: Interval | None) -> list[str]:
    return [_number(value) for value in (share, found.low if found else None, found.high if found else None)]


def _number(share: float | None) -> str:
    if share is None:
        return ""
    text = f"{share * 100:.2f}"
    return text.replace(".", ",") if formats.language() == "vi" else text
