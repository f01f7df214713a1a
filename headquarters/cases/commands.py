"""Commands about cases."""

from __future__ import annotations

import argparse
from typing import Any

from headquarters.commands import Adder


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    adder(commands, "cases", cases, "how many cases stand where, and which are overdue; exit 1 when some are")


def cases(arguments: argparse.Namespace) -> int:
    """Counts and numbers only: what citizens wrote is for the pages. Makes the cases that are due first."""
    from django.utils import timezone

    from headquarters import workdays
    from headquarters.cases import raising, staff
    from headquarters.cases.models import Case

    raising.catch_up()
    for state in Case.State:
        print(f"{state.value}: {Case.objects.filter(state=state).count()}")
    today = timezone.localdate()
    overdue = Case.objects.filter(state__in=staff.OPEN, due_on__lt=today).select_related("office")
    for one in overdue.order_by("due_on", "pk"):
        print(f"{one.number}  due {one.due_on}  {one.state}  {one.office.code}")
    print(f"{len(overdue)} overdue.")
    if today.year not in workdays.calendar().years:
        print(f"The calendar of holidays does not know {today.year}: add it to {workdays.NAME}.")
    return 1 if overdue else 0
