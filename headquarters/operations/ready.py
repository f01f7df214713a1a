"""Whether this server should be sent requests, and what a machine may know of how headquarters feels."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from headquarters.operations.models import Restoration

_migrated = False
"""Once seen, it stays so: this program brings no migration while it runs."""


def checks() -> dict[str, bool]:
    """What must be so before pages are served; a check that cannot be made is not so."""
    named: dict[str, Callable[[], bool]] = {
        "database": _database,
        "migrations": _migrations,
        "purged": _purged,
        "disk": _disk,
    }
    return {name: _holds(check) for name, check in named.items()}


def free_bytes() -> int:
    """Where the data folder is."""
    return shutil.disk_usage(settings.DATA).free


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _purged() -> bool:
    return not Restoration.objects.filter(purged_at=None).exists()


def _disk() -> bool:
    return free_bytes() >= settings.LEAST_FREE_MB * 1024 * 1024
