"""Whole visits: a finger on the real window, every page on the way, what is at headquarters in the end."""

from __future__ import annotations

import base64
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nacl.public import PrivateKey, SealedBox
from PIL import Image

from headquarters.config import sealing_key
from scripts.browser import FLAGS, chromium
from scripts.stage import BOOK, Headquarters, StageError, Tablet, photograph, virtual_screen, wait_for
from tests.journeys.conftest import Count

TELEX = "cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau."
SENTENCE = "Cán bộ hướng dẫn rất tận tình, nhưng tôi phải chờ lâu."
NAMED = {" ": "space", ",": "comma", ".": "period", "-": "dash"}
NUMBER = "0912345678"
DOSSIER = "H12.34.5-251021-0001"


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


def enrolled(headquarters: Headquarters, directory: Path, **changes: float) -> Tablet:
    made = Tablet(directory, headquarters.address, book=str(BOOK), dossiers="yes", **changes)  # type: ignore[arg-type]
    made.command("enrol", "--code", headquarters.code())
    return made


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path) -> Iterator[Tablet]:
    made = enrolled(headquarters, tmp_path / "kiosk")
    yield made
    made.stop(signal.SIGKILL)


def keys(tablet: Tablet, text: str) -> None:
    for char in text:
        tablet.touch(f"key-{NAMED.get(char, char)}", hold_s=0.05)


def told(count: Count, *kinds: str) -> None:
    """Exactly these events are at headquarters."""
    wait_for(lambda: count.kinds() == list(kinds), f"{kinds} at headquarters, not {count.kinds()}", 30)


def test_a_whole_unhappy_visit_arrives_with_all_its_parts_and_no_plain_number(
    headquarters: Headquarters, tablet: Tablet, display: str, count: Count
) -> None:
    tablet.start(display)
    tablet.rate(1)
    tablet.go("chip-xin-loi", "more", chosen=["xin-loi"])
    tablet.go("subject", "subject")
    picked = next(name for name in tablet.views()[-1]["targets"] if name.startswith("pick-service-"))
    tablet.go(picked, "subject", about=["service:" + picked.removeprefix("pick-service-")])
    tablet.go("done", "more")
    tablet.go("dossier", "dossier")
    keys(tablet, DOSSIER.lower())
    wait_for(lambda: "key-send" in shown(tablet), "a code that can be sent")
    tablet.go("key-send", "more")

    tablet.go("reply", "reply")
    time.sleep(0.8)
    tablet.touch("field-phone")
    wait_for(lambda: "key-9" in shown(tablet), "the number's keys")
    keys(tablet, NUMBER)
    tablet.touch("key-next")
    wait_for(lambda: "agree" in shown(tablet), "the whole form")
    tablet.touch("agree")
    tablet.go("send", "more")
    assert b"912345678" not in everything(tablet), "while the visit goes on: -wal, logs, views, settings"

    tablet.go("comment", "comment")
    tablet.touch("key-shift", hold_s=0.05)
    keys(tablet, TELEX)
    tablet.wait_view("comment", ready=True)
    tablet.go("key-send", "closing", lookup=True)
    tablet.finish()

    told(count, "rating", "reasons", "subject", "subject", "contact", "comment", "session_end")
    assert count.bodies("reasons") == [{"chosen": ["xin-loi"], "good": False}]
    assert DOSSIER in json.dumps(count.bodies("subject")[-1])
    comment, contact = count.bodies("comment")[0], count.bodies("contact")[0]
    assert comment["text"] == SENTENCE
    assert comment["lookup"] == contact["lookup"], "one code for the whole visit"
    assert count.bodies("session_end") == [{"how": "done", "page": "closing"}]

    box = SealedBox(PrivateKey(bytes.fromhex(sealing_key(headquarters.data))))
    assert json.loads(box.decrypt(base64.b64decode(contact["sealed"])))["phone"] == "+84912345678"
    on_disk = everything(tablet)
    assert SENTENCE.encode() in on_disk, "the look must be able to find things"
    assert b"912345678" not in on_disk


def everything(tablet: Tablet) -> bytes:
    """Every file that the kiosk has written, and what it printed."""
    return b"".join(path.read_bytes() for path in tablet.directory.rglob("*") if path.is_file())


def shown(tablet: Tablet) -> dict[str, list[float]]:
    """What can be touched now."""
    targets: dict[str, list[float]] = tablet.views()[-1].get("targets", {})
    return targets


