"""A QR code as an SVG path: drawn inside the page, so no picture of a secret has an address of its own."""

from __future__ import annotations

from typing import NamedTuple

import qrcode

_QUIET = 4


class Drawing(NamedTuple):
    """``path`` in a square of ``size`` modules, the quiet zone of four included."""

    path: str
    size: int


def draw(text: str) -> Drawing:
    """Each dark module a unit square; runs in a row are one rectangle."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(_runs(y, [bool(dark) for dark in row]) for y, row in enumerate(rows))
    return Drawing(path, len(rows))


def _runs(y: int, row: list[bool]) -> str:
    path, start = "", None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            path += f"M{start} {y}h{x - start}v1h-{x - start}z"
            start = None
    return path
