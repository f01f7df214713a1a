"""The administrator at a real tablet: let in by a phone, watches the queue, resets a PIN."""

from __future__ import annotations

import json
import secrets
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from scripts.browser import FLAGS, chromium
from scripts.stage import Headquarters, StageError, Tablet, photograph, virtual_screen, wait_for
from tests.journeys.conftest import Count

pytestmark = pytest.mark.screen_only
LEADER = "quantri"


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path) -> Iterator[Tablet]:
    made = Tablet(tmp_path / "kiosk", headquarters.address)
    yield made
    made.stop(signal.SIGKILL)


def pin_for_the_admin(tablet: Tablet) -> str:
    tablet.command("set-pin", "--admin", "--stdin", stdin="493817\n")
    return "493817"


def kept(tablet: Tablet) -> dict[str, str]:
    """The tablet's own word on who it is."""
    found: dict[str, str] = json.loads((tablet.directory / "tablet/identity.json").read_text())
    return found


def type_digits(tablet: Tablet, digits: str) -> None:
    for digit in digits:
        tablet.touch(f"pin-{digit}")


def open_admin(tablet: Tablet, pin: str, **fields: object) -> None:
    tablet.touch("staff-corner", hold_s=2.6)
    tablet.wait_view("pin", after=len(tablet.views()) - 1)
    tablet.touch("role-admin")
    type_digits(tablet, pin)
    tablet.go("pin-ok", "admin", part="sync", **fields)


def approve(address: str, link: str, code: str, password: str) -> None:
    """The administrator's phone: opens the square, signs in, compares, picks the desk, approves."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        page.goto(link)
        page.fill("#id_username", LEADER)
        page.fill("#id_password", password)
        page.click(".door-form button")
        assert page.inner_text(".user-code") == code
        page.select_option("#desk", index=1)
        page.click("button[value=approve]")
        page.wait_for_load_state()
        browser.close()


def test_a_tablet_is_let_in_by_a_phone_and_all_it_kept_arrives(
    headquarters: Headquarters, tablet: Tablet, display: str, count: Count, tmp_path: Path
) -> None:
    import zxingcpp

    password = secrets.token_urlsafe(12)
    headquarters.command("create-admin", LEADER, "--password-stdin", stdin=f"{password}\n")
    headquarters.code()  # makes the demo office and its desk
    pin = pin_for_the_admin(tablet)
    tablet.start(display)
    for level in (3, 2):
        tablet.rate(level)
        tablet.finish()
    open_admin(tablet, pin)
    tablet.wait_view("admin", lamp="alone", enrol="showing")
    photograph(display, tmp_path / "code.png")
    (square,) = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png").convert("L"))
    code = square.text[-9:]
    before = len(tablet.views())
    approve(headquarters.address, square.text, code, password)
    tablet.wait_view("admin", after=before, enrol="done", seconds=60)
    tablet.wait_view("home", after=before, seconds=60)
    wait_for(lambda: count.rollup() == {2: 1, 3: 1}, "what was kept before, at headquarters", 60)

    open_admin(tablet, pin)
    tablet.wait_view("admin", after=before, lamp="all", seconds=30)
    assert kept(tablet)["office"].startswith("UBND")


def sync_now(tablet: Tablet, seen: int) -> None:
    """Until all is sent, by the tablet itself or by the button, which is deaf while the tablet tries."""
    for _ in range(3):
        with suppress(StageError):
            tablet.touch("sync-now")
        with suppress(StageError):
            tablet.wait_view("admin", after=seen, lamp="all", seconds=20)
            return
    tablet.wait_view("admin", after=seen, lamp="all", seconds=20)


def test_the_lamp_follows_headquarters_down_and_up_again(
    headquarters: Headquarters, tablet: Tablet, display: str, count: Count
) -> None:
    tablet.command("enrol", "--code", headquarters.code())
    pin = pin_for_the_admin(tablet)
    headquarters.stop()
    tablet.start(display)
    tablet.rate(3)
    tablet.finish()
    open_admin(tablet, pin)
    tablet.wait_view("admin", lamp="trouble", seconds=30)
    assert count.event_ids() == []
    seen = len(tablet.views())
    headquarters.start()
    sync_now(tablet, seen)
    assert count.event_ids() == tablet.durable()


def test_a_forgotten_pin_is_set_anew_with_a_code_of_headquarters(
    headquarters: Headquarters, tablet: Tablet, display: str
) -> None:
    tablet.command("enrol", "--code", headquarters.code())
    headquarters.stop()  # neither side needs the other's network
    tablet.start(display)
    tablet.touch("staff-corner", hold_s=2.6)
    tablet.wait_view("pin")
    tablet.go("forgotten", "pin_reset", step="code")
    challenge = wait_for(
        lambda: next((v["challenge"] for v in tablet.views() if len(v.get("challenge", "")) > 5), None),
        "a code to read out",
    )
    wanted = ("--tablet", kept(tablet)["tablet_id"], "--role", "staff", "--challenge", str(challenge))
    printed = headquarters.command("reset-code", *wanted)
    answer = next(word for word in printed.split() if word.count("-") == 2)
    for char in answer.replace("-", ""):
        tablet.touch(f"code-{char}")
    tablet.go("code-ok", "pin_reset", step="first")
    type_digits(tablet, "746291")
    tablet.go("pin-ok", "pin_reset", step="second")
    type_digits(tablet, "746291")
    tablet.go("pin-ok", "pin_reset", step="done")
    tablet.go("close", "home")
    tablet.touch("staff-corner", hold_s=2.6)
    tablet.wait_view("pin", after=len(tablet.views()) - 1)
    type_digits(tablet, "746291")
    tablet.go("pin-ok", "staff")
