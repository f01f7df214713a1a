"""Volume and brightness on a machine that has them, and on one that has not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kiosk.dials import DIMMEST, Dials


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    made = tmp_path / "backlight" / "intel_backlight"
    made.mkdir(parents=True)
    (made / "max_brightness").write_text("400\n")
    (made / "brightness").write_text("100\n")
    return made


def no_mixer(name: str) -> str | None:
    return None


def test_brightness_is_read_and_turned_but_never_dark(panel: Path) -> None:
    dials = Dials(panel.parent, mixer=no_mixer)
    assert dials.read() == {"brightness": 25}
    assert dials.turn("brightness", 60) == {"brightness": 60}
    assert (panel / "brightness").read_text() == "240"
    assert dials.turn("brightness", 0) == {"brightness": DIMMEST}


def test_a_machine_without_them_shows_neither(tmp_path: Path) -> None:
    dials = Dials(tmp_path / "none", mixer=no_mixer)
    assert dials.read() == dials.turn("brightness", 50) == dials.turn("volume", 50) == {}


@pytest.mark.parametrize("text", ["", "0", "much"])
def test_an_odd_panel_is_none(panel: Path, text: str) -> None:
    (panel / "max_brightness").write_text(text)
    assert Dials(panel.parent, mixer=no_mixer).turn("brightness", 50) == {}


def test_volume_is_asked_of_the_mixer(tmp_path: Path) -> None:
    level = {"is": 40}

    def amixer(command: list[str]) -> str:
        assert command[:2] == ["/usr/bin/amixer", "-M"]
        if command[2] == "sset":
            level["is"] = int(command[4].rstrip("%"))
        return f"  Front Left: Playback 30000 [{level['is']}%] [on]\n"

    dials = Dials(tmp_path, amixer, lambda name: f"/usr/bin/{name}")
    assert dials.read() == {"volume": 40}
    assert dials.turn("volume", 130) == {"volume": 100}


def test_a_mixer_that_fails_is_none(tmp_path: Path) -> None:
    def amixer(command: list[str]) -> str:
        raise subprocess.CalledProcessError(1, command)

    assert Dials(tmp_path, amixer, lambda name: name).turn("volume", 5) == {}
