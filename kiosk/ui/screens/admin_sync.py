"""Is everything at headquarters? Queue, lamp, progress, last success and error, enrolment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.admin import Lamp, Overview
from kiosk.store import Quarantined
from kiosk.ui.look import look, t
from kiosk.ui.screens import admin_words as words
from kiosk.ui.screens.admin_enrol import EnrolCard
from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.screens.admin_stick import StickCard
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "EnrolCard", "Fold", "Icon", "Panel", "PushButton", "StickCard", "SyncPart", "Text"]

EVERY_S = 0.5
"""So often the page looks at the queue anew."""


class SyncPart(AdminPart):
    """``overview``: None until the store has answered; ``trouble``: why it could not;
    ``enrolling``: a code to enrol with is shown or asked for; ``folded``: upright, the card for it is not
    there while there is nothing to say in it."""

    overview = ObjectProperty(None, allownone=True)
    trouble = StringProperty("")
    reasons = StringProperty("")
    now = ObjectProperty(None, allownone=True)
    enrolling = BooleanProperty(False)
    folded = BooleanProperty(False)
    asked_s = NumericProperty(-1e9)

    def __init__(self, **kwargs: object) -> None:
        self._waiting = False
        super().__init__(**kwargs)
        # Folded away they would be held by nothing but these.
        self._enrol, self._stick = self.ids.enrol.__self__, self.ids.stick.__self__
        self._enrol.desk = self._stick.desk = self.desk

    def tick(self, now: datetime) -> None:
        if self._waiting or now.timestamp() - self.asked_s < EVERY_S:
            return
        self._waiting, self.asked_s = True, now.timestamp()
        self.now = now
        self.ask(self.desk.overview(), self._came)

    def _came(self, overview: Overview | None, error: BaseException | None) -> None:
        self._waiting = False
        self.trouble = "" if overview is not None else t("The queue could not be read.")
        before = self.overview
        self.overview = overview
        if overview is None:
            return
        self._enrol.show_overview(overview)
        self._fold()
        if overview.queue.quarantined and (before is None or before.queue != overview.queue):
            self.ask(self.desk.quarantined(), self._set_aside)

    def _set_aside(self, found: list[Quarantined] | None, error: BaseException | None) -> None:
        counted = Counter(words.code_words(one.code) for one in found or [])
        self.reasons = "; ".join(
            t("{n} × {reason}", n=look.words.number(n), reason=reason) for reason, n in counted.most_common(2)
        )

    def logged(self) -> dict[str, object]:
        """The lamp, and how far an enrolment or a stick has come."""
        lamp = self.overview.lamp.value if self.overview else "reading"
        return {"lamp": lamp, "enrol": self._enrol.step, "stick": self._stick.state.step}

    def _fold(self) -> None:
        enrolled = self.overview is not None and self.overview.enrolled
        self.folded = look.portrait and enrolled and self._enrol.step == "idle"

    def enrol_anew(self) -> None:
        self.folded = False
        self._enrol.begin()

    # -- touches -----------------------------------------------------------------------------------------

    def sync_now(self) -> None:
        self.desk.sync_now()
        self.asked_s = -1e9

    def cancel(self) -> None:
        self.desk.cancel()

    def replay(self) -> None:
        self.ask(self.desk.replay(), lambda *_: None)

    # -- words -------------------------------------------------------------------------------------------

    def lamp(self) -> Lamp | None:
        return self.overview.lamp if self.overview else None

    def lamp_word(self) -> str:
        if self.trouble:
            return self.trouble
        return words.lamp_word(self.lamp()) if self.overview else t("Reading…")

    def lamp_glyph(self) -> str:
        return words.lamp_glyph(self.lamp()) if self.overview else "timer-sand"

    def lamp_colours(self) -> tuple[Rgba, Rgba]:
        """(ground, words)"""
        c = look.c
        match self.lamp():
            case Lamp.GREEN:
                return c.levels[3].tint, c.levels[3].text
            case Lamp.TROUBLE:
                return c.levels[1].tint, c.bad
            case Lamp.WAITING | Lamp.SENDING | Lamp.ALONE:
                return c.warn_t, c.warn
        return c.sand, c.ink2

    def sending(self) -> bool:
        return self.lamp() is Lamp.SENDING

    def done(self) -> str:
        if self.overview is None:
            return "–" if self.trouble else "…"
        sync, queue = self.overview.sync, self.overview.queue
        return look.words.number(sync.confirmed if self.sending() else queue.max_seq - queue.pending)

    def whole(self) -> str:
        if self.overview is None:
            return ""
        total = self.overview.sync.total if self.sending() else self.overview.queue.max_seq
        return t("of {n} entries", n=look.words.number(total))

    def run(self) -> str:
        return words.left_words(self.overview) if self.overview else ""

    def share(self) -> float:
        return self.overview.share if self.overview else 0.0

    def pending(self) -> str:
        return look.words.number(self.overview.queue.pending) if self.overview else "…"

    def oldest(self) -> str:
        if self.overview is None:
            return "…"
        seconds = self.overview.oldest_s
        return "–" if seconds is None else words.age(seconds)

    def aside(self) -> str:
        return look.words.number(self.overview.queue.quarantined) if self.overview else "…"

    def has_aside(self) -> bool:
        return self.overview is not None and self.overview.queue.quarantined > 0

    def succeeded(self) -> str:
        if self.overview is None or self.overview.sync.succeeded_ms is None:
            return t("None since the program was started")
        sync = self.overview.sync
        moment = words.when(sync.succeeded_ms, self.now)
        return t("{when} · {n} entries", when=moment, n=look.words.number(sync.succeeded_events))

    def failed(self) -> tuple[str, str]:
        """(what happened, when and what to do)"""
        if self.overview is None or self.overview.sync.failed_ms is None:
            return t("No error"), t("None since the program was started")
        sync = self.overview.sync
        what, remedy = words.error_words(sync.last_error)
        moment = words.when(sync.failed_ms, self.now)
        return t("Last error: {what}", what=what), f"{moment} · {remedy}"


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
