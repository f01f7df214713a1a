"""The Kivy app: puts the conductor's views on the screen, and the pages beside them. Kivy's thread only.

A page is built anew whenever the view, the comfort or the window size changes; only the pressed face and
the countdown change a page that stands.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kivy.animation import Animation
from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import PopMatrix, PushMatrix, Translate
from kivy.uix.floatlayout import FloatLayout

from kiosk.conductor import ClosingView, CommentView, Conductor, HomeView, MoreView, NotSavedView, View
from kiosk.pins import PinAnswer
from kiosk.store import Tally
from kiosk.survey import Level
from kiosk.ui import fonts
from kiosk.ui.look import Comfort, look
from kiosk.ui.screens.home import HomeScreen
from kiosk.ui.screens.page import Facts, Moves, Screen
from kiosk.ui.session import Page, Session
from kiosk.ui.viewlog import ViewLog, targets_of

if TYPE_CHECKING:
    from kiosk.ui.app import UiDeps

log = logging.getLogger(__name__)
TICK_S, WARM_S, FADE_S, RISE = 0.25, 0.1, 0.18, 16
LATER_PAGES = tuple(
    f"kiosk.ui.screens.{name}"
    for name in ("closing", "more", "comment", "not_saved", "access", "pin", "staff")
)


class Stage(FloatLayout):
    """Holds the one page that shows; a new page rises a little and fades in."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.page: Screen | None = None
        self.settled = True
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
        self.page, self.settled = page, not moving
        self._rise.y = -look.px(RISE) if moving else 0
        self.add_widget(page)
        if moving:
            page.opacity = 0
            fade = Animation(opacity=1, duration=FADE_S, transition="out_quad")
            fade.bind(on_complete=self._settle)
            fade.start(page)
            Animation(y=0, duration=FADE_S, transition="out_quad").start(self._rise)

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
        self.facts = Facts(deps.office_name, deps.unit_name, deps.desk_name, deps.slogans, deps.now)
        self.moves = Moves(
            tap=self.tap,
            done=self.done,
            open=self.open_page,
            close=self.close_page,
            choose=self.choose,
            try_pin=self.try_pin,
            refresh=self.refresh,
            toggle=self.toggle,
            more=self.ask_more,
            again=self.choose_again,
            back=self.leave_comment,
            send_comment=self.send_comment,
            touched=self._touched,
            comment=self.ask_comment,
        )
        self.conductor = Conductor(
            deps.desk,
            deps.rules,
            now_s=deps.mono_s,
            new_id=deps.new_id,
            post=lambda call: Clock.schedule_once(lambda _: call(), 0),
            show=self.show,
        )
        self.view_log = ViewLog(deps.view_log, deps.mono_s)
        self._shown_key: object = None
        self._saved_at, self._saved = deps.now(), ("", 0)

    # -- Kivy's side -------------------------------------------------------------------------------------

    def build(self) -> Stage:
        fonts.register(self.deps.assets_dir / "fonts")
        look.use_locale(self.deps.assets_dir / "locale")
        self.stage = Stage()
        self.render(moving=False)
        Window.bind(on_flip=self._flipped, on_touch_down=self._touched, on_resize=self._resized)
        Window.bind(on_request_close=self._close_asked)
        self._ticking = Clock.schedule_interval(self._tick, TICK_S)
        self._cold = list(LATER_PAGES)
        self._warming = Clock.schedule_interval(self._warm, WARM_S)
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
        if self.session.tick(self.deps.mono_s()):
            self.render()
        if self.stage.page is not None:
            self.stage.page.tick(self.deps.now())
            if self.stage.page.holding:
                self._touched()

    # -- what touches ask for ----------------------------------------------------------------------------

    def tap(self, level: int) -> None:
        # A face can only be touched on home; a finger that outlived it is the conductor's to swallow.
        self.conductor.tap(Level(level))

    def done(self) -> None:
        self.conductor.done()

    def toggle(self, key: str) -> None:
        self.conductor.toggle(key)

    def ask_more(self) -> None:
        self.conductor.ask_more()

    def choose_again(self) -> None:
        self.conductor.choose_again()

    def ask_comment(self) -> None:
        self.conductor.ask_comment()

    def leave_comment(self) -> None:
        self.conductor.leave_comment()

    def send_comment(self, text: str, topic: str) -> None:
        self.conductor.send_comment(text, topic)

    def open_page(self, page: Page) -> None:
        if isinstance(self.conductor.view, HomeView):
            self.session.open(page, self.deps.mono_s())
            self.render()

    def close_page(self) -> None:
        self.session.close()
        self.render()

    def choose(self, comfort: Comfort) -> None:
        self.session.choose(comfort, self.deps.mono_s())
        self.render(moving=False)

    def try_pin(self, pin: str) -> None:
        page = self.stage.page
        self.conductor.check_staff_pin(pin, lambda answer: self._pin_answered(page, answer))

    def refresh(self) -> None:
        page = self.stage.page
        self.conductor.tally_today(lambda tally: self._tally_came(page, tally))

    def _pin_answered(self, page: Screen | None, answer: PinAnswer | None) -> None:
        # The answer may come after the page went home by itself: then it opens nothing.
        if page is not self.stage.page or self.session.page is not Page.PIN:
            return
        if answer is not None and answer.ok:
            self.open_page(Page.STAFF)
        else:
            page.answered(answer)

    def _tally_came(self, page: Screen | None, tally: Tally | None) -> None:
        if page is self.stage.page and self.session.page is Page.STAFF:
            page.show_tally(tally, self.deps.now())

    # -- showing -----------------------------------------------------------------------------------------

    def show(self, view: View) -> None:
        """The conductor's new view. Small changes touch the standing page, others build a new one."""
        self.session.visit_shows(view)
        self._note_saving(view)
        if self._key(view) != self._shown_key:
            self.render()
        elif self.session.page is None:
            self._update(view)

    def _note_saving(self, view: View) -> None:
        """The first page after a save tells when it was; going on to "more" and back saves no level."""
        if isinstance(view, (MoreView, ClosingView)) and self._saved != (view.event_id, int(view.level)):
            self._saved_at, self._saved = self.deps.now(), (view.event_id, int(view.level))

    def _update(self, view: View) -> None:
        page = self.stage.page
        if isinstance(view, HomeView):
            page.show_pressed(view.pressed)
            page.show_again(view.again or (page.again and view.pressed is not None))
            # It may look pressed already, under the finger; the log still waits for a frame that shows it.
            self.stage.canvas.ask_update()
        else:
            page.show_left(view.seconds_left, view.total_s)
            if isinstance(view, MoreView):
                page.show_chosen(view.chosen)

    def render(self, moving: bool = True) -> None:
        """Builds the page that should show now."""
        look.set((round(Window.width), round(Window.height)), self.session.comfort)
        Window.clearcolor = look.c.paper
        view = self.conductor.view
        self._shown_key = self._key(view)
        page = self._page(view)
        page.tick(self.deps.now())
        self.stage.put(page, moving and not look.still)
        if self.session.page is Page.STAFF:
            self.refresh()

    def _key(self, view: View) -> object:
        """Two views of one key share one page."""
        if self.session.page is not None:
            return self.session.page
        if isinstance(view, (ClosingView, MoreView, CommentView)):
            return (type(view), view.level, view.event_id)
        # A visit that ends takes its language and text size with it, on whichever page it ends.
        return (type(view), self.session.comfort)

    def _page(self, view: View) -> Screen:
        given: dict[str, Any] = {"facts": self.facts, "moves": self.moves}
        if self.session.page is not None:
            return _beside(self.session.page, given)
        if isinstance(view, HomeView):
            return HomeScreen(pressed=view.pressed, again=view.again, **given)
        given |= {"left": view.seconds_left, "total": view.total_s}
        if isinstance(view, NotSavedView):
            from kiosk.ui.screens.not_saved import NotSavedScreen

            return NotSavedScreen(reason=view.reason, rated=view.rated, **given)
        if isinstance(view, MoreView):
            from kiosk.ui.screens.more import MoreScreen

            return MoreScreen(level=int(view.level), chosen=view.chosen, commented=view.commented, **given)
        if isinstance(view, CommentView):
            return self._comment_page(view, given)
        from kiosk.ui.screens.closing import closing_screen

        given |= {"commented": view.commented, "masked": view.masked}
        return closing_screen(int(view.level), saved_at=self._saved_at, **given)

    def _comment_page(self, view: CommentView, given: dict[str, Any]) -> Screen:
        """A page that is built anew, because the window or the comfort changed, goes on with its draft."""
        from kiosk.ui.screens.comment import CommentScreen

        standing = self.stage.page
        draft = {"text": standing.text, "kind": standing.kind} if isinstance(standing, CommentScreen) else {}
        return CommentScreen(level=int(view.level), **draft, **given)

    # -- the view log ------------------------------------------------------------------------------------

    def _flipped(self, *_: object) -> None:
        """A frame goes to the screen. What it holds is written one frame later, once it is truly there."""
        facts = self._facts_shown()
        if self.stage.settled or facts.get("pressed") is not None:
            targets = targets_of(self.stage, Window.height)
            Clock.schedule_once(lambda _: self.view_log.write(facts, targets), 0)

    def _facts_shown(self) -> dict[str, Any]:
        view = self.conductor.view
        if self.session.page is not None:
            facts: dict[str, Any] = {"view": self.session.page.value}
        elif isinstance(view, ClosingView):
            facts = {"view": "closing", "level": int(view.level), "event_id": view.event_id}
        elif isinstance(view, MoreView):
            facts = {"view": "more", "level": int(view.level), "event_id": view.event_id}
            facts["chosen"] = sorted(view.chosen)
        elif isinstance(view, CommentView):
            facts = {"view": "comment", "level": int(view.level), "event_id": view.event_id}
            facts["ready"] = bool(getattr(self.stage.page, "text", ""))
        elif isinstance(view, NotSavedView):
            facts = {"view": "not_saved", "reason": view.reason}
        else:
            facts = {"view": "home"} | ({"pressed": int(view.pressed)} if view.pressed else {})
            facts |= {"again": True} if view.again else {}
        return facts | {"language": look.comfort.language}


def _beside(page: Page, given: dict[str, Any]) -> Screen:
    """The pages beside the visit; imported when first wanted, so that home is drawn sooner."""
    match page:
        case Page.ACCESS:
            from kiosk.ui.screens.access import AccessScreen

            return AccessScreen(**given)
        case Page.PROMISES:
            from kiosk.ui.screens.promises import PromisesScreen

            return PromisesScreen(**given)
        case Page.PIN:
            from kiosk.ui.screens.pin import PinScreen

            return PinScreen(**given)
        case Page.STAFF:
            from kiosk.ui.screens.staff import StaffScreen

            return StaffScreen(**given)
