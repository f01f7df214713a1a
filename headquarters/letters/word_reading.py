"""What stands on the pages of a DOCX, described plainly for printing: page, paragraphs, tables, pictures.

Reads what letters are made of. What it does not know, such as text boxes and footnotes, ``lost`` tells of, so
that an office sees it before its template is in force. Lengths in points.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

import docx
from django.utils.translation import gettext as _
from docx.oxml.ns import qn

from headquarters.letters.word_styles import Props, Styles, points, switched

_EMU: Final = 12700
_ALIGN: Final = {
    "both": "justify",
    "distribute": "justify",
    "center": "center",
    "right": "right",
    "end": "right",
}
_PICTURES: Final = ("image/png", "image/jpeg")
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ANCHOR: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SHAPE: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LINES: Final = ("line", "straightConnector1")


def read(data: bytes) -> dict[str, Any]:
    """The whole document as plain data."""
    return _Reader(data).document()


def lost(data: bytes) -> list[str]:
    """What the file has and the print would not, in words."""
    file = docx.Document(io.BytesIO(data))
    body, styles = file.element.body, Styles(file.styles.element)
    found = {
        _("text boxes"): f"{_SHAPE}txbx",
        _("footnotes"): qn("w:footnoteReference"),
        _("old drawings (VML)"): qn("w:pict"),
        _("charts"): "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    }
    told = [words for words, tag in found.items() if any(not _doubled(one) for one in body.iter(tag))]
    if any("numPr" in styles.of_paragraph(one.find(qn("w:pPr")))[0] for one in body.iter(qn("w:p"))):
        told.append(_("automatic numbers and bullets: type them"))
    kinds = {part.content_type for part in file.part.package.parts if part.content_type.startswith("image/")}
    # The thumbnail of the whole file is no part of its pages, and a JPEG.
    if kinds - set(_PICTURES):
        told.append(_("pictures other than PNG and JPEG"))
    return told


def _doubled(element: Any) -> bool:
    """Whether it only repeats a drawing for old programs."""
    return any(parent.tag == _FALLBACK for parent in element.iterancestors())


class _Reader:
    """One file; ``part`` is where relationships of what is being read are looked up."""

    def __init__(self, data: bytes) -> None:
        self.file = docx.Document(io.BytesIO(data))
        self.styles = Styles(self.file.styles.element)
        self.part: Any = self.file.part

    def document(self) -> dict[str, Any]:
        section = self.file.sections[0]
        size = {
            "width": section.page_width, "height": section.page_height, "top": section.top_margin,
            "bottom": section.bottom_margin, "left": section.left_margin, "right": section.right_margin,
            "header": section.header_distance, "footer": section.footer_distance,
        }  # fmt: skip
        first = section.different_first_page_header_footer
        return {
            "page": {name: (value or 0) / _EMU for name, value in size.items()},
            "body": self._blocks(self.file.element.body),
            "header": self._edge(section.header),
            "footer": self._edge(section.footer),
            "first_header": self._edge(section.first_page_header) if first else None,
            "first_footer": self._edge(section.first_page_footer) if first else None,
        }

    def _edge(self, edge: Any) -> list[dict[str, Any]]:
        self.part = edge.part
        blocks = self._blocks(edge._element)
        self.part = self.file.part
        return blocks

    def _blocks(self, parent: Any) -> list[dict[str, Any]]:
        made = []
        for child in parent:
            if child.tag == qn("w:p"):
                made.append(self._paragraph(child))
            elif child.tag == qn("w:tbl"):
                made.append(self._table(child))
            elif child.tag == qn("w:sdt"):
                made += self._blocks(child.find(qn("w:sdtContent")))
        return made

    def _paragraph(self, element: Any) -> dict[str, Any]:
        own = element.find(qn("w:pPr"))
        look, letters = self.styles.of_paragraph(own)
        spacing, indent = look.get("spacing", {}), look.get("ind", {})
        runs = list(self._runs(element, letters))
        sizes = [run["size"] for run in runs if run.get("text", "").strip()] or [points(letters, "sz", 2, 20)]
        auto = spacing.get("lineRule", "auto") == "auto"
        line = float(spacing.get("line", 240))
        return {
            "type": "paragraph",
            "align": _ALIGN.get(look.get("jc", {}).get("val", ""), "left"),
            "left": _twips(indent, "left", "start"),
            "right": _twips(indent, "right", "end"),
            "first": _twips(indent, "firstLine") - _twips(indent, "hanging"),
            "before": _twips(spacing, "before"),
            "after": _twips(spacing, "after"),
            "line": line / 240 if auto else 0,
            "exact": 0 if auto else line / 20,
            "size": max(sizes),
            "keep": switched(look, "keepNext"),
            "new_page": switched(look, "pageBreakBefore") or any(run.get("new_page") for run in runs),
            "above": "pBdr/top" in look,
            "below": "pBdr/bottom" in look,
            "runs": [run for run in runs if "new_page" not in run],
            "rules": list(_rules(element)),
        }

    def _runs(self, element: Any, letters: Props) -> Iterator[dict[str, Any]]:
        code, shown = "", True
        for run in element.iter(qn("w:r"), qn("w:fldSimple")):
            if _doubled(run) or _inside(run, element):
                continue
            if run.tag == qn("w:fldSimple"):
                code = run.get(qn("w:instr"), "")
                continue
            look = self.styles.of_run(letters, run.find(qn("w:rPr")))
            for child in run:
                if child.tag == qn("w:instrText"):
                    code += child.text or ""
                elif child.tag == qn("w:fldChar"):
                    kind = child.get(qn("w:fldCharType"))
                    shown = kind != "begin" and (shown or kind == "end")
                    if kind in ("separate", "end") and code.strip():
                        yield {**look, "text": "", "code": code.split()[0].upper()}
                        code, shown = "", kind == "end"
                elif shown:
                    yield from self._said(child, look)

    def _said(self, child: Any, look: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if child.tag == qn("w:t"):
            yield {**look, "text": child.text or ""}
        elif child.tag == qn("w:tab"):
            yield {**look, "text": "\t"}
        elif child.tag in (qn("w:br"), qn("w:cr")):
            page = child.get(qn("w:type")) == "page"
            yield {"new_page": True} if page else {**look, "text": "\n"}
        elif child.tag == qn("w:noBreakHyphen"):
            yield {**look, "text": "\u2011"}
        else:
            for blip in child.iter(f"{_DRAWING}blip"):
                yield from self._picture(blip, child)

    def _picture(self, blip: Any, drawing: Any) -> Iterator[dict[str, Any]]:
        related = self.part.related_parts.get(blip.get(qn("r:embed")))
        extent = next(drawing.iter(f"{_ANCHOR}extent"), None)
        if related is not None and extent is not None and related.content_type in _PICTURES:
            yield {
                "picture": list(related.blob),
                "width": int(extent.get("cx")) / _EMU,
                "height": int(extent.get("cy")) / _EMU,
            }

    def _table(self, element: Any) -> dict[str, Any]:
        look = self.styles.of_table(element.find(qn("w:tblPr")))
        grid = element.find(qn("w:tblGrid"))
        return {
            "type": "table",
            "columns": [_twips({"w": one.get(qn("w:w"), "0")}, "w") for one in grid.findall(qn("w:gridCol"))],
            "align": _ALIGN.get(look.get("jc", {}).get("val", ""), "left"),
            "lines": any(name.startswith("tblBorders/inside") for name in look),
            "padding": {
                side: _twips(look.get(f"tblCellMar/{side}", look.get(f"tblCellMar/{other}", usual)), "w")
                for side, other, usual in (
                    ("left", "start", {"w": "108"}), ("right", "end", {"w": "108"}),
                    ("top", "top", {}), ("bottom", "bottom", {}),
                )
            },
            "rows": _spanned([self._row(row) for row in element.findall(qn("w:tr"))]),
        }  # fmt: skip

    def _row(self, element: Any) -> list[dict[str, Any]]:
        return [self._cell(one) for one in element.findall(qn("w:tc"))]

    def _cell(self, element: Any) -> dict[str, Any]:
        properties = element.find(qn("w:tcPr"))
        look = self.styles.own(properties)
        merged = "" if "vMerge" not in look else look["vMerge"].get("val", "continue")
        return {
            "columns": int(look.get("gridSpan", {}).get("val", 1)),
            "rows": 1,
            "merged": merged,
            "middle": look.get("vAlign", {}).get("val", "top"),
            "blocks": self._blocks(element),
        }


def _inside(run: Any, paragraph: Any) -> bool:
    """Whether a run belongs to a paragraph within this one (a text box)."""
    return next(run.iterancestors(qn("w:p")), None) is not paragraph


def _twips(values: dict[str, str], *names: str) -> float:
    for name in names:
        text = values.get(name, "")
        if text.lstrip("-").isdigit():
            return int(text) / 20
    return 0.0


def _rules(element: Any) -> Iterator[dict[str, float]]:
    """Drawn lines, as under the motto: where they begin from the paragraph's corner, and their length."""
    for anchor in element.iter(f"{_ANCHOR}anchor"):
        shape = next(anchor.iter(f"{_DRAWING}prstGeom"), None)
        extent = anchor.find(f"{_ANCHOR}extent")
        if shape is None or extent is None or shape.get("prst") not in _LINES or _doubled(anchor):
            continue
        at = [anchor.find(f"{_ANCHOR}position{way}/{_ANCHOR}posOffset") for way in "HV"]
        x, y = (int(one.text or 0) / _EMU if one is not None else None for one in at)
        yield {"x": -1 if x is None else x, "y": y or 0.0, "length": int(extent.get("cx", 0)) / _EMU}


def _spanned(rows: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Cells that go on from the row above are counted to it and left out."""
    kept: list[list[dict[str, Any]]] = []
    open_cells: dict[int, dict[str, Any]] = {}
    for row in rows:
        line, column = [], 0
        for cell in row:
            if cell["merged"] == "continue" and column in open_cells:
                open_cells[column]["rows"] += 1
            else:
                line.append(cell)
                open_cells.pop(column, None)
                if cell["merged"] == "restart":
                    open_cells[column] = cell
            column += cell["columns"]
        kept.append(line)
    return kept


def words(blocks: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The text of paragraphs, those in tables too."""
    for block in blocks:
        if block["type"] == "paragraph":
            yield "".join(run.get("text", "") for run in block["runs"])
        else:
            for row in block["rows"]:
                for cell in row:
                    yield from words(cell["blocks"])
