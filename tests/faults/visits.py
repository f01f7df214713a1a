"""Citizens of chance at the real conductor, store's thread and file: what a child of ``child.py`` does.

Every page it is shown goes to the log of shown pages with one ``write`` each, as a kiosk's log of views does:
what the log says was on the screen, whatever becomes of the process.
"""

from __future__ import annotations

import json
import os
import queue
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nacl.public import PrivateKey

from kiosk import enrolment, wiring
from kiosk.conductor import Conductor
from kiosk.contact import Contact
from kiosk.enrolment import Identity
from kiosk.renewal import KeyRing
from kiosk.settings import Settings, load_settings
from kiosk.survey import LEVEL_1_LABELS, REASONS, Level
from kiosk.views import ClosingView, HomeView, MoreView, NotSavedView, View
from kiosk.visit import Phase
from kiosk.words import languages
from scripts.stage import CONFIG, OFFICE
from sync.lookup import new_code

SEALING_KEY = bytes(PrivateKey(b"\x05" * 32).public_key).hex()
LEVELS = (Level.UNSATISFIED, Level.UNSATISFIED, Level.SATISFIED, Level.VERY_SATISFIED)
"""Half of all visits take the long way."""
WORDS = ("chờ lâu", "hướng dẫn tận tình", "rõ ràng", "hồ sơ đúng hẹn", "số 0912345678", "cảm ơn")
THANKED = (MoreView, ClosingView)
PATIENCE_S = 20.0
"""No save may take longer here; the screen would stand still."""


class StandsStillError(RuntimeError):
    """A save did not report."""


def settings_of(folder: Path) -> Settings:
    """A tablet's settings, its configuration file made where there is none yet."""
    path = folder / "config.yaml"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        values = {"name": "TDM-Q3", "office": OFFICE[1], "unit": "Một cửa", "desk": "Quầy 3", "book": ""}
        times = {"cool_down_s": 0.5, "closing_s": 5, "idle_s": 30, "sync_every_s": 3600}
        path.write_text(
            CONFIG.format(
                **values,
                **times,
                dossiers="yes",
                slogans="binh-duong-2023",
                address="http://127.0.0.1:9",
            ),
            encoding="utf-8",
        )
    return load_settings(path, ("binh-duong-2023",), None, languages(wiring.ASSETS / "locale"))


def identity_of(settings: Settings) -> Identity:
    """The tablet's own; one that is not enrolled seals contacts for a key of the tests."""
    found = enrolment.load_identity(settings.data_dir, wiring.new_id)
    return found if found.sealing_key else replace(found, sealing_key=SEALING_KEY)


class Shown:
    """The log of pages."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.last: View = HomeView()

    def __call__(self, view: View) -> None:
        """A page is on the screen now."""
        self.last = view
        os.write(self._file, (json.dumps(_said(view)) + "\n").encode())


def _said(view: View) -> dict[str, object]:
    """What the page promises."""
    if isinstance(view, THANKED):
        name = "more" if isinstance(view, MoreView) else "closing"
        promised = {"commented": view.commented, "contacted": view.contacted}
        return {"view": name, "event_id": view.event_id, "level": int(view.level), **promised}
    if isinstance(view, NotSavedView):
        return {"view": "not_saved", "reason": view.reason, "rated": view.rated}
    return {"view": type(view).__name__}


class Citizens:
    """One after the other, each touching this and that. ``tapped`` hears of every face just before."""

    def __init__(
        self, folder: Path, shown: Path, seed: int, tapped: Callable[[], object] = lambda: None
    ) -> None:
        settings = settings_of(folder)
        identity = identity_of(settings)
        self.desk = wiring.store_thread(settings, identity)
        self._uploader = (
            wiring.uploader(settings, KeyRing(settings.data_dir, identity), self.desk)
            if identity.enrolled
            else None
        )
        self._dice, self._tapped, self._now_s = random.Random(seed), tapped, 100.0
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.screen = Shown(shown)
        self.conductor = Conductor(
            self.desk,
            wiring.rules(settings),
            now_s=lambda: self._now_s,
            new_id=wiring.new_id,
            new_code=lambda: new_code(os.urandom),
            post=self._posted.put,
            show=self.screen,
        )

    def go_on(self, moves: int) -> None:
        """So many touches and pauses; what is stored is sent meanwhile where headquarters is known."""
        if self._uploader is not None:
            self._uploader.start()
        for _ in range(moves):
            self.move()
            if self._uploader is not None and self._dice.random() < 0.2:
                self._uploader.wake()

    def move(self) -> None:
        """One touch or pause, and all that follows of it."""
        self._now_s += self._dice.choice((0.05, 0.8, 0.8, 0.8, 1.0, 1.0, 4.0, 45.0))
        view = self.conductor.view
        if isinstance(view, HomeView):
            self._at_home()
        elif isinstance(view, NotSavedView):
            self.conductor.done()
        else:
            self._dice.choice(self._choices(view))()
        self.conductor.tick()
        self.settle()

    def settle(self) -> None:
        """Until the screen waits for nothing."""
        while self._waits() or not self._posted.empty():
            try:
                self._posted.get(timeout=PATIENCE_S)()
            except queue.Empty:
                raise StandsStillError(f"after {PATIENCE_S:g} s: {self.conductor.view}") from None

    def _waits(self) -> bool:
        view = self.conductor.view
        return getattr(view, "sending", False) or (isinstance(view, HomeView) and view.pressed is not None)

    def _at_home(self) -> None:
        self._tapped()
        self.conductor.tap(self._dice.choice(LEVELS))
        if self._dice.random() < 0.3:  # a drumming finger
            self.conductor.tap(self._dice.choice(LEVELS))

    def _choices(self, view: View) -> list[Callable[[], None]]:
        """What can be touched, on whatever page: the visit itself refuses what is not there."""
        touch, dice = self.conductor, self._dice
        reason = dice.choice(REASONS).key
        pages = [lambda page=page: touch.ask(page) for page in (Phase.COMMENT, Phase.REPLY, Phase.SUBJECT)]
        return [
            touch.done,
            touch.ask_more,
            touch.back,
            touch.choose_again,
            touch.touched,
            lambda: touch.toggle(reason),
            lambda: touch.pick("service", f"thu-tuc-{dice.randrange(9)}"),
            self._write,
            self._write,
            *pages,
        ]

    def _write(self) -> None:
        """Words for the page that is open; elsewhere there is no such key."""
        page = type(self.conductor.view).__name__
        if page == "CommentView":
            self.conductor.send_comment(" ".join(self._dice.choices(WORDS, k=12)), "khac")
        elif page == "ReplyView":
            self.conductor.send_contact(Contact("Bưởi", "+84912345678", "", False))


assert set(LEVEL_1_LABELS), "the survey is loaded before anybody is forked"
