"""Whether anything was changed behind the tablets' backs: a tablet's chains and gaps; one event proved."""

from __future__ import annotations

import json
import uuid
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters import wire
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.audit import log as audit
from headquarters.ratings import gaps, integrity, lookups
from headquarters.ratings.integrity import Finding, Proof, Step
from headquarters.ratings.models import Alarm, Event, Quarantine
from headquarters.tablets import stood
from headquarters.tablets.models import ChainCheck, Install, Tablet
from headquarters.web import fleet, rights
from headquarters.web.rights import person, reading_page

SHOWN_GAPS = 20
SHOWN_CHAINS = 400
MOST_AT_ONCE = 300_000
"""Events that are walked while somebody waits; more are for the night's work."""
_OPEN = frozenset({"level", "channel", "flags", "chosen", "good", "reason", "count", "lookup"})
"""Parts of an event's body that hold no word of a citizen; all others are covered."""
COVER = "•••"


class InstallLine(NamedTuple):
    """One database of a tablet. ``missing``: runs of places that have not come."""

    install: Install
    events: int
    aside: int
    missing: list[Any]


class ChainLine(NamedTuple):
    """A tablet in the list; ``touched``, places not as they came, is None until its chain was walked."""

    tablet: Tablet
    title: str
    at: Any
    touched: int | None


@reading_page
@require_GET
def chains(request: HttpRequest) -> HttpResponse:
    """Every tablet that stands or stood at the person's offices, those where something was touched first."""
    user = person(request)
    found = list(rights.known_tablets(user).select_related("chain_check", "desk__office"))
    titles = fleet.titles(found, user)
    lines = [_line(one, titles[one.pk]) for one in found]
    lines.sort(key=lambda line: (-(line.touched or 0), line.touched is not None, line.title))
    context = {
        "here": "chains", "lines": lines[:SHOWN_CHAINS], "all": len(lines), "shown": SHOWN_CHAINS,
        "touched": sum(bool(line.touched) for line in lines),
        "walked": sum(line.at is not None for line in lines),
        "unwalked": sum(line.at is None for line in lines),
    }  # fmt: skip
    return render(request, "web/chains.html", context)


def _line(found: Tablet, title: str) -> ChainLine:
    check = getattr(found, "chain_check", None)
    return ChainLine(found, title, check.at if check else None, check.count if check else None)


def _here(request: HttpRequest) -> dict[str, object]:
    """Whoever looks after the tablets comes from their pages, everybody else from the list of chains."""
    manages = person(request).may(Right.MANAGE_TABLETS)
    return {"here": "tablets" if manages else "chains", "manages": manages}


@reading_page
@require_http_methods(["GET", "POST"])
def chain(request: HttpRequest, tablet_id: uuid.UUID) -> HttpResponse:
    """A tablet's chains: how far they have come, what is missing, what the last walk found. A POST walks."""
    # All of it, also for an office where the tablet stood for a part of it only: a chain is whole or it is
    # not, and what is said here are places, hashes and counts, no word of a citizen. A single event is shown
    # to those alone at whose office it happened (proof).
    found = get_object_or_404(rights.known_tablets(person(request)), pk=tablet_id)
    too_many = Event.objects.filter(tablet_id=found.pk).count() > MOST_AT_ONCE
    if request.method == "POST" and not too_many:
        integrity.keep(integrity.verify(found))
        audit.record(request, "chain.walked", str(found.pk), office_id=_office(found, person(request)))
        return redirect("web:chain", found.pk)
    check = ChainCheck.objects.filter(tablet=found).first()
    context = {
        "tablet": found,
        "title": _title(found, person(request)),
        "installs": [_install(found, one) for one in Install.objects.filter(tablet=found).order_by("pk")],
        "check": check,
        "findings": [(finding, said(finding)) for finding in integrity.findings_of(check)] if check else [],
        "alarms": Alarm.objects.filter(tablet=found).count(),
        "too_many": too_many,
        "typed": request.GET.get("q", "")[:60],
        "not_found": "missing" in request.GET,
    }
    return render(request, "web/chain.html", context | _here(request))


