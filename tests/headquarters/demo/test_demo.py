"""The demo province: plausible, whole, marked, and gone without a trace."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from headquarters.__main__ import main
from headquarters.accounts.models import User
from headquarters.audit import log
from headquarters.audit.models import Entry
from headquarters.cases.models import Case
from headquarters.commands import CommandError
from headquarters.demo import making, province, removal, year
from headquarters.indicators.models import DossierTotal, LateDossier
from headquarters.offices.models import Desk, Office, Official, Succession
from headquarters.ratings import officials, rollup, slices
from headquarters.ratings.models import Event, Transactions
from headquarters.tablets.models import Install, Tablet
from sync import chain, contract

RATINGS = 3_000


def _quiet(_line: str) -> None:
    """No words in tests."""


def _counts() -> dict[str, int]:
    found = {m._meta.label: m._base_manager.count() for m in apps.get_models() if m is not Entry}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ratings_received")
        found["received"] = cursor.fetchone()[0]
    return found


@pytest.mark.django_db
def test_demo_province_is_whole_and_leaves_nothing_behind() -> None:
    real = Office.objects.create(code="26740", name="UBND phường Thật", kind="commune")
    Desk.objects.create(office=real, name="Quầy 1")
    before = _counts()
    making.make(RATINGS, 1, _quiet)
    assert Office.objects.filter(demo=True).count() == 60
    assert 140 <= Tablet.objects.count() <= 160
    ratings = Event.objects.filter(kind="rating")
    assert RATINGS * 0.98 <= ratings.count() <= RATINGS
    assert {kind for (kind,) in Event.objects.values_list("kind").distinct()} == {
        "rating", "correction", "subject", "reasons", "comment",
    }  # fmt: skip
    _chains_hold()
    _merger_is_known()
    _officials_are_counted()
    assert list(rollup.audit()) == []
    assert Transactions.objects.count() > 1_000
    assert set(Case.objects.values_list("state", flat=True)) >= {"received", "working", "told"}
    assert Case.objects.filter(steps=None).count() == 0
    assert DossierTotal.objects.count() > 400
    assert LateDossier.objects.exists()
    leader = User.objects.create(username="leader", office=Office.objects.get(code=province.CODE))
    log.record(None, "office.changed", "Tỉnh Mẫu", office_id=leader.office_id)
    with pytest.raises(CommandError, match="already"):
        making.make(RATINGS, 1, _quiet)
    assert removal.remove()[0] == 60
    leader.refresh_from_db()
    assert (leader.office, leader.is_active) == (None, False)
    leader.delete()
    connection.check_constraints()
    assert _counts() == before
    assert Entry.objects.select_related("office").get(action="office.changed").office is None


def _chains_hold() -> None:
    """As ``verify-chain`` and ingest see them."""
    heads: dict[tuple[uuid.UUID, uuid.UUID], tuple[int, bytes]] = {}
    for event in Event.objects.order_by("tablet_id", "install_id", "seq"):
        place = (event.tablet_id, event.install_id)
        seq, head = heads.get(place, (0, chain.GENESIS))
        assert (event.seq, bytes(event.prev_hash)) == (seq + 1, head)
        assert chain.link(head, event.stored) == bytes(event.hash)
        decoded = contract.decode_event(event.stored)
        assert contract.encode_event(decoded) == event.stored
        assert (decoded.event_id, decoded.seq, decoded.kind) == (str(event.event_id), event.seq, event.kind)
        assert decoded.body.get("level") == event.level
        assert (
            event.event_day
            == dt.datetime.fromtimestamp(
                decoded.wall_ms / 1000, dt.timezone(dt.timedelta(minutes=decoded.utc_offset_min))
            ).date()
        )
        heads[place] = (event.seq, bytes(event.hash))
    for install in Install.objects.all():
        assert heads[(install.tablet_id, install.install_id)] == (
            install.contiguous_seq, bytes(install.head_hash or b""),
        )  # fmt: skip


def _merger_is_known() -> None:
    merged = Office.objects.get(name=province.MERGED_NAME)
    assert Succession.objects.filter(successor=merged).count() == 2
    assert merged.demo
    assert Tablet.objects.filter(desk__office=merged).count() == 6
    assert not Tablet.objects.filter(desk__office__valid_to__isnull=False).exists()


def _officials_are_counted() -> None:
    """Each person has a desk of their own; those of the merged communes went along, though their keys are the
    same."""
    assert 40 <= Official.objects.filter(valid_to=None).count() <= 60
    merged = Official.objects.filter(office__name=province.MERGED_NAME)
    assert merged.count() == 6
    assert not merged.filter(before=None).exists()
    days = Event.objects.order_by("event_day").values_list("event_day", flat=True)
    first, last = days[0], days[len(days) - 1]
    found = officials.by_official(slices.Query(first, last, flagged=True, lineage="now"))
    assert found.unknown == ()
    assert set(found.tallies) <= set(Official.objects.filter(valid_to=None).values_list("pk", flat=True))
    named = Event.objects.filter(kind="subject", stored__contains='"official"').count()
    assert 0 < sum(tally.n for tally in found.tallies.values()) == named


@pytest.mark.django_db
def test_demo_refuses_to_hang_on_or_above_real_offices() -> None:
    Office.objects.create(code="99001", name="Thật")
    with pytest.raises(CommandError, match="99001"):
        making.make(10, 1, _quiet)
    Office.objects.all().delete()
    top = Office.objects.create(code="99", name="demo", demo=True)
    Office.objects.create(code="26740", name="Thật", parent=top)
    with pytest.raises(CommandError, match="no demo"):
        removal.remove()


def _temper(**changes: Any) -> year.Temper:
    first = dt.date(2026, 1, 1)
    usual = {"unhappy": 0.1, "delighted": 0.5, "busy": 1.0, "drift": 1.0, "first": first}
    return year.Temper(**{**usual, "last": first + dt.timedelta(days=364), **changes})


def _rows(seed: int, ratings: int = 4_000, **changes: Any) -> list[year.Row]:
    rng, temper, tablet = random.Random(seed), _temper(**changes), uuid.UUID(int=7)
    (days,) = year.shares([temper], ratings, rng)
    own, phone = (year.Chain(n, str(tablet), uuid.uuid5(tablet, str(n))) for n in (0, 1))
    return list(year.events(own, phone, temper, days, 2**53, rng))


def test_same_seed_makes_the_same_year_and_another_seed_another() -> None:
    assert _rows(1, 300) == _rows(1, 300)
    assert _rows(1, 300) != _rows(2, 300)


def test_year_has_exactly_its_ratings_and_a_weekly_rhythm() -> None:
    ratings = [row for row in _rows(1) if row.kind == "rating"]
    assert len(ratings) == 4_000
    weekdays = Counter(row.day.weekday() for row in ratings)
    assert weekdays[0] > weekdays[2] > weekdays[5] > weekdays[6] == 0
    share = sum(row.level == 1 for row in ratings) / len(ratings)
    assert 0.08 < share < 0.14


def test_desk_that_gets_worse_shows_it() -> None:
    ratings = [row for row in _rows(1, drift=3.0) if row.kind == "rating"]
    early, late = (sum(row.level == 1 for row in part) for part in (ratings[:1000], ratings[-1000:]))
    assert late > early * 1.5


def test_no_two_events_share_an_id() -> None:
    ids = [row.event_id for row in _rows(3)]
    assert len(set(ids)) == len(ids)
    assert all(str(uuid.UUID(one)) == one for one in ids)


@pytest.mark.django_db
def test_command_makes_and_removes_the_province(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo-province", "--ratings", "40", "--seed", "2"]) == 0
    assert "60 offices, 156 tablets." in capsys.readouterr().out
    assert main(["demo-province", "--ratings", "40"]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["demo-province", "--remove"]) == 0
    assert "60 offices and 156 tablets are gone." in capsys.readouterr().out
    assert set(Entry.objects.values_list("action", flat=True)) >= {"demo.made", "demo.removed"}
    for wrong in ("0", "-1", "x", "99999999999", "٣"):
        with pytest.raises(SystemExit):
            main(["demo-province", "--ratings", wrong])
