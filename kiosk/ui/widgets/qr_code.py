"""A QR that phones read at arm's length: whole pixels to a module, white around it, in every theme."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import px

QUIET = 4
"""Modules of white around the code, as the standard asks."""
MASK = 3
"""One of the eight masks, the same for all. Trying every mask takes five times as long, which a page that is
being built does not have, and cameras read all of them equally well."""
WHITE = (1, 1, 1, 1)

Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=8)
def matrix(text: str, spare: bool = True) -> Matrix:
    """The modules of ``text`` from the top, without quiet zone; True is dark.

    ``spare``: level M, which survives a scratch; without it L, for a code that must be small.
    """
    import qrcode  # 30 ms, which the first frame of home does not have
    from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M

    level = ERROR_CORRECT_M if spare else ERROR_CORRECT_L
    code = qrcode.QRCode(border=0, error_correction=level, mask_pattern=MASK)
    # One mode for the whole text: an address in capitals stays in the alphanumeric one.
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return tuple(tuple(row) for row in code.get_matrix())


class QrCode(Widget):
    """``text``: what a phone finds; nothing is drawn without. ``extent``: the white square in design px."""

    text = StringProperty("")
    extent = NumericProperty(240)

    def __init__(self, **kwargs: object) -> None:
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        self._texture: Texture | None = None
        super().__init__(**kwargs)
        self.fbind("text", self._encode)
        for name in ("pos", "size"):
            self.fbind(name, self._paint_soon)
        self._encode()

    @property
    def module(self) -> int:
        """Window px to a module."""
        return int(min(self.size) // self._texture.width) if self._texture else 0

    def modules(self) -> Matrix:
        """What is drawn."""
        return matrix(self.text)

    def stop(self) -> None:
        """The page leaves the window."""
        self._paint_soon.cancel()

    def _encode(self, *_: object) -> None:
        self._texture = texture_of(self.modules()) if self.text else None
        self._paint()

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        if self._texture is None:
            return
        side = max(1, self.module) * self._texture.width
        with self.canvas:
            Color(rgba=WHITE)
            RoundedRectangle(pos=self.pos, size=self.size, radius=[px(16)])
            # Drawn at whole pixels and without smoothing: no module has a grey edge.
            place = round(self.center_x - side / 2), round(self.center_y - side / 2)
            Rectangle(texture=self._texture, pos=place, size=(side, side))


def texture_of(modules: Matrix) -> Texture:
    """One texel to a module, quiet zone included; magnified without smoothing."""
    side = len(modules) + 2 * QUIET
    texels = bytearray(b"\xff" * (side * side))
    for row, line in enumerate(reversed(modules), QUIET):  # textures begin at the bottom
        for column, dark in enumerate(line, QUIET):
            if dark:
                texels[row * side + column] = 0
    texture = Texture.create(size=(side, side), colorfmt="luminance")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(bytes(texels), colorfmt="luminance", bufferfmt="ubyte")
    return texture


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
