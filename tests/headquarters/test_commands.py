"""``python -m headquarters`` as an operator types it: a process of its own, a folder of its own."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from headquarters.tablets.enrolment import ALPHABET

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    *("migrate", "serve", "create-admin", "enrol", "list-tablets", "configure", "config-key", "reset-code"),
    *("import-bundle", "revoke", "audit-rollups", "check", "backup", "restore", "purge", "openapi"),
]
PASSWORD = "mười hai chữ trở lên"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, fresh_database: Callable[[], str]) -> Run:
    """Runs a command on an empty database; whatever happens, nobody sees a traceback."""
    return _runner(data, fresh_database())


@pytest.fixture
def migrated(data: Path, migrated_database: Callable[[Path], str]) -> Run:
    return _runner(data, migrated_database(data))


def _runner(data: Path, url: str) -> Run:
    def command(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "headquarters", "--data", str(data), *arguments],
            cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "DATABASE_URL": url, **environment},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return command


@pytest.mark.screen_only
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_of_every_command_is_complete(run: Run, command: str) -> None:
    done = run(*filter(None, [command]), "--help")
    assert done.returncode == 0
    assert "usage: headquarters" in done.stdout
    if not command:
        assert [name for name in COMMANDS if not re.search(rf"^ +{name}\b", done.stdout, re.MULTILINE)] == []
    options = re.findall(r"^  (--?\w[^\n]*)", done.stdout, re.MULTILINE)
    assert options, done.stdout


@pytest.mark.screen_only
@pytest.mark.parametrize(
    "arguments",
    [(), ("fly",), ("serve", "--port", "x"), ("serve", "--workers", "0"), ("enrol",), ("create-admin",)],
)
def test_wrong_usage_is_named_with_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "error:" in done.stderr


@pytest.mark.parametrize("arguments", [("serve",), ("enrol", "--office", "1", "--desk", "Q"), ("check",)])
def test_nothing_runs_on_a_database_that_is_not_up_to_date(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "headquarters migrate" in done.stderr


def test_migrate_twice_is_no_error(migrated: Run) -> None:
    assert migrated("migrate").returncode == 0


def test_create_admin_reads_a_password_and_makes_one_account(migrated: Run) -> None:
    done = migrated("create-admin", "ha", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (done.returncode, PASSWORD in done.stdout + done.stderr) == (0, False)
    again = migrated("create-admin", "ha", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert again.returncode == 2
    assert "ha" in again.stderr


@pytest.mark.screen_only
@pytest.mark.parametrize("password", ["", "ngắn", "123456789012", "qwertyuiop123", "lanhdaophuong1"])
def test_weak_password_is_refused(migrated: Run, password: str) -> None:
    done = migrated("create-admin", "lanhdaophuong", "--password-stdin", stdin=f"{password}\n")
    assert done.returncode == 2
    assert "password" in done.stderr.lower()


def test_enrol_creates_what_is_missing_says_so_and_prints_a_code(migrated: Run) -> None:
    place = ("enrol", "--office", "26740", "--desk", "Quầy 3")
    refused = migrated(*place)
    assert refused.returncode == 2
    assert "--office-name" in refused.stderr
    first = migrated(*place, "--office-name", "UBND phường Thủ Dầu Một")
    assert first.returncode == 0
    assert first.stdout.count("Created") == 2
    assert re.search(rf"\b[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}\b", first.stdout)
    second = migrated(*place)
    assert "Created" not in second.stdout
    assert first.stdout.split()[-1] != second.stdout.split()[-1]


def test_reports_of_an_empty_headquarters_are_well(migrated: Run) -> None:
    assert [migrated(name).returncode for name in ("list-tablets", "audit-rollups", "check")] == [0, 0, 0]


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql://localhost:notaport/x"),
        ("HEADQUARTERS_TLS", "maybe"),
    ],
)
def test_variable_that_cannot_be_used_is_named(run: Run, name: str, value: str) -> None:
    done = run("check", **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.screen_only
def test_database_that_is_not_there_is_said_in_one_line(run: Run) -> None:
    for command in ("migrate", "check", "serve"):
        done = run(command, DATABASE_URL="postgresql://nobody:geheim@127.0.0.1:1/none")
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert "geheim" not in done.stderr


@pytest.mark.screen_only
def test_folder_that_cannot_be_made_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("--data", str(tmp_path / "file" / "data"), "check")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.screen_only
def test_secret_is_made_once_for_the_owner_only(run: Run, data: Path) -> None:
    run("migrate")
    path = data / "secret.key"
    secret = path.read_text()
    assert len(secret) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    run("check")
    assert path.read_text() == secret


@pytest.mark.screen_only
def test_secrets_of_two_installations_differ(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("--data", str(tmp_path / name), "check")
    assert (tmp_path / "a" / "secret.key").read_text() != (tmp_path / "b" / "secret.key").read_text()


def test_damaged_secret_is_never_replaced(run: Run, data: Path) -> None:
    data.mkdir()
    (data / "secret.key").write_text("short")
    done = run("check")
    assert done.returncode == 2
    assert "secret.key" in done.stderr
    assert (data / "secret.key").read_text() == "short"


def test_commands_at_the_same_first_moment_agree_on_one_secret(data: Path) -> None:
    command = [sys.executable, "-c", _PRINT_SECRET, str(data)]
    racing = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate(timeout=60)[0] for process in racing}) == 1
    assert {process.returncode for process in racing} == {0}


_PRINT_SECRET = """
import sys
from pathlib import Path
from headquarters.config import data_dir, secret_key
print(secret_key(data_dir({"HEADQUARTERS_DATA": sys.argv[1]})))
"""


def test_database_of_a_newer_program_is_refused_untouched(
    migrated: Run, data: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") == "postgres":
        pytest.skip("the same code; SQLite is easy to look into")
    with sqlite3.connect(data / "headquarters.sqlite3") as db:
        db.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('ratings', '0099_later', '2031-01-01')"
        )
    for command in ("serve", "check", "migrate"):
        done = migrated(command)
        assert done.returncode == 2
        assert "newer" in done.stderr


def test_sqlite_file_keeps_its_promises(migrated: Run, data: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--db") == "postgres":
        pytest.skip("SQLite only")
    code = """
import django; django.setup()
from django.db import connection
cursor = connection.cursor()
names = ("journal_mode", "synchronous", "foreign_keys")
print([cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names])
"""
    environment = {
        **os.environ,
        "HEADQUARTERS_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "headquarters.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['wal', 2, 1]"
