"""``headquarters migrate`` in a child for each line on standard input, killed at the statement it names.

    python -m tests.faults.migrate_driver

A line in: ``{"data": FOLDER, "url": DATABASE_URL, "to": [[app, migration], …], "kill": N}``; ``to`` empty: to
the newest, as the command does; ``kill`` 0: never. A line out: ``{"killed": …, "statements": …, "said": …}``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import django.core.management
import django.db.backends.utils
import django.db.migrations.executor
import psycopg  # noqa: F401 - imported once, here

ENDED, FAILED = 0, 3


def watched(kill: int, count: Path) -> None:
    """Every statement is counted in a file, and this process dies behind the one wanted."""
    wrapper = django.db.backends.utils.CursorWrapper
    real = wrapper._execute_with_wrappers  # type: ignore[attr-defined]
    seen = 0

    def execute(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal seen
        seen += 1
        result = real(self, *given, **named)
        count.write_text(str(seen))
        if seen == kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    wrapper._execute_with_wrappers = execute  # type: ignore[attr-defined]


def child(job: dict[str, Any], count: Path) -> int:
    """Migrate, as far as wanted."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "headquarters.settings"
    os.environ["HEADQUARTERS_DATA"] = job["data"]
    os.environ["DATABASE_URL"] = job["url"]
    watched(job["kill"], count)
    if not job["to"]:
        from headquarters.__main__ import main

        return ENDED if main(["--data", job["data"], "migrate"]) == 0 else FAILED
    django.setup()
    for app, name in job["to"]:
        django.core.management.call_command("migrate", app, name, interactive=False, verbosity=0)
    return ENDED


def run(job: dict[str, Any]) -> dict[str, Any]:
    """One child; what became of it and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        count, said = Path(folder) / "count", Path(folder) / "said"
        count.write_text("0")
        pid = os.fork()
        if not pid:
            number = os.open(said, os.O_WRONLY | os.O_CREAT)
            os.dup2(number, 1)
            os.dup2(number, 2)
            code = 1
            try:
                code = child(job, count)
            finally:
                sys.stderr.flush()
                os._exit(code)
        status = os.waitpid(pid, 0)[1]
        return {
            "killed": os.WIFSIGNALED(status),
            "code": os.waitstatus_to_exitcode(status),
            "statements": int(count.read_text()),
            "said": said.read_text()[-2000:],
        }


def main() -> None:
    """Until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
