"""Fault 21: a tablet's folder copied, reinstalled, put back from an old backup; headquarters itself put back
from an old backup. Alarms ring, and nothing is lost from anybody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.chores import DAY_MS, KEPT_MS, Chores
from kiosk.clock import Clock, Moment, system_clock
from kiosk.uploader import Sender
from sync.errors import Hold
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, common, fresh
from tests.faults.test_poison import body, poison
from tests.journeys.tablet import QuietTablet
from tests.journeys.test_reconcile import make_due


@pytest.fixture(scope="module")
def ground(migrated_database: Migrated) -> Ground:
    return common(migrated_database)


def rated(tablet: QuietTablet, number: int, send: bool = True) -> list[str]:
    """Ids of ratings somebody was thanked for."""
    ids = tablet.rate(*[1 + place % 3 for place in range(number)])
    if send:
        tablet.uploader.drain()
    return ids


def test_a_cloned_tablet_rings_and_loses_nothing_from_either(
    ground: Ground, trials: Trials, tmp_path: Path
) -> None:
    """Somebody has copied a tablet's folder onto another; both go on, and send in turns."""
    trials.of(21)
    tablet = ground.tablet(tmp_path / "one")
    shown = rated(tablet, 4) + rated(tablet, 2, send=False)
    tablet.close()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    twins = [QuietTablet(tmp_path / name, ground.address) for name in ("one", "two")]
    for turn in range(4):
        for twin in twins:
            shown += rated(twin, 1 + turn, send=turn != 2)
    for twin in twins:
        twin.uploader.drain()
        assert twin.pending() == 0
        twin.close()
    trials.count(ground.judge(shown, tmp_path / "one", tmp_path / "two"))
    assert "clone" in ground.alarms(tablet.identity.tablet_id)
    assert "chain_broken" not in ground.alarms(tablet.identity.tablet_id)


def test_a_reinstalled_tablet_begins_a_chain_of_its_own(
    ground: Ground, trials: Trials, tmp_path: Path
) -> None:
    """The database is gone, its key was kept. Nothing rings, nothing is taken for what came before."""
    trials.of(21)
    tablet = ground.tablet(tmp_path / "kiosk")
    shown = rated(tablet, 5)
    tablet.close()
    for path in (tmp_path / "kiosk").glob("kiosk.sqlite3*"):
        path.unlink()
    again = QuietTablet(tmp_path / "kiosk", ground.address)
    assert again.install_id != tablet.install_id
    shown += rated(again, 5)
    again.close()
    trials.count(ground.judge(shown, tmp_path / "kiosk"))
    assert ground.alarms(tablet.identity.tablet_id) == []


@pytest.mark.parametrize("more", [0, 3])
def test_an_old_backup_of_a_tablet_sends_again_harmlessly(
    ground: Ground, trials: Trials, tmp_path: Path, more: int
) -> None:
    """What headquarters has is a duplicate; what is rated since stands at taken places and counts."""
    trials.of(21)
    folder, backup = tmp_path / "kiosk", tmp_path / "backup"
    tablet = ground.tablet(folder)
    shown = rated(tablet, 4) + rated(tablet, 3, send=False)
    tablet.close()
    shutil.copytree(folder, backup)
    tablet = QuietTablet(folder, ground.address)
    shown += rated(tablet, 6)
    tablet.close()
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    tablet = QuietTablet(folder, ground.address)
    assert tablet.pending() == 3
    shown += rated(tablet, more)
    assert tablet.pending() == 0
    tablet.close()
    trials.count(ground.judge(shown, folder))
    assert ground.alarms(tablet.identity.tablet_id) == (["clone"] if more else [])


# -- headquarters --------------------------------------------------------------------------------------------


class Restored:
    """A headquarters that loses its database and gets an older one back, by its own commands."""

    def __init__(self, ground: Ground, folder: Path, new_database: Callable[[], str]) -> None:
        self.ground, self.backup, self._new_database = ground, folder / "evening.hqb", new_database

    def back_up(self) -> None:
        self.ground.headquarters.command("backup", str(self.backup))

    def restore(self) -> None:
        headquarters = self.ground.headquarters
        headquarters.stop()
        headquarters.database_url = self._new_database()
        for path in headquarters.data.glob("headquarters.sqlite3*"):
            path.unlink()
        headquarters.command("restore", str(self.backup))
        headquarters.start()


