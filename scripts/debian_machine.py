"""A Debian of its own to prove things on: made with debootstrap, entered with chroot, booted with
systemd-nspawn. For ``./package check`` and ``./package check-headquarters``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

RELEASE = "bookworm"
"""Its Python is the one `./package deb` builds for when nothing else is said."""
UNITS = "etc/systemd/system"
PROBE = """\
[Service]
Type=oneshot
ExecStart=/probe.sh
[Install]
WantedBy=multi-user.target
"""


class Failed(Exception):
    """What does not hold."""


def fresh(debian: Path) -> None:
    """Debian's least, in this folder; one that is there is used again."""
    if not (debian / "etc").is_dir():
        run(["debootstrap", "--variant=minbase", RELEASE, str(debian), _mirror()])
        step(f"a fresh Debian {RELEASE}")


def inside(debian: Path, *command: str) -> list[str]:
    """The command, run in there without booting it."""
    return ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "chroot", str(debian), *command]


def no_services_start(debian: Path) -> None:
    """Packages that are installed in a chroot start nothing: nobody is there to run it."""
    policy = debian / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)


def put_probe(debian: Path, script: Path) -> Path:
    """The script runs as a service when the Debian is booted; the folder /probe it writes to, empty."""
    told = debian / "probe"
    shutil.rmtree(told, ignore_errors=True)
    told.mkdir()
    (debian / UNITS / "probe.service").write_text(PROBE)
    shutil.copy(script, debian / "probe.sh")
    run(inside(debian, "systemctl", "enable", "--quiet", "probe.service"))
    return told


@contextmanager
def booted(debian: Path, *options: str) -> Iterator[Callable[[], bool]]:
    """It is up; the function says whether it has gone down by itself. Afterwards it is down."""
    # nspawn keeps its papers in /run, which must be a memory file system of its own here.
    machine = 'systemd-nspawn -q -b -D "$0" --register=no --keep-unit --console=pipe "$@"'
    nspawn = subprocess.Popen(
        ["unshare", "-m", "sh", "-euc", f"mount -t tmpfs tmpfs /run; exec {machine}", str(debian), *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield lambda: nspawn.poll() is not None
    finally:
        nspawn.terminate()
        try:
            nspawn.wait(60)
        except subprocess.TimeoutExpired:
            nspawn.kill()
            nspawn.wait(10)


def read(told: Path) -> dict[str, str]:
    """What the probe wrote down, by the names of its files."""
    return {path.name: path.read_text("utf-8", "replace").strip() for path in told.iterdir()}


def _mirror() -> str:
    """The one apt uses on this machine."""
    shown = said(["apt-cache", "policy", "libc6"])
    found = [
        word for word in shown.split() if word.startswith(("http://", "https://")) and "security" not in word
    ]
    if not found:
        raise Failed("apt on this machine names no mirror; is it a Debian?")
    return found[0]


def said(command: list[str], errors: bool = False) -> str:
    """What it printed."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT if errors else None, text=True, check=False
    )
    if done.returncode and not errors:
        raise Failed(f"{' '.join(command[:3])} … ended with {done.returncode}")
    return done.stdout


def works(command: list[str]) -> bool:
    """Whether it is there and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def run(command: list[str]) -> None:
    """Quiet unless it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command[:6])} … ended with {done.returncode}:\n{done.stdout[-2000:]}")


def wait(there: Callable[[], bool], within_s: float, what: str) -> None:
    """Until ``there`` says so."""
    until = time.monotonic() + within_s
    while not there():
        if time.monotonic() > until:
            print(f"waited {within_s:g} s for {what}", file=sys.stderr)
            return
        time.sleep(0.2)


def expect(holds: bool, otherwise: str) -> None:
    """Say what does not hold."""
    if not holds:
        raise Failed(otherwise)


def step(text: str) -> None:
    """One line of what was found."""
    print(f"· {text}", flush=True)
