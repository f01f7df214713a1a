"""Rows changed or deleted by SQL, in every table that holds events or follows from them: found, and shown."""

from __future__ import annotations

import hashlib
import html
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test import RequestFactory
from django.utils import translation

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.log import record
from headquarters.audit.models import Entry
from headquarters.ratings import integrity, rollup, sql
from headquarters.ratings.models import Alarm, Event, Lookup, Quarantine
from headquarters.tablets.models import ChainCheck, Tablet
from headquarters.web.integrity_pages import said
from kiosk.clock import system_clock
from kiosk.store.database import FILE_NAME
from kiosk.store.log import Store
from kiosk.store.upkeep import check
from sync import chain, contract, gaps
from sync.contract import Result, Verdict, WireEvent
from tests.headquarters.conftest import Office26740, nobody_has_asked_yet, office, tablet, verdicts
from tests.headquarters.test_contact import CODE
from tests.headquarters.web.conftest import PASSWORD
from tests.headquarters.web.test_tablet_pages import signed_in, text_of
from tests.support import FakeTablet, body_of, new_id

__all__ = ["nobody_has_asked_yet", "office", "tablet"]

# -- headquarters ------------------------------------------------------------------------------------------


@pytest.fixture
def kept(office: Office26740, tablet: FakeTablet) -> Tablet:
    """Four ratings, one of them set aside, a correction, reasons and a comment."""
    first = tablet.event(body={"level": 1, "channel": "tablet"})
    events = [tablet.append(first), tablet.rating(9), tablet.rating(2), tablet.rating(3)]
    for kind, body in (
        ("correction", {"level": 2, "corrects": first.event_id}),
        ("reasons", {"chosen": ["thai-do"], "good": True}),
        ("comment", {"text": "Chờ lâu quá", "topic": "thoi-gian", "lookup": CODE}),
    ):
        events.append(tablet.append(tablet.event(kind, body, visit_id=first.visit_id)))
    office.push(tablet, events)
    assert list(rollup.audit()) == []
    assert found(Tablet.objects.get(pk=tablet.tablet_id)) == []
    return Tablet.objects.get(pk=tablet.tablet_id)


@pytest.fixture
def leader(office: Office26740) -> User:
    place = office.desk().office
    return User.objects.create_user(
        "ha", password=PASSWORD, display_name="Hà", role=Role.OFFICE_ADMIN, office=place
    )


def by_hand(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount


def found(tablet: Tablet) -> list[tuple[str, int]]:
    return [(finding.kind, finding.seq) for finding in integrity.verify(tablet).findings]


FOURTH = "(SELECT event_id FROM ratings_event WHERE seq = 4)"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE ratings_event SET visit_id = 'x' WHERE seq = 4", ("columns", 4)),
        ("UPDATE ratings_event SET wall_ms = wall_ms + 1 WHERE seq = 4", ("columns", 4)),
        ("UPDATE ratings_event SET utc_offset_min = 0 WHERE seq = 4", ("columns", 4)),
        ("UPDATE ratings_event SET seq = 99 WHERE seq = 4", ("deleted", 4)),
        ("UPDATE ratings_event SET hash = prev_hash WHERE seq = 4", ("changed", 4)),
        ("UPDATE ratings_received SET hash = (SELECT hash FROM ratings_event WHERE seq = 1)"
         f" WHERE event_id = {FOURTH}", ("unknown_id", 4)),
        (f"DELETE FROM ratings_received WHERE event_id = {FOURTH}", ("unknown_id", 4)),
        ("UPDATE ratings_quarantine SET code = 'conflict', seq = 3", ("aside", 3)),
        ("DELETE FROM ratings_quarantine", ("deleted", 2)),
        ("UPDATE tablets_install SET head_hash = NULL", ("head", 7)),
        ("UPDATE tablets_install SET max_seq = 9", ("deleted", 9)),
        ("DELETE FROM tablets_install", ("unmarked", 7)),
    ],
)  # fmt: skip
def test_rows_of_the_chain_s_tables_that_were_touched_are_found(
    kept: Tablet, statement: str, expected: tuple[str, int]
) -> None:
    by_hand(statement)
    assert expected in found(kept)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE ratings_comment SET text = 'Rất tốt'", "comment"),
        ("DELETE FROM ratings_comment", "comment"),
        ("UPDATE ratings_comment SET level = 3", "comment"),
        ("UPDATE ratings_visit SET level = 3", "visit"),
        ("UPDATE ratings_visit SET chosen = '[]'", "visit"),
        ("DELETE FROM ratings_visit", "visit"),
        ("UPDATE ratings_tabletcell SET n3 = n3 + 1", "tablet cell"),
        ("DELETE FROM ratings_tabletcell WHERE aspect = 0", "tablet cell"),
        ("UPDATE ratings_officecell SET n1 = 0, n3 = 9", "office cell"),
        ("DELETE FROM ratings_officecell", "office cell"),
    ],
)
def test_counts_and_copies_that_were_touched_are_found_by_the_audit(
    kept: Tablet, statement: str, table: str
) -> None:
    by_hand(statement)
    assert table in {difference.table for difference in rollup.audit()}


