"""``./package check``: the Debian package, proved on a Debian of its own.

A fresh Debian is made with debootstrap, the package is installed in it by apt, and that system is booted
(systemd-nspawn). Its kiosk session draws into an Xvfb of ours in place of a screen; all else is as on a
tablet: the units, the user, the watchdog. Inside, ``package_probe.sh`` looks, stops the program as if it
hung, kills it, and writes down what systemd did.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

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
    works,
)

LINUX = ROOT / "packaging" / "linux"
SIZE = 1280, 800
SCREEN = ":77"
NO_SCREEN = f"""\
[Unit]
ConditionPathExists=
[Service]
PAMName=
TTYPath=
StandardInput=null
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
UtmpIdentifier=
RuntimeDirectory=satisfaction-kiosk kiosk-session
Environment=XDG_RUNTIME_DIR=/run/kiosk-session DISPLAY={SCREEN}
ExecStart=
ExecStart=/opt/satisfaction-kiosk/bin/session --backend=x11-backend.so --width={SIZE[0]} --height={SIZE[1]}
"""


def main(argv: list[str] | None = None) -> int:
    """Run it all; 1 with one line when something does not hold."""
    parser = argparse.ArgumentParser(prog="package check", description=__doc__)
    parser.add_argument("--shots", type=Path, help="where the pictures of the session go")
    parser.add_argument("--package", type=Path, help="a package that was built before")
    parser.add_argument(
        "--keep", type=Path, help="the Debian's folder: kept, and used again when it is there"
    )
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="kiosk-package-") as scratch:
        shots = arguments.shots or Path(scratch) / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        try:
            package = arguments.package or build(Path(scratch))
            check(package, Path(scratch), arguments.keep or Path(scratch) / "debian", shots.resolve())
        except Failed as error:
            print(f"failed: {error}")
            return 1
    return 0


def build(scratch: Path) -> Path:
    """The package, as everybody builds it."""
    shown = said([str(ROOT / "package"), "deb", "--out", str(scratch)])
    return Path(shown.strip().splitlines()[-1])


def check(package: Path, scratch: Path, debian: Path, shots: Path) -> None:
    """Install, boot, remove."""
    step(f"{package.name}: {package.stat().st_size / 2**20:.0f} MB")
    fresh(debian)
    install(debian, package)
    verify(debian)
    usb_stick(debian, scratch)
    for rotation in (0, 90):
        told = boot(debian, shots, rotation)
        report(told, rotation)
        look(shots, rotation)
    remove(debian)


def install(debian: Path, package: Path) -> None:
    """By apt, as an administrator would."""
    shutil.copy(package, debian / "var/cache" / package.name)
    no_services_start(debian)
    run(inside(debian, "apt-get", "update", "-qq"))
    run(
        inside(
            debian, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "--reinstall",
            "-o", "Dpkg::Options::=--force-confnew", f"/var/cache/{package.name}",
        )
    )  # fmt: skip
    owner = said(inside(debian, "stat", "-c", "%U %a", "/var/lib/satisfaction-kiosk")).strip()
    expect(owner == "kiosk 700", f"the data folder is {owner}")
    help_text = said(inside(debian, "satisfaction-kiosk", "--version"))
    step(f"installed: {help_text.strip()}")


def verify(debian: Path) -> None:
    """systemd's own look at the units, with everything they name in place."""
    units = [f"/usr/lib/systemd/system/{path.name}" for path in sorted((LINUX / "units").glob("*.service"))]
    named = [unit.replace("@.service", "@sda1.service") for unit in units]
    shown = said(inside(debian, "systemd-analyze", "verify", "--man=no", *named), errors=True)
    wrong = [line for line in shown.splitlines() if "satisfaction-kiosk" in line]
    expect(not wrong, f"systemd-analyze verify: {wrong}")
    step("systemd-analyze verify finds nothing wrong")


def usb_stick(debian: Path, scratch: Path) -> None:
    """The helper that mounts a stick, on a small file system of a loop device."""
    if "\tvfat\n" not in Path("/proc/filesystems").read_text() and not works(["modprobe", "vfat"]):
        step("NOT PROVED: this machine's kernel has no vfat, so no USB stick can be mounted here")
        return
    image = scratch / "stick.img"
    with image.open("wb") as handle:
        handle.truncate(16 * 2**20)
    run(["mkfs.vfat", "-n", "USB CUA TOI", str(image)])
    device = said(["losetup", "--find", "--show", str(image)]).strip()
    binds = [
        "mount --bind /dev dev",
        "mount -t proc proc proc",
        f"exec chroot . sh -euc '{_STICK}' - {device}",
    ]
    try:
        shown = said(["unshare", "-m", "sh", "-euc", "cd $0; " + "; ".join(binds), str(debian)])
    finally:
        run(["losetup", "--detach", device])
    expect("written by kiosk" in shown and "gone" in shown, f"the stick: {shown}")
    step("a USB stick is mounted for the kiosk's user by its name, and its place is free afterwards")


