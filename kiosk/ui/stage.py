"""The Kivy app: puts the conductor's views on the screen, and the pages beside them. Kivy's thread only.

A page is built anew whenever the view, the comfort or the window size changes; only the pressed face and
the countdown change a page that stands.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kivy.animation import Animation
from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import PopMatrix, PushMatrix, Translate
from kivy.uix.floatlayout import FloatLayout

from kiosk.conductor import Conductor
from kiosk.pins import PinAnswer
from kiosk.survey import Level
from kiosk.ui import fonts, pages
from kiosk.ui.look import Comfort, look
from kiosk.ui.reading import words_of
from kiosk.ui.screens.page import Moves, Screen
from kiosk.ui.session import BEHIND_PIN, Page, Session
from kiosk.ui.staff_door import StaffDoor
from kiosk.ui.viewlog import ViewLog, targets_of
from kiosk.views import ClosingView, HomeView, MoreView, View
from kiosk.visit import Phase

if TYPE_CHECKING:
    from kiosk.export import Progress
    from kiosk.ui.app import UiDeps
    from kiosk.ui.widgets.leaving import Leaving

log = logging.getLogger(__name__)
WARN_S = 10
"""The last seconds of a page, in which it says that it is about to go."""
REST_S = 20
"""Home has shown untouched for so long when the program may begin anew by itself."""
TIDY_S = 2.0
"""Home has shown untouched for so long when what the visit left behind is thrown away."""
TICK_S, WARM_S, FADE_S, SAY_S, RISE = 0.25, 0.1, 0.18, 0.3, 16


class Stage(FloatLayout):
    """Holds the one page that shows; a new page rises a little and fades in."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.page: Screen | None = None
        self.settled = True
        self._warning: Leaving | None = None
        with self.canvas.before:
            PushMatrix()
            self._rise = Translate(0, 0)
        with self.canvas.after:
            PopMatrix()

    def put(self, page: Screen, moving: bool) -> None:
        """``moving``: with the fade; choices of comfort switch at once, so that the finger stays on them."""
        Animation.cancel_all(self._rise)
        if self.page is not None:
            Animation.cancel_all(self.page)
            self.page.stop()
        self.clear_widgets()
        self._warning = None
        self.page, self.settled = page, not moving
        self._rise.y = -look.px(RISE) if moving else 0
        self.add_widget(page)
        if moving:
            page.opacity = 0
            fade = Animation(opacity=1, duration=FADE_S, transition="out_quad")
            fade.bind(on_complete=self._settle)
            fade.start(page)
            Animation(y=0, duration=FADE_S, transition="out_quad").start(self._rise)

    def warn(self, left: int | None) -> None:
        """How many seconds the page still has; None: long enough."""
        if left is None:
            if self._warning is not None:
                self.remove_widget(self._warning)
                self._warning = None
            return
        if self._warning is None:
            from kiosk.ui.widgets.leaving import Leaving  # behind the first frame

            self._warning = Leaving()
            self.add_widget(self._warning)
        self._warning.left = left

    def _settle(self, *_: object) -> None:
        self._rise.y = 0
        self.settled = True
        self.canvas.ask_update()


