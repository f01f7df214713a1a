"""The alerts' pages: whose alerts one sees, what one may do, the rules and their preview."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.alerts import pages, ringing
from headquarters.alerts.models import Alert, Chore, Kind, Message, Rule, Webhook, Wish
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Office
from tests.headquarters.alerts.conftest import MINUTE, Bell, someone
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet, now_ms

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]


def signed_in(user: User) -> Browser:
    web = Browser()
    web.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return web


@pytest.fixture
def town() -> dict[str, Office]:
    top = Office.objects.create(code="99", name="Tỉnh Mẫu")
    return {
        "top": top,
        "a": Office.objects.create(code="99001", name="Phường A", parent=top),
        "b": Office.objects.create(code="99002", name="Phường B", parent=top),
    }


@pytest.fixture
def alert(town: dict[str, Office]) -> Alert:
    desk = Desk.objects.create(office=town["a"], name="Quầy 1")
    facts = {"n": 6, "window_min": 60}
    cause = ringing.Cause(Kind.LOW_COUNT, f"desk:{desk.pk}", None, town["a"].pk, desk.pk, facts=facts)
    return ringing.ring(cause, timezone.now())


@pytest.fixture
def admin(town: dict[str, Office]) -> User:
    return someone("admin-a", office=town["a"])


@pytest.fixture
def web(admin: User) -> Browser:
    return signed_in(admin)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:400]
    return str(answer.content.decode())


def test_an_alert_is_acknowledged_noted_and_closed_with_times_and_names(
    web: Browser, admin: User, alert: Alert
) -> None:
    assert "6 lượt chưa hài lòng trong 1 giờ" in text_of(web.get("/alerts/"))
    said = {"acknowledge": "tôi xem ngay", "comment": "đã gọi quầy", "close": "thêm người trực"}
    for action, text in said.items():
        assert web.post(f"/alerts/{alert.pk}/", {"action": action, "text": text}).status_code == 302
    page = text_of(web.get(f"/alerts/{alert.pk}/"))
    assert "tôi xem ngay" in page, "what stands in the note goes along with every button beside it"
    assert "đã gọi quầy" in page
    assert "thêm người trực" in page
    steps = list(alert.steps.values_list("what", "by"))
    assert steps == [
        ("opened", None),
        *((what, admin.pk) for what in ("acknowledged", "commented", "closed")),
    ]
    assert "6 lượt" not in text_of(web.get("/alerts/"))
    assert "6 lượt" in text_of(web.get("/alerts/", {"state": "closed"}))
    late = web.post(f"/alerts/{alert.pk}/", {"action": "close"})
    assert "Đã có người xử lý trước" in text_of(late, 409)


def test_words_are_not_lost_when_somebody_else_was_faster(web: Browser, alert: Alert) -> None:
    for status in (302, 409):
        body = {"action": "acknowledge", "text": "tôi gọi quầy"}
        page = web.post(f"/alerts/{alert.pk}/", body)
        assert page.status_code == status
    assert ">tôi gọi quầy</textarea>" in text_of(page, 409)


def test_an_empty_note_is_asked_for(web: Browser, alert: Alert) -> None:
    assert "Xin viết nội dung ghi chú" in text_of(
        web.post(f"/alerts/{alert.pk}/", {"action": "comment"}), 409
    )


def test_a_sister_office_sees_nothing_and_the_office_above_everything(
    town: dict[str, Office], alert: Alert
) -> None:
    sister = signed_in(someone("b", office=town["b"]))
    assert sister.get(f"/alerts/{alert.pk}/").status_code == 404
    assert sister.post(f"/alerts/{alert.pk}/", {"action": "close"}).status_code == 404
    assert "Phường A" not in text_of(sister.get("/alerts/", {"office": str(town["a"].pk)}))
    above = signed_in(someone("top", Role.LEADER, office=town["top"]))
    assert "Phường A · Quầy 1" in text_of(above.get("/alerts/"))
    assert pages.open_count(User.objects.get(username="b")) == 0
    assert pages.open_count(User.objects.get(username="top")) == 1


@pytest.mark.parametrize("role", [Role.DESK_STAFF, Role.AUDITOR])
def test_others_are_not_let_in(role: Role, alert: Alert) -> None:
    web = signed_in(someone("x", role))
    for path in (
        "/alerts/",
        f"/alerts/{alert.pk}/",
        "/alerts/rules/",
        "/alerts/telling/",
        "/alerts/sending/",
    ):
        assert web.get(path).status_code == 403, path


def test_the_open_ones_are_counted_beside_their_page(web: Browser, alert: Alert) -> None:
    assert '<span class="nav-badge">1' in text_of(web.get("/alerts/telling/"))


def test_an_office_makes_its_own_rule_and_takes_it_back(
    web: Browser, admin: User, town: dict[str, Office]
) -> None:
    address = f"/alerts/rules/low_count/?office={town['a'].pk}"
    wrong = web.post(address, {"action": "save", "threshold": "0", "window_min": "60", "enabled": "on"})
    assert "Từ 1 đến" in text_of(wrong, 400)
    good = {"action": "save", "threshold": "3", "window_min": "30", "enabled": "on"}
    assert web.post(address, good).status_code == 302
    rule = Rule.objects.get(office=town["a"])
    assert (rule.threshold, rule.window_min, rule.enabled, rule.author) == (3, 30, True, admin)
    assert "3 lượt trong 30 phút" in text_of(web.get("/alerts/rules/"))
    assert web.post(address, {"action": "remove"}).status_code == 302
    assert not Rule.objects.filter(office=town["a"]).exists()
    kept = Entry.objects.filter(action__startswith="alert_rule").order_by("pk")
    assert [entry.action for entry in kept] == ["alert_rule.saved", "alert_rule.removed"]


def test_rules_of_others_cannot_be_touched(web: Browser, town: dict[str, Office]) -> None:
    for query in (f"?office={town['b'].pk}", "?office=999999", "", "?office=1%27"):
        assert web.post(f"/alerts/rules/low_count/{query}", {"action": "save"}).status_code == 404, query
    assert web.get(f"/alerts/rules/nonsense/?office={town['a'].pk}").status_code == 404


def test_days_on_the_page_are_minutes_in_the_rule(web: Browser, town: dict[str, Office]) -> None:
    values = {"action": "save", "threshold": "20", "window_min": "7", "minimum_n": "30", "enabled": "on"}
    assert web.post(f"/alerts/rules/index/?office={town['a'].pk}", values).status_code == 302
    assert Rule.objects.get(office=town["a"]).window_min == 7 * 1440
    hours = {"action": "save", "threshold": "20", "hours": "mỗi ngày", "enabled": "on"}
    assert "Xin ghi theo mẫu" in text_of(web.post(f"/alerts/rules/silent/?office={town['a'].pk}", hours), 400)


def test_the_preview_counts_what_would_have_rung(office: Office26740, tablet: FakeTablet, bell: Bell) -> None:
    ago = (5 * 1440, 5 * 1440 + 10, 5 * 1440 + 20, 100, 90, 80, 70)
    office.push(tablet, [tablet.rating(1, wall_ms=now_ms() - minutes * MINUTE) for minutes in ago])
    assert bell.tablet.desk
    user = someone(office=bell.tablet.desk.office)
    values = {"action": "preview", "threshold": "3", "window_min": "60", "enabled": "on"}
    address = f"/alerts/rules/low_count/?office={user.office_id}"
    assert "trong 30 ngày qua đã có 2 lần báo" in text_of(signed_in(user).post(address, values))
    assert not Rule.objects.exists()


def test_a_person_says_how_to_be_told(web: Browser, admin: User) -> None:
    half = web.post("/alerts/telling/", {"digest": "day", "quiet_from": "18:00"})
    assert "cả lúc bắt đầu" in text_of(half, 400)
    values = {"at_once": "on", "digest": "week", "quiet_from": "18:00", "quiet_to": "07:00"}
    assert web.post("/alerts/telling/", values).status_code == 302
    wish = Wish.objects.get(person=admin)
    assert (wish.at_once, wish.digest, wish.quiet_from and wish.quiet_from.hour) == (True, "week", 18)


def test_a_system_administrator_adds_and_switches_off_a_webhook() -> None:
    web = signed_in(someone("sys", Role.SYSTEM_ADMIN))
    for bad in ("http://example.com/x", "ftp://example.com", "https://u:p@example.com/", "javascript:1"):
        answer = web.post("/alerts/sending/", {"name": "Zalo", "url": bad, "office": ""})
        assert "https://" in text_of(answer, 400), bad
    assert web.post("/alerts/sending/", {"name": "LGSP", "url": "https://lgsp.example/x"}).status_code == 302
    hook = Webhook.objects.get()
    assert "LGSP" in text_of(web.get("/alerts/sending/"))
    assert web.post(f"/alerts/webhooks/{hook.pk}/off/").status_code == 302
    assert not Webhook.objects.get().enabled


def test_a_message_that_failed_is_seen_and_can_be_tried_again(alert: Alert) -> None:
    web = signed_in(someone("sys", Role.SYSTEM_ADMIN))
    message = Message.objects.create(
        way="webhook", key="k", subject="LGSP", body="{}", made_at=timezone.now(), tries=3, error="status 500"
    )
    assert "status 500" in text_of(web.get("/alerts/sending/"))
    assert web.post(f"/alerts/sending/{message.pk}/again/").status_code == 302
    message.refresh_from_db()
    assert message.next_at is not None


def test_the_card_shows_the_newest_open_ones(admin: User, alert: Alert) -> None:
    card = pages.card(admin)
    assert [line["place"] for line in card["alert_lines"]] == ["Phường A · Quầy 1"]
    assert (card["alerts_open"], card["may_handle_alerts"]) == (1, True)


def test_old_filters_do_not_break_the_page(web: Browser) -> None:
    odd = {"state": "x", "kind": "'", "office": "²", "page": "99999"}
    assert "Không có cảnh báo" in text_of(web.get("/alerts/", odd))
    assert Chore.objects.count() == 0


def test_the_overview_shows_what_rings_and_lets_it_be_taken(web: Browser, admin: User, alert: Alert) -> None:
    page = text_of(web.get("/"))
    assert "6 lượt chưa hài lòng trong 1 giờ" in page
    assert f'action="/alerts/{alert.pk}/"' in page
    staff = signed_in(someone("desk", Role.DESK_STAFF, office=admin.office))
    seen = text_of(staff.get("/"))
    assert "6 lượt chưa hài lòng trong 1 giờ" in seen
    assert f"/alerts/{alert.pk}/" not in seen
