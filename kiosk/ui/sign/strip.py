"""The running text: its pieces in reading order, where they stand on an endless tape, how fast it runs.
Pure: no Kivy, no fonts. Lengths called em are in the tape's type size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kiosk.survey import SloganSet
from kiosk.ui.board_plan import in_language
from kiosk.ui.sign.parts import LOTUS

Measure = Callable[[str, str, float], float]
"""(text, font, scale) → width in em of the tape."""

CAPITALS = 0.8  # capitals carry their marks higher: set smaller, the whole line may be larger
CROSSING_S = 5.0  # a word is in sight for so long at least …
EM_PER_S = 4.5  # … and no more than about nine letters pass in a second
SPACE = 0.27


@dataclass(frozen=True, slots=True)
class Piece:
    """Something drawn in one go. ``gap``: empty em before it; ``scale``: of its type; ``tone``: one of gold,
    ink, quiet, icon. ``start``: the key of the group it begins, else empty."""

    text: str
    font: str
    tone: str
    gap: float
    scale: float = 1.0
    start: str = ""

    @property
    def is_icon(self) -> bool:
        """Then ``text`` is the icon's name."""
        return self.font == "Icons"


def pieces(office: str, unit: str, slogans: SloganSet, language: str) -> tuple[Piece, ...]:
    """The office's name if given, every group with all its promises, every motto; a lotus before each."""
    return (*(_office(office, unit) if office else ()), *_groups(slogans, language), *_mottos(slogans))


def _lotus(start: str) -> Piece:
    return Piece(LOTUS, "Icons", "gold", 1.4, 0.9, start)


def _office(office: str, unit: str) -> Iterator[Piece]:
    yield _lotus("office")
    yield Piece(office.upper(), "Be800", "ink", 0.5, CAPITALS)
    if unit:
        yield Piece(f"– {unit}", "Be600", "quiet", SPACE)


def _groups(slogans: SloganSet, language: str) -> Iterator[Piece]:
    for group in slogans.groups:
        words = in_language(group, language)
        yield _lotus(group.key)
        if words.number:
            yield Piece(str(words.number), "Be800", "gold", 0.5, 1.1)
        yield Piece(words.title.upper(), "Be800", "ink" if words.number else "gold", 0.3, CAPITALS)
        for promise, text, detail in words.promises:
            yield Piece(promise.icon, "Icons", "icon", 0.95, 0.9)
            yield Piece(text, "Be700", "ink", 0.3)
            if detail:
                yield Piece(f"– {detail}", "Be600", "quiet", SPACE)


def _mottos(slogans: SloganSet) -> Iterator[Piece]:
    for i, motto in enumerate(slogans.mottos, 1):
        yield _lotus(f"motto-{i}")
        yield Piece(motto, "Be700", "ink", 0.5)


def split(whole: Iterable[Piece], measure: Measure, most: float) -> tuple[Piece, ...]:
    """Pieces no wider than ``most`` em, broken between words: a graphics chip takes textures of a limited
    width only."""
    return tuple(part for piece in whole for part in _parts(piece, measure, most))


def _parts(piece: Piece, measure: Measure, most: float) -> Iterator[Piece]:
    if piece.is_icon or measure(piece.text, piece.font, piece.scale) <= most:
        yield piece
        return
    line, gap, start = "", piece.gap, piece.start
    for word in piece.text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and measure(longer, piece.font, piece.scale) > most:
            yield replace(piece, text=line, gap=gap, start=start)
            longer, gap, start = word, SPACE * piece.scale, ""
        line = longer
    yield replace(piece, text=line, gap=gap, start=start)


def places(
    whole: tuple[Piece, ...], widths: tuple[float, ...], size: float
) -> tuple[tuple[float, ...], float]:
    """Left edges in px, and the tape's whole length, after which it begins again."""
    lefts, x = [], 0.0
    for piece, width in zip(whole, widths, strict=True):
        x += piece.gap * size
        lefts.append(x)
        x += width
    return tuple(lefts), x


def px_per_s(width: float, size: float) -> float:
    """The tape's constant speed in a window of ``width`` px."""
    return min(width / CROSSING_S, EM_PER_S * size)


@dataclass(slots=True)
class Ride:
    """How far the tape has run."""

    length: float
    speed: float
    travelled: float = 0.0

    def advance(self, seconds: float) -> None:
        self.travelled += self.speed * max(0.0, seconds)

    @property
    def offset(self) -> float:
        """Within one turn, in px."""
        return self.travelled % self.length

    @property
    def turns(self) -> int:
        return int(self.travelled // self.length)
