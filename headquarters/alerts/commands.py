"""Commands about alerts, and the work that is done regularly."""

from __future__ import annotations

import argparse
import time
from typing import Any

from headquarters.commands import Adder

EVERY_S = 30


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    watching = adder(
        commands, "watch", watch, "look for what rings, send what is due; runs until it is stopped"
    )
    watching.add_argument("--once", action="store_true", help="one pass only, for a timer")
    watching.add_argument("--every", type=float, default=EVERY_S, help="seconds between passes (%(default)s)")
    night = adder(commands, "chores", chores, "the night's work: forget what is old, walk every chain")
    night.add_argument("--quick", action="store_true", help="without walking the chains")


def watch(arguments: argparse.Namespace) -> int:
    """Pass after pass. A database that is away for a while does not end it."""
    from django.db import DatabaseError, close_old_connections

    from headquarters.alerts.chores import look_round

    while True:
        try:
            print(look_round(), flush=True)
        except DatabaseError as error:
            if arguments.once:
                raise
            print(f"the database: {type(error).__name__}; trying again", flush=True)
        if arguments.once:
            return 0
        close_old_connections()
        time.sleep(max(1.0, arguments.every))


def chores(arguments: argparse.Namespace) -> int:
    """What is old goes; every chain is walked. 1 when something was found."""
    from django.utils import timezone

    from headquarters import rounds
    from headquarters.alerts.chores import nightly

    for name, count in nightly():
        print(f"{count} {name}")
    for done in rounds.go(rounds.each_night, timezone.now()):
        print(done)
    return 0 if arguments.quick else _look_deep()


def _look_deep() -> int:
    """Where events were touched, it rings and says where."""
    from headquarters.ratings import integrity
    from headquarters.tablets.models import Tablet

    found = 0
    for tablet in Tablet.objects.order_by("pk").iterator():
        walk = integrity.verify(tablet)
        integrity.keep(walk)
        found += walk.count
        for finding in walk.findings:
            print(f"tablet {tablet.pk}: {finding}")
    print(f"{found} findings in the chains.")
    return 1 if found else 0
