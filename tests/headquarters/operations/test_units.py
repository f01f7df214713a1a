"""The units and the site that docs/operating.md hands out are understood by the programs that read them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.screen_only
FOLDER = Path(__file__).resolve().parents[3] / "packaging" / "headquarters"
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
