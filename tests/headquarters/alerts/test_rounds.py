"""Rooms above alerts take part in what is done again and again."""

from __future__ import annotations

import datetime as dt

import pytest

from headquarters import rounds
from headquarters.alerts.chores import look_round


@pytest.mark.django_db
def test_a_round_asks_everybody_who_wants_to_take_part() -> None:
    asked: list[dt.datetime] = []

    def busy(sender: object, now: dt.datetime, **_: object) -> str:
        asked.append(now)
        return "3 cases made"

    def idle(sender: object, now: dt.datetime, **_: object) -> str:
        return ""

    now = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
    for receiver in (busy, idle):
        rounds.each_round.connect(receiver)
    try:
        said = look_round(now)
    finally:
        for receiver in (busy, idle):
            rounds.each_round.disconnect(receiver)
    assert asked == [now]
    assert ", 3 cases made, " in said
    assert ", , " not in said
