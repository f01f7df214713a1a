"""A comment at a real tablet becomes a case; its author reads the answer on a phone and rates it; an
indicator moves, a letter is drafted, and the quarter's report is issued, corrected and issued again."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from scripts.browser import FLAGS, chromium
from scripts.stage import Headquarters, Tablet, virtual_screen, wait_for
from tests.journeys.conftest import Count
from tests.journeys.test_visit import TELEX, enrolled, keys

pytestmark = pytest.mark.screen_only
LEADER = "chutich"
ANSWER = "Chúng tôi đã sửa máy lấy số và đặt thêm mười ghế ngồi từ ngày 20/11."


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path) -> Iterator[Tablet]:
    made = enrolled(headquarters, tmp_path / "kiosk")
    yield made
    made.stop(signal.SIGKILL)


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


def test_from_the_tap_to_the_answer_and_back(
    headquarters: Headquarters, tablet: Tablet, display: str, count: Count, browser: Any, tmp_path: Path
) -> None:
    code = written_at(tablet, display, count)
    office = signed_in(headquarters, browser)
    answered(office)
    assert indicators(office)[:2] == ["100,0%", "100,0%"]
    drafted_letter(office, tmp_path)
    issued_twice(office, tmp_path)

    phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
    phone.goto(f"{headquarters.address}/tra-cuu/{code.lower()}")
    assert ANSWER in phone.inner_text("main")
    phone.get_by_role("button", name="Chưa hài lòng").click()
    phone.wait_for_selector(".thanked")
    assert indicators(office)[:2] == ["100,0%", "0,0%"]
    phone.click(".look button")
    phone.wait_for_load_state()
    assert ANSWER not in phone.inner_text("main")
    office.goto(f"{headquarters.address}/cases/")
    assert "Đang xử lý" in office.inner_text("main")


def written_at(tablet: Tablet, display: str, count: Count) -> str:
    """An unhappy visit with a comment; its lookup code."""
    tablet.start(display)
    tablet.rate(1)
    tablet.go("comment", "comment")
    tablet.touch("key-shift", hold_s=0.05)
    keys(tablet, TELEX)
    tablet.wait_view("comment", ready=True)
    tablet.go("key-send", "closing", lookup=True)
    tablet.finish()
    wait_for(lambda: count.bodies("comment"), "the comment at headquarters", 60)
    return str(count.bodies("comment")[0]["lookup"])


def signed_in(headquarters: Headquarters, browser: Any) -> Any:
    password = secrets.token_urlsafe(12)
    headquarters.command("create-admin", LEADER, "--password-stdin", stdin=f"{password}\n")
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, locale="vi-VN")
    page.set_default_timeout(60_000)
    page.goto(headquarters.address)
    page.fill("input[name=username]", LEADER)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("dl.levels")
    return page


def answered(page: Any) -> None:
    """The comment becomes a case, is classified, taken, answered and approved."""
    page.click(".rail nav a:has-text('Ý kiến')")
    page.click("button:has-text('Lập thành vụ việc')")
    page.select_option("#kind", "phan-anh")
    page.click("button[value=classify]")
    page.click("button[value=assign]")
    page.fill("#answer", ANSWER)
    page.click("button[value=submit]")
    page.click("button[value=approve]")
    page.wait_for_selector(".answer")


def indicators(page: Any) -> list[str]:
    """R1, R2, R3 as their page shows them."""
    page.goto(root(page) + "/figures/indicators/")
    return [found.inner_text() for found in page.query_selector_all(".indicators .figure")]


def drafted_letter(page: Any, folder: Path) -> None:
    """The unhappy author is owed a letter: suggested, written, ready to be signed."""
    page.goto(root(page) + "/letters/")
    page.click("a.take:has-text('Soạn thư')")
    page.fill("[name=nguoi_nhan]", "Bà Trần Thị Mẫu")
    page.click("button[value=ready]")
    page.wait_for_selector("button[value=sent]")
    text = " ".join(words_of(downloaded(page, "PDF", folder / "letter.pdf")).split())
    assert "THƯ XIN LỖI" in text
    assert "Bà Trần Thị Mẫu" in text
    assert "{{" not in text


def issued_twice(page: Any, folder: Path) -> None:
    """The quarter's report, issued; corrected with a reason, issued again; the first one stays as it was."""
    page.goto(root(page) + "/reports/new/")
    page.select_option("[name=office]", index=1)
    page.select_option("[name=kind]", "quarter")
    page.click("main form button.button")
    first = issued(page, folder / "first.pdf")
    assert "Không có." in words_of(first)
    page.fill("#reason", "Bổ sung đề xuất")
    page.click("button[value=correct]")
    page.wait_for_selector("#texts")
    page.fill("#texts textarea >> nth=-1", "Trang bị thêm ghế ngồi cho người cao tuổi.")
    page.click("button[value=write]")
    second = issued(page, folder / "second.pdf")
    assert "Trang bị thêm ghế" in words_of(second)
    page.goto(page.url.rstrip("/") + "/1/")
    assert downloaded(page, "PDF", folder / "again.pdf").read_bytes() == first.read_bytes()


def issued(page: Any, path: Path) -> Path:
    """Wait for the files, issue, take the PDF."""
    page.wait_for_selector("button[value=issue]:not([disabled])")
    page.click("button[value=issue]")
    page.wait_for_selector("#reason")
    return downloaded(page, "PDF", path)


def downloaded(page: Any, words: str, path: Path) -> Path:
    with page.expect_download() as coming:
        page.click(f"main a:text-is('{words}')")
    coming.value.save_as(path)
    return path


def words_of(path: Path) -> str:
    return "\n".join(one.extract_text() for one in PdfReader(path).pages)


def root(page: Any) -> str:
    scheme, _, host, *_ = page.url.split("/")
    return f"{scheme}//{host}"
