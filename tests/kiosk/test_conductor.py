"""Tap → visit → store → view, with a store that answers when the test says so, and with a real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path

import pytest

from kiosk.conductor import Conductor
from kiosk.contact import Contact
from kiosk.pins import PinAnswer, PinBook
from kiosk.store import Comment, StorageError
from kiosk.store.figures import DayFigures
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.views import ClosingView, CommentView, HomeView, MoreView, NotSavedView, ReplyView, View
from kiosk.visit import About, Phase, Rules
from sync.contract import decode_event
from tests.kiosk.support import new_id, open_store

LOOKUP = "4K7PX-V2M9H-RT3CJ"


class SlowDesk:
    """A store's thread whose answers the test gives: the real one is too quick to catch in between."""

    def __init__(self) -> None:
        self.ratings: list[tuple[str, Level, Future[str]]] = []
        self.swallowed: list[int] = []
        self.choices: list[tuple[frozenset[str], bool, Future[str]]] = []
        self.comments: list[tuple[Comment, Future[str]]] = []
        self.abouts: list[tuple[About, Future[str]]] = []
        self.contacts: list[tuple[Contact, str, Future[str]]] = []
        self.ends: list[tuple[str, str]] = []
        self.figures: Future[DayFigures] = Future()

    def save_rating(self, visit_id: str, level: Level) -> Future[str]:
        future: Future[str] = Future()
        self.ratings.append((visit_id, level, future))
        return future

    def save_correction(self, visit_id: str, level: Level, corrects: str) -> Future[str]:
        return self.save_rating(visit_id, level)

    def save_choice(self, visit_id: str, chosen: frozenset[str], good: bool) -> Future[str]:
        future: Future[str] = Future()
        self.choices.append((chosen, good, future))
        return future

    def save_comment(self, visit_id: str, comment: Comment) -> Future[str]:
        future: Future[str] = Future()
        self.comments.append((comment, future))
        return future

    def save_about(self, visit_id: str, about: About) -> Future[str]:
        future: Future[str] = Future()
        self.abouts.append((about, future))
        return future

    def save_contact(self, visit_id: str, contact: Contact, lookup: str) -> Future[str]:
        future: Future[str] = Future()
        self.contacts.append((contact, lookup, future))
        return future

    def save_end(self, visit_id: str, how: str, page: str) -> Future[str]:
        self.ends.append((how, page))
        done: Future[str] = Future()
        done.set_result("e")
        return done

    def save_swallowed(self, visit_id: str, count: int) -> Future[str]:
        self.swallowed.append(count)
        done: Future[str] = Future()
        done.set_result("e")
        return done

    def staff_day(self, day: date | None) -> Future[DayFigures]:
        return self.figures

    def check_pin(self, role: str, pin: str) -> Future[PinAnswer]:
        done: Future[PinAnswer] = Future()
        done.set_result(PinAnswer(ok=pin == "493817"))
        return done


class Stage:
    """The screen's side: its clock, its queue of posted calls, what it was shown."""

    def __init__(self, desk: object) -> None:
        self.now_s, self.posted, self.shown = 100.0, [], []  # type: ignore[var-annotated]
        self.conductor = Conductor(
            desk,  # type: ignore[arg-type]
            Rules(),
            now_s=lambda: self.now_s,
            new_id=new_id,
            new_code=lambda: LOOKUP,
            post=self.posted.append,
            show=self.shown.append,
        )

    def run_posted(self) -> None:
        calls: list[Callable[[], None]] = list(self.posted)
        self.posted.clear()
        for call in calls:
            call()


@pytest.fixture
def desk() -> SlowDesk:
    return SlowDesk()


@pytest.fixture
def stage(desk: SlowDesk) -> Stage:
    return Stage(desk)


