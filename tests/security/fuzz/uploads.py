"""Files that staff upload: lists of offices (XLSX, CSV) and templates of letters (DOCX), at two depths: any
bytes, and an archive that is right around one part that is not.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from contextlib import suppress
from functools import cache

import atheris

from tests.security.fuzz.run import django_ready, run

with atheris.instrument_imports(include=["headquarters"], enable_loader_override=False):
    django_ready()
    from headquarters.letters import inspection
    from headquarters.web.offices import sheets
    from headquarters.web.offices.tree_export import as_xlsx

HEADS = (("Mã",), ("Tên",))
TABLE = [["Mã", "Tên"], ["26740", "UBND phường Thủ Dầu Một"], ["26743", "UBND phường Phú Lợi"]]
XLSX, DOCX = "xl/worksheets/sheet1.xml", "word/document.xml"


def once(data: bytes) -> None:
    """One input."""
    depth, body = (data[:1] or b"\0")[0] % 4, data[1:]
    if depth == 0:
        _sheet(body)
    elif depth == 1:
        _letter(body)
    elif depth == 2:
        _sheet(_with(_book(), XLSX, body))
    else:
        _letter(_with(_template(), DOCX, body))


def _sheet(body: bytes) -> None:
    try:
        found = sheets.read(body, HEADS)
    except sheets.Unreadable:
        return
    assert all(len(line.cells) == len(HEADS) for line in found.lines)
    assert all(len(cell) <= sheets.MOST_CELL for line in found.lines for cell in line.cells)


def _letter(body: bytes) -> None:
    with suppress(inspection.Refused):
        inspection.inspect(body)


def _with(archive: bytes, name: str, body: bytes) -> bytes:
    """The archive with another text in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            new.writestr(one, body if one == name else old.read(one))
    return out.getvalue()


@cache
def _book() -> bytes:
    return as_xlsx(TABLE)


@cache
def _template() -> bytes:
    from docx import Document

    out, document = io.BytesIO(), Document()
    document.add_paragraph("Kính gửi {{ nguoi_nhan }}")
    document.save(out)
    return out.getvalue()


def seeds() -> list[bytes]:
    """A list in each form, a template, and the part of each that is changed."""
    rows = "\r\n".join(",".join(row) for row in TABLE)
    parts = []
    for depth, archive, name in ((b"\2", _book(), XLSX), (b"\3", _template(), DOCX)):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            parts.append(depth + opened.read(name))
    csv = [b"\0" + rows.encode("utf-8-sig"), b"\0" + rows.encode("utf-16")]
    return [*csv, b"\0" + _book(), b"\1" + _template(), *parts]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    run(once, seeds())
