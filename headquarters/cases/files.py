"""Files of a case: looked at before they are kept, stored by their hash in the data folder, outside the web.

What a file is, its beginning and its insides say, not its name alone. Nothing of it is opened or run here.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headquarters.accounts.models import User
from headquarters.cases import work
from headquarters.cases.models import Attachment, Case

FOLDER = "case-files"
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 30
_LONGEST_NAME = 150
_MOST_MEMBERS = 5000
TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}
"""Kinds that are taken, by the end of their name, and what they are sent as."""
_BEGINNINGS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def keep(
    case: Case, upload: UploadedFile[Any] | None, *, by: User, request: HttpRequest | None = None
) -> Attachment:
    """Add a file to a case. Raises work.Refused for what cannot be taken; the same file twice is one."""
    if upload is None or not upload.name:
        raise work.Refused(_("Please choose a file."))
    if (upload.size or 0) > MOST_BYTES:
        raise work.Refused(_("The file is larger than 10 MB."))
    name, content = _name(upload.name), upload.read(MOST_BYTES + 1)
    kind = _kind(name)
    if not _is(kind, content):
        raise work.Refused(
            _("Only PDF, DOCX, XLSX, PNG and JPG are taken, and what is inside must fit the name.")
        )
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        there = case.files.filter(sha256=digest).first()
        if there is not None:
            return there
        if case.files.count() >= MOST_FILES:
            raise work.Refused(_("This case has 30 files already."))
        # On the disk before it is in the database: a row never points at nothing.
        store(digest, content)
        made = Attachment.objects.create(
            case=case, name=name, sha256=digest, size=len(content), by=by, at=timezone.now()
        )
        work.filed(case, name, by=by, request=request)
    return made


def content_of(kept: Attachment) -> bytes:
    """What is in it. Raises work.Refused when it is not on the disk, or is not what was kept."""
    try:
        content = place(kept.sha256).read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise work.Refused(_("This file is missing or damaged on the server: please tell the administrator."))
    return content


def digests() -> Iterator[str]:
    """The hashes of every file that a case has, each once."""
    found = Attachment.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    yield from found.iterator()


def type_of(kept: Attachment) -> str:
    """What it is sent as."""
    return TYPES[_kind(kept.name)]


def _name(text: str) -> str:
    """The last part of the name, without anything that does not print; its end stays."""
    last = text.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(char for char in unicodedata.normalize("NFC", last) if char.isprintable()).strip()
    stem, dot, end = plain.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 10]}{dot}{end[:9]}"


def _kind(name: str) -> str:
    _stem, dot, end = name.casefold().rpartition(".")
    return "jpg" if end == "jpeg" else end if dot else ""


def _is(kind: str, content: bytes) -> bool:
    """Whether the content is of this kind."""
    if len(content) > MOST_BYTES:
        return False
    if kind in _BEGINNINGS:
        return content.startswith(_BEGINNINGS[kind])
    return kind in _MAIN_PARTS and _is_office(content, _MAIN_PARTS[kind])


def _is_office(content: bytes, main: str) -> bool:
    """A document of the kind, without macros. Only the list of its parts is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as found:
            names = found.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    if len(names) > _MOST_MEMBERS or any("vbaproject" in name.casefold() for name in names):
        return False
    return "[Content_Types].xml" in names and main in names


def place(digest: str) -> Path:
    """Where a file of this hash is kept."""
    return Path(settings.DATA) / FOLDER / digest[:2] / digest


def store(digest: str, content: bytes) -> None:
    """Keep it: whole under another name first; readable by its owner only."""
    path = place(digest)
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.parent.chmod(0o700)
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
