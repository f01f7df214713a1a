""" "Bạn góp ý – Chúng tôi đã sửa": what citizens said and what the office did, while home is idle."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty

from kiosk.office import Improvement
from kiosk.ui.look import look
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.text import Text

__all__ = ["Icon", "Improved", "Panel", "Text"]

HEADS = 2 * 34 + 28
LOW = 400
"""Below this height the air between the lines is less, design px."""
FACTORS = (1.5, 1.3, 1.15, 1.0, 0.85, 0.75, 0.65)


class Improved(Panel):
    """One item, in letters as large as its place allows."""

    said = StringProperty("")
    done = StringProperty("")
    day = StringProperty("")
    factor = NumericProperty(1.0)
    edge = NumericProperty(36)
    gap = NumericProperty(18)

    def __init__(self, item: Improvement, **kwargs: object) -> None:
        english = look.comfort.language == "en" and bool(item.said_en and item.done_en)
        said, done = (item.said_en, item.done_en) if english else (item.said, item.done)
        words = {"said": f"“{said}”", "done": done, "day": look.words.day(item.date)}
        super().__init__(**words, **kwargs)
        self.fbind("size", self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        self.edge, self.gap = (24, 8) if self.height / look.unit < LOW else (36, 18)
        wide, high = (side / look.unit - 2 * self.edge for side in self.size)
        usual = [factor for factor in FACTORS if factor <= max(look.step, 1.15)]
        self.factor = next((factor for factor in usual if self._needs(factor, wide) <= high), FACTORS[-1])

    def _needs(self, factor: float, wide: float) -> float:
        """Height in design px."""
        ruler, line = FontRuler(), look.type("lead", factor).line / look.unit
        lines = len(ruler.wrap(self.said, "lead", factor, wide))
        lines += len(ruler.wrap(self.done, "lead_strong", factor, wide))
        return line * lines + HEADS + 6 * float(self.gap)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