class KioskApp(App):
    """Wires touch → conductor → page. ``deps`` is all it knows of the world."""

    use_kivy_settings = False
    title = "Kiosk"

    def __init__(self, deps: UiDeps, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.deps = deps
        default = Comfort(language=deps.language)
        self.session = Session(default, deps.idle, deps.mono_s())
        self.facts, self.voice = deps.facts, deps.voice
        self.anew = False
        self.conductor = Conductor(
            deps.desk,
            deps.rules,
            now_s=deps.mono_s,
            new_id=deps.new_id,
            new_code=deps.new_code,
            post=lambda call: Clock.schedule_once(lambda _: call(), 0),
            show=self.show,
        )
        self.staff = StaffDoor(self.conductor, self.facts, self._staff_page, self.to_stick, self._touched)
        self.moves = self._moves()
        self.view_log = ViewLog(deps.view_log, deps.mono_s)
        self._shown_key: object = None
        self._halted, self._tidied, self._frozen = "", False, False
        self._saved_at, self._saved = deps.facts.now(), ("", 0)

    def _moves(self) -> Moves:
        """What may be offered here follows from the facts."""
        conductor, facts = self.conductor, self.facts

        def door(page: Phase, offered: bool = True) -> Callable[[], None] | None:
            return (lambda: conductor.ask(page)) if offered else None

        return Moves(
            # A face can only be touched on home; a finger that outlived it is the conductor's to swallow.
            tap=lambda level: conductor.tap(Level(level)),
            done=conductor.done,
            open=self.open_page,
            close=self.close_page,
            choose=self.choose,
            try_pin=self.try_pin,
            read_day=self.staff.read_day,
            read_days=self.staff.read_days,
            export=self.staff.export,
            toggle=conductor.toggle,
            more=conductor.ask_more,
            again=conductor.choose_again,
            back=conductor.back,
            send_comment=conductor.send_comment,
            touched=self._touched,
            elsewhere=lambda: conductor.ask(Phase.ELSEWHERE),
            pick=conductor.pick,
            file_dossier=conductor.file,
            send_contact=conductor.send_contact,
            more_time=conductor.more_time,
            leave=self.leave,
            to_stick=self.to_stick,
            admin=self.deps.admin,
            watched=self.deps.guardian is not None,
            comment=door(Phase.COMMENT),
            reply=door(Phase.REPLY, facts.purpose is not None),
            subject=door(Phase.SUBJECT, facts.has_subjects),
            dossier=door(Phase.DOSSIER, facts.dossiers),
        )

    # -- Kivy's side -------------------------------------------------------------------------------------

    def build(self) -> Stage:
        fonts.register(self.deps.assets_dir / "fonts")
        look.use_locale(self.deps.assets_dir / "locale")
        look.level_1 = self.deps.level_1
        self.stage = Stage()
        self.render(moving=False)
        Window.bind(on_flip=self._flipped, on_touch_down=self._touched, on_resize=self._resized)
        Window.bind(on_request_close=self._close_asked)
        self._ticking = Clock.schedule_interval(self._tick, TICK_S)
        self._cold = list(pages.LATER)
        self._warming = Clock.create_trigger(self._warm, WARM_S, interval=True)
        return self.stage

    def _warm(self, _: float) -> bool:
        """Home is drawn; now load the other pages, one at a time, so that the first thanks comes as soon as
        the hundredth. False ends the interval."""
        if self._cold:
            import_module(self._cold.pop(0))
        return bool(self._cold)

    def on_stop(self) -> None:
        self._ticking.cancel()
        self._warming.cancel()
        Window.unbind(on_flip=self._flipped, on_touch_down=self._touched, on_resize=self._resized)
        Window.unbind(on_request_close=self._close_asked)
        if self.stage.page is not None:
            self.stage.page.stop()
        self.view_log.close()

    def open_settings(self, *_: object) -> bool:
        """F1 opens nothing here."""
        return False

    def _close_asked(self, *_: object, **__: object) -> bool:
        """Alt+F4 on a kiosk does nothing; a window on a developer's desk may be closed."""
        return self.deps.fullscreen

    def _touched(self, *_: object) -> None:
        self.session.touched(self.deps.mono_s())
        self.conductor.touched()

    def _resized(self, *_: object) -> None:
        self.render(moving=False)

    def _tick(self, _: float) -> None:
        self.conductor.tick()
        if self.voice is not None and self.voice.speaking:
            # Whoever listens is not idle.
            self.session.touched(self.deps.mono_s())
            self.conductor.speaking()
        if self.session.tick(self.deps.mono_s()):
            self.render()
        rested_s = self.session.rested_s(self.conductor.view, self.deps.mono_s())
        if rested_s >= REST_S and not self._halted and self.deps.wants_anew():
            self.leave(anew=True)
            return
        if rested_s >= TIDY_S and not self._tidied:
            self._tidy()
        if self.stage.page is not None:
            self.stage.page.tick(self.deps.facts.now())
            if self.stage.page.holding:
                self._touched()
            self._count_down(self.stage.page)

    def _tidy(self) -> None:
        """A page is many small objects that know each other. Left to the collector's own limits, pages nobody
        sees any more take 70 MB; thrown away while nobody is here, they cost no citizen a frame."""
        self._tidied = True
        gc.collect()
        if not self._cold and not self._frozen:
            self._frozen = True
            gc.freeze()  # every page's module is loaded now: the next time only what is new is looked at

    def _count_down(self, page: Screen) -> None:
        """Beside home: nobody's page vanishes under their eyes without a word."""
        left = self.session.seconds_left(self.deps.mono_s())
        if left is None:
            return
        page.show_left(left, round(self.session.idle_limit_s))
        told = type(page).show_left is not Screen.show_left
        self.stage.warn(left if left <= WARN_S and not told else None)

    # -- what touches ask for ----------------------------------------------------------------------------

    def open_page(self, page: Page) -> None:
        if isinstance(self.conductor.view, HomeView):
            self.session.open(page, self.deps.mono_s())
            self.render()

    def close_page(self) -> None:
        self.session.close()
        self.render()

    def choose(self, comfort: Comfort) -> None:
        self.session.choose(comfort, self.deps.mono_s())
        self.conductor.ease(comfort.eased)
        self.render(moving=False)

    def halt(self, reason: str) -> None:
        """No answer can be kept, for this StorageError's reason; "": it can again."""
        self._halted = reason
        self.render()

    def try_pin(self, role: str, pin: str) -> None:
        page = self.stage.page
        opens = Page.ADMIN if role == "admin" else Page.STAFF
        self.conductor.check_pin(role, pin, lambda answer: self._pin_answered(page, opens, answer))

    def _pin_answered(self, page: Screen | None, opens: Page, answer: PinAnswer | None) -> None:
        # The answer may come after the page went home by itself: then it opens nothing.
        if page is not self.stage.page or self.session.page is not Page.PIN:
            return
        if answer is not None and answer.ok:
            self.open_page(opens)
        else:
            page.answered(answer)

    def _staff_page(self) -> Screen | None:
        return self.stage.page if self.session.page is Page.STAFF else None

    def to_stick(self, name: str, content: bytes, tell: Callable[[Progress], None]) -> None:
        """A file goes to a USB stick; ``tell`` hears how it goes, on this thread."""
        from kiosk.export import Exporter

        Exporter(lambda call: Clock.schedule_once(lambda _: call(), 0), self.deps.media).start(
            name, content, tell
        )

    def leave(self, anew: bool) -> None:
        """The admin ends the program; ``anew``: it comes back at once."""
        self.anew = anew
        self.stop()

    # -- showing -----------------------------------------------------------------------------------------

    def show(self, view: View) -> None:
        """The conductor's new view. Small changes touch the standing page, others build a new one."""
        self.session.visit_shows(view)
        self._note_saving(view)
        if self._halted:
            return  # a finger that was faster than the store's opening
        if self._key(view) != self._shown_key:
            self.render()
        elif self.session.page is None:
            self._update(view)

    def _note_saving(self, view: View) -> None:
        """The first page after a save tells when it was; going on to "more" and back saves no level."""
        if isinstance(view, (MoreView, ClosingView)) and self._saved != (view.event_id, int(view.level)):
            self._saved_at, self._saved = self.deps.facts.now(), (view.event_id, int(view.level))

    def _update(self, view: View) -> None:
        pages.update(self.stage.page, view)
        if isinstance(view, HomeView):
            # It may look pressed already, under the finger; the log still waits for a frame that shows it.
            self.stage.canvas.ask_update()

    def render(self, moving: bool = True) -> None:
        """Builds the page that should show now."""
        look.set((round(Window.width), round(Window.height)), self.session.comfort)
        Window.clearcolor = look.c.paper
        view, self._tidied = self.conductor.view, False
        self._shown_key = self._key(view)
        self.conductor.ease(self.session.comfort.eased)
        page = self._page(view)
        page.tick(self.deps.facts.now())
        self.stage.put(page, moving and not look.still)
        self._read_aloud(page)
        if self.session.page is Page.STAFF:
            self.staff.read_day()

    def _read_aloud(self, page: Screen) -> None:
        """Every new page is read to who asked for it; for everybody else it is quiet."""
        if self.voice is None:
            return
        if not self.session.comfort.aloud or self.session.page in BEHIND_PIN:
            self.voice.stop()
            return
        # Some parts of a page find their place, and with it their words, a frame or two later.
        Clock.schedule_once(lambda _: self._say(page), SAY_S)

    def _say(self, page: Screen) -> None:
        if self.voice is None or page is not self.stage.page or not self.session.comfort.aloud:
            return
        if not self.stage.settled:
            Clock.schedule_once(lambda _: self._say(page), SAY_S)
            return
        from kiosk.aloud import prompt

        language = self.session.comfort.language
        self.voice.say([prompt(words, language) for words in words_of(page)])

    def _key(self, view: View) -> object:
        if self._halted:
            return self._halted
        return pages.key_of(view, self.session.page, self.session.comfort)

    def _page(self, view: View) -> Screen:
        given: dict[str, Any] = {"facts": self.facts, "moves": self.moves}
        if self._halted:
            return pages.halted_page(self._halted, given)
        if self.session.page is not None:
            return pages.beside_page(self.session.page, given)
        return pages.visit_page(view, given, self.stage.page, self._saved_at)

    # -- the view log ------------------------------------------------------------------------------------

    def _flipped(self, *_: object) -> None:
        """A frame goes to the screen. What it holds is written one frame later, once it is truly there."""
        if self._cold:
            self._warming()
        facts = pages.logged(self.conductor.view, self.session.page, self.stage.page)
        if self._halted:
            facts = {"view": "halted", "reason": self._halted}
        if self.stage.settled or facts.get("pressed") is not None:
            targets = targets_of(self.stage, Window.height)
            Clock.schedule_once(lambda _: self.view_log.write(facts, targets), 0)
