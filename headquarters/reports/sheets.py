"""One sheet of a spreadsheet: a table that grows downwards, its head frozen, its charts below it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from headquarters.spreadsheets import safe

COUNT, SHARE, POINTS, DAY, TEXT = "#,##0", "0.0%", "+0.0%;-0.0%;0.0%", "dd/mm/yyyy", ""
Value = str | int | float | dt.date | None
FIRST = 3
"""The row of the first line, from nought: below a title, a gap and the head."""
_WIDEST, _NARROWEST = 46, 10
_NAMES = 34
"""At least so wide is a first column of words."""
_A_PAGE = 20
"""After so many lines a chart begins a new page."""
_BASE = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}


class Sheet:
    """``columns``: head and number format of each."""

    def __init__(self, book: Any, name: str, title: str, columns: Sequence[tuple[str, str]]) -> None:
        self.name, self.row, self._heads = name, FIRST - 1, [head for head, _form in columns]
        self._book, self.sheet = book, book.add_worksheet(name)
        bordered = {**_BASE, "border": 1}
        self._formats = [
            book.add_format({**bordered, "num_format": form} if form else {**bordered, "text_wrap": True})
            for _head, form in columns
        ]
        self._widths = [max(_NARROWEST, min(14, len(head) * 0.6)) for head in self._heads]
        if columns[0][1] == TEXT:
            self._widths[0] = _NAMES
        bold = book.add_format({**bordered, "bold": True, "text_wrap": True, "align": "center"})
        self.sheet.write_string(0, 0, safe(title), book.add_format({**_BASE, "bold": True, "font_size": 14}))
        for column, head in enumerate(self._heads):
            self.sheet.write_string(FIRST - 1, column, head, bold)
        self._set_up_page()

    def _set_up_page(self) -> None:
        """A4, as wide as the page, the head on every page."""
        self.sheet.freeze_panes(FIRST, 1)
        self.sheet.repeat_rows(FIRST - 1)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=1.2, right=0.7, top=0.8, bottom=0.8)
        self.sheet.set_footer("&C&P/&N")
        if len(self._heads) > 8:
            self.sheet.set_landscape()

    def add(self, *values: Value) -> None:
        """The next line; an empty cell where there is no figure."""
        self.row += 1
        for column, value in enumerate(values):
            self._write(self.row, column, value)

    def _write(self, row: int, column: int, value: Value) -> None:
        form = self._formats[column]
        if isinstance(value, str):
            self.sheet.write_string(row, column, safe(value), form)
            self._widths[column] = min(_WIDEST, max(self._widths[column], len(value) * 1.05))
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), form)
        elif value is None:
            self.sheet.write_blank(row, column, None, form)
        else:
            self.sheet.write_number(row, column, value, form)

    def done(self, *, filtered: bool = True) -> None:
        """Nothing more comes but charts: widths, what is filtered, what is printed."""
        for column, width in enumerate(self._widths):
            self.sheet.set_column(column, column, width)
        # Not every program makes a line as high as its words need.
        lines = max(
            -(-len(head) * 5 // int(width * 4)) for head, width in zip(self._heads, self._widths, strict=True)
        )
        self.sheet.set_row(FIRST - 1, 17 * max(1, lines))
        if filtered and self.row > FIRST:
            self.sheet.autofilter(FIRST - 1, 0, self.row, len(self._heads) - 1)
        self._print_to(self.row)

    def _print_to(self, row: int) -> None:
        """What stands right of the table is for charts only."""
        self.sheet.print_area(0, 0, row, len(self._heads) - 1)

    def column(self, at: int) -> str:
        """The lines of a column, as charts name them."""
        return f"='{self.name}'!${chr(65 + at)}${FIRST + 1}:${chr(65 + at)}${self.row + 1}"

    def chart(self, kind: dict[str, str], title: str, series: Sequence[dict[str, Any]], height: int) -> None:
        """A chart below the table."""
        chart = self._book.add_chart(kind)
        for one in series:
            chart.add_series({"border": {"color": "#000000"}, **one})
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        # As wide as the table: so wide is the page.
        chart.set_size(
            {"width": min(760, sum(int(width * 7) + 5 for width in self._widths)), "height": height}
        )
        if kind["type"] == "bar":
            # The first line of the table on top, as one reads it.
            chart.set_y_axis({"reverse": True})
        if kind["type"] == "line":
            chart.set_x_axis({"date_axis": True, "num_format": "dd/mm"})
            chart.set_y_axis({"min": 0, "num_format": "0%"})
        at = self.row + 2
        if at > _A_PAGE:
            # A picture is not torn in two.
            self.sheet.set_h_pagebreaks([at])
        self.sheet.insert_chart(at, 0, chart)
        self._print_to(at + height // 20 + 1)
