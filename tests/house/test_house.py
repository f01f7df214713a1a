"""The repository itself: nothing in it that must not be committed, nothing on the tablet it cannot carry."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".txt",
    ".json",
    ".sh",
    ".kv",
    ".html",
    ".css",
    ".js",
    ".po",
    "",
}


def tracked() -> list[Path]:
    """Every file git would commit."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_constraints_pin_versions_and_name_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.]+", line)] == []


def test_the_web_lock_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert '"integrity"' in text


def test_no_registry_host_and_no_path_of_a_machine_is_committed() -> None:
    # Written in pieces, or this file would find itself.
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb." + "debian.org"]
    paths = ["/ro" + "ot/", "/wo" + "rk/", "/home/" + "u"]
    wrong = []
    for path in tracked():
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8", errors="replace")
            wrong += [f"{path.relative_to(ROOT)}: {needle}" for needle in hosts + paths if needle in text]
    assert wrong == []


def test_no_third_party_code_is_committed() -> None:
    wrong = [p for p in tracked() if {"node_modules", "vendor", "site-packages", ".venv"} & set(p.parts)]
    assert wrong == []
    assert not [p for p in tracked() if p.name.endswith((".min.js", ".min.css", ".whl", ".so"))]


def test_every_font_stands_beside_its_licence() -> None:
    fonts = {path.name for path in (ROOT / "assets" / "fonts").glob("*.ttf")}
    assert any(name.startswith("BeVietnamPro") for name in fonts)
    assert "SIL OPEN FONT LICENSE" in (ROOT / "assets/fonts/OFL.txt").read_text().upper()
    assert "Apache 2.0" in (ROOT / "assets/fonts/MaterialDesignIcons-LICENSE.txt").read_text()


def tablet_packages() -> set[str]:
    """The kiosk extra and all it pulls in, as installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    queue = [Requirement(text) for text in project["optional-dependencies"]["kiosk"]]
    found: set[str] = set()
    while queue:
        requirement = queue.pop()
        name = requirement.name.lower().replace("_", "-")
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        queue += [Requirement(text) for text in metadata.requires(name) or []]
    return found


@pytest.mark.parametrize("page", ["README.md", "docs/security.md"])
def test_every_promise_names_tests_that_exist(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / page).read_text(encoding="utf-8")))
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.M)
    }
    assert len(named) >= 10
    assert named - defined == set()


def test_each_of_the_eleven_promises_leads_to_its_tests() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+)\. (.+?) \| (.+) \|$", text, flags=re.M)
    assert [int(number) for number, _, _ in rows] == list(range(1, 12))
    for _, promise, proofs in rows:
        named = re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", proofs)
        assert named, promise
        for test, path in named:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), test


def test_the_pictures_and_pages_the_readme_points_to_are_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("command", ["run", "test", "bench", ".ci/run"])
def test_the_commands_can_be_run(command: str) -> None:
    assert (ROOT / command).stat().st_mode & 0o111


def test_files_stay_small_enough_to_read() -> None:
    rooms = [ROOT / name for name in ("kiosk", "sync", "headquarters", "scripts", "benchmarks")]
    long = {
        str(path.relative_to(ROOT)): lines
        for room in rooms
        for path in room.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}
