"""Whatever is changed or taken away in the database by hand is found by a walk over the raw rows."""

from __future__ import annotations

import pytest
from django.db import connection

from headquarters.__main__ import main
from headquarters.ratings import integrity, sql
from headquarters.ratings.models import Alarm, Event
from headquarters.tablets.models import ChainCheck, Tablet
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet


@pytest.fixture
def kept(office: Office26740, tablet: FakeTablet) -> Tablet:
    """A tablet with five ratings, a correction and a comment at headquarters."""
    events = [tablet.rating(level) for level in (3, 1, 2, 3, 3)]
    office.push(tablet, events)
    office.push(tablet, [tablet.append(tablet.event("comment", {"text": "Chờ lâu quá"}))])
    return Tablet.objects.get(pk=tablet.tablet_id)


def by_hand(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount


def found(tablet: Tablet) -> list[tuple[str, int]]:
    return [(finding.kind, finding.seq) for finding in integrity.verify(tablet).findings]


def test_untouched_chains_have_no_findings(kept: Tablet) -> None:
    walk = integrity.verify(kept)
    assert (walk.events, walk.installs, walk.findings) == (6, 1, [])


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE ratings_event SET stored = replace(stored, '\"level\":1', '\"level\":3') WHERE seq = 2",
         [("changed", 2)]),
        ("UPDATE ratings_event SET level = 3 WHERE seq = 2", [("columns", 2)]),
        ("UPDATE ratings_event SET event_day = '2026-01-05' WHERE seq = 2", [("columns", 2)]),
        ("UPDATE ratings_event SET kind = 'other' WHERE seq = 2", [("columns", 2)]),
        ("DELETE FROM ratings_event WHERE seq = 2", [("deleted", 2), ("lost_id", 0)]),
        ("DELETE FROM ratings_event WHERE seq IN (2, 3)", [("deleted", 2), ("lost_id", 0)]),
        ("DELETE FROM ratings_event WHERE seq = 1", [("deleted", 1), ("lost_id", 0)]),
        ("DELETE FROM ratings_event WHERE seq = 6", [("deleted", 6), ("lost_id", 0)]),
        ("DELETE FROM ratings_event WHERE seq > 0", [("deleted", 1), ("lost_id", 0)]),
        ("DELETE FROM tablets_install", [("unmarked", 6)]),
        ("DELETE FROM ratings_received WHERE event_id IN (SELECT event_id FROM ratings_event WHERE seq = 4)",
         [("unknown_id", 4)]),
    ],
)  # fmt: skip
def test_what_is_changed_or_deleted_by_hand_is_found(
    kept: Tablet, statement: str, expected: list[tuple[str, int]]
) -> None:
    by_hand(statement)
    assert found(kept) == expected


def test_deleted_row_whose_id_went_too_is_found(kept: Tablet) -> None:
    event = Event.objects.get(seq=5)
    by_hand("DELETE FROM ratings_received WHERE event_id = %s", sql.key(event.event_id))
    by_hand("DELETE FROM ratings_event WHERE seq = 5")
    assert found(kept) == [("deleted", 5)]


def test_event_rewritten_with_a_right_hash_is_found_by_its_neighbour_and_its_id(
    office: Office26740, tablet: FakeTablet, kept: Tablet
) -> None:
    forger = FakeTablet(seed=tablet.seed, tablet_id=tablet.tablet_id, install_id=tablet.install_id)
    old = Event.objects.get(seq=2)
    before = bytes(Event.objects.get(seq=1).hash)
    forger.seq, forger.head = 1, before
    forged = forger.rating(3, event_id=str(old.event_id), wall_ms=old.wall_ms, visit_id=old.visit_id)
    by_hand(
        "UPDATE ratings_event SET stored = %s, hash = %s, level = 3 WHERE seq = 2",
        forged.stored, bytes.fromhex(forged.hash),
    )  # fmt: skip
    assert found(kept) == [("link", 3), ("unknown_id", 2)]
    proof = integrity.prove(Event.objects.get(seq=2))
    assert [(step.name, step.good) for step in proof.steps] == [
        ("text", True), ("columns", True), ("before", True), ("behind", False), ("received", False),
    ]  # fmt: skip


def test_gap_that_the_tablet_may_still_fill_is_no_finding(office: Office26740, tablet: FakeTablet) -> None:
    events = [tablet.rating() for _ in range(5)]
    office.push(tablet, [*events[:2], *events[3:]])
    assert found(Tablet.objects.get(pk=tablet.tablet_id)) == []


def test_event_set_aside_fills_its_place(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(), tablet.rating(9), tablet.rating(), tablet.rating(9)])
    assert found(Tablet.objects.get(pk=tablet.tablet_id)) == []


def test_the_command_prints_keeps_and_rings_once(kept: Tablet, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-chain"]) == 0
    assert "6 events walked, 0 findings." in capsys.readouterr().out
    by_hand("UPDATE ratings_event SET level = 3 WHERE seq = 2")
    assert main(["verify-chain", "--tablet", str(kept.pk)]) == 1
    assert main(["verify-chain"]) == 1
    assert "columns: place 2 of install" in capsys.readouterr().out
    assert [alarm.kind for alarm in Alarm.objects.all()] == ["chain_broken"]
    check = ChainCheck.objects.get()
    assert (check.tablet_id, check.count) == (kept.pk, 1)
    assert [finding.kind for finding in integrity.findings_of(check)] == ["columns"]


@pytest.mark.parametrize("seq", [1, 2, 6])
def test_every_event_can_be_proved(kept: Tablet, seq: int) -> None:
    proof = integrity.prove(Event.objects.get(seq=seq))
    assert proof.holds
    assert {step.name: step.good for step in proof.steps}["behind"] is (None if seq == 6 else True)