def test_the_face_answers_at_once_and_thanks_only_after_the_commit(stage: Stage, desk: SlowDesk) -> None:
    stage.conductor.tap(Level.VERY_SATISFIED)
    assert stage.shown == [HomeView(Level.VERY_SATISFIED)]
    stage.now_s += 5
    stage.conductor.tick()
    assert not any(isinstance(view, ClosingView) for view in stage.shown)
    desk.ratings[0][2].set_result("event-1")
    stage.run_posted()
    assert stage.shown[-1] == ClosingView(Level.VERY_SATISFIED, "event-1", 8, 8)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (StorageError("full"), "full"),
        (StorageError("read_only"), "read_only"),
        (RuntimeError("boom"), "unexpected"),
    ],
)
def test_whatever_breaks_the_save_nobody_is_thanked(
    stage: Stage, desk: SlowDesk, error: Exception, reason: str
) -> None:
    stage.conductor.tap(Level.SATISFIED)
    desk.ratings[0][2].set_exception(error)
    stage.run_posted()
    assert stage.shown[-1] == NotSavedView(reason, 8, 8)
    assert not any(isinstance(view, ClosingView) for view in stage.shown)


def test_the_countdown_is_shown_second_by_second_and_ends_at_home(stage: Stage, desk: SlowDesk) -> None:
    stage.conductor.tap(Level.SATISFIED)
    desk.ratings[0][2].set_result("e")
    stage.run_posted()
    for _ in range(40):
        stage.now_s += 0.25
        stage.conductor.tick()
    seconds = [view.seconds_left for view in stage.shown if isinstance(view, ClosingView)]
    assert seconds == [8, 7, 6, 5, 4, 3, 2, 1]
    assert stage.shown[-1] == HomeView(None)


def test_drumming_makes_one_rating_and_the_rest_is_counted(stage: Stage, desk: SlowDesk) -> None:
    for level in (Level.SATISFIED, Level.VERY_SATISFIED, Level.UNSATISFIED):
        stage.conductor.tap(level)
    desk.ratings[0][2].set_result("e")
    stage.run_posted()
    stage.now_s += 8
    stage.conductor.tick()
    assert [level for _, level, _ in desk.ratings] == [Level.SATISFIED]
    assert desk.swallowed == [2]


def test_staff_questions_are_answered_on_the_screens_thread(stage: Stage, desk: SlowDesk) -> None:
    answers: list[PinAnswer | DayFigures | None] = []
    stage.conductor.check_pin("staff", "493817", answers.append)
    stage.conductor.staff_day(None, answers.append)
    desk.figures.set_exception(StorageError("damaged"))
    assert answers == []
    stage.run_posted()
    assert answers == [PinAnswer(ok=True), None]


def test_a_saved_choice_never_stands_in_for_a_saved_correction(stage: Stage, desk: SlowDesk) -> None:
    stage.conductor.tap(Level.UNSATISFIED)
    desk.ratings[0][2].set_result("e1")
    stage.run_posted()
    stage.now_s += 1
    stage.conductor.toggle("thai-do")
    stage.conductor.choose_again()
    stage.conductor.tap(Level.SATISFIED)
    desk.choices[0][2].set_result("e2")
    stage.run_posted()
    assert stage.shown[-1] == HomeView(Level.SATISFIED)
    desk.ratings[1][2].set_result("e3")
    stage.run_posted()
    assert stage.shown[-1] == ClosingView(Level.SATISFIED, "e1", 8, 8)


def test_a_choice_that_fails_to_save_is_said_on_screen(stage: Stage, desk: SlowDesk) -> None:
    stage.conductor.tap(Level.UNSATISFIED)
    desk.ratings[0][2].set_result("e1")
    stage.run_posted()
    stage.now_s += 1
    stage.conductor.toggle("thai-do")
    assert stage.shown[-1] == MoreView(Level.UNSATISFIED, "e1", frozenset({"thai-do"}), 30, 30)
    desk.choices[0][2].set_exception(StorageError("full"))
    stage.run_posted()
    assert stage.shown[-1] == NotSavedView("full", 8, 8, rated=True)


def written(stage: Stage, desk: SlowDesk, text: str) -> None:
    stage.conductor.tap(Level.UNSATISFIED)
    desk.ratings[-1][2].set_result("e1")
    stage.run_posted()
    stage.now_s += 1
    stage.conductor.ask(Phase.COMMENT)
    stage.conductor.send_comment(text, "gop-y")


