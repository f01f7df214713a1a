"""An office's own letter as PDF and picture, printed from the DOCX itself: what the office laid out in Word,
with the typeface of official documents. Every word goes to typst as data, never as source."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Final

import typst

from headquarters.documents import arrange, measures
from headquarters.letters.word_reading import read

SOURCES: Final = Path(__file__).with_name("typst")


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[arrange.FONTS])


def pdf(data: bytes) -> bytes:
    """The DOCX's pages. The same file gives the same bytes."""
    made: bytes = _compiled(data, "pdf")
    return made


def first_page(data: bytes, dpi: float) -> bytes:
    """PNG of the first page."""
    return pages(data, dpi, 1)[0]


def pages(data: bytes, dpi: float, most: int) -> list[bytes]:
    """PNGs of the first ``most`` pages."""
    made = _compiled(data, "png", dpi)
    return [made] if isinstance(made, bytes) else list(made[:most])


def _compiled(data: bytes, kind: Any, dpi: float = 96) -> Any:
    compiler = typst.Compiler(
        SOURCES / "any.typ",
        root=SOURCES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(read(data)), "font": measures.TWIN},
    )
    return compiler.compile(format=kind, ppi=dpi, timestamp=0)
