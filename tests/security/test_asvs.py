"""docs/asvs.md: every number of ASVS 5.0.0 up to level 2, once, each met one with evidence that exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.screen_only
ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (met|not met|n/a) \|([^|]*)\|$", re.M)
LAST = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""Section → its last number of level 1 or 2: within a section the numbers of level 3 come last."""
LEVEL_1 = 70


def rows() -> list[tuple[str, ...]]:
    return ROW.findall(TEXT)


def test_every_number_is_there_once_in_order() -> None:
    wanted = [f"{section}.{number}" for section, last in LAST.items() for number in range(1, last + 1)]
    assert len(wanted) == 253
    found = [row[0] for row in rows()]
    assert [one for one, count in Counter(found).items() if count > 1] == []
    assert set(wanted) ^ set(found) == set()
    assert found == wanted
    assert sum(row[1] == "1" for row in rows()) == LEVEL_1
    assert len(re.findall(r"^\| \d", TEXT, re.M)) == len(found), "a row that cannot be read"


def test_every_evidence_exists() -> None:
    tests = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    amiss = []
    for number, _level, _what, verdict, evidence in rows():
        named = re.findall(r"`([^`]+)`", evidence)
        missing = [name for name in named if name.startswith("test_") and name not in tests]
        missing += [name for name in named if "/" in name and not _is_there(name)]
        if verdict == "met" and not named and "](#" not in evidence and not _said(evidence):
            missing.append("no evidence")
        if verdict != "met" and len(evidence.strip()) < 4:
            missing.append("no reason")
        amiss += [f"{number}: {name}" for name in missing]
    assert amiss == []


def _said(evidence: str) -> bool:
    return evidence.strip() == "Python"


def _is_there(name: str) -> bool:
    """Beginning with a folder of ours it is a path; ``/metrics`` and the like are addresses."""
    return (
        not re.match(r"(docs|headquarters|kiosk|sync|tests|scripts|packaging)/", name)
        or (ROOT / name).exists()
    )


def test_every_heading_that_is_pointed_to_is_there() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", TEXT, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - headings == set()


def test_the_count_at_the_top_is_the_count_of_the_rows() -> None:
    told = Counter(row[3] for row in rows())
    assert f"Of 253: {told['met']} met, {told['not met']} not met, {told['n/a']} of no matter here." in TEXT
