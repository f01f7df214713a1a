"""From a tap to what the screen shows: tap → visit → store commit → view. No Kivy here.

Every method is called on the screen's thread. Saving happens on the store's thread; its outcome comes
back through ``post``, which the screen supplies and which runs a callable on the screen's thread.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk import visit as v
from kiosk.pins import PinAnswer
from kiosk.store import Comment, StorageError
from kiosk.survey import Level
from kiosk.views import (
    ClosingView,
    CommentView,
    DossierView,
    ElsewhereView,
    HomeView,
    MoreView,
    NotSavedView,
    ReplyView,
    SubjectView,
    View,
)

if TYPE_CHECKING:
    from kiosk.contact import Contact
    from kiosk.store.figures import Apart, Cell, DayFigures

log = logging.getLogger(__name__)
COMMENT_LENGTH = 500
"""Characters after NFC; the page counts them too."""
Result = TypeVar("Result")


class Desk(Protocol):
    """What the conductor needs of the store's thread: each call returns a Future at once."""

    def save_rating(self, visit_id: str, level: Level) -> Future[str]: ...
    def save_correction(self, visit_id: str, level: Level, corrects: str) -> Future[str]: ...
    def save_choice(self, visit_id: str, chosen: frozenset[str], good: bool) -> Future[str]: ...
    def save_comment(self, visit_id: str, comment: Comment) -> Future[str]: ...
    def save_about(self, visit_id: str, about: v.About) -> Future[str]: ...
    def save_contact(self, visit_id: str, contact: Contact, lookup: str) -> Future[str]: ...
    def save_end(self, visit_id: str, how: str, page: str) -> Future[str]: ...
    def save_swallowed(self, visit_id: str, count: int) -> Future[str]: ...
    def staff_day(self, day: date | None) -> Future[DayFigures]: ...
    def staff_days(self, first: date, last: date) -> Future[dict[date, Apart]]: ...
    def staff_cells(self, first: date, last: date) -> Future[list[Cell]]: ...
    def check_pin(self, role: str, pin: str) -> Future[PinAnswer]: ...


