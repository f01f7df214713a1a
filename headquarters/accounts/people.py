"""Who may do what to whose account, and the deeds themselves, each in the audit log.

Nobody gives a right they do not have, nobody touches an account that holds more than theirs or lies outside
their offices, nobody touches their own, and the last system administrator of all offices stays.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from headquarters.accounts import links, locks, rights, second_factor, sessions
from headquarters.accounts.models import Link, User
from headquarters.accounts.roles import RIGHTS, Right, Role
from headquarters.audit.log import record
from headquarters.offices.models import Office


class Refused(Exception):
    """The deed is not done; the text says why, for the page."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))


def seen(actor: User) -> QuerySet[User]:
    """Accounts of the offices they see; those of all offices only for who sees all."""
    ids = rights.office_ids(actor)
    people = User.objects.select_related("office")
    return people if ids is None else people.filter(office_id__in=ids)


def roles_to_give(actor: User) -> list[Role]:
    """Roles that hold no more than their own.

    A system administrator gives every role: somebody must appoint case handlers and auditors, whose rights
    no administrator has. It leaves a trace.
    """
    own = RIGHTS[Role(actor.role)]
    return [role for role in Role if Right.MANAGE_SYSTEM in own or RIGHTS[role] <= own]


def may_touch(actor: User, target: User) -> bool:
    """Whether they may change this account at all."""
    return (
        actor.pk != target.pk
        and Role(target.role) in roles_to_give(actor)
        and _covers(actor, target.office_id)
    )


def _covers(actor: User, office_id: int | None) -> bool:
    ids = rights.office_ids(actor)
    return ids is None or (office_id is not None and office_id in ids)


@transaction.atomic
def invite(request: HttpRequest, person: User) -> str:
    """Keep a new account that has no password yet; the token of its one-time link."""
    actor = rights.person(request)
    _must_give(actor, Role(person.role), person.office_id)
    person.set_unusable_password()
    person.save()
    record(request, "account.invited", str(person), office_id=person.office_id, detail=str(person.role))
    return links.make(person, Link.Kind.INVITATION, actor)


@transaction.atomic
def new_link(request: HttpRequest, pk: int) -> str:
    """A way to a (new) password that works once; links made before open nothing."""
    target = _target(request, pk)
    if not target.is_active:
        raise Refused(_("This account is switched off. Switch it on first."))
    kind = Link.Kind.PASSWORD if target.has_usable_password() else Link.Kind.INVITATION
    record(request, "account.link", str(target), office_id=target.office_id, detail=str(kind))
    return links.make(target, kind, rights.person(request))


@transaction.atomic
def change(request: HttpRequest, pk: int, role: Role, office: Office | None) -> None:
    """Another role or office. Whoever's rights change signs in again, with what the new role asks for."""
    target = _target(request, pk)
    office_id = office.pk if office else None
    _must_give(rights.person(request), role, office_id)
    if (target.role, target.office_id) == (role, office_id):
        return
    was = f"{target.role} @ {target.office or '*'}"
    _keep_one_administrator(target, stays=role is Role.SYSTEM_ADMIN and office is None)
    target.role, target.office = role, office
    target.save(update_fields=["role", "office"])
    sessions.end_all(target)
    now = f"{was} → {role} @ {office or '*'}"
    record(request, "account.changed", str(target), office_id=office_id, detail=now)


@transaction.atomic
def rename(request: HttpRequest, pk: int, name: str, email: str) -> None:
    """Another name, title or address for mails; what they did stays under their user name."""
    target = _target(request, pk)
    if (target.display_name, target.email) == (name, email):
        return
    target.display_name, target.email = name, email
    target.save(update_fields=["display_name", "email"])
    record(request, "account.renamed", str(target), office_id=target.office_id)


@transaction.atomic
def deactivate(request: HttpRequest, pk: int) -> None:
    """Nothing is removed: what they did stays under their name."""
    target = _target(request, pk)
    _keep_one_administrator(target, stays=False)
    target.is_active = False
    target.save(update_fields=["is_active"])
    links.void(target)
    sessions.end_all(target)
    record(request, "account.deactivated", str(target), office_id=target.office_id)


@transaction.atomic
def reactivate(request: HttpRequest, pk: int) -> None:
    target = _target(request, pk)
    target.is_active = True
    target.save(update_fields=["is_active"])
    record(request, "account.reactivated", str(target), office_id=target.office_id)


@transaction.atomic
def reset_second_step(request: HttpRequest, pk: int) -> None:
    """The phone is lost: they set it up anew at the next sign-in."""
    target = _target(request, pk)
    second_factor.take_off(target)
    sessions.end_all(target)
    record(request, "account.second_step_reset", str(target), office_id=target.office_id)


@transaction.atomic
def unlock(request: HttpRequest, pk: int) -> None:
    """After too many wrong passwords or codes."""
    target = _target(request, pk)
    locks.take_off(target)
    record(request, "door.unlocked", str(target), office_id=target.office_id)


@transaction.atomic
def sign_out_everywhere(request: HttpRequest, pk: int) -> None:
    target = _target(request, pk)
    ended = sessions.end_all(target)
    record(request, "door.session_ended", str(target), office_id=target.office_id, detail=str(ended))


def _target(request: HttpRequest, pk: int) -> User:
    """The account, locked until the deed is done: two administrators cannot both be the one who stays."""
    # All system administrators are locked in one order, so two such deeds wait for each other.
    list(User.objects.select_for_update().filter(role=Role.SYSTEM_ADMIN).order_by("pk").values_list("pk"))
    target = User.objects.select_for_update().get(pk=pk)
    actor = User.objects.get(pk=rights.person(request).pk)
    if not actor.may(Right.MANAGE_ACCOUNTS) or not may_touch(actor, target):
        raise Refused(_("You may not change this account."))
    return target


def _must_give(actor: User, role: Role, office_id: int | None) -> None:
    if role not in roles_to_give(actor):
        raise Refused(_("You cannot give a role with more rights than your own."))
    if not _covers(actor, office_id):
        raise Refused(_("Please choose an office within your own."))


def _keep_one_administrator(target: User, stays: bool) -> None:
    all_offices = User.objects.filter(role=Role.SYSTEM_ADMIN, office=None, is_active=True)
    others = [person for person in all_offices.exclude(pk=target.pk) if person.has_usable_password()]
    is_one = target.role == Role.SYSTEM_ADMIN and target.office_id is None
    if is_one and not stays and not others:
        raise Refused(_("The last system administrator of all offices cannot be taken away."))
