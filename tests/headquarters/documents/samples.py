"""Documents to be printed: a commune's report, and pieces of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from headquarters.documents.blocks import (
    Align,
    Annex,
    Bar,
    Bars,
    Block,
    Cell,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    Table,
    text,
)

LEVELS = ("Rất hài lòng", "Hài lòng", "Chưa hài lòng")
WIDTHS = (2.1, 1, 1.3, 1, 1.3, 1.5)
HEAD = (
    (
        Cell("Mức đánh giá", rows=2),
        Cell("Tháng 10/2025", columns=2),
        Cell("Tháng 9/2025", columns=2),
        Cell("Chênh lệch\n(điểm %)", rows=2),
    ),
    (Cell("Số lượt"), Cell("Tỷ lệ (%)"), Cell("Số lượt"), Cell("Tỷ lệ (%)")),
)
LONG_NAME = "Trung tâm Phục vụ hành chính công phường Thủ Dầu Một – Bộ phận Tiếp nhận và Trả kết quả số"
CLOSING = (
    "Trên đây là báo cáo kết quả khảo sát mức độ hài lòng của người dân, tổ chức tháng 10 năm 2025 "
    "của Ủy ban nhân dân phường Thủ Dầu Một."
)
ONE_LINE = "Kính đề nghị xem xét, chỉ đạo."


def row(name: str, *cells: str, bold: bool = False) -> tuple[Cell, ...]:
    left: Align = "left"
    return (Cell(name, align=left, bold=bold), *(Cell(cell, bold=bold) for cell in cells))


def table(rows: int, name: str = "Sở Nội vụ") -> Table:
    """As many rows as asked for, and a total."""
    lines = [row(f"{name} {i}", "871", "64,1", "798", "61,8", "+2,3") for i in range(rows)]
    total = [row("Tổng số lượt (N)", "1.359", "100,0", "1.291", "100,0", "", bold=True)] if rows else []
    return Table("Bảng 1. Ba mức đánh giá, so với kỳ trước", HEAD, tuple(lines + total), WIDTHS)


def bars(*shares: tuple[float, ...]) -> Bars:
    return Bars(
        "Hình 1. Tỷ lệ ba mức đánh giá (%)",
        LEVELS,
        tuple(Bar(f"Tháng {10 - i}/2025", each) for i, each in enumerate(shares)),
    )


def body() -> tuple[Block, ...]:
    return (
        text('Thực hiện phương châm "5 biết, 3 thể hiện", Ủy ban nhân dân phường báo cáo như sau:'),
        Heading("I. KẾT QUẢ KHẢO SÁT"),
        Heading("1. Quy mô", 2),
        Heading("a) Theo quầy", 3),
        Paragraph(
            (
                Run("Quầy 3 có tỷ lệ chưa hài lòng "),
                Run("thấp nhất", bold=True),
                Run(" (N = 357), "),
                Run("theo số liệu trong kỳ", italic=True),
                Run("; Quầy 2 cao nhất (10,4%). Quầy 4 có dưới 30 lượt nên không so sánh với các quầy khác."),
            )
        ),
        table(4),
        bars((64.1, 29.6, 6.3), (61.8, 30.3, 7.9)),
        text(CLOSING),
    )


def report(*blocks: Block, **changes: object) -> Document:
    """A commune's report of a month; without ``blocks`` one of every kind."""
    made = Document(
        letterhead=Letterhead("", "Ủy ban nhân dân\nphường Thủ Dầu Một", "UBND", "Thủ Dầu Một"),
        kind="Báo cáo",
        symbol="BC",
        title="Kết quả khảo sát mức độ hài lòng\ncủa người dân, tổ chức tháng 10 năm 2025",
        day=dt.date(2025, 11, 5),
        blocks=blocks or body(),
        signature=Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        receivers=("Ủy ban nhân dân tỉnh (báo cáo)", "Sở Nội vụ", "Lưu: VT"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def annexed() -> Document:
    """With two annexes behind the signature, the first of several pages."""
    return report(
        *body(), Annex("Theo cơ quan"), table(80, LONG_NAME), Annex("Theo tháng"), bars((50, 40, 10))
    )
