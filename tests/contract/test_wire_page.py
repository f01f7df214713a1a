"""docs/wire.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync import bundle, configuration, contract, device, gaps, receipt, renewal, signing, wishes
from sync.contract import PROBLEMS, Verdict

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
GOLDEN = ROOT / "sync" / "golden" / "v1"
BLOCKS = dict(re.findall(r"<!-- golden: (\S+) -->\n```json\n(.*?)\n```", PAGE, re.DOTALL))


def test_every_json_block_is_a_golden_file() -> None:
    assert PAGE.count("```json") == len(BLOCKS)


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("*.json")))
def test_every_golden_file_stands_on_the_page_word_for_word(name: str) -> None:
    assert BLOCKS.get(name) == (GOLDEN / name).read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_listed_with_status_and_meaning(code: str) -> None:
    status, meaning = PROBLEMS[code]
    assert f"| `{code}` | {status} | {meaning} |\n" in PAGE


def test_no_problem_is_listed_that_does_not_exist() -> None:
    listed = re.findall(r"^\| `(\w+)` \| \d{3} \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(PROBLEMS)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_explained(verdict: Verdict) -> None:
    assert re.search(rf"^\| `{verdict}` \|", PAGE, re.MULTILINE)


def test_every_quarantine_code_is_explained() -> None:
    folder = ROOT / "headquarters" / "ratings"
    sources = "".join((folder / name).read_text() for name in ("intake.py", "ingest.py"))
    used = set(re.findall(r'(?:Rejected\("|Refused\(\w+, ")(\w+)"', sources))
    assert {"bad_level", "conflict"} <= used
    assert {code for code in used if not re.search(rf"^\| `{code}` \|", PAGE, re.MULTILINE)} == set()


def test_limits_headers_and_addresses_are_the_code_s() -> None:
    assert f"| events | {contract.MAX_EVENTS} |" in PAGE
    assert f"| stored texts, together | {contract.MAX_STORED_BYTES // 1024} KiB |" in PAGE
    assert f"| packed body | {contract.MAX_BODY_BYTES // 2**20} MiB |" in PAGE
    assert f"| unpacked body | {contract.MAX_UNPACKED_BYTES // 2**20} MiB |" in PAGE
    for word in (
        *(signing.KEY_ID_HEADER, signing.SIGNATURE_HEADER, contract.BATCH_PATH, contract.ENROL_PATH),
        renewal.PATH,
        *(
            device.AUTHORIZE_PATH,
            device.TOKEN_PATH,
            configuration.PATH,
            gaps.PATH,
            renewal.PATH,
            device.USER_ALPHABET,
        ),
        *(f"at most {gaps.MAX_RANGES}, and", f"*{bundle.SUFFIX}", f"*{receipt.SUFFIX}"),
        *(f"at most {wishes.MOST_ITEMS} items", f"at most {wishes.LONGEST_TEXT} characters"),
        bundle.MAGIC.decode().strip(),
    ):
        assert word in PAGE, word


@pytest.mark.parametrize("wish", wishes.KNOWN)
def test_every_wish_is_explained(wish: str) -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", PAGE, re.MULTILINE)
    assert any(f"`{wish}`" in row for row in rows)
