"""Shadows baked once into nine-patch textures; Kivy's BoxShadow costs a shader pass each frame."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, erf, isqrt, sqrt
from typing import NamedTuple

from kivy.graphics.texture import Texture

from kiosk.ui.look import look
from kiosk.ui.theme import Rgba, rgba


class Shadow(NamedTuple):
    """``drop`` and ``blur`` in design px."""

    drop: int
    blur: int
    colour: Rgba


KINDS = {
    "soft": Shadow(6, 20, rgba("#463414", 0.09)),
    "face": Shadow(12, 26, rgba("#463414", 0.10)),
    "board": Shadow(12, 28, rgba("#0A3A47", 0.20)),
}
CLEAR: Rgba = (0, 0, 0, 0)
FINE = 16  # steps of distance in a pixel


def colour(kind: str) -> Rgba:
    """What tints the baked texture; clear for no shadow and for a theme without shadows."""
    return KINDS[kind].colour if kind and look.c.shadows else CLEAR


def texture(kind: str, radius: float) -> Texture | None:
    """The nine-patch for a rounded rectangle of ``radius`` window px."""
    if not kind or not look.c.shadows:
        return None
    return _baked(round(radius), look.px(KINDS[kind].blur))


def border(kind: str, radius: float) -> tuple[int, int, int, int]:
    """Width of the patches, as BorderImage wants it."""
    if not kind:
        return (0, 0, 0, 0)
    return (_corner(round(radius), look.px(KINDS[kind].blur)),) * 4


def spread(kind: str) -> int:
    """How far the texture reaches beyond the rectangle, in window px."""
    return look.px(KINDS[kind].blur) if kind else 0


def drop(kind: str) -> int:
    return look.px(KINDS[kind].drop) if kind else 0


def _corner(radius: int, blur: int) -> int:
    return blur + max(radius, blur)


@lru_cache(maxsize=24)
def _baked(radius: int, blur: int) -> Texture:
    size = 2 * _corner(radius, blur) + 1
    pixels = bytearray(b"\xff") * (4 * size * size)
    pixels[3::4] = _mirrored(_quarter(radius, blur))
    baked = Texture.create(size=(size, size), colorfmt="rgba")
    baked.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return baked


def _mirrored(quarter: list[bytes]) -> bytes:
    """The whole of which ``quarter`` is the lower left, with one more row and column in the middle."""
    rows = [row + row[-1:] + row[::-1] for row in quarter]
    return b"".join([*rows, rows[-1], *rows[::-1]])


def _quarter(radius: int, blur: int) -> list[bytes]:
    """Cover of a Gaussian edge over the lower left patch; the rectangle begins at ``blur``. Looked up by the
    distance from the centre of the rounding: this runs before the first frame."""
    reach, corner = radius + blur, _corner(radius, blur)
    spread = max(1, ceil(blur / 2)) * sqrt(2)

    def cover(distance: float) -> int:
        return round(255 * 0.5 * (1 - erf((distance - radius) / spread)))

    outwards = [cover(step / FINE) for step in range(ceil(reach * sqrt(2) * FINE) + 1)]
    squares = [round((max(0, reach - at - 0.5) * FINE) ** 2) for at in range(corner)]
    quarter = [bytes([outwards[isqrt(x + y)] for x in squares]) for y in squares]
    for y in range(reach, corner):  # nearer to the middle than the rounding: the nearer edge decides
        inwards = bytes(cover(reach - min(x, y) - 0.5) for x in range(reach, corner))
        quarter[y] = quarter[y][:reach] + inwards
    return quarter
