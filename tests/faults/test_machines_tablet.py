"""Whatever happens in whatever order: the store does what a list and a dictionary would, and the visit never
thanks for what is not stored. Hypothesis looks for the order that breaks it."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.conductor import Conductor
from kiosk.contact import Contact
from kiosk.store import Comment, StorageError
from kiosk.store.log import Store
from kiosk.survey import Level
from kiosk.views import ClosingView, CommentView, HomeView, MoreView, NotSavedView, ReplyView, View
from kiosk.visit import Phase, Rules
from sync import kinds
from sync.contract import Result, Verdict
from tests.faults.conftest import Trials
from tests.faults.invariant import databases_of, judge
from tests.faults.steps import BODIES
from tests.kiosk.support import SetClock, new_id, open_store

pytestmark = pytest.mark.screen_only
REFUSED, TAKEN = Verdict.QUARANTINED, (Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.TOMBSTONED)
DAY_MS = 86_400_000


def run(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    """So many plays of so many steps at most."""
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=wanted)


class StoreMachine(RuleBasedStateMachine):
    """``events``: seq → (id, kind) of what is in the file; ``settled``: seq → (state, when)."""

    trials: Trials

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="store-"))
        self.copies, self.clock = 0, SetClock()
        self.folder = self.home / "0"
        self.store: Store = open_store(self.folder, self.clock)
        self.events: dict[int, tuple[str, str]] = {}
        self.settled: dict[int, tuple[str, int]] = {}
        self.rated: list[str] = []
        self.purged: set[str] = set()
        self.visit = new_id()

    def teardown(self) -> None:
        self.store.close()
        verdict = judge(self.rated, databases_of(self.folder))
        gone = {self.events[seq][0] for seq, (state, _) in self.settled.items() if state == "confirmed"}
        verdict.lost = [
            lost for lost in verdict.lost if lost not in gone | self.purged
        ]  # none of ours has it
        shutil.rmtree(self.home)
        self.trials.count(verdict)

    # -- what happens ---------------------------------------------------------------------------------------

    @rule(level=st.sampled_from((1, 2, 3)))
    def rate(self, level: int) -> None:
        self.visit = new_id()
        event = self.store.append(kinds.RATING, self.visit, {"level": level, "flags": []})
        self.events[event.seq] = (event.event_id, kinds.RATING)
        self.rated.append(event.event_id)

    @rule(kind=st.sampled_from(sorted(BODIES)))
    def say(self, kind: str) -> None:
        event = self.store.append(kind, self.visit, BODIES[kind])
        self.events[event.seq] = (event.event_id, kind)

    @rule(first=st.integers(0, 5), verdicts=st.lists(st.sampled_from((*TAKEN, REFUSED, None)), max_size=6))
    def settle(self, first: int, verdicts: list[Verdict | None]) -> None:
        """Of a batch from somewhere in the queue each event has its verdict, or is missing in the reply."""
        waiting = self._waiting()
        sent = self.store.pending(
            len(verdicts) or 1, after_seq=waiting[first] - 1 if first < len(waiting) else 0
        )
        told = [
            Result(event_id=event.event_id, verdict=verdict, code="")
            for event, verdict in zip(sent, verdicts, strict=False)
            if verdict is not None
        ]
        told.append(Result(event_id=new_id(), verdict=Verdict.ACCEPTED, code=""))  # nobody asked for it
        taken, refused = self.store.settle(sent, told)
        seqs = {event.event_id: event.seq for event in sent}
        for result in told[:-1]:
            state = "quarantined" if result.verdict is REFUSED else "confirmed"
            self.settled[seqs[result.event_id]] = (state, self.clock.wall_ms)
        assert taken + refused == len(told) - 1

    @precondition(lambda self: self._waiting())
    @rule(place=st.integers(0, 9))
    def quarantine(self, place: int) -> None:
        waiting = self.store.pending()
        event = waiting[place % len(waiting)]
        self.store.quarantine(event, "refused_too_large")
        self.settled[event.seq] = ("quarantined", self.clock.wall_ms)

    @rule()
    def release(self) -> None:
        aside = [seq for seq, (state, _) in self.settled.items() if state == "quarantined"]
        assert self.store.replay_quarantined() == len(aside)
        for seq in aside:
            del self.settled[seq]

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.clock.wall_ms += days * DAY_MS

    @rule(limit=st.integers(1, 5))
    def purge(self, limit: int) -> None:
        before = self.clock.wall_ms - 30 * DAY_MS
        old = [
            seq
            for seq, (state, when) in sorted(self.settled.items())
            if state == "confirmed" and when < before
        ]
        old = [seq for seq in old if seq != max(self.events)][:limit]
        assert self.store.purge_confirmed(before, limit) == len(old)
        for seq in old:
            self.purged.add(self.events.pop(seq)[0])
            del self.settled[seq]

    @rule()
    def keep_in_order(self) -> None:
        self.store.fold()
        self.store.shrink()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.folder, self.clock)

    @rule(with_index=st.booleans())
    def kill(self, with_index: bool) -> None:
        """The files as they lie now are all the next start finds; the -shm may have gone with the power."""
        self._begin_with(self._copied(with_index))

    @rule(kind=st.sampled_from(sorted(BODIES)))
    def kill_before_commit(self, kind: str) -> None:
        """What was not committed was not stored, and leaves no trace."""
        left: list[Path] = []

        def seen(sql: str) -> None:
            if sql == "COMMIT":
                left.append(self._copied(True))

        self.store._db.conn.set_trace_callback(seen)
        self.store.append(kind, self.visit, BODIES[kind])
        self._begin_with(left[0])

    def _copied(self, with_index: bool) -> Path:
        self.copies += 1
        fresh = self.home / str(self.copies)
        fresh.mkdir()
        for path in self.folder.glob("kiosk.sqlite3*"):
            if with_index or not path.name.endswith("-shm"):
                shutil.copyfile(path, fresh / path.name)
        return fresh

    def _begin_with(self, folder: Path) -> None:
        self.store.close()
        self.folder = folder
        self.store = open_store(folder, self.clock)

    # -- what must be ---------------------------------------------------------------------------------------

    def _waiting(self) -> list[int]:
        return [seq for seq in sorted(self.events) if seq not in self.settled]

    @invariant()
    def queue_is_what_waits(self) -> None:
        waiting = self._waiting()
        assert [(e.seq, e.event_id) for e in self.store.pending()] == [
            (s, self.events[s][0]) for s in waiting
        ]
        aside = sorted(seq for seq, (state, _) in self.settled.items() if state == "quarantined")
        assert [found.seq for found in self.store.quarantined()] == aside
        state = self.store.queue_state()
        newest = max(self.events, default=0)
        assert (state.pending, state.quarantined, state.max_seq) == (len(waiting), len(aside), newest)
        broken = [*waiting, *aside]
        assert self.store.newest_confirmed_contiguous() == (min(broken) - 1 if broken else newest)


def test_the_store_does_what_a_list_would(trials: Trials, long: bool) -> None:
    StoreMachine.trials = trials.of(1)
    run(StoreMachine, 400 if long else 5, 60 if long else 25)


# -- the visit ---------------------------------------------------------------------------------------


class Save:
    """Asked of the store, not answered yet."""

    def __init__(self, kind: str, visit: str, level: Level | None) -> None:
        self.kind, self.visit, self.level = kind, visit, level
        self.future: Future[str] = Future()


class HeldDesk:
    """A store's thread that answers when it is told to, in its order."""

    def __init__(self) -> None:
        self.asked: list[Save] = []
        self.ratings: list[str] = []

    def _ask(self, kind: str, visit: str, level: Level | None = None) -> Future[str]:
        self.asked.append(Save(kind, visit, level))
        return self.asked[-1].future

    def save_rating(self, visit_id: str, level: Level) -> Future[str]:
        self.ratings.append(visit_id)
        return self._ask("rating", visit_id, level)

    def save_correction(self, visit_id: str, level: Level, corrects: str) -> Future[str]:
        return self._ask("correction", visit_id, level)

    def save_choice(self, visit_id: str, chosen: frozenset[str], good: bool) -> Future[str]:
        return self._ask("reasons", visit_id)

    def save_comment(self, visit_id: str, comment: Comment) -> Future[str]:
        return self._ask("comment", visit_id)

    def save_about(self, visit_id: str, about: Any) -> Future[str]:
        return self._ask("subject", visit_id)

    def save_contact(self, visit_id: str, contact: Contact, lookup: str) -> Future[str]:
        return self._ask("contact", visit_id)

    def save_end(self, visit_id: str, how: str, page: str) -> Future[str]:
        return self._ask("session_end", visit_id)

    def save_swallowed(self, visit_id: str, count: int) -> Future[str]:
        return self._ask("misuse_counter", visit_id)


