"""Prints what the tablet needs, one requirement a line: the extra ``kiosk`` of pyproject.toml."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Print the list."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print("\n".join(project["optional-dependencies"]["kiosk"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