_STICK = """
/opt/satisfaction-kiosk/bin/usb-stick mount $1
runuser -u kiosk -- sh -c "echo written by kiosk >/media/kiosk/USB_CUA_TOI/a.csv"
cat /media/kiosk/USB_CUA_TOI/a.csv
/opt/satisfaction-kiosk/bin/usb-stick unmount $1
test -e /media/kiosk/USB_CUA_TOI || echo gone
"""


def boot(debian: Path, shots: Path, rotation: int) -> dict[str, str]:
    """Boot it, let the probe work, take pictures when it asks; what the probe wrote down."""
    config = debian / "etc/satisfaction-kiosk/config.yaml"
    config.write_text(
        (LINUX / "config.yaml").read_text("utf-8").replace("rotation: 0", f"rotation: {rotation}")
    )
    drop_in = debian / UNITS / "satisfaction-kiosk-session.service.d"
    drop_in.mkdir(parents=True, exist_ok=True)
    (drop_in / "no-screen.conf").write_text(NO_SCREEN)
    told = put_probe(debian, ROOT / "scripts" / "package_probe.sh")
    xvfb = subprocess.Popen(
        ["Xvfb", SCREEN, "-ac", "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"], stderr=subprocess.DEVNULL
    )
    try:
        with booted(debian) as down:
            wait(lambda: _taken(told, shots, rotation) or down(), 240, "the probe to end")
    finally:
        xvfb.terminate()
        xvfb.wait(10)
    return read(told)


def _taken(told: Path, shots: Path, rotation: int) -> bool:
    """A picture for every ``name.wanted`` of the probe; True when it has written ``end``."""
    for wish in told.glob("*.wanted"):
        target = shots / f"session-{rotation}-{wish.stem}.png"
        run(["import", "-display", SCREEN, "-window", "root", str(target)])
        wish.rename(wish.with_suffix(".taken"))
    return (told / "end").exists()


def report(told: dict[str, str], rotation: int) -> None:
    """What must hold of what the probe saw."""
    detail = json.dumps({name: text for name, text in told.items() if name != "journal"}, indent=1)
    expect("end" in told, f"the probe did not end: {detail}\n{told.get('journal', '')[-3000:]}")
    expect(told["first"] == "active", f"the kiosk did not start: {detail}\n{told['journal'][-3000:]}")
    expect(told["user"] == "kiosk", detail)
    expect(told["killed_by"] == "watchdog", detail)
    expect(told["after_hang"] == "active" and told["after_crash"] == "active", detail)
    expect(float(told["crash_to_home_s"]) <= 5, f"{told['crash_to_home_s']} s from a crash to home")
    expect(told["session_restarts"] == "0", "the screen went down with the program")
    step(
        f"rotation {rotation}: home {told['boot_to_home_s']} s after the session; a hang was found and killed"
        f" after {told['hang_to_kill_s']} s; from the kill to home {told['crash_to_home_s']} s"
    )


def look(shots: Path, rotation: int) -> None:
    """Home lies where it lay at first, to the edges: the middle of each edge has the colour it had."""
    width, height = SIZE
    edges = (width // 2, 1), (width // 2, height - 2), (1, height // 2), (width - 2, height // 2)
    seen = {}
    for name in ("home", "after-hang", "after-crash"):
        with Image.open(shots / f"session-{rotation}-{name}.png") as picture:
            seen[name] = [picture.convert("RGB").getpixel(edge) for edge in edges]
    expect(len(set(map(str, seen.values()))) == 1, f"rotation {rotation}: the screen's edges differ: {seen}")


def remove(debian: Path) -> None:
    """Even a purge leaves the ratings."""
    run(inside(debian, "apt-get", "purge", "-y", "-qq", "satisfaction-kiosk"))
    expect((debian / "var/lib/satisfaction-kiosk/kiosk.sqlite3").exists(), "a purge took the ratings")
    expect(not (debian / "opt/satisfaction-kiosk").exists(), "a purge left the program")
    step("removed; the ratings are still there")


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    sys.exit(main())
