"""Run under the shim: ratings while the Nth call of a kind fails, N rising until nothing failed.

    python -m tests.faults.nth_child FOLDER SCENE '[[KIND, ERRNO, STEP], …]'

One process, a fork for each N; every line of output is what one fork saw.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from kiosk.store import StorageError
from kiosk.store.thread import StoreThread
from sync.contract import Result, Verdict
from tests.faults.storage import Shim, open_desk, rate

TEMPLATE = "used"
KEPT: list[Exception] = []
"""As the kiosk keeps the Future of its first opening: what an error holds on to must harm nobody."""


def used(folder: Path) -> list[str]:
    """A tablet in use, cut off so that its write-ahead log is about to be folded in; what it thanked for."""
    folder.mkdir()
    read, write = os.pipe()
    if not os.fork():
        desk = open_desk(folder)
        ids: list[str] = []
        while not ids or (folder / "kiosk.sqlite3-wal").stat().st_size < 244 * 4120:
            ids.append(rate(desk))
        os.write(write, json.dumps(ids).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        found: list[str] = json.loads(pipe.read())
    os.wait()
    return found


def attempt(desk: StoreThread, job: Any, seen: dict[str, Any]) -> None:
    """Shown only when the Future says it is durable; what else may come is written down by its name."""
    try:
        found = job(desk)
    except StorageError as error:
        KEPT.append(error)
        seen["said"].append(error.reason)
    except OSError as error:
        KEPT.append(error)
        seen["said"].append(f"unnamed: {error!r}")
    else:
        if isinstance(found, str):
            seen["shown"].append(found)


def settle_some(desk: StoreThread) -> None:
    """As the uploader does. Set aside, not confirmed: there is no headquarters here that has them."""
    sent = desk.submit(lambda store: store.pending(3)).result()
    verdicts = [Result(event_id=event.event_id, verdict=Verdict.QUARANTINED) for event in sent]
    desk.submit(lambda store: store.settle(sent, verdicts)).result()


JOBS = (rate, rate, settle_some, rate, lambda desk: desk.submit(lambda store: store.fold()).result(), rate)


def visit(folder: Path, scene: str, shim: Shim, fault: tuple[str, int, int, bool]) -> dict[str, Any]:
    """Ratings with the fault, then one without it, in the same process."""
    seen: dict[str, Any] = {"fault": fault, "folder": folder.name, "shown": [], "said": []}
    desk = open_desk(folder)
    if scene == "used":
        desk.open().result()
    shim.arm(*fault)
    for job in JOBS:
        attempt(desk, job, seen)
    seen["fired"] = shim.disarm()
    mended: dict[str, Any] = {"shown": [], "said": []}
    attempt(desk, rate, mended)
    seen["shown"] += mended["shown"]
    seen["later"] = mended["said"]
    if fault[1] % 2:  # half of them end in order, half are cut off
        desk.close()
    return seen


def main(arguments: list[str]) -> None:
    """Each fault, once and for ever, N rising by its step until nothing failed: a fork for each N."""
    base, scene = Path(arguments[0]), arguments[1]
    before = used(base / TEMPLATE)
    print(json.dumps({"before": before if scene == "used" else []}), flush=True)
    for kind, error, step in json.loads(arguments[2]):
        for ever in (False, True):
            nth = 1
            while forked(base, scene, (kind, nth, error, ever)):
                nth += step


def forked(base: Path, scene: str, fault: tuple[str, int, int, bool]) -> int:
    """How many calls failed in a fork of its own, whose line is printed."""
    folder = base / "-".join(map(str, (scene, *fault)))
    if scene == "used":
        shutil.copytree(base / TEMPLATE, folder)
    else:
        folder.mkdir()
    read, write = os.pipe()
    if not os.fork():
        os.write(write, json.dumps(visit(folder, scene, Shim(folder), fault)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        line = pipe.read()
    os.wait()
    print(line or json.dumps({"died": folder.name}), flush=True)
    return int(json.loads(line)["fired"]) if line else 0


if __name__ == "__main__":
    main(sys.argv[1:])
