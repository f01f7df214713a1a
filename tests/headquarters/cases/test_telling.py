"""The mail about an answer, through a real mail server, to an address that is stored sealed only."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.conf import settings as conf
from django.utils import timezone

from headquarters import sealing
from headquarters.alerts import outbox
from headquarters.alerts.models import Message
from headquarters.audit.models import Entry
from headquarters.cases import telling
from headquarters.cases.models import Case
from headquarters.privacy import erasing
from headquarters.privacy.models import Erasure
from headquarters.ratings.models import Event
from kiosk.contact import Contact, to_sealed_json
from sync.sealing import key_id, seal
from tests.headquarters.alerts import test_sending
from tests.headquarters.alerts.test_sending import PostOffice
from tests.headquarters.cases import made
from tests.headquarters.conftest import Office26740
from tests.headquarters.test_phone import everything_in_the_database
from tests.support import FakeTablet

pytestmark = pytest.mark.screen_only

EMAIL = "hoa.nguyen1962@gmail.com"
LATER = dt.timedelta(minutes=3)
post = test_sending.post
"""The mail server of these tests."""


@pytest.fixture
def code() -> str:
    return made.code()


@pytest.fixture
def leave(office: Office26740, tablet: FakeTablet, code: str) -> Any:
    """A told case whose citizen left this address on the tablet."""

    def left(email: str = EMAIL, key: str = "", **fields: Any) -> Case:
        key = key or sealing.public_key()
        plain = to_sealed_json(
            Contact("Nguyễn Thị Hoa", "+84912345678", email, False), 1_763_700_000_000, "p"
        )
        body = {"sealed": seal(plain, key), "key_id": key_id(key), "lookup": code}
        event = tablet.append(tablet.event("contact", body))
        office.push(tablet, [event])
        return made.told(code, tablet_id=tablet.tablet_id, contact_event=event.event_id, **fields)

    return left


def text_of(post: PostOffice) -> str:
    ((_to, mail),) = post.mails
    return str(mail.get_payload(decode=True).decode().replace("\r\n", "\n"))


def test_the_mail_leads_to_the_answer_and_repeats_nothing(leave: Any, post: PostOffice, code: str) -> None:
    case = leave()
    assert telling.told(case)
    assert outbox.send_due() == (1, 0)
    ((to, mail),) = post.mails
    text = text_of(post)
    assert to == [EMAIL]
    assert f"{conf.PUBLIC_URL}/tra-cuu/{code}\n" in text
    assert case.number in text
    assert "UBND phường Thủ Dầu Một đã trả lời ý kiến" in text
    for kept in (made.TEXT, "phiếu hẹn", "Hoa", "912345678"):
        assert kept not in str(mail) + text
    assert telling.state(case)["stuck"] is False


def test_each_opening_is_in_the_log_and_neither_address_nor_code_is_kept(
    leave: Any,
    post: PostOffice,
    code: str,
) -> None:
    case = leave()
    telling.told(case)
    outbox.send_due()
    entry = Entry.objects.get(action="contact.opened_to_send")
    assert (entry.who, entry.target, entry.office_id) == ("headquarters", case.number, case.office_id)
    Event.objects.all().delete()
    everything = everything_in_the_database()
    assert case.number in everything
    assert EMAIL not in everything
    assert code not in everything


def test_an_answer_is_mailed_once_and_the_next_one_again(leave: Any, post: PostOffice) -> None:
    case = leave()
    telling.told(case)
    telling.told(case)
    outbox.send_due()
    telling.told(case)
    outbox.send_due(timezone.now() + LATER)
    assert len(post.mails) == 1
    case.reopened = 1
    case.save()
    telling.told(case)
    outbox.send_due(timezone.now() + LATER)
    assert len(post.mails) == 2


def test_a_referral_says_where_it_went(leave: Any, post: PostOffice) -> None:
    telling.told(leave(state=Case.State.REFERRED, referred_to="Thanh tra tỉnh"))
    outbox.send_due()
    assert "đến cơ quan có thẩm quyền giải quyết: Thanh tra tỉnh." in text_of(post)


def test_without_its_own_code_the_mail_says_how_to_look_it_up(leave: Any, post: PostOffice) -> None:
    telling.told(leave(code_hash=""))
    outbox.send_due()
    assert "/tra-cuu\nvà nhập mã tra cứu" in text_of(post)


def test_a_server_that_refuses_is_tried_again_and_its_words_are_not_kept(
    leave: Any, post: PostOffice
) -> None:
    case = leave()
    telling.told(case)
    post.answer = f"550 no such person {EMAIL}"
    assert outbox.send_due() == (0, 1)
    assert EMAIL not in everything_in_the_database()
    assert telling.state(case)["stuck"] is True
    post.answer = ""
    assert outbox.send_due(timezone.now() + LATER) == (1, 0)
    assert "Thư báo đã gửi" in str(telling.state(case)["words"])


def test_without_a_mail_server_nothing_is_opened_and_the_page_says_so(leave: Any, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    case = leave()
    telling.told(case)
    assert outbox.send_due() == (0, 1)
    assert telling.state(case)["stuck"] is True
    assert "HEADQUARTERS_MAIL" in str(telling.state(case)["words"])
    assert not Entry.objects.filter(action="contact.opened_to_send").exists()


@pytest.mark.parametrize(
    ("email", "words"),
    [("", "chỉ có số điện thoại"), ("a@b", "không đúng"), ("a@b.vn\nBcc: all@b.vn", "không đúng")],
)
def test_without_an_address_nothing_is_in_trouble(
    leave: Any, post: PostOffice, email: str, words: str
) -> None:
    case = leave(email)
    telling.told(case)
    assert outbox.send_due() == (0, 0)
    assert outbox.send_due(timezone.now() + LATER) == (0, 0)
    assert outbox.troubled() == 0
    assert words in str(telling.state(case)["words"])
    assert post.mails == []


def test_what_was_erased_is_not_opened(leave: Any, post: PostOffice) -> None:
    case = leave()
    telling.told(case)
    erasing.erase(Event.objects.filter(kind="contact"), Erasure.Reason.REQUEST, "ha")
    assert outbox.send_due() == (0, 0)
    assert "đã được xóa" in str(telling.state(case)["words"])
    assert not Entry.objects.filter(action="contact.opened_to_send").exists()


def test_a_case_that_is_open_again_is_not_mailed_as_answered(leave: Any, post: PostOffice) -> None:
    case = leave()
    telling.told(case)
    Case.objects.update(state=Case.State.WORKING, reopened=1)
    assert outbox.send_due() == (0, 0)
    assert post.mails == []


def test_what_was_sealed_to_another_key_is_in_trouble_not_lost(leave: Any, post: PostOffice) -> None:
    telling.told(leave(key="2f" * 32))
    assert outbox.send_due() == (0, 1)
    assert Message.objects.get().next_at is not None


def test_who_left_nothing_is_told_by_the_page_alone(db: None, code: str) -> None:
    case = made.told(code)
    assert not telling.told(case)
    assert not Message.objects.exists()
    assert "bằng mã tra cứu" in str(telling.state(case)["words"])


def test_nobody_is_told_before_there_is_an_answer(db: None, code: str) -> None:
    case = made.case(code, contact_event=uuid.uuid4())
    assert not telling.told(case)
    assert "Khi được duyệt" in str(telling.state(case)["words"])
