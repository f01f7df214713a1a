"""A backup that was never restored is a hope: here every one of them is."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "một cụm từ khá dài"
Done = subprocess.CompletedProcess[str]


@dataclass
class House:
    """One installation: a data folder and a database."""

    data: Path
    url: str

    def run(self, *arguments: str, stdin: str = "") -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "headquarters", "--data", str(self.data), *arguments],
            cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "DATABASE_URL": self.url},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def well(self, *arguments: str, stdin: str = "") -> str:
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        if self.url:
            with psycopg.connect(self.url) as db:
                found = db.execute(text)  # type: ignore[call-overload]
                return list(found.fetchall()) if found.description else []
        with sqlite3.connect(self.data / "headquarters.sqlite3") as db:
            return list(db.execute(text).fetchall())


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[], str]
) -> Callable[[str], House]:
    return lambda name: House(tmp_path_factory.mktemp(name) / "data", fresh_database())


@pytest.fixture(scope="module")
def lived_in(house: Callable[[str], House]) -> House:
    """With an office, a desk, and three events of one tablet, one of them a contact long past its term."""
    found = house("first")
    found.well("migrate")
    found.well("enrol", "--office", "26740", "--office-name", "Phường Thủ Dầu Một", "--desk", "Quầy 3")
    for number in (1, 2, 3):
        found.sql(event(number, bool(found.url)))
    return found


def event(number: int, postgresql: bool) -> str:
    """One row, with what COPY has a meaning of its own for in its text."""

    def uuid(n: int) -> str:
        return (
            f"'{n:08d}-0000-4000-8000-000000000000'" if postgresql else f"'{n:08d}000040008000000000000000'"
        )

    def blob(n: int) -> str:
        return f"'\\x{n:064x}'::bytea" if postgresql else f"x'{n:064x}'"

    kind, body = ("contact", '{"sealed":"U1Yl2Z"}') if number == 2 else ("rating", '{"level":3}')
    stored = f'{{"body":{body},\t\n"seq":{number},"text":"a\\tb\\\\n Ẳ"}}'
    columns = (
        "tablet_id, event_day, event_id, install_id, seq, kind, visit_id, level, wall_ms, utc_offset_min,"
        " labels_version, config_version, stored, hash, prev_hash, received_at, batch_id, time_quality"
    )
    values = (
        f"{uuid(7)}, '2025-0{number}-02', {uuid(number)}, {uuid(8)}, {number}, '{kind}', 'v', NULL, 0, 420,"
        f" 'l', 0, '{stored}', {blob(number)}, {blob(number - 1)}, '2025-01-02 03:04:05', {uuid(9)}, 0"
    )
    return f"INSERT INTO ratings_event ({columns}) VALUES ({values})"


EVENTS = "SELECT seq, kind, stored, hash, prev_hash FROM ratings_event ORDER BY seq"
BACKUP = "today.hqb"


def backup_of(house: House, folder: Path, *arguments: str, stdin: str = "") -> Path:
    path = folder / BACKUP
    house.well("backup", str(path), *arguments, stdin=stdin)
    return path


def test_what_was_backed_up_comes_back_the_same_and_is_purged_before_it_is_served(
    lived_in: House, house: Callable[[str], House], tmp_path: Path
) -> None:
    path = backup_of(lived_in, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = house("second")
    done = second.run("restore", str(path))
    assert "Put back and compared" in done.stdout, done.stderr
    assert done.returncode == 1, "the keys are others"
    assert "keys" in done.stderr
    before, after = lived_in.sql(EVENTS), second.sql(EVENTS)
    assert [row for row in after if row[1] == "rating"] == [row for row in before if row[1] == "rating"]
    assert "Erased again: 1" in done.stdout
    (kept,) = [row for row in after if row[1] == "contact"]
    assert json.loads(kept[2]) == {"body": {"erased": True}, "seq": 2, "text": "a\tb\\n Ẳ"}
    assert kept[3:] == next(row for row in before if row[1] == "contact")[3:], "its place in the chain stays"
    assert second.sql("SELECT reason, who FROM ratings_erasure") == [("term", "command")]
    assert second.sql("SELECT count(*) FROM operations_restoration WHERE purged_at IS NULL") == [(0,)]
    assert second.sql("SELECT name FROM offices_office") == [("Phường Thủ Dầu Một",)]
    second.well("enrol", "--office", "9", "--office-name", "Xã Bù Đăng", "--desk", "Quầy 1")


def test_nothing_is_replaced(lived_in: House, tmp_path: Path) -> None:
    path = backup_of(lived_in, tmp_path)
    before = path.read_bytes()
    again = lived_in.run("backup", str(path))
    assert (again.returncode, "replaces nothing" in again.stderr) == (2, True)
    into_itself = lived_in.run("restore", str(path))
    assert (into_itself.returncode, "not empty" in into_itself.stderr) == (2, True)
    assert path.read_bytes() == before
    assert len(lived_in.sql(EVENTS)) == 3


def changed(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """Rewrite one member of an archive."""
    parts = {}
    with tarfile.open(path) as tar:
        for info in tar.getmembers():
            stream = tar.extractfile(info)
            assert stream is not None
            parts[info.name] = stream.read()
    with tarfile.open(path, "w") as tar:
        for name, text in parts.items():
            text = change(text) if member in name else text
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))


def other_figures(text: bytes) -> bytes:
    manifest = json.loads(text)
    manifest["tables"]["ratings_event"] += 1
    manifest["chains"][0][-1] = "f" * 64
    return json.dumps(manifest).encode()


def newer(text: bytes) -> bytes:
    manifest = json.loads(text)
    manifest["migrations"].append(["ratings", "9999_later"])
    return json.dumps(manifest).encode()


def test_a_backup_that_is_not_what_it_says_leaves_the_database_empty(
    lived_in: House, house: Callable[[str], House], tmp_path: Path
) -> None:
    path = backup_of(lived_in, tmp_path)
    whole = path.read_bytes()
    target = house("target")
    wrong: dict[str, Callable[[], object]] = {
        "4; the ends of the tablets' chains differ": lambda: changed(path, "manifest", other_figures),
        "newer program": lambda: changed(path, "manifest", newer),
    }
    for words, spoil in wrong.items():
        path.write_bytes(whole)
        spoil()
        done = target.run("restore", str(path))
        assert (done.returncode, words in done.stderr) == (2, True), (words, done.stderr)
    path.write_bytes(whole)
    assert "Put back" in target.run("restore", str(path)).stdout, "it had stayed empty"


def test_the_keys_go_only_when_asked_sealed_and_come_back(
    lived_in: House, house: Callable[[str], House], tmp_path: Path
) -> None:
    keys = tmp_path / "keys.sealed"
    short = lived_in.run(
        "backup", str(keys.with_name("x.hqb")), "--keys", str(keys), "--passphrase-stdin", stdin="kurz\n"
    )
    assert (short.returncode, keys.exists()) == (2, False)
    path = backup_of(lived_in, tmp_path, "--keys", str(keys), "--passphrase-stdin", stdin=f"{PASSPHRASE}\n")
    secret = (lived_in.data / "sealing.key").read_text()
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    for file in (path, keys):
        assert secret.encode() not in file.read_bytes()
    second = house("second")
    wrong = second.run("restore", str(path), "--keys", str(keys), "--passphrase-stdin", stdin="another one\n")
    assert (wrong.returncode, "another passphrase" in wrong.stderr) == (2, True)
    second.well("restore", str(path), "--keys", str(keys), "--passphrase-stdin", stdin=f"{PASSPHRASE}\n")
    for name in ("secret.key", "sealing.key", "configuration.key"):
        assert (second.data / name).read_text() == (lived_in.data / name).read_text(), name
    assert list(second.data.glob("secret-before-restore-*.key")), "what was there is kept"


def test_a_backup_outlives_a_rotation_of_the_sealing_key(
    house: Callable[[str], House], tmp_path: Path
) -> None:
    """Keys and database of the day before, put back into a folder that has rotated since: both keys open."""
    first = house("first")
    first.well("migrate")
    keys, stdin = tmp_path / "keys.sealed", f"{PASSPHRASE}\n"
    before = backup_of(first, tmp_path, "--keys", str(keys), "--passphrase-stdin", stdin=stdin)
    old = (first.data / "sealing.key").read_text()
    first.well("sealing-key", "rotate")
    new = (first.data / "sealing.key").read_text()
    later, later_keys = tmp_path / "later.hqb", tmp_path / "later.sealed"
    first.well("backup", str(later), "--keys", str(later_keys), "--passphrase-stdin", stdin=stdin)

    second = house("second")
    with_keys = ("--keys", str(later_keys), "--passphrase-stdin")
    second.well("restore", str(later), *with_keys, stdin=stdin)
    assert {path.read_text() for path in second.data.glob("sealing*.key")} >= {old, new}

    third = house("third")
    third.well("restore", str(before), *with_keys, stdin=stdin)
    assert opens(third) == opens(first), "a backup of before, keys of after"

    fourth = house("fourth")
    third.data.rename(fourth.data)
    (fourth.data / "headquarters.sqlite3").unlink(missing_ok=True)
    with_keys = ("--keys", str(keys), "--passphrase-stdin")
    fourth.well("restore", str(before), *with_keys, stdin=stdin)
    assert (fourth.data / "sealing.key").read_text() == old
    assert sorted(opens(fourth)) == sorted(opens(first)), "what was sealed since opens all the same"


def test_a_lost_old_sealing_key_is_named_at_the_restore(
    house: Callable[[str], House], tmp_path: Path
) -> None:
    first = house("first")
    first.well("migrate")
    path, keys, stdin = tmp_path / BACKUP, tmp_path / "keys.sealed", f"{PASSPHRASE}\n"
    first.well("sealing-key", "rotate")
    first.well("backup", str(path))
    (kept,) = first.data.glob("sealing-old-*.key")
    aside = kept.rename(tmp_path / kept.name)
    first.well("backup", str(tmp_path / "x.hqb"), "--keys", str(keys), "--passphrase-stdin", stdin=stdin)
    second = house("second")
    done = second.run("restore", str(path), "--keys", str(keys), "--passphrase-stdin", stdin=stdin)
    assert done.returncode == 1
    assert f"(sealing {aside.stem.removeprefix('sealing-old-')}): contacts stay sealed" in done.stderr


def opens(house: House) -> list[str]:
    """Ids of the keys that open, the present one first."""
    lines = house.well("sealing-key", "show").splitlines()
    return [word for line in lines for word in line.partition(":")[2].replace(",", " ").split()]
