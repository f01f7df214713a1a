"""The pages of figures beside each other; every link keeps the filters."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.web.filters import Filters


class SubPage(NamedTuple):
    """``chosen``: the page that is shown."""

    address: str
    icon: str
    words: Promise
    chosen: bool


_PAGES = (
    ("offices", "web:figures-offices", "office-building", _("Offices")),
    ("desks", "web:figures-desks", "desk", _("Desks")),
    ("officials", "web:officials", "account-multiple", _("Officials")),
    ("hours", "web:figures-hours", "clock-outline", _("Hours")),
    ("services", "web:figures-services", "file-document-outline", _("Services")),
    ("promises", "web:figures-promises", "hand-heart", _("Promises")),
    ("reasons", "web:figures-reasons", "sign-direction", _("Reasons")),
    ("channels", "web:figures-channels", "tablet-cellphone", _("Channels")),
    ("indicators", "web:indicators", "bullseye-arrow", _("Indicators")),
    ("comments", "web:comments", "message-reply-text", _("Comments")),
)

_OWN_RIGHT = {"comments": Right.READ_COMMENTS, "officials": Right.SEE_OFFICIALS}


def sub_pages(user: User, here: str, shown: Filters) -> list[SubPage]:
    """Those this person may open."""
    return [
        SubPage(
            reverse(url) + shown.query, icon, words, slug == here or (slug, here) == ("offices", "office")
        )
        for slug, url, icon, words in _PAGES
        if slug not in _OWN_RIGHT or user.may(_OWN_RIGHT[slug])
    ]