def test_a_rating_hidden_in_quarantine_is_found(kept: Tablet) -> None:
    """It would count no more, its place would be filled, and the next event would name its hash."""
    hidden = Event.objects.get(seq=3)
    event = WireEvent(
        event_id=str(hidden.event_id), seq=3, stored=hidden.stored,
        prev_hash=bytes(hidden.prev_hash).hex(), hash=bytes(hidden.hash).hex(),
    )  # fmt: skip
    aside = Quarantine.objects.get()
    by_hand("DELETE FROM ratings_received WHERE event_id = %s", sql.key(hidden.event_id))
    by_hand("DELETE FROM ratings_event WHERE seq = 3")
    name = hashlib.sha256(
        repr((event.event_id, event.seq, event.stored, event.prev_hash, event.hash)).encode()
    ).hexdigest()
    Quarantine.objects.create(
        tablet=kept, event_id=event.event_id, install_id=aside.install_id, seq=3, hash=event.hash,
        prev_hash=event.prev_hash, stored=event.stored.encode(), digest=name, code="bad_level",
        batch_id=aside.batch_id, received_at=aside.received_at,
    )  # fmt: skip
    assert found(kept) == [("aside", 3)]


def test_a_text_set_aside_that_was_exchanged_is_found(kept: Tablet) -> None:
    aside = Quarantine.objects.get()
    Quarantine.objects.update(stored=bytes(aside.stored).replace(b'"level":9', b'"level":8'))
    assert found(kept) == [("aside", 2)]


def test_a_forged_rating_that_fits_everything_rings_at_the_tablet_s_next_event(
    office: Office26740, tablet: FakeTablet, kept: Tablet
) -> None:
    """Somebody with all of the database and the chain's rules: what no walk alone can see."""
    forger = FakeTablet(seed=tablet.seed, tablet_id=tablet.tablet_id, install_id=tablet.install_id)
    forger.seq, forger.head = tablet.seq, tablet.head
    office.push(forger, [forger.rating(3)])
    assert found(kept) == []
    office.push(tablet, [tablet.rating(1)])
    assert {alarm.kind for alarm in Alarm.objects.all()} == {"clone"}
    assert ("twice", 8) in found(kept)


def test_a_last_event_taken_away_with_every_trace_is_asked_for_and_comes_back(
    office: Office26740, tablet: FakeTablet, kept: Tablet
) -> None:
    last = Event.objects.get(seq=7)
    stored = WireEvent(
        event_id=str(last.event_id), seq=7, stored=last.stored,
        prev_hash=bytes(last.prev_hash).hex(), hash=bytes(last.hash).hex(),
    )  # fmt: skip
    by_hand("DELETE FROM ratings_received WHERE event_id = %s", sql.key(last.event_id))
    by_hand("DELETE FROM ratings_event WHERE seq = 7")
    by_hand(
        "UPDATE tablets_install SET max_seq = 6, contiguous_seq = 6,"
        " head_hash = (SELECT hash FROM ratings_event WHERE seq = 6)"
    )
    assert found(kept) == []
    body = body_of(gaps.GapsRequest(tablet_id=tablet.tablet_id, install_id=tablet.install_id, max_seq=7))
    answer = gaps.decode_gaps_reply(office.post(gaps.PATH, body, tablet.headers(body))[1])
    assert [(hole.first, hole.last) for hole in answer.missing] == [(7, 7)]
    assert Lookup.objects.get().event_id == last.event_id, "whoever tampers need not know of this table"
    assert verdicts(office.push(tablet, [stored])) == ["accepted"]
    assert list(rollup.audit()) == []


