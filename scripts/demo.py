"""``./run``: headquarters with a demo office on this machine, and an enrolled tablet in front of it.

``--check`` plays the same on a virtual screen with real pointer events, counts at three places, ends by
itself and prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.browser import photograph_dashboard  # noqa: E402
from scripts.sheet import contact_sheet  # noqa: E402
from scripts.stage import (  # noqa: E402
    BOOK,
    PYTHON,
    Headquarters,
    StageError,
    Tablet,
    photograph,
    query,
    virtual_screen,
    wait_for,
)

LEADER = "lanhdao"
LANDSCAPE, PORTRAIT = (1280, 800), (800, 1280)


def main() -> int:
    """The chosen job; problems end with one line and exit code 1."""
    arguments = _arguments()
    try:
        if arguments.check:
            return check(arguments.taps, arguments.shots)
        if arguments.shots is not None:
            return contact_sheet(arguments.shots)
        return demo(arguments.window, arguments.data)
    except StageError as error:
        print(f"run: {error}", file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run", description="Headquarters and an enrolled tablet on this machine."
    )
    parser.add_argument("--window", action="store_true", help="show the tablet in a window, not full screen")
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".demo", help="where the demo keeps its data (%(default)s)"
    )
    parser.add_argument(
        "--check", action="store_true", help="play it on a virtual screen, count, print JSON, end"
    )
    parser.add_argument(
        "--taps", type=int, default=9, help="how many ratings --check gives (default: %(default)s)"
    )
    parser.add_argument(
        "--shots",
        type=Path,
        help="folder for --check's pictures; without --check: every screen in every form, and one sheet.png",
    )
    arguments = parser.parse_args()
    if arguments.taps < 1:
        parser.error("--taps must be 1 or more")
    return arguments


def demo(window: bool, data: Path) -> int:
    """Start both sides; the first start makes accounts, keys and codes, later ones reuse them."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        print(
            "run: no screen here (DISPLAY is not set). Try ./run --check --taps 9 --shots shots",
            file=sys.stderr,
        )
        return 1
    headquarters = Headquarters(data / "headquarters")
    headquarters.port = _kept_port(data, headquarters.port)
    tablet = Tablet(
        data / "kiosk", headquarters.address, cool_down_s=3, closing_s=8, sync_every_s=2,
        book=str(BOOK), dossiers="yes",
    )  # fmt: skip
    credentials = data / "credentials.txt"
    fresh = not credentials.exists()
    try:
        headquarters.command("migrate")
        headquarters.start()
        if fresh:
            _found(headquarters, tablet, credentials)
        print(f"{credentials.read_text(encoding='utf-8')}", flush=True)
        return _show(tablet, window)
    finally:
        headquarters.stop()


def _kept_port(data: Path, free: int) -> int:
    """The port of the first start, so that bookmarks and the tablet's configuration stay true."""
    path = data / "port"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        path.write_text(str(free))
    return int(path.read_text())


