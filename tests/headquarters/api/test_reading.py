"""What another system reads: its own offices' figures, as the screen has them, and nothing of one person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.api import tokens
from headquarters.api.models import Token
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Office
from headquarters.ratings import transactions
from headquarters.tablets import attempts
from tests.headquarters.cases import made
from tests.headquarters.conftest import Office26740
from tests.headquarters.test_phone import everything_in_the_database
from tests.support import FakeTablet

READ = ("offices", "figures/offices", "figures/days", "figures/promises", "published", "indicators")
MakeUser = Callable[..., User]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(name: str = "ha", **fields: Any) -> User:
        return User.objects.create_user(
            name, display_name="Lê Văn Minh", **{"role": Role.SYSTEM_ADMIN, **fields}
        )

    return make


@pytest.fixture
def client(make_user: MakeUser) -> Client:
    made = Client()
    made.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    return made


def token(client: Client, office: Office | None = None, **changes: Any) -> str:
    """A token as the page shows it, this once."""
    fields = {"name": "LGSP tỉnh", "office": office.pk if office else "", "days": "90", **changes}
    answer = client.post("/api/tokens/", fields)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    assert "no-store" in answer.headers["Cache-Control"]
    return str(answer.content.decode().partition('readonly value="')[2].partition('"')[0])


def read(path: str, plain: str | None, **parameters: Any) -> tuple[int, Any]:
    headers = {} if plain is None else {"Authorization": f"Bearer {plain}"}
    answer = Client().get(f"/api/v1/read/{path}", parameters, headers=headers)
    assert answer.headers["Cache-Control"] == "no-store" or answer.status_code == 404
    if answer.status_code != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()


@pytest.fixture
def rated(office: Office26740, tablet: FakeTablet) -> FakeTablet:
    """Seven ratings here, two at another office."""
    office.push(tablet, [tablet.rating(level) for level in (1, 2, 3, 3, 3, 3, 3)])
    other = FakeTablet()
    elsewhere = Office.objects.create(code="26743", name="UBND phường Phú Lợi")
    office.place(other, desk=Desk.objects.create(office=elsewhere, name="Quầy 1"))
    office.push(other, [other.rating(1), other.rating(1)])
    return tablet


def test_the_figures_are_those_of_the_screen(rated: FakeTablet, client: Client) -> None:
    plain = token(client)
    status, found = read("figures/offices", plain)
    assert status == 200
    rows = {row["office"]: row for row in found["rows"]}
    assert set(rows) == {"26740", "26743"}
    here = rows["26740"]
    assert (here["not_satisfied"], here["satisfied"], here["very_satisfied"], here["n"]) == (1, 1, 5, 7)
    assert (here["not_satisfied_share"], here["satisfied_share"], here["small"]) == (0.1429, 0.8571, True)
    assert here["satisfied_interval"] == [0.4869, 0.9743], "Wilson of 6 of 7, by hand"
    status, found = read("figures/days", plain)
    today = timezone.localdate()
    assert len(found["rows"]) == 30
    assert found["rows"][-1]["day"] == today.isoformat()
    assert found["rows"][-1]["n"] == 9
    assert found["rows"][0]["satisfied_share"] is None
    assert read("figures/days", plain, office="26743")[1]["rows"][-1]["n"] == 2
    assert read("figures/promises", plain)[1]["rows"] == []


def test_participation_is_of_the_days_with_both_and_null_elsewhere(rated: FakeTablet, client: Client) -> None:
    plain, today = token(client), timezone.localdate()
    here = Office.objects.get(code="26740").pk
    transactions.put([(here, today, 20), (here, today - dt.timedelta(days=1), 5)])
    rows = {row["office"]: row for row in read("figures/offices", plain)[1]["rows"]}
    assert rows["26740"]["participation"] == {"rated": 7, "transactions": 25, "share": 0.28}
    assert rows["26743"]["participation"] is None
    transactions.put([(here, today, 0), (here, today - dt.timedelta(days=1), 0)])
    (row,) = read("figures/offices", plain, office="26740")[1]["rows"]
    assert row["participation"] == {"rated": 7, "transactions": 0, "share": None}
    transactions.put([(here, today, 5)])
    (row,) = read("figures/offices", plain, office="26740", **{"from": today.isoformat()})[1]["rows"]
    assert row["participation"]["share"] == 1.4


def test_a_token_sees_its_own_offices_only(rated: FakeTablet, client: Client) -> None:
    plain = token(client, Office.objects.get(code="26743"))
    assert [one["code"] for one in read("offices", plain)[1]["offices"]] == ["26743"]
    assert [row["office"] for row in read("figures/offices", plain)[1]["rows"]] == ["26743"]
    assert read("figures/days", plain)[1]["rows"][-1]["n"] == 2
    outside, unknown = (read("figures/days", plain, office=code) for code in ("26740", "99999"))
    assert outside == unknown, "and is told nothing of the others"
    assert outside[0] == 400


@pytest.mark.parametrize("path", READ)
def test_without_a_good_token_nothing_is_read(rated: FakeTablet, client: Client, path: str) -> None:
    plain = token(client)
    for sent, code in ((None, "no_token"), ("", "no_token"), (plain + "x", "bad_token"), ("ẲẲ", "bad_token")):
        status, found = read(path, sent)
        assert (status, found["code"]) == (401, code)
    assert Client().get(f"/api/v1/read/{path}").headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(f"/api/v1/read/{path}").status_code == 401, "a session is no token"
    basic = Client().get(f"/api/v1/read/{path}", headers={"Authorization": f"Basic {plain}"})
    assert basic.status_code == 401
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(f"/api/v1/read/{path}").status_code == 405
    assert read(path, plain)[0] == 200
    Token.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert read(path, plain)[1]["code"] == "bad_token"


def test_a_revoked_token_opens_nothing_and_both_are_written_down(rated: FakeTablet, client: Client) -> None:
    plain = token(client)
    assert read("offices", plain)[0] == 200
    assert read("offices", plain)[0] == 200
    (made,) = Token.objects.all()
    assert client.post(f"/api/tokens/{made.pk}/revoke").status_code == 302
    assert client.post(f"/api/tokens/{made.pk}/revoke").status_code == 302
    assert read("offices", plain)[1]["code"] == "bad_token"
    actions = list(
        Entry.objects.filter(action__startswith="api.").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["api.token_made", "api.token_used", "api.token_revoked"]


def test_the_token_is_shown_once_and_kept_nowhere(rated: FakeTablet, client: Client) -> None:
    plain = token(client)
    assert plain.startswith(tokens.START)
    assert len(plain) > 40
    read("offices", plain)
    assert plain not in client.get("/api/tokens/").content.decode()
    assert plain[11:] not in everything_in_the_database()


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"from": "2026-13-01"}, "from"),
        ({"from": "hôm qua"}, "from"),
        ({"to": "20261121"}, "to"),
        ({"to": "2026-W47-6"}, "to"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "9999-12-31", "to": "9999-12-31"}, "to"),
        ({"from": "2026-11-22", "to": "2026-11-21"}, "from"),
        ({"from": "2024-01-01", "to": "2026-01-01"}, "400 days"),
        ({"flagged": "yes"}, "flagged"),
        ({"flagged": ["0", "1"]}, "more than once"),
        ({"office": "x' OR 1=1 --"}, "office"),
        ({"office": "26740\x00"}, "office"),
        ({"office": ""}, "office"),
        ({"form": "2026-11-21"}, "known are"),
        ({"from": "1" * 100_000}, "from"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named_and_not_repeated(
    rated: FakeTablet, client: Client, parameters: dict[str, Any], names: str
) -> None:
    status, found = read("figures/days", token(client), **parameters)
    assert (status, found["code"]) == (400, "bad_parameter")
    assert names in found["detail"]
    assert "OR 1=1" not in json.dumps(found)


def test_an_address_below_that_is_none_is_a_problem_too(db: None) -> None:
    for path in ("", "comments", "figures", "offices/", "figures/days/x"):
        answer = Client().get(f"/api/v1/read/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_too_many_wrong_tokens_close_the_door_for_that_address(
    rated: FakeTablet, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts.MOST, "api-wrong", 3)
    plain = token(client)
    assert [read("offices", f"wrong{n}")[0] for n in range(4)] == [401, 401, 401, 429]
    answer = Client().get("/api/v1/read/offices", headers={"Authorization": f"Bearer {plain}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_one_system_may_not_take_all(
    rated: FakeTablet, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts.MOST, "api", 2)
    plain, other = token(client), token(client)
    assert [read("offices", plain)[0] for _ in range(3)] == [200, 200, 429]
    assert read("offices", other)[0] == 200


# -- the page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMIN])
def test_only_system_administrators_make_tokens(make_user: MakeUser, role: Role) -> None:
    client = Client()
    client.force_login(make_user(role=role), backend="django.contrib.auth.backends.ModelBackend")
    for answer in (
        client.get("/api/tokens/"),
        client.post("/api/tokens/"),
        client.post("/api/tokens/1/revoke"),
    ):
        assert answer.status_code == 403
    assert client.get("/api/").status_code == 403


def test_who_sees_one_office_gives_out_no_more(rated: FakeTablet, make_user: MakeUser) -> None:
    own, other = Office.objects.get(code="26743"), Office.objects.get(code="26740")
    client = Client()
    client.force_login(make_user(office=own), backend="django.contrib.auth.backends.ModelBackend")
    for office in ("", other.pk):
        answer = client.post("/api/tokens/", {"name": "x", "office": office, "days": "5"})
        assert answer.status_code == 400
    assert not Token.objects.exists()
    token(client, own)
    whole = Client()
    whole.force_login(make_user("all"), backend="django.contrib.auth.backends.ModelBackend")
    token(whole)
    assert "Tất cả cơ quan" not in client.get("/api/tokens/").content.decode()
    of_all = Token.objects.get(office=None)
    assert client.post(f"/api/tokens/{of_all.pk}/revoke").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "x" * 121}, {"name": "a\x00"}, {"days": "0"}, {"days": "367"}, {"days": "mười"},
     {"days": "9" * 400}, {"office": "0"}, {"office": "ẳ"}],
)  # fmt: skip
def test_a_token_that_cannot_be_made_says_why(client: Client, changes: dict[str, str]) -> None:
    answer = client.post("/api/tokens/", {"name": "LGSP", "office": "", "days": "90", **changes})
    assert (answer.status_code, "wrong-words" in answer.content.decode()) == (400, True)
    assert not Token.objects.exists()


def test_the_reference_names_every_address(client: Client) -> None:
    page = client.get("/api/").content.decode()
    for path in READ:
        assert f"/api/v1/read/{path}" in page
    assert "//cdn" not in page


def test_what_is_published_is_read_by_its_local_day_and_nothing_else(client: Client) -> None:
    office, _ = Office.objects.get_or_create(code="26740", defaults={"name": "Phường A"})
    elsewhere = Office.objects.create(code="92", name="B")
    late = dt.datetime(2026, 11, 20, 16, 59, tzinfo=dt.UTC)  # one minute to midnight of the 20th
    made.published(late, office, said="Hai mươi")
    made.published(late + dt.timedelta(minutes=2), office, said="Hai mốt")
    early = dt.datetime(2026, 11, 19, 17, tzinfo=dt.UTC)  # midnight
    made.published(early, office, said="Đầu ngày hai mươi")
    made.published(late, elsewhere, said="Nơi khác")
    made.published(late, office, said="Đã gỡ", withdrawn_at=timezone.now())
    waiting = made.published(late, office, said="Chưa duyệt")
    type(waiting).objects.filter(pk=waiting.pk).update(published_at=None)
    day = {"from": "2026-11-20", "to": "2026-11-20"}
    _status, found = read("published", token(client, office), **day)
    assert [(row["said"], row["published_on"]) for row in found["rows"]] == [
        ("Hai mươi", "2026-11-20"),
        ("Đầu ngày hai mươi", "2026-11-20"),
    ]
    _status, found = read("published", token(client), **{**day, "to": "2026-11-21"})
    assert {row["said"] for row in found["rows"]} == {
        "Hai mươi", "Hai mốt", "Nơi khác", "Đầu ngày hai mươi"
    }  # fmt: skip
    assert made.TEXT not in str(found)
    assert read("published", token(client), flagged="1")[0] == 400
