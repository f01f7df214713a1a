"""Where one is signed in, and how that ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from headquarters.accounts import sessions
from headquarters.accounts.models import SignedIn, User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from tests.headquarters.accounts.conftest import PASSWORD, enter, sign_in

pytestmark = pytest.mark.screen_only

Make = Callable[..., User]
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)
NEW = {"password": "sông Sài Gòn chảy", "again": "sông Sài Gòn chảy"}


def test_own_sessions_are_listed_with_device_and_address(make: Make) -> None:
    user = make("ha")
    desk, phone = enter(user), enter(user)
    phone.get("/me/", headers={"User-Agent": PHONE}, REMOTE_ADDR="192.0.2.9")
    SignedIn.objects.exclude(session_key=phone.session.session_key).update(device="Firefox, Windows")
    SignedIn.objects.filter(session_key=phone.session.session_key).update(device=sessions.device(PHONE))
    page = desk.get("/me/").content.decode()
    assert "Chrome, Android" in page
    assert page.count("tại đây") == 1
    stranger = make("binh")
    assert "Chrome, Android" not in enter(stranger).get("/me/").content.decode()


def test_one_session_is_ended_and_only_an_own_one(make: Make) -> None:
    user, stranger = make("ha"), make("binh")
    here, there, foreign = enter(user), enter(user), enter(stranger)
    place = {"action": "end", "place": str(SignedIn.objects.get(session_key=there.session.session_key).pk)}
    foreign.post("/me/", place)
    assert there.get("/me/").status_code == 200, "not by somebody else"
    here.post("/me/", place)
    assert (here.get("/me/").status_code, there.get("/me/").status_code) == (200, 302)
    assert Entry.objects.get(action="door.session_ended").who == "ha"


@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, ""])
def test_nonsense_for_a_session_ends_nothing(make: Make, place: str) -> None:
    browser = enter(make("ha"))
    assert browser.post("/me/", {"action": "end", "place": place}).status_code == 302
    assert browser.get("/me/").status_code == 200


def test_signed_out_everywhere(make: Make) -> None:
    user = make("ha")
    here, there = enter(user), enter(user)
    assert here.post("/me/", {"action": "end-all"}).headers["Location"] == "/sign-in/"
    assert (here.get("/me/").status_code, there.get("/me/").status_code) == (302, 302)


def test_another_password_ends_the_other_sessions_and_keeps_this_one(make: Make) -> None:
    user = make("ha")
    here, there = enter(user), enter(user)
    assert here.post("/me/", {"action": "password", "present": "sai", **NEW}).status_code == 400
    assert here.post("/me/", {"action": "password", "present": PASSWORD, **NEW}).status_code == 302
    assert (here.get("/me/").status_code, there.get("/me/").status_code) == (200, 302)
    assert list(sessions.of(user).values_list("session_key", flat=True)) == [here.session.session_key]
    assert (sign_in("ha")[1], sign_in("ha", NEW["password"])[1]) == ("", "/")
    assert Entry.objects.get(action="account.password").target == "ha"


def test_last_seen_moves_on_but_not_with_every_request(make: Make) -> None:
    browser = enter(make("ha"))
    before = timezone.now() - dt.timedelta(hours=1)
    SignedIn.objects.update(last_seen=before)
    browser.get("/me/")
    assert SignedIn.objects.get().last_seen == before, "noted less than five minutes ago"
    session = browser.session
    session["seen_at"] -= 301
    session.save()
    browser.get("/me/")
    assert SignedIn.objects.get().last_seen > before


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (PHONE, "Chrome, Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17 Safari/604",
            "Safari, iPhone",
        ),
        ("curl/8.1 <b>\x00", "curl/8.1 <b>"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, said: str) -> None:
    assert sessions.device(agent) == said


def test_every_role_has_an_own_page(make: Make) -> None:
    for role in Role:
        assert enter(make(role.value, role)).get("/me/").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whoever_is_signed_in_hears_that_the_database_is_away(
    make: Make, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    signed_in = enter(make("ha"))

    def away(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection, "cursor", away)
        answer = signed_in.get(path)
    assert (answer.status_code, answer.json()["ok"]) == (503, False)