def _install(found: Tablet, install: Install) -> InstallLine:
    _reached, missing = gaps.holes(found, install.install_id, install.max_seq)
    there = {"install_id": install.install_id}
    return InstallLine(
        install,
        Event.objects.filter(tablet_id=found.pk, **there).count(),
        Quarantine.objects.filter(tablet=found, **there).count(),
        missing[:SHOWN_GAPS],
    )


@reading_page
@require_GET
def find(request: HttpRequest, tablet_id: uuid.UUID) -> HttpResponse:
    """To one event's proof: by its place in the chain, its id or a lookup code."""
    found = get_object_or_404(rights.known_tablets(person(request)), pk=tablet_id)
    typed = wire.plain(request.GET.get("q", "").strip(), 60)
    event = _find(found, typed, person(request))
    if event is None:
        return redirect(f"{_chain_address(found)}?{urlencode({'missing': '1', 'q': typed})}")
    return redirect("web:proof", event.tablet_id, event.event_id)


def _chain_address(found: Tablet) -> str:
    return str(redirect("web:chain", found.pk).url)


def _find(found: Tablet, typed: str, user: User) -> Event | None:
    mine = stood.events(Event.objects.filter(tablet_id=found.pk), user)
    if typed.isascii() and typed.isdigit() and len(typed) < 16:
        newest = Install.objects.filter(tablet=found).order_by("-pk").values_list("install_id", flat=True)
        return next(
            (one for one in (mine.filter(install_id=i, seq=int(typed)).first() for i in newest) if one), None
        )
    if wire.is_uuid(typed):
        return mine.filter(event_id=typed).first()
    event_id = lookups.event_of(typed, found.pk)
    return mine.filter(event_id=event_id).first() if event_id else None


@reading_page
@require_GET
def proof(request: HttpRequest, tablet_id: uuid.UUID, event_id: uuid.UUID) -> HttpResponse:
    """One event of the person's offices, checked anew from the raw rows, step by step."""
    user = person(request)
    found = get_object_or_404(rights.known_tablets(user), pk=tablet_id)
    own = stood.events(Event.objects.filter(tablet_id=found.pk), user)
    event = get_object_or_404(own, event_id=event_id)
    shown = integrity.prove(event)
    place = stood.desks([event])[event.tablet_id, event.wall_ms]
    audit.record(request, "event.proved", str(event_id), office_id=stood.answering(place))
    context = {
        "tablet": found,
        "title": _title(found, user),
        "proof": shown,
        "event": event,
        "hash": bytes(event.hash).hex(),
        "prev_hash": bytes(event.prev_hash).hex(),
        "begins": event.seq == 1 and not any(event.prev_hash),
        "steps": [(step, *step_said(step, first=event.seq == 1)) for step in shown.steps],
        "neighbours": _neighbours(shown, own),
        "text": masked(event.stored),
    }
    return render(request, "web/proof.html", context | _here(request))


def _neighbours(shown: Proof, own: QuerySet[Event]) -> list[tuple[str, Any, bool]]:
    """(which, the event, whether the person may have it proved, too)."""
    beside = [(_("Before"), shown.before), (_("Behind"), shown.behind)]
    ids = [row.event_id for _name, row in beside if row]
    theirs = {str(one) for one in own.filter(event_id__in=ids).values_list("event_id", flat=True)}
    return [(name, row, row is not None and row.event_id in theirs) for name, row in beside]


def _title(found: Tablet, user: User) -> str:
    return fleet.titles([found], user)[found.pk]


def _office(found: Tablet, user: User) -> int | None:
    """Where it stands; of one that has left, the person's own office where it stood last."""
    gone = stood.left([found], user).get(found.pk)
    return stood.answering(gone.desk if gone else found.desk)


