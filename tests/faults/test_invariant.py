"""The checker itself: it sees a lost, a doubled and a changed rating. All others believe it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scripts.stage import Headquarters
from tests.faults.invariant import databases_of, judge, main, shown_in
from tests.journeys.tablet import QuietTablet


@pytest.fixture
def headquarters(tmp_path: Path, migrated_database: Callable[[Path], str]) -> Iterator[Headquarters]:
    data = tmp_path / "headquarters"
    made = Headquarters(data, migrated_database(data))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def shown(tmp_path: Path, headquarters: Headquarters) -> list[str]:
    """Five ratings at headquarters, three waiting."""
    tablet = QuietTablet(tmp_path / "kiosk", headquarters.address, headquarters.code())
    ids = tablet.rate(*random.choices((1, 2, 3), k=5))
    tablet.uploader.drain()
    ids += tablet.rate(3, 2, 3)
    tablet.close()
    return ids


def test_what_is_sent_and_what_waits_is_all_there(
    tmp_path: Path,
    headquarters: Headquarters,
    shown: list[str],
    database_of_headquarters: Callable[..., str],
) -> None:
    verdict = judge(shown, databases_of(tmp_path / "kiosk"), database_of_headquarters(headquarters))
    assert verdict.holds, str(verdict)
    assert (verdict.shown, verdict.received, verdict.confirmed, verdict.pending) == (8, 5, 5, 3)
    assert verdict.unshown == 0


def test_a_thanked_rating_that_is_nowhere_is_lost(tmp_path: Path, shown: list[str]) -> None:
    verdict = judge([*shown, "00000000-0000-4000-8000-000000000000"], databases_of(tmp_path / "kiosk"))
    assert "00000000-0000-4000-8000-000000000000" in verdict.lost


def test_a_database_killed_before_its_tables_were_made_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.sqlite3"
    sqlite3.connect(path).close()
    assert judge([], [path]).holds
    assert judge(["a"], [path]).lost == ["a"]


def test_confirmed_and_not_received_is_lost(
    tmp_path: Path, headquarters: Headquarters, shown: list[str], database_of_headquarters: Callable[..., str]
) -> None:
    where = database_of_headquarters(headquarters)
    _tell(where, "DELETE FROM ratings_event")
    verdict = judge(shown, databases_of(tmp_path / "kiosk"), where)
    assert sorted(verdict.lost) == sorted(shown[:5])


def test_a_changed_text_and_a_cut_chain_are_seen(tmp_path: Path, shown: list[str]) -> None:
    (path,) = databases_of(tmp_path / "kiosk")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TRIGGER events_are_final")
        db.execute("UPDATE events SET stored = replace(stored, 'tablet', 'tablot') WHERE seq = 7")
        db.execute("UPDATE events SET prev_hash = zeroblob(32) WHERE seq = 8")
    verdict = judge(shown, [path])
    assert [line.split(": ", 1)[1] for line in verdict.broken] == [
        "place 7 is not what its hash says",
        "place 8 does not follow the one before",
        "place 8 is not what its hash says",
    ]


def test_a_page_that_a_kill_cut_off_in_the_log_was_not_shown(tmp_path: Path) -> None:
    log = tmp_path / "views.jsonl"
    log.write_text('{"view": "closing", "event_id": "a"}\n{"view": "home"}\n{"view": "more", "event_id": "b"')
    assert shown_in(log) == ["a"]
    with log.open("a") as file:  # the program starts again, and writes on
        file.write('{"view": "home"}\n{"view": "closing", "event_id": "c"}\n')
        file.write('{"vi{"view": "closing", "event_id": "d"}\n')
    assert shown_in(log) == ["a", "c", "d"]


def test_the_command_says_what_is_lost(
    tmp_path: Path, shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = databases_of(tmp_path / "kiosk")
    log = tmp_path / "shown.txt"
    log.write_text("".join(f"{event_id}\n" for event_id in [*shown[5:], "gone"]))
    assert main(["--shown", str(log), "--tablet", str(path)]) == 1
    assert "LOST: gone" in capsys.readouterr().out


def _tell(where: str, sql: str) -> None:
    if where.startswith("postgres"):
        import psycopg

        with psycopg.connect(where) as db:
            db.execute(sql)  # type: ignore[call-overload]
        return
    with closing(sqlite3.connect(where)) as db, db:
        db.execute(sql)
