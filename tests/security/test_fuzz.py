"""A few thousand strange inputs for every reader of what strangers send; ``--long``: ten minutes for each."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from headquarters.web.offices import sheets
from headquarters.web.offices.tree_export import as_xlsx
from sync.bundle_lines import Lines, TooLong

pytestmark = pytest.mark.screen_only
ROOT = Path(__file__).resolve().parents[2]
RUNS = {"wire": 4000, "replies": 4000, "bundles": 2000, "texts": 4000, "uploads": 150}
"""The uploads are archives: a hundred a second."""
TEN_MINUTES = 600


@pytest.mark.parametrize("target", RUNS)
def test_nothing_but_the_declared_errors_comes_out(
    target: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    long = pytestconfig.getoption("--long")
    amount = f"-max_total_time={TEN_MINUTES}" if long else f"-runs={RUNS[target]}"
    done = fuzz(f"tests.security.fuzz.{target}", tmp_path, amount)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(re.findall(r"number_of_executed_units: (\d+)", done.stderr)[0]) >= RUNS[target]


def test_a_finding_is_red(tmp_path: Path) -> None:
    """A reader that raises something of its own for one word: coverage leads to it, and it is told."""
    (tmp_path / "weak.py").write_text(
        "from tests.security.fuzz.run import run\n"
        "def once(data):\n"
        "    if data[:1] == b'!':\n"
        "        raise KeyError('weak')\n"
        "run(once, [b'a', b'!'])\n"
    )
    done = fuzz(str(tmp_path / "weak.py"), tmp_path, "-runs=500")
    assert done.returncode != 0
    assert "KeyError: 'weak'" in done.stdout + done.stderr


def fuzz(target: str, folder: Path, amount: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: libFuzzer ends its process."""
    how = [target] if target.endswith(".py") else ["-m", target]
    kept = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    return subprocess.run(
        [sys.executable, *how, amount, "-seed=1"],
        cwd=ROOT, env=kept, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip


def test_rubbish_behind_the_packed_lines_costs_no_time() -> None:
    pieces = [zlib.compress(b"{}\n", wbits=31), *[b"\0" * 65536] * 1000]
    began = time.process_time()
    with pytest.raises(TooLong, match="more behind"):
        list(Lines().of(pieces))
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    "sheet",
    [
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetViews><sheetView workbookViewId="0"><pane mstate="frozen"/></sheetView></sheetViews>'
        b"<sheetData/></worksheet>",
        b"",
        b"<a>",
    ],
)
def test_a_sheet_that_openpyxl_falls_over_is_an_unreadable_file(sheet: bytes) -> None:
    """Found by fuzzing: whatever the library raises, the person is told that the file cannot be read."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([["Mã", "Tên"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.startswith("xl/worksheets/") else old.read(name))
    with pytest.raises(sheets.Unreadable):
        sheets.read(out.getvalue(), (("Mã",), ("Tên",)))
