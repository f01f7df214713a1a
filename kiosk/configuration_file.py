"""The one file in which a tablet keeps what headquarters and its admin have set: read, and replaced at once.

The state before stands beside it, for the day the newer file cannot be read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk import __version__
from kiosk.private_file import write_json
from sync.configuration import Document, Trust, decode_document, document_as_plain, parse
from sync.errors import ContractError

log = logging.getLogger(__name__)
FILE, BEFORE = "configuration.json", "configuration.before.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that is kept. ``enrolled_key``: the key pinned at enrolment, from which ``trust`` has grown.

    ``local``: keys of config.yaml that the admin set here since the last document. ``resets``: ids of PINs
    that were set already. ``passed``: the newest version that was looked at, taken or not, by the version
    ``program``. ``before``: what to come back to, there while on probation, which has lasted ``spent_s``.
    """

    enrolled_key: str = ""
    trust: Trust
    document: Document | None = None
    local: Mapping[str, str] = field(default_factory=dict)
    resets: tuple[str, ...] = ()
    passed: int = 0
    trouble: str = ""
    before: State | None = None
    spent_s: float = 0.0
    program: str = __version__


class ConfigurationFile:
    """In the data folder, mode 0600."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def save(self, state: State, before: State) -> None:
        """Replace ``before`` by ``state``; raises OSError, and then what was there is there still."""
        write_json(self._directory / BEFORE, _as_plain(before))
        write_json(self._directory / FILE, _as_plain(state))

    def load(self, tablet_id: str, config_key: str) -> State:
        """What is kept; a fresh state where there is none, or that of another enrolment."""
        fresh = State(enrolled_key=config_key, trust=Trust(tablet_id=tablet_id, config_key=config_key))
        for name in (FILE, BEFORE):
            try:
                found = _read(self._directory / name)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                log.error("%s cannot be used: %s", name, error)
                fresh = replace(fresh, trouble=f"{name} could not be read")
                continue
            if found.enrolled_key == config_key and found.trust.tablet_id == tablet_id:
                # A newer program may be able to do what the one before it had to refuse.
                passed = found.passed if found.program == __version__ else found.trust.version
                trouble = found.trouble or fresh.trouble
                return replace(found, trouble=trouble, passed=passed, program=__version__)
            log.warning("enrolled anew: the configuration of the former enrolment is let go")
            return replace(fresh, local=found.local)
        return fresh


def _as_plain(state: State) -> dict[str, Any]:
    return {
        "enrolled_key": state.enrolled_key,
        "trust": {name: getattr(state.trust, name) for name in Trust.__dataclass_fields__},
        "document": document_as_plain(state.document) if state.document else None,
        "local": dict(state.local),
        "resets": list(state.resets),
        "passed": state.passed,
        "trouble": state.trouble,
        "before": _as_plain(state.before) if state.before else None,
        "spent_s": state.spent_s,
        "program": state.program,
    }


def _read(path: Path) -> State:
    return _state(json.loads(path.read_text(encoding="utf-8")))


def _state(raw: dict[str, Any]) -> State:
    """What ``_as_plain`` made; a document among it can be parsed."""
    try:
        document = decode_document(raw["document"]) if raw["document"] else None
        if document is not None:
            parse(document.payload)
    except ContractError as error:
        raise ValueError(str(error)) from error
    trust = raw["trust"]
    return State(
        enrolled_key=str(raw["enrolled_key"]),
        trust=Trust(
            tablet_id=str(trust["tablet_id"]),
            config_key=str(trust["config_key"]),
            next_key=str(trust["next_key"]),
            version=int(trust["version"]),
        ),
        document=document,
        local={str(key): str(value) for key, value in raw["local"].items()},
        resets=tuple(str(one) for one in raw["resets"]),
        passed=int(raw["passed"]),
        trouble=str(raw["trouble"]),
        before=_state(raw["before"]) if raw["before"] else None,
        spent_s=float(raw["spent_s"]),
        program=str(raw["program"]),
    )
