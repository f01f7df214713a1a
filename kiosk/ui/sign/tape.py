"""The running text: every piece drawn into a texture once, the tape moved past the window frame by frame."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, PopMatrix, PushMatrix, Rectangle, Translate
from kivy.graphics.opengl import GL_MAX_TEXTURE_SIZE, glGetIntegerv
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.ui.icons import icon
from kiosk.ui.look import look
from kiosk.ui.sign.strip import Piece, Ride, places, px_per_s, split
from kiosk.ui.widgets.text import width_of

REFERENCE = 100  # px, at which letters are measured
SHARPEST = 220  # px; larger type is drawn at this size and stretched, or a tall board would fill the memory
WIDEST = 2048  # px of one texture; every graphics chip takes that
AIR = 0.045  # of the height, kept free above and below
CAPITAL_MIDDLE = 0.36  # of the type size above the baseline: where an icon's middle stands


class SignTape(Widget):
    """``pieces`` in the largest type whose ink fits ``room`` × the height; never ends.

    ``largest``: a limit for the type in px, for windows that are not low.
    """

    def __init__(self, pieces: tuple[Piece, ...], largest: float = 1e6, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.given, self.largest = pieces, largest
        self.type_size, self.ride = 0.0, Ride(1, 0)
        self.pieces: tuple[Piece, ...] = ()
        self.boxes: list[tuple[float, float, float, float]] = []
        self._ink = ink_of(pieces)
        self.bind(size=self._build, pos=self._build)

    @property
    def content_size(self) -> tuple[float, float]:
        """Of the ink: as high as the highest and lowest letters reach."""
        low, high = self._ink
        return 0, (high - low) * self.type_size

    def advance(self, seconds: float) -> None:
        self.ride.advance(seconds)
        self._shift.x = -self.ride.offset

    def _build(self, *_: object) -> None:
        if self.width < 2 or self.height < 2:
            return
        low, high = self._ink
        self.type_size = min(self.height * (1 - 2 * AIR) / (high - low), self.largest)
        sharp = min(1.0, SHARPEST / self.type_size)
        drawn = max(1, int(self.type_size * sharp))
        self.type_size = drawn / sharp
        self._set(drawn)
        baseline = self.center_y - (high + low) / 2 * self.type_size
        self._paint([_texture(piece, drawn) for piece in self.pieces], baseline)

    def _set(self, drawn: int) -> None:
        """``drawn``: the size at which letters become textures."""
        most = min(WIDEST, glGetIntegerv(GL_MAX_TEXTURE_SIZE)[0]) / drawn

        def measure(text: str, font: str, scale: float) -> float:
            return width_of(text, font, _size(drawn, scale)) / drawn

        self.pieces = split(self.given, measure, most)
        self._widths = tuple(
            measure(icon(p.text) if p.is_icon else p.text, p.font, p.scale) * self.type_size
            for p in self.pieces
        )
        self._lefts, length = places(self.pieces, self._widths, self.type_size)
        self.ride = Ride(length, px_per_s(self.width, self.type_size))

    def _paint(self, textures: list[Texture], baseline: float) -> None:
        self.canvas.clear()
        self.boxes = []
        # Enough turns of the tape that its end is never seen, however short the set and wide the board.
        turns = ceil(self.width / self.ride.length) + 1
        with self.canvas:
            PushMatrix()
            self._shift = Translate(0, 0)
            for turn in range(turns):
                for i, texture in enumerate(textures):
                    self._piece(i, texture, self.x + turn * self.ride.length, baseline)
            PopMatrix()

    def _piece(self, index: int, texture: Texture, start: float, baseline: float) -> None:
        piece = self.pieces[index]
        stretch = self._widths[index] / texture.width
        width, height = texture.width * stretch, texture.height * stretch
        if piece.is_icon:
            bottom = baseline + CAPITAL_MIDDLE * self.type_size - height / 2
        else:
            bottom = baseline - descent(piece.font) * piece.scale * self.type_size
        Color(rgba=getattr(look.c, _TONES[piece.tone]))
        box = (start + self._lefts[index], bottom, width, height)
        Rectangle(texture=texture, pos=box[:2], size=box[2:])
        self.boxes.append(box)


_TONES = {"gold": "gold", "ink": "on_brand", "quiet": "on_brand2", "icon": "board_icon"}


def _size(drawn: int, scale: float) -> int:
    return max(1, round(drawn * scale))


def _texture(piece: Piece, drawn: int) -> Texture:
    text = icon(piece.text) if piece.is_icon else piece.text
    label = CoreLabel(text=text, font_name=piece.font, font_size=_size(drawn, piece.scale), padding=0)
    label.refresh()
    return label.texture


def ink_of(pieces: tuple[Piece, ...]) -> tuple[float, float]:
    """How deep and how high the letters' ink reaches from the baseline, in em."""
    reach = [
        (low * piece.scale, high * piece.scale)
        for piece in pieces
        if not piece.is_icon
        for low, high in (_ink_of_letter(letter, piece.font) for letter in set(piece.text) - {" "})
    ]
    return min(low for low, _ in reach), max(high for _, high in reach)


@lru_cache(maxsize=1000)
def _ink_of_letter(letter: str, font: str) -> tuple[float, float]:
    low, high = _rows(letter, font)
    return low / REFERENCE - descent(font), high / REFERENCE - descent(font)


@lru_cache(maxsize=8)
def descent(font: str) -> float:
    """From a texture's bottom to the baseline, in em: where the foot of an H stands."""
    return _rows("H", font)[0] / REFERENCE


def _rows(letter: str, font: str) -> tuple[int, int]:
    """First and last row of pixels with ink, counted from the bottom."""
    label = CoreLabel(text=letter, font_name=font, font_size=REFERENCE, padding=0)
    label.refresh()
    (width, height), pixels = label.texture.size, label.texture.pixels
    inked = [y for y in range(height) if any(pixels[4 * width * y + 3 : 4 * width * (y + 1) : 4])]
    return height - 1 - inked[-1], height - inked[0]
