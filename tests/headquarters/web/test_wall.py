"""The hall's screen: figures for everybody's eyes and nothing else, renewing itself."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.ratings.models import Aspect, Comment
from headquarters.web import wall
from tests.headquarters.web.conftest import Town

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]


@pytest.fixture
def hall(client: Client, town: Town, make_user: Callable[..., User]) -> Client:
    office = town.office("Phường Tân Hòa")
    tablet = town.tablet(office)
    town.rated(tablet, (40, 100, 260))
    town.rated(tablet, (10, 100, 290), days_ago=3)
    town.cell(tablet, Aspect.CHOICE, "nghe-dan-noi", (25, 25, 50))
    Comment.objects.create(
        tablet_id=tablet.pk, event_id=tablet.pk, visit_id="1", day=town.today, wall_ms=0, level=1,
        office_id=office.pk, topic="gop-y", text="Chờ lâu quá", folded="cho lau qua",
    )  # fmt: skip
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_wall_shows_the_figures_and_renews_itself_with_its_filters(hall: Client) -> None:
    text = hall.get("/wall/?period=7d").content.decode()
    for figure in ("6,2%", "93,8%", "800", "Biết nghe dân nói", "75,0%"):
        assert figure in text
    assert 'hx-get="/wall/board/?period=7d"' in text
    assert "6,2%" in hall.get("/wall/board/?period=7d").content.decode()


def test_wall_names_nobody_and_quotes_nobody(hall: Client) -> None:
    text = hall.get("/wall/").content.decode()
    assert "Nguyễn Thị Hà" not in text
    assert "Chờ lâu" not in text


def test_wall_of_an_ended_session_goes_to_the_door(client: Client) -> None:
    answer = client.get("/wall/board/")
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert client.get("/wall/").headers["Location"].startswith("/sign-in/")


def test_wall_without_ratings_says_so(client: Client, make_user: Callable[..., User]) -> None:
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert "Chưa có lượt đánh giá nào trong khoảng này." in client.get("/wall/").content.decode()


def test_wall_of_one_day_says_why_it_draws_no_line(
    client: Client, town: Town, make_user: Callable[..., User]
) -> None:
    town.rated(town.tablet(town.office("Phường Tân Hòa")), (40, 100, 260))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/wall/").content.decode()
    assert ("<polyline" in text, "Cần ít nhất hai ngày" in text) == (False, True)


def test_wall_turns_through_offices_with_enough_ratings_and_keeps_its_filters(
    client: Client, town: Town, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, levels in (("Phường B", (10, 20, 30)), ("Phường A", (0, 20, 30)), ("Phường C", (0, 1, 2))):
        town.rated(town.tablet(town.office(name)), levels)
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    now, seen = timezone.now(), []
    for minute in range(4):
        monkeypatch.setattr(wall.timezone, "now", lambda minute=minute: now + dt.timedelta(minutes=minute))
        context = client.get("/wall/?period=7d&turn=1").context
        assert context["board_query"] == "?period=7d&turn=1"
        seen.append(context["place"])
    first = seen.index("")
    assert [seen[(first + k) % 3] for k in range(3)] == ["", "Phường A", "Phường B"], "too few for C"
    assert seen[3] == seen[0]
    still = client.get("/wall/?period=7d").context
    assert (still["place"], still["other_way"]) == ("", "?period=7d&turn=1")


def test_wall_of_one_office_has_nothing_to_turn_through(hall: Client) -> None:
    context = hall.get("/wall/?turn=1").context
    assert (context["turns"], context["place"]) == (1, "")
