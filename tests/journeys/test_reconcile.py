"""A headquarters that was restored from an old backup gets back at night what tablets still hold."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk import wiring
from kiosk.renewal import KeyRing
from kiosk.settings import Settings, load_settings
from kiosk.store.upkeep import SCHEMA_VERSION
from kiosk.uploader import Uploader
from scripts.stage import CONFIG, DESK, OFFICE, UNIT, Headquarters, wait_for
from tests.journeys.conftest import Count
from tests.journeys.tablet import QuietTablet


class Backup:
    """A copy of headquarters' database, taken and put back while it stands still."""

    def __init__(self, headquarters: Headquarters, folder: Path) -> None:
        self._headquarters, self._folder = headquarters, folder

    def take(self) -> None:
        self._headquarters.stop()
        if self._headquarters.database_url:
            self._copy(self._name, "backup_of_" + self._name)
        else:
            self._folder.mkdir()
            for path in self._headquarters.data.glob("headquarters.sqlite3*"):
                shutil.copy2(path, self._folder)
        self._headquarters.start()

    def restore(self) -> None:
        self._headquarters.stop()
        if self._headquarters.database_url:
            self._run(f'DROP DATABASE "{self._name}" WITH (FORCE)')
            self._copy("backup_of_" + self._name, self._name)
        else:
            for path in self._headquarters.data.glob("headquarters.sqlite3*"):
                path.unlink()
            for path in self._folder.iterdir():
                shutil.copy2(path, self._headquarters.data)
        self._headquarters.start()

    @property
    def _name(self) -> str:
        import psycopg

        return str(psycopg.conninfo.conninfo_to_dict(self._headquarters.database_url)["dbname"])

    def _copy(self, source: str, target: str) -> None:
        self._run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _run(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self._headquarters.database_url, dbname="postgres", autocommit=True) as db:
            db.execute(sql)  # type: ignore[call-overload]


def settings(folder: Path, address: str) -> Settings:
    values: dict[str, Any] = {
        "name": "TDM-Q3", "office": OFFICE[1], "unit": UNIT, "desk": DESK, "book": "", "dossiers": "no",
        "slogans": "binh-duong-2023", "address": address, "cool_down_s": 0, "closing_s": 5, "idle_s": 30,
        "sync_every_s": 3600,
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(**values), encoding="utf-8")
    return load_settings(path, ("binh-duong-2023",))


def make_due(directory: Path) -> None:
    """As if the chores had been done long ago: they are due whatever the time of day is here."""
    names = ("check", "purge", "tidy", "reconcile")
    memory = {
        "day": dict.fromkeys(names, "2020-01-01"), "at_ms": dict.fromkeys(names, 0),
        "integrity": "", "integrity_ms": None,
    }  # fmt: skip
    (directory / "chores.json").write_text(json.dumps(memory), encoding="utf-8")


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path) -> Iterator[QuietTablet]:
    made = QuietTablet(tmp_path / "tablet", headquarters.address, headquarters.code())
    yield made
    made.close()


def wired(tablet: QuietTablet, headquarters: Headquarters, tmp_path: Path) -> Uploader:
    """The uploader as the program wires it."""
    return wiring.uploader(
        settings(tmp_path, headquarters.address), KeyRing(tmp_path, tablet.identity), tablet.desk
    )


def test_a_restored_backup_is_filled_up_again_at_night(
    headquarters: Headquarters, tablet: QuietTablet, tmp_path: Path, count: Count
) -> None:
    given = tablet.rate(3, 2, 1)
    tablet.uploader.drain()
    backup = Backup(headquarters, tmp_path / "backup")
    backup.take()
    given += tablet.rate(*[3, 2] * 300)
    tablet.uploader.drain()
    assert tablet.pending() == 0
    backup.restore()
    assert sorted(count.event_ids()) == sorted(given[:3])
    given += tablet.rate(1)

    make_due(tmp_path / "tablet")
    uploader = wired(tablet, headquarters, tmp_path)
    uploader.start()
    wait_for(lambda: len(count.event_ids()) == len(given), "headquarters filled up", 60)
    assert sorted(count.event_ids()) == sorted(given)
    assert count.rollup() == {1: 2, 2: 301, 3: 301}
    assert tablet.pending() == 0
    uploader.wake()
    wait_for(lambda: condition(count)[0] == "ok", "the check's result at headquarters", 60)
    uploader.stop()
    integrity, schema, platform = condition(count)
    assert (integrity, schema, platform.split()[0]) == ("ok", str(SCHEMA_VERSION), "Linux")


def condition(count: Count) -> list[str]:
    """What headquarters knows of the tablet's health."""
    rows = count._rows(
        "SELECT integrity || '|' || coalesce(schema_version, 0) || '|' || platform FROM tablets_tablet"
    )
    return rows[0].split("|")
