"""Faults 6 and 7: what hands and worn cells do to the files of a tablet. It starts, says so, collects, and
keeps what can be kept; what nobody can read any more is set aside, never deleted."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import health
from kiosk.store import StorageError
from kiosk.store.database import FILE_NAME
from kiosk.store.thread import StoreThread
from tests.faults import storage
from tests.faults.conftest import Trials
from tests.faults.invariant import Verdict, judge
from tests.faults.storage import after, open_desk, rate

pytestmark = pytest.mark.screen_only
WAL = f"{FILE_NAME}-wal"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="kiosk-damage-", dir=storage.quick_folder() or tmp_path))
    yield made
    shutil.rmtree(made)


def fold(desk: StoreThread) -> None:
    assert desk.submit(lambda store: store.fold()).result()


def cut_off(folder: Path, name: str, folded: int, more: int) -> tuple[Path, list[str], list[str]]:
    """A tablet whose power went: ids in its file, ids that are only in its log."""
    work, place = folder / "work", folder / name
    desk = open_desk(work)
    first = [rate(desk) for _ in range(folded)]
    fold(desk)
    second = [rate(desk) for _ in range(more)]
    shutil.copytree(work, place)
    desk.close()
    shutil.rmtree(work)
    return place, first, second


def names(place: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in place.glob(pattern))


# -- the write-ahead log ---------------------------------------------------------------------------------


def test_a_deleted_log_takes_its_own_only_and_is_noticed(folder: Path, trials: Trials) -> None:
    place, kept, lost = cut_off(folder, "tablet", 20, 5)
    (place / WAL).unlink()
    verdict = after(place, kept)
    trials.of(6).count(verdict)
    assert len(names(place, "log-missing-*")) == 1
    assert health.set_aside(place) == "log found deleted: 1", "headquarters hears of it"
    assert judge(kept + lost, [place / FILE_NAME]).lost == lost, "the checker sees what nobody can bring back"


def test_a_log_that_was_there_is_not_missed(folder: Path, trials: Trials) -> None:
    place, kept, more = cut_off(folder, "tablet", 20, 5)
    trials.of(6).count(after(place, kept + more))
    trials.count(after(place, kept + more))
    assert not names(place, "log-missing-*")
    assert not health.set_aside(place)


def test_a_log_deleted_in_use_loses_nothing(folder: Path, trials: Trials) -> None:
    """SQLite goes on writing to a file that has no name: all of it would be gone with the program."""
    place = folder / "tablet"
    desk = open_desk(place)
    ids = [rate(desk) for _ in range(10)]
    (place / WAL).unlink()
    ids += [rate(desk) for _ in range(10)]
    shutil.copytree(place, folder / "cut")
    desk.close()
    trials.of(6).count(after(folder / "cut", ids))
    trials.count(after(place, ids))


def test_another_log_put_there_in_use_loses_nothing(folder: Path, trials: Trials) -> None:
    stranger, _, _ = cut_off(folder, "stranger", 3, 30)
    place = folder / "tablet"
    desk = open_desk(place)
    ids = [rate(desk) for _ in range(10)]
    os.replace(stranger / WAL, place / WAL)
    ids += [rate(desk) for _ in range(10)]
    shutil.copytree(place, folder / "cut")
    desk.close()
    assert len(names(place, "damaged-*-wal")) == 1
    trials.of(6).count(after(folder / "cut", ids))
    trials.count(after(place, ids))


@pytest.mark.parametrize(
    "whose", ["stranger, mostly in its log", "stranger, mostly in its file", "own, older"]
)
def test_the_log_of_another_database_is_put_aside(
    whose: str, folder: Path, trials: Trials, long: bool
) -> None:
    trials.of(6)
    for nth in range(40 if long else 4):
        place, kept, _ = cut_off(folder, f"tablet-{nth}", 20 + 3 * nth, 5)
        if whose == "own, older":
            older = _older_log(place)
        else:
            in_log = whose.endswith("log")
            strange, _, _ = cut_off(folder, f"stranger-{nth}", *((1, 60) if in_log else (60, 1 + nth)))
            older = (strange / WAL).read_bytes()
        (place / WAL).write_bytes(older)
        trials.count(after(place, kept))
        assert len(names(place, "damaged-*-wal")) == 1
        assert health.set_aside(place) == "set aside as damaged: 1", "headquarters hears of it"
        assert (place / names(place, "damaged-*-wal")[0]).read_bytes() == older, "not deleted"


def _older_log(place: Path) -> bytes:
    """What a careless copy of yesterday would put back: the file has gone on since."""
    older = (place / WAL).read_bytes()
    desk = open_desk(place)
    rate(desk)
    fold(desk)
    desk.close()
    return older


def test_a_log_without_its_file_is_kept(folder: Path, trials: Trials) -> None:
    place, _, _ = cut_off(folder, "tablet", 20, 5)
    log = (place / WAL).read_bytes()
    (place / FILE_NAME).unlink()
    trials.of(6).count(after(place, []))
    (aside,) = names(place, "damaged-*-wal")
    assert (place / aside).read_bytes() == log


# -- worn cells ------------------------------------------------------------------------------------------


def flipped(content: bytes, dice: random.Random, where: str) -> bytes:
    """The header, a few bits anywhere, or a whole page of nothing."""
    made = bytearray(content)
    if where == "header":
        made[dice.randrange(100)] ^= 1 << dice.randrange(8)
    elif where == "bits":
        for _ in range(dice.randint(1, 8)):
            made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    else:
        start = dice.randrange(len(made) // 4096) * 4096
        made[start : start + 4096] = bytes(4096) if dice.random() < 0.5 else dice.randbytes(4096)
    return bytes(made)


@pytest.mark.parametrize("where", ["header", "bits", "page"])
def test_a_damaged_file_stops_nobody(where: str, folder: Path, trials: Trials, long: bool) -> None:
    """Ratings go on at once; the old file is there, as it was, or sound enough to be used on."""
    trials.of(7)
    dice = random.Random(7)
    place, _, _ = cut_off(folder, "tablet", 40, 0)
    content = (place / FILE_NAME).read_bytes()
    for nth in range(1000 if long else 25):
        worn = folder / f"worn-{nth}"
        worn.mkdir()
        spoilt = flipped(content, dice, where)
        (worn / FILE_NAME).write_bytes(spoilt)
        _weigh(worn, _collect(worn), spoilt, trials)
        shutil.rmtree(worn)


def _collect(worn: Path) -> list[str]:
    """A start, three ratings, a look at what the uploader and staff look at, another start and a rating."""
    ids = []
    for ratings in (3, 1):
        desk = open_desk(worn)
        for _ in range(ratings):
            ids.append(rate(desk))
        desk.submit(lambda store: store.pending()).result()
        desk.submit(lambda store: store.queue_state()).result()
        desk.staff_day(None).exception()  # a day that cannot be read is said on staff's page
        desk.close()
    return ids


def _weigh(worn: Path, fresh: list[str], spoilt: bytes, trials: Trials) -> None:
    """The file is in use on, or lies aside with all that was in it. What was thanked for since is there."""
    aside = [path for path in worn.glob("damaged-*") if not path.name.endswith("-shm")]
    there = b"".join(path.read_bytes() for path in aside)
    kept = [one for one in fresh if one.encode() not in there]
    if not aside:
        trials.count(_but_for_old_damage(kept, worn / FILE_NAME))
        return
    assert len([path for path in aside if not path.name.endswith("-wal")]) == 1
    assert sum(path.stat().st_size for path in aside) >= len(spoilt)
    trials.count(judge(kept, [worn / FILE_NAME]))


def _but_for_old_damage(kept: list[str], path: Path) -> Verdict:
    """A worn page that nobody has read yet is found by the night's check; what came since is beside it."""
    try:
        verdict = judge(kept, [path])
    except (sqlite3.DatabaseError, TypeError, AttributeError):
        content = path.read_bytes()
        return Verdict(shown=len(kept), lost=[one for one in kept if one.encode() not in content])
    verdict.broken.clear()
    return verdict


