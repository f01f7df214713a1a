"""What commands of every room share. No Django here: it is read before Django is set up."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Command = Callable[[argparse.Namespace], int]
Adder = Callable[[Any, str, Command, str], argparse.ArgumentParser]
"""(commands, name, what it does, help) → its parser. The command runs on a database of this version only."""


class CommandError(Exception):
    """The command cannot do what was asked; the text says why."""
