"""The tablets' own pages: condition, reset codes, configuration, bundles."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone, translation
from nacl import pwhash

from headquarters import sealing, signing
from headquarters.accounts.models import User
from headquarters.citizens import words
from headquarters.offices.models import Office
from headquarters.tablets import configuration, standing
from headquarters.tablets.configuration import EVERYBODY, Place
from headquarters.tablets.models import Deed, Tablet, WishList
from headquarters.tablets.reset import reset_key
from headquarters.web import wish_forms
from sync import bundle, receipt, reset
from sync.bundle import Header
from sync.wishes import Improved, Notice, Wishes
from tests.headquarters.web.conftest import Town, Visitor
from tests.support import FakeTablet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def signed_in(user: User) -> Browser:
    web = Browser()
    web.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return web


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    return make_user(role="office_admin")


@pytest.fixture
def web(staff: User) -> Browser:
    return signed_in(staff)


@pytest.fixture
def phone(visitor: Visitor, staff: User) -> Visitor:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.enter(staff)
    return visitor


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:300]
    return str(answer.content.decode())


def unwell(town: Town, office: Office) -> Tablet:
    return town.tablet(
        office, last_seen=timezone.now(), pending=41, quarantined=2, free_mb=300, drift_ms=-900_000,
        battery_percent=12, on_mains=False, integrity="page 7", config_version=1, config_issued=2,
        last_error="status 502", app_version="0.3.0",
    )  # fmt: skip


def test_the_list_says_what_somebody_should_look_at(town: Town, web: Browser) -> None:
    office = town.office("Phường Tân Hòa")
    unwell(town, office)
    text = text_of(web.get("/tablets/"))
    for sentence in (
        *("Có dữ liệu phải cách ly", "Bộ nhớ sắp đầy", "Đồng hồ chạy sai", "Pin yếu mà chưa cắm điện"),
        *(
            "Kiểm tra dữ liệu trên máy báo có vấn đề",
            "Chưa dùng cấu hình mới nhất",
            "Máy báo lỗi: status 502",
        ),
        *("300 MB", "chậm 15 phút", "0.3.0"),
    ):
        assert sentence in text, sentence


def test_a_tablet_that_is_well_is_not_complained_about(town: Town, web: Browser) -> None:
    town.tablet(
        town.office("A"), last_seen=timezone.now(), pending=0, free_mb=21734, drift_ms=400, integrity="ok",
        battery_percent=12, on_mains=True, config_version=2, config_issued=2,
    )  # fmt: skip
    text = text_of(web.get("/tablets/"))
    assert "warn-line" not in text
    assert "21,2 GB" in text


def test_the_list_can_be_searched_and_shows_the_own_offices_only(
    town: Town, make_user: Callable[..., User], web: Browser
) -> None:
    own = town.office("Phường Tân Hòa")
    mine, foreign = town.tablet(own), town.tablet(town.office("Phường Khác"))
    rows = text_of(web.get("/tablets/", {"q": "tân hòa"})).split("<tbody>")[1]
    assert "Phường Tân Hòa" in rows
    assert "Phường Khác" not in rows
    clerk = signed_in(make_user("b", role="office_admin", office=own))
    assert "Phường Khác" not in text_of(clerk.get("/tablets/"))
    assert clerk.get(f"/tablets/{mine.pk}/").status_code == 200
    assert clerk.get(f"/tablets/{foreign.pk}/").status_code == 404
    assert clerk.get(f"/tablets/configuration/?tablet={foreign.pk}").status_code == 404
    assert clerk.get("/tablets/configuration/?tablet=nonsense").status_code == 404


@pytest.mark.parametrize("path", ["/tablets/", "/tablets/configuration/", "/tablets/bundles/"])
def test_these_pages_are_for_staff(make_user: Callable[..., User], path: str) -> None:
    reader = signed_in(make_user())
    assert reader.get(path).status_code == 403
    assert Browser().get(path).status_code == 302
    assert f'href="{path}"' not in text_of(reader.get("/"))


def test_the_code_on_the_phone_opens_the_tablet(town: Town, phone: Visitor) -> None:
    tablet = town.tablet(town.office("Phường Tân Hòa"))
    challenge = reset.new_challenge(lambda n: bytes(range(n)))
    phone.go(f"/tablets/{tablet.pk}/")
    phone.page.check("input[value=admin]")
    phone.page.fill("#challenge", challenge.lower())
    phone.page.press("#challenge", "Enter")
    shown = phone.page.inner_text(".user-code")
    assert reset.opens(reset_key(tablet.pk), "admin", challenge, shown)
    assert not reset.opens(reset_key(tablet.pk), "staff", challenge, shown)
    box = "document.querySelector('.user-code')"
    assert phone.page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth"), "the code is cut off"
    deed = Deed.objects.get()
    assert (deed.kind, deed.detail) == ("reset_code", "admin")
    assert shown not in str(list(Deed.objects.values()))
    assert phone.complaints == []


def test_a_tablet_is_shut_out_on_the_phone(town: Town, phone: Visitor) -> None:
    tablet = town.tablet(town.office("Phường Tân Hòa"), last_seen=timezone.now())
    phone.go(f"/tablets/{tablet.pk}/")
    phone.page.click("details.card.more:has(button[value=revoke]) summary")
    phone.page.click("button[value=revoke]")
    phone.page.wait_for_selector(".badge.gone")
    tablet.refresh_from_db()
    assert tablet.revoked_at is not None
    assert Deed.objects.get().kind == "revoked"
    assert phone.page.locator("button[value=revoke]").count() == 0


def test_a_mistyped_challenge_gets_no_code(town: Town, web: Browser) -> None:
    tablet = town.tablet(town.office("A"))
    wrong = text_of(web.post(f"/tablets/{tablet.pk}/", {"role": "admin", "challenge": "TVX7-67WQ"}), 400)
    assert "Chưa đúng câu hỏi trên máy" in wrong
    text_of(web.post(f"/tablets/{tablet.pk}/", {"role": "root", "challenge": "TVX7-67WP"}), 400)
    assert not Deed.objects.exists()


def test_a_configuration_is_looked_at_before_it_is_published(town: Town, phone: Visitor) -> None:
    tablet = town.tablet(town.office("Phường Tân Hòa"))
    phone.go("/tablets/configuration/")
    page = phone.page
    page.select_option("#id_slogans", "bom-bo-2024")
    page.fill("#id_idle_s", "45")
    page.check("text=Thái độ")
    page.fill("#notices-0-vi", "Nghỉ Tết")
    page.fill("#improved-0-said_vi", "Ồn")
    page.fill("#improved-0-done_vi", "Đã lắp cửa kính")
    page.click("button[value=preview]")
    page.wait_for_selector(".preview")
    assert not WishList.objects.exists()
    shown = page.inner_text(".preview")
    for sentence in ("1 máy sẽ nhận", "UBND xã Bom Bo", "45", "Thái độ", "Nghỉ Tết", "Ồn → Đã lắp cửa kính"):
        assert sentence in shown, sentence
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#note", "Đợt đầu")
    page.click("button[value=publish]")
    page.wait_for_selector(".message.good")
    found = configuration.effective(Tablet.objects.get(pk=tablet.pk))
    assert (found.slogans, found.idle_s, found.reasons) == ("bom-bo-2024", 45.0, ("thai-do",))
    assert found.notices is not None
    assert found.notices[0].vi == "Nghỉ Tết"
    assert WishList.objects.get().note == "Đợt đầu"
    assert phone.complaints == []


def fields(**changes: str) -> dict[str, str]:
    return {"slogans": "", "idle_s": "", **changes}


def test_what_was_not_seen_is_not_published(town: Town, web: Browser) -> None:
    town.tablet(town.office("A"))
    seen = text_of(web.post("/tablets/configuration/", fields(idle_s="30", action="preview")))
    token = re.search(r'name="seen" value="(\w+)"', seen)
    assert token is not None
    changed = fields(idle_s="31", action="publish", seen=token[1])
    text_of(web.post("/tablets/configuration/", changed))
    assert not WishList.objects.exists(), "another look first"
    same = web.post("/tablets/configuration/", fields(idle_s="30", action="publish", seen=token[1]))
    assert same.status_code == 302
    assert configuration.wishes_of(configuration.in_force(EVERYBODY)).idle_s == 30


def test_what_somebody_else_published_meanwhile_is_not_overwritten_unseen(town: Town, web: Browser) -> None:
    town.tablet(town.office("A"))
    seen = text_of(web.post("/tablets/configuration/", fields(idle_s="30", action="preview")))
    token = re.search(r'name="seen" value="(\w+)"', seen)
    assert token is not None
    configuration.publish(EVERYBODY, Wishes(slogans="theirs"), None)
    sent = fields(idle_s="30", action="publish", seen=token[1])
    assert "theirs" in text_of(web.post("/tablets/configuration/", sent)), "another look first"
    assert WishList.objects.count() == 1


def test_odd_letters_of_a_search_break_nothing(web: Browser) -> None:
    text_of(web.get("/tablets/", {"q": "a\x00b"}))


@pytest.mark.parametrize(
    ("field", "value", "words_"),
    [
        ("idle_s", "900", "từ 5 đến 300"),
        ("hours", "always", "xin ghi như"),
        ("address", "http://hailong.example", "phải bắt đầu bằng https://"),
        ("notices-0-en", "only English", "mỗi thông báo cần nội dung tiếng Việt"),
        ("idle_s", "soon", "Xin xem lại các ô được đánh dấu"),
        ("slogans", "../../etc", "Xin xem lại các ô được đánh dấu"),
    ],
)
def test_what_no_tablet_can_grant_is_said_in_the_reader_s_words(
    web: Browser, field: str, value: str, words_: str
) -> None:
    text = text_of(web.post("/tablets/configuration/", {**fields(action="preview"), field: value}), 400)
    assert words_ in text
    assert not WishList.objects.exists()


def test_the_form_keeps_what_it_does_not_show_and_the_items_ids(town: Town, web: Browser) -> None:
    notice = Notice(id="tet", vi="Nghỉ Tết")
    improved = Improved(id="i", said_vi="Ồn", done_vi="Yên")
    before = Wishes(notices=(notice,), improved=(improved,), languages=("vi", "km"), more={"hologram": True})
    configuration.publish(EVERYBODY, before, None)
    form = text_of(web.get("/tablets/configuration/"))
    sent = {
        name: value.replace("&amp;", "&")
        for name, value in re.findall(r'name="((?:notices|improved)-\d+-\w+)" value="([^"]*)"', form)
    } | {"notices-0-vi": "Nghỉ Tết", "languages": "vi,km", "action": "preview"}
    seen = re.search(r'name="seen" value="(\w+)"', text_of(web.post("/tablets/configuration/", sent)))
    assert seen is not None
    web.post("/tablets/configuration/", {**sent, "action": "publish", "seen": seen[1]})
    assert WishList.objects.count() == 2
    assert configuration.wishes_of(configuration.in_force(EVERYBODY)) == before


def test_an_old_change_can_be_put_in_force_again(town: Town, phone: Visitor) -> None:
    tablet = town.tablet(town.office("Phường Tân Hòa"))
    first, _ = configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    configuration.publish(EVERYBODY, Wishes(slogans="b"), None)
    phone.go("/tablets/configuration/")
    phone.page.click(f"text=Quay về lần sửa {first.pk}")
    phone.page.wait_for_selector(".message.good")
    assert configuration.effective(tablet).slogans == "a"
    tablet.refresh_from_db()
    assert tablet.config_issued == 3


def test_whoever_sees_one_office_cannot_change_everybody_s(
    town: Town, make_user: Callable[..., User]
) -> None:
    own, foreign = town.office("Phường Tân Hòa"), town.office("Phường Khác")
    old, _ = configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    theirs, _ = configuration.publish(Place(office=foreign), Wishes(slogans="b"), None)
    clerk = signed_in(make_user("b", role="office_admin", office=own))
    assert "Phường Tân Hòa" in text_of(clerk.get("/tablets/configuration/"))
    for entry in (old, theirs):
        assert clerk.post(f"/tablets/configuration/{entry.pk}/back/").status_code == 404
    clerk.post("/tablets/configuration/pin/", {"role": "staff", "pin": "159357"})
    latest = WishList.objects.order_by("-pk").first()
    assert latest is not None
    assert latest.office == own
    assert WishList.objects.count() == 3, "only the PIN, and that at the own office"


def test_a_pin_set_here_travels_as_its_hash(town: Town, web: Browser) -> None:
    tablet = town.tablet(town.office("A"))
    path = f"/tablets/configuration/pin/?tablet={tablet.pk}"
    assert web.post(path, {"role": "staff", "pin": "159357"}).status_code == 302
    assert web.post(path, {"role": "admin", "pin": "753951"}).status_code == 302
    assert web.post(path, {"role": "staff", "pin": "246802"}).status_code == 302
    resets = configuration.effective(tablet).pin_resets
    assert resets is not None
    assert sorted(one.role for one in resets) == ["admin", "staff"]
    found = {one.role: one.hash.encode() for one in resets}
    assert pwhash.verify(found["staff"], b"246802")
    assert "246802" not in str(list(WishList.objects.values()))


@pytest.mark.parametrize(
    ("role", "pin"), [("staff", "123456"), ("staff", "111111"), ("staff", "12"), ("root", "159357")]
)
def test_an_easy_pin_is_refused(web: Browser, role: str, pin: str) -> None:
    text = text_of(web.post("/tablets/configuration/pin/", {"role": role, "pin": pin}), 400)
    # What was chosen stays chosen.
    assert ("checked" in text) == (role in {"staff", "admin"})
    assert not WishList.objects.exists()


def bundle_of(tablet: FakeTablet, count: int) -> bytes:
    file = io.BytesIO()
    header = Header(
        tablet_id=tablet.tablet_id, install_id=tablet.install_id, key_id=tablet.signer.key_id,
        sealing_key_id="", count=count, max_seq=count, made_ms=5, app_version="test",
    )  # fmt: skip
    events = [tablet.rating() for _ in range(count)]
    bundle.write(file, header, events, tablet.signer, sealing.public_key())
    return file.getvalue()


@pytest.fixture
def stick(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTablet:
    """A tablet whose bundles come on a stick, and a data folder of this test's own."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    tablet = FakeTablet()
    placed = town.tablet(town.office("Phường Tân Hòa"))
    Tablet.objects.create(
        id=tablet.tablet_id,
        desk=placed.desk,
        public_key=tablet.signer.public_key,
        key_id=tablet.signer.key_id,
    )
    return tablet


