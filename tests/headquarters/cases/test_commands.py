"""``headquarters cases``: counts and numbers for who works on the server, no citizen's words."""

from __future__ import annotations

import datetime as dt

import pytest

from headquarters.__main__ import main
from tests.headquarters.cases import made

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]


def test_overdue_cases_are_named_and_nothing_is_told_of_what_they_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made.case(number="PA-2026-000001")
    assert main(["cases"]) == 0
    made.case(number="PA-2026-000002", due_on=dt.date(2026, 1, 5))
    made.told(number="PA-2026-000003", due_on=dt.date(2026, 1, 5))
    capsys.readouterr()
    assert main(["cases"]) == 1
    told = capsys.readouterr().out
    assert "received: 2" in told
    assert "told: 1" in told
    assert "PA-2026-000002  due 2026-01-05  received  26740" in told
    assert "1 overdue." in told
    assert "PA-2026-000003" not in told
    assert made.TEXT not in told
