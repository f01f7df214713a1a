"""An office's own letter as PDF and picture, printed from the DOCX itself: what the office laid out in Word,
with the typeface of official documents. Every word goes to typst as data, never as source."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import gettext as _

from headquarters.documents import arrange, measures
from headquarters.letters.inspection import Refused
from headquarters.letters.word_reading import read

SOURCES: Final = Path(__file__).with_name("typst")
MOST_SIDE: Final = 1700
"""Points of a page's side: A3 has 1191, and a picture of a page takes memory by its square."""
MOST_COUNTED: Final = 100


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


def check(data: bytes) -> int:
    """How many pages the DOCX has. Raises Refused where they cannot be printed."""
    try:
        page = read(data)["page"]
        if not all(72 <= page[side] <= MOST_SIDE for side in ("width", "height")):
            raise Refused(_("The page is not A4."))
        return len(pages(data, 2, MOST_COUNTED))
    except (typst.TypstError, ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(
            _("Word's file is damaged: open it in Word, save it again, and upload that.")
        ) from error


def _compiled(data: bytes, kind: Any, dpi: float = 96) -> Any:
    compiler = typst.Compiler(
        SOURCES / "any.typ",
        root=SOURCES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(read(data)), "font": measures.TWIN},
    )
    return compiler.compile(format=kind, ppi=dpi, timestamp=0)
