"""What every fault's test is given: how long to try, where to write what was tried."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.invariant import Verdict


@dataclass
class Trials:
    """What a test tried and what was left: a line of the table in docs/reliability.md.

    ``fault``: its number in ``scripts.reliability.FAULTS``. ``count`` is called once a trial, or for many.
    """

    test: str
    fault: str = ""
    run: int = 0
    lost: int = 0
    doubled: int = 0

    def of(self, fault: int) -> Trials:
        """Names the fault, 1 to 25."""
        self.fault = str(fault)
        return self

    def count(self, verdict: Verdict | None = None, run: int = 1) -> None:
        """One more trial (or ``run`` more), with what the invariant said of it; it must hold."""
        self.run += run
        if verdict is not None:
            self.lost += len(verdict.lost)
            self.doubled += len(verdict.doubled)
            assert verdict.holds, str(verdict)


@pytest.fixture
def long(pytestconfig: pytest.Config) -> bool:
    """Whether there is time for thousands of trials."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture
def trials(request: pytest.FixtureRequest) -> Iterator[Trials]:
    """Say ``trials.of(7)`` and count every trial; written down at the test's end, whatever its end."""
    made = Trials(request.node.nodeid.partition("::")[2])
    yield made
    assert made.fault, "a fault's test says which"
    assert made.run, "a fault's test counts its trials"
    path = request.config.getoption("--trials")
    if path is not None:
        line = json.dumps({**vars(made), "database": request.config.getoption("--db")})
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(line + "\n")


@pytest.fixture
def database_of_headquarters() -> Callable[..., str]:
    """Where ``invariant.judge`` looks: the file or the address of a ``scripts.stage.Headquarters``."""
    return lambda headquarters: (
        headquarters.database_url or os.fspath(headquarters.data / "headquarters.sqlite3")
    )
