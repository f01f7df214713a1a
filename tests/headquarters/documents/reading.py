"""What a produced PDF says and where, by other programs than the one that made it."""

from __future__ import annotations

import io
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image
from pypdf import PdfReader

MM_PER_POINT = 25.4 / 72
_NAMES = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True, slots=True)
class Word:
    """Millimetres from the page's upper left corner."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one look on one line; ``left`` and ``base`` (from below) in millimetres."""

    page: int
    text: str
    font: str
    size: float
    left: float
    base: float


@lru_cache(maxsize=4)
def words(pdf: bytes) -> list[Word]:
    """Every word, by poppler."""
    page_nodes = ET.fromstring(_run(pdf, "pdftotext", "-bbox", "-", "-")).iter(f"{_NAMES}page")  # noqa: S314 - ours
    return [
        Word(n, node.text or "", *(float(node.attrib[side]) * MM_PER_POINT for side in _SIDES))
        for n, page in enumerate(page_nodes, 1)
        for node in page.iter(f"{_NAMES}word")
    ]


_SIDES = ("xMin", "yMin", "xMax", "yMax")


def lines(pdf: bytes) -> list[tuple[int, str]]:
    """(page, line) from above, by poppler's own sense of lines."""
    pages = _run(pdf, "pdftotext", "-layout", "-", "-").split("\f")
    return [
        (n, line.strip()) for n, page in enumerate(pages, 1) for line in page.splitlines() if line.strip()
    ]


def fonts(pdf: bytes) -> list[list[str]]:
    """The columns of pdffonts: name, …, embedded, subset, unicode, object."""
    return [line.split() for line in _run(pdf, "pdffonts", "-").splitlines()[2:]]


def pieces(pdf: bytes) -> list[Piece]:
    """Every piece of text with its look, by pypdf."""
    found: list[Piece] = []
    for n, page in enumerate(PdfReader(io.BytesIO(pdf)).pages, 1):

        def see(text: str, cm: list[float], _tm: Any, font: Any, size: float, n: int = n) -> None:
            if text.strip() and font:
                name = str(font["/BaseFont"]).partition("+")[2]
                found.append(Piece(n, text.strip(), name, size, cm[4] * MM_PER_POINT, cm[5] * MM_PER_POINT))

        page.extract_text(visitor_text=see)
    return found


def piece(pdf: bytes, begins: str) -> Piece:
    """The first piece that begins so."""
    return next(one for one in pieces(pdf) if one.text.startswith(begins))


def rules(pdf: bytes, page: int, top: float, bottom: float) -> list[tuple[float, float, float]]:
    """(height, left, length) in millimetres of the dark horizontal lines between two heights of a page."""
    dpi = 200
    picture = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-gray", "-png", "-"],
        input=pdf, stdout=subprocess.PIPE, check=True,
    ).stdout  # fmt: skip
    image = Image.open(io.BytesIO(picture)).convert("L")
    mm = 25.4 / dpi
    found: list[tuple[float, float, float]] = []
    for y in range(round(top / mm), round(bottom / mm)):
        line = image.crop((0, y, image.width, y + 1)).tobytes()
        for left, length in _runs(line, round(12 / mm)):
            if all(y * mm - one[0] > 0.5 or abs(left * mm - one[1]) > 0.5 for one in found):
                found.append((y * mm, left * mm, length * mm))
    return found


def _runs(line: bytes, least: int) -> list[tuple[int, int]]:
    dark = bytes(1 if value < 160 else 0 for value in line)
    found, at = [], 0
    while (at := dark.find(1, at)) >= 0:
        end = dark.find(0, at)
        end = len(dark) if end < 0 else end
        if end - at >= least:
            found.append((at, end - at))
        at = end
    return found


def _run(pdf: bytes, *command: str) -> str:
    return subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()
