"""An administrator's phone lets a tablet in: from the tablet's QR to its first batch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client as Browser

from headquarters.accounts.models import User
from headquarters.offices.models import Desk
from headquarters.tablets import attempts, grants
from headquarters.tablets.models import Deed, DeviceGrant, Tablet
from sync.client import Client
from sync.device import (
    DeviceAnswer,
    DeviceAuthorization,
    DeviceRequest,
    DeviceState,
    DeviceTokenRequest,
    next_interval_s,
)
from tests.headquarters.web.conftest import PASSWORD, Town, Visitor
from tests.support import FakeTablet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    return make_user(role="office_admin")


@pytest.fixture
def phone(visitor: Visitor) -> Visitor:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    return visitor


class Waiting:
    """A tablet that shows a code and asks at headquarters' pace, over real HTTP, on its own thread."""

    def __init__(self, address: str) -> None:
        self.tablet = FakeTablet()
        self.client = Client(address, self.tablet.signer, timeout_s=(10.0, 30.0))
        self.heard: list[DeviceState] = []
        self._stop = threading.Event()

    def show(self) -> DeviceAuthorization:
        tablet = self.tablet
        return self.client.authorize_device(
            DeviceRequest(
                tablet_id=tablet.tablet_id,
                install_id=tablet.install_id,
                public_key=tablet.signer.public_key.hex(),
                app_version="0.4.0",
            )
        )

    def ask(self, codes: DeviceAuthorization) -> DeviceAnswer:
        message = DeviceTokenRequest(device_code=codes.device_code, tablet_id=self.tablet.tablet_id)
        return self.client.poll_device(message)

    def wait(self, codes: DeviceAuthorization) -> DeviceAnswer:
        """Until somebody has decided."""
        pace = float(codes.interval)
        while True:
            answer = self.ask(codes)
            self.heard.append(answer.state)
            pace = next_interval_s(pace, answer.state)
            if answer.final or self._stop.wait(pace):
                return answer

    def close(self) -> None:
        self._stop.set()
        self.client.close()


@pytest.fixture
def waiting(visitor: Visitor) -> Iterator[Waiting]:
    made = Waiting(visitor.address)
    yield made
    made.close()


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


@pytest.mark.parametrize(("language", "done"), [("vi", "Máy đã được chấp nhận"), ("en", "The tablet is in")])
def test_from_the_qr_to_the_first_batch(
    town: Town,
    phone: Visitor,
    staff: User,
    waiting: Waiting,
    thread: ThreadPoolExecutor,
    language: str,
    done: str,
) -> None:
    desk = Desk.objects.create(office=town.office("UBND phường Thủ Dầu Một"), name="Quầy 3")
    phone.speak(language)
    codes = waiting.show()
    answer: Future[DeviceAnswer] = thread.submit(waiting.wait, codes)
    phone.page.goto(codes.verification_uri_complete)
    phone.page.fill("#id_username", staff.username)
    phone.page.fill("#id_password", PASSWORD)
    phone.page.click(".door-form button")
    assert phone.page.inner_text(".user-code") == codes.user_code, "sign-in leads back to the code"
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.page.select_option("#desk", str(desk.pk))
    phone.page.click("button[value=approve]")
    assert phone.page.inner_text("h1") == done
    enrolment = answer.result(60).enrolment
    assert enrolment is not None
    assert (enrolment.desk, enrolment.office) == ("Quầy 3", "UBND phường Thủ Dầu Một")
    assert set(waiting.heard) <= {DeviceState.PENDING, DeviceState.APPROVED}, "never slowed down"
    events = [waiting.tablet.rating()]
    assert waiting.client.push(waiting.tablet.batch(events)).contiguous_seq == 1
    assert phone.complaints == []


def test_denied_on_the_phone_and_the_tablet_says_so(phone: Visitor, staff: User, waiting: Waiting) -> None:
    codes = waiting.show()
    phone.enter(staff)
    phone.page.goto(codes.verification_uri_complete)
    phone.page.click("button[value=deny]")
    assert phone.page.inner_text("h1") == "Đã từ chối"
    assert waiting.ask(codes).state is DeviceState.DENIED
    assert not Tablet.objects.exists()


def test_with_the_keyboard_alone_and_a_new_desk(
    town: Town, phone: Visitor, staff: User, waiting: Waiting
) -> None:
    town.office("UBND xã Bắc Tân Uyên")
    codes = waiting.show()
    phone.enter(staff)
    phone.go("/thiet-bi")
    press, page = phone.page.keyboard.press, phone.page
    page.focus("#ma")
    page.keyboard.type(codes.user_code.lower().replace("-", " "))
    press("Enter")
    page.wait_for_selector(".user-code")
    page.focus("#office")
    press("ArrowDown")
    press("Tab")
    page.keyboard.type("Quầy 5")
    press("Tab")
    assert page.evaluate("document.activeElement.value") == "approve"
    press("Enter")
    page.wait_for_selector(".done")
    tablet = Tablet.objects.select_related("desk__office").get()
    assert tablet.desk is not None
    assert (tablet.desk.name, tablet.desk.office.name) == ("Quầy 5", "UBND xã Bắc Tân Uyên")
    assert waiting.ask(codes).state is DeviceState.APPROVED


