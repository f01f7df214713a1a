"""From a tap to what the screen shows: tap → visit → store commit → view. No Kivy here.

Every method is called on the screen's thread. Saving happens on the store's thread; its outcome comes
back through ``post``, which the screen supplies and which runs a callable on the screen's thread.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk import visit as v
from kiosk.masking import mask
from kiosk.masking.insults import flags
from kiosk.pins import PinAnswer
from kiosk.store import Comment, StorageError, Tally
from kiosk.survey import Level

log = logging.getLogger(__name__)
COMMENT_LENGTH = 500
"""Characters after NFC; the page counts them too."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class HomeView:
    """The faces. ``pressed``: the face that was touched and is being saved; ``again``: to correct a slip."""

    pressed: Level | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class MoreView:
    """What was missed (level 1) or good (2, 3); ``chosen`` are keys of promises and reasons."""

    level: Level
    event_id: str
    chosen: frozenset[str]
    seconds_left: int
    total_s: int
    commented: bool = False


@dataclass(frozen=True, slots=True)
class CommentView:
    """The page where one writes; ``sending`` while the comment is being saved."""

    level: Level
    event_id: str
    sending: bool
    seconds_left: int
    total_s: int


@dataclass(frozen=True, slots=True)
class ClosingView:
    """Thanks (levels 3, 2) or sorry (1); the rating ``event_id`` is on stable storage.

    ``commented``: so is a comment, in which ``masked`` kinds of personal numbers were covered.
    """

    level: Level
    event_id: str
    seconds_left: int
    total_s: int
    commented: bool = False
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotSavedView:
    """ "Chưa ghi nhận được": shown instead of thanks whenever saving failed.

    ``rated``: a level is on stable storage; what failed came after it.
    """

    reason: str
    seconds_left: int
    total_s: int
    rated: bool = False


View = HomeView | MoreView | CommentView | ClosingView | NotSavedView


class Desk(Protocol):
    """What the conductor needs of the store's thread: each call returns a Future at once."""

    def save_rating(self, visit_id: str, level: Level) -> Future[str]: ...
    def save_correction(self, visit_id: str, level: Level, corrects: str) -> Future[str]: ...
    def save_choice(self, visit_id: str, chosen: frozenset[str], good: bool) -> Future[str]: ...
    def save_comment(self, visit_id: str, comment: Comment) -> Future[str]: ...
    def save_end(self, visit_id: str, how: str, page: str) -> Future[str]: ...
    def save_swallowed(self, visit_id: str, count: int) -> Future[str]: ...
    def tally_today(self) -> Future[Tally]: ...
    def check_staff_pin(self, pin: str) -> Future[PinAnswer]: ...