@pytest.fixture
def own(tmp_path: Path, migrated_database: Migrated, fresh_database: Callable[[], str]) -> Iterator[Restored]:
    ground = fresh(tmp_path / "headquarters", migrated_database)
    yield Restored(ground, tmp_path, fresh_database)
    ground.headquarters.stop()


def night(tablet: QuietTablet, folder: Path, address: str, clock: Clock | None = None) -> None:
    """The chores of one night, all of them due."""
    make_due(folder)
    sender = Sender(tablet.identity.tablet_id, tablet.install_id, "test", folder)
    Chores(tablet.desk, lambda: sender, clock or system_clock(), folder)(tablet.client(address))


def days_later(days: int) -> Clock:
    now = system_clock()

    def clock() -> Moment:
        moment = now()
        return Moment(moment.wall_ms + days * DAY_MS, moment.mono_ms, moment.boot_id, 420)

    return clock


def test_headquarters_put_back_from_an_old_backup_gets_everything_again(
    own: Restored, trials: Trials, tmp_path: Path
) -> None:
    """Tablets of every sort; each is asked for what it has once, at night, and nothing is left out."""
    trials.of(21)
    ground = own.ground
    names = ("usual", "poisoned", "switched off", "forked", "new")
    tablets = {name: ground.tablet(tmp_path / name) for name in names[:-1]}
    shown = [one for tablet in tablets.values() for one in rated(tablet, 3)]
    shown += forked(tablets, tmp_path, ground.address)
    own.back_up()
    shown += lost_at_headquarters(tablets, ground, tmp_path)
    own.restore()
    before = ground.judge(shown, *(tmp_path / name for name in names))
    assert len(before.lost) > 100, "headquarters has forgotten them"

    shown += tablets["usual"].rate(3)
    with pytest.raises(Hold):
        tablets["new"].uploader.drain()
    tablets["new"].close()
    tablets["new"] = ground.tablet(tmp_path / "new")
    late = {"switched off": days_later(KEPT_MS // DAY_MS + 2)}
    for name, tablet in tablets.items():
        tablet.uploader.drain()
        night(tablet, tmp_path / name, ground.address, late.get(name))
        assert tablet.pending() == 0
        tablet.close()
    trials.count(ground.judge(shown, *(tmp_path / name for name in names)), run=len(names))
    alarms = {name: ground.alarms(tablet.identity.tablet_id) for name, tablet in tablets.items()}
    assert alarms.pop("forked") == ["clone"]
    assert not any(alarms.values())


def forked(tablets: dict[str, QuietTablet], folder: Path, address: str) -> list[str]:
    """That tablet came back from an old backup once: two of its events at each place are at headquarters."""
    tablets["forked"].close()
    shutil.copytree(folder / "forked", folder / "forked before")
    tablets["forked"] = QuietTablet(folder / "forked", address)
    shown = rated(tablets["forked"], 3)
    tablets["forked"].close()
    shutil.rmtree(folder / "forked")
    shutil.copytree(folder / "forked before", folder / "forked")
    tablets["forked"] = QuietTablet(folder / "forked", address)
    return shown + rated(tablets["forked"], 5)


def lost_at_headquarters(tablets: dict[str, QuietTablet], ground: Ground, folder: Path) -> list[str]:
    """What comes between the backup and the day it is needed."""
    shown = rated(tablets["usual"], 120) + rated(tablets["switched off"], 20) + rated(tablets["forked"], 10)
    for _ in range(2):
        shown += rated(tablets["poisoned"], 4, send=False)
        shown.append(poison(tablets["poisoned"], body(level=9)))
        tablets["poisoned"].uploader.drain()
    tablets["new"] = ground.tablet(folder / "new")
    return shown + rated(tablets["new"], 7)
