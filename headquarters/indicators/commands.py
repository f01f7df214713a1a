"""Commands about indicators."""

from __future__ import annotations

from typing import Any

from headquarters.commands import Adder


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
