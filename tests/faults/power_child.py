"""Run under the shim: a tablet at work, every change of its folder written down.

python -m tests.faults.power_child SCENE FOLDER RECORD [FOLDER RECORD …]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.private_file import write_json
from kiosk.store.thread import StoreThread
from tests.faults.nth_child import settle_some
from tests.faults.storage import Shim, open_desk, rate

SMALL = "configuration.json"


class Recorded:
    """A tablet whose screen's words go into the record."""

    def __init__(self, folder: Path, record: Path) -> None:
        self.folder, self.shim = folder, Shim(folder)
        self.shim.record(record)

    def rate(self, desk: StoreThread, times: int) -> None:
        for nth in range(times):
            self.shim.mark(f"shown {rate(desk, nth % 3 + 1)}")

    def keep(self, number: int) -> None:
        """A small file is replaced, as identity, PINs and configuration are."""
        write_json(self.folder / SMALL, {"number": number, "filler": "x" * 2000})
        self.shim.mark(f"{SMALL} {number}")

    def first(self) -> None:
        """The very first start, and the first ratings."""
        self.keep(1)
        desk = open_desk(self.folder)
        self.rate(desk, 3)
        self.keep(2)
        settle_some(desk)
        desk.close()

    def use(self) -> None:
        """Folding in by itself and on purpose, writing anew, ending and beginning again."""
        desk = open_desk(self.folder)
        self.rate(desk, 60)
        settle_some(desk)
        desk.submit(lambda store: store.fold()).result()
        self.rate(desk, 3)
        desk.submit(lambda store: store.shrink()).result()
        self.rate(desk, 3)
        desk.close()
        self.keep(3)
        desk = open_desk(self.folder)
        self.rate(desk, 3)
        desk.close()

    def recover(self) -> None:
        """What was found is opened; a rating; the end."""
        desk = open_desk(self.folder)
        self.rate(desk, 1)
        desk.close()


def main(arguments: list[str]) -> None:
    """Each folder in a fork of its own."""
    scene, *rest = arguments
    for folder, record in zip(rest[::2], rest[1::2], strict=True):
        if not os.fork():
            getattr(Recorded(Path(folder), Path(record)), scene)()
            os._exit(0)
        if os.wait()[1]:
            sys.exit(f"{scene} in {folder} ended badly")


if __name__ == "__main__":
    main(sys.argv[1:])