class Conductor:
    """Holds the visit, runs its effects, tells ``show`` about every new view."""

    def __init__(
        self,
        desk: Desk,
        rules: v.Rules,
        *,
        now_s: Callable[[], float],
        new_id: Callable[[], str],
        post: Callable[[Callable[[], None]], None],
        show: Callable[[View], None],
    ) -> None:
        self._desk, self._rules = desk, rules
        self._now_s, self._new_id, self._post, self._show = now_s, new_id, post, show
        self._visit = v.Visit()
        self._comment: Comment | None = None
        self._masked: tuple[str, ...] = ()
        self._shown: View = HomeView()

    @property
    def view(self) -> View:
        """What the screen should show now."""
        now_s, visit = self._now_s(), self._visit
        left = max(0, -int(-(visit.until_s - now_s) // 1))
        if visit.phase is v.Phase.CLOSING and visit.level is not None:
            total = round(self._rules.closing_s)
            return ClosingView(visit.level, visit.event_id, left, total, visit.commented, self._masked)
        if visit.phase in (v.Phase.COMMENT, v.Phase.SENDING) and visit.level is not None:
            sending, total = visit.phase is v.Phase.SENDING, round(self._rules.comment_s)
            return CommentView(visit.level, visit.event_id, sending, left, total)
        if visit.phase is v.Phase.NOT_SAVED:
            rated, total = bool(visit.event_id), round(self._rules.not_saved_s)
            return NotSavedView(visit.reason, left, total, rated)
        if visit.phase is v.Phase.MORE and visit.level is not None:
            total = round(self._rules.more_s)
            return MoreView(visit.level, visit.event_id, visit.chosen, left, total, visit.commented)
        return HomeView(visit.level if visit.phase is v.Phase.SAVING else None, visit.again)

    def tap(self, level: Level) -> None:
        """A face was touched."""
        self._happen(v.Tapped(level, self._new_id()))

    def done(self) -> None:
        """ "Xong" was touched."""
        self._happen(v.Done())

    def toggle(self, key: str) -> None:
        """A promise or reason was touched on the page "more"."""
        self._happen(v.Toggled(key))

    def ask_more(self) -> None:
        """From thanks to the page "more"."""
        self._happen(v.AskedMore())

    def ask_comment(self) -> None:
        """To the page where one writes."""
        self._happen(v.AskedComment())

    def leave_comment(self) -> None:
        """Back from it without sending."""
        self._happen(v.LeftComment())

    def send_comment(self, text: str, topic: str) -> None:
        """ "Gửi": personal numbers are covered here, before anything is stored. Empty text is no comment."""
        text = unicodedata.normalize("NFC", text).strip()[:COMMENT_LENGTH]
        if not text:
            self._happen(v.LeftComment())
            return
        covered = mask(text)
        self._masked = tuple(dict.fromkeys(found.kind for found in covered.found))
        self._comment = Comment(covered.text, topic, self._masked, flags(text))
        self._happen(v.Wrote())
        self._comment = None

    def choose_again(self) -> None:
        """ "Chọn lại" was touched."""
        self._happen(v.ChooseAgain())

    def touched(self) -> None:
        """A finger is on the screen, wherever."""
        self._happen(v.Touched())

    def tick(self) -> None:
        """Called a few times a second."""
        self._happen(v.Tick())

    def check_staff_pin(self, pin: str, answer: Callable[[PinAnswer | None], None]) -> None:
        """Checks the staff PIN off the screen's thread; ``answer`` gets None when it could not be checked."""
        self._ask(self._desk.check_staff_pin(pin), answer)

    def tally_today(self, answer: Callable[[Tally | None], None]) -> None:
        """Today's three counts from the local store; None when they could not be read."""
        self._ask(self._desk.tally_today(), answer)

    def _happen(self, happening: v.Happening) -> None:
        self._visit, effects = v.step(self._visit, happening, self._now_s(), self._rules)
        if self._visit.phase is v.Phase.HOME:
            self._masked = ()
        for effect in effects:
            self._run(effect)
        view = self.view
        if view != self._shown:
            self._shown = view
            self._show(view)

    def _run(self, effect: v.Effect) -> None:
        match effect:
            case v.SaveRating(visit_id, level):
                self._reported(visit_id, self._desk.save_rating(visit_id, level))
            case v.SaveCorrection(visit_id, level, corrects):
                self._reported(visit_id, self._desk.save_correction(visit_id, level, corrects))
            case v.SaveChoice(visit_id, chosen, good):
                future = self._desk.save_choice(visit_id, chosen, good)
                future.add_done_callback(
                    lambda done: self._post(lambda: self._report_failure(visit_id, done))
                )
            case v.SaveComment(visit_id) if self._comment is not None:
                future = self._desk.save_comment(visit_id, self._comment)
                future.add_done_callback(
                    lambda done: self._post(lambda: self._report_comment(visit_id, done))
                )
            case v.SaveEnd(visit_id, how, page):
                self._desk.save_end(visit_id, how, page).add_done_callback(_log_failure)
            case v.SaveSwallowed(visit_id, count):
                self._desk.save_swallowed(visit_id, count).add_done_callback(_log_failure)

    def _reported(self, visit_id: str, future: Future[str]) -> None:
        future.add_done_callback(lambda done: self._post(lambda: self._report(visit_id, done)))

    def _report(self, visit_id: str, done: Future[str]) -> None:
        if done.exception() is None:
            self._happen(v.Saved(visit_id, done.result()))
        self._report_failure(visit_id, done)

    def _report_comment(self, visit_id: str, done: Future[str]) -> None:
        if done.exception() is None:
            self._happen(v.CommentSaved(visit_id))
        self._report_failure(visit_id, done)

    def _report_failure(self, visit_id: str, done: Future[str]) -> None:
        """A saved choice says nothing: only a saved level may lead to thanks."""
        error = done.exception()
        if error is None:
            return
        # Whatever broke, the citizen must not be thanked for a rating that is not stored.
        reason = error.reason if isinstance(error, StorageError) else "unexpected"
        log.error(
            "rating not stored: %s", reason, exc_info=None if isinstance(error, StorageError) else error
        )
        self._happen(v.SaveFailed(visit_id, reason))

    def _ask(self, future: Future[Result], answer: Callable[[Result | None], None]) -> None:
        def deliver(done: Future[Result]) -> None:
            error = done.exception()
            if error is not None:
                log.error("question to the store failed: %s", error)
            self._post(lambda: answer(None if error is not None else done.result()))

        future.add_done_callback(deliver)


def _log_failure(done: Future[str]) -> None:
    error = done.exception()
    if error is not None:
        log.error("a note beside a rating was not stored: %s", error)