def masked(stored: str) -> str:
    """The stored text with every word of a citizen covered; nothing of a text that cannot be read."""
    try:
        told = json.loads(stored)
        body = told["body"]
        told["body"] = {key: value if key in _OPEN - {"lookup"} else COVER for key, value in body.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return _("(%s bytes that cannot be read)") % len(stored.encode())
    return json.dumps(told, ensure_ascii=False, indent=2)


def said(finding: Finding) -> str:
    """A finding in plain words."""
    words = {
        "changed": _(
            "The text at place %(first)s is not the one that came: it does not give its hash any more."
        ),
        "columns": _(
            "At place %(first)s, the figures are counted from other values than the text says (%(detail)s)."
        ),
        "link": _("Place %(first)s names another event before it than the one that stands there."),
        "deleted": _("Places %(first)s to %(last)s were here and are gone."),
        "twice": _("Two events stand at place %(first)s."),
        "unknown_id": _("The event at place %(first)s was never received like this."),
        "lost_id": _("%(detail)s received events are not in the table any more."),
        "head": _("The last event (place %(first)s) is not the one that came last."),
        "aside": _(
            "What was set aside at place %(first)s (%(detail)s) is not what came, or could be believed."
        ),
        "unmarked": _("A whole chain of %(first)s places stands here that nobody noted at its arrival."),
    }
    last = max(finding.last, finding.seq)
    if finding.kind == "deleted" and last == finding.seq:
        return _("Place %(first)s was here and is gone.") % {"first": finding.seq}
    told = words.get(finding.kind, "%(first)s")
    detail = columns_said(finding.detail) if finding.kind == "columns" else finding.detail
    return told % {"first": finding.seq, "last": last, "detail": detail}


def columns_said(names: str) -> str:
    """Columns of the table of events (headquarters.ratings.integrity) in plain words."""
    words = {
        "event_id": _("event number"),
        "event_day": _("day"),
        "seq": _("place in the chain"),
        "kind": _("kind"),
        "visit_id": _("visit"),
        "level": _("level"),
        "wall_ms": _("time"),
        "utc_offset_min": _("time zone"),
        "labels_version": _("slogans"),
        "config_version": _("configuration"),
    }
    return ", ".join(words.get(name, name) for name in names.split(", "))


def step_said(step: Step, *, first: bool = False) -> tuple[str, str]:
    """(what was checked, how it came out). ``first``: of its chain, so that nothing can stand before it."""
    if first and step.name == "before":
        begun = _("It is the first of its chain: nothing stands before it, and it names nothing.")
        wrong = _("It is the first of its chain, and names an event before it all the same.")
        return _("The event before it"), begun if step.good else wrong
    told: dict[str, tuple[str, str, str, str]] = {
        "text": (
            _("The text and its hash"),
            _("The hash, computed anew from the text and the hash before it, is the one kept."),
            _("The text does not give the hash kept beside it: it was changed."),
            "",
        ),
        "columns": (
            _("The figures’ columns"),
            _("Level, time, place and kind in the table are those of the text."),
            _("The table says something else than the text: %s.") % columns_said(step.detail),
            "",
        ),
        "before": (
            _("The event before it"),
            _("This event names the hash of the event before it, and that one stands there."),
            _("This event names another event before it than the one that stands there."),
            _("The event before it is not here, so there is nothing to compare."),
        ),
        "behind": (
            _("The event behind it"),
            _("The event behind it names the hash of this one."),
            _("The event behind it names another hash: this one is not what the tablet sent."),
            _("No event stands behind it yet."),
        ),
        "received": (
            _("The list of what was received"),
            _("Its number and hash are noted there since its arrival."),
            _("It is not noted there, or with another hash."),
            "",
        ),
    }
    name, good, bad, open_ = told[step.name]
    return name, open_ if step.good is None else good if step.good else bad
