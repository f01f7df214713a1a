"""``./test``: every gate, each named, in the order in which a mistake is cheapest to find."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTEST = [str(BIN / "python"), "-m", "pytest", "-q"]
UI = {"SDL_VIDEODRIVER": "offscreen"}

# name, command, extra environment
GATES: list[tuple[str, list[str], dict[str, str]]] = [
    ("lint", [str(BIN / "ruff"), "check", "."], {}),
    ("format", [str(BIN / "ruff"), "format", "--check", "."], {}),
    ("types", [str(BIN / "mypy")], {}),
    ("arrows", [str(BIN / "lint-imports")], {}),
]
SUITES: list[tuple[str, list[str], dict[str, str]]] = [
    ("tablet and seam", [*PYTEST, "tests/kiosk", "tests/sync", "tests/contract", "tests/house"], {}),
    ("screens", [*PYTEST, "tests/ui"], UI),
    ("headquarters on SQLite", [*PYTEST, "tests/headquarters", "--db", "sqlite"], {}),
    ("headquarters on PostgreSQL", [*PYTEST, "tests/headquarters", "--db", "postgres"], {}),
    ("journeys on SQLite", [*PYTEST, "tests/journeys", "--db", "sqlite"], {}),
    ("journeys on PostgreSQL", [*PYTEST, "tests/journeys", "--db", "postgres"], {}),
]
NO_TESTS_COLLECTED = 5


# Django's settings make a data folder when they are read; the checkout is not its place.
SCRATCH = tempfile.TemporaryDirectory(prefix="kiosk-test-")


def main(arguments: list[str]) -> int:
    """Run all gates and suites; with arguments only the suites, narrowed by them. 1 on failure."""
    steps = SUITES if arguments else [*GATES, *SUITES]
    failed = [
        name
        for name, command, extra in steps
        if not _passes(name, [*command, *_narrow(command, arguments)], extra)
    ]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall gates and suites passed", flush=True)
    return 1 if failed else 0


def _narrow(command: list[str], arguments: list[str]) -> list[str]:
    return arguments if command[: len(PYTEST)] == PYTEST else []


def _passes(name: str, command: list[str], extra: dict[str, str]) -> bool:
    print(f"\n── {name} ──", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "HEADQUARTERS_DATA": SCRATCH.name, **extra}, check=False
    )
    narrowed_to_nothing = done.returncode == NO_TESTS_COLLECTED and command[-1] not in ("sqlite", "postgres")
    print(f"── {name}: {time.monotonic() - began:.1f} s", flush=True)
    return done.returncode == 0 or (narrowed_to_nothing and len(sys.argv) > 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
