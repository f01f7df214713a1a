"""What the tablet tells headquarters of its own condition, and how often it began and fell. No Kivy."""

from __future__ import annotations

import json
import logging
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from kiosk.clock import Moment
from kiosk.private_file import write_json
from kiosk.store import QueueState
from sync.contract import Heartbeat

log = logging.getLogger(__name__)
POWER = Path("/sys/class/power_supply")
RUNS = "runs.json"


class Condition(TypedDict, total=False):
    """The part of sync.contract.Heartbeat that is read from the machine and the data folder."""

    battery_percent: int | None
    on_mains: bool | None
    drift_ms: int | None
    schema_version: int | None
    config_version: int | None
    platform: str
    boots: int | None
    crashes: int | None
    integrity: str
    integrity_ms: int | None


@dataclass(frozen=True, slots=True)
class Power:
    """None where the machine does not say."""

    battery_percent: int | None = None
    on_mains: bool | None = None


def power(root: Path = POWER) -> Power:
    """The battery that runs the machine and whether it is plugged in; a mouse's battery is passed over."""
    try:
        supplies = [supply for supply in sorted(root.iterdir()) if _word(supply / "scope") != "Device"]
    except OSError:
        return Power()
    batteries = [supply for supply in supplies if _word(supply / "type") == "Battery"]
    levels = [int(word) for supply in batteries if (word := _word(supply / "capacity")).isdecimal()]
    plugs = [word == "1" for supply in supplies if (word := _word(supply / "online")) in ("0", "1")]
    return Power(min(levels, default=None), any(plugs) if plugs else _charging(batteries))


def _charging(batteries: list[Path]) -> bool | None:
    """What the batteries say where no plug says anything."""
    states = {_word(battery / "status") for battery in batteries} - {"", "Unknown"}
    return states.isdisjoint({"Discharging"}) if states else None


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def damaged(directory: Path) -> int:
    """How many damaged databases were set aside in the data folder; they are kept for salvage."""
    return sum(1 for path in directory.glob("damaged-*") if not path.name.endswith(("-wal", "-shm")))


def set_aside(directory: Path) -> str:
    """What headquarters should know of the data folder; empty when nothing lies aside in it. It says so until
    a person has carried the files away."""
    stamps = {path.name.split("-")[1] for path in directory.glob("damaged-*")}
    missing = sum(1 for _ in directory.glob("log-missing-*"))
    said = [f"set aside as damaged: {len(stamps)}"] if stamps else []
    said += [f"log found deleted: {missing}"] if missing else []
    return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Runs:
    """Since the tablet was installed. ``crashes``: runs that ended without saying so while the machine stayed
    on; pulling the plug in the evening is none."""

    boots: int = 0
    crashes: int = 0
    boot_id: str = ""
    running: bool = False


def begin(directory: Path, boot_id: str) -> Runs:
    """A run of the kiosk begins; the counts with this one."""
    last = runs(directory)
    same = last.boot_id == boot_id
    fallen = last.running and same
    if fallen:
        log.warning("the run before this one ended without a word")
    now = Runs(last.boots + (not same), last.crashes + fallen, boot_id, True)
    _save(directory, now)
    return now


def end(directory: Path) -> None:
    """This run ends as it should."""
    last = runs(directory)
    _save(directory, Runs(last.boots, last.crashes, last.boot_id, False))


def runs(directory: Path) -> Runs:
    """The counts so far; a file that cannot be read counts anew."""
    try:
        found = json.loads((directory / RUNS).read_text(encoding="utf-8"))
        boot_id, running = str(found["boot_id"]), bool(found["running"])
        return Runs(int(found["boots"]), int(found["crashes"]), boot_id, running)
    except FileNotFoundError:
        return Runs()
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("%s cannot be used, counting anew: %s", RUNS, error)
        return Runs()


def _save(directory: Path, now: Runs) -> None:
    """A full disk costs the count, nothing else."""
    counts = {"boots": now.boots, "crashes": now.crashes, "boot_id": now.boot_id, "running": now.running}
    try:
        write_json(directory / RUNS, counts)
    except OSError as error:
        log.warning("%s could not be written: %s", RUNS, error)


def heartbeat(
    now: Moment,
    app_version: str,
    directory: Path,
    state: QueueState,
    condition: Condition,
    last_error: str = "",
) -> Heartbeat:
    """All a batch says of its tablet but the events."""
    return Heartbeat(
        wall_ms=now.wall_ms,
        mono_ms=now.mono_ms,
        boot_id=now.boot_id,
        app_version=app_version,
        quarantined=state.quarantined,
        oldest_pending_ms=state.oldest_ms,
        free_mb=shutil.disk_usage(directory).free // 2**20,
        last_error=last_error,
        **condition,
    )


class Health:
    """Asked for each heartbeat, on the uploader's threads."""

    def __init__(
        self,
        directory: Path,
        *,
        drift: Callable[[], int | None],
        checked: Callable[[], tuple[str, int | None]],
        schema_version: Callable[[], int | None],
        config_version: Callable[[], int | None] = lambda: None,
        supplies: Path = POWER,
    ) -> None:
        """``checked``: what the last database check said, and when."""
        self._directory, self._supplies = directory, supplies
        self._counts: Runs | None = None
        self._drift, self._checked = drift, checked
        self._schema_version, self._config_version = schema_version, config_version
        self._platform = f"{platform.system()} {platform.release()} {platform.machine()}"[:80]

    def __call__(self) -> Condition:
        """The condition now."""
        counts = self._counts = self._counts or runs(self._directory)
        now = power(self._supplies)
        integrity, integrity_ms = self._checked()
        return Condition(
            battery_percent=now.battery_percent,
            on_mains=now.on_mains,
            drift_ms=self._drift(),
            schema_version=self._schema_version(),
            config_version=self._config_version(),
            platform=self._platform,
            boots=counts.boots or None,
            crashes=counts.crashes if counts.boots else None,
            integrity=integrity,
            integrity_ms=integrity_ms,
        )