def test_personal_numbers_are_covered_before_anything_is_stored(stage: Stage, desk: SlowDesk) -> None:
    written(stage, desk, "Gọi tôi số 0912 345 678, phí 500.000đ nhé.")
    comment, future = desk.comments[0]
    assert "345" not in comment.text
    assert "500.000đ" in comment.text
    assert len(comment.masked) == 1
    assert stage.shown[-1] == CommentView(Level.UNSATISFIED, "e1", True, 40, 40)
    future.set_result("e2")
    stage.run_posted()
    assert stage.shown[-1] == ClosingView(
        Level.UNSATISFIED, "e1", 25, 25, True, comment.masked, lookup=LOOKUP
    )
    stage.now_s += 26
    stage.conductor.tick()
    written(stage, desk, "Chờ lâu.")
    desk.comments[1][1].set_result("e4")
    stage.run_posted()
    assert stage.shown[-1].masked == (), "the next citizen hears nothing of the last one's numbers"


def test_an_empty_comment_is_no_comment(stage: Stage, desk: SlowDesk) -> None:
    written(stage, desk, "  \n ")
    assert desk.comments == []
    assert isinstance(stage.shown[-1], MoreView)


def test_a_comment_is_stored_composed_and_no_longer_than_the_page_allows(
    stage: Stage, desk: SlowDesk
) -> None:
    written(stage, desk, "ồ" * 600)
    assert desk.comments[0][0].text == "ồ" * 500


@pytest.fixture
def real_desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    thread = StoreThread(lambda: open_store(tmp_path), PinBook(tmp_path / "pins.json", time.monotonic))
    yield thread
    thread.close()


def shown_after(stage: Stage, kind: type[View]) -> View:  # type: ignore[valid-type]
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        stage.run_posted()
        if stage.shown and isinstance(stage.shown[-1], kind):
            return stage.shown[-1]
        time.sleep(0.002)
    raise AssertionError(f"{kind.__name__} was not shown: {stage.shown}")


def test_with_a_real_store_the_thanked_event_is_in_the_file(real_desk: StoreThread) -> None:
    stage = Stage(real_desk)
    stage.conductor.tap(Level.VERY_SATISFIED)
    view = shown_after(stage, ClosingView)
    assert isinstance(view, ClosingView)
    stored = real_desk.submit(lambda store: store.pending()).result()
    assert [event.event_id for event in stored] == [view.event_id]


def test_a_corrected_slip_counts_as_it_was_meant(real_desk: StoreThread) -> None:
    stage = Stage(real_desk)
    stage.conductor.tap(Level.UNSATISFIED)
    shown_after(stage, MoreView)
    stage.now_s += 1
    stage.conductor.choose_again()
    stage.conductor.tap(Level.VERY_SATISFIED)
    shown_after(stage, ClosingView)
    assert real_desk.tally_today().result().by_level == {1: 0, 2: 0, 3: 1}
    stored = real_desk.submit(lambda store: store.pending()).result()
    assert [decode_event(event.stored).kind for event in stored] == ["rating", "correction"]


def test_a_database_broken_while_running_is_set_aside_and_the_tap_is_saved(
    real_desk: StoreThread, tmp_path: Path
) -> None:
    real_desk.save_rating(new_id(), Level.SATISFIED).result()
    for pragma in ("wal_checkpoint(TRUNCATE)", "cache_size = 0", "shrink_memory"):
        # Without cached pages, or SQLite would not look at the broken file for a while.
        real_desk.submit(lambda store, p=pragma: store._db.execute(f"PRAGMA {p}").fetchall()).result()
    path = tmp_path / "kiosk.sqlite3"
    path.write_bytes(b"\x00" * path.stat().st_size)
    stage = Stage(real_desk)
    stage.conductor.tap(Level.SATISFIED)
    shown_after(stage, ClosingView)
    assert any(entry.name.startswith("damaged-") for entry in tmp_path.iterdir())
    assert real_desk.tally_today().result().total == 1


