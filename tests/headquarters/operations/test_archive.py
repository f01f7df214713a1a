"""The file of a backup: whole, or refused."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from headquarters.commands import CommandError
from headquarters.operations import archive, keys

pytestmark = pytest.mark.screen_only
MANIFEST: dict[str, Any] = {
    "made_at": "", "program": "", "vendor": "", "migrations": [], "tables": {}, "chains": [], "months": [],
    "keys": {},
}  # fmt: skip
TEXT = "Ẳ\tvà dòng sau\n".encode() * 5000


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "a.hqb"
    with archive.write(path) as out:
        out.add("one.gz", lambda stream: stream.write(TEXT) and None)
        out.add("two.gz", lambda stream: None)
        out.close(MANIFEST)
    return path


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as caught, archive.read(path):
        pass
    return str(caught.value)


def test_what_was_put_in_comes_out(whole: Path, tmp_path: Path) -> None:
    with archive.read(whole) as found:
        found.copy("one.gz", tmp_path / "one")
        with found.member("two.gz") as empty:
            assert empty.read() == b""
    assert (tmp_path / "one").read_bytes() == TEXT
    assert list(tmp_path.glob(".*")) == [], "nothing is left lying about"


def test_an_archive_that_was_cut_anywhere_is_refused(whole: Path) -> None:
    text = whole.read_bytes()
    with tarfile.open(whole) as tar:
        end = tar.getmember(archive.MANIFEST)
        least = end.offset_data + end.size
    for length in range(0, least, max(1, least // 60)):
        whole.write_bytes(text[:length])
        assert re.search("cut short|damaged|cannot be read", refused(whole)), length


def test_a_changed_byte_is_found(whole: Path) -> None:
    text = bytearray(whole.read_bytes())
    with tarfile.open(whole) as tar:
        place = tar.getmember("one.gz").offset_data + 40
    text[place] ^= 1
    whole.write_bytes(text)
    assert "one.gz is not what its manifest says" in refused(whole)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [("[]", "cannot be read"), ("{", "cannot be read"), ("{}", "cannot be read"), ("null", "cannot be read")],
)
def test_a_manifest_that_is_none(tmp_path: Path, manifest: str, words: str) -> None:
    path, inner = tmp_path / "b.hqb", tmp_path / archive.MANIFEST
    inner.write_text(manifest)
    with tarfile.open(path, "w") as tar:
        tar.add(inner, archive.MANIFEST)
    assert words in refused(path)


@pytest.mark.parametrize("format_", [0, 2, "1", None])
def test_another_format_and_other_files_are_named(whole: Path, tmp_path: Path, format_: object) -> None:
    path, inner = tmp_path / "b.hqb", tmp_path / archive.MANIFEST
    inner.write_text(json.dumps({**MANIFEST, "format": format_, "files": {}}))
    with tarfile.open(path, "w") as tar:
        tar.add(inner, archive.MANIFEST)
    assert "format" in refused(path)


def test_a_failed_backup_leaves_nothing(tmp_path: Path) -> None:
    def fail(_stream: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), archive.write(tmp_path / "a.hqb") as out:
        out.add("one.gz", fail)
    assert list(tmp_path.iterdir()) == []


def test_keys_that_name_other_places_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_OPS", 1)
    monkeypatch.setattr(keys, "_MEM", 8192)
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret.key").write_text("x" * 40)
    keys.save(data, tmp_path / "k", "một cụm từ khá dài")
    assert keys.load(tmp_path / "k", "một cụm từ khá dài") == {"secret.key": "x" * 40}
    for text in (b"", b"[]", b"{}", b"\xff", b'{"format":"headquarters keys 1","salt":"","box":""}'):
        (tmp_path / "k").write_bytes(text)
        with pytest.raises(CommandError):
            keys.load(tmp_path / "k", "một cụm từ khá dài")
