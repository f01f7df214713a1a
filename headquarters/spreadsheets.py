"""CSV that a spreadsheet opens in the reader's own language, and never calculates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from headquarters import formats

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate it: what begins so, behind blanks too."""
    return text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)


def safe(text: str) -> str:
    """Text somebody typed, with a mark in front where a spreadsheet would calculate it."""
    return f"'{text}" if like_a_formula(text) else text


def csv_answer(table: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """The table as a file to keep. Its cells must have gone through ``safe`` where people wrote them."""
    out = io.StringIO()
    # Excel with Vietnamese settings splits at semicolons, for its decimals use the comma.
    csv.writer(out, delimiter=";" if formats.language() == "vi" else ",").writerows(table)
    # The mark at the front tells Excel that the letters are UTF-8.
    answer = HttpResponse(("\ufeff" + out.getvalue()).encode("utf-8"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
