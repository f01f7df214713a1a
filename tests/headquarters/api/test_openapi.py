"""The document says what is served, no more and no less; what it says of messages is the contract's word."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from headquarters.api import openapi, problems, reading
from headquarters.offices.models import Office
from headquarters.ratings import transactions
from headquarters.ratings.figures import Tally
from sync import contract
from tests.headquarters.api.test_reading import MakeUser, client, make_user, token
from tests.headquarters.cases import made
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

__all__ = ["client", "make_user"]
ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "docs" / "openapi.json"


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, str]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns)
        else:
            yield "/" + str(one.pattern), one.name or ""


@pytest.mark.screen_only
def test_every_address_of_the_api_is_in_the_document_and_no_other() -> None:
    served = {path for path, name in addresses(get_resolver().url_patterns) if path.startswith("/api/v1/")}
    assert served == set(openapi.document()["paths"])


@pytest.mark.screen_only
def test_the_published_document_is_this_one() -> None:
    """After a wanted change: ``headquarters openapi docs/openapi.json``."""
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == openapi.document()


@pytest.mark.screen_only
def test_it_hangs_together() -> None:
    text = json.dumps(openapi.document())
    schemas = openapi.document()["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named <= set(schemas)
    assert openapi.document()["openapi"] == "3.1.0"
    for path, methods in openapi.document()["paths"].items():
        for about in methods.values():
            assert about["summary"], path
            assert about["security"], path
            assert "200" in about["responses"]
    row = schemas["FiguresByOffice"]["properties"]["rows"]["items"]
    assert set(row["properties"]) == {"office", *reading.tally(Tally()), "participation"}
    wire = {
        int(status) for status in openapi.document()["paths"][contract.BATCH_PATH]["post"]["responses"]
    } - {200}
    assert wire == {status for status, _words in contract.PROBLEMS.values()}
    assert set(schemas["ReadProblem"]["properties"]["code"]["enum"]) == set(problems.PROBLEMS)


def test_anybody_may_read_the_document(db: None) -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.json() == json.loads(json.dumps(openapi.document()))
    assert Client().post("/api/openapi.json").status_code == 405


EXAMPLE = re.compile(r"<!-- example: (?P<path>\S+) (?P<status>\d+) -->\n```json\n(?P<body>.*?)```", re.DOTALL)
EXAMPLES = [
    found.groupdict() for found in EXAMPLE.finditer((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))
]


@pytest.fixture
def shown(office: Office26740, tablet: FakeTablet, client: Any) -> str:
    """The state that docs/api.md speaks of: one commune, seven ratings of 20 served on 21 November 2026."""
    day = 1_795_226_400_000  # 21/11/2026 09:00 in Vietnam
    events = [tablet.rating(level, wall_ms=day) for level in (1, 2, 3, 3, 3, 3)]
    chosen = {"chosen": ["xin-loi"], "good": False}
    first = tablet.rating(1, wall_ms=day, visit_id="v")
    told = tablet.append(tablet.event("reasons", chosen, visit_id="v", wall_ms=day))
    office.push(tablet, [*events, first, told])
    Office.objects.filter(code="26740").update(valid_from="2025-07-01", kind="commune")
    transactions.put([(Office.objects.get(code="26740").pk, dt.date(2026, 11, 21), 20)])
    made.published(
        dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC), said="Phải chờ lâu ở quầy 3 vào sáng thứ hai.",
        done="Quầy 3 mở thêm một chỗ tiếp nhận vào sáng thứ hai.",
    )  # fmt: skip
    return token(client)


@pytest.mark.parametrize("example", EXAMPLES, ids=[one["path"] for one in EXAMPLES])
def test_the_examples_are_true(shown: str, example: dict[str, str]) -> None:
    bearer = {} if example["status"] == "401" else {"Authorization": f"Bearer {shown}"}
    answer = Client().get(example["path"], headers=bearer)
    assert (answer.status_code, answer.json()) == (int(example["status"]), json.loads(example["body"]))


def test_there_are_examples_of_every_address(make_user: MakeUser) -> None:
    shown_ = {one["path"].partition("?")[0] for one in EXAMPLES}
    assert {path for path in openapi.document()["paths"] if "/read/" in path} <= shown_
