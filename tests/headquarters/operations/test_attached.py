"""Files of cases are in the backup, and come back by their hash."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headquarters.accounts.models import User
from headquarters.cases import files
from headquarters.commands import CommandError
from headquarters.operations import archive, attached, backup
from tests.headquarters.cases import made

PDF = b"%PDF-1.7\nbien ban\n%%EOF"
NAME = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    """A case with a file that is there and one that is gone from the disk."""
    settings.DATA = tmp_path / "data"
    case, by = made.case(), User.objects.create(username="lan")
    gone = files.keep(case, SimpleUploadedFile("gone.pdf", PDF + b"2"), by=by)
    files.place(gone.sha256).unlink()
    files.keep(case, SimpleUploadedFile("Biên bản.pdf", PDF), by=by)
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_file_of_a_case_is_in_the_backup_and_comes_back(kept: Path, settings: Any) -> None:
    backup.make(kept / "today.hqb")
    settings.DATA = kept / "other"
    with archive.read(kept / "today.hqb") as found:
        assert attached.put_back(found) == 1
    path = files.place(NAME)
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.screen_only
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    inner = gzip.compress(b"something else", mtime=0)
    other = io.BytesIO()
    with tarfile.open(fileobj=other, mode="w") as tar:
        member = tarfile.TarInfo(f"{files.FOLDER}/{NAME}.gz")
        member.size = len(inner)
        tar.addfile(member, io.BytesIO(inner))
    other.seek(0)
    with tarfile.open(fileobj=other) as tar:
        found = archive.Archive(tar, {"files": {f"{files.FOLDER}/{NAME}.gz": "", "../../etc/passwd": ""}})
        with pytest.raises(CommandError, match=NAME):
            attached.put_back(found)
    assert not files.place(NAME).exists()
