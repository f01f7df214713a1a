"""What comes from others is listed, allowed and without known holes; what tools say of ours has an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import supply_chain
from scripts.supply_chain import Outcome

pytestmark = pytest.mark.screen_only
HOLE: dict[str, Any] = {"id": "CVE-2026-0001", "fix_versions": ["2.0"], "aliases": [], "description": ""}


def test_bandit_finds_nothing_that_has_no_reason() -> None:
    assert supply_chain.bandit().wrong == ()


def test_a_new_finding_and_a_reason_that_nothing_needs_are_both_told() -> None:
    one = {"filename": "./sync/client.py", "test_id": "B501", "line_number": 7, "issue_text": "no TLS check"}
    wrong = supply_chain.judged_code([one]).wrong
    assert wrong[0] == "sync/client.py B501, line 7: no TLS check"
    assert "headquarters/wire.py B104: nothing to accept there any more" in wrong


def test_every_acceptance_has_a_reason() -> None:
    for table in ("bandit", "licences", "packages"):
        assert [line for line, reason in supply_chain.accepted(table).items() if len(reason) < 10] == []


def test_every_package_may_be_used_as_it_is() -> None:
    outcome = supply_chain.licences()
    assert outcome.wrong == ()
    assert int(outcome.said.split()[0]) > 100


@pytest.mark.parametrize(
    ("name", "words", "fine"),
    [
        ("thing", "MIT License", True),
        ("thing", "MIT AND PSF-2.0", True),
        ("docxtpl", "LGPL-2.1-only", True),
        ("thing", "LGPL-2.1-only", False),
        ("thing", "MIT; GNU Affero General Public License v3", False),
        ("thing", "UNKNOWN", False),
    ],
)
def test_a_licence_is_accepted_for_all_or_for_one_package(name: str, words: str, fine: bool) -> None:
    wrong = supply_chain.judged_licences({name: words}).wrong
    assert any(line.startswith(f"{name}: ") for line in wrong) != fine


@pytest.mark.parametrize("audit", [supply_chain.pip_audit, supply_chain.npm_audit])
def test_no_package_has_a_known_hole(audit: Callable[[], Outcome]) -> None:
    outcome = audit()
    if outcome.skipped:
        pytest.skip(f"{outcome.name} {outcome.skipped}")
    assert outcome.wrong == ()


def test_a_known_hole_is_told_and_an_audit_that_asked_nobody_is_none() -> None:
    row = {"name": "thing", "version": "1.0", "vulns": [HOLE]}
    found = supply_chain.judged_pip(json.dumps({"dependencies": [row]}), "")
    assert found.wrong == ("thing 1.0: CVE-2026-0001, mended in 2.0",)
    asked_nobody = {"dependencies": [{"name": "thing", "skip_reason": "not found: thing (1.0)"}]}
    assert supply_chain.judged_pip(json.dumps(asked_nobody), "").skipped
    assert supply_chain.judged_pip("", "Name or service not known\n").skipped
    npm = {"vulnerabilities": {"thing": {"severity": "high"}}}
    assert supply_chain.judged_npm(json.dumps(npm), "").wrong == ("thing: high",)
    assert supply_chain.judged_npm('{"vulnerabilities": {}}', "").wrong == ()


def test_a_skip_names_no_address_of_this_machine() -> None:
    skipped = supply_chain.judged_npm('{"message": "405 Not Allowed - POST https://packages.example/x"}', "")
    assert "405" in skipped.skipped
    assert "example" not in skipped.skipped
    assert "example" not in supply_chain.judged_pip("", "cannot reach https://packages.example/x").skipped


def test_the_bill_of_materials_is_valid_and_names_every_package_and_no_place(tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    assert supply_chain.sbom(path).wrong == ()
    text = path.read_text(encoding="utf-8")
    names = {one["name"].lower() for one in json.loads(text)["components"]}
    assert {"django", "kivy", "pynacl", "echarts", "@mdi/svg", "zrender"} <= names
    assert len(names) == len(supply_chain.python_licences() | supply_chain.npm_licences())
    assert re.findall(r'"file:|"url"|/site-packages|[.]venv', text) == []


def test_a_bill_that_is_none_is_told() -> None:
    assert supply_chain.invalid('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}') != []
