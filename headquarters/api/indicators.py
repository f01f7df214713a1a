"""``/api/v1/read/indicators``: R1, R2, R3 of the token's offices, together and by office."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from headquarters.api import reading
from headquarters.api.models import Token
from headquarters.api.problems import Problem
from headquarters.config import ConfigError
from headquarters.indicators import figures
from headquarters.indicators.formulas import Result
from headquarters.offices.models import Office


@reading.reader
def read(request: HttpRequest, token: Token) -> dict[str, Any]:
    """Of a period, by the offices that took the ratings and cases. What has no value says what is missing."""
    asked = reading.question(request.GET, token)
    try:
        found = figures.figures(figures.Query(asked.first, asked.last, asked.offices, flagged=asked.flagged))
    except ConfigError as error:
        raise Problem("unavailable") from error
    codes = dict(Office.objects.filter(pk__in=found.offices).values_list("pk", "code"))
    rows = [
        {"office": codes[pk]} | plain(result)
        for pk, results in found.offices.items()
        if pk in codes
        for result in results
    ]
    return {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "flagged": asked.flagged,
        "whole_months": [month.isoformat() for month in found.whole_months],
        "together": [plain(result) for result in found.results],
        "rows": sorted(rows, key=lambda row: (row["office"], row["indicator"])),
    }


def plain(result: Result) -> dict[str, Any]:
    """The value is a percentage; null where something is missing, and then also what it is made of."""
    return {
        "indicator": result.key,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "value": None if result.value is None else round(result.value, 2),
        "missing": result.missing,
        "source": result.source,
    }
