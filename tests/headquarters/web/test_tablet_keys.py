"""Another key for a tablet, on its page: asked for, taken back, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import RIGHTS, Right, Role
from headquarters.offices.models import Office
from headquarters.tablets import renewal
from headquarters.tablets.models import Deed, Tablet
from sync.renewal import request
from tests.headquarters.web.conftest import Town, Visitor
from tests.headquarters.web.test_tablet_pages import (
    bundle_of,
    phone,
    signed_in,
    staff,
    stick,
    text_of,
    web,
)
from tests.support import FakeTablet

__all__ = ["phone", "staff", "stick", "web"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def renewed(tablet: FakeTablet) -> FakeTablet:
    """The tablet under another key, as headquarters keeps it after a renewal."""
    found = Tablet.objects.get(pk=tablet.tablet_id)
    renewal.ask(found, None)
    new = replace(tablet, seed=b"n" * 32)
    message = request(new.tablet_id, new.signer)
    renewal.renew(tablet.signer.key_id, new.signer.public_key, message)
    return new


@pytest.mark.usefixtures("clean_events")
def test_a_bundle_of_a_former_key_is_explained_in_both_languages(
    stick: FakeTablet, make_user: Callable[..., User], web: Browser
) -> None:
    data = bundle_of(stick, 1)
    renewed(stick)
    for language, words_ in (
        ("vi", "Xin ghi lại gói mới tại máy"),
        ("en", "Write a fresh one at the tablet"),
    ):
        web.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        sent = {"bundle": SimpleUploadedFile("a.kioskb", data)}
        assert words_ in text_of(web.post("/tablets/bundles/", sent), 400)
    foreign = signed_in(make_user("b", role="office_admin", office=Office.objects.create(code="1", name="X")))
    sent = {"bundle": SimpleUploadedFile("a.kioskb", data)}
    assert "chưa được đăng ký ở đây" not in text_of(web.get("/tablets/bundles/"))
    refused = text_of(foreign.post("/tablets/bundles/", sent), 400)
    assert "Xin ghi lại gói mới" not in refused, "whose tablet it is, is none of this account's business"


def test_a_new_key_is_asked_for_on_the_phone_and_taken_back(town: Town, phone: Visitor, staff: User) -> None:
    tablet = town.tablet(town.office("Phường Tân Hòa"), last_seen=timezone.now())
    phone.go(f"/tablets/{tablet.pk}/")
    phone.page.click("text=Đổi khóa của máy")
    shown = phone.page.inner_text("details:has(button[value=renew])")
    assert "máy tự đổi khóa ở lần đồng bộ tới, không mất đánh giá nào" in shown
    phone.page.click("button[value=renew]")
    phone.page.wait_for_selector("button[value=keep_key]")
    assert "Đang chờ máy đổi khóa, từ" in phone.page.inner_text("#renew-title")
    tablet.refresh_from_db()
    assert tablet.renew_asked_at is not None
    phone.page.click("button[value=keep_key]")
    phone.page.wait_for_selector("button[value=renew]", state="attached")
    tablet.refresh_from_db()
    assert tablet.renew_asked_at is None
    deeds = Deed.objects.order_by("pk").values_list("kind", "actor")
    assert list(deeds) == [("key_asked", staff.pk), ("key_withdrawn", staff.pk)]
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.complaints == []


def test_the_list_finds_those_that_have_not_changed_their_key_yet(town: Town, web: Browser) -> None:
    there, now = town.office("Phường Tân Hòa"), timezone.now()
    tablets = [
        town.tablet(there, last_seen=now, **more)
        for more in ({"renew_asked_at": now}, {}, {"renew_asked_at": now, "revoked_at": now})
    ]
    titles = [one.desk.name for one in tablets if one.desk]
    listed = text_of(web.get("/tablets/"))
    assert (listed.count("Máy chưa đổi khóa."), [title in listed for title in titles]) == (1, [True] * 3)
    found = text_of(web.get("/tablets/?state=key"))
    assert [title in found for title in titles] == [True, False, False]


def test_former_keys_and_who_changed_them_stand_on_the_page(stick: FakeTablet, web: Browser) -> None:
    new = renewed(stick)
    path = f"/tablets/{stick.tablet_id}/"
    for language, sentences in (
        ("vi", ("Khóa cũ", "đến ", "Đã đổi khóa", "chính máy này", "Yêu cầu máy đổi khóa")),
        ("en", ("Former keys", "until ", "Key changed", "the tablet itself", "A new key asked for")),
    ):
        web.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        text = text_of(web.get(path))
        assert text.count(new.signer.key_id) >= 2, "its key, and the deed"
        for sentence in (*sentences, stick.signer.key_id):
            assert sentence in text, sentence


def test_a_tablet_that_was_shut_out_is_not_asked_for_a_key(town: Town, web: Browser) -> None:
    tablet = town.tablet(town.office("A"), revoked_at=timezone.now())
    path = f"/tablets/{tablet.pk}/"
    assert 'value="renew"' not in text_of(web.get(path))
    assert "Chưa thể yêu cầu máy này đổi khóa" in text_of(web.post(path, {"action": "renew"}), 400)
    assert not Deed.objects.exists()


@pytest.mark.parametrize("action", ["renew", "keep_key", "revoke"])
@pytest.mark.parametrize("role", [role for role in Role if Right.MANAGE_TABLETS not in RIGHTS[role]])
def test_who_may_not_shut_out_may_not_change_a_key(
    town: Town, make_user: Callable[..., User], role: Role, action: str
) -> None:
    tablet = town.tablet(town.office("A"))
    web = signed_in(make_user("b", role=role))
    assert web.post(f"/tablets/{tablet.pk}/", {"action": action}).status_code == 403
    tablet.refresh_from_db()
    assert (tablet.renew_asked_at, tablet.revoked_at) == (None, None)


@pytest.mark.parametrize("action", ["renew", "keep_key"])
def test_a_tablet_of_another_office_is_nobody_s_to_ask(
    town: Town, make_user: Callable[..., User], action: str
) -> None:
    own, foreign = town.office("Phường Tân Hòa"), town.tablet(town.office("Phường Khác"))
    clerk = signed_in(make_user("b", role="office_admin", office=own))
    assert clerk.post(f"/tablets/{foreign.pk}/", {"action": action}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.renew_asked_at is None
