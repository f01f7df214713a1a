"""An alert in a sentence, for a page, a mail and another system. Never a word of a citizen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headquarters import formats
from headquarters.alerts.models import Alert, Kind, Rule

ICONS = {
    Kind.LOW_COMMENT: "message-alert-outline",
    Kind.LOW_COUNT: "emoticon-sad-outline",
    Kind.INDEX: "chart-line",
    Kind.SILENT: "wifi-off",
    Kind.BACKLOG: "cloud-upload",
    Kind.CHAIN_BROKEN: "link-off",
    Kind.CLONE: "content-copy",
    Kind.CONFLICT: "not-equal-variant",
    Kind.QUARANTINE: "tray-full",
}


MOST_LINES = 30


def _foot() -> str:
    return _("This mail holds no word of a citizen. You get it because your account asks for it.")


def place(alert: Alert) -> str:
    """Where: office and desk, as far as they are known."""
    if alert.desk is not None:
        return f"{alert.desk.office.name} · {alert.desk.name}"
    if alert.office is not None:
        return alert.office.name
    return _("Tablet %s") % str(alert.tablet_id)[:8] if alert.tablet_id else _("Not placed yet")


def sentence(alert: Alert) -> str:
    """What rang, with its figures."""
    facts = alert.facts
    kind = Kind(alert.kind)
    if kind is Kind.LOW_COMMENT:
        return ngettext(
            "%(n)s comment with a low rating", "%(n)s comments with low ratings", alert.repeats
        ) % {"n": formats.count(alert.repeats)}
    if kind is Kind.LOW_COUNT and "n" in facts:
        window = formats.duration(facts["window_min"] * 60)
        return _("%(n)s low ratings within %(time)s") % {"n": formats.count(facts["n"]), "time": window}
    if kind is Kind.INDEX and facts.get("n"):
        return _("%(share)s “not satisfied yet” of %(n)s ratings in %(days)s days") % {
            "share": formats.percent(facts["low"] / facts["n"]),
            "n": formats.count(facts["n"]),
            "days": facts["days"],
        }
    if kind is Kind.SILENT:
        return _silence(alert)
    if kind is Kind.BACKLOG and facts.get("pending"):
        return _("%(n)s ratings wait on the tablet for long") % {"n": formats.count(facts["pending"])}
    if kind is Kind.QUARANTINE:
        return ngettext("%(n)s event was set aside", "%(n)s events were set aside", alert.repeats) % {
            "n": formats.count(alert.repeats)
        }
    return str(kind.label)


def _silence(alert: Alert) -> str:
    seen = alert.tablet.last_seen if alert.tablet else None
    if alert.facts.get("over"):
        return _("Was silent, and is heard again")
    if seen is None:
        return _("Has never been heard")
    if alert.closed_at is not None:
        return _("Was silent for long")
    return _("Silent for %s") % formats.duration((timezone.now() - seen).total_seconds())


def rule(found: Rule) -> str:
    """What a rule goes by, in a few words; empty where there is nothing to choose."""
    kind = Kind(found.kind)
    window = formats.duration(found.window_min * 60)
    if kind is Kind.LOW_COUNT:
        return _("%(n)s within %(time)s") % {"n": found.threshold, "time": window}
    if kind is Kind.INDEX:
        return _("above %(share)s%% of at least %(n)s ratings in %(time)s") % {
            "share": found.threshold,
            "n": found.minimum_n,
            "time": ngettext("%(n)s day", "%(n)s days", found.window_min // 1440)
            % {"n": found.window_min // 1440},
        }
    if kind in (Kind.SILENT, Kind.BACKLOG):
        said = _("after %s") % formats.duration(found.threshold * 60)
        return f"{said} ({found.hours})" if found.hours and kind is Kind.SILENT else said
    return ""


def address(alert: Alert) -> str:
    """The alert's page, as a link for a mail."""
    return settings.PUBLIC_URL + reverse("alerts:alert", args=[alert.pk])


def subject(alert: Alert) -> str:
    return f"{Kind(alert.kind).label} – {place(alert)}"


def letter(alert: Alert) -> str:
    """The mail's text."""
    lines = (
        sentence(alert) + ".",
        place(alert),
        formats.moment(alert.opened_at),
        "",
        _("Look and acknowledge here:"),
        address(alert),
        "",
        _foot(),
    )
    return "\n".join(lines)


def digest(alerts: Sequence[Alert], since: dt.datetime) -> tuple[str, str]:
    """(subject, text) of a summary: what is open, the longest waiting first, then what was closed."""
    waiting = sorted((one for one in alerts if one.closed_at is None), key=lambda one: one.opened_at)
    closed = len(alerts) - len(waiting)
    subject = ngettext("%(n)s open alert", "%(n)s open alerts", len(waiting)) % {"n": len(waiting)}
    lines = [_("Alerts since %s") % formats.moment(since), ""]
    for one in waiting[:MOST_LINES]:
        lines += [f"- {place(one)}: {sentence(one)} ({one.get_state_display()})", f"  {address(one)}"]
    if len(waiting) > MOST_LINES:
        lines.append(_("… and %s more.") % (len(waiting) - MOST_LINES))
    lines += ["", ngettext("%(n)s was closed.", "%(n)s were closed.", closed) % {"n": closed}]
    return subject, "\n".join([*lines, "", _foot()])


def as_data(alert: Alert) -> dict[str, Any]:
    """What another system is told."""
    return {
        "v": 1,
        "id": alert.pk,
        "kind": alert.kind,
        "state": alert.state,
        "urgent": alert.urgent,
        "opened_at": alert.opened_at.isoformat(),
        "office": alert.office.code if alert.office else None,
        "desk": alert.desk.name if alert.desk else None,
        "tablet": str(alert.tablet_id) if alert.tablet_id else None,
        "url": address(alert),
    }
