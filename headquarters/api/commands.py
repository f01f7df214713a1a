"""Commands about what other systems may ask."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from headquarters.commands import Adder


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    out = adder(commands, "openapi", openapi, "write the OpenAPI document into a file")
    out.add_argument("file", type=Path, metavar="FILE")
    # It is the same whatever the database holds.
    out.set_defaults(command=openapi)


def openapi(arguments: argparse.Namespace) -> int:
    """As ``/api/openapi.json`` serves it."""
    from headquarters.api import openapi as found

    text = json.dumps(found.document(), ensure_ascii=False, indent=1)
    arguments.file.write_text(f"{text}\n", encoding="utf-8")
    print(f"{arguments.file}: {len(found.document()['paths'])} addresses.")
    return 0
