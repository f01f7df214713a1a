"""Uploader and headquarters, by a state machine: whatever the network, the keys and the power do in whatever
order, at the end everything is received once."""

from __future__ import annotations

import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from sync import contract
from sync.contract import Problem
from sync.errors import SyncError
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, fresh
from tests.faults.lines import Line
from tests.faults.proxy import LOST_REPLY, Toxic, http

PORTAL = http(200, b"<html>Sign in</html>")


def _refusal(status: int) -> bytes:
    return http(status, contract.encode_problem(Problem(code="unavailable", message="", status=status)))


def _always(answer: bytes) -> Any:
    return lambda _: answer


toxics = st.one_of(
    st.just(LOST_REPLY),
    st.builds(lambda n: Toxic("cut request", request_upto=n), st.integers(0, 4000)),
    st.builds(lambda n, r: Toxic("cut reply", reply_upto=n, reset=r), st.integers(0, 600), st.booleans()),
    st.builds(
        lambda status: Toxic("status", instead=_always(_refusal(status))),
        st.sampled_from([400, 401, 403, 404, 408, 413, 422, 423, 429, 500, 502, 503, 507]),
    ),
    st.builds(
        lambda status: Toxic("a stranger", instead=_always(http(status))),
        st.sampled_from([200, 204, 301, 307, 400, 403, 413, 500, 502, 511]),
    ),
    st.just(Toxic("portal", instead=_always(PORTAL))),
)


class Uploading(RuleBasedStateMachine):
    """``ground`` and ``trials`` are set by the test; ``mortal``: headquarters may be killed too."""

    ground: Ground
    trials: Trials
    mortal = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-machine-"))
        self.line = Line(self.ground, self.folder / "kiosk")
        self.withdrawn = False

    @rule(count=st.integers(1, 30))
    def citizens_rate(self, count: int) -> None:
        self.line.rate(count)

    @rule(bad=st.lists(toxics, min_size=1, max_size=4))
    def a_bad_line(self, bad: list[Toxic]) -> None:
        self.line.proxy.once(*bad)
        self._round()

    @rule(toxic=toxics, rounds=st.integers(1, 3))
    def a_bad_line_for_long(self, toxic: Toxic, rounds: int) -> None:
        self.line.proxy.always(toxic)
        for _ in range(rounds):
            self._round()
        self.line.proxy.heal()

    @rule()
    def a_good_line(self) -> None:
        self.line.proxy.heal()
        self._round()

    @rule()
    def the_same_batch_on_two_ways(self) -> None:
        """A request that was thought lost comes after the one that replaced it."""
        parcel = self.line.uploader._prepare(0, 0)
        self._round()
        with suppress(SyncError):
            self.line.uploader._headquarters().send(parcel)

    @rule()
    def replayed(self) -> None:
        self._desk(lambda store: store.replay_quarantined())

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def withdrawn_by_the_office(self) -> None:
        self.line.revoke()
        self.withdrawn = True

    @rule(lose=st.booleans())
    def placed_again(self, lose: bool) -> None:
        self.line.place_again(lose)
        self.withdrawn = False

    @rule()
    def begun_anew(self) -> None:
        """The app ended and began; what was on its way is forgotten."""
        self.line.begin_anew()

    @precondition(lambda self: self.mortal)
    @rule(how=st.sampled_from([signal.SIGKILL, signal.SIGTERM]))
    def headquarters_falls(self, how: signal.Signals) -> None:
        self.ground.headquarters.stop(how)
        self._round()
        self.ground.headquarters.start()

    def _round(self) -> None:
        self.line.uploader._round()
        self.line.uploader.wake()

    def _desk(self, job: Any) -> Any:
        return self.line.tablet.desk.submit(job).result()

    def teardown(self) -> None:
        try:
            self.line.proxy.heal()
            if self.withdrawn:
                self.line.place_again(lose=False)
            self._desk(lambda store: store.replay_quarantined())
            verdict = self.line.arrives()
            received = self.line.received()
            assert sorted(received) == sorted(self.line.shown), "each once"
            self.trials.count(verdict)
        finally:
            self.line.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def test_in_whatever_order_everything_arrives_once(
    tmp_path: Path, migrated_database: Migrated, long: bool, trials: Trials
) -> None:
    trials.of(18)
    Uploading.ground = fresh(tmp_path / "headquarters", migrated_database)
    Uploading.trials, Uploading.mortal = trials, long
    try:
        run_state_machine_as_test(
            Uploading,
            settings=settings(
                max_examples=300 if long else 8, stateful_step_count=30 if long else 12, deadline=None,
                suppress_health_check=list(HealthCheck), print_blob=True,
            ),
        )  # fmt: skip
    finally:
        Uploading.ground.headquarters.stop()