@pytest.mark.usefixtures("clean_events")
def test_a_bundle_is_taken_on_the_page_and_its_receipt_is_carried_back(
    stick: FakeTablet, phone: Visitor, web: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "a.kioskb"
    path.write_bytes(bundle_of(stick, 5))
    phone.go("/tablets/bundles/")
    phone.page.set_input_files("#bundle", path)
    phone.page.click("form.card .button")
    assert phone.page.inner_text(".done h2") == "Đã nhận gói dữ liệu"
    answer: Any = web.get(phone.page.get_attribute(".done .button", "href") or "")
    assert answer.headers["Content-Disposition"].endswith('.kioskr"')
    file = io.BytesIO(b"".join(answer.streaming_content))
    head = receipt.check(file, stick.tablet_id, [signing.public_key()])
    assert [str(one.verdict) for one in receipt.read_results(file)] == ["accepted"] * 5
    assert (head.count, head.contiguous_seq) == (5, 5)
    assert Deed.objects.get().actor is not None
    assert phone.complaints == []


@pytest.mark.usefixtures("clean_events")
def test_a_bundle_that_cannot_be_taken_is_explained(stick: FakeTablet, web: Browser, tmp_path: Path) -> None:
    def said(data: bytes) -> str:
        answer = web.post("/tablets/bundles/", {"bundle": SimpleUploadedFile("x.kioskb", data)})
        return text_of(answer, 400)

    good = bundle_of(stick, 3)
    assert "không phải gói dữ liệu" in said(b"hello there, I am a picture")
    assert "bị thiếu hoặc đã bị thay đổi" in said(good[:-9])
    assert "chưa đăng ký ở đây" in said(bundle_of(FakeTablet(), 1))
    assert "Xin chọn tệp" in text_of(web.post("/tablets/bundles/"), 400)
    assert list((tmp_path / "receipts").iterdir()) == []
    assert web.get(f"/tablets/bundles/{'0' * 64}.kioskr").status_code == 404
    assert web.get("/tablets/bundles/..%2Fsecret.kioskr").status_code == 404


@pytest.mark.usefixtures("clean_events")
def test_another_office_s_bundle_is_not_taken(
    town: Town, stick: FakeTablet, make_user: Callable[..., User]
) -> None:
    clerk = signed_in(make_user("b", role="office_admin", office=town.office("Phường Khác")))
    data = SimpleUploadedFile("x.kioskb", bundle_of(stick, 1))
    assert "chưa đăng ký ở đây" in text_of(clerk.post("/tablets/bundles/", {"bundle": data}), 400)


@pytest.mark.usefixtures("clean_events")
def test_what_waited_on_a_replaced_tablet_may_come_on_a_stick(
    town: Town, stick: FakeTablet, make_user: Callable[..., User]
) -> None:
    old = Tablet.objects.get(pk=stick.tablet_id)
    assert old.desk
    clerk = signed_in(make_user("b", role="office_admin", office=old.desk.office))
    standing.replace(old, town.tablet(old.desk.office), None)
    content = bundle_of(stick, 2)
    answer = clerk.post("/tablets/bundles/", {"bundle": SimpleUploadedFile("x.kioskb", content)})
    address = re.search(r"/tablets/bundles/[0-9a-f]{64}\.kioskr", text_of(answer))
    assert address
    assert clerk.get(address[0]).status_code == 200


def test_reasons_are_those_of_the_pages_and_tablets() -> None:
    with translation.override("en"):
        offered = [(key, str(text)) for key, text in wish_forms.REASONS]
    assert offered == [(one.key, one.text) for one in words.REASONS]
