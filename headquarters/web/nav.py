"""The pages in the rail, in their order. A page is added here when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.alerts.pages import open_count
from headquarters.cases import publishing
from headquarters.cases.staff import waiting


class Item(NamedTuple):
    """``here``: what a page says in its context to be the current one. ``waiting``: how much there asks for
    this person; one cheap count."""

    here: str
    url: str
    icon: str
    words: Promise
    right: Right
    waiting: Callable[[User], int] | None = None


ITEMS = (
    Item("", "web:overview", "view-dashboard", _("Overview"), Right.SEE_FIGURES),
    Item("figures", "web:figures-offices", "chart-line", _("Figures"), Right.SEE_FIGURES),
    Item("comments", "web:comments", "message-reply-text", _("Comments"), Right.READ_COMMENTS),
    Item("cases", "cases:index", "forum-outline", _("Cases"), Right.SEE_CASES, waiting),
    Item(
        "published", "published:list", "bulletin-board", _("Made public"), Right.SEE_CASES, publishing.waiting
    ),
    Item("letters", "letters:index", "email-edit-outline", _("Letters"), Right.WRITE_LETTERS),
    Item("reports", "reports:index", "file-chart-outline", _("Reports"), Right.SEE_FIGURES),
    Item("offices", "offices:tree", "file-tree-outline", _("Offices"), Right.SEE_FIGURES),
    Item("contacts", "privacy:contacts", "shield-lock-outline", _("Contacts"), Right.OPEN_CONTACT),
    Item("requests", "privacy:requests", "account-lock-outline", _("Personal data"), Right.HANDLE_REQUESTS),
    Item("alerts", "alerts:index", "bell-outline", _("Alerts"), Right.HANDLE_ALERTS, open_count),
    Item("tablets", "web:tablets", "tablet", _("Tablets"), Right.MANAGE_TABLETS),
    Item("chains", "web:chains", "link-variant", _("Chains"), Right.SEE_CHAINS),
    Item("accounts", "accounts:accounts", "account-multiple", _("Accounts"), Right.MANAGE_ACCOUNTS),
    Item("tokens", "api:tokens", "key-outline", _("Tokens"), Right.MANAGE_SYSTEM),
    Item("log", "accounts:log", "clipboard-text-clock-outline", _("Audit log"), Right.READ_LOG),
)
