"""The tablet's condition: power, runs and falls, damaged files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import health
from kiosk.health import Health, Power, power
from sync.contract import Heartbeat


def supply(root: Path, name: str, **files: str) -> None:
    (root / name).mkdir(parents=True)
    for file, word in files.items():
        (root / name / file).write_text(f"{word}\n", encoding="ascii")


def test_a_tablet_on_its_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC0", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", capacity="63", status="Discharging")
    assert power(tmp_path) == Power(63, False)


def test_any_plug_counts_and_the_emptier_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC0", type="Mains", online="0")
    supply(tmp_path, "usb", type="USB", online="1")
    supply(tmp_path, "BAT0", type="Battery", capacity="63", status="Charging")
    supply(tmp_path, "BAT1", type="Battery", capacity="9", status="Full")
    assert power(tmp_path) == Power(9, True)


@pytest.mark.parametrize(
    ("status", "on_mains"),
    [("Discharging", False), ("Charging", True), ("Full", True), ("Not charging", True), ("Unknown", None)],
)
def test_a_battery_without_a_plugs_word_says_it_itself(
    tmp_path: Path, status: str, on_mains: bool | None
) -> None:
    supply(tmp_path, "battery", type="Battery", capacity="50", status=status)
    assert power(tmp_path) == Power(50, on_mains)


def test_a_mouse_and_a_machine_without_a_battery(tmp_path: Path) -> None:
    supply(tmp_path, "hidpp_battery_0", type="Battery", scope="Device", capacity="4", status="Discharging")
    assert power(tmp_path) == Power()
    assert power(tmp_path / "none") == Power()
    supply(tmp_path, "BAT0", type="Battery", capacity="full?", status="")
    assert power(tmp_path) == Power()


def test_a_run_that_ends_without_a_word_is_a_crash_unless_the_power_went(tmp_path: Path) -> None:
    assert health.begin(tmp_path, "boot-1").crashes == 0
    health.end(tmp_path)
    again = health.begin(tmp_path, "boot-1")
    assert (again.boots, again.crashes) == (1, 0)
    fallen = health.begin(tmp_path, "boot-1")
    assert (fallen.boots, fallen.crashes) == (1, 1)
    plug_pulled = health.begin(tmp_path, "boot-2")
    assert (plug_pulled.boots, plug_pulled.crashes) == (2, 1)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"boots": "x"}', '{"boots": 1}'])
def test_a_broken_count_begins_anew_and_stops_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "runs.json").write_text(text, encoding="utf-8")
    assert health.begin(tmp_path, "boot-1").boots == 1
    assert health.runs(tmp_path).running


def test_a_full_disk_costs_the_count_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "runs.json.new").symlink_to("/dev/full")
    assert health.begin(tmp_path, "boot-1").boots == 1
    assert "runs.json could not be written" in caplog.text


def test_damaged_databases_are_counted_once_each(tmp_path: Path) -> None:
    names = ("damaged-1a-kiosk.sqlite3", "damaged-1a-kiosk.sqlite3-wal", "damaged-2b-kiosk.sqlite3")
    for name in (*names, "kiosk.sqlite3"):
        (tmp_path / name).touch()
    assert health.damaged(tmp_path) == 2
    assert health.damaged(tmp_path / "none") == 0


def test_headquarters_hears_what_lies_aside(tmp_path: Path) -> None:
    assert health.set_aside(tmp_path) == ""
    for name in ("damaged-1a-kiosk.sqlite3", "damaged-1a-kiosk.sqlite3-wal", "damaged-2b-kiosk.sqlite3-wal"):
        (tmp_path / name).touch()
    assert health.set_aside(tmp_path) == "set aside as damaged: 2"
    (tmp_path / "log-missing-3c").touch()
    assert health.set_aside(tmp_path) == "set aside as damaged: 2; log found deleted: 1"


def test_the_condition_fits_into_a_heartbeat(tmp_path: Path) -> None:
    supply(tmp_path / "power", "BAT0", type="Battery", capacity="63", status="Charging")
    health.begin(tmp_path, "boot-1")
    health.begin(tmp_path, "boot-1")
    now = Health(
        tmp_path, drift=lambda: -1500, checked=lambda: ("ok", 77), schema_version=lambda: 2,
        config_version=lambda: 5, supplies=tmp_path / "power",
    )()  # fmt: skip
    beat = replace(Heartbeat(wall_ms=1, mono_ms=1, boot_id="b", app_version="1"), **now)
    assert (beat.battery_percent, beat.on_mains, beat.drift_ms, beat.boots, beat.crashes) == (
        63, True, -1500, 1, 1,
    )  # fmt: skip
    assert (beat.schema_version, beat.config_version, beat.integrity, beat.integrity_ms) == (2, 5, "ok", 77)
    assert beat.platform.split()[0] == "Linux"
