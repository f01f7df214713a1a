"""Word files as an office would make them, good ones and bad ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping

import docx
import pytest
from django.utils import translation

GOOD = ("{{ TEN_CO_QUAN }}", "Kính gửi: {{ nguoi_nhan }}", "{{ noi_dung }}", "{{ bien_phap }}")


def word_file(*lines: str) -> bytes:
    """A DOCX with a paragraph for each line."""
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    return saved(made)


def saved(made: object) -> bytes:
    out = io.BytesIO()
    made.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def changed(data: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """The file with parts put in or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(one for one in parts if one not in old.namelist())]:
            before = old.read(name) if name in old.namelist() else b""
            change = parts.get(name, before)
            new.writestr(name, change if isinstance(change, bytes) else change(before))
    return out.getvalue()


def lines_of(data: bytes) -> list[str]:
    """Paragraphs of a DOCX, those in tables too, in the file's order."""
    body = docx.Document(io.BytesIO(data)).element.body
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in body.iter(f"{W}p")]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Words for staff; what is printed is Vietnamese all the same."""
    with translation.override("en"):
        yield


@pytest.fixture
def good() -> bytes:
    return word_file(*GOOD)
