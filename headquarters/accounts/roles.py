"""Who may do what. A role is a fixed set of rights; a person holds one role at one node of the tree."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """Something a person may do, within the offices they see."""

    SEE_FIGURES = "see_figures"
    READ_COMMENTS = "read_comments"
    MANAGE_ALERTS = "manage_alerts"  # rules; handling an alert is HANDLE_ALERTS
    HANDLE_ALERTS = "handle_alerts"
    MANAGE_TABLETS = "manage_tablets"
    MANAGE_OFFICES = "manage_offices"  # desks, names
    SEE_OFFICIALS = "see_officials"  # figures of named persons: who leads them, nobody else
    MANAGE_TREE = "manage_tree"  # merge, split, import
    MANAGE_ACCOUNTS = "manage_accounts"
    OPEN_CONTACT = "open_contact"
    HANDLE_REQUESTS = "handle_requests"  # of persons whose data are kept (chủ thể dữ liệu)
    SEE_CASES = "see_cases"
    RAISE_CASES = "raise_cases"  # make a case of a comment
    HANDLE_CASES = "handle_cases"  # classify, assign, answer, refer out
    APPROVE_CASES = "approve_cases"  # an answer before its author is told; what is published
    WRITE_LETTERS = "write_letters"
    WRITE_REPORTS = "write_reports"  # edit, issue, correct; who sees figures reads what was issued
    MANAGE_DOCUMENTS = "manage_documents"  # letterheads, templates, terms of cases, deadlines of reports
    READ_LOG = "read_log"
    SEE_CHAINS = "see_chains"  # whether anything was changed behind the tablets' backs; changes nothing
    MANAGE_SYSTEM = "manage_system"  # tokens, webhooks


class Role(models.TextChoices):
    """design: Headquarters, People and rights."""

    LEADER = "leader", _("Leader")
    OFFICE_ADMIN = "office_admin", _("Office administrator")
    DESK_STAFF = "desk_staff", _("Desk staff")
    CASE_HANDLER = "case_handler", _("Case handler")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


_FIGURES = {Right.SEE_FIGURES}
_OFFICE_ADMIN = _FIGURES | {
    Right.READ_COMMENTS, Right.MANAGE_ALERTS, Right.HANDLE_ALERTS, Right.MANAGE_TABLETS, Right.MANAGE_OFFICES,
    Right.MANAGE_ACCOUNTS, Right.SEE_CASES, Right.RAISE_CASES, Right.HANDLE_CASES, Right.APPROVE_CASES,
    Right.WRITE_LETTERS, Right.WRITE_REPORTS, Right.MANAGE_DOCUMENTS, Right.SEE_CHAINS,
}  # fmt: skip
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.LEADER: frozenset(
        _FIGURES
        | {Right.READ_COMMENTS, Right.HANDLE_ALERTS, Right.SEE_CASES, Right.RAISE_CASES, Right.APPROVE_CASES}
        | {Right.WRITE_LETTERS, Right.WRITE_REPORTS, Right.SEE_OFFICIALS, Right.SEE_CHAINS}
    ),
    Role.OFFICE_ADMIN: frozenset(_OFFICE_ADMIN | {Right.SEE_OFFICIALS}),
    Role.DESK_STAFF: frozenset(_FIGURES | {Right.READ_COMMENTS, Right.RAISE_CASES}),
    Role.CASE_HANDLER: frozenset(
        _FIGURES
        | {Right.READ_COMMENTS, Right.HANDLE_ALERTS, Right.OPEN_CONTACT, Right.HANDLE_REQUESTS}
        | {Right.SEE_CASES, Right.RAISE_CASES, Right.HANDLE_CASES, Right.WRITE_LETTERS}
    ),
    Role.AUDITOR: frozenset(_FIGURES | {Right.READ_LOG, Right.SEE_CASES, Right.SEE_CHAINS}),
    Role.SYSTEM_ADMIN: frozenset(_OFFICE_ADMIN | {Right.MANAGE_TREE, Right.READ_LOG, Right.MANAGE_SYSTEM}),
}
"""A system administrator opens no contact data: that takes a case handler, and leaves a trace. Nor do they
see figures of persons: who looks after the machine leads nobody (docs/decisions/0015-officials.md)."""
