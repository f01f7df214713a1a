"""The staff's CSV: what it says, and how a stick that goes wrong is told."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

import pytest

from kiosk import export
from kiosk.export import CsvWords, Exporter, Progress, to_csv, to_csv_by_day
from kiosk.removable import RemovableError
from kiosk.store.figures import Cell

DAY, NEXT = date(2025, 11, 20), date(2025, 11, 21)
WORDS = CsvWords(
    heads=("Ngày", "Giờ", "Quầy", "Mức", "Gắn cờ", "Số lượt"),
    levels={3: "Rất hài lòng", 2: "Hài lòng", 1: "Chưa hài lòng"},
    desk=lambda key: {"": "Quầy 3"}.get(key, key),
    yes="có",
    no="không",
)


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by its mark only"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_cell_is_a_line_in_the_offices_words() -> None:
    cells = [Cell(DAY, 8, "", 3, False, 1204), Cell(DAY, 9, "quay-1", 1, True, 4)]
    assert rows(to_csv(cells, WORDS))[1:] == [
        ["2025-11-20", "08", "Quầy 3", "Rất hài lòng", "không", "1204"],
        ["2025-11-20", "09", "quay-1", "Chưa hài lòng", "có", "4"],
    ]


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    assert rows(to_csv([Cell(DAY, 8, '=HYPERLINK("x")', 3, False, 1)], WORDS))[1][2] == '\'=HYPERLINK("x")'


def test_whole_days_of_enough_answers_only() -> None:
    cells = [Cell(DAY, 8, "", 3, False, 4), Cell(NEXT, 8, "", 3, False, 3), Cell(NEXT, 9, "q", 1, True, 2)]
    assert rows(to_csv_by_day(cells, 5, WORDS))[1:] == [
        ["2025-11-21", "", "", "Rất hài lòng", "", "3"],
        ["2025-11-21", "", "", "Hài lòng", "", "0"],
        ["2025-11-21", "", "", "Chưa hài lòng", "", "2"],
    ]


def stick(root: Path) -> Path:
    place = root / "media/STICK"
    for folder in (place, root / "proc", root / "sys/block/sdb/sdb1"):
        folder.mkdir(parents=True)
    (root / "proc/mounts").write_text("/dev/sdb1 /media/STICK vfat rw 0 0\n")
    (root / "sys/block/sdb/removable").write_text("1\n")
    return place


def told(root: Path, content: bytes) -> list[Progress]:
    steps: list[Progress] = []
    Exporter(lambda call: call(), root).start("day.csv", content, steps.append).join(30)
    return steps


def test_progress_is_told_up_to_the_word_that_it_may_be_pulled(tmp_path: Path) -> None:
    place, content = stick(tmp_path), b"x" * 2_500_000
    steps = told(tmp_path, content)
    assert (place / "day.csv").read_bytes() == content
    assert [step.step for step in steps] == ["writing"] * (len(steps) - 1) + ["done"]
    written = [step.written for step in steps]
    assert written == sorted(written)
    assert len(set(written)) >= 3, "half way is told too"
    assert steps[-1].name == "day.csv"


def test_without_a_stick_nothing_is_begun(tmp_path: Path) -> None:
    assert told(tmp_path, b"x") == [Progress("failed", reason="none")]


@pytest.mark.parametrize("reason", ["full", "read_only", "gone", "differs", "failed"])
def test_whatever_goes_wrong_is_told_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    place = stick(tmp_path)

    def fail(*_: object) -> int:
        raise RemovableError(reason)

    monkeypatch.setattr(export, "write_safely", fail)
    assert told(tmp_path, b"x")[-1] == Progress("failed", reason=reason)
    assert os.listdir(place) == []
