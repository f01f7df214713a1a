"""The styles of a DOCX: every look by its name, so that an office that edits it keeps to the decree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from headquarters.documents import measures as m

BLACK: Final = RGBColor(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style. Sizes and gaps in points, ``indent`` in millimetres."""

    size: float
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER
    before: float = 0
    after: float = 0
    indent: float = 0
    lines: float = 1.0
    keep: bool = False


_BODY = Look(
    m.BODY_SIZE, align=WD_ALIGN_PARAGRAPH.JUSTIFY, after=m.PARAGRAPH_GAP, indent=m.INDENT, lines=m.LINES
)
_LEFT = WD_ALIGN_PARAGRAPH.LEFT
_HEADING: Final = replace(_BODY, align=_LEFT, before=2, bold=True, keep=True)
LOOKS: Final[dict[str, Look]] = {
    "Body Text": _BODY,
    "Heading 1": _HEADING,
    "Heading 2": _HEADING,
    "Heading 3": replace(_HEADING, bold=False, italic=True),
    "Nation": Look(m.NATION_SIZE, bold=True),
    "Motto": Look(m.MOTTO_SIZE, bold=True),
    "Superior": Look(m.OFFICE_SIZE),
    "Office": Look(m.OFFICE_SIZE, bold=True),
    "Rule": Look(1, before=m.RULE_GAP, keep=True),
    "Number": Look(m.NUMBER_SIZE, before=8),
    "Place": Look(m.PLACE_SIZE, italic=True, before=8),
    "Kind": Look(m.TITLE_SIZE, bold=True, lines=m.LINES, keep=True),
    "Document title": Look(m.TITLE_SIZE, bold=True, lines=m.LINES, keep=True),
    "Annex": Look(m.ANNEX_SIZE, bold=True, lines=m.LINES, keep=True),
    "Caption": Look(m.CAPTION_SIZE, italic=True, before=2, after=5, keep=True),
    "Table head": Look(m.TABLE_SIZE, bold=True),
    "Table text": Look(m.TABLE_SIZE),
    "After table": Look(4, align=_LEFT, after=m.PARAGRAPH_GAP),
    "Picture": Look(m.BODY_SIZE, align=_LEFT, after=m.PARAGRAPH_GAP),
    "Receivers": Look(m.RECEIVERS_SIZE, bold=True, italic=True, align=_LEFT, keep=True),
    "Receiver": Look(m.RECEIVER_SIZE, align=_LEFT, keep=True),
    "Signature": Look(m.SIGN_SIZE, bold=True, keep=True),
    "Header": Look(m.PAGE_NUMBER_SIZE),
}


def dress(made: Any) -> None:
    """Give a new document its paper, its styles and its page numbers."""
    _typeface(made.styles["Normal"].element)
    known = {style.name: style for style in made.styles}
    for name, look in LOOKS.items():
        _style(known.get(name) or made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), look)
    _modern(made)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(m.PAGE_WIDTH), Mm(m.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(m.TOP), Mm(m.BOTTOM)
    section.left_margin, section.right_margin = Mm(m.LEFT), Mm(m.RIGHT)
    section.header_distance = section.footer_distance = Mm(m.PAGE_NUMBER_TOP)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])


def _modern(made: Any) -> None:
    """Else Word takes the file for one of 2010 and shifts tables to the left by their padding."""
    for setting in made.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _typeface(element: Any) -> None:
    """Name the typeface for every script: Word picks one by the letter, and Ẫ is not of "ascii"."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]  # theme fonts come before named ones
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), m.FONT)


def _style(style: Any, look: Look) -> None:
    _typeface(style.element)
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic, font.color.rgb = Pt(look.size), look.bold, look.italic, BLACK
    _complex_size(style.element, look.size)
    form.alignment = look.align
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.first_line_indent = Mm(look.indent)
    form.line_spacing = look.lines
    form.keep_with_next, form.widow_control = look.keep, True
    form.tab_stops.clear_all()


def _complex_size(element: Any, size: float) -> None:
    properties = element.get_or_add_rPr()
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    complex_size = OxmlElement("w:szCs")
    complex_size.set(qn("w:val"), str(round(size * 2)))
    properties.find(qn("w:sz")).addnext(complex_size)


def _page_number(line: Any) -> None:
    """Arabic, centred in the top margin, none on the first page (mục I, khoản 7)."""
    line.style = "Header"
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = line.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
            run._r.append(field)
        elif not kind:
            field = OxmlElement("w:instrText")
            field.text = text
            run._r.append(field)
