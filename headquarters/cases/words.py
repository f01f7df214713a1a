"""How the pages say where a case stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headquarters import workdays
from headquarters.cases.models import Case, Step
from headquarters.cases.staff import OPEN

SOON = 2
"""Working days before its day at which a case is called due soon."""


class Due(NamedTuple):
    """``tone``: late, soon, fine, or done."""

    words: str
    tone: str


def due(case: Case, today: dt.date) -> Due:
    """What is left of its term, or how it ended."""
    if case.state not in OPEN:
        return Due(_("after its day"), "late") if case.late else Due(_("on time"), "done")
    calendar = workdays.calendar()
    if case.due_on < today:
        n = calendar.between(case.due_on, today)
        if n == 0:
            return Due(_("overdue"), "late")
        text = ngettext("overdue by %(n)s working day", "overdue by %(n)s working days", n)
        return Due(text % {"n": n}, "late")
    n = calendar.between(today, case.due_on)
    if n == 0:
        return Due(_("due today"), "soon")
    text = ngettext("%(n)s working day left", "%(n)s working days left", n)
    return Due(text % {"n": n}, "soon" if n <= SOON else "fine")


def lines(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Cases as lists and boards show them."""
    today = timezone.localdate()
    return [
        {"case": one, "due": due(one, today), "face": face(one), "place": place(one), "said": said(one)}
        for one in cases
    ]


def face(case: Case) -> str:
    """The template of its level's face; "" without one."""
    return f"web/faces/{case.level}.html" if case.level in (1, 2, 3) else ""


def place(case: Case) -> str:
    """Office and desk."""
    return f"{case.office.name} · {case.desk.name}" if case.desk else case.office.name


def said(case: Case) -> str:
    """What the citizen wrote, unless they had it erased."""
    return case.text or _("(erased at the author’s request)")


def step(one: Step) -> str:
    """What stands behind a step; a kind and a level are kept by their keys."""
    if one.what == Step.What.CLASSIFIED:
        return str(dict(Case.Kind.choices).get(one.text, one.text))
    if one.what == Step.What.RATED:
        return level(int(one.text)) if one.text in ("1", "2", "3") else one.text
    return one.text


def level(number: int) -> str:
    """A level in words."""
    return {1: _("Not satisfied yet"), 2: _("Satisfied"), 3: _("Very satisfied")}[number]


def who(one: Step) -> str:
    """Who did it."""
    if one.by is not None:
        return one.by.get_full_name()
    return _("the citizen") if one.what in (Step.What.REOPENED, Step.What.RATED) else _("headquarters itself")
