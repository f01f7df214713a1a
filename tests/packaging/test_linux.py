"""The Debian package without building it: its units, scripts and settings. `./package check` builds, installs
and boots it; what stands here is quick enough for every day."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import ImageGrab

from kiosk import compositor
from kiosk.settings import load_settings
from kiosk.survey import load_slogans, slogan_sets

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
UNITS = sorted((LINUX / "units").glob("*.service"))
SCRIPTS = sorted((LINUX / "bin").iterdir()) + [
    LINUX / "debian" / name for name in ("postinst", "prerm", "postrm")
]
ASSETS = ROOT / "assets"


def unit(name: str) -> dict[str, list[str]]:
    """Key → its values, sections together: no key of ours stands in two."""
    found: dict[str, list[str]] = {}
    for line in (LINUX / "units" / name).read_text(encoding="utf-8").splitlines():
        key, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's files as ./package lays them out, without the libraries."""
    made = tmp_path_factory.mktemp("tree")
    (made / "opt/satisfaction-kiosk/app").mkdir(parents=True)
    script = f'. ./package; set -eu; copy_app "{made}/opt/satisfaction-kiosk/app"; lay_out "{made}"'
    script += f'; describe "{made}" amd64 3.11'
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"satisfaction-kiosk_[\d.]+_amd64\.deb\n", done.stdout), done.stderr
    return made


