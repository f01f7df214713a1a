"""The door, through a real browser: what a person types, hears and sees."""

from collections.abc import Callable

import pytest
from django.test import Client

from headquarters.accounts.models import User
from tests.headquarters.web.conftest import PASSWORD, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


@pytest.mark.parametrize("path", ["/", "/figures/days.csv", "/figures/offices.csv"])
def test_pages_ask_for_sign_in_first(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={path}"


def test_right_password_leads_to_the_overview(visitor: Visitor, make_user: Callable[..., User]) -> None:
    make_user()
    visitor.sign_in()
    visitor.page.wait_for_url(visitor.address + "/")
    assert visitor.page.inner_text("h1") == "Tổng quan"
    assert "Nguyễn Thị Hà" in visitor.page.inner_text(".rail")


def test_wrong_password_is_told_in_plain_vietnamese(visitor: Visitor, make_user: Callable[..., User]) -> None:
    make_user()
    visitor.sign_in(password="sai")
    assert visitor.page.inner_text("[role=alert]") == (
        "Tên đăng nhập hoặc mật khẩu chưa đúng. Vui lòng kiểm tra rồi thử lại."
    )
    assert visitor.page.get_attribute("#id_password", "aria-describedby") == "sign-in-error"
    assert visitor.page.input_value("#id_password") == ""


def test_five_wrong_passwords_lock_the_account_and_say_for_how_long(
    visitor: Visitor, make_user: Callable[..., User]
) -> None:
    make_user()
    for _attempt in range(5):
        visitor.sign_in(password="sai")
    assert visitor.page.inner_text("h1") == "Tạm khóa đăng nhập"
    assert "5 lần" in visitor.page.inner_text("[role=alert]")
    assert "15 phút" in visitor.page.inner_text("[role=alert]")
    visitor.sign_in()
    assert visitor.page.inner_text("h1") == "Tạm khóa đăng nhập"


def test_lock_of_one_account_leaves_the_others_open(visitor: Visitor, make_user: Callable[..., User]) -> None:
    make_user("ha")
    make_user("binh")
    for _attempt in range(5):
        visitor.sign_in("ha", "sai")
    visitor.sign_in("binh")
    visitor.page.wait_for_url(visitor.address + "/")


def test_keyboard_alone_signs_in(visitor: Visitor, make_user: Callable[..., User]) -> None:
    make_user()
    visitor.go("/sign-in/")
    visitor.page.wait_for_function("document.activeElement.id === 'id_username'")
    visitor.page.keyboard.type("ha")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type(PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(visitor.address + "/")


def test_sign_out_wants_a_post_and_ends_the_session(client: Client, make_user: Callable[..., User]) -> None:
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_sign_out_button_leads_back_to_the_door(visitor: Visitor, make_user: Callable[..., User]) -> None:
    make_user()
    visitor.sign_in()
    visitor.page.click("form[action='/sign-out/'] button")
    visitor.page.wait_for_url(visitor.address + "/sign-in/")


def test_sign_in_never_leads_to_another_site(client: Client, make_user: Callable[..., User]) -> None:
    make_user()
    words = {"username": "ha", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", words)["Location"] == "/"


def test_english_browser_still_meets_vietnamese_first(visitor: Visitor) -> None:
    visitor.go("/sign-in/")
    assert visitor.page.get_attribute("html", "lang") == "vi"
    assert visitor.page.inner_text("h1") == "Đăng nhập"


def test_chosen_language_is_remembered_after_the_browser_closes(visitor: Visitor) -> None:
    visitor.go("/sign-in/")
    visitor.page.click("button[value=en]")
    assert visitor.page.inner_text("h1") == "Sign in"
    visitor.go("/sign-in/")
    assert visitor.page.inner_text("h1") == "Sign in"
    (kept,) = [c for c in visitor.page.context.cookies() if c["name"] == "django_language"]
    assert kept["expires"] > 0  # a session cookie has −1


def test_password_managers_find_their_fields(visitor: Visitor) -> None:
    visitor.go("/sign-in/")
    assert visitor.page.get_attribute("#id_username", "autocomplete") == "username"
    assert visitor.page.get_attribute("#id_password", "autocomplete") == "current-password"
    assert visitor.page.get_attribute("#id_password", "type") == "password"
