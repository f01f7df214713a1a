"""R1, R2, R3 by machine: the page's numbers, of the token's own offices."""

from __future__ import annotations

import pytest
from django.test import Client

from headquarters.indicators import figures
from tests.headquarters.api.test_reading import client, make_user, read, token
from tests.headquarters.indicators.test_figures import LAST, MAY, a_case, an_office

__all__ = ["client", "make_user"]
PERIOD = {"from": "2026-05-01", "to": "2026-05-31"}


@pytest.mark.django_db
def test_the_indicators_of_the_tokens_offices(client: Client) -> None:
    mine, other = an_office("1"), an_office("2")
    for late in (True, False):
        a_case(mine, late=late)
    a_case(other)
    status, found = read("indicators", token(client), **PERIOD)
    assert status == 200
    assert found["whole_months"] == ["2026-05-01"]
    screen = figures.results(None, MAY, LAST)
    assert (
        [one["numerator"] for one in found["together"]] == [one.numerator for one in screen] == [2, 2, None]
    )
    assert [(row["office"], row["indicator"], row["value"]) for row in found["rows"]] == [
        ("1", "R1", 50.0), ("1", "R2", 50.0), ("1", "R3", None),
        ("2", "R1", 100.0), ("2", "R2", 100.0), ("2", "R3", None),
    ]  # fmt: skip
    assert found["together"][2]["missing"] == "totals"
    own = read("indicators", token(client, other), **PERIOD)[1]
    assert (own["together"][0]["denominator"], {row["office"] for row in own["rows"]}) == (1, {"2"})
    assert read("indicators", token(client), level="1")[0] == 400
