"""The network as the kernel tells it, on a tree of files as /sys/class/net has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.network import NetworkWatch, is_up


def interface(root: Path, name: str, state: str, carrier: str | None = None) -> None:
    (root / name).mkdir(parents=True, exist_ok=True)
    (root / name / "operstate").write_text(f"{state}\n", encoding="ascii")
    if carrier is not None:
        (root / name / "carrier").write_text(f"{carrier}\n", encoding="ascii")


@pytest.mark.parametrize(
    ("state", "carrier", "up"),
    [
        ("up", "1", True),
        ("down", "0", False),
        ("dormant", "0", False),
        ("unknown", "1", True),
        ("unknown", "0", False),
        ("unknown", None, False),
    ],
)
def test_an_interface_carries_when_the_kernel_says_so(
    tmp_path: Path, state: str, carrier: str | None, up: bool
) -> None:
    interface(tmp_path, "wwan0", state, carrier)
    assert is_up(tmp_path) is up


def test_the_loopback_is_no_network_and_one_of_many_is_enough(tmp_path: Path) -> None:
    interface(tmp_path, "lo", "unknown", "1")
    assert is_up(tmp_path) is False
    interface(tmp_path, "eth0", "down", "0")
    interface(tmp_path, "wlan0", "up", "1")
    assert is_up(tmp_path) is True


def test_nothing_is_said_where_the_system_says_nothing(tmp_path: Path) -> None:
    assert is_up(tmp_path / "none") is None
    assert NetworkWatch(tmp_path / "none").came_up() is False


def test_only_the_change_from_down_to_up_wakes(tmp_path: Path) -> None:
    interface(tmp_path, "eth0", "up", "1")
    watch = NetworkWatch(tmp_path)
    assert watch.came_up() is False
    interface(tmp_path, "eth0", "down", "0")
    assert watch.came_up() is False
    interface(tmp_path, "eth0", "up", "1")
    assert watch.came_up() is True
    assert watch.came_up() is False
