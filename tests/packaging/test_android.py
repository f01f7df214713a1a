"""Nothing on the tablet that Android cannot carry: every package is pure Python or has a way there that was
looked up, and the program imports none that it does not name. buildozer itself is not run."""

from __future__ import annotations

import ast
import configparser
import re
import runpy
import subprocess
import sys
import types
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from tests.house.test_house import tablet_packages

ROOT = Path(__file__).resolve().parents[2]
ANDROID = ROOT / "packaging" / "android"
OF_ITSELF = {"python3", "sqlite3", "openssl", "libffi", "android", "pyjnius"}
"""What python-for-android brings."""
LEFT_OUT = {"pip", "docutils", "pygments", "kivy-garden"}
"""Named by sqlite-utils and Kivy for commands and widgets that the tablet does not use."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def ways() -> dict[str, str]:
    """recipes.txt: package → recipe or pure."""
    lines = (ANDROID / "recipes.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if line and not line.startswith("#")}


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {plain(name): version for name, _, version in (line.partition("==") for line in lines)}


def required() -> dict[str, str]:
    spec = configparser.ConfigParser(interpolation=None)
    spec.read(ANDROID / "buildozer.spec", encoding="utf-8")
    parts = spec["app"]["requirements"].split(",")
    return {plain(name): version for name, _, version in (part.strip().partition("==") for part in parts)}


def is_pure(name: str) -> bool:
    return "Root-Is-Purelib: true" in (metadata.distribution(name).read_text("WHEEL") or "")


@pytest.mark.parametrize("name", sorted(tablet_packages() - LEFT_OUT))
def test_every_package_of_the_tablet_comes_to_android(name: str) -> None:
    assert is_pure(name) or ways().get(name) in ("recipe", "pure"), f"{name} has compiled parts and no recipe"
    assert name in pinned(), "what is built is what was tested"


def test_the_list_of_recipes_names_no_package_too_many() -> None:
    assert set(ways()) == {name for name in tablet_packages() if not is_pure(name)}


def test_the_build_asks_for_exactly_these_packages_in_the_tested_versions() -> None:
    wanted = required()
    assert set(wanted) - OF_ITSELF == tablet_packages() - LEFT_OUT
    assert {name: version for name, version in wanted.items() if version and pinned()[name] != version} == {}
    loose = {name for name, version in wanted.items() if not version} - OF_ITSELF
    assert loose <= {name for name, way in ways().items() if way == "recipe"} | {"pycparser"}, (
        "recipes have their own"
    )


def imports(path: Path) -> set[str]:
    """The outermost names a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_the_program_imports_no_package_but_those_it_names() -> None:
    files = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "sync").rglob("*.py")]
    found = set().union(*map(imports, files)) - set(sys.stdlib_module_names) - {"kiosk", "sync"}
    owners = metadata.packages_distributions()
    unknown = {
        name for name in found if not {plain(owner) for owner in owners.get(name, [])} & tablet_packages()
    }
    assert unknown == set()
    assert {"kivy", "nacl", "sqlite_utils"} <= found, "the look was a real one"
    used = {plain(owner) for name in found for owner in owners[name]}
    assert used & LEFT_OUT == set()


def test_what_buildozer_gets_is_whole(tmp_path: Path) -> None:
    script = f'. ./package; set -eu; lay_out_android "{tmp_path}/out"'
    subprocess.run(["bash", "-c", script], cwd=ROOT, check=True)
    out = tmp_path / "out"
    for name in ("main.py", "buildozer.spec", "kiosk/__init__.py", "sync/contract.py", "assets/privacy.yaml"):
        assert (out / name).is_file()
    said = yaml.safe_load((out / "config.yaml").read_text(encoding="utf-8"))
    assert "storage" not in said
    assert not said.get("screen"), "Android turns the screen itself"
    spec = configparser.ConfigParser(interpolation=None)
    spec.read(out / "buildozer.spec", encoding="utf-8")
    kept = {f".{ending}" for ending in spec["app"]["source.include_exts"].split(",")}
    shipped = {
        path.suffix for path in [*(out / "kiosk").rglob("*"), *(out / "assets").rglob("*")] if path.is_file()
    }
    assert shipped - {".md"} <= kept, "buildozer would leave these behind"
    pattern, named = spec["app"]["version.regex"], (out / "kiosk/__init__.py").read_text(encoding="utf-8")
    assert re.search(pattern, named)


@pytest.mark.parametrize("permitted", [True, False])
def test_the_way_in_locks_only_where_the_owner_allows_it(
    permitted: bool, tmp_path: Path, monkeypatch
) -> None:
    """main.py with stand-ins for what only Android has."""
    done: list[str] = []

    class Activity:
        def getExternalFilesDir(self, kind):  # noqa: N802 - Android's names
            return types.SimpleNamespace(getAbsolutePath=lambda: str(tmp_path))

        def getPackageName(self):  # noqa: N802
            return "vn.example.satisfactionkiosk"

        def getSystemService(self, name):  # noqa: N802
            return types.SimpleNamespace(isLockTaskPermitted=lambda package: permitted)

        def startLockTask(self):  # noqa: N802
            done.append("locked")

    for name, members in {
        "android": {},
        "android.runnable": {"run_on_ui_thread": lambda call: call},
        "android.storage": {"app_storage_path": lambda: str(tmp_path)},
        "jnius": {"autoclass": lambda name: types.SimpleNamespace(mActivity=Activity())},
    }.items():
        module = types.ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "main.py").write_text((ANDROID / "main.py").read_text(encoding="utf-8"), encoding="utf-8")
    started = runpy.run_path(str(tmp_path / "main.py"), run_name="main")
    started["lock"]()
    assert done == (["locked"] if permitted else [])
    (tmp_path / "config.yaml").write_text("tablet: {}\n", encoding="utf-8")
    assert started["config"]().read_text(encoding="utf-8") == "tablet: {}\n", "what stands there is kept"
