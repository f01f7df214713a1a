"""The overview as a leader meets it: figures, words, languages, keyboard, phone, paper."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.offices.models import Office
from headquarters.web.middleware import CONTENT_SECURITY_POLICY
from tests.headquarters.web.conftest import Town, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
LONG = "Trung tâm Phục vụ hành chính công xã Phước Thành, huyện Phú Giáo, tỉnh Bình Dương (cơ sở hai)"


@pytest.fixture
def full(town: Town) -> Town:
    town.office_with("Phường Tân Hòa", (40, 100, 260))
    town.office_with("Phường An Bình", (10, 1100, 2890))
    town.office_with("Phường Phú Lợi", (12, 100, 300), days_ago=5)
    town.office_with(LONG, (1, 3, 20), days_ago=3)
    return town


@pytest.fixture
def signed_in(visitor: Visitor, make_user: Callable[..., User]) -> Visitor:
    visitor.enter(make_user())
    return visitor


def test_today_shows_the_counts_of_the_rollup(full: Town, signed_in: Visitor) -> None:
    today = " ".join(signed_in.page.inner_text("section[hx-get]").split())
    assert "1,1%" in today  # 50 of 4,400
    for words in (
        "Rất hài lòng 3.150 71,6%",
        "Hài lòng 1.200 27,3%",
        "Chưa hài lòng 50 1,1%",
        "Số lượt (N) 4.400",
    ):
        assert words in today


def test_period_shows_shares_interval_and_n(full: Town, signed_in: Visitor) -> None:
    cards = signed_in.page.inner_text(".cards")
    assert "1,3%" in cards  # 63 of 4,836
    assert "98,7%" in cards
    assert "KTC 95%: 1,0 – 1,7%" in cards
    assert "4.836" in cards


def test_offices_are_ordered_and_the_small_one_says_why_it_is_not(full: Town, signed_in: Visitor) -> None:
    rows = signed_in.page.locator("table.offices tbody tr")
    assert rows.locator("th").all_inner_texts() == [
        "Phường Tân Hòa",
        "Phường Phú Lợi",
        "Phường An Bình",
        LONG,
    ]
    assert "N < 30, không xếp" in rows.nth(3).inner_text()
    assert "10,0%" in rows.nth(0).inner_text()


def test_titles_say_the_finding(full: Town, signed_in: Visitor) -> None:
    title = signed_in.page.inner_text("#offices-title")
    assert title == "Phường Tân Hòa có tỷ lệ chưa hài lòng cao hơn rõ các đơn vị khác: 10,0%"


def test_bars_are_as_wide_as_the_shares(full: Town, signed_in: Visitor) -> None:
    bar = signed_in.page.locator("table.offices tbody tr").first.locator("svg.bar")
    whole = bar.evaluate("bar => bar.getBoundingClientRect().width")
    parts = bar.evaluate("bar => [...bar.children].map(part => part.getBBox().width)")
    assert [round(part / whole, 2) for part in parts] == [0.65, 0.25, 0.10]


def test_english_page_writes_english_numbers(
    full: Town, visitor: Visitor, make_user: Callable[..., User]
) -> None:
    visitor.speak("en")
    visitor.enter(make_user())
    text = visitor.page.inner_text("main")
    assert visitor.page.inner_text("h1") == "Overview"
    assert "4,836" in text
    assert "1.3%" in text
    assert "Chưa" not in text


def test_nothing_is_asked_of_another_server(full: Town, signed_in: Visitor) -> None:
    assert len(signed_in.requests) > 8
    assert [url for url in signed_in.requests if not url.startswith(signed_in.address + "/")] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_browser_has_no_complaint(
    full: Town, visitor: Visitor, make_user: Callable[..., User], language: str
) -> None:
    visitor.speak(language)
    visitor.enter(make_user())
    visitor.page.wait_for_selector(".chart canvas")
    # The tooltip of the last day: where a chart usually breaks the policy.
    width = visitor.page.locator(".chart").bounding_box()["width"]  # type: ignore[index]
    # Twice, for a chart that is still being drawn hears nothing.
    for left in (60, 40):
        visitor.page.hover(".chart", position={"x": width - left, "y": 120})
    assert "N = 4" in visitor.page.inner_text(".tip")
    assert visitor.complaints == []


def test_chart_is_drawn_with_a_vietnamese_locale(full: Town, signed_in: Visitor) -> None:
    signed_in.page.wait_for_selector(".chart canvas")
    assert any(url.endswith("/langVI.js") for url in signed_in.requests)
    assert signed_in.page.locator(".chart canvas").bounding_box()["height"] > 200  # type: ignore[index]


def test_every_page_and_file_carries_the_policy(client: Client) -> None:
    for path in ("/", "/sign-in/", "/static/web/hq.css", "/no-such-page"):
        assert client.get(path).headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_inline_script_would_not_run(signed_in: Visitor) -> None:
    signed_in.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; "
        "document.head.append(s); }"
    )
    assert signed_in.page.evaluate("window.ran") is None


def test_empty_headquarters_says_so_plainly(signed_in: Visitor) -> None:
    text = signed_in.page.inner_text("main")
    for words in (
        "Hôm nay chưa có lượt đánh giá nào.",
        "Chưa có lượt đánh giá nào trong khoảng này.",
        "Chưa có máy tính bảng nào được đăng ký.",
        "Chưa có đơn vị nào có máy đánh giá.",
    ):
        assert words in text
    assert "%" not in text
    assert signed_in.complaints == []


def test_page_says_it_is_not_sipas(signed_in: Visitor) -> None:
    assert "Chỉ số của máy đánh giá, không phải SIPAS." in signed_in.page.inner_text(".rail")


@pytest.mark.parametrize("width", [390, 768, 1280, 1440])
def test_nothing_scrolls_sideways(full: Town, signed_in: Visitor, width: int) -> None:
    signed_in.page.set_viewport_size({"width": width, "height": 844})
    signed_in.page.wait_for_timeout(150)
    assert signed_in.page.evaluate("document.documentElement.scrollWidth") == width


def test_an_office_with_a_long_name_fits_a_phone(full: Town, signed_in: Visitor) -> None:
    signed_in.page.set_viewport_size({"width": 390, "height": 844})
    signed_in.go(f"/figures/offices/{Office.objects.get(name=LONG).pk}/")
    assert signed_in.page.evaluate("document.documentElement.scrollWidth") == 390


def test_period_of_the_address_is_counted(full: Town, signed_in: Visitor) -> None:
    day = timezone.localdate().isoformat()
    signed_in.go(f"/?from={day}&to={day}")
    assert "4.400" in signed_in.page.inner_text(".cards")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("from=2026-11-20&to=2026-11-01", "Ngày đầu không được sau ngày cuối."),
        ("from=2020-01-01&to=2026-11-01", "Vui lòng chọn không quá một năm."),
        ("from=hôm-qua&to=2026-11-01", "Từ ngày: Hãy nhập một ngày hợp lệ."),
        ("from=2026-11-01", "Đến ngày: Chưa nhập mục này."),
    ],
)
def test_period_that_cannot_be_is_refused_with_its_reason(
    signed_in: Visitor, query: str, reason: str
) -> None:
    signed_in.go(f"/?{query}")
    alert = signed_in.page.inner_text("[role=alert]")
    assert reason in alert
    assert "Đang hiển thị 30 ngày gần nhất." in alert


def test_today_renews_itself_and_leaves_the_focus_alone(full: Town, signed_in: Visitor, town: Town) -> None:
    signed_in.page.focus(".dates summary")
    town.office_with("Phường mới", (0, 0, 600))
    # The page asks every 30 s; the test pulls the same trigger by hand.
    signed_in.page.evaluate("htmx.ajax('GET', '/today/', {target: 'section[hx-get]', swap: 'innerHTML'})")
    signed_in.page.wait_for_function("document.querySelector('section[hx-get]').innerText.includes('5.000')")
    assert signed_in.page.evaluate("document.activeElement.matches('.dates summary')")
    assert signed_in.page.get_attribute("section[hx-get]", "hx-trigger") == "every 30s"


def test_today_after_the_session_ended_reloads_instead_of_nesting_the_door(signed_in: Visitor) -> None:
    signed_in.page.context.clear_cookies()
    answer = signed_in.page.request.get(signed_in.address + "/today/")
    assert (answer.status, answer.headers["hx-refresh"]) == (204, "true")


def test_tables_are_there_without_javascript(
    full: Town, visitor: Visitor, make_user: Callable[..., User]
) -> None:
    user = make_user()
    context = visitor.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    bare = Visitor(context.new_page(), visitor.address)
    bare.enter(user)
    bare.page.click("details.numbers summary")
    assert bare.page.locator("table.days tbody tr").count() > 20
    assert bare.page.locator("table.offices tbody tr").count() == 4
    context.close()


def test_person_of_an_office_sees_its_subtree_only(
    town: Town, visitor: Visitor, make_user: Callable[..., User]
) -> None:
    mine = town.office_with("Phường của tôi", (1, 2, 3))
    town.office_with("Phường khác", (100, 200, 300))
    visitor.enter(make_user(office=mine))
    text = visitor.page.inner_text("main")
    assert "Phường của tôi" in text
    assert "Phường khác" not in text
    assert "600" not in text


@pytest.mark.parametrize(("own", "beside"), [(None, True), ("Phường An Bình", False)], ids=["four", "one"])
def test_tablets_stand_beside_a_table_of_offices_and_below_one_of_few(
    full: Town, visitor: Visitor, make_user: Callable[..., User], own: str | None, beside: bool
) -> None:
    visitor.enter(make_user(office=Office.objects.get(name=own) if own else None))
    assert visitor.page.locator(".bottom #tablets-title").count() == int(beside)
    assert visitor.page.locator("#tablets-title").count() == 1
