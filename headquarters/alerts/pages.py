"""The alerts' pages: what is open, one alert, the rules, how to be told, what has left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import office_ids, person
from headquarters.accounts.roles import Right
from headquarters.alerts import forms, outbox, preview, ringing, webhooks, words
from headquarters.alerts.models import Alert, Kind, Message, Rule, Webhook, Wish
from headquarters.audit import log as audit
from headquarters.offices import tree
from headquarters.ratings.models import Comment

A_PAGE = 50
SHOWN_COMMENTS = 5
_STATES = ("open", "closed", "all")


def seen(user: User) -> QuerySet[Alert]:
    """The alerts of the offices a person sees; whoever sees every office sees those that stand nowhere."""
    ids = office_ids(user)
    found = Alert.objects.select_related("office", "desk__office", "tablet")
    return found if ids is None else found.filter(office_id__in=ids)


def open_count(user: User) -> int:
    """How many wait for somebody; one count over an index."""
    return seen(user).filter(state=Alert.State.OPEN).count()


def lines(found: Any) -> list[dict[str, Any]]:
    """Alerts as lists show them."""
    return [
        {
            "alert": alert,
            "icon": words.ICONS[Kind(alert.kind)],
            "place": words.place(alert),
            "sentence": words.sentence(alert),
        }
        for alert in found
    ]


def card(user: User, most: int = 3) -> dict[str, Any]:
    """Context of ``alerts/parts/card.html``: the newest that nobody has closed, open ones first."""
    waiting = seen(user).exclude(open_cause=None)
    return {
        "alert_lines": lines(waiting.order_by(F("state").desc(), "-last_at")[:most]),
        "alerts_open": waiting.count(),
        "may_handle_alerts": user.may(Right.HANDLE_ALERTS),
    }


@rights.page(Right.HANDLE_ALERTS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Alerts by state, kind and office."""
    user, asked = person(request), request.GET
    state = asked.get("state") if asked.get("state") in _STATES else "open"
    kind = asked.get("kind") if asked.get("kind") in Kind.values else ""
    office = forms.office_asked(user, asked.get("office", ""))
    found = seen(user)
    if state != "all":
        found = found.filter(open_cause=None) if state == "closed" else found.exclude(open_cause=None)
    if kind:
        found = found.filter(kind=kind)
    if office is not None:
        found = found.filter(office_id__in=tree.under(office.pk))
    # "open" comes last of the states' names that are not closed: the untouched ones are on top.
    ordered = found.order_by(F("state").desc(), "-last_at") if state == "open" else found.order_by("-last_at")
    page = Paginator(ordered, A_PAGE).get_page(asked.get("page"))
    context = {
        "here": "alerts", "page": page, "lines": lines(page), "state": state, "kind": kind, "office": office,
        "kinds": Kind.choices, "offices": rights.offices(user).order_by("name"), "n": page.paginator.count,
    }  # fmt: skip
    return render(request, "alerts/index.html", context)


@rights.page(Right.HANDLE_ALERTS)
@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert with its history; a POST acknowledges, comments or closes it."""
    user = person(request)
    found = get_object_or_404(seen(user), pk=pk)
    error = _act(request, found, user) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        return redirect(_back(request, found))
    context = {
        "here": "alerts",
        **lines([found])[0],
        "steps": found.steps.select_related("by"),
        "comments": _comments(found, user),
        "error": error,
        "typed": request.POST.get("text", ""),
        "others": seen(user).filter(cause=found.cause).exclude(pk=found.pk).count(),
    }
    return render(request, "alerts/alert.html", context, status=409 if error else 200)


def _back(request: HttpRequest, found: Alert) -> str:
    return (
        reverse("alerts:index")
        if request.POST.get("from") == "list"
        else reverse("alerts:alert", args=[found.pk])
    )


def _act(request: HttpRequest, found: Alert, user: User) -> str:
    """What was asked for; the reason why not."""
    text = request.POST.get("text", "").strip()
    action = request.POST.get("action")
    try:
        if action == "acknowledge":
            ringing.acknowledge(found, user, text)
        elif action == "close":
            ringing.close(found, user, text)
        elif action == "comment" and text:
            ringing.comment(found, user, text)
        else:
            return _("Please write what you want to note.")
    except ringing.TooLate:
        found.refresh_from_db()
        return _("Somebody else was faster: the alert looks different now.")
    return ""


def _comments(found: Alert, user: User) -> list[Comment]:
    """What citizens wrote at the desk, for those who may read it."""
    if found.kind != Kind.LOW_COMMENT or not user.may(Right.READ_COMMENTS) or found.desk_id is None:
        return []
    first = timezone.localdate(found.opened_at)
    last = timezone.localdate(found.last_at)
    near = Comment.objects.filter(desk_id=found.desk_id, level=1, day__range=(first, last))
    return list(near.order_by("-wall_ms")[:SHOWN_COMMENTS])


@rights.page(Right.MANAGE_ALERTS)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every kind with the rules a person sees: everybody's, and those of their offices."""
    user = person(request)
    ids = office_ids(user)
    there = [
        rule
        for rule in Rule.objects.select_related("office", "author").order_by("office__name")
        if rule.office_id is None or ids is None or rule.office_id in ids
    ]
    context = {
        "here": "alerts",
        "kinds": [
            (kind, words.ICONS[kind], [_rule_line(rule, user) for rule in there if rule.kind == kind])
            for kind in Kind
        ],
        "offices": rights.offices(user).order_by("name"),
        "may_everybody": user.office_id is None,
    }
    return render(request, "alerts/rules.html", context)


