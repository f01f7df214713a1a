"""The overview's cards: what they say is what a few lines of SQL count, now and in the compared period."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from headquarters.offices.models import Office
from headquarters.ratings import transactions
from tests.headquarters.web.test_tables_agree import PERIOD, reader

__all__ = ["reader"]
pytestmark = pytest.mark.django_db
_CARD = re.compile(r'<section class="card[^"]*" aria-labelledby="card-(\w+)">(.*?)</section>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


def _cards(reader: Client, query: str = "") -> dict[str, str]:
    text = reader.get(f"/{query}").content.decode()
    return {name: " ".join(_TAGS.sub(" ", inside).split()) for name, inside in _CARD.findall(text)}


def _sums(first: dt.date, last: dt.date, *, of: str = "n{0} - flagged{0}") -> tuple[int, int, int]:
    sums = ", ".join(f"coalesce(sum({of.format(level)}), 0)" for level in (1, 2, 3))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM ratings_tabletcell WHERE aspect = 0 AND day BETWEEN %s AND %s",
            [first.isoformat(), last.isoformat()],
        )
        n1, n2, n3 = cursor.fetchone()
    return int(n1), int(n2), int(n3)


def _rated_where_known(days: list[dt.date], office: Office) -> int:
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(days))
        cursor.execute(
            "SELECT sum(n1 + n2 + n3 - flagged1 - flagged2 - flagged3) FROM ratings_officecell "
            f"WHERE aspect = 0 AND office_id = %s AND day IN ({marks})",
            [office.pk, *(day.isoformat() for day in days)],
        )
        (found,) = cursor.fetchone()
    return int(found)


def _percent(part: int, n: int) -> str:
    return f"{part / n * 100:,.1f}%"


def test_every_card_says_what_was_counted_and_what_was_before(reader: Client) -> None:
    today, office = timezone.localdate(), Office.objects.get(name="Phường A")
    now = [today - dt.timedelta(days=ago) for ago in (0, 5, 6)]
    before = [today - dt.timedelta(days=ago) for ago in (33, 34)]
    transactions.put([(office.pk, day, 900) for day in now] + [(office.pk, day, 700) for day in before])
    first = today - dt.timedelta(days=PERIOD - 1)
    n1, n2, n3 = _sums(first, today)
    was1, was2, was3 = _sums(first - dt.timedelta(days=PERIOD), first - dt.timedelta(days=1))
    n, was = n1 + n2 + n3, was1 + was2 + was3
    flagged = sum(_sums(first, today, of="flagged{0}"))
    cards = _cards(reader)
    assert f"Not satisfied yet {_percent(n1, n)}" in cards["unhappy"]
    assert f"{n1:,} ratings" in cards["unhappy"]
    points, share = f"{abs(n1 / n - was1 / was) * 100:.1f} points", f"({_percent(was1, was)})"
    assert points in cards["unhappy"] or share in cards["unhappy"]
    assert f"Satisfaction rate {_percent(n2 + n3, n)}" in cards["satisfied"]
    assert f"Period before: {_percent(was2 + was3, was)}" in cards["satisfied"]
    assert f"Number of ratings (N) {n:,}" in cards["n"]
    assert f"Very satisfied {n3:,} Satisfied {n2:,} Not satisfied yet {n1:,}" in cards["n"]
    assert f"Period before: {was:,}" in cards["n"]
    assert f"Without {flagged:,} flagged ratings" in cards["n"]
    rated = _rated_where_known(now, office)
    assert f"Participation rate {_percent(rated, 2700)}" in cards["part"]
    assert f"{rated:,} ratings of 2,700 transactions" in cards["part"]
    assert f"Period before: {_percent(_rated_where_known(before, office), 1400)}" in cards["part"]


def test_the_compared_period_is_called_what_was_asked_for(reader: Client) -> None:
    for way, words in (("month", "A month earlier"), ("previous", "Period before")):
        assert f"{words}: " in _cards(reader, f"?compare={way}")["n"]
    assert "earlier" not in " ".join(_cards(reader, "?compare=year").values()), "a year ago there was nothing"


def test_a_share_of_a_handful_is_not_said_beside_but_its_n_is(reader: Client) -> None:
    """The fourth desk took nothing in the period before, the third a handful."""
    last = timezone.localdate() - dt.timedelta(days=PERIOD)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT desk_id, sum(n1 + n2 + n3 - flagged1 - flagged2 - flagged3) n FROM ratings_tabletcell "
            "WHERE aspect = 0 AND day <= %s GROUP BY desk_id ORDER BY n LIMIT 1",
            [last.isoformat()],
        )
        desk, n = cursor.fetchone()
    assert n < 30
    cards = _cards(reader, f"?desk={desk}")
    assert "Period before" not in cards["satisfied"]
    assert f"Period before: {n}" in cards["n"]
    assert "Participation rate –" in cards["part"]