def _found(headquarters: Headquarters, tablet: Tablet, credentials: Path) -> None:
    """The first start: an account with a password of its own, an enrolled tablet, a staff PIN."""
    password, pin, admin_pin = _prepare(headquarters, tablet)
    text = (
        f"Headquarters: {headquarters.address}\n"
        f"  sign in:    {LEADER}\n"
        f"  password:   {password}\n"
        f"Staff PIN:    {pin}   (hold the top left corner of the tablet for 2 seconds)\n"
        f'Admin PIN:    {admin_pin}   (the same corner, then "Quản trị")\n'
        "These were made for this demo at its first start and stay in this folder.\n"
    )
    with os.fdopen(
        os.open(credentials, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)


def _prepare(headquarters: Headquarters, tablet: Tablet) -> tuple[str, str, str]:
    """The leader's password, the staff's PIN, the administrator's."""
    password = secrets.token_urlsafe(15)
    headquarters.command("create-admin", LEADER, "--password-stdin", stdin=f"{password}\n")
    tablet.command("enrol", "--code", headquarters.code())
    return password, tablet.set_pin(), tablet.set_pin("--admin")


def _show(tablet: Tablet, window: bool) -> int:
    command = [PYTHON, "-m", "kiosk", "--config", str(tablet.directory / "config.yaml"), "run"]
    size = ["--window", "1280x800"] if window else []
    try:
        return subprocess.run([*command, *size], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 0


def check(taps: int, shots: Path | None) -> int:
    """Play ``taps`` ratings by touch and count them on the tablet's disk and at headquarters."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-check-") as folder:
        pictures = (shots or Path(folder) / "shots").resolve()
        headquarters = Headquarters(Path(folder) / "headquarters")
        tablet = Tablet(Path(folder) / "kiosk", headquarters.address, book=str(BOOK), dossiers="yes")
        try:
            counts = _play(headquarters, tablet, taps, pictures)
        finally:
            tablet.stop()
            headquarters.stop()
    agree = counts["durable"] == counts["at_headquarters"] == counts["thanked"] == counts["dashboard"] == taps
    print(json.dumps({"taps": taps, **counts, "seconds": round(time.monotonic() - began, 1)}), flush=True)
    return 0 if agree else 1


def _play(headquarters: Headquarters, tablet: Tablet, taps: int, pictures: Path) -> dict[str, int]:
    headquarters.command("migrate")
    headquarters.start()
    password, pin, admin_pin = _prepare(headquarters, tablet)
    with virtual_screen(*PORTRAIT) as display:
        tablet.start(display)
        photograph(display, pictures / "home-portrait.png")
        tablet.stop()
    with virtual_screen(*LANDSCAPE) as display:
        tablet.start(display)
        photograph(display, pictures / "home-landscape.png")
        for turn in range(taps):
            _rate(tablet, display, 3 - turn % 3, pictures, first=turn < 3)
        _look_at_staff(tablet, display, pin, pictures)
        _look_at_admin(tablet, display, admin_pin, pictures)
        database = headquarters.data / "headquarters.sqlite3"
        counted = "SELECT event_id FROM ratings_event WHERE kind = 'rating'"
        wait_for(lambda: len(query(database, counted)) >= taps or _late(tablet), "all at headquarters", 60)
        arrived = [str(uuid.UUID(found)) for found in query(database, counted)]
        tablet.stop()
    on_dashboard = photograph_dashboard(headquarters.address, LEADER, password, pictures / "dashboard.png")
    durable, thanked = tablet.durable(), tablet.thanked()
    same = set(durable) == set(arrived) == set(thanked)
    return {
        "durable": len(durable),
        "at_headquarters": len(arrived) if same else -1,
        "thanked": len(thanked),
        "dashboard": on_dashboard,
    }


def _late(tablet: Tablet) -> bool:
    """Whether waiting is pointless because a tap never became durable."""
    return len(tablet.durable()) < len(tablet.thanked())


def _rate(tablet: Tablet, display: str, level: int, pictures: Path, first: bool) -> None:
    tablet.rate(level)
    if first and level == 1:
        photograph(display, pictures / "more.png")
        tablet.go("done", "closing")
    if first:
        names = {3: "thanks-very-satisfied", 2: "thanks-satisfied", 1: "sorry"}
        photograph(display, pictures / f"{names[level]}.png")
    tablet.finish()


def _look_at_staff(tablet: Tablet, display: str, pin: str, pictures: Path) -> None:
    seen = len(tablet.views())
    tablet.touch("staff-corner", hold_s=2.6)
    tablet.wait_view("pin", after=seen)
    photograph(display, pictures / "pin.png")
    for digit in pin:
        tablet.touch(f"pin-{digit}")
    tablet.touch("pin-ok")
    tablet.wait_view("staff", after=seen)
    wait_for(lambda: "total" in tablet.views()[-1], "the day's figures on the staff's page")
    time.sleep(0.5)
    photograph(display, pictures / "staff.png")
    tablet.touch("close")
    tablet.wait_view("home", after=seen + 1)


def _look_at_admin(tablet: Tablet, display: str, pin: str, pictures: Path) -> None:
    """Everything is at headquarters, says the lamp."""
    seen = len(tablet.views())
    tablet.touch("staff-corner", hold_s=2.6)
    tablet.wait_view("pin", after=seen)
    tablet.touch("role-admin")
    for digit in pin:
        tablet.touch(f"pin-{digit}")
    tablet.touch("pin-ok")
    tablet.wait_view("admin", after=seen, lamp="all")
    time.sleep(0.5)
    photograph(display, pictures / "admin.png")
    tablet.touch("close")
    tablet.wait_view("home", after=seen + 1)


if __name__ == "__main__":
    sys.exit(main())