def test_the_tree_holds_the_program_and_nothing_of_headquarters(tree: Path) -> None:
    files = {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
    app = "opt/satisfaction-kiosk/app"
    for wanted in (
        f"{app}/kiosk/__main__.py", f"{app}/kiosk/ui/screens/home.kv", f"{app}/sync/client.py",
        f"{app}/assets/slogans/binh-duong-2023.yaml", f"{app}/assets/locale/vi/LC_MESSAGES/kiosk.mo",
        "etc/satisfaction-kiosk/config.yaml", "usr/lib/systemd/system/satisfaction-kiosk.service",
        "usr/share/doc/satisfaction-kiosk/copyright",
    ):  # fmt: skip
        assert wanted in files
    assert not [
        name for name in files if "headquarters/" in name or "__pycache__" in name or "/tests/" in name
    ]
    for line in (tree / "DEBIAN/conffiles").read_text().splitlines():
        assert line.lstrip("/") in files
    for line in (tree / "DEBIAN/md5sums").read_text().splitlines():
        assert line.split("  ", 1)[1] in files


def test_the_control_file_is_whole(tree: Path) -> None:
    text = (tree / "DEBIAN/control").read_text(encoding="utf-8")
    assert "@" not in text.replace("kiosk@example.invalid", "")
    assert "python3 (>= 3.11), python3 (<< 3.12~)" in text
    if shutil.which("dpkg-deb"):
        done = subprocess.run(
            ["dpkg-deb", "--root-owner-group", "--build", "--nocheck", tree, tree.parent / "x.deb"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_shell_that_can_be_run(path: Path) -> None:
    assert path.stat().st_mode & 0o111
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", path], check=True)
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_systemd_finds_nothing_wrong_with_the_units(tree: Path) -> None:
    """In a root of its own, where all they name is there."""
    for name in ("usr/bin/weston", "usr/bin/python3"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("#!/bin/sh\n")
        (tree / name).chmod(0o755)
    for name in ("systemd-user-sessions", "graphical", "basic", "sysinit", "shutdown"):
        kind = "service" if "sessions" in name else "target"
        target = tree / f"usr/lib/systemd/system/{name}.{kind}"
        target.write_text(
            "[Unit]\nDescription=x\n"
            + ("[Service]\nExecStart=/usr/bin/python3\n" if kind == "service" else "")
        )
    shown = subprocess.run(
        ["systemd-analyze", "verify", f"--root={tree}", "--man=no", "--recursive-errors=no"]
        + [path.name.replace("@.", "@sda1.") for path in UNITS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [line for line in (shown.stdout + shown.stderr).splitlines() if "kiosk" in line]
    assert wrong == [], "\n".join(wrong)
    assert shown.returncode == 0, shown.stderr


def test_the_program_is_watched_comes_back_and_keeps_its_screen() -> None:
    app, session = unit("satisfaction-kiosk.service"), unit("satisfaction-kiosk-session.service")
    for found in (app, session):
        assert found["Type"] == ["notify"]
        assert found["User"] == ["kiosk"]
        assert found["Restart"] == ["always"]
        assert found["RestartSec"] == ["2"], "home within 5 s of a crash"
        assert found["StartLimitIntervalSec"] == ["0"], "it never gives up"
        assert int(found["WatchdogSec"][0]) <= 20
    assert app["NotifyAccess"] == ["main"], "a child must not speak for a hung screen"
    assert app["BindsTo"] == ["satisfaction-kiosk-session.service"]
    assert session["Upholds"] == ["satisfaction-kiosk.service"]
    assert app["StateDirectoryMode"] == ["0700"]
    for key in ("NoNewPrivileges", "RestrictSUIDSGID", "ProtectKernelModules", "LockPersonality"):
        assert app[key] == ["yes"]


def test_the_packaged_settings_are_good_and_name_the_packages_own_places() -> None:
    settings = load_settings(LINUX / "config.yaml", slogan_sets(ASSETS / "slogans"))
    assert settings.data_dir == Path("/var/lib/satisfaction-kiosk")
    assert settings.rotation == 0
    assert load_slogans(ASSETS / "slogans", settings.slogans)


def parsed(text: str) -> list[tuple[str, dict[str, str]]]:
    """weston.ini knows sections of one name many times."""
    sections = re.split(r"^(?=\[)", text, flags=re.M)
    made = []
    for section in filter(str.strip, sections):
        reader = configparser.ConfigParser()
        reader.read_string(section)
        made += [(name, dict(reader[name])) for name in reader.sections()]
    return made


@pytest.mark.parametrize(
    ("said", "turn"),
    [
        ("0", "normal"), ("90", "rotate-90"), ("180", "rotate-180"), ("270", "rotate-270"),
        ("45", "normal"), ("", "normal"),
    ],
)  # fmt: skip
def test_the_screen_is_turned_as_the_settings_say(said: str, turn: str, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"screen: {{rotation: {said}}}\n", encoding="utf-8")
    for name in ("card0", "card0-HDMI-A-1", "card0-eDP-1", "card1-DSI-1", "renderD128"):
        (tmp_path / "drm" / name).mkdir(parents=True)
    outputs = compositor.outputs(tmp_path / "drm")
    assert {"HDMI-A-1", "eDP-1", "DSI-1"} <= set(outputs)
    sections = parsed(compositor.weston_ini(compositor.rotation_of(config), outputs))
    turned = {part["name"]: part["transform"] for name, part in sections if name == "output"}
    assert turned == dict.fromkeys(outputs, turn)


def test_the_screen_never_goes_dark_and_has_no_way_out() -> None:
    sections = dict(parsed(compositor.weston_ini("0", [])))
    assert sections["core"]["idle-time"] == "0"
    assert sections["core"]["shell"] == "kiosk-shell.so"
    assert sections["core"]["require-input"] == "false", "a touch panel may come late"
    assert sections["keyboard"]["vt-switching"] == "false"
    assert sections["shell"]["allow-zap"] == "false"
    assert sections["shell"]["binding-modifier"] == "none"


@pytest.mark.parametrize("text", ["screen: [", "- 1", "screen: 90", "screen: {rotation: [90]}"])
def test_a_spoilt_config_still_gets_a_screen(text: str, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.compositor", "--config", config],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "transform=normal" in done.stdout


def test_a_rotation_that_is_none_is_named(tmp_path: Path) -> None:
    text = (LINUX / "config.yaml").read_text(encoding="utf-8").replace("rotation: 0", "rotation: 45")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"screen\.rotation: cần 0 hoặc 90 hoặc 180 hoặc 270"):
        load_settings(tmp_path / "config.yaml", slogan_sets(ASSETS / "slogans"))


def test_in_a_session_that_spreads_windows_ours_appears_and_fills_the_screen(tmp_path: Path) -> None:
    """It is made hidden and shown in full screen (kiosk/ui/window.py); here no window manager helps it."""
    config = (
        (LINUX / "config.yaml").read_text(encoding="utf-8").replace("/var/lib/satisfaction-kiosk", "data")
    )
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    reading, writing = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1024x768x24"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "KIOSK_SESSION_SPREADS": "1"}
    said = tmp_path / "stderr"
    with said.open("wb") as error:
        kiosk = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "--config", tmp_path / "config.yaml", "run"],
            cwd=ROOT, env=environment, stderr=error,
        )  # fmt: skip
    try:
        until = time.monotonic() + 60
        corners = {(0, 0, 0)}
        while (0, 0, 0) in corners and time.monotonic() < until:
            time.sleep(0.2)
            screen = ImageGrab.grab(xdisplay=display).convert("RGB")
            corners = {screen.getpixel(at) for at in ((0, 0), (1023, 0), (0, 767), (1023, 767))}
        assert (0, 0, 0) not in corners, f"black at {corners}: {said.read_text()}"
    finally:
        kiosk.terminate()
        kiosk.wait(30)
        xvfb.terminate()
        xvfb.wait(10)