# -- a disk that can only be read ------------------------------------------------------------------------


def refused(desk: StoreThread) -> str:
    """The screen's word for why nothing is saved."""
    with pytest.raises(StorageError) as caught:
        rate(desk)
    return caught.value.reason


def test_a_disk_that_becomes_read_only_in_use(tmp_path: Path, trials: Trials) -> None:
    """ext4 does that by itself after an error."""
    with storage.file_system(tmp_path, "ext4", 32) as place:
        desk = open_desk(place / "tablet")
        ids = [rate(desk) for _ in range(5)]
        storage.remount(place, "abort")
        assert {refused(desk) for _ in range(3)} <= {"read_only", "failed"}
        desk.close()
        storage.mount_anew(place)
        trials.of(7).count(after(place / "tablet", ids))


@pytest.mark.parametrize("kind", ["ext4", "tmpfs"])
def test_a_disk_that_is_read_only_at_the_start(kind: str, tmp_path: Path, trials: Trials) -> None:
    """Without a restart it goes on when it can be written again; so on the very first start."""
    trials.of(7)
    with storage.file_system(tmp_path, kind, 32) as place:
        for make in (_new, _used):
            ids = make(place / "tablet")
            storage.remount(place, "ro")
            desk = open_desk(place / "tablet")
            assert [refused(desk) for _ in range(2)] == ["read_only"] * 2
            storage.remount(place, "rw")
            ids.append(rate(desk))
            desk.close()
            trials.count(after(place / "tablet", ids))
            shutil.rmtree(place / "tablet")


def _new(place: Path) -> list[str]:
    """A tablet that was never used."""
    return []


def _used(place: Path) -> list[str]:
    """A tablet whose power went."""
    desk = open_desk(place.with_name("work"))
    ids = [rate(desk) for _ in range(5)]
    shutil.copytree(place.with_name("work"), place)
    desk.close()
    return ids
