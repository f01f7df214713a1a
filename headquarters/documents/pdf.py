"""An official document as PDF, laid out by typst. Every word goes to it as data, never as source."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import typst
from PIL import Image

from headquarters.documents import arrange, measures
from headquarters.documents.blocks import Bar, Bars, Block, Document, Heading, Paragraph, Table

SOURCES: Final = Path(__file__).with_name("typst")
_MEASURES: Final = json.dumps({name: value for name, value in vars(measures).items() if name.isupper()})
_LABEL_SHARE: Final = 0.34
"""Of the text's width, at most, is for the names beside the bars."""


@functools.cache
def _fonts() -> typst.Fonts:
    """Read once a process: the embedded twin and nothing of the machine's."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[arrange.FONTS])


def write(document: Document) -> bytes:
    """The PDF. The same document gives the same bytes."""
    made: bytes = _compiled("document.typ", "pdf", {"document": json.dumps(_plain(document))})
    return made


def pictures(charts: Sequence[Bars]) -> list[bytes]:
    """Every chart as a PNG as wide as a document's text: the drawing that stands in the PDF."""
    if not charts:
        return []
    made = _compiled("pictures.typ", "png", {"charts": json.dumps([_chart(chart) for chart in charts])})
    return [_grey(picture) for picture in ([made] if isinstance(made, bytes) else made)]


def _grey(picture: bytes) -> bytes:
    """A fifth of the size: there is no colour in it. The resolution is kept for whoever places it."""
    file = io.BytesIO()
    dpi = (measures.CHART_DPI, measures.CHART_DPI)
    Image.open(io.BytesIO(picture)).convert("L").save(file, "PNG", dpi=dpi)
    return file.getvalue()


def first_page(document: Document, dpi: float = 110, shown: float = measures.PAGE_HEIGHT) -> bytes:
    """The first page as a PNG, for a look beside a form; the upper ``shown`` millimetres of it."""
    made = _compiled("document.typ", "png", {"document": json.dumps(_plain(document))}, dpi)
    image = Image.open(io.BytesIO(made if isinstance(made, bytes) else made[0])).convert("L")
    file = io.BytesIO()
    image.crop((0, 0, image.width, round(shown / measures.PAGE_HEIGHT * image.height))).save(file, "PNG")
    return file.getvalue()


def _compiled(source: str, kind: Any, data: dict[str, str], dpi: float = measures.CHART_DPI) -> Any:
    compiler = typst.Compiler(
        SOURCES / source,
        root=SOURCES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"measures": _MEASURES, **data},
    )
    # A moment of making would make two prints of one report differ.
    return compiler.compile(format=kind, ppi=dpi, timestamp=0)


def _plain(document: Document) -> dict[str, Any]:
    body, annexes = arrange.parts(document)
    head = arrange.head(document)
    return {
        "name": " ".join((head.kind, *head.title)),
        "head": asdict(head),
        "body": [_block(block) for block in body],
        "held": arrange.held(body),
        "signature": asdict(document.signature),
        "receivers": arrange.receivers(document),
        "receivers_title": arrange.RECEIVERS,
        "annexes": [
            {"label": part.label, "title": part.title, "blocks": [_block(block) for block in part.blocks]}
            for part in annexes
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Bars):
        return {"type": "Bars", **_chart(block)}
    plain = {"type": type(block).__name__, **asdict(block)}
    if isinstance(block, Paragraph):
        plain["runs"] = [{**asdict(run), "text": arrange.tidy(run.text)} for run in block.runs]
    elif isinstance(block, Heading):
        plain["text"] = arrange.tidy(block.text)
    elif isinstance(block, Table):
        plain["caption"] = arrange.tidy(block.caption)
    return plain


def _chart(chart: Bars) -> dict[str, Any]:
    widest = max((arrange.width(bar.label, measures.CHART_SIZE) for bar in chart.bars), default=0)
    return {
        "caption": arrange.tidy(chart.caption),
        "alt": arrange.described(chart),
        "names": chart.names,
        "label_width": min(widest + 2, measures.TEXT_WIDTH * _LABEL_SHARE),
        "bars": [
            {"label": bar.label, "nothing": arrange.NOTHING, "parts": _parts(bar)} for bar in chart.bars
        ],
    }


def _parts(bar: Bar) -> list[dict[str, Any]]:
    """Shares of the bar's whole length, which rounded per cents may miss by a tenth."""
    whole = sum(bar.shares)
    return (
        [{"share": share / whole * 100, "text": arrange.share(share)} for share in bar.shares]
        if whole
        else []
    )
