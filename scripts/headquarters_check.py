"""``./package check-headquarters``: headquarters' systemd units and nginx site, on a Debian of their own.

A fresh Debian is made with debootstrap, and all is done in it that docs/operating.md says: its packages,
its ``./package headquarters``, and, once that system is booted (systemd-nspawn), its commands word by word.
Booted again, ``headquarters_probe.sh`` looks from inside, kills the server, stops its database, stops the
server, and writes down what became of it; once on PostgreSQL, once on SQLite.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import headquarters_found as found  # noqa: E402
from scripts.debian_machine import (  # noqa: E402
    UNITS,
    Failed,
    booted,
    expect,
    fresh,
    inside,
    no_services_start,
    put_probe,
    read,
    run,
    said,
    step,
    wait,
)

UNIT_FILES = ROOT / "packaging" / "headquarters"
PROGRAM = "opt/headquarters"
NAME = "danh-gia.example.gov.vn"
PROBE_NEEDS = ["systemd-sysv", "dbus", "curl", "openssl", "procps"]
"""A Debian that somebody serves with has them; one of debootstrap's least has not."""
GLIBCS = "_2_34", "_2_28", "_2_17", "2014"
BACKUPS = "/var/backups/headquarters"
COMMAND = f"ExecStart=/{PROGRAM}/.venv/bin/headquarters"
REPORT = f"{COMMAND} report --office 99 --kind year --of {time.strftime('%Y')} --out {BACKUPS}/report"
TRIAL = f"""\
{REPORT}.pdf
{REPORT}.docx
{REPORT}.xlsx
{COMMAND} backup {BACKUPS}/trial.hqb --keys {BACKUPS}/trial.keys --passphrase-stdin
{COMMAND} verify-chain
RemainAfterExit=yes
StandardInputText=mot cau that dai de niem phong khoa
"""
"""What is worked out with the libraries that walls could hinder: typst, zip, XML, sealing."""


def main(argv: list[str] | None = None) -> int:
    """Run it all; 1 with one line when something does not hold."""
    parser = argparse.ArgumentParser(prog="package check-headquarters", description=__doc__)
    parser.add_argument(
        "--base", type=Path, help="a Debian with the packages: made there once, and copied from there later"
    )
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="headquarters-units-") as scratch:
        try:
            check(Path(scratch), arguments.base)
        except Failed as error:
            print(f"failed: {error}")
            return 1
    return 0


def check(scratch: Path, base: Path | None) -> None:
    """Install as the page says, then look at it on each database."""
    debian = scratch / "debian"
    before, commands = documented()
    if base is None or not (base / "etc").is_dir():
        fresh(base or debian)
        packages(base or debian, before)
    if base is not None:
        run(["cp", "-a", "--reflink=auto", str(base), str(debian)])
    program(debian)
    certificate(debian)
    follow(debian, scratch, commands)
    for database in ("PostgreSQL", "SQLite"):
        if database == "SQLite":
            without_postgresql(debian)
        trial(debian)
        told = boot(debian, ROOT / "scripts" / "headquarters_probe.sh", 600)
        found.report(told, database)
        found.files(debian / BACKUPS[1:])


def documented() -> tuple[list[str], str]:
    """The packages and the commands that docs/operating.md names for a server."""
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    section = page[page.index("## Running headquarters") :]
    first, second = re.findall(r"```sh\n(.*?)```", section, flags=re.S)[:2]
    line = re.match(r"apt-get install (.+)\n", first)
    expect(line is not None and "createuser" in second, "docs/operating.md says it otherwise")
    return line[1].split() if line else [], second


