"""Languages, reading aloud, brightness, volume and times."""

from __future__ import annotations

from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.admin import Standing
from kiosk.ui.look import px, t
from kiosk.ui.screens.admin_settings import PrefCard, SettingsPart, segments, stepper
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.stepper import Stepper

SECONDS = {"times.idle_s": (5, 300, 5), "times.cool_down_s": (0, 60, 1), "times.closing_s": (3, 60, 1)}
TURN = 10
"""Percent by which a dial is turned at once."""


class ScreenPart(SettingsPart):
    """``all`` languages can be offered, or one alone."""

    keys = ("languages", "language", "sound.aloud", *SECONDS)

    def __init__(self, **kwargs: object) -> None:
        self._controls: dict[str, Segments | Stepper] = {}
        self._dials: dict[str, Stepper] = {}
        super().__init__(**kwargs)

    def title(self) -> str:
        return t("Screen and sound")

    def build(self, standing: Standing) -> None:
        self._grid = GridLayout(cols=2, spacing=px(12), size_hint_y=None)
        self._grid.bind(minimum_height=self._grid.setter("height"))
        self.body.add_widget(self._grid)
        self.body.add_widget(Widget())
        offered = [(", ".join(codes), _names(codes)) for codes in _offers(standing.languages)]
        begins = [(code, code.upper()) for code in standing.languages]
        self._add("languages", t("Languages offered"), segments(self, "languages", offered, _room(offered)))
        self._add("language", t("Begins in"), segments(self, "language", begins, 110))
        spoken = [("yes", t("Yes")), ("no", t("No"))]
        self._add("sound.aloud", t("Offers reading aloud"), segments(self, "sound.aloud", spoken, 110))
        for key, bounds in SECONDS.items():
            self._add(key, _time_word(key), stepper(self, key, *bounds))
        self.ask(self.desk.dials(), self._turned)

    def _add(self, key: str, title: str, control: Segments | Stepper) -> None:
        self._controls[key] = control
        self._grid.add_widget(self.card(key, title, control))

    def show(self) -> None:
        for key, control in self._controls.items():
            if isinstance(control, Segments):
                control.chosen = self.raw(key)
            else:
                control.number = float(self.raw(key))
                control.text = t("{s} s", s=self.raw(key))

    def put(self, key: str, raw: str) -> None:
        """A start in a language that is not offered would be none."""
        if key == "languages" and self.raw("language") not in raw.split(", "):
            super().put("language", raw.split(", ")[0])
        if key == "language" and raw not in self.raw("languages").split(", "):
            super().put("languages", ", ".join(self.standing.languages))
        super().put(key, raw)

    # -- dials -------------------------------------------------------------------------------------------

    def _turned(self, found: dict[str, int] | None, error: BaseException | None) -> None:
        for name, percent in (found or {}).items():
            if name not in self._dials:
                self._dials[name] = self._dial(name)
            self._dials[name].number, self._dials[name].text = percent, f"{percent}%"

    def _dial(self, name: str) -> Stepper:
        made = Stepper(low=0, high=100, by=TURN, target=name)
        made.bind(on_change=lambda _, percent: self.ask(self.desk.turn(name, int(percent)), self._turned))
        title = t("Brightness") if name == "brightness" else t("Volume")
        self._grid.add_widget(PrefCard(title=title, mark=t("At once")).hold(made))
        return made


def _offers(languages: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All of them, or each alone."""
    return [languages, *((code,) for code in languages)] if len(languages) > 1 else [languages]


def _names(codes: tuple[str, ...]) -> str:
    return " + ".join(code.upper() for code in codes)


def _room(choices: list[tuple[str, str]]) -> float:
    return 96 if len(choices) <= 3 else 76


def _time_word(key: str) -> str:
    return {
        "times.idle_s": t("A page waits for a touch"),
        "times.cool_down_s": t("Pause after a rating"),
        "times.closing_s": t("Thanks stays"),
    }[key]
