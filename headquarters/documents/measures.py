"""Every measure of an official document, once. Lengths in millimetres, sizes of type in points.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (Thể thức, kỹ thuật trình bày văn bản hành chính).
Where the decree leaves a range, ``…_RANGE`` is the range and the constant is what we print.
"""

from __future__ import annotations

from typing import Final

Range = tuple[float, float]

# Phần I, mục I: paper, margins, typeface, page number.
PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
TOP: Final = 20.0
BOTTOM: Final = 20.0
LEFT: Final = 30.0
RIGHT: Final = 20.0
TOP_RANGE: Final[Range] = (20.0, 25.0)
BOTTOM_RANGE: Final[Range] = (20.0, 25.0)
LEFT_RANGE: Final[Range] = (30.0, 35.0)
RIGHT_RANGE: Final[Range] = (15.0, 20.0)
TEXT_WIDTH: Final = PAGE_WIDTH - LEFT - RIGHT
TEXT_HEIGHT: Final = PAGE_HEIGHT - TOP - BOTTOM
FONT: Final = "Times New Roman"
"""Named in DOCX; every office has it."""
TWIN: Final = "Liberation Serif"
"""Embedded in PDF: the same widths letter by letter, free to pass on (SIL OFL), every Vietnamese letter."""
PAGE_NUMBER_SIZE: Final = 13.0
PAGE_NUMBER_TOP: Final = 10.0
"""From the paper's edge to the number: in the middle of the top margin."""

# Phần I, mục II: what stands where in the head.
NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
NATION_SIZE: Final = 12.0
NATION_RANGE: Final[Range] = (12.0, 13.0)
MOTTO_SIZE: Final = 13.0
MOTTO_RANGE: Final[Range] = (13.0, 14.0)
OFFICE_SIZE: Final = 12.0
OFFICE_RANGE: Final[Range] = (12.0, 13.0)
NUMBER_SIZE: Final = 13.0
PLACE_SIZE: Final = 13.0
PLACE_RANGE: Final[Range] = (13.0, 14.0)
HEAD_LEFT: Final = 60.0
HEAD_RIGHT: Final = TEXT_WIDTH - HEAD_LEFT
"""The two halves of the head: "Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2025" has 99 mm."""
SHORT_RULE: Final = 0.42
SHORT_RULE_RANGE: Final[Range] = (1 / 3, 1 / 2)
"""Of the line above it: under the office's name and under the title."""
RULE: Final = 0.5
"""Points; every rule of the head."""
RULE_GAP: Final = 2.0
"""Points between a line and the rule under it."""

# Kind, title and body.
TITLE_SIZE: Final = 14.0
TITLE_RANGE: Final[Range] = (13.0, 14.0)
TITLE_WIDTH: Final = 135.0
"""A longer title is broken into lines of about one length."""
BODY_SIZE: Final = 14.0
BODY_RANGE: Final[Range] = (13.0, 14.0)
INDENT: Final = 12.5
INDENT_RANGE: Final[Range] = (10.0, 12.7)
PARAGRAPH_GAP: Final = 6.0
PARAGRAPH_GAP_LEAST: Final = 6.0
LINES: Final = 1.05
LINES_RANGE: Final[Range] = (1.0, 1.5)
"""Of single spacing (dòng đơn)."""
ASCENT: Final = 0.891
DESCENT: Final = 0.216
SINGLE: Final = 1.149
"""A single line of Times New Roman, of its size: ascent, descent and a gap of 0.042."""

# Signature, receivers, annex.
SIGN_SIZE: Final = 13.5
SIGN_RANGE: Final[Range] = (13.0, 14.0)
SIGN_GAP: Final = 30.0
"""Left free for signature and seal."""
RECEIVERS_SIZE: Final = 12.0
RECEIVER_SIZE: Final = 11.0
FOOT_LEFT: Final = 78.0
FOOT_RIGHT: Final = TEXT_WIDTH - FOOT_LEFT
ANNEX_SIZE: Final = 14.0

# Tables and pictures: the decree has no rule; smaller than the body, so that figures keep to their line.
CAPTION_SIZE: Final = 13.0
TABLE_SIZE: Final = 12.0
TABLE_RULE: Final = 0.5
CELL_PADDING_X: Final = 1.2
CELL_PADDING_Y: Final = 0.7
WHOLE_ROWS: Final = 8
"""A table of no more rows is not parted between pages."""
CHART_SIZE: Final = 11.0
CHART_DPI: Final = 220
