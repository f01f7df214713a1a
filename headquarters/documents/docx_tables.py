"""Tables and rules of a DOCX, written as the file's own XML.

python-docx looks for each cell anew, which takes seconds where a province has two hundred offices.
"""

from __future__ import annotations

from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from headquarters.documents import arrange
from headquarters.documents import measures as m
from headquarters.documents.blocks import Align, Cell, Table

_TWIPS_PER_MM: Final = 1440 / 25.4
_SIDES: Final = ("top", "left", "bottom", "right")


def _twips(millimetres: float) -> str:
    return str(round(millimetres * _TWIPS_PER_MM))


def _made(tag: str, **values: str) -> Any:
    element = OxmlElement(f"w:{tag}")
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)
    return element


def rule(line: Any, room: float, length: float, after: float = 0) -> None:
    """A rule of ``length`` millimetres in the middle of ``room``: the upper border of a line of its own, with
    ``after`` points of air below."""
    below = _made("p")
    properties = _made("pPr")
    below.append(properties)
    properties.append(_made("pStyle", val="Rule"))
    borders = _made("pBdr")
    borders.append(_made("top", val="single", sz=str(round(m.RULE * 8)), space="0", color="000000"))
    properties.append(borders)
    if after:
        properties.append(_made("spacing", after=str(round(after * 20))))
    side = _twips((room - length) / 2)
    properties.append(_made("ind", left=side, right=side))
    line._p.addnext(below)


def halves(made: Any, left: float, right: float, rows: int = 1) -> tuple[list[Any], list[Any]]:
    """A grid without borders and padding: the cells of its left and its right half."""
    table = made.add_table(rows, 2)
    table.autofit = False
    _layout(table._tbl, (left, right), border=False, padding=0)
    for i, width in enumerate((left, right)):
        table.columns[i].width = Mm(width)
        for cell in table.columns[i].cells:
            cell.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_made("cantSplit"))
    return list(table.columns[0].cells), list(table.columns[1].cells)


def _layout(table: Any, widths: tuple[float, ...], *, border: bool, padding: float) -> None:
    properties = table.tblPr
    for child in list(properties):
        properties.remove(child)
    properties.append(_made("tblW", w=_twips(sum(widths)), type="dxa"))
    properties.append(_made("tblInd", w="0", type="dxa"))
    borders = _made("tblBorders")
    for side in (*_SIDES, "insideH", "insideV"):
        look = {"val": "single", "sz": str(round(m.TABLE_RULE * 8)), "space": "0", "color": "000000"}
        borders.append(_made(side, **(look if border else {"val": "nil"})))
    properties.append(borders)
    properties.append(_made("tblLayout", type="fixed"))
    margins = _made("tblCellMar")
    for side in _SIDES:
        inset = padding if side in ("left", "right") else (m.CELL_PADDING_Y if border else 0)
        margins.append(_made(side, w=_twips(inset), type="dxa"))
    properties.append(margins)


def table(made: Any, block: Table) -> None:
    """A table with borders; its head again on every page, no row torn in two."""
    share = m.TEXT_WIDTH / sum(block.widths)
    widths = tuple(width * share for width in block.widths)
    grid = made.add_table(0, len(widths))
    _layout(grid._tbl, widths, border=True, padding=m.CELL_PADDING_X)
    for column, width in zip(grid._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), _twips(width))
    whole = len(block.rows) <= m.WHOLE_ROWS
    for rows, head in ((block.head, True), (block.rows, False)):
        covered: dict[int, tuple[int, int]] = {}
        for row in rows:
            made_row = _row(row, widths, covered, head)
            grid._tbl.append(made_row)
            if whole and row is not block.rows[-1]:
                keep(made_row)


def _row(
    cells: tuple[Cell, ...], widths: tuple[float, ...], covered: dict[int, tuple[int, int]], head: bool
) -> Any:
    """``covered``: by column, how many rows a cell above still covers and how many columns wide it is."""
    row = _made("tr")
    properties = _made("trPr")
    properties.append(_made("cantSplit"))
    if head:
        properties.append(_made("tblHeader"))
    row.append(properties)
    given, column = iter(cells), 0
    while column < len(widths):
        if column in covered:
            left, span = covered.pop(column)
            if left > 1:
                covered[column] = (left - 1, span)
            row.append(_cell(None, sum(widths[column : column + span]), span, "continue", head))
        else:
            cell = next(given)
            span = cell.columns
            if cell.rows > 1:
                covered[column] = (cell.rows - 1, span)
            merge = "restart" if cell.rows > 1 else ""
            row.append(_cell(cell, sum(widths[column : column + span]), span, merge, head))
        column += span
    return row


def _cell(cell: Cell | None, width: float, span: int, merge: str, head: bool) -> Any:
    made = _made("tc")
    properties = _made("tcPr")
    properties.append(_made("tcW", w=_twips(width), type="dxa"))
    if span > 1:
        properties.append(_made("gridSpan", val=str(span)))
    if merge:
        properties.append(_made("vMerge", val=merge))
    properties.append(_made("vAlign", val="center"))
    made.append(properties)
    for text in (cell.text if cell else "").split("\n"):
        made.append(_text(text, cell.align if cell else "center", bool(cell and cell.bold), head))
    return made


_JC: Final[dict[Align, str]] = {"left": "left", "center": "center", "right": "right", "justify": "both"}


def _text(text: str, align: Align, bold: bool, head: bool) -> Any:
    line = _made("p")
    properties = _made("pPr")
    properties.append(_made("pStyle", val="Tablehead" if head else "Tabletext"))
    if head:
        properties.append(_made("keepNext"))
    properties.append(_made("jc", val=_JC[align]))
    line.append(properties)
    if text:
        run = _made("r")
        if bold and not head:
            look = _made("rPr")
            look.append(_made("b"))
            run.append(look)
        words = _made("t")
        words.text = arrange.clean(text)
        words.set(qn("xml:space"), "preserve")
        run.append(words)
        line.append(run)
    return line


def keep_last(element: Any) -> None:
    """What stands before the signature stays with it: a paragraph, or a table's last two rows."""
    if element.tag == qn("w:p"):
        _keep(element)
        if element.pPr is None or element.find(qn("w:r")) is not None:
            return
        element = element.getprevious()
    if element is not None and element.tag == qn("w:tbl"):
        for row in element.findall(qn("w:tr"))[-2:]:
            keep(row)


def keep(row: Any) -> None:
    """A row stays on the page of the next: Word looks at its lines."""
    for line in row.iter(qn("w:p")):
        _keep(line)


def _keep(line: Any) -> None:
    line.get_or_add_pPr().get_or_add_keepNext()
