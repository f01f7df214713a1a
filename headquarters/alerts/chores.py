"""What is done regularly: looking for what rings, sending, summing up; at night forgetting what is old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation

from headquarters import rounds
from headquarters.accounts.roles import Right
from headquarters.alerts import outbox, words
from headquarters.alerts.evaluate import BACK, evaluate
from headquarters.alerts.models import Alert, Chore, Heard, Kind, Message, Wish
from headquarters.tablets import health

MORNING = dt.time(7, 0)
KEPT_MESSAGES = dt.timedelta(days=90)


def look_round(now: dt.datetime | None = None) -> str:
    """One pass of ``headquarters watch``; what it did, in a line."""
    now = now or timezone.now()
    sampled = health.sample(now)
    rung = evaluate(now)
    digests(now)
    others = rounds.go(rounds.each_round, now)
    sent, failed = outbox.send_due(now)
    return ", ".join(
        [f"{rung} rang", *others, f"{sent} sent", f"{failed} failed", f"{sampled} tablets noted"]
    )


def nightly(now: dt.datetime | None = None) -> Iterator[tuple[str, int]]:
    """The night's work, part by part: (what, how much of it)."""
    now = now or timezone.now()
    parts: tuple[tuple[str, Callable[[], int]], ...] = (
        ("hours of tablets’ health forgotten", lambda: health.forget(now)),
        ("old messages forgotten", lambda: _forget_messages(now)),
        ("old rings forgotten", lambda: _gone(Heard.objects.filter(at__lt=now - 2 * BACK))),
    )
    for name, part in parts:
        yield name, part()


def _forget_messages(now: dt.datetime) -> int:
    return _gone(Message.objects.filter(made_at__lt=now - KEPT_MESSAGES))


def _gone(found: Any) -> int:
    deleted: int = found.delete()[0]
    return deleted


def digests(now: dt.datetime) -> int:
    """Queue the summaries that are due: after seven in the morning, once a day or week for a person."""
    local = timezone.localtime(now)
    if local.time() < MORNING:
        return 0
    with transaction.atomic():
        _chore, new = Chore.objects.get_or_create(
            name=f"digest {local.date().isoformat()}", defaults={"done_at": now}
        )
        if not new:
            return 0
        Chore.objects.filter(name__startswith="digest ", done_at__lt=now - 2 * BACK).delete()
        return sum(_digest(wish, local) for wish in _due(local))


def _due(local: dt.datetime) -> Iterator[Wish]:
    wishes = Wish.objects.filter(person__is_active=True).exclude(digest="").exclude(person__email="")
    for wish in wishes.select_related("person"):
        if wish.person.may(Right.HANDLE_ALERTS) and (wish.digest == Wish.Digest.DAY or _week(wish, local)):
            yield wish


def _week(wish: Wish, local: dt.datetime) -> bool:
    """Whether this week's summary has not gone to the person yet; from now on it has. With ``watch`` down
    on Monday it goes on the first day after. Who asked for it within the week waits for the next Monday."""
    monday = local.date() - dt.timedelta(days=local.weekday())
    last, new = Chore.objects.get_or_create(name=f"weekly {wish.pk}", defaults={"done_at": local})
    if new or timezone.localdate(last.done_at) >= monday:
        return new and local.date() == monday
    last.done_at = local
    last.save(update_fields=["done_at"])
    return True


def _digest(wish: Wish, local: dt.datetime) -> bool:
    """Of the alerts that this person sees; a quiet time without open ones needs no mail."""
    # A week's ends now and begins where the one before ended, be this one late.
    late = dt.timedelta(days=local.weekday())
    since = local - (BACK + late if wish.digest == Wish.Digest.WEEK else dt.timedelta(days=1))
    seen = [alert for alert in _alerts(since) if outbox.sees(wish.person, alert.office_id)]
    if not seen:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = words.digest(seen, since)
    key = f"digest:{local.date().isoformat()}:{wish.pk}"
    outbox.add_mail(key, wish.person, subject, body, local)
    return True


def _alerts(since: dt.datetime) -> list[Alert]:
    """Those that rang since then, and those that are open still."""
    found = Alert.objects.select_related("office", "desk__office", "tablet")
    return list((found.filter(opened_at__gte=since) | found.exclude(open_cause=None)).order_by("-opened_at"))


def open_counts() -> dict[Kind, int]:
    """How many alerts of each kind are open; for monitoring."""
    rows = Alert.objects.exclude(open_cause=None).values_list("kind").annotate(n=Count("pk"))
    return {Kind(kind): n for kind, n in rows}