class Conductor:
    """Holds the visit, runs its effects, tells ``show`` about every new view."""

    def __init__(
        self,
        desk: Desk,
        rules: v.Rules,
        *,
        now_s: Callable[[], float],
        new_id: Callable[[], str],
        new_code: Callable[[], str],
        post: Callable[[Callable[[], None]], None],
        show: Callable[[View], None],
    ) -> None:
        self._desk, self._rules, self._usual = desk, rules, rules
        self._now_s, self._new_id, self._new_code = now_s, new_id, new_code
        self._post, self._show = post, show
        self._visit = v.Visit()
        self._written: Comment | Contact | None = None
        self._masked: tuple[str, ...] = ()
        self._lookup = ""
        self._shown: View = HomeView()

    @property
    def view(self) -> View:
        """What the screen should show now."""
        visit, rules = self._visit, self._rules
        phase = visit.sending or visit.phase
        if visit.level is None or phase in (v.Phase.HOME, v.Phase.SAVING):
            return HomeView(visit.level if phase is v.Phase.SAVING else None, visit.again)
        left = max(0, -int(-(visit.until_s - self._now_s()) // 1))
        total = round(v.lasts_s(visit, phase, rules))
        if phase is v.Phase.NOT_SAVED:
            return NotSavedView(visit.reason, left, total, bool(visit.event_id))
        return self._page_view(phase, visit.level, max(left, 0), total)

    def _page_view(self, phase: v.Phase, level: Level, left: int, total: int) -> View:
        """The page of a visit whose level is on stable storage."""
        visit, event_id = self._visit, self._visit.event_id
        commented, contacted = v.Phase.COMMENT in visit.given, v.Phase.REPLY in visit.given
        match phase:
            case v.Phase.COMMENT:
                return CommentView(level, event_id, visit.sending is not None, left, total)
            case v.Phase.REPLY:
                return ReplyView(level, event_id, visit.sending is not None, left, total)
            case v.Phase.SUBJECT:
                return SubjectView(level, event_id, visit.about, left, total)
            case v.Phase.DOSSIER:
                return DossierView(level, event_id, dict(visit.about).get("dossier", ""), left, total)
            case v.Phase.ELSEWHERE:
                return ElsewhereView(level, event_id, left, total)
            case v.Phase.MORE:
                return MoreView(level, event_id, visit.chosen, left, total, commented, contacted, visit.about)
        return ClosingView(level, event_id, left, total, commented, self._masked, contacted, self._lookup)

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

    def ask(self, page: v.Phase) -> None:
        """To one of the pages behind "more"."""
        self._happen(v.Asked(page))

    def back(self) -> None:
        """Back from it without sending."""
        self._happen(v.Back())

    def send_comment(self, text: str, topic: str) -> None:
        """ "Gửi": personal numbers are covered here, before anything is stored. Empty text is no comment."""
        # Many patterns to compile, and no business of the first frame.
        from kiosk.masking import mask
        from kiosk.masking.insults import flags

        text = unicodedata.normalize("NFC", text).strip()[:COMMENT_LENGTH]
        if not text:
            self._happen(v.Back())
            return
        covered = mask(text)
        masked = tuple(dict.fromkeys(found.kind for found in covered.found))
        if self._visit.phase is v.Phase.COMMENT:
            self._masked = masked
        self._send(Comment(covered.text, topic, masked, flags(text), self._code()))

    def send_contact(self, contact: Contact) -> None:
        """ "Gửi" on the page for who wants an answer; the desk seals it before it touches the disk."""
        self._code()
        self._send(contact)

    def _send(self, written: Comment | Contact) -> None:
        """The words are held for this one step only."""
        self._written = written
        self._happen(v.Sent())
        self._written = None

    def _code(self) -> str:
        """The visit's lookup code: one, whatever is written."""
        self._lookup = self._lookup or self._new_code()
        return self._lookup

    def pick(self, group: str, key: str) -> None:
        """A desk, service or official was picked or let go."""
        self._happen(v.Picked(group, key))

    def file(self, code: str) -> None:
        """A dossier code was entered; empty takes it back."""
        self._happen(v.Filed(code))

    def more_time(self) -> None:
        """ "Thêm thời gian"."""
        self._happen(v.MoreTime())

    def speaking(self) -> None:
        """The page is being read aloud."""
        self._happen(v.Speaking())

    def ease(self, eased: bool) -> None:
        """Whether this citizen needs more time than the usual."""
        self._rules = self._usual.eased() if eased else self._usual

    def choose_again(self) -> None:
        """ "Chọn lại" was touched."""
        self._happen(v.ChooseAgain())

    def touched(self) -> None:
        """A finger is on the screen, wherever."""
        self._happen(v.Touched())

    def tick(self) -> None:
        """Called a few times a second."""
        self._happen(v.Tick())

    def check_pin(self, role: str, pin: str, answer: Callable[[PinAnswer | None], None]) -> None:
        """Checks a PIN of ``role`` off this thread; ``answer`` gets None when it could not be checked."""
        self._ask(self._desk.check_pin(role, pin), answer)

    def staff_day(self, day: date | None, answer: Callable[[DayFigures | None], None]) -> None:
        """A day's figures (None: today's) from the local store; None when they could not be read."""
        self._ask(self._desk.staff_day(day), answer)

    def staff_days(self, first: date, last: date, answer: Callable[[dict[date, Apart] | None], None]) -> None:
        """The counts of each day; None when they could not be read."""
        self._ask(self._desk.staff_days(first, last), answer)

    def staff_cells(self, first: date, last: date, answer: Callable[[list[Cell] | None], None]) -> None:
        """The finest counts there are; None when they could not be read."""
        self._ask(self._desk.staff_cells(first, last), answer)

    def _happen(self, happening: v.Happening) -> None:
        self._visit, effects = v.step(self._visit, happening, self._now_s(), self._rules)
        if self._visit.phase is v.Phase.HOME:
            self._masked, self._lookup = (), ""
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
            case v.SaveAbout(visit_id, about):
                future = self._desk.save_about(visit_id, about)
                future.add_done_callback(
                    lambda done: self._post(lambda: self._report_failure(visit_id, done))
                )
            case v.SavePart(visit_id):
                self._save_part(visit_id)
            case v.SaveEnd(visit_id, how, page):
                self._desk.save_end(visit_id, how, page).add_done_callback(_log_failure)
            case v.SaveSwallowed(visit_id, count):
                self._desk.save_swallowed(visit_id, count).add_done_callback(_log_failure)

    def _save_part(self, visit_id: str) -> None:
        written = self._written
        if written is None:
            return
        if isinstance(written, Comment):
            future = self._desk.save_comment(visit_id, written)
        else:
            future = self._desk.save_contact(visit_id, written, self._lookup)
        future.add_done_callback(lambda done: self._post(lambda: self._report_part(visit_id, done)))

    def _reported(self, visit_id: str, future: Future[str]) -> None:
        future.add_done_callback(lambda done: self._post(lambda: self._report(visit_id, done)))

    def _report(self, visit_id: str, done: Future[str]) -> None:
        if done.exception() is None:
            self._happen(v.Saved(visit_id, done.result()))
        self._report_failure(visit_id, done)

    def _report_part(self, visit_id: str, done: Future[str]) -> None:
        if done.exception() is None:
            self._happen(v.PartSaved(visit_id))
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
