"""An alert from its first ring to its end. One open alert for a cause: what rings again is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.alerts import outbox
from headquarters.alerts.models import Alert, Kind, Rule, Step
from headquarters.wire import plain

Person = User | None


class TooLate(Exception):
    """Somebody else has done so, or the alert is closed."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What rings: ``kind`` at a desk, a tablet or an office. ``facts`` hold no word of a citizen."""

    kind: Kind
    what: str
    rule: Rule | None
    office_id: int | None = None
    desk_id: int | None = None
    tablet_id: Any = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the cause for as long as it is the same."""
        return f"{self.kind}:{self.what}"


def ring(cause: Cause, now: dt.datetime, times: int = 1) -> Alert:
    """The open alert of this cause, which has rung ``times`` more; made now if there is none."""
    again = _count(cause, now, times)
    if again is not None:
        return again
    try:
        with transaction.atomic():
            return _open(cause, now, times)
    except IntegrityError:
        # Another server rang at the same moment.
        again = _count(cause, now, times)
        if again is None:
            raise
        return again


def _count(cause: Cause, now: dt.datetime, times: int) -> Alert | None:
    with transaction.atomic():
        found = Alert.objects.select_for_update().filter(open_cause=cause.key).first()
        if found is None:
            return None
        found.repeats, found.last_at = found.repeats + times, now
        found.facts = {**found.facts, **cause.facts}
        found.save(update_fields=["repeats", "last_at", "facts"])
    return found


def _open(cause: Cause, now: dt.datetime, times: int) -> Alert:
    made = Alert.objects.create(
        kind=cause.kind,
        rule=cause.rule,
        office_id=cause.office_id,
        desk_id=cause.desk_id,
        tablet_id=cause.tablet_id,
        cause=cause.key,
        open_cause=cause.key,
        facts=cause.facts,
        repeats=times,
        urgent=cause.rule.urgent if cause.rule else False,
        opened_at=now,
        last_at=now,
    )
    Step.objects.create(alert=made, what=Step.What.OPENED, at=now)
    outbox.tell(made, now)
    return made


def acknowledge(alert: Alert, by: User, text: str = "") -> None:
    """Somebody looks after it from now on; ``text`` is what they noted with it. Raises TooLate."""
    _step(alert, Step.What.ACKNOWLEDGED, by, text, {Alert.State.OPEN}, Alert.State.ACKNOWLEDGED)


def comment(alert: Alert, by: User, text: str) -> None:
    """A note for whoever reads the alert later. Raises TooLate when it is closed."""
    states = {Alert.State.OPEN, Alert.State.ACKNOWLEDGED, Alert.State.COMMENTED}
    _step(alert, Step.What.COMMENTED, by, text, states, Alert.State.COMMENTED)


def close(alert: Alert, by: Person, text: str = "") -> None:
    """Done with. The same cause rings anew. Raises TooLate when it is closed already."""
    states = {Alert.State.OPEN, Alert.State.ACKNOWLEDGED, Alert.State.COMMENTED}
    _step(alert, Step.What.CLOSED, by, text, states, Alert.State.CLOSED)


def over(alert: Alert, now: dt.datetime) -> None:
    """What rang has ended by itself. An alert that nobody looked at is closed with it; else a person does."""
    if alert.state == Alert.State.OPEN:
        close(alert, None)
    elif not alert.facts.get("over"):
        with transaction.atomic():
            alert.facts = {**alert.facts, "over": True}
            alert.save(update_fields=["facts"])
            Step.objects.create(alert=alert, what=Step.What.OVER, at=now)


def _step(
    alert: Alert, what: Step.What, by: Person, text: str, states: set[Alert.State], then: Alert.State
) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {"state": then}
    if then is Alert.State.CLOSED:
        changes |= {"open_cause": None, "closed_at": now}
    with transaction.atomic():
        # Zero rows updated: somebody else was first.
        if not Alert.objects.filter(pk=alert.pk, state__in=states).update(**changes):
            raise TooLate
        Step.objects.create(alert=alert, what=what, by=by, at=now, text=plain(text, 1000))
    alert.refresh_from_db()
