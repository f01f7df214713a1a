"""What is to be told to whom about alerts: written down first, sent by ``headquarters watch``, tried again.

A mail holds no contact data and no word of a citizen: what rang, where, and a link.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import smtplib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone, translation

from headquarters.accounts.models import User
from headquarters.accounts.rights import office_ids
from headquarters.accounts.roles import Right
from headquarters.alerts import webhooks, words
from headquarters.alerts.models import Alert, Message, Webhook, Wish

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=6)
GIVEN_UP_AFTER = dt.timedelta(days=5)
CLAIM = dt.timedelta(minutes=5)
"""How long one server may take to send a message before another one tries."""


class Letter(NamedTuple):
    """A mail that is written at the moment of sending: neither address nor text is stored. Never logged."""

    to: str
    subject: str
    body: str

    def __repr__(self) -> str:
        return "Letter()"


class Settled(Exception):
    """There is nothing to send after all; why, in a word that may be stored."""


WRITERS: dict[str, Callable[[Message], Letter]] = {}
"""Rooms above write such mails (in their apps.py): by what stands before the first colon of Message.key."""


def add_letter(key: str, subject: str) -> None:
    """Queue a mail of one of ``WRITERS``, unless one of this key is there already."""
    now = timezone.now()
    fields = {"way": Message.Way.MAIL, "subject": subject[:200], "body": "", "made_at": now, "next_at": now}
    Message.objects.get_or_create(key=key, defaults=fields)


def tell(alert: Alert, now: dt.datetime) -> None:
    """Queue a new alert for everybody who asked to be told at once, and for other systems."""
    for person in _listeners(alert):
        add_mail(f"alert:{alert.pk}:{person.pk}", person, *_mail(alert), when(person, alert, now), alert)
    for hook in Webhook.objects.filter(enabled=True):
        if hook.office_id is None or alert.office_id in webhooks.offices(hook):
            _add_hook(hook, alert, now)


def add_mail(
    key: str, person: User, subject: str, body: str, at: dt.datetime, alert: Alert | None = None
) -> None:
    """Queue a mail, unless one of this key is there already."""
    now = timezone.now()
    fields = {"person": person, "alert": alert, "subject": subject[:200], "body": body, "made_at": now}
    Message.objects.get_or_create(key=key, defaults={"way": Message.Way.MAIL, "next_at": at, **fields})


def sees(person: User, office_id: int | None) -> bool:
    """Whether an office is the person's to look after; what stands nowhere is for who sees everything."""
    ids = office_ids(person)
    return ids is None or office_id in ids


def when(person: User, alert: Alert, now: dt.datetime) -> dt.datetime:
    """Now, or when the person's quiet hours end; what is urgent does not wait."""
    wish = person.alert_wish
    if alert.urgent or wish.quiet_from is None or wish.quiet_to is None:
        return now
    local = timezone.localtime(now)
    if not _quiet(local.time(), wish.quiet_from, wish.quiet_to):
        return now
    end = dt.datetime.combine(local.date(), wish.quiet_to, tzinfo=local.tzinfo)
    return end if end > local else end + dt.timedelta(days=1)


def _quiet(at: dt.time, start: dt.time, end: dt.time) -> bool:
    return start <= at < end if start <= end else at >= start or at < end


def _listeners(alert: Alert) -> Iterable[User]:
    wishes = Wish.objects.filter(at_once=True, person__is_active=True).exclude(person__email="")
    for wish in wishes.select_related("person"):
        if wish.person.may(Right.HANDLE_ALERTS) and sees(wish.person, alert.office_id):
            yield wish.person


def _mail(alert: Alert) -> tuple[str, str]:
    with translation.override(settings.LANGUAGE_CODE):
        return words.subject(alert), words.letter(alert)


def _add_hook(hook: Webhook, alert: Alert, now: dt.datetime) -> None:
    body = json.dumps(words.as_data(alert), ensure_ascii=False, sort_keys=True)
    Message.objects.get_or_create(
        key=f"hook:{alert.pk}:{hook.pk}",
        defaults={
            "way": Message.Way.WEBHOOK, "webhook": hook, "alert": alert, "subject": hook.name, "body": body,
            "made_at": now, "next_at": now,
        },
    )  # fmt: skip


def send_due(now: dt.datetime | None = None) -> tuple[int, int]:
    """Send what is due; (sent, failed). One that fails does not stop the others."""
    now = now or timezone.now()
    sent = failed = 0
    due = Message.objects.filter(sent_at=None, next_at__lte=now).order_by("next_at", "pk")
    for message in due.select_related("person", "webhook")[:500]:
        # Zero rows updated: another server has it in hand.
        if not Message.objects.filter(pk=message.pk, next_at=message.next_at).update(next_at=now + CLAIM):
            continue
        try:
            problem = _send(message)
        except Settled as why:
            _settle(message, str(why))
            continue
        _note(message, problem, now)
        sent, failed = sent + (not problem), failed + bool(problem)
    return sent, failed


def _send(message: Message) -> str:
    """What went wrong, without secrets; empty when it left."""
    writer = WRITERS.get(message.key.partition(":")[0])
    try:
        if message.webhook is not None:
            webhooks.post(message.webhook, message.body)
        elif message.person is not None:
            _post(Letter(message.person.email, message.subject, message.body))
        elif writer is not None:
            _post_unseen(writer, message)
    except (OSError, smtplib.SMTPException, webhooks.Refused) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return ""


def _post(letter: Letter) -> None:
    if not settings.EMAIL_HOST:
        raise webhooks.Refused("no mail server is set (HEADQUARTERS_MAIL)")
    if not letter.to:
        raise webhooks.Refused("the account has no mail address")
    EmailMessage(letter.subject, letter.body, to=[letter.to]).send()


def _post_unseen(writer: Callable[[Message], Letter], message: Message) -> None:
    """A mail server's complaint repeats the address: only the kind of trouble is kept."""
    if not settings.EMAIL_HOST:
        raise webhooks.Refused("no mail server is set (HEADQUARTERS_MAIL)")
    letter = writer(message)
    try:
        _post(letter)
    except smtplib.SMTPException as error:
        raise webhooks.Refused(f"the mail server refused ({type(error).__name__})") from None


def _settle(message: Message, why: str) -> None:
    """Neither sent nor in trouble: ``next_at`` is empty and nothing was tried."""
    message.tries, message.next_at, message.error = 0, None, why[:200]
    message.save(update_fields=["tries", "next_at", "error"])


def _note(message: Message, problem: str, now: dt.datetime) -> None:
    message.tries += 1
    message.error = problem.replace("\x00", "")
    if not problem:
        message.sent_at, message.next_at = now, None
    elif now - message.made_at > GIVEN_UP_AFTER:
        message.next_at = None
        log.error("message %s is given up: %s", message.pk, problem)
    else:
        message.next_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(message.tries - 1, 12))
    message.save(update_fields=["tries", "error", "sent_at", "next_at"])


def troubled() -> int:
    """Messages that have failed at least once and have not left."""
    return Message.objects.filter(sent_at=None, tries__gt=0).count()


def try_again(message: Message) -> None:
    """Send it with the next pass."""
    Message.objects.filter(Q(pk=message.pk), sent_at=None).update(next_at=timezone.now())
