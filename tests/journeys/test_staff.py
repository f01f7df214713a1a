"""The staff's page after real answers: real touches, the tablet's own database, a count of its raw events."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stage import BOOK, Tablet, query, virtual_screen, wait_for

pytestmark = pytest.mark.screen_only


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


@pytest.fixture
def tablet(tmp_path: Path) -> Iterator[Tablet]:
    made = Tablet(tmp_path / "kiosk", "http://127.0.0.1:9", book=str(BOOK))
    yield made
    made.stop(signal.SIGKILL)


def open_staff(tablet: Tablet, pin: str, **fields: object) -> None:
    seen = len(tablet.views())
    tablet.touch("staff-corner", hold_s=2.6)
    tablet.wait_view("pin", after=seen)
    for digit in pin:
        tablet.touch(f"pin-{digit}")
    tablet.go("pin-ok", "staff", **fields)


def test_what_citizens_said_is_on_the_staffs_page_at_once_and_survives_the_night(
    tablet: Tablet, display: str
) -> None:
    pin = tablet.set_pin()
    tablet.start(display)
    tablet.rate(1)
    tablet.go("chip-xin-loi", "more", chosen=["xin-loi"])
    tablet.finish()
    for level in (3, 3, 2):
        tablet.rate(level)
        tablet.finish()

    open_staff(tablet, pin, part="overview", total=4)
    tablet.go("part-promises", "staff", part="promises")
    tablet.go("part-comments", "staff", part="comments")
    tablet.go("part-flagged", "staff", part="flagged")
    tablet.go("month", "staff", part="month")
    today = next(iter(query(tablet.database, "SELECT local_day FROM events LIMIT 1")))
    tablet.go(f"day-{today}", "staff", part="flagged", total=4)
    tablet.go("export", "staff", part="usb")
    wait_for(lambda: "usb-close" in tablet.views()[-1]["targets"], "a word about the missing stick")
    tablet.go("usb-close", "staff", part="flagged")
    tablet.go("part-overview", "staff", part="overview", total=4)
    tablet.go("close", "home")

    tablet.stop(signal.SIGKILL)
    tablet.start(display)
    open_staff(tablet, pin, part="overview", total=4)
    raw = [json.loads(row)["kind"] for row in query(tablet.database, "SELECT stored FROM events")]
    assert raw.count("rating") == 4
    counted = "SELECT level || ':' || sum(n) FROM tallies GROUP BY level ORDER BY level"
    assert query(tablet.database, counted) == ["1:1", "2:1", "3:2"]
    assert query(tablet.database, "SELECT key || ':' || good || ':' || n FROM choices") == ["xin-loi:0:1"]