LEVELS = st.sampled_from(list(Level))


class VisitMachine(RuleBasedStateMachine):
    """``stored``: visit → event id of its rating; ``meant``: visit → level last stored; ``given``: (visit,
    kind) of comments and contacts that are stored."""

    @initialize()
    def begin(self) -> None:
        self.now_s, self.desk, self.thanks = 100.0, HeldDesk(), 0
        self.stored: dict[str, str] = {}
        self.meant: dict[str, Level] = {}
        self.given: set[tuple[str, str]] = set()
        self.posted: list[Any] = []
        self.conductor = Conductor(
            self.desk,  # type: ignore[arg-type]
            Rules(),
            now_s=lambda: self.now_s,
            new_id=new_id,
            new_code=lambda: "code",
            post=self.posted.append,
            show=self._shown,
        )

    def _shown(self, view: View) -> None:
        """Nothing is called stored that is not."""
        if isinstance(view, HomeView | NotSavedView):
            return
        visits = {event_id: visit for visit, event_id in self.stored.items()}
        assert view.event_id in visits, f"{view} before its rating is stored"
        visit = visits[view.event_id]
        if isinstance(view, MoreView | ClosingView):
            assert view.level is self.meant[visit]
            assert not view.commented or (visit, "comment") in self.given
            assert not view.contacted or (visit, "contact") in self.given

    @rule(level=LEVELS)
    def tap(self, level: Level) -> None:
        self.conductor.tap(level)

    @rule(seconds=st.sampled_from((0.1, 0.7, 0.8, 1.0, 3.0, 9.0, 31.0)))
    def tick(self, seconds: float) -> None:
        self.now_s += seconds
        self.conductor.tick()

    @rule(
        name=st.sampled_from(("done", "ask_more", "back", "more_time", "speaking", "choose_again", "touched"))
    )
    def touch(self, name: str) -> None:
        self.now_s += 0.8
        getattr(self.conductor, name)()

    @rule(key=st.sampled_from(("thai-do", "xin-loi")))
    def toggle(self, key: str) -> None:
        self.conductor.toggle(key)

    @rule(page=st.sampled_from((Phase.COMMENT, Phase.REPLY, Phase.SUBJECT, Phase.DOSSIER, Phase.ELSEWHERE)))
    def ask(self, page: Phase) -> None:
        self.now_s += 0.8
        self.conductor.ask(page)

    @rule(key=st.sampled_from(("quay-1", "quay-2")))
    def pick(self, key: str) -> None:
        self.conductor.pick("desk", key)

    @rule(code=st.sampled_from(("", "H12.34.5-251021-0001")))
    def file(self, code: str) -> None:
        self.conductor.file(code)

    @precondition(lambda self: isinstance(self.conductor.view, CommentView))
    @rule(text=st.sampled_from(("", "chờ lâu")))
    def comment(self, text: str) -> None:
        self.conductor.send_comment(text, "khac")

    @precondition(lambda self: isinstance(self.conductor.view, ReplyView))
    @rule()
    def contact(self) -> None:
        self.conductor.send_contact(Contact("Bưởi", "+84912345678", "", False))

    @precondition(lambda self: self.desk.asked)
    @rule()
    def is_stored(self) -> None:
        save = self.desk.asked.pop(0)
        if save.kind == "rating":
            self.stored[save.visit] = event_id = new_id()
        else:
            event_id = new_id()
        if save.level is not None:
            self.meant[save.visit] = save.level
        self.given.add((save.visit, save.kind))
        save.future.set_result(event_id)
        self._run_posted()

    @precondition(lambda self: self.desk.asked)
    @rule(error=st.sampled_from((StorageError("full"), StorageError("damaged"), MemoryError())))
    def fails(self, error: Exception) -> None:
        save = self.desk.asked.pop(0)
        awaited = isinstance(self.conductor.view, HomeView) and self.conductor.view.pressed is not None
        save.future.set_exception(error)
        self._run_posted()
        if save.kind in ("rating", "correction") and awaited:
            assert isinstance(self.conductor.view, NotSavedView), "it is said"

    def _run_posted(self) -> None:
        while self.posted:
            self.posted.pop(0)()

    @invariant()
    def one_rating_a_visit(self) -> None:
        assert len(self.desk.ratings) == len(set(self.desk.ratings))

    def teardown(self) -> None:
        """Everybody leaves; whatever the store still says, home comes back by itself, ready for a tap."""
        for number in range(300):
            if self.desk.asked:
                (self.is_stored if number % 3 else self._fail)()
            self.tick(1.0)
        assert self.conductor.view == HomeView()
        before = len(self.desk.ratings)
        self.tap(Level.SATISFIED)
        assert len(self.desk.ratings) == before + 1

    def _fail(self) -> None:
        self.desk.asked.pop(0).future.set_exception(StorageError("full"))
        self._run_posted()


def test_the_visit_thanks_only_for_what_is_stored_and_comes_home(trials: Trials, long: bool) -> None:
    examples = 5000 if long else 25
    run(VisitMachine, examples, 60 if long else 40)
    trials.of(1).count(run=examples)
