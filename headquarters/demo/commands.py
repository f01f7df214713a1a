"""``headquarters demo-province``: a year of a province that does not exist."""

from __future__ import annotations

import argparse
import time
from typing import Any

from headquarters.commands import Adder

RATINGS = 2_000_000
MOST = 50_000_000


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    demo = adder(
        commands,
        "demo-province",
        _demo_province,
        "fill in a made-up province with a year of ratings, marked as a demo; or take it away",
    )
    demo.add_argument(
        "--ratings", type=_count, default=RATINGS, help="about how many ratings (default: %(default)s)"
    )
    demo.add_argument(
        "--seed", type=int, default=1, help="another number, another year (default: %(default)s)"
    )
    demo.add_argument("--remove", action="store_true", help="take every demo row away, and nothing else")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {MOST}")
    return int(text)


def _demo_province(arguments: argparse.Namespace) -> int:
    from headquarters.audit.log import record
    from headquarters.demo import making, removal

    started = time.monotonic()
    if arguments.remove:
        offices, tablets = removal.remove()
        record(None, "demo.removed", detail=f"{offices} offices, {tablets} tablets")
        print(f"{offices} offices and {tablets} tablets are gone.")
        return 0
    events = making.make(arguments.ratings, arguments.seed, print)
    record(None, "demo.made", detail=f"{events} events")
    print(f"{events} events in {time.monotonic() - started:.0f} s. Remove them with --remove.")
    return 0
