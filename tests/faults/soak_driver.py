"""A tablet of the soak: rates, syncs and does its chores until it is told to end, in a process of its own.

    python -m tests.faults.soak_driver FOLDER ADDRESS SHOWN PAUSE_S

The id of each rating goes to SHOWN once it is stored, as a thanks page would show it.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

from kiosk.chores import Chores
from kiosk.clock import system_clock
from kiosk.store import Comment
from kiosk.survey import Level
from kiosk.uploader import Sender
from sync.errors import SyncError
from tests.journeys.tablet import QuietTablet, new_id

SYNC_EVERY = 10
"""Visits between two rounds of the uploader."""


def main(folder: Path, address: str, shown: Path, pause_s: float) -> None:
    """Visits as they come: a rating, often a reason, now and then a comment."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    tablet = QuietTablet(folder, address)
    sender = Sender(tablet.identity.tablet_id, tablet.install_id, "soak", folder)
    chores = Chores(tablet.desk, lambda: sender, system_clock(), folder)
    client = tablet.client(address)
    visits = 0
    with shown.open("a", encoding="utf-8") as log:
        while not ended:
            visit = new_id()
            log.write(tablet.desk.save_rating(visit, Level(random.choice((1, 2, 3)))).result() + "\n")
            log.flush()
            tablet.desk.save_choice(visit, frozenset({"thoi-gian"}), good=random.random() < 0.5).result()
            if visits % 5 == 0:
                tablet.desk.save_comment(visit, Comment("chờ hơi lâu " * 5, "other")).result()
            visits += 1
            if visits % SYNC_EVERY == 0:
                try:
                    tablet.uploader.drain()
                    chores(client)
                except SyncError:
                    pass  # headquarters is just beginning anew
            time.sleep(pause_s)
    tablet.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]))
