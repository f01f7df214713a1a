"""What must hold of what ``headquarters_probe.sh`` saw, and of the files it left."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from scripts.debian_machine import Failed, expect, step

LONG = ("journal", "said_by_server", "trace", "sign_in", "headers", "cookies")
STOP_WITHIN_S = {"headquarters": 30.0, "headquarters-watch": 15.0}
"""TimeoutStopSec of the units: beyond it systemd kills."""


def report(told: dict[str, str], database: str) -> None:
    """Everything, in the order in which it was looked at."""
    try:
        expect("end" in told, "the probe did not end")
        _up(told, database)
        _outside(told, database)
        _walls(told, database)
        _nights(told, database)
        _killed(told, database)
        if database == "PostgreSQL":
            _database(told)
        _stopped(told, database)
        _said(told)
    except (Failed, KeyError, ValueError):
        print(json.dumps({name: text for name, text in told.items() if name not in LONG}, indent=1))
        print(told.get("trace", "")[-2000:], told.get("journal", "")[-8000:], sep="\n")
        raise


def is_(told: dict[str, str], **wanted: str) -> None:
    """Each of these was written down so."""
    for name, text in wanted.items():
        expect(told.get(name) == text, f"{name}: {told.get(name)!r}, not {text!r}")


def _up(told: dict[str, str], database: str) -> None:
    is_(told, health="200", restarts="0", watch="active", failed="")
    for timer in ("headquarters-chores.timer", "headquarters-backup.timer"):
        due = [line for line in told["timers"].splitlines() if timer in line]
        expect(len(due) == 1 and not due[0].startswith(("-", "n/a")), f"{timer}: {told['timers']}")
    step(
        f"{database}: booted; server and watch are active, both timers due; the first answer through nginx"
        f" {told['boot_to_answer_s']} s after systemd's start"
    )


def _outside(told: dict[str, str], database: str) -> None:
    """What nginx lets through, and how."""
    is_(told, readyz="200", metrics="200", readyz_outside="404", plain="301", plain_tablet="403")
    expect(told["tablet"].startswith("{"), f"a tablet's batch: {told['tablet'][:200]}")
    expect("HTTP/2 200" in told["headers"], told["headers"])
    expect(
        len(re.findall("(?im)^strict-transport-security: max-age=31536000", told["headers"])) == 1,
        told["headers"],
    )
    static = told["static"].splitlines()
    expect(len(static) >= 4 and all(line.startswith("200 ") for line in static), f"static: {static}")
    expect(told["signed_in"].startswith("302 "), f"signing in: {told['signed_in']}")
    is_(told, second_step="200")
    expect("'giamdoc' is ready" in told["typed"], f"an account made at a terminal: {told['typed']}")
    step(
        f"{database}: TLS, HTTP/2, HSTS; {len(static)} static files; a password is taken;"
        " /readyz and /metrics from this machine only; http:// is sent to https://, a tablet's refused"
    )


def _walls(told: dict[str, str], database: str) -> None:
    """systemd leaves a wall out, with a word in the journal at most, where it cannot build it."""
    is_(told, user="headquarters 555")
    # Of the server and of its worker. Two users: its own, and root for nobody to be.
    for words in (
        "NoNewPrivs: 1", "Seccomp: 2", "CapEff: 0000000000000000", "CapBnd: 0000000000000000",
        "uid_map:2 ", "subset=pid", "hidepid=", "root:ro,",
    ):  # fmt: skip
        expect(told["walls"].count(words) == 2, f"{words}: {told['walls']}")
    places = dict(line.split(" ", 1) for line in told["places"].splitlines())
    expect(places["/etc/headquarters/environment"] == "root 600", told["places"])
    for place, owned in places.items():
        if "/lib/" in place or "/backups/" in place:
            folder = place in ("/var/lib/headquarters", "/var/backups/headquarters")
            expect(owned == f"headquarters {'700' if folder else '600'}", f"{place}: {owned}")
    level = re.findall(r"[\d.]+", told["exposure"])
    step(f"{database}: the walls stand; systemd-analyze security: {' '.join(level[-1:])} of 10")


def _nights(told: dict[str, str], database: str) -> None:
    """The units of one go: each of their commands, too, for a dash hides a failure."""
    for name in ("chores", "backup", "trial"):
        is_(told, **{name: "success", f"{name}_code": "0"})
        commands = told[f"{name}_commands"].splitlines()
        wrong = [line for line in commands if not line.endswith("→ 0")]
        expect(bool(commands) and not wrong, f"{name}: {commands}")
    expect(bool(re.search(r"/\d{4}-\d\d-\d\d-\d{4}\.hqb ", told["places"])), f"no backup: {told['places']}")
    step(
        f"{database}: chores {told['chores_s']} s, backup {told['backup_s']} s; behind the same walls PDF,"
        f" DOCX and XLSX reports, sealed keys and the walk of all chains: {told['trial_s']} s"
    )


def _killed(told: dict[str, str], database: str) -> None:
    is_(told, watch_restarts="0", after_kill="200", after_kill_restarts="1")
    expect(float(told["kill_to_answer_s"]) <= 20, f"{told['kill_to_answer_s']} s from the kill to an answer")
    step(f"{database}: kill -9, and it answers again after {told['kill_to_answer_s']} s")


def _database(told: dict[str, str]) -> None:
    is_(told, without_database="503", without_database_ready="503", database_back="200", watch_after="active")
    is_(told, backup_without_database="exit-code")
    step(
        "PostgreSQL stopped: 503, and a backup that says it failed; started: the server answers again after"
        f" {told['database_to_answer_s']} s, the watch is active"
    )


def _stopped(told: dict[str, str], database: str) -> None:
    for unit, within_s in STOP_WITHIN_S.items():
        is_(told, **{f"stop_{unit}": "inactive success"})
        took_s = float(told[f"stop_{unit}_s"])
        expect(took_s < within_s, f"{unit} took {took_s} s to stop")
    is_(told, while_stopped="502")
    both = (told[f"stop_{unit}_s"] for unit in STOP_WITHIN_S)
    step(f"{database}: stopped cleanly, server and watch, after {' and '.join(both)} s")


def _said(told: dict[str, str]) -> None:
    """A line of the journal is a line of JSON, but for what is said at the start; none is a traceback."""
    starts = "{", "The database is up to date.", "Serving on "
    wrong = [line for line in told["said_by_server"].splitlines() if line and not line.startswith(starts)]
    expect(not wrong, f"the server's words in the journal: {wrong[:20]}")


def files(backups: Path) -> None:
    """What was made behind the walls is whole."""
    pdf = (backups / "report.pdf").read_bytes()
    expect(pdf.startswith(b"%PDF-") and b"%%EOF" in pdf[-64:], "the PDF is none")
    for name, member in (("report.docx", "word/document.xml"), ("report.xlsx", "xl/workbook.xml")):
        with zipfile.ZipFile(backups / name) as archive:
            expect(archive.testzip() is None and member in archive.namelist(), f"{name} is none")
    step(f"the reports are whole: PDF {len(pdf)} bytes")
