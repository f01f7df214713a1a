"""Files of cases: what is taken, where it lies, how it is given out."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.cases import files, work
from headquarters.cases.models import Attachment, Case
from tests.headquarters.cases import made

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made_file:
        for name in names:
            made_file.writestr(name, "x")
    return out.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path
    return tmp_path / files.FOLDER


@pytest.fixture
def case(db: None) -> Case:
    return made.case()


@pytest.fixture
def handler(case: Case) -> User:
    return User.objects.create(username="lan", display_name="Lan", role=Role.CASE_HANDLER, office=case.office)


def keep(case: Case, by: User, name: str, content: bytes) -> Attachment:
    return files.keep(case, SimpleUploadedFile(name, content), by=by)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("Ảnh quầy.PNG", PNG),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.docx", DOCX),
        ("a.xlsx", XLSX),
    ],
)
def test_what_is_taken_lies_outside_the_web_for_its_owner_only(
    folder: Path, case: Case, handler: User, name: str, content: bytes
) -> None:
    kept = keep(case, handler, name, content)
    assert files.content_of(kept) == content
    path = folder / kept.sha256[:2] / kept.sha256
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [one.name for one in folder.rglob("*") if one.is_file()] == [kept.sha256], "nothing half written"
    assert keep(case, handler, name, content) == kept, "the same twice is one"
    assert [step.text for step in case.steps.all()] == [kept.name]
    assert Entry.objects.filter(action="case.filed", target=case.number).count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.pdf", b"MZ" + PDF),
        ("a.png", PDF),
        ("a.docx", XLSX),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.svg", b"<svg/>"),
        ("pdf", PDF),
        ("a.pdf", b""),
        ("a.pdf", PDF + b"\0" * files.MOST_BYTES),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_not_stored(
    folder: Path, case: Case, handler: User, name: str, content: bytes
) -> None:
    with pytest.raises(work.Refused):
        keep(case, handler, name, content)
    assert not folder.exists()
    assert not case.steps.exists()


def test_a_name_is_only_a_name(folder: Path, case: Case, handler: User) -> None:
    assert keep(case, handler, "..\\..\\etc/pass\r\nwd\x00.pdf", PDF).name == "passwd.pdf"
    long = keep(case, handler, "ẳ" * 400 + ".png", PNG)
    assert len(long.name) <= 150
    assert long.name.endswith(".png")


def test_a_file_is_given_out_to_be_kept_never_shown(folder: Path, case: Case, handler: User) -> None:
    web = Client()
    web.force_login(handler, backend="django.contrib.auth.backends.ModelBackend")
    upload = SimpleUploadedFile('Biên bản "1".pdf', PDF)
    answer = web.post(f"/cases/{case.pk}/handle", {"action": "file", "file": upload})
    assert answer.status_code == 302
    kept = Attachment.objects.get()
    answer = web.get(f"/cases/{case.pk}/files/{kept.pk}")
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert Entry.objects.filter(action="case.file_read", target=case.number, office=case.office).count() == 1
    other = made.case()
    assert web.get(f"/cases/{other.pk}/files/{kept.pk}").status_code == 404
    wrong = web.post(f"/cases/{case.pk}/handle", {"action": "file"})
    assert "chọn một tệp" in wrong.content.decode()
    (folder / kept.sha256[:2] / kept.sha256).write_bytes(b"%PDF-changed")
    answer = web.get(f"/cases/{case.pk}/files/{kept.pk}")
    assert answer.status_code == 410
    assert "mất hoặc hỏng" in answer.content.decode()


def test_thirty_files_are_enough(folder: Path, case: Case, handler: User) -> None:
    for n in range(files.MOST_FILES):
        keep(case, handler, "a.pdf", PDF + bytes([n]))
    with pytest.raises(work.Refused, match="30"):
        keep(case, handler, "a.pdf", PDF + b"more")
