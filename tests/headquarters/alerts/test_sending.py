"""Mails through a real mail server, webhooks to a real web server: once each, signed, tried again."""

from __future__ import annotations

import datetime as dt
import email
import hashlib
import hmac
import http.server
import json
import logging
import socket
import threading
from collections.abc import Iterator
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from headquarters import config
from headquarters.accounts.roles import Role
from headquarters.alerts import chores, outbox, ringing, webhooks
from headquarters.alerts.models import Alert, Kind, Message, Rule, Webhook, Wish
from headquarters.config import ConfigError
from headquarters.offices.models import Desk, Office
from tests.headquarters.alerts.conftest import someone

pytestmark = pytest.mark.django_db


class PostOffice:
    """Keeps what arrives; refuses as long as ``answer`` is set."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return "250 taken"


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    # It goes on talking behind the end of the run, when nobody listens any more.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for name, value in config.mail({"HEADQUARTERS_MAIL": f"smtp://127.0.0.1:{port}"}).items():
        setattr(settings, name, value)
    yield office
    controller.stop()


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps headers and bodies; answers what ``answers`` says, then 200."""

    seen: list[tuple[dict[str, str], bytes]]
    answers: list[tuple[int, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((dict(self.headers), body))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Any]:
    handler = type("Handler", (Receiver,), {"seen": [], "answers": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    handler.address = f"http://127.0.0.1:{server.server_port}/hook?x=1"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def desk() -> Desk:
    Rule.objects.all().delete()
    office = Office.objects.create(code="99001", name="Phường Tân Hòa")
    return Desk.objects.create(office=office, name="Quầy 2")


def ring(desk: Desk, urgent: bool = False, now: dt.datetime | None = None) -> Alert:
    rule = Rule.objects.get_or_create(kind=Kind.LOW_COUNT, defaults={"urgent": urgent})[0]
    facts = {"n": 6, "window_min": 60}
    cause = ringing.Cause(Kind.LOW_COUNT, f"desk:{desk.pk}", rule, desk.office_id, desk.pk, facts=facts)
    return ringing.ring(cause, now or timezone.now())


def listener(name: str, desk: Desk | None, **wish: Any) -> Wish:
    person = someone(name, office=desk.office if desk else None, email=f"{name}@example.gov.vn")
    made: Wish = Wish.objects.create(person=person, **{"at_once": True, "digest": "", **wish})
    return made


def test_new_alert_is_mailed_once_with_a_link_and_no_word_of_a_citizen(post: PostOffice, desk: Desk) -> None:
    listener("ha", desk)
    alert = ring(desk)
    ring(desk)
    assert outbox.send_due() == (1, 0)
    assert outbox.send_due() == (0, 0)
    ((to, mail),) = post.mails
    assert to == ["ha@example.gov.vn"]
    assert str(make_header(decode_header(mail["Subject"]))) == (
        "Nhiều lượt chưa hài lòng tại một quầy – Phường Tân Hòa · Quầy 2"
    )
    text = mail.get_payload(decode=True).decode()
    assert f"http://127.0.0.1:8480/alerts/{alert.pk}/" in text
    assert "6 lượt chưa hài lòng trong 1 giờ" in text


def test_only_who_looks_after_the_office_and_asked_is_told(desk: Desk) -> None:
    other = Desk.objects.create(office=Office.objects.create(code="99002", name="B"), name="Quầy 1")
    wishes = [listener("ha", desk), listener("top", None)]
    listener("sister", other)
    listener("calm", desk, at_once=False)
    Wish.objects.create(person=someone("auditor", Role.AUDITOR, email="a@b.vn"), at_once=True)
    ring(desk)
    assert set(Message.objects.values_list("person", flat=True)) == {wish.pk for wish in wishes}


def test_refused_mail_is_kept_seen_and_tried_again_later(post: PostOffice, desk: Desk) -> None:
    listener("ha", desk)
    ring(desk)
    post.answer = "451 try later"
    now = timezone.now()
    assert outbox.send_due(now) == (0, 1)
    message = Message.objects.get()
    assert message.tries == 1
    assert "451" in message.error
    assert outbox.troubled() == 1
    assert outbox.send_due(now + dt.timedelta(seconds=30)) == (0, 0)
    assert outbox.send_due(now + dt.timedelta(seconds=61)) == (0, 1)
    post.answer = ""
    assert outbox.send_due(now + dt.timedelta(seconds=150)) == (0, 0)
    assert outbox.send_due(now + dt.timedelta(seconds=190)) == (1, 0)
    assert len(post.mails) == 1


def test_message_is_given_up_after_days_and_stays_visible(desk: Desk, settings: Any) -> None:
    listener("ha", desk)
    ring(desk)
    settings.EMAIL_HOST = ""
    outbox.send_due(timezone.now() + dt.timedelta(days=6))
    message = Message.objects.get()
    assert message.next_at is None
    assert "HEADQUARTERS_MAIL" in message.error
    assert outbox.troubled() == 1


@pytest.mark.parametrize(
    ("at", "urgent", "due"),
    [
        ("2026-11-16T23:00", False, "2026-11-17T07:00"),
        ("2026-11-16T06:59", False, "2026-11-16T07:00"),
        ("2026-11-16T12:00", False, "2026-11-16T12:00"),
        ("2026-11-16T23:00", True, "2026-11-16T23:00"),
    ],
)
def test_quiet_hours_hold_back_what_is_not_urgent(desk: Desk, at: str, urgent: bool, due: str) -> None:
    zone = timezone.get_default_timezone()
    listener("ha", desk, quiet_from=dt.time(18), quiet_to=dt.time(7))
    ring(desk, urgent, dt.datetime.fromisoformat(at).replace(tzinfo=zone))
    assert Message.objects.get().next_at == dt.datetime.fromisoformat(due).replace(tzinfo=zone)


def test_summary_comes_once_a_day_or_week_and_says_what_waits(post: PostOffice, desk: Desk) -> None:
    listener("daily", desk, at_once=False, digest="day")
    listener("weekly", desk, at_once=False, digest="week")
    listener(
        "elsewhere",
        Desk.objects.create(office=Office.objects.create(code="9", name="B"), name="1"),
        digest="day",
    )
    zone = timezone.get_default_timezone()
    monday = dt.datetime(2026, 11, 16, 7, 0, tzinfo=zone)
    ring(desk, now=monday - dt.timedelta(days=2))
    assert chores.digests(monday - dt.timedelta(minutes=1)) == 0
    assert chores.digests(monday) == 2
    assert chores.digests(monday + dt.timedelta(hours=1)) == 0
    assert chores.digests(monday + dt.timedelta(days=1)) == 1
    outbox.send_due(monday + dt.timedelta(days=1))
    text = post.mails[0][1].get_payload(decode=True).decode()
    assert "Phường Tân Hòa · Quầy 2: 6 lượt chưa hài lòng trong 1 giờ (chưa ai nhận)" in text


def test_a_weekly_summary_that_monday_missed_comes_late_and_once(post: PostOffice, desk: Desk) -> None:
    zone = timezone.get_default_timezone()
    monday = dt.datetime(2026, 11, 16, 7, 0, tzinfo=zone)
    listener("weekly", desk, at_once=False, digest="week")
    ring(desk, now=monday - dt.timedelta(days=8))
    days = range(-7, 15)
    down = {0, 1}  # watch was stopped on Monday and on Tuesday
    went = [day for day in days if day not in down and chores.digests(monday + dt.timedelta(days=day))]
    assert went == [-7, 2, 7, 14]


def test_a_weekly_summary_asked_for_on_wednesday_waits_for_monday(post: PostOffice, desk: Desk) -> None:
    monday = dt.datetime(2026, 11, 16, 7, 0, tzinfo=timezone.get_default_timezone())
    ring(desk, now=monday)
    listener("weekly", desk, at_once=False, digest="week")
    assert [day for day in range(2, 9) if chores.digests(monday + dt.timedelta(days=day))] == [7]


def hook_to(address: str, **fields: Any) -> Webhook:
    made: Webhook = Webhook.objects.create(name="LGSP", url=address, salt=webhooks.new_salt(), **fields)
    return made


def test_webhook_is_signed_over_timestamp_and_body(receiver: Any, desk: Desk, settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = True
    hook = hook_to(receiver.address, office=desk.office)
    alert = ring(desk)
    assert outbox.send_due() == (1, 0)
    ((headers, body),) = receiver.seen
    told = f"{headers['X-Kiosk-Timestamp']}.".encode() + body
    expected = hmac.new(webhooks.secret(hook).encode(), told, hashlib.sha256).hexdigest()
    assert headers["X-Kiosk-Signature"] == expected
    data = json.loads(body)
    assert (data["id"], data["kind"], data["office"], data["desk"]) == (
        alert.pk, "low_count", "99001", "Quầy 2",
    )  # fmt: skip


def test_failed_webhook_is_tried_again_and_a_redirect_is_not_followed(
    receiver: Any, desk: Desk, settings: Any
) -> None:
    settings.WEBHOOKS_PRIVATE = True
    hook_to(receiver.address)
    receiver.answers[:] = [(500, {}), (302, {"Location": receiver.address})]
    ring(desk)
    now = timezone.now()
    assert outbox.send_due(now) == (0, 1)
    assert outbox.send_due(now + dt.timedelta(minutes=2)) == (0, 1)
    assert "302" in Message.objects.get().error
    assert outbox.send_due(now + dt.timedelta(minutes=9)) == (1, 0)
    assert len(receiver.seen) == 3


def test_webhook_into_a_private_network_is_not_sent(receiver: Any, desk: Desk) -> None:
    hook_to(receiver.address.replace("http://127.0.0.1", "https://localhost"))
    ring(desk)
    assert outbox.send_due() == (0, 1)
    assert "private network" in Message.objects.get().error
    assert receiver.seen == []


def test_webhook_of_a_sister_office_is_not_told(receiver: Any, desk: Desk) -> None:
    hook_to(receiver.address, office=Office.objects.create(code="9", name="B"))
    ring(desk)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "192.168.1.4", "169.254.169.254", "::1", "fd00::1", "fe80::1%2",
     "::ffff:10.0.0.1", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_private_addresses_are_known(address: str) -> None:
    assert not webhooks._public(address)
    assert webhooks._public("203.162.4.190")


@pytest.mark.screen_only
@pytest.mark.parametrize(
    "value",
    [
        "mail.example.vn",
        "http://mail.example.vn",
        "smtp://",
        "smtps://u:geheim@h:99999",
        "smtp://h/x",
        "smtp://h:0",
    ],
)
def test_mail_settings_are_read_strictly_and_never_repeat_a_password(value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.mail({"HEADQUARTERS_MAIL": value})
    assert "geheim" not in str(caught.value)


@pytest.mark.screen_only
def test_mail_settings_know_their_ports_and_escapes() -> None:
    found = config.mail({"HEADQUARTERS_MAIL": "smtp+tls://a%40b:p%2Fw@mail.example.vn"})
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (587, True, False)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("a@b", "p/w")
    for bad in ("ha", "a@b c", "Ha <a@b.vn>"):
        with pytest.raises(ConfigError):
            config.mail_from({"HEADQUARTERS_MAIL_FROM": bad})
    for bad in ("danh-gia.vn", "ftp://x", "https://x/?a=1"):
        with pytest.raises(ConfigError):
            config.public_url({"HEADQUARTERS_URL": bad})
