"""What a lookup code's page says about its case.

Whoever finds a slip of paper with a code must not read what somebody wrote with it: the comment's text is
never shown here, nor who wrote it, nor which official works on it. The author knows what they said.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.cases import satisfaction, work
from headquarters.cases.models import Case
from headquarters.ratings import lookups
from sync.contract import LEVELS

_ICONS = {
    Case.State.RECEIVED: "email-check-outline",
    Case.State.WORKING: "account-clock-outline",
    Case.State.ANSWERED: "account-clock-outline",
    Case.State.TOLD: "check-circle",
    Case.State.REFERRED: "arrow-right-bold-circle-outline",
}
_WORDS: dict[str, Promise] = {
    Case.State.RECEIVED: _("Received, waiting to be taken up."),
    Case.State.WORKING: _("Being handled."),
    Case.State.ANSWERED: _("Being handled: the answer is being approved."),
    Case.State.TOLD: _("Answered."),
    Case.State.REFERRED: _("Passed on to the authority in charge."),
}
_AGAIN = _("Being looked at again, as you asked.")
_OPEN = (Case.State.RECEIVED, Case.State.WORKING, Case.State.ANSWERED)


def of(code: str) -> Case | None:
    """The case of a code (as sync.lookup.normalise gives it), if one was made of what came with it."""
    found = Case.objects.filter(code_hash=lookups.hashed(code)).select_related("office")
    return found.order_by("-pk").first()


def may_reopen(case: Case, now: dt.datetime) -> bool:
    """Whether its author can have it opened again: the answer does not satisfy, and the terms allow it."""
    return satisfaction.of(case) == min(LEVELS) and work.may_reopen(case, now)


def shown(case: Case, now: dt.datetime) -> dict[str, Any]:
    """What the page's template needs."""
    told, waits = case.state == Case.State.TOLD, case.state in _OPEN
    level = satisfaction.of(case) if told else None
    return {
        "case": case,
        "icon_name": _ICONS[Case.State(case.state)],
        "words": _AGAIN if waits and case.reopened else _WORDS[case.state],
        "waits": waits,
        "late": waits and case.due_on < timezone.localdate(now),
        "told": told,
        "rated": level,
        "asks": told and satisfaction.open_to(case, now),
        "may_reopen": may_reopen(case, now),
        "referred": case.state == Case.State.REFERRED,
    }