def test_what_was_found_and_rung_cannot_be_wiped_away_for_longer_than_a_night(kept: Tablet) -> None:
    by_hand("UPDATE ratings_event SET level = 3 WHERE seq = 1")
    integrity.keep(integrity.verify(kept))
    by_hand("DELETE FROM ratings_alarm")
    by_hand("UPDATE tablets_chaincheck SET count = 0, findings = '[]'")
    integrity.keep(integrity.verify(kept))
    assert [alarm.kind for alarm in Alarm.objects.all()] == ["chain_broken"]
    assert ChainCheck.objects.get().count == 1


def test_partitions_are_walked_like_the_table(kept: Tablet) -> None:
    """PostgreSQL keeps months apart; whoever changes one of those tables changes the table."""
    if not sql.is_postgresql():
        pytest.skip("SQLite has no partitions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM ratings_event WHERE seq = 4")
        (month,) = cursor.fetchone()
    assert month != "ratings_event"
    by_hand(f"UPDATE {month} SET level = 1 WHERE seq = 4")
    by_hand(f"DELETE FROM {month} WHERE seq = 3")
    assert {("columns", 4), ("deleted", 3)} <= set(found(kept))


def test_the_audit_log_refuses_and_an_erasure_excuses_no_rating(kept: Tablet) -> None:
    record(RequestFactory().get("/"), "chain.walked", str(kept.pk))
    assert Entry.objects.exists()
    by_hand(
        "INSERT INTO ratings_erasure (tablet_id, event_id, at, reason, who) SELECT tablet_id, event_id,"
        " received_at, 'term', 'x' FROM ratings_event WHERE seq IN (1, 7)"
    )
    by_hand("UPDATE ratings_event SET stored = replace(stored, '\"level\":1', '\"level\":3') WHERE seq = 1")
    assert found(kept) == [("changed", 1)]
    with pytest.raises(DatabaseError):
        by_hand("DELETE FROM audit_entry")


@pytest.mark.screen_only
def test_a_finding_of_each_kind_has_words_on_the_chain_s_page(
    leader: User, tablet: FakeTablet, kept: Tablet
) -> None:
    web = signed_in(leader)
    install = tablet.install_id
    kinds = [
        "changed",
        "columns",
        "link",
        "deleted",
        "twice",
        "unknown_id",
        "lost_id",
        "head",
        "unmarked",
        "aside",
    ]
    walk = integrity.Walk(kept, 7, 1, len(kinds))
    walk.findings = [integrity.Finding(kind, install, 4, 4, "bad_level") for kind in kinds]
    integrity.keep(walk)
    text = html.unescape(text_of(web.get(f"/tablets/{tablet.tablet_id}/chain/")))
    with translation.override("vi"):
        told = [str(said(finding)) for finding in walk.findings]
    assert len(set(told)) == len(kinds)
    assert [words for words in told if words not in text] == []


# -- the tablet --------------------------------------------------------------------------------------------
OPENED = "DROP TRIGGER IF EXISTS {}"
TRIGGERS = (
    "events_are_final", "events_stay_until_confirmed", "confirmed_is_final", "confirmed_stays",
    "newest_event_stays",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A tablet's file: five ratings, one corrected, reasons; the first two confirmed."""
    made = Store(tmp_path, new_id(), system_clock(), new_id)
    visits = [new_id() for _ in range(5)]
    for visit, level in zip(visits, (3, 1, 2, 1, 3), strict=True):
        made.append(contract.RATING, visit, {"level": level, "channel": "tablet"})
    made.append(contract.CORRECTION, visits[1], {"level": 2})
    made.append(contract.REASONS, visits[2], {"chosen": ["thai-do"], "good": True})
    sent = made.pending()[:2]
    made.settle(sent, [Result(event_id=one.event_id, verdict=Verdict.ACCEPTED) for one in sent])
    yield made
    made.close()


def on_the_tablet(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as db, db:
        for trigger in TRIGGERS:
            db.execute(OPENED.format(trigger))
        assert db.execute(statement).rowcount


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE events SET stored = replace(stored, 'tablet', 'x') WHERE seq = 4", "event 4 was changed"),
        ("UPDATE events SET level = 3 WHERE seq = 4", "event 4 was changed"),
        ("UPDATE events SET kind = 'comment', level = NULL WHERE seq = 4", "event 4 was changed"),
        ("UPDATE events SET stored = '{}' WHERE seq = 1", "event 1 was changed"),
        ("UPDATE events SET prev_hash = x'00' WHERE seq = 4", "the chain is broken before event 4"),
        ("DELETE FROM events WHERE seq > 4", "the newest events are gone"),
        ("INSERT INTO delivery VALUES (99, 'confirmed', '', 0)", "a delivery of no event"),
        ("UPDATE meta SET value = '7' WHERE key = 'settled_upto'", "an event is passed over by the queue"),
        ("UPDATE visits SET level = 3 WHERE seq = 4", "a visit differs"),
        ("DELETE FROM visits WHERE seq = 4", "a visit differs"),
        ("UPDATE tallies SET n = n + 5 WHERE level = 3", "a day's count differs"),
        ("DELETE FROM tallies", "a day's count differs"),
        ("UPDATE choices SET n = 9", "a count of reasons differs"),
        ("DELETE FROM choices", "a count of reasons differs"),
    ],
)  # fmt: skip
def test_rows_touched_on_the_tablet_are_told_by_its_nightly_check(
    store: Store, tmp_path: Path, statement: str, told: str
) -> None:
    assert check(tmp_path) == "ok"
    on_the_tablet(tmp_path, statement)
    assert told in check(tmp_path)


