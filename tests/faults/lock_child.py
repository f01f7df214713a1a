"""Another program at the tablet's database: ``python -m tests.faults.lock_child FOLDER HOW SECONDS``.

HOW: ``immediate`` or ``exclusive`` (a transaction on the file), ``reading`` (an old state held in view) or
``kiosk`` (a second kiosk program tries to open the folder). Prints a line when it holds, or what it was told.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from kiosk.store import StorageError
from kiosk.store.database import FILE_NAME
from tests.faults.storage import open_store

BEGIN = {"immediate": "BEGIN IMMEDIATE", "exclusive": "BEGIN EXCLUSIVE", "reading": "BEGIN"}


def main(arguments: list[str]) -> None:
    """Hold it for so long."""
    folder, how, seconds = Path(arguments[0]), arguments[1], float(arguments[2])
    if how == "kiosk":
        try:
            open_store(folder).close()
        except StorageError as error:
            print(f"{error.reason}: {error}", flush=True)
        return
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as db:
        db.execute(BEGIN[how])
        db.execute("SELECT count(*) FROM events").fetchone()
        print("holds", flush=True)
        time.sleep(seconds)
        db.execute("COMMIT")
    print("let go", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
