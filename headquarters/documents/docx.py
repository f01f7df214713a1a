"""An official document as DOCX, which an office may still edit: styles, page numbers, repeated heads."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph as Line

from headquarters.documents import arrange, docx_styles, docx_tables, pdf
from headquarters.documents import measures as m
from headquarters.documents.blocks import Align, Bars, Block, Document, Heading, Paragraph, Run, Table

ALIGNMENTS: Final[dict[Align, WD_ALIGN_PARAGRAPH]] = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def write(document: Document) -> bytes:
    """The DOCX."""
    made = docx.Document(io.BytesIO(_dressed()))
    _Printer(made, document).print()
    # python-docx ships a template with its own names in it.
    made.core_properties.title = arrange.clean(" ".join((document.kind, document.title)).replace("\n", " "))
    made.core_properties.author = made.core_properties.comments = ""
    made.core_properties.language = "vi-VN"
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@functools.cache
def _dressed() -> bytes:
    """An empty document with every style: making it takes longer than filling it."""
    made = docx.Document()
    docx_styles.dress(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


class _Printer:
    """One document on its way into one file."""

    def __init__(self, made: Any, document: Document) -> None:
        self.made = made
        self.document = document
        self.body, self.annexes = arrange.parts(document)
        blocks = (*self.body, *(block for part in self.annexes for block in part.blocks))
        self.pictures: Iterator[bytes] = iter(pdf.pictures([b for b in blocks if isinstance(b, Bars)]))

    def print(self) -> None:
        self._head()
        for i, block in enumerate(self.body):
            self._block(block)
            if i >= len(self.body) - arrange.held(self.body):
                # The signature never stands alone: of a paragraph the last two lines go with it.
                docx_tables.keep_last(self.made.element.body[-2])  # behind it: the section's properties
        self._foot()
        for part in self.annexes:
            self._annex(part)

    def _line(self, style: str, text: str = "") -> Line:
        line: Line = self.made.add_paragraph(style=style)
        write_text(line, text)
        return line

    def _head(self) -> None:
        head = arrange.head(self.document)
        left, right = docx_tables.halves(self.made, m.HEAD_LEFT, m.HEAD_RIGHT, rows=2)
        _fill(left[0], [*((line, "Superior") for line in head.superior), *((n, "Office") for n in head.name)])
        docx_tables.rule(left[0].paragraphs[-1], m.HEAD_LEFT, head.name_rule)
        _fill(right[0], [(m.NATION, "Nation"), (m.MOTTO, "Motto")])
        docx_tables.rule(right[0].paragraphs[-1], m.HEAD_RIGHT, head.motto_rule)
        _fill(left[1], [(head.number, "Number")])
        _fill(right[1], [(line, "Place") for line in head.place])
        lines = [self._line("Kind", head.kind), *(self._line("Document title", it) for it in head.title)]
        lines[0].paragraph_format.space_before = Pt(18)
        docx_tables.rule(lines[-1], m.TEXT_WIDTH, head.title_rule, after=14)

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Heading):
            self._line(f"Heading {block.level}", arrange.tidy(block.text))
        elif isinstance(block, Table):
            self._caption(block.caption)
            docx_tables.table(self.made, block)
            self._line("After table")
        elif isinstance(block, Bars):
            self._caption(block.caption)
            self._picture(block)

    def _caption(self, words: str) -> None:
        if words:
            self._line("Caption", arrange.tidy(words))

    def _paragraph(self, block: Paragraph) -> None:
        line = self._line("Body Text")
        line.alignment = ALIGNMENTS[block.align]
        if not block.indent:
            line.paragraph_format.first_line_indent = Length(0)
        if block.keep_with_next:
            line.paragraph_format.keep_with_next = True
        for run in block.runs:
            write_run(line, run)

    def _picture(self, block: Bars) -> None:
        line = self._line("Picture")
        shape = line.add_run().add_picture(io.BytesIO(next(self.pictures)), width=Mm(m.TEXT_WIDTH))
        for side in "TBLR":  # left out, LibreOffice takes them for 3 mm
            shape._inline.set(f"dist{side}", "0")
        named = shape._inline.docPr
        named.set("descr", arrange.described(block))
        named.set("name", arrange.clean(block.caption))

    def _foot(self) -> None:
        document = self.document
        left, right = docx_tables.halves(self.made, m.FOOT_LEFT, m.FOOT_RIGHT)
        receivers = arrange.receivers(document)
        titled = [(arrange.RECEIVERS, "Receivers")] if receivers else []
        _fill(left[0], titled + [(line, "Receiver") for line in receivers])
        _fill(
            right[0], [(line, "Signature") for line in (*document.signature.lines, document.signature.name)]
        )
        for cell in (left[0], right[0]):
            cell.paragraphs[0].paragraph_format.space_before = Pt(14)
        right[0].paragraphs[-1].paragraph_format.space_before = Mm(m.SIGN_GAP)

    def _annex(self, part: arrange.Part) -> None:
        section = self.made.add_section(WD_SECTION.NEW_PAGE)
        numbered = OxmlElement("w:pgNumType")
        numbered.set(qn("w:start"), "1")
        section._sectPr.append(numbered)
        self._line("Annex", part.label)
        for line in part.title:
            self._line("Annex", line)
        self.made.paragraphs[-1].paragraph_format.space_after = Pt(14)
        for block in part.blocks:
            self._block(block)


def _fill(cell: Any, lines: list[tuple[str, str]]) -> None:
    """Lines in their styles; a cell begins with one empty line of its own."""
    for i, (text, style) in enumerate(lines):
        line = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        line.style = style
        write_text(line, text)


def write_run(line: Line, run: Run) -> None:
    """A stretch of text in its look."""
    written = line.add_run(arrange.tidy(run.text))
    written.bold = run.bold or None
    written.italic = run.italic or None


def write_text(line: Line, text: str) -> None:
    """Text in the style's own look."""
    if text:
        line.add_run(arrange.clean(text))