def test_a_folder_that_cannot_be_written_is_said_on_screen(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    thread = StoreThread(
        lambda: open_store(tmp_path / "data"), PinBook(tmp_path / "pins.json", time.monotonic)
    )
    stage = Stage(thread)
    stage.conductor.tap(Level.SATISFIED)
    assert isinstance(shown_after(stage, NotSavedView), NotSavedView)
    thread.close()


def unhappy(stage: Stage, desk: SlowDesk) -> None:
    stage.conductor.tap(Level.UNSATISFIED)
    desk.ratings[-1][2].set_result("e1")
    stage.run_posted()
    stage.now_s += 1


CONTACT = Contact("Nguyễn Thị Bưởi", "+84912345678", "", False)


def test_a_contact_goes_to_the_desk_whole_and_stays_nowhere_else(stage: Stage, desk: SlowDesk) -> None:
    unhappy(stage, desk)
    stage.conductor.ask(Phase.REPLY)
    stage.conductor.send_contact(CONTACT)
    contact, lookup, future = desk.contacts[0]
    assert (contact, lookup) == (CONTACT, LOOKUP)
    assert stage.shown[-1] == ReplyView(Level.UNSATISFIED, "e1", True, 40, 40)
    future.set_result("e2")
    stage.run_posted()
    assert stage.shown[-1] == MoreView(Level.UNSATISFIED, "e1", frozenset(), 30, 30, contacted=True)
    stage.now_s += 1
    stage.conductor.done()
    assert stage.shown[-1] == ClosingView(Level.UNSATISFIED, "e1", 25, 25, contacted=True, lookup=LOOKUP), (
        "who asked for an answer can follow it"
    )
    assert "Bưởi" not in repr(vars(stage.conductor))


def test_a_comment_and_a_contact_of_one_visit_share_their_lookup_code(tmp_path: Path) -> None:
    codes = iter(["first", "second"])
    desk = SlowDesk()
    stage = Stage(desk)
    stage.conductor._new_code = lambda: next(codes)
    written(stage, desk, "Chờ lâu.")
    desk.comments[0][1].set_result("e2")
    stage.run_posted()
    stage.now_s += 1
    stage.conductor.ask(Phase.REPLY)
    stage.conductor.send_contact(CONTACT)
    desk.contacts[0][2].set_result("e3")
    stage.run_posted()
    assert (desk.comments[0][0].lookup, desk.contacts[0][1]) == ("first", "first")
    assert stage.shown[-1].lookup == "first"
    stage.now_s += 26
    stage.conductor.tick()
    written(stage, desk, "Lần khác.")
    assert desk.comments[1][0].lookup == "second", "the next citizen has a code of their own"


def test_a_contact_that_cannot_be_sealed_or_stored_is_said_on_screen(stage: Stage, desk: SlowDesk) -> None:
    unhappy(stage, desk)
    stage.conductor.ask(Phase.REPLY)
    stage.conductor.send_contact(CONTACT)
    desk.contacts[0][2].set_exception(StorageError("full"))
    stage.run_posted()
    assert stage.shown[-1] == NotSavedView("full", 8, 8, rated=True)


def test_what_the_visit_was_about_is_saved_with_every_pick(stage: Stage, desk: SlowDesk) -> None:
    unhappy(stage, desk)
    stage.conductor.ask(Phase.SUBJECT)
    stage.now_s += 1
    for key in ("quay-1", "quay-2"):
        stage.conductor.pick("desk", key)
    stage.conductor.pick("service", "ho-tich")
    assert [sorted(about) for about, _ in desk.abouts] == [
        [("desk", "quay-1")],
        [("desk", "quay-2")],
        [("desk", "quay-2"), ("service", "ho-tich")],
    ]
    desk.abouts[-1][1].set_exception(StorageError("full"))
    stage.run_posted()
    assert isinstance(stage.shown[-1], NotSavedView)


def test_who_needs_more_time_gets_twice_the_time(stage: Stage, desk: SlowDesk) -> None:
    unhappy(stage, desk)
    stage.conductor.ease(True)
    stage.conductor.touched()
    assert stage.conductor.view == MoreView(Level.UNSATISFIED, "e1", frozenset(), 60, 60)
    stage.conductor.ease(False)
    stage.conductor.touched()
    assert stage.conductor.view == MoreView(Level.UNSATISFIED, "e1", frozenset(), 30, 30)
