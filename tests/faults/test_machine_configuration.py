"""The configuration's swap as a state machine: whatever comes in whatever order, and wherever it is cut off,
a valid configuration is in force, one that was proved can be come back to, and nothing foreign is taken."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk import private_file
from kiosk.configuration import PROBATION_S, Configured
from kiosk.configuration_file import BEFORE, FILE
from sync.signing import Signer
from tests.faults import swaps
from tests.faults.conftest import Trials
from tests.faults.swap_driver import Silent
from tests.faults.swaps import HOME, IDLE_S, NEXT, NOW, STRANGER, begin, document

pytestmark = pytest.mark.screen_only
ADDRESSES = (None, HOME, "https://moi.example.vn", "https://sai.example.vn")
SIGNERS = {signer.public_key.hex(): signer for signer in (NOW, NEXT)}


class Cut(BaseException):
    """The power goes; no handler of the product sees it."""


@dataclass(frozen=True)
class Held:
    """What the machine believes: the configuration, whom the tablet believes, what it can come back to."""

    version: int = 0
    address: str = HOME
    idle_s: float = IDLE_S
    key: str = NOW.public_key.hex()
    announced: str = ""
    passed: int = 0
    spent_s: float = 0.0
    back: Held | None = None

    @property
    def said(self) -> tuple[int, str, float]:
        return self.version, self.address, self.idle_s


@dataclass
class Book:
    """Runs over many machines, for the table."""

    steps: int = 0
    notes: set[str] = field(default_factory=set)


BOOK = Book()


class Swap(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="swap-"))
        self.base = swaps.settings(self.folder)
        self.held, self.olders = Held(), [Held()]
        self.running: Configured = begin(self.base)
        self.began = self.held

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    # -- the model -------------------------------------------------------------------------------------------

    def _granted(self, wishes: dict[str, Any], version: int, signer: str, announced: str) -> Held:
        """What holds once that document is in force."""
        now = self.held
        address, idle_s = wishes.get("address") or HOME, wishes.get("idle_s", IDLE_S)
        key = signer if signer == now.announced else now.key
        risky = address != now.address or key != now.key
        back = (now.back or replace(now, spent_s=0.0)) if risky or now.back else None
        return Held(version, address, idle_s, key, "" if announced == key else announced, version, 0.0, back)

    def _move(self, held: Held) -> None:
        self.olders, self.held = [self.held], held

    @contextmanager
    def _cut_at(self, step: int) -> Iterator[None]:
        """The power goes at that step of the writing, if it comes so far."""
        left = step

        def stepped(call: Any) -> Any:
            def run(*given: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    raise Cut
                return call(*given, **named)

            return run

        def half(value: Any, handle: Any) -> None:
            text = json.dumps(value)
            handle.write(text[: len(text) // 2])
            handle.flush()
            stepped(handle.write)(text[len(text) // 2 :])

        with pytest.MonkeyPatch.context() as patch:
            for name in ("open", "fsync", "replace"):
                patch.setattr(os, name, stepped(getattr(os, name)))
            patch.setattr(private_file, "json", type("Json", (), {"dump": staticmethod(half)}))
            yield

    # -- what happens ----------------------------------------------------------------------------------------

    @rule(
        ahead=st.integers(1, 3),
        address=st.sampled_from(ADDRESSES),
        idle_s=st.sampled_from((IDLE_S, 45.0)),
        by_next=st.booleans(),
        announces=st.sampled_from(("", NEXT.public_key.hex())),
        cut=st.sampled_from((*[0] * 12, *range(1, 13))),
    )
    def good(
        self, ahead: int, address: str | None, idle_s: float, by_next: bool, announces: str, cut: int
    ) -> None:
        """Headquarters' own; perhaps the power goes while it is taken."""
        known = [key for key in (self.held.key, self.held.announced) if key]
        key = known[-1] if by_next else known[0]
        version = self.held.passed + ahead
        wishes: dict[str, Any] = {"idle_s": idle_s, **({"address": address} if address else {})}
        offered = document(version, SIGNERS[key], next_key=announces, **wishes)
        granted = self._granted(wishes, version, key, announces)
        try:
            with self._cut_at(cut):
                assert self.running.offer(offered) is True
        except Cut:
            BOOK.notes.add(f"cut at {cut}")
            self._power_comes_back(granted)
            return
        BOOK.notes.add("by the next key" if key == self.held.announced else "by the pinned key")
        self._move(granted)

    def _power_comes_back(self, granted: Held) -> None:
        """The old one or the new one, whole; then it is the truth."""
        self.running = begin(self.base)
        found = (self.running.version, self.running.settings.address, self.running.settings.idle_s)
        assert found in (self.held.said, granted.said)
        if self._passed() == granted.passed:
            self._move(granted)
        else:
            self.olders.insert(0, self.held)  # the state before may have been written over by this one
        self.began = self.held

    def _passed(self) -> int:
        return self.running._state.passed

    def _is(self, held: Held) -> bool:
        """Whether the program that has just begun goes by it."""
        running, state = self.running, self.running._state
        said = running.version, running.settings.address, running.settings.idle_s
        kept = state.passed, state.trust.config_key, state.trust.next_key, state.before is None, state.spent_s
        return (said, kept) == (
            held.said,
            (held.passed, held.key, held.announced, held.back is None, held.spent_s),
        )

    @rule(what=st.sampled_from(("stranger", "changed", "tablet", "older", "unannounced")))
    def foreign(self, what: str) -> None:
        """Not to be believed; the next good one is taken all the same."""
        version = self.held.passed + 1
        signer: Signer = SIGNERS[self.held.key]
        offered = {
            "stranger": document(version, STRANGER, idle_s=99.0),
            "changed": replace(document(version, signer, idle_s=99.0), payload="{}"),
            "tablet": document(version, signer, tablet="t-2", idle_s=99.0),
            "older": document(max(1, self.held.passed), signer, idle_s=99.0),
            "unannounced": document(version, STRANGER, idle_s=99.0),
        }[what]
        if what == "older" and not self.held.passed:
            return
        if what == "unannounced":
            other = NEXT if self.held.key == NOW.public_key.hex() else NOW
            if other.public_key.hex() == self.held.announced:
                return
            offered = document(version, other, idle_s=99.0)
        assert self.running.offer(offered) is False
        BOOK.notes.add(what)
        self.olders.insert(0, self.held)  # where there was something new to tell headquarters

    @rule()
    def ungrantable(self) -> None:
        """Signed well, but nobody can do it: passed over, so that it is not fetched again."""
        version = self.held.passed + 1
        assert self.running.offer(document(version, SIGNERS[self.held.key], slogans="ha-noi")) is False
        self._move(replace(self.held, passed=version))

    @rule()
    def restart(self) -> None:
        self.running, self.began = begin(self.base), self.held

    @rule(share=st.sampled_from((0.1, 0.6, 1.0)))
    def time_passes(self, share: float) -> None:
        """The program begins anew, as when nobody stands before it, and runs so much of the half hour;
        headquarters is silent."""
        self.restart()
        if self.held.back is None:
            return
        spent_s = self.held.spent_s + PROBATION_S * share
        on = self.running.spend(PROBATION_S * share)
        assert on is (spent_s < PROBATION_S)
        if on:
            self._move(replace(self.held, spent_s=spent_s))
        else:
            BOOK.notes.add("rolled back")
            self._move(replace(self.held.back, passed=self.held.passed))

    @rule()
    def headquarters_answers(self) -> None:
        """A round has succeeded by what the program runs by."""
        self.running.heard(Silent(), 0)
        if self.held.back is not None and self.running._begun[0] == self.running._state.document:
            BOOK.notes.add("proved")
            self._move(replace(self.held, back=None, spent_s=0.0))

    @precondition(lambda self: (self.base.data_dir / BEFORE).exists())
    @rule(share=st.floats(0, 0.99))
    def the_file_is_cut(self, share: float) -> None:
        """Then the state before it holds, and headquarters sends again what is missing."""
        path = self.base.data_dir / FILE
        whole = path.read_bytes() if path.exists() else b""
        path.write_bytes(whole[: int(len(whole) * share)])
        self.running = begin(self.base)
        fitting = [one for one in self.olders if self._is(one)]
        assert fitting, f"{self.running._state} is none of {self.olders}"
        self.held = self.began = fitting[0]
        self.olders = [self.held]
        BOOK.notes.add("file cut")
        # Whatever is written next goes by this state; it is written now, so that both files are whole again.
        self.running.keep({})

    # -- what always holds -----------------------------------------------------------------------------------

    @invariant()
    def the_next_beginning_finds_what_was_put_in_force(self) -> None:
        BOOK.steps += 1
        found = begin(self.base)
        assert (found.version, found.settings.address, found.settings.idle_s) == self.held.said
        assert set(found.keys()) == {key for key in (self.held.key, self.held.announced) if key}
        assert (found._state.before is None) == (self.held.back is None)

    @invariant()
    def the_running_program_goes_by_one_configuration(self) -> None:
        running = self.running
        assert (running.version, running.settings.address, running.settings.idle_s) == self.began.said


def test_the_swap_as_a_state_machine(trials: Trials, long: bool) -> None:
    trials.of(23)
    BOOK.steps = 0
    BOOK.notes.clear()
    run_state_machine_as_test(
        Swap,
        settings=settings(
            max_examples=3000 if long else 40,
            stateful_step_count=40 if long else 25,
            deadline=None,
            database=None,
            derandomize=not long,
            phases=(Phase.generate,),  # the steps are printed; making them fewer takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    trials.count(run=BOOK.steps)
    wanted = {"proved", "file cut", "stranger", "tablet"}
    wanted |= {"rolled back", "by the next key", "older"} if long else set()  # those that need luck
    assert wanted <= BOOK.notes, "every sort of step was taken"
    assert any(note.startswith("cut at") for note in BOOK.notes)
