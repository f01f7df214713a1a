"""What must happen between a restore and the first page that is served."""

from __future__ import annotations

from django.utils import timezone

from headquarters.audit.log import COMMAND
from headquarters.operations.models import Restoration
from headquarters.privacy import erasing, terms


def finish() -> int:
    """Erase again what had been erased, or came due, since the backup was made; how many. Nothing to do on a
    database that was never restored, or is done with."""
    pending = Restoration.objects.filter(purged_at=None)
    if not pending.exists():
        return 0
    done = erasing.purge(COMMAND, terms.load().contact_days)
    pending.update(purged_at=timezone.now())
    return sum(done.values())
