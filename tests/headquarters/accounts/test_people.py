"""Who may do what to whose account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from headquarters.accounts import people
from headquarters.accounts.models import User
from headquarters.accounts.roles import RIGHTS, Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Office
from tests.headquarters.accounts.conftest import PASSWORD, Land, enter, give_phone, sign_in

pytestmark = pytest.mark.screen_only

Make = Callable[..., User]


def post(actor: User, target: User, action: str, **more: Any) -> int:
    return enter(actor).post(f"/accounts/{target.pk}/", {"action": action, **more}).status_code


def place(role: Role, office: Office | None) -> dict[str, str]:
    return {"role": str(role), "office": str(office.pk) if office else "*"}


def test_an_administrator_sees_accounts_of_their_own_offices_only(land: Land, make: Make) -> None:
    admin = make("admin", Role.OFFICE_ADMIN, land.ward)
    for office in (*land, None):
        make(f"người-{office.code if office else 'chung'}", Role.LEADER, office)
    page = enter(admin).get("/accounts/").content.decode()
    assert [f"người-{code}" in page for code in ("26740", "26741", "68", "92", "chung")] == [
        True, False, False, False, False,
    ]  # fmt: skip


def test_an_account_outside_the_subtree_is_not_there_at_all(land: Land, make: Make) -> None:
    admin = make("admin", Role.OFFICE_ADMIN, land.ward)
    for office in (land.sister, land.province, land.foreign, None):
        target = make(f"x{office.pk if office else 0}", Role.LEADER, office)
        assert enter(admin).get(f"/accounts/{target.pk}/").status_code == 404
        for action in ("off", "on", "link", "second", "unlock", "sessions"):
            assert post(admin, target, action) == 404
        assert post(admin, target, "place", **place(Role.LEADER, land.ward)) == 404
        target.refresh_from_db()
        assert (target.is_active, target.office) == (True, office)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR, Role.CASE_HANDLER])
def test_a_higher_role_is_neither_given_nor_touched(land: Land, make: Make, role: Role) -> None:
    admin, high = make("admin", Role.OFFICE_ADMIN, land.ward), make("cao", role, land.ward)
    low = make("thap", Role.DESK_STAFF, land.ward)
    assert post(admin, high, "off") == 403
    assert post(admin, high, "link") == 403
    assert post(admin, low, "place", **place(role, land.ward)) == 400
    invited = enter(admin).post(
        "/accounts/invite/", {"username": "m", "display_name": "M", **place(role, land.ward)}
    )
    assert invited.status_code == 400
    low.refresh_from_db()
    high.refresh_from_db()
    assert (low.role, high.is_active, User.objects.filter(username="m").exists()) == (
        Role.DESK_STAFF,
        True,
        False,
    )


def test_no_role_is_given_that_holds_more_unless_by_a_system_administrator() -> None:
    for role in Role:
        for given in people.roles_to_give(User(role=role)):
            assert role is Role.SYSTEM_ADMIN or RIGHTS[given] <= RIGHTS[role]


def test_the_deed_itself_refuses_what_the_form_would_have_caught(
    land: Land, make: Make, rf: RequestFactory
) -> None:
    request, low = rf.post("/"), make("thap", Role.DESK_STAFF, land.ward)
    request.user = make("admin", Role.OFFICE_ADMIN, land.ward)
    for role, office in ((Role.SYSTEM_ADMIN, land.ward), (Role.LEADER, land.sister), (Role.LEADER, None)):
        with pytest.raises(people.Refused):
            people.change(request, low.pk, role, office)
        with pytest.raises(people.Refused):
            people.invite(request, User(username="m", role=role, office=office))


@pytest.mark.parametrize("where", ["province", "sister", "foreign", "everywhere"])
def test_an_office_outside_the_own_is_not_given(land: Land, make: Make, where: str) -> None:
    admin, low = make("admin", Role.OFFICE_ADMIN, land.ward), make("thap", Role.DESK_STAFF, land.ward)
    office = None if where == "everywhere" else getattr(land, where)
    assert post(admin, low, "place", **place(Role.LEADER, office)) == 400
    form = {"username": "m", "display_name": "M", **place(Role.LEADER, office)}
    assert enter(admin).post("/accounts/invite/", form).status_code == 400
    low.refresh_from_db()
    assert (low.office, low.role) == (land.ward, Role.DESK_STAFF)


def test_nobody_touches_their_own_account(land: Land, make: Make) -> None:
    admin = make("admin", Role.SYSTEM_ADMIN)
    make("other", Role.SYSTEM_ADMIN)
    for action in ("off", "second", "link"):
        assert post(admin, admin, action) == 403
    assert post(admin, admin, "place", **place(Role.LEADER, land.ward)) == 403
    admin.refresh_from_db()
    assert (admin.is_active, admin.role) == (True, Role.SYSTEM_ADMIN)


def test_the_last_system_administrator_of_all_offices_stays(
    land: Land, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, other = make("last", Role.SYSTEM_ADMIN), make("other", Role.SYSTEM_ADMIN)
    make("of-province", Role.SYSTEM_ADMIN, land.province)
    assert post(last, other, "off") == 302
    # Two at the same moment: the second one's session was still there when the first one's deed ended it.
    monkeypatch.setattr(people, "may_touch", lambda _actor, _target: True)
    for action, more in (
        ("off", {}),
        ("place", place(Role.LEADER, None)),
        ("place", place(Role.SYSTEM_ADMIN, land.ward)),
    ):
        answer = enter(last).post(f"/accounts/{last.pk}/", {"action": action, **more})
        assert answer.status_code == 403
        assert "cuối cùng" in answer.content.decode()
    last.refresh_from_db()
    assert (last.is_active, last.role, last.office) == (True, Role.SYSTEM_ADMIN, None)


def test_another_role_ends_the_sessions_and_is_kept_in_the_log(land: Land, make: Make) -> None:
    admin, low = make("admin", Role.SYSTEM_ADMIN), make("thap", Role.DESK_STAFF, land.ward)
    browser = enter(low)
    assert browser.get("/me/").status_code == 200
    assert post(admin, low, "place", **place(Role.CASE_HANDLER, land.sister)) == 302
    assert browser.get("/me/").status_code == 302, "signed out"
    low.refresh_from_db()
    assert (low.role, low.office) == (Role.CASE_HANDLER, land.sister)
    kept = Entry.objects.get(action="account.changed")
    assert (kept.who, kept.target, kept.office) == ("admin", "thap", land.sister)
    assert kept.detail == "desk_staff @ Phường A → case_handler @ Phường B"


def test_a_switched_off_account_is_out_at_once_and_comes_back(land: Land, make: Make) -> None:
    admin, low = make("admin", Role.SYSTEM_ADMIN), make("thap", Role.DESK_STAFF, land.ward)
    browser = enter(low)
    assert post(admin, low, "off") == 302
    assert browser.get("/me/").status_code == 302
    assert sign_in("thap")[1] == ""
    assert post(admin, low, "link") == 403, "no link into an account that is off"
    assert post(admin, low, "on") == 302
    assert sign_in("thap")[1] == "/"
    actions = list(
        Entry.objects.filter(target="thap", action__startswith="account.").values_list("action", flat=True)
    )
    assert sorted(actions) == ["account.deactivated", "account.reactivated"]


def test_a_lock_is_shown_with_its_end_and_taken_off(land: Land, make: Make) -> None:
    admin, low = make("admin", Role.OFFICE_ADMIN, land.ward), make("thap", Role.DESK_STAFF, land.ward)
    for _attempt in range(5):
        sign_in("thap", "sai")
    assert sign_in("thap")[1] == "", "locked"
    assert "Tạm khóa với địa chỉ 127.0.0.1 đến" in enter(admin).get(f"/accounts/{low.pk}/").content.decode()
    assert post(admin, low, "unlock") == 302
    assert sign_in("thap")[1] == "/"
    assert Entry.objects.get(action="door.unlocked").who == "admin"


def test_a_lost_phone_is_reset_by_an_administrator(land: Land, make: Make, second_step: None) -> None:
    admin, low = make("admin", Role.SYSTEM_ADMIN), make("thap", Role.OFFICE_ADMIN, land.ward)
    give_phone(low)
    browser = enter(low)
    assert post(admin, low, "second") == 302
    assert browser.get("/me/").status_code == 302, "signed out"
    assert sign_in("thap")[1] == "/sign-in/second-step/"


@pytest.mark.parametrize("office", ["9" * 5000, "-1", "x", "", "١", "\x00"])
def test_nonsense_for_an_office_is_answered_in_words(land: Land, make: Make, office: str) -> None:
    admin, low = make("admin", Role.OFFICE_ADMIN, land.ward), make("thap", Role.DESK_STAFF, land.ward)
    assert post(admin, low, "place", role="leader", office=office) == 400
    assert post(admin, low, "fly") == 400


def test_a_name_and_an_address_are_changed_by_whoever_may_touch_the_account(land: Land, make: Make) -> None:
    admin = make("admin", Role.OFFICE_ADMIN, land.ward)
    low, high = make("thap", Role.DESK_STAFF, land.ward), make("cao", Role.AUDITOR, land.ward)
    told = {"display_name": "Lê Thị Bình, Chánh Văn phòng", "email": "binh@example.vn"}
    assert post(admin, low, "name", **told) == 302
    assert post(admin, high, "name", **told) == 403
    assert post(admin, admin, "name", **told) == 403
    page = enter(admin).post(f"/accounts/{low.pk}/", {"action": "name", "display_name": "", "email": "binh@"})
    assert page.status_code == 400
    assert page.content.decode().count('class="wrong-words"') == 2
    low.refresh_from_db()
    high.refresh_from_db()
    assert (low.display_name, low.email) == tuple(told.values())
    assert high.email == ""
    assert Entry.objects.get(action="account.renamed").target == "thap"


def test_ones_own_address_needs_the_present_password(make: Make) -> None:
    user = make("binh", Role.LEADER)
    web = enter(user)
    wrong = web.post("/me/", {"action": "email", "email": "b@example.vn", "present": "sai"})
    assert wrong.status_code == 400
    assert 'value="b@example.vn"' in wrong.content.decode(), "what was typed stays"
    user.refresh_from_db()
    assert user.email == ""
    kept = web.post("/me/", {"action": "email", "email": "b@example.vn", "present": PASSWORD}, follow=True)
    assert "Đã lưu địa chỉ" in kept.content.decode()
    user.refresh_from_db()
    assert user.email == "b@example.vn"
    assert Entry.objects.get(action="account.renamed").target == "binh"