def _rule_line(rule: Rule, user: User) -> dict[str, Any]:
    return {
        "rule": rule,
        "says": words.rule(rule),
        "mine": rule.office_id is not None or user.office_id is None,
    }


@rights.page(Right.MANAGE_ALERTS)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, kind: str) -> HttpResponse:
    """The rule of one kind at one node: change it, see how often it would have rung, take it back."""
    user = person(request)
    found = _asked_rule(kind, user, request.GET.get("office", ""))
    if request.method == "POST" and request.POST.get("action") == "remove":
        return _remove(request, found)
    form = forms.RuleForm(request.POST or None, instance=found)
    would: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("action") == "save":
            return _save(request, form)
        ids = None if found.office_id is None else tree.under(found.office_id)
        would = {"previewed": True, "would": preview.rings(form.instance, ids, timezone.now())}
    context = {
        "here": "alerts", "rule": found, "form": form, "days": preview.DAYS, "kind": Kind(kind),
        "icon": words.ICONS[Kind(kind)], **would,
    }  # fmt: skip
    wrong = request.method == "POST" and not form.is_valid()
    return render(request, "alerts/rule.html", context, status=400 if wrong else 200)


def _asked_rule(kind: str, user: User, asked: str) -> Rule:
    """The rule of that node, or a new one like everybody's; 404 for a node that is not this person's."""
    if kind not in Kind.values:
        raise Http404
    office = forms.office_asked(user, asked)
    if (asked and office is None) or (office is None and user.office_id is not None):
        raise Http404
    found = Rule.objects.filter(kind=kind, office=office).first()
    if found is not None:
        return found
    like = Rule.objects.filter(kind=kind, office=None).first() or Rule(kind=kind)
    like.pk, like.office = None, office
    like._state.adding = True
    return like


def _save(request: HttpRequest, form: forms.RuleForm) -> HttpResponse:
    made = form.save(commit=False)
    made.author = person(request)
    made.save()
    audit.record(request, "alert_rule.saved", str(made), office_id=made.office_id, detail=words.rule(made))
    messages.success(request, _("The rule is in force."))
    return redirect("alerts:rules")


def _remove(request: HttpRequest, found: Rule) -> HttpResponse:
    """An office's own rule goes: the one above it is in force again."""
    if found.pk is not None and found.office_id is not None:
        audit.record(request, "alert_rule.removed", str(found), office_id=found.office_id)
        found.delete()
        messages.success(request, _("The rule was taken away; the one above is in force again."))
    return redirect("alerts:rules")


@rights.page(Right.HANDLE_ALERTS)
@require_http_methods(["GET", "POST"])
def telling(request: HttpRequest) -> HttpResponse:
    """How the person wants to be told, and what has been sent to them."""
    user = person(request)
    now = Wish.objects.filter(person=user).first() or Wish(person=user, digest="")
    form = forms.WishForm(request.POST or None, instance=now)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect("alerts:telling")
    sent = Message.objects.filter(person=user).order_by("-pk")[:10]
    context = {"here": "alerts", "form": form, "sent": sent, "address": user.email}
    return render(request, "alerts/telling.html", context, status=400 if form.errors else 200)


@rights.page(Right.MANAGE_SYSTEM)
@require_http_methods(["GET", "POST"])
def sending(request: HttpRequest) -> HttpResponse:
    """Other systems that are told, and messages that have not left."""
    user = person(request)
    form = forms.WebhookForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        made.salt = webhooks.new_salt()
        made.save()
        audit.record(request, "webhook.made", made.name, office_id=made.office_id)
        return redirect("alerts:sending")
    hooks = Webhook.objects.filter(enabled=True).select_related("office")
    waiting = (
        # Neither tried nor to be tried: there was nothing to send (outbox.Settled).
        Message.objects.filter(sent_at=None)
        .exclude(tries=0, next_at=None)
        .select_related("person", "webhook", "alert")
        .order_by("-pk")
    )
    context = {
        "here": "alerts",
        "form": form,
        "hooks": [(hook, webhooks.secret(hook)) for hook in _own(hooks, user)],
        "waiting": [
            one for one in waiting[:A_PAGE] if one.alert is None or outbox.sees(user, one.alert.office_id)
        ],
        "left": Message.objects.exclude(sent_at=None).count(),
    }
    return render(request, "alerts/sending.html", context, status=400 if form.errors else 200)


def _own(hooks: QuerySet[Webhook], user: User) -> QuerySet[Webhook]:
    ids = office_ids(user)
    return hooks if ids is None else hooks.filter(office_id__in=ids)


@rights.page(Right.MANAGE_SYSTEM)
@require_POST
def hook_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell this system nothing more."""
    found = get_object_or_404(_own(Webhook.objects.all(), person(request)), pk=pk)
    Webhook.objects.filter(pk=found.pk).update(enabled=False)
    Message.objects.filter(webhook=found, sent_at=None).update(next_at=None)
    audit.record(request, "webhook.off", found.name, office_id=found.office_id)
    return redirect("alerts:sending")


@rights.page(Right.MANAGE_SYSTEM)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a message again with the next pass."""
    found = get_object_or_404(Message.objects.select_related("alert"), pk=pk)
    if found.alert is not None and not outbox.sees(person(request), found.alert.office_id):
        raise Http404
    outbox.try_again(found)
    return redirect("alerts:sending")
