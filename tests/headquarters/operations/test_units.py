"""The units and the site that docs/operating.md hands out are understood by the programs that read them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.headquarters_check import documented

pytestmark = pytest.mark.screen_only
ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "packaging" / "headquarters"
UNITS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".service", ".timer"))
PROGRAM = "/opt/headquarters/.venv/bin/headquarters"


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("this machine has no systemd")
    for unit in UNITS:
        # Only the program's own place is another one here: it must exist.
        (tmp_path / unit.name).write_text(unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=False, env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.stem
)
def test_every_service_is_hardened_alike_and_runs_commands_that_exist(unit: Path) -> None:
    from headquarters.__main__ import _parser

    text = unit.read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077"):
        assert line in text, line
    named = set(re.findall(rf"{PROGRAM} ([a-z-]+)", text))
    there = set(_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    assert named, text
    assert named - there == set()


def test_nginx_overwrites_what_headquarters_believes_and_hides_what_is_for_machines() -> None:
    text = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    assert re.search(r"proxy_set_header X-Forwarded-For\s+\$remote_addr;", text)
    assert "$proxy_add_x_forwarded_for" not in text
    assert "location = /metrics { return 404; }" in text
    assert text.count("{") == text.count("}")
    assert "$request_uri'" not in text, "no address of a citizen's page is logged"


def test_the_services_stand_behind_the_same_walls() -> None:
    def walls(unit: Path) -> set[str]:
        text = unit.read_text(encoding="utf-8")
        return set(text[text.index("NoNewPrivileges=") :].partition("\n[")[0].splitlines()) - {""}

    services = [unit for unit in UNITS if unit.suffix == ".service"]
    assert len(services) == 4
    assert {unit.name for unit in services if walls(unit) != walls(services[0])} == set()


def test_what_comes_after_the_server_comes_after_its_migrations() -> None:
    """A simple service counts as started before it has looked at its database: the watch found it not up to
    date, at the first start and after every upgrade, and ended."""
    server = (FOLDER / "headquarters.service").read_text(encoding="utf-8")
    assert "\nType=notify\n" in server
    assert "\nTimeoutStartSec=infinity\n" in server, "a long migration is not killed half-way"
    assert " --migrate\n" in server
    others = [unit for unit in UNITS if unit.suffix == ".service" and unit.name != "headquarters.service"]
    for unit in others:
        assert re.search(r"^After=.*\bheadquarters\.service\b", unit.read_text(encoding="utf-8"), flags=re.M)


def test_the_page_hands_out_every_file_and_makes_each_folder_that_debian_lacks() -> None:
    _packages, commands = documented()
    named = set(re.findall(r"packaging/headquarters/(\S+)", commands))
    missing = [path.name for path in FOLDER.iterdir() if not any(path.match(name) for name in named)]
    assert missing == []
    assert [name for name in named if not list(FOLDER.glob(name))] == []
    # Debian 12 has no /etc/sysusers.d of its own; `cp` into it failed on the first machine that was booted.
    for folder in ("sysusers.d", "tmpfiles.d"):
        assert re.search(rf"^install -D .* /etc/{folder}/headquarters\.conf", commands, flags=re.M), folder


def test_the_page_s_commands_come_in_an_order_that_can_work() -> None:
    _packages, commands = documented()
    order = (
        "createuser headquarters", "createdb ", "systemd-sysusers", "systemd-tmpfiles",
        "/etc/headquarters/environment", "systemctl enable --now", "nginx.conf", "systemctl reload nginx",
    )  # fmt: skip
    places = [commands.index(command) for command in order]
    assert places == sorted(places)
    # A cluster made under the C locale would give SQL_ASCII.
    assert "--encoding=UTF8 --template=template0" in commands
    enabled = set(re.findall(r"headquarters[a-z-]*\.(?:service|timer)", commands))
    assert enabled == {unit.name for unit in UNITS if "[Install]" in unit.read_text(encoding="utf-8")}


def test_the_command_for_operators_has_the_services_user_folder_and_settings(tmp_path: Path) -> None:
    shown = tmp_path / "systemd-run"
    shown.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    shown.chmod(0o755)
    done = subprocess.run(
        ["sh", str(FOLDER / "headquarters.sh"), "create-admin", "lãnh đạo"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    words = done.stdout.splitlines()
    assert words[-3:] == [PROGRAM, "create-admin", "lãnh đạo"]
    assert "--pipe" in words
    service = (FOLDER / "headquarters.service").read_text(encoding="utf-8")
    for option, key in (
        ("--uid=", "User="), ("--gid=", "Group="), ("--setenv=", "Environment="),
        ("--property=EnvironmentFile=", "EnvironmentFile="), ("--property=UMask=", "UMask="),
    ):  # fmt: skip
        value = next(word.removeprefix(option) for word in words if word.startswith(option))
        assert f"\n{key}{value}\n" in service, option


def test_a_server_is_set_up_without_anything_of_a_screen() -> None:
    script = f'ROOT="{ROOT}"; . "{ROOT}/scripts/setup.sh"; missing_packages python3 serve'
    empty = {"PATH": "/nowhere"}
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-c", script], capture_output=True, text=True, check=True, env=empty
    )
    assert done.stdout.split() == ["python3", "python3-venv"]