@pytest.mark.parametrize("width", [320, 390])
def test_the_widest_codes_are_not_cut_off(phone: Visitor, staff: User, code: str, width: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": 700})
    phone.enter(staff)
    phone.go(f"/thiet-bi?ma={code}")
    for text, css, most in (("WWWW-WWWW", "user-code", 1), ("MWMW-MWMW-MWMW", "user-code long", 2)):
        lines, over = phone.page.evaluate(
            """([text, css]) => { const box = document.querySelector('.user-code');
            box.textContent = text; box.className = css; const style = getComputedStyle(box);
            const lines = box.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
            return [lines / parseFloat(style.lineHeight), box.scrollWidth - box.clientWidth]; }""",
            [text, css],
        )
        assert (round(lines) <= most, over <= 0) == (True, True), (text, lines, over)


def test_asking_without_a_pause_is_slowed_down_over_real_http(staff: User, waiting: Waiting) -> None:
    codes = waiting.show()
    assert [waiting.ask(codes).state for _ in range(2)] == [DeviceState.PENDING, DeviceState.SLOW_DOWN]


def test_no_desk_chosen_is_asked_again_and_nothing_is_decided(
    town: Town, phone: Visitor, staff: User, waiting: Waiting
) -> None:
    town.tablet(town.office("A"))
    codes = waiting.show()
    phone.enter(staff)
    phone.page.goto(codes.verification_uri_complete)
    phone.page.click("button[value=approve]")
    assert phone.page.inner_text("[role=alert]") == "Xin chọn quầy đặt máy."
    assert DeviceGrant.objects.get().state == "pending"


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def page(browser: Browser, code: str, **fields: Any) -> tuple[int, str]:
    asked = browser.post if fields else browser.get
    answer = asked("/thiet-bi", {"ma": code, **fields})
    return answer.status_code, answer.content.decode()


@pytest.fixture
def code(db: None) -> str:
    tablet = FakeTablet()
    request = DeviceRequest(
        tablet_id=tablet.tablet_id, install_id=tablet.install_id, public_key="", app_version="<b>1</b>"
    )
    return grants.authorize(request, tablet.signer.public_key, "192.0.2.1", "http://x/thiet-bi").user_code


def test_nobody_decides_without_signing_in_and_without_the_right(
    make_user: Callable[..., User], code: str
) -> None:
    assert Browser().get("/thiet-bi", {"ma": code}).headers["Location"].startswith("/sign-in/?next=/thiet-bi")
    reader = signed_in(make_user())
    assert page(reader, code)[0] == 403
    assert page(reader, code, decision="approve")[0] == 403
    assert DeviceGrant.objects.get().state == "pending"


def test_codes_cannot_be_guessed(make_user: Callable[..., User], code: str) -> None:
    staff, other = (signed_in(make_user(name, role="office_admin")) for name in ("ha", "khác"))
    for _ in range(attempts.MOST["user-code"]):
        assert page(staff, "BBBB-BBBB")[0] == 404
    assert page(staff, code)[0] == 429, "not even the right one, for a quarter of an hour"
    assert page(other, code)[0] == 200, "others are not kept from their work"


def test_only_desks_of_the_own_offices_can_be_chosen(
    town: Town, make_user: Callable[..., User], code: str
) -> None:
    own, foreign = town.office("Phường A"), town.office("Phường B")
    desk = Desk.objects.create(office=foreign, name="Quầy 1")
    staff = signed_in(make_user(role="office_admin", office=own))
    status, text = page(staff, code)
    assert (status, "Phường B" in text, "Phường A" in text) == (200, False, True)
    assert page(staff, code, decision="approve", desk=desk.pk)[0] == 400
    assert page(staff, code, decision="approve", office=foreign.pk, new_desk="Quầy 2")[0] == 400
    assert not Tablet.objects.exists()


def test_what_a_stranger_s_request_says_is_only_text(make_user: Callable[..., User], code: str) -> None:
    assert "&lt;b&gt;1&lt;/b&gt;" in page(signed_in(make_user(role="office_admin")), code)[1]


def test_decided_twice_is_decided_once(town: Town, make_user: Callable[..., User], code: str) -> None:
    desk = Desk.objects.create(office=town.office("A"), name="Quầy 1")
    staff = signed_in(make_user(role="office_admin"))
    assert page(staff, code, decision="approve", desk=desk.pk)[0] == 200
    assert page(staff, code, decision="deny")[0] == 404
    assert Deed.objects.count() == 1


def test_a_known_tablet_is_named_and_a_foreign_key_refused(
    town: Town, make_user: Callable[..., User], code: str
) -> None:
    desk = Desk.objects.create(office=town.office("Phường A"), name="Quầy 1")
    known = DeviceGrant.objects.get()
    Tablet.objects.create(id=known.tablet_id, desk=desk, public_key=b"", key_id="0" * 16)
    staff = signed_in(make_user(role="office_admin"))
    assert "Máy này đang đặt ở Quầy 1, Phường A." in page(staff, code)[1]
    status, text = page(staff, code, decision="approve", desk=desk.pk)
    assert (status, "đã đăng ký với một khóa khác" in text) == (409, True)