@pytest.mark.screen_only
def test_every_page_goes_home_by_itself_and_says_where_it_ended(
    headquarters: Headquarters, tmp_path: Path, display: str, count: Count
) -> None:
    tablet = enrolled(headquarters, tmp_path / "quick", idle_s=5)
    try:
        tablet.start(display)
        pages = ("more", "comment", "reply", "subject", "dossier", "elsewhere")
        for page in pages:
            tablet.rate(1)
            if page != "more":
                tablet.go(page, page)
            before = len(tablet.views())
            tablet.wait_view("home", after=before, seconds=60)
            time.sleep(0.6)
        for target, page in (("notices", "notices"), ("access", "access"), ("phone", "phone")):
            tablet.go(target, page)
            before = len(tablet.views())
            tablet.wait_view("home", after=before, seconds=60)
        wait_for(lambda: len(count.bodies("session_end")) == len(pages), "every end at headquarters", 30)
        assert count.bodies("session_end") == [{"how": "timeout", "page": page} for page in pages]
        assert count.rollup() == {1: len(pages)}
    finally:
        tablet.stop(signal.SIGKILL)


@pytest.mark.screen_only
def test_an_english_visit_counts_like_any_other(tablet: Tablet, display: str, count: Count) -> None:
    tablet.start(display)
    tablet.go("language-en", "home", language="en")
    tablet.go("rate-2", "closing", level=2, language="en")
    tablet.go("more", "more", language="en")
    tablet.go("chip-thai-do", "more", chosen=["thai-do"])
    tablet.finish()
    assert tablet.views()[-1]["language"] == "vi", "the next citizen's page is Vietnamese again"
    told(count, "rating", "reasons", "session_end")
    assert count.rollup() == {2: 1}


@pytest.mark.screen_only
def test_high_contrast_and_low_reach_lead_through_the_same_visit(
    tablet: Tablet, display: str, count: Count
) -> None:
    tablet.start(display)
    tablet.go("access", "access")
    for choice in ("theme-contrast", "reach-low"):
        tablet.touch(choice)
        time.sleep(0.5)
    tablet.go("close", "home")
    faces = [place for name, place in shown(tablet).items() if name.startswith("rate-")]
    assert len(faces) == 3
    assert all(top >= 400 for _, top, _, _ in faces), "faces stand in the lower half"
    tablet.rate(1)
    touched = {name: place for name, place in shown(tablet).items() if place[1] < 400}
    assert touched == {}, "and so does everything that is touched"
    tablet.go("chip-thoi-gian" if "chip-thoi-gian" in shown(tablet) else "chip-nghe-dan-noi", "more")
    tablet.finish()
    told(count, "rating", "reasons", "session_end")


def test_a_phone_reads_the_square_on_the_screen_and_its_rating_is_counted(
    tablet: Tablet, display: str, count: Count, tmp_path: Path
) -> None:
    import zxingcpp
    from playwright.sync_api import sync_playwright

    tablet.start(display)
    tablet.go("phone", "phone")
    time.sleep(0.5)
    photograph(display, tmp_path / "phone.png")
    found = zxingcpp.read_barcodes(Image.open(tmp_path / "phone.png").convert("L"))
    assert [code.format.name for code in found] == ["QRCode"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 640}, locale="vi-VN")
        page.goto(found[0].text)
        page.get_by_role("button", name="Hài lòng", exact=True).click()
        page.wait_for_url("**/cam-on")
        page.goto(found[0].text)
        assert page.inner_text("h1") == "Mã này đã được dùng"
        browser.close()
    wait_for(lambda: count.rollup() == {2: 1}, "the phone's rating in the rollup", 30)
    assert tablet.durable() == [], "it never touched the tablet"


def test_the_code_on_the_closing_page_is_followed_at_headquarters(
    headquarters: Headquarters, tablet: Tablet, display: str, count: Count, tmp_path: Path
) -> None:
    import urllib.request

    import zxingcpp

    tablet.start(display)
    tablet.rate(1)
    tablet.go("comment", "comment")
    keys(tablet, "chowf laau")
    tablet.wait_view("comment", ready=True)
    tablet.go("key-send", "closing", lookup=True)
    photograph(display, tmp_path / "closing.png")
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "closing.png").convert("L"))
    tablet.finish()
    wait_for(lambda: len(count.bodies("comment")) == 1, "the comment at headquarters", 30)
    assert code.text.casefold().endswith(count.bodies("comment")[0]["lookup"].casefold())

    def received() -> bool:
        with urllib.request.urlopen(code.text, timeout=5) as answer:  # noqa: S310 - loopback
            return "Đã nhận ngày" in answer.read().decode()

    wait_for(received, "the lookup page to know the code", 30)


@pytest.mark.screen_only
def test_a_stage_without_its_target_says_which(tablet: Tablet, display: str) -> None:
    tablet.start(display)
    with pytest.raises(StageError, match="no target key-q"):
        tablet.touch("key-q")
