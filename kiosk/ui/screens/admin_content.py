"""What citizens read: the slogan set, the label of level 1, reasons; and whether staff see figures by day."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.admin import Standing
from kiosk.survey import SloganSet
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.admin_settings import SettingsPart, segments
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "ContentPart", "Icon", "Preview", "SetKey", "Text"]

FACTORS = (1.3, 1.2, 1.1, 1.0, 0.94, 0.88, 0.8, 0.72, 0.64)


class SetKey(Press, Panel):
    """A published set."""

    key = StringProperty("")
    label = StringProperty("")
    detail = StringProperty("")
    chosen = BooleanProperty(False)


class Preview(Card):
    """The promises of a set, in letters as large as its place allows: a line each, or a group in one."""

    title = StringProperty("")
    words = StringProperty("")
    factor = NumericProperty(1.0)

    def __init__(self, **kwargs: object) -> None:
        self._fit_soon = Clock.create_trigger(self._fit, -1)
        self._forms = ("", "")
        super().__init__(**kwargs)
        self.fbind("size", self._fit_soon)

    def show(self, one: SloganSet) -> None:
        """This set."""
        self.title, self._forms = one.office, (_tall(one), _flat(one))
        self._fit()

    def _fit(self, *_: object) -> None:
        wide, high = self.width / look.unit - 40, self.height / look.unit - 28 - 44
        tries = [(0, factor) for factor in FACTORS if factor >= 1] + [(1, factor) for factor in FACTORS]
        for form, factor in tries:
            self.words, self.factor = self._forms[form], factor
            if self._needs(wide) <= high:
                return

    def _needs(self, wide: float) -> float:
        """Height in design px."""
        ruler, plain = FontRuler(), self.words.replace("**", "")
        lines = sum(len(ruler.wrap(line, "body_strong", self.factor, wide)) for line in plain.split("\n"))
        return lines * look.type("body", self.factor).line / look.unit


class ContentPart(SettingsPart):
    """Sets beside what they promise; below them the rest."""

    keys = ("slogans", "labels.level_1", "staff.blind")

    def __init__(self, **kwargs: object) -> None:
        self._sets: dict[str, SetKey] = {}
        super().__init__(**kwargs)

    def title(self) -> str:
        return t("Content and labels")

    def build(self, standing: Standing) -> None:
        self.body.add_widget(self._choice_of_sets(standing.sets))
        labels = [("chua-hai-long", t("Not satisfied yet")), ("khong-hai-long", t("Not satisfied"))]
        self._label = segments(self, "labels.level_1", labels, 196)
        answers = [("no", t("No")), ("yes", t("Yes"))]
        self._blind = segments(self, "staff.blind", answers, 96)
        row = GridLayout(cols=1 if look.portrait else 2, spacing=px(12), size_hint_y=None)
        row.bind(minimum_height=row.setter("height"))
        row.add_widget(self.card("labels.level_1", t("Label of the lowest level"), self._label))
        row.add_widget(self.card("staff.blind", t("Staff see no figures during the day"), self._blind))
        self.body.add_widget(row)

    def _choice_of_sets(self, sets: tuple[SloganSet, ...]) -> BoxLayout:
        holder = BoxLayout(orientation="vertical" if look.portrait else "horizontal", spacing=px(12))
        keys = GridLayout(cols=2 if look.portrait else 1, spacing=px(8), size_hint_y=None)
        keys.bind(minimum_height=keys.setter("height"))
        for one in sets:
            key = SetKey(key=one.key, label=one.office, detail=_size_of(one), target=f"set-{one.key}")
            key.bind(on_release=lambda key: self.put("slogans", key.key))
            self._sets[one.key] = key
            keys.add_widget(key)
        side = BoxLayout(orientation="vertical", spacing=px(8), size_hint_y=None if look.portrait else 1)
        card = self.card("slogans", t("Slogan set"), keys)
        card.shade, card.fill, card.padding = "", (0, 0, 0, 0), (0, 0, 0, 0)
        card.edge = 0
        if look.portrait:
            holder.add_widget(card)
        else:
            side.add_widget(card)
            side.add_widget(BoxLayout())
            side.size_hint_x = 0.8
            holder.add_widget(side)
        self._preview = Preview()
        holder.add_widget(self._preview)
        return holder

    def show(self) -> None:
        wanted = self.raw("slogans")
        for key, widget in self._sets.items():
            widget.chosen = key == wanted
        chosen = next(one for one in self.standing.sets if one.key == wanted)
        self._preview.show(chosen)
        self._label.chosen = self.raw("labels.level_1")
        self._blind.chosen = self.raw("staff.blind")


def _size_of(one: SloganSet) -> str:
    return t("{n} promises · {key}", n=len(one.promises), key=one.key)


def _tall(one: SloganSet) -> str:
    lines: list[str] = []
    for group in one.groups:
        lines += [f"**{group.title}**"] if group.title else []
        lines += [f"– {promise.text}" for promise in group.promises]
    return "\n".join(lines)


def _flat(one: SloganSet) -> str:
    titles = [f"**{group.title}:** " if group.title else "" for group in one.groups]
    promises = [" · ".join(promise.text for promise in group.promises) for group in one.groups]
    return "\n".join(map("".join, zip(titles, promises, strict=True)))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
