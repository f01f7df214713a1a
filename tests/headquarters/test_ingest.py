"""What becomes of one tablet's events: once, in any order, whole."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from headquarters.ratings import settling
from headquarters.ratings.models import Alarm, Event, Quarantine, TabletCell
from headquarters.tablets.models import Install, Tablet
from sync import chain
from sync.contract import encode_event, encode_message
from tests.headquarters.conftest import Office26740, days_of, rollup, stored_ids, verdicts
from tests.support import FakeTablet, body_of_json, new_id, now_ms, seal, seal_text

DAY_MS = 86_400_000
NOON = 1_763_700_000_000  # 2025-11-21 11:40 in Việt Nam
DAY = dt.date(2025, 11, 21)


def install(tablet: FakeTablet) -> Install:
    return Install.objects.get(tablet=tablet.tablet_id, install_id=tablet.install_id)


def quarantined(tablet: FakeTablet) -> list[tuple[str, str]]:
    rows = Quarantine.objects.filter(tablet=tablet.tablet_id).order_by("pk")
    return [(row.event_id, row.code) for row in rows]


def alarms(tablet: FakeTablet) -> list[str]:
    return sorted(Alarm.objects.filter(tablet=tablet.tablet_id).values_list("kind", flat=True))


def chain_is_broken(tablet: FakeTablet) -> bool:
    return bool(install(tablet).chain_broken)


def test_rating_is_accepted_and_kept_word_for_word(office: Office26740, tablet: FakeTablet) -> None:
    wire = tablet.rating(3, wall_ms=NOON, visit_id="6b0f7f4e-0f5c-4d38-9d43-6d2f6f3a7c11")
    reply = office.push(tablet, [wire])
    assert verdicts(reply) == ["accepted"]
    assert [r.event_id for r in reply.results] == [wire.event_id]
    assert reply.contiguous_seq == 1
    assert abs(reply.server_time_ms - now_ms()) < 60_000
    kept = Event.objects.get(event_id=wire.event_id)
    assert kept.stored == wire.stored
    assert bytes(kept.hash).hex() == wire.hash
    assert bytes(kept.prev_hash) == chain.GENESIS
    assert (str(kept.tablet_id), str(kept.install_id)) == (tablet.tablet_id, tablet.install_id)
    assert (kept.seq, kept.kind, kept.level, kept.wall_ms, kept.event_day) == (1, "rating", 3, NOON, DAY)
    assert rollup(tablet) == {(DAY, 3): 1}


@pytest.mark.parametrize(
    "text",
    ['Chị nói: "đợi 5 phút"\nrồi đi', "C:\\N", "\\N", "\\.", "a\tb\r\n", "\\x41\\101", "'; DROP --", "😀 ẵ"],
)
@pytest.mark.parametrize("besides", [1, 30])
def test_any_letter_is_kept_word_for_word(
    office: Office26740, tablet: FakeTablet, text: str, besides: int
) -> None:
    """On PostgreSQL a few go as a statement, many by COPY."""
    office.push(tablet, [tablet.rating(3)])  # from now on the month has its partition
    event = tablet.event("comment", {"text": text}, visit_id=text, labels_version=text)
    wire = tablet.append(event)
    ratings = [tablet.rating(1) for _ in range(besides)]
    assert verdicts(office.push(tablet, [wire, *ratings])) == ["accepted"] * (1 + besides)
    kept = Event.objects.get(event_id=wire.event_id)
    assert (kept.stored, kept.visit_id, kept.labels_version) == (wire.stored, text, text)


def test_the_same_batch_twice_is_answered_duplicate_and_counts_once(
    office: Office26740, tablet: FakeTablet
) -> None:
    events = [tablet.rating(level, wall_ms=NOON) for level in (1, 2, 3, 3)]
    batch = tablet.batch(events)
    first, second = office.send(tablet, batch), office.send(tablet, batch)
    assert first[0] == second[0] == 200
    again = office.push(tablet, events)
    assert verdicts(again) == ["duplicate"] * 4
    assert again.contiguous_seq == 4
    assert stored_ids(tablet) == sorted(event.event_id for event in events)
    assert rollup(tablet) == {(DAY, 1): 1, (DAY, 2): 1, (DAY, 3): 2}
    assert (quarantined(tablet), alarms(tablet)) == ([], [])


def test_an_event_twice_in_one_batch_is_stored_once(office: Office26740, tablet: FakeTablet) -> None:
    wire = tablet.rating(2, wall_ms=NOON)
    reply = office.push(tablet, [wire, wire])
    assert len(reply.results) == 2
    assert set(verdicts(reply)) <= {"accepted", "duplicate"}
    assert rollup(tablet) == {(DAY, 2): 1}


def test_batch_without_events_is_a_heartbeat(office: Office26740, tablet: FakeTablet) -> None:
    beat = tablet.heartbeat(quarantined=2, oldest_pending_ms=NOON, free_mb=812, last_error="Unreachable")
    reply = office.push(tablet, [], pending=7, max_seq=40, heartbeat=beat)
    assert (reply.results, reply.contiguous_seq) == ((), 0)
    row = Tablet.objects.get(pk=tablet.tablet_id)
    assert (row.pending, row.max_seq, row.quarantined, row.free_mb) == (7, 40, 2, 812)
    assert (row.oldest_pending_ms, row.app_version, row.last_error) == (NOON, "test", "Unreachable")
    assert row.last_seen is not None


def test_absurd_heartbeat_never_holds_ratings_back(office: Office26740, tablet: FakeTablet) -> None:
    huge = 10**30
    beat = tablet.heartbeat(
        wall_ms=huge, mono_ms=-huge, quarantined=huge, oldest_pending_ms=-huge, free_mb=huge,
        last_error="x\x00" * 5000, app_version="v\x00" * 500,
    )  # fmt: skip
    reply = office.push(tablet, [tablet.rating(3, wall_ms=NOON)], pending=huge, max_seq=-huge, heartbeat=beat)
    assert verdicts(reply) == ["accepted"]


def test_one_level_4_among_good_ones_is_set_aside_and_the_others_count(
    office: Office26740, tablet: FakeTablet
) -> None:
    good, bad, last = (tablet.rating(level, wall_ms=NOON) for level in (3, 4, 1))
    reply = office.push(tablet, [good, bad, last])
    assert verdicts(reply) == ["accepted", "quarantined:bad_level", "accepted"]
    assert quarantined(tablet) == [(bad.event_id, "bad_level")]
    assert rollup(tablet) == {(DAY, 1): 1, (DAY, 3): 1}
    assert reply.contiguous_seq == 3, "headquarters holds all three"
    assert not chain_is_broken(tablet)


def test_quarantined_event_sent_again_is_kept_once_with_the_same_answer(
    office: Office26740, tablet: FakeTablet
) -> None:
    bad = tablet.rating(4)
    answers = [verdicts(office.push(tablet, [bad])) for _ in range(3)]
    assert answers == [["quarantined:bad_level"]] * 3
    assert len(quarantined(tablet)) == 1


@pytest.mark.parametrize("level", [0, -1, 4, 3.0, True, "3", None, 10**30, [3], {}])
def test_only_the_whole_numbers_1_2_3_are_levels(
    office: Office26740, tablet: FakeTablet, level: object
) -> None:
    reply = office.push(tablet, [tablet.rating(body={"level": level})])
    assert verdicts(reply) == ["quarantined:bad_level"]
    settling.settle(None)
    assert not TabletCell.objects.filter(tablet_id=tablet.tablet_id).exists()


def test_rating_without_a_level_is_set_aside(office: Office26740, tablet: FakeTablet) -> None:
    assert verdicts(office.push(tablet, [tablet.rating(body={})])) == ["quarantined:bad_level"]


def test_edited_text_is_set_aside_word_for_word_and_the_chain_alarm_rings(
    office: Office26740, tablet: FakeTablet
) -> None:
    wire = tablet.rating(1)
    edited = replace(wire, stored=wire.stored.replace('"level":1', '"level":3'))
    reply = office.push(tablet, [edited, tablet.rating(2)])
    assert verdicts(reply) == ["quarantined:bad_hash", "accepted"]
    assert bytes(Quarantine.objects.get(tablet=tablet.tablet_id).stored).decode() == edited.stored
    assert chain_is_broken(tablet)
    assert alarms(tablet) == ["chain_broken"]


def test_two_edits_of_one_event_are_both_kept(office: Office26740, tablet: FakeTablet) -> None:
    wire = tablet.rating(1)
    for level in (2, 3):
        office.push(tablet, [replace(wire, stored=wire.stored.replace('"level":1', f'"level":{level}'))])
    assert quarantined(tablet) == [(wire.event_id, "bad_hash")] * 2


@pytest.mark.parametrize(
    "hashes", [{"hash": "zz"}, {"hash": ""}, {"prev_hash": ""}, {"prev_hash": "00"}, {"hash": "ab" * 31}]
)
def test_hash_that_is_no_hash_is_set_aside(
    office: Office26740, tablet: FakeTablet, hashes: dict[str, str]
) -> None:
    assert verdicts(office.push(tablet, [replace(tablet.rating(), **hashes)])) == ["quarantined:bad_hash"]


@pytest.mark.parametrize(
    "stored", ["", "null", "[]", "{}", "{", '{"v":1}', "[" * 100_000, '{"a":NaN}', "\x00", "a\x00b"]
)
def test_unreadable_text_is_set_aside_word_for_word(
    office: Office26740, tablet: FakeTablet, stored: str
) -> None:
    event_id = tablet.event().event_id
    bad = tablet.append_text(stored, event_id)
    reply = office.push(tablet, [bad, tablet.rating(2)])
    assert verdicts(reply) == ["quarantined:unreadable", "accepted"]
    assert bytes(Quarantine.objects.get(event_id=event_id).stored).decode() == stored


def test_lone_surrogate_is_set_aside_and_the_others_count(office: Office26740, tablet: FakeTablet) -> None:
    good = tablet.rating(2)
    envelope = json.loads(encode_message(tablet.batch([good])))
    poison = {**envelope["events"][0], "event_id": "ba", "seq": 2, "stored": '{"x":"\ud800"}'}
    envelope["events"].append(poison)
    body = body_of_json(envelope)
    status, answer = office.post("/api/v1/batches", body, tablet.headers(body))
    assert status == 200, answer
    assert [r["verdict"] for r in json.loads(answer)["results"]] == ["accepted", "quarantined"]
    kept = bytes(Quarantine.objects.get(event_id="ba").stored)
    assert kept.decode("utf-8", "surrogatepass") == poison["stored"]


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id": "9d2f3a52-5a0c-4c5a-8f3b-0a8f7a6f5e41"},
        {"seq": 7},
    ],
)
def test_envelope_that_says_other_than_the_event_is_set_aside(
    office: Office26740, tablet: FakeTablet, changes: dict[str, object]
) -> None:
    wire = replace(tablet.rating(), **changes)  # type: ignore[arg-type]
    assert verdicts(office.push(tablet, [wire])) == ["quarantined:mismatch"]


@pytest.mark.parametrize("field", ["tablet_id", "install_id"])
def test_event_of_another_tablet_or_install_is_set_aside(
    office: Office26740, tablet: FakeTablet, field: str
) -> None:
    wire = tablet.rating(**{field: "9d2f3a52-5a0c-4c5a-8f3b-0a8f7a6f5e41"})
    assert verdicts(office.push(tablet, [wire])) == ["quarantined:mismatch"]


@pytest.mark.parametrize(
    "event_id",
    [
        *("", "x", "\x00", "y" * 5000, "9D2F3A52-5A0C-4C5A-8F3B-0A8F7A6F5E41"),
        *("9d2f3a525a0c4c5a8f3b0a8f7a6f5e41", "9d2f3a52-5a0c-4c5a-8f3b-0a8f7a6f5e41\t\\\\x00\n\\."),
    ],
)
@pytest.mark.parametrize("before", [1, 30, 300])
def test_id_that_is_no_plain_uuid_is_set_aside(
    office: Office26740, tablet: FakeTablet, event_id: str, before: int
) -> None:
    """The ids of a large batch travel before its last events are judged."""
    office.push(tablet, [tablet.rating(3)])  # from now on the month has its partition
    ratings = [tablet.rating(3) for _ in range(before)]
    reply = office.push(tablet, [*ratings, tablet.rating(event_id=event_id)])
    assert [r.verdict for r in reply.results] == [*["accepted"] * before, "quarantined"]
    assert reply.results[-1].event_id == event_id


@pytest.mark.parametrize(
    "changes",
    [
        {"wall_ms": 10**30},
        {"wall_ms": -(10**30)},
        {"wall_ms": 2**63},
        {"wall_ms": 253_402_300_800_000},
        {"utc_offset_min": 10**6},
        {"utc_offset_min": -(10**30)},
        {"config_version": 2**70},
        {"kind": "k" * 300},
        {"kind": "\x00"},
        {"visit_id": "v" * 3000},
        {"visit_id": "a\x00"},
        {"labels_version": "\x00"},
    ],
)
def test_what_no_column_can_hold_is_set_aside_and_the_others_count(
    office: Office26740, tablet: FakeTablet, changes: dict[str, object]
) -> None:
    bad = tablet.rating(3, **changes)  # type: ignore[arg-type]
    reply = office.push(tablet, [bad, tablet.rating(2, wall_ms=NOON)])
    assert [r.verdict for r in reply.results] == ["quarantined", "accepted"]
    assert rollup(tablet) == {(DAY, 2): 1}


@pytest.mark.parametrize("seq", [0, -1, 2**63, 10**30])
def test_place_that_cannot_be_is_set_aside(office: Office26740, tablet: FakeTablet, seq: int) -> None:
    event = tablet.event(seq=seq, body={"level": 3})
    reply = office.push(tablet, [seal(event), tablet.rating(2)])
    assert [r.verdict for r in reply.results] == ["quarantined", "accepted"]


@pytest.mark.parametrize("kind", ["comment", "session_end", "something_of_2031"])
def test_unknown_kind_is_stored_and_not_counted(office: Office26740, tablet: FakeTablet, kind: str) -> None:
    wire = tablet.append(tablet.event(kind=kind, body={"text": "Cảm ơn chị ở quầy 3, đợi hơi lâu ạ"}))
    assert verdicts(office.push(tablet, [wire])) == ["accepted"]
    kept = Event.objects.get(event_id=wire.event_id)
    assert (kept.kind, kept.level, kept.stored) == (kind, None, wire.stored)
    assert rollup(tablet) == {}


def test_event_of_a_later_version_is_stored_for_a_later_headquarters(
    office: Office26740, tablet: FakeTablet
) -> None:
    event = tablet.event(wall_ms=NOON)
    kept = {"event_id", "tablet_id", "install_id", "seq", "kind", "wall_ms", "utc_offset_min"}
    said = {name: value for name, value in json.loads(encode_event(event)).items() if name in kept}
    stored = json.dumps({**said, "v": 9, "body": [1, 2], "mood": "ok"})
    wire = tablet.append_text(stored, event.event_id)
    assert verdicts(office.push(tablet, [wire, tablet.rating(3)])) == ["accepted", "accepted"]
    assert Event.objects.get(event_id=wire.event_id).stored == stored


@pytest.mark.parametrize(
    ("wall_ms", "offset", "day"),
    [
        (0, 420, dt.date(1970, 1, 1)),
        (0, -60, dt.date(1969, 12, 31)),
        (NOON + 20 * 365 * DAY_MS, 420, DAY + dt.timedelta(days=20 * 365)),
        (1_763_657_999_999, 420, dt.date(2025, 11, 20)),
        (1_763_658_000_000, 420, dt.date(2025, 11, 21)),
        (1_763_658_000_000, 0, dt.date(2025, 11, 20)),
    ],
)
def test_day_is_the_date_on_the_tablets_own_wall(
    office: Office26740, tablet: FakeTablet, wall_ms: int, offset: int, day: dt.date
) -> None:
    wire = tablet.rating(1, wall_ms=wall_ms, utc_offset_min=offset)
    assert verdicts(office.push(tablet, [wire])) == ["accepted"]
    assert days_of(tablet) == [day]
    assert rollup(tablet) == {(day, 1): 1}


@pytest.mark.parametrize(
    ("event_ms", "beat_ms", "same_boot", "suspect"),
    [
        (0, 0, True, False),
        (0, 0, False, False),
        (-10 * DAY_MS, 0, False, False),
        (400 * DAY_MS, 0, False, True),
        (-DAY_MS, -400 * DAY_MS, False, True),
        # A moment ago by the clock that only goes forward: the wall clock was wrong then, or is now.
        (-10 * DAY_MS, 0, True, True),
        (0, -400 * DAY_MS, True, False),
    ],
)
def test_time_is_marked_suspect_by_the_clock_and_never_refused(
    office: Office26740, tablet: FakeTablet, event_ms: int, beat_ms: int, same_boot: bool, suspect: bool
) -> None:
    now = now_ms()
    boot: dict[str, Any] = {} if same_boot else {"boot_id": new_id()}
    wire = tablet.rating(3, wall_ms=now + event_ms, **boot)
    reply = office.push(tablet, [wire], heartbeat=tablet.heartbeat(wall_ms=now + beat_ms))
    assert verdicts(reply) == ["accepted"]
    assert bool(Event.objects.get(event_id=wire.event_id).time_quality) is suspect


def test_1970_is_suspect(office: Office26740, tablet: FakeTablet) -> None:
    wire = tablet.rating(3, wall_ms=5)
    office.push(tablet, [wire])
    assert Event.objects.get(event_id=wire.event_id).time_quality


def test_the_same_id_with_other_content_keeps_both_and_counts_the_first(
    office: Office26740, tablet: FakeTablet
) -> None:
    first = tablet.rating(3, wall_ms=NOON)
    office.push(tablet, [first])
    other = tablet.rating(1, wall_ms=NOON, event_id=first.event_id, seq=1)
    other = seal_text(other.stored, first.event_id, 1)
    reply = office.push(tablet, [other])
    assert verdicts(reply) == ["quarantined:conflict"]
    assert quarantined(tablet) == [(first.event_id, "conflict")]
    assert "conflict" in alarms(tablet)
    assert rollup(tablet) == {(DAY, 3): 1}


@pytest.mark.parametrize("days", [0, 1, -1, 40, 9000])
def test_the_same_id_at_another_place_and_day_is_a_conflict_too(
    office: Office26740, tablet: FakeTablet, days: int
) -> None:
    first = tablet.rating(3, wall_ms=NOON)
    office.push(tablet, [first])
    other = tablet.rating(1, wall_ms=NOON + days * DAY_MS, event_id=first.event_id)
    later = tablet.rating(2, wall_ms=NOON)
    assert verdicts(office.push(tablet, [other, later])) == ["quarantined:conflict", "accepted"]
    assert verdicts(office.push(tablet, [other])) == ["quarantined:conflict"]
    assert stored_ids(tablet) == sorted([first.event_id, later.event_id])
    assert len(quarantined(tablet)) == 1
    assert rollup(tablet) == {(DAY, 3): 1, (DAY, 2): 1}


@pytest.mark.parametrize("days", [0, 1])
def test_two_contents_of_one_id_in_one_batch_keep_both(
    office: Office26740, tablet: FakeTablet, days: int
) -> None:
    first = tablet.rating(3, wall_ms=NOON)
    other = tablet.rating(1, wall_ms=NOON + days * DAY_MS, event_id=first.event_id)
    assert verdicts(office.push(tablet, [first, other])) == ["accepted", "quarantined:conflict"]
    assert rollup(tablet) == {(DAY, 3): 1}


def test_the_same_id_from_two_tablets_is_two_events(office: Office26740, tablet: FakeTablet) -> None:
    other = FakeTablet()
    office.place(other)
    first = tablet.rating(3, wall_ms=NOON)
    twin = other.rating(3, wall_ms=NOON, event_id=first.event_id)
    assert verdicts(office.push(tablet, [first])) == ["accepted"]
    assert verdicts(office.push(other, [twin])) == ["accepted"]


def test_cloned_tablet_counts_both_and_rings(office: Office26740, tablet: FakeTablet) -> None:
    clone = replace(tablet)
    ours, theirs = tablet.rating(3, wall_ms=NOON), clone.rating(1, wall_ms=NOON)
    office.push(tablet, [ours])
    reply = office.push(clone, [theirs])
    assert verdicts(reply) == ["accepted"]
    assert reply.contiguous_seq == 1
    assert "clone" in alarms(tablet)
    assert rollup(tablet) == {(DAY, 1): 1, (DAY, 3): 1}


def test_clone_inside_one_batch_rings_too(office: Office26740, tablet: FakeTablet) -> None:
    clone = replace(tablet)
    reply = office.push(tablet, [tablet.rating(3), clone.rating(1)])
    assert verdicts(reply) == ["accepted", "accepted"]
    assert "clone" in alarms(tablet)


def test_a_clone_of_500_places_rings_once_a_batch(office: Office26740, tablet: FakeTablet) -> None:
    clone = replace(tablet)
    office.push(tablet, [tablet.rating(3) for _ in range(20)])
    office.push(clone, [clone.rating(1) for _ in range(20)])
    assert alarms(tablet).count("clone") == 1


def test_missing_event_leaves_a_gap_and_no_broken_chain(office: Office26740, tablet: FakeTablet) -> None:
    one, two, three = (tablet.rating() for _ in range(3))
    assert office.push(tablet, [one]).contiguous_seq == 1
    assert office.push(tablet, [three]).contiguous_seq == 1
    assert not chain_is_broken(tablet)
    assert office.push(tablet, [two]).contiguous_seq == 3
    assert not chain_is_broken(tablet)
    assert alarms(tablet) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1), (2, 0, 1), (1, 0, 2)])
def test_replaced_event_breaks_the_chain_in_whatever_order_it_comes(
    office: Office26740, tablet: FakeTablet, order: tuple[int, int, int]
) -> None:
    one, two, three = (tablet.rating(wall_ms=NOON) for _ in range(3))
    # Somebody rewrote the second rating and hashed it afresh; the third still points at the true one.
    forged = seal(tablet.event(seq=2, body={"level": 3}, wall_ms=NOON), bytes.fromhex(one.hash))
    assert forged.hash != two.hash
    events = [one, forged, three]
    replies = [office.push(tablet, [events[place]]) for place in order]
    assert [verdicts(reply) for reply in replies] == [["accepted"]] * 3
    assert replies[-1].contiguous_seq == 3
    assert chain_is_broken(tablet)
    assert alarms(tablet) == ["chain_broken"]


def test_first_event_must_begin_at_genesis(office: Office26740, tablet: FakeTablet) -> None:
    tablet.head = b"\x01" * 32
    assert verdicts(office.push(tablet, [tablet.rating()])) == ["accepted"]
    assert chain_is_broken(tablet)


def test_reinstalled_tablet_begins_a_chain_of_its_own(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(wall_ms=NOON)])
    fresh = FakeTablet(seed=tablet.seed, tablet_id=tablet.tablet_id)
    reply = office.push(fresh, [fresh.rating(wall_ms=NOON)])
    assert (verdicts(reply), reply.contiguous_seq) == (["accepted"], 1)
    assert alarms(tablet) == []
    assert rollup(tablet) == {(DAY, 3): 2}


def test_what_fails_twice_is_looked_at_and_nothing_of_it_is_logged(
    office: Office26740, tablet: FakeTablet, caplog: pytest.LogCaptureFixture
) -> None:
    """An id that is here already at the end of a batch, and an event at its beginning that is refused."""
    first = tablet.rating()
    office.push(tablet, [first])
    bad = tablet.rating(body={"level": 4})
    good = [tablet.rating() for _ in range(10)]
    again = tablet.append(replace(tablet.event(body={"level": 3}), event_id=first.event_id))
    reply = office.push(tablet, [bad, *good, again])
    assert verdicts(reply) == ["quarantined:bad_level", *["accepted"] * 10, "quarantined:conflict"]
    assert first.event_id not in caplog.text
