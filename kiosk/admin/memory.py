"""What the tablet remembers of its rounds over a restart: the last success and the last error."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from kiosk.admin.status import SyncStatus
from kiosk.private_file import write_json

log = logging.getLogger(__name__)


def remember(path: Path, status: SyncStatus) -> None:
    """Keep it in ``path``; raises OSError."""
    kept = {
        "succeeded_ms": status.succeeded_ms,
        "succeeded_events": status.succeeded_events,
        "failed_ms": status.failed_ms,
        "error": status.error,
        "last_error": status.last_error,
    }
    write_json(path, kept)


def recall(path: Path) -> SyncStatus:
    """What was kept; nothing where the file cannot be used: the next round tells again."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return SyncStatus(
            succeeded_ms=_moment(kept["succeeded_ms"]),
            succeeded_events=int(kept["succeeded_events"]),
            failed_ms=_moment(kept["failed_ms"]),
            error=str(kept["error"]),
            last_error=str(kept["last_error"]),
        )
    except FileNotFoundError:
        return SyncStatus()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s cannot be used: %s", path.name, error)
        return SyncStatus()


def _moment(value: object) -> int | None:
    return None if value is None else int(str(value))
