"""What the parts with settings have in common: a draft that is not kept yet, marks, [Lưu] and its answer."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.admin import Standing
from kiosk.ui.look import look, t
from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.panel import Card
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.stepper import Stepper
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "PrefCard", "PushButton", "SettingsFoot", "SettingsPart", "Text", "segments", "stepper"]

STATES = ("reading", "asked", "keeping", "kept", "failed")


class PrefCard(Card):
    """One setting: its name, whether it was changed here, and below what changes it."""

    title = StringProperty("")
    mark = StringProperty("")
    unsaved = BooleanProperty(False)

    def hold(self, *controls: Widget) -> PrefCard:
        """Put what changes it on the card."""
        for control in controls:
            self.ids.place.add_widget(control)
        return self


class SettingsFoot(BoxLayout):
    """[Hoàn tác] [Lưu], and beside them what happens."""

    said = StringProperty("")
    state = OptionProperty("reading", options=STATES)
    dirty = BooleanProperty(False)
    __events__ = ("on_undo", "on_save")

    def on_undo(self) -> None:
        """Event."""

    def on_save(self) -> None:
        """Event."""


class SettingsPart(AdminPart):
    """``keys``: the keys of config.yaml on this part. The draft holds what is not saved, as config.yaml would
    say it."""

    keys: tuple[str, ...] = ()
    heading = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self.draft: dict[str, str] = {}
        self.standing: Standing | None = None
        self.cards: dict[str, PrefCard] = {}
        super().__init__(spacing=look.px(12), **kwargs)
        self.add_widget(Text(text=self.title(), kind="page", factor=min(look.step, 1.2), size_hint_y=None))
        self.body = BoxLayout(orientation="vertical", spacing=look.px(12))
        self.foot = SettingsFoot(said=t("Reading…"))
        self.foot.bind(on_undo=lambda _: self.undo(), on_save=lambda _: self.save())
        for widget in (self.body, self.foot):
            self.add_widget(widget)
        self.ask(self.desk.settings(), self._came)

    # -- for the parts -----------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands at the top."""
        raise NotImplementedError

    def build(self, standing: Standing) -> None:
        """Put the settings into ``body``; once."""
        raise NotImplementedError

    def show(self) -> None:
        """Bring what stands there up to the draft."""
        raise NotImplementedError

    def wrong(self) -> str:
        """Why the draft cannot be saved; "" when it can."""
        return ""

    def card(self, key: str, title: str, *controls: Widget) -> PrefCard:
        """The card of a key."""
        made = self.cards[key] = PrefCard(title=title).hold(*controls)
        return made

    def raw(self, key: str) -> str:
        """What is wished now, saved or not."""
        return self.draft.get(key, self.standing.raw(key))

    def put(self, key: str, raw: str) -> None:
        """The admin wishes this."""
        if raw == self.standing.raw(key):
            self.draft.pop(key, None)
        else:
            self.draft[key] = raw
        self._refresh("asked")

    # -- saving ------------------------------------------------------------------------------------------

    def undo(self) -> None:
        self.draft.clear()
        self._refresh("asked")

    def save(self) -> None:
        if not self.draft or self.foot.state == "keeping" or self.wrong():
            return
        self.foot.state = "keeping"
        self._say()
        self.ask(self.desk.keep(dict(self.draft)), self._kept)

    def _came(self, standing: Standing | None, error: BaseException | None) -> None:
        if standing is None:
            self.foot.state, self.foot.said = "failed", t("The settings could not be read.")
            return
        if self.standing is not None:
            return
        self.standing = standing
        self.build(standing)
        self._refresh("asked")

    def _kept(self, standing: Standing | None, error: BaseException | None) -> None:
        if standing is None:
            self.foot.state = "failed"
            self._say()
            return
        self.standing = standing
        self.draft.clear()
        self._refresh("kept")

    def _refresh(self, state: str) -> None:
        self.foot.state = state
        for key, card in self.cards.items():
            card.unsaved = key in self.draft
            changed = key in self.standing.changed
            card.mark = t("Not saved") if card.unsaved else t("Changed here") if changed else ""
        self.show()
        self._say()

    def _say(self) -> None:
        foot = self.foot
        foot.dirty = bool(self.draft) and foot.state != "keeping" and not self.wrong()
        marked = any(key in self.standing.changed for key in self.keys)
        foot.said = {
            "keeping": t("One moment…"),
            "kept": t("Saved. It holds once the home screen has rested for a moment."),
            "failed": t("It could not be saved. Please try again."),
        }.get(foot.state) or self._hint(marked)

    def _hint(self, marked: bool) -> str:
        if self.wrong():
            return self.wrong()
        if self.draft:
            return t("Not saved yet.")
        if marked:
            return t("Changed here: kept until headquarters sends a new configuration.")
        return t("What is set here holds until headquarters sends a new configuration.")


def segments(part: SettingsPart, key: str, choices: list[tuple[str, str]], breadth: float) -> Segments:
    """A switch between the values of a key."""
    factors = [min(look.step, 1.15)] * len(choices)
    made = Segments(choices=choices, targets=key.replace(".", "-"), breadth=breadth, tall=60, factors=factors)
    made.bind(on_choose=lambda _, chosen: part.put(key, chosen))
    return made


def stepper(part: SettingsPart, key: str, low: float, high: float, by: float) -> Stepper:
    """− and + for a number of seconds."""
    made = Stepper(low=low, high=high, by=by, target=key.replace(".", "-"))
    made.bind(on_change=lambda _, number: part.put(key, f"{number:g}"))
    return made


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
