"""``./test``: every gate, named, the cheapest first. ``./test faults [--long]``: only the faults.
``./test supply-chain``: what comes from others (docs/supply-chain.md)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTEST = [str(BIN / "python"), "-m", "pytest", "-q"]
SPEAKING = threading.Lock()
UI = {"SDL_VIDEODRIVER": "offscreen"}

Step = tuple[str, list[str], dict[str, str]]
"""Name, command, extra environment."""
NOT_TWICE = ["-m", "not screen_only"]
"""What one database proves as well as two."""
FIT = ["tests/ui/test_fit.py", "tests/ui/test_signboard.py"]
GATES: list[Step] = [
    ("lint", [str(BIN / "ruff"), "check", "."], {}),
    ("format", [str(BIN / "ruff"), "format", "--check", "."], {}),
    ("types", [str(BIN / "mypy")], {}),
    ("arrows", [str(BIN / "lint-imports")], {}),
]
SUITES: list[Step] = [
    ("screens in every form", [*PYTEST, *FIT], UI),
    ("screens", [*PYTEST, "tests/ui", *(f"--ignore={path}" for path in FIT)], UI),
    ("headquarters on SQLite", [*PYTEST, "tests/headquarters", "--db", "sqlite"], {}),
    ("headquarters on PostgreSQL", [*PYTEST, "tests/headquarters", "--db", "postgres", *NOT_TWICE], {}),
    (
        "tablet and seam",
        [*PYTEST, "tests/kiosk", "tests/sync", "tests/contract", "tests/packaging", "tests/house"],
        {},
    ),
    ("security", [*PYTEST, "tests/security", "--db", "sqlite"], {}),
    ("security on PostgreSQL", [*PYTEST, "tests/security", "--db", "postgres", *NOT_TWICE], {}),
]
"""Two at a time, the longest first: more only wait for each other."""
VISITS = ["tests/journeys/test_visit.py", "tests/journeys/test_touch.py", "tests/journeys/test_case.py"]
JOURNEYS: list[Step] = [
    ("journeys of citizens", [*PYTEST, *VISITS], {}),
    ("journeys behind the desk", [*PYTEST, "tests/journeys", *(f"--ignore={path}" for path in VISITS)], {}),
    ("journeys on PostgreSQL", [*PYTEST, "tests/journeys", "--db", "postgres", *NOT_TWICE], {}),
]
"""Behind everything else: fingers and clocks want a machine that is not busy with something of another kind.
They wait more than they work, so that three at a time are in nobody's way."""
FAULTS: list[Step] = [
    ("faults", [*PYTEST, "tests/faults", "--db", "sqlite"], {}),
    ("faults on PostgreSQL", [*PYTEST, "tests/faults", "--db", "postgres", *NOT_TWICE], {}),
]
"""The short form, a few trials of each; ``./test faults --long`` has its own command."""
NO_TESTS_COLLECTED = 5


# Django's settings make a data folder when they are read; the checkout is not its place.
SCRATCH = tempfile.TemporaryDirectory(prefix="kiosk-test-")


def main(arguments: list[str]) -> int:
    """Run all gates and suites; with arguments only the suites, narrowed by them. 1 on failure.

    ``faults`` alone, ``faults --long``: only those, long with the table of docs/reliability.md made of them.
    """
    if arguments[:1] == ["faults"]:
        return _faults(arguments[1:])
    if arguments[:1] == ["supply-chain"]:
        from scripts import supply_chain

        return supply_chain.main(arguments[1:])
    failed = [] if arguments else [step[0] for step in GATES if not _passes(step, [])]
    for steps, lanes in ((SUITES, 2), (FAULTS, 2), (JOURNEYS, 3)):
        with ThreadPoolExecutor(min(lanes, 1 + (os.cpu_count() or 1))) as pool:
            passed = list(pool.map(lambda step: _passes(step, arguments), steps))
        failed += [step[0] for step, ok in zip(steps, passed, strict=True) if not ok]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall gates and suites passed", flush=True)
    return 1 if failed else 0


def _faults(arguments: list[str]) -> int:
    """On both databases, one after the other; what was tried is kept, and in the long form published."""
    from scripts.reliability import table

    tried = Path(SCRATCH.name) / "trials.jsonl"
    kept = ["--trials", str(tried)]
    failed = [step[0] for step in FAULTS if not _passes(step, [*arguments, *kept])]
    if "--long" in arguments and tried.exists():
        page = table(tried, datetime.now(UTC).date())
        (ROOT / "docs" / "reliability.md").write_text(page, encoding="utf-8")
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nevery fault was withstood", flush=True)
    return 1 if failed else 0


def _passes(step: Step, arguments: list[str]) -> bool:
    """Runs one step and prints all it said at once, so that two do not speak into each other."""
    name, command, extra = step
    began = time.monotonic()
    data = Path(SCRATCH.name) / name.replace(" ", "-")
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, env={**os.environ, "HEADQUARTERS_DATA": str(data), **extra},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    with SPEAKING:
        print(f"\n── {name}: {time.monotonic() - began:.1f} s ──\n{done.stdout.rstrip()}", flush=True)
    narrowed_to_nothing = bool(arguments) and done.returncode == NO_TESTS_COLLECTED
    return done.returncode == 0 or narrowed_to_nothing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
