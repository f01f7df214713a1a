"""The whole tree as a table, made to be read back: CSV or XLSX in which every cell is text."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence

import xlsxwriter
from django.db.models import QuerySet

from headquarters.offices.models import Office, Official
from headquarters.spreadsheets import safe
from headquarters.web.offices.tree_format import FIRST, HEADS, INTO, KINDS, NAME


def rows(seen: QuerySet[Office]) -> list[list[str]]:
    """The table of these offices with its heading, each office followed by its desks."""
    table = [[names[0] for names in HEADS]]
    parts = ("desks", "officials__desk", "successions__successor")
    codes = set(seen.values_list("code", flat=True))
    for office in seen.select_related("parent").prefetch_related(*parts).order_by("code"):
        parent = office.parent.code if office.parent else ""
        kind = KINDS[Office.Kind(office.kind)]
        table.append(
            [
                office.code,
                office.ident,
                office.name,
                kind,
                parent,
                str(office.valid_from),
                _iso(office.valid_to),
                "",
                "",
            ]
        )
        for desk in office.desks.all():
            days = [_iso(desk.valid_from), _iso(desk.valid_to)]
            table.append([office.code, "", "", "", "", *days, desk.name, desk.unit])
        table += [_official(office.code, one) for one in office.officials.all()]
        # A list that names an office it does not have could not be read back.
        table += [
            [office.code, "", "", "", "", str(one.day), *[""] * (INTO - FIRST - 1), one.successor.code]
            for one in office.successions.all()
            if one.successor.code in codes
        ]
    return [[safe(cell) for cell in [*row, *[""] * (len(HEADS) - len(row))]] for row in table]


def _official(code: str, one: Official) -> list[str]:
    days = [_iso(one.valid_from), _iso(one.valid_to)]
    desk = one.desk.name if one.desk else ""
    return [code, "", "", "", "", *days, desk, "", one.code, one.name, one.position]


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def as_csv(table: list[list[str]]) -> bytes:
    """With the mark that tells Excel of UTF-8; commas, whatever the language: it is made to be read back."""
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def as_xlsx(table: Sequence[Sequence[str]], title: str = "Don vi", wide: int = NAME) -> bytes:
    """Every cell is text, so that no zero is lost and nothing is calculated. ``wide``: where names are."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(title)
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        page.set_column(0, len(table[0]) - 1, 18, text)
        page.set_column(wide, wide, 44, text)
        page.freeze_panes(1, 0)
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                if cell:
                    page.write_string(number, column, cell, head if number == 0 else text)
    return out.getvalue()


WRITERS: dict[str, tuple[Callable[[list[list[str]]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
