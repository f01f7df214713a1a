"""The files of a report: what it says, in every form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headquarters.documents import docx, letterheads, pdf
from headquarters.documents.blocks import Document
from headquarters.offices.models import Office
from headquarters.reports import layout, workbook
from headquarters.reports.model import Figures, Texts
from headquarters.reports.models import File

PICTURE_DPI = 110


def document(f: Figures, texts: Texts, office: Office) -> Document:
    """With the letterhead that the office has now."""
    return layout.document(f, texts, letterheads.of(office), letterheads.signature_of(office))


def files(f: Figures, texts: Texts, office: Office) -> Iterator[tuple[File.Form, bytes]]:
    """One after the other, for whoever watches."""
    said = document(f, texts, office)
    yield File.Form.PDF, pdf.write(said)
    yield File.Form.PICTURE, pdf.first_page(said, PICTURE_DPI)
    yield File.Form.DOCX, docx.write(said)
    yield File.Form.XLSX, workbook.write(f)


def one(form: File.Form, f: Figures, texts: Texts, office: Office) -> bytes:
    """A single file."""
    if form is File.Form.XLSX:
        return workbook.write(f)
    said = document(f, texts, office)
    return docx.write(said) if form is File.Form.DOCX else pdf.write(said)


def file_name(f: Figures, number: int, form: str) -> str:
    """Without accents or blanks, so that every machine keeps it."""
    code = re.sub(r"[^0-9A-Za-z-]", "-", f.place.code)
    return f"bao-cao-hai-long-{code}-{f.period.kind.value}-{f.period.code}-lan-{number}.{form}"