@pytest.mark.screen_only
def test_what_is_let_go_after_a_month_is_no_tampering(store: Store, tmp_path: Path) -> None:
    assert store.purge_confirmed(2**53, 100) == 2
    assert check(tmp_path) == "ok"


def test_a_complaint_of_the_tablet_s_check_is_shown_at_headquarters(
    leader: User, office: Office26740, tablet: FakeTablet
) -> None:
    beat = tablet.heartbeat(integrity="event 4 was changed: its text", integrity_ms=1_763_700_000_000)
    office.push(tablet, heartbeat=beat)
    web = signed_in(leader)
    assert "event 4 was changed: its text" in text_of(web.get(f"/tablets/{tablet.tablet_id}/"))


def sent_from(store: Store) -> list[WireEvent]:
    return store.pending()


def test_a_row_changed_before_its_upload_is_set_aside_and_rings(
    office: Office26740, store: Store, tmp_path: Path
) -> None:
    tablet = twin(store)
    office.place(tablet)
    on_the_tablet(
        tmp_path, "UPDATE events SET stored = replace(stored, '\"level\":1', '\"level\":3') WHERE seq = 4"
    )
    reply = office.push(tablet, sent_from(store))
    assert verdicts(reply)[1] == "quarantined:bad_hash"
    assert {alarm.kind for alarm in Alarm.objects.all()} == {"chain_broken"}


def test_a_row_changed_with_its_hash_breaks_the_chain_at_headquarters(
    office: Office26740, store: Store, tmp_path: Path
) -> None:
    tablet = twin(store)
    office.place(tablet)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db, db:
        db.execute(OPENED.format("events_are_final"))
        stored, before = db.execute("SELECT stored, prev_hash FROM events WHERE seq = 4").fetchone()
        forged = stored.replace('"level":1', '"level":3')
        own = chain.link(bytes(before), forged)
        db.execute("UPDATE events SET stored = ?, hash = ?, level = 3 WHERE seq = 4", (forged, own))
    assert "the chain is broken before event 5" in check(tmp_path)
    office.push(tablet, sent_from(store))
    assert {alarm.kind for alarm in Alarm.objects.all()} == {"chain_broken"}
    assert ("link", 5) in found(Tablet.objects.get(pk=tablet.tablet_id))


def test_a_bad_rating_called_confirmed_by_hand_is_a_gap_that_is_asked_for(
    office: Office26740, store: Store, tmp_path: Path
) -> None:
    tablet = twin(store)
    office.place(tablet)
    on_the_tablet(tmp_path, "INSERT INTO delivery VALUES (4, 'confirmed', '', 0)")
    office.push(tablet, sent_from(store))
    question = gaps.GapsRequest(tablet_id=store.tablet_id, install_id=store.install_id, max_seq=7)
    body = body_of(question)
    answer = gaps.decode_gaps_reply(office.post(gaps.PATH, body, tablet.headers(body))[1])
    assert 4 in {hole.first for hole in answer.missing}
    assert [event.seq for event in store.stored_between(4, 4)] == [4]


def twin(store: Store) -> FakeTablet:
    """The key and ids of the store's tablet, for the wire."""
    return FakeTablet(seed=uuid.uuid4().bytes * 2, tablet_id=store.tablet_id, install_id=store.install_id)