def packages(debian: Path, names: list[str]) -> None:
    """By apt, in the locale a bare machine has: PostgreSQL makes its cluster in it."""
    no_services_start(debian)
    run(inside(debian, "apt-get", "update", "-qq"))
    bare = ["env", "LC_ALL=C", "apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    run(inside(debian, *bare, *names, *PROBE_NEEDS))
    run(inside(debian, "systemctl", "enable", "--quiet", "postgresql", "nginx"))
    step(f"installed: {', '.join(names)}")


def program(debian: Path) -> None:
    """What git knows, and the .venv that ``./package headquarters`` makes of it, from wheels fetched out
    here: in there nothing is known of this machine's registry."""
    target = debian / PROGRAM
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o755)
    files = "git ls-files -z --cached --others --exclude-standard | tar -c --null -T -"
    run(["sh", "-euc", f"cd '{ROOT}'; {files} node_modules | tar -x --no-same-owner -C '{target}'"])
    wheels = debian / "var/cache/wheels"
    fetch(wheels)
    offline = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "PIP_NO_INDEX=1"]
    offline += ["PIP_FIND_LINKS=/var/cache/wheels", f"/{PROGRAM}/package", "headquarters"]
    run(inside(debian, *offline))
    step(said(inside(debian, f"/{PROGRAM}/.venv/bin/headquarters", "--version")).strip())


def fetch(wheels: Path) -> None:
    """All that the extra ``headquarters`` needs, for Debian's Python."""
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*ours["project"]["optional-dependencies"]["headquarters"], *ours["build-system"]["requires"]]
    machine = platform.machine()
    platforms = [f"--platform=manylinux{glibc}_{machine}" for glibc in GLIBCS]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([
        *pip, "--dest", str(wheels), "-c", str(ROOT / "constraints.txt"), "--only-binary=:all:",
        "--implementation=cp", "--python-version=3.11", *platforms, *wanted,
    ])  # fmt: skip


def certificate(debian: Path) -> None:
    """A self-made one for the name that nginx.conf and the page have as their example."""
    folder = debian / "etc/ssl/headquarters"
    folder.mkdir(mode=0o755, exist_ok=True)
    run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
        "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
    ])  # fmt: skip


def follow(debian: Path, scratch: Path, commands: str) -> None:
    """The page's commands, as root in the folder it names, on the booted machine."""
    script = scratch / "follow.sh"
    script.write_text(
        "#!/bin/sh\ntrap 'echo $? >/probe/code; systemctl poweroff --no-block' EXIT\n"
        f"exec >/probe/said 2>&1\ncd /{PROGRAM}\nset -eux\nsystemctl start postgresql nginx\n{commands}"
        "set +x\ni=0\nuntil curl -fs http://127.0.0.1:8480/healthz >/probe/health || [ $i = 60 ]; do\n"
        "    i=$((i + 1)); sleep 0.5\ndone\n"
        "journalctl -b --no-pager >/probe/journal\n"
        "for unit in headquarters headquarters-watch nginx; do systemctl is-active $unit; done\n"
    )
    script.chmod(0o755)
    told = boot(debian, script, 240)
    expect(
        told.get("code") == "0", f"the page's commands: {told.get('said')}\n{told.get('journal', '')[-3000:]}"
    )
    step("booted; the commands of docs/operating.md, word by word: everything is active")


def without_postgresql(debian: Path) -> None:
    """The same machine without its database server, and without a word about one."""
    run(inside(debian, "systemctl", "disable", "--quiet", "postgresql"))
    environment = debian / "etc/headquarters/environment"
    lines = environment.read_text().splitlines(keepends=True)
    environment.write_text("".join(line for line in lines if not line.startswith("DATABASE_URL")))
    for path in (debian / BACKUPS[1:]).iterdir():
        path.unlink()


def trial(debian: Path) -> None:
    """A unit with the very walls of the backup's, for other work."""
    text = (UNIT_FILES / "headquarters-backup.service").read_text("utf-8")
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("ExecStart=")]
    (debian / UNITS / "headquarters-trial.service").write_text(
        "".join(kept).replace("Type=oneshot\n", f"Type=oneshot\n{TRIAL}")
    )


def boot(debian: Path, script: Path, within_s: float) -> dict[str, str]:
    """With a network of its own, so that nothing of this machine is in its way or reached by it."""
    told = put_probe(debian, script)
    with booted(debian, "--private-network") as down:
        wait(down, within_s, "the machine to go down by itself")
    return read(told)


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    sys.exit(main())
