"""Shadows baked once into nine-patch textures; Kivy's BoxShadow costs a shader pass each frame."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, erf, hypot, sqrt
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
    corner = _corner(radius, blur)
    quarter = [[_alpha(x, y, radius, blur) for x in range(corner)] for y in range(corner)]
    rows = [bytes(row + row[-1:] + row[::-1]) for row in quarter]
    rows = rows + rows[-1:] + rows[::-1]
    size = 2 * corner + 1
    pixels = b"".join(bytes(b for alpha in row for b in (255, 255, 255, alpha)) for row in rows)
    baked = Texture.create(size=(size, size), colorfmt="rgba")
    baked.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    return baked


def _alpha(x: int, y: int, radius: int, blur: int) -> int:
    """Cover of a Gaussian edge at a pixel of the lower left patch; the rectangle begins at ``blur``."""
    dx, dy = radius + blur - x - 0.5, radius + blur - y - 0.5
    outside = hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius
    sigma = max(1, ceil(blur / 2))
    return round(255 * 0.5 * (1 - erf(outside / (sigma * sqrt(2)))))
