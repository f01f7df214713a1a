"""Tables as CSV that a spreadsheet opens in the reader's own language without an import dialogue."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.ratings.figures import DayFigures, OfficeFigures, Tally
from headquarters.web.periods import Period

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def days(rows: Iterable[DayFigures], period: Period) -> HttpResponse:
    table = [[_("Day"), *_tally_heads()], *([formats.day(row.day), *_tally_cells(row.tally)] for row in rows)]
    return _answer(table, f"theo-ngay-{period.first}-{period.last}.csv")


def offices(rows: Iterable[OfficeFigures], period: Period) -> HttpResponse:
    heads = [_("Office"), _("Belongs to"), *_tally_heads(), _("Ranked")]
    table = [heads]
    for row in rows:
        ranked = _("yes") if row.ranked else _("no")
        table.append([_safe(row.name), _safe(row.parent), *_tally_cells(row.tally), ranked])
    return _answer(table, f"theo-don-vi-{period.first}-{period.last}.csv")


def _tally_heads() -> list[str]:
    return [
        "N",
        _("Very satisfied"),
        _("Satisfied"),
        _("Not satisfied yet"),
        _("Not satisfied yet, %"),
        _("95 % CI from, %"),
        _("95 % CI to, %"),
    ]


def _tally_cells(tally: Tally) -> list[str]:
    found = tally.unhappy_interval
    shares = (tally.unhappy_share, found.low if found else None, found.high if found else None)
    counts = (tally.n, tally.n3, tally.n2, tally.n1)
    return [*map(str, counts), *(_number(share) for share in shares)]


def _number(share: float | None) -> str:
    if share is None:
        return ""
    text = f"{share * 100:.2f}"
    return text.replace(".", ",") if formats.language() == "vi" else text


def _safe(text: str) -> str:
    """A name that begins like a formula would be calculated by the spreadsheet."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _answer(table: Sequence[Sequence[str]], name: str) -> HttpResponse:
    out = io.StringIO()
    # Excel with Vietnamese settings splits at semicolons, for its decimals use the comma.
    csv.writer(out, delimiter=";" if formats.language() == "vi" else ",").writerows(table)
    # The mark at the front tells Excel that the letters are UTF-8.
    body = ("\ufeff" + out.getvalue()).encode("utf-8")
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
