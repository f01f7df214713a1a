"""Commands about personal data."""

from __future__ import annotations

import argparse
from typing import Any

from headquarters.commands import Adder


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    adder(commands, "purge", purge, "erase contact data whose term is over; part of the nightly chores")


def purge(arguments: argparse.Namespace) -> int:
    """What the terms in force want erased."""
    from headquarters.audit.log import COMMAND
    from headquarters.privacy import erasing, terms

    done = erasing.purge(COMMAND, terms.load().contact_days)
    print(
        f"Erased: {done['term']} whose term is over, {done['again']} that a restore had brought back, "
        f"{done['quarantine']} in quarantine."
    )
    return 0
