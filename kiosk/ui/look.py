"""How everything looks right now: size of the window, theme, text size, language. One per process.

Pages read ``look`` while they are built and are built anew when it changes; nothing observes it.
No Kivy here, so that the arithmetic can be tested without a window.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.survey import LEVEL_1_LABELS, Reason
from kiosk.ui.theme import LIGHT, PALETTES, TYPE, LevelColours, Palette, TextSize, Theme
from kiosk.words import WEEKDAYS, Words

LANDSCAPE, PORTRAIT = (1280, 800), (800, 1280)


@dataclass(frozen=True, slots=True)
class Comfort:
    """What a citizen may choose; thrown away after each visit. ``still``: reduced motion.
    ``low``: everything touched lies in the lower half; ``aloud``: pages are read out."""

    language: str = "vi"
    text: TextSize = TextSize.BASE
    theme: Theme = Theme.LIGHT
    still: bool = False
    low: bool = False
    aloud: bool = False

    @property
    def eased(self) -> bool:
        """True when someone needs more than the usual; they also get more time."""
        return self != Comfort(self.language)


@dataclass(frozen=True, slots=True)
class Type:
    """A type style in window pixels."""

    size: int
    line: int
    font: str


class Look:
    """Lengths are given in the design's px and come back in window px through ``px``."""

    def __init__(self) -> None:
        self.comfort = Comfort()
        self.width, self.height = LANDSCAPE
        self.unit = 1.0
        self.c: Palette = LIGHT
        self.level_1 = LEVEL_1_LABELS[0]
        self._locale: Path | None = None
        self._words: dict[str, Words] = {}

    def use_locale(self, directory: Path) -> None:
        """Where the catalogues are."""
        if directory != self._locale:
            self._locale, self._words = directory, {}

    def set(self, size: tuple[int, int], comfort: Comfort) -> None:
        """A new window size or new choices."""
        self.width, self.height = size
        design = PORTRAIT if self.portrait else LANDSCAPE
        self.unit = min(size[0] / design[0], size[1] / design[1])
        self.comfort, self.c = comfort, PALETTES[comfort.theme]

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    @property
    def still(self) -> bool:
        """Reduced motion."""
        return self.comfort.still

    @property
    def step(self) -> float:
        """The text size as a factor of the base size."""
        return self.comfort.text.value

    @contextmanager
    def spoken(self, language: str) -> Iterator[None]:
        """Within it, words come in ``language``: for a page that says a thing in two."""
        before, self.comfort = self.comfort, replace(self.comfort, language=language)
        try:
            yield
        finally:
            self.comfort = before

    @property
    def words(self) -> Words:
        language = self.comfort.language
        if language not in self._words:
            if self._locale is None:
                raise RuntimeError("look.use_locale() has not been called")
            self._words[language] = Words(self._locale, language)
        return self._words[language]

    def px(self, length: float) -> int:
        """Design px → window px."""
        return round(length * self.unit)

    def type(self, style: str, factor: float | None = None) -> Type:
        """``style`` at the citizen's text size, or at ``factor`` times its base size."""
        base, grown = TYPE[style], self.step if factor is None else factor
        size = round(base.size * grown * self.unit)
        line = max(round(base.line * grown * self.unit), -(-size * 13 // 10))
        return Type(size, line, f"Be{base.weight}")

    def level(self, level: int) -> LevelColours:
        return self.c.levels[level]

    def with_comfort(self, **changes: object) -> Comfort:
        return replace(self.comfort, **changes)  # type: ignore[arg-type]


look = Look()


def px(length: float) -> int:
    """``look.px``, short for kv files."""
    return look.px(length)


def t(msgid: str, **params: object) -> str:
    """``look.words``, short for kv files; what the string extraction looks for."""
    return look.words(msgid, **params)


def reason_word(reason: Reason) -> str:
    """The citizen's words for a usual reason."""
    return t(reason.text)


def weekday_word(day: int) -> str:
    """The name of a weekday, Monday 0."""
    return t(WEEKDAYS[day])


def level_word(level: int) -> str:
    """The citizen's word for a level."""
    # A kiosk may call level 1 what the office's one-stop forms call it.
    lowest = t("Not satisfied yet") if look.level_1 == LEVEL_1_LABELS[0] else t("Not satisfied")
    return {3: t("Very satisfied"), 2: t("Satisfied"), 1: lowest}[level]
