"""Search without accents."""

from __future__ import annotations

import unicodedata

import pytest

from kiosk.search import fold, matches


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Lệ phí", "le phi"),
        ("Đường dây NÓNG", "duong day nong"),
        ("ẲỖỰ", "aou"),
        ("  0274 000-0000. ", "0274 000 0000"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@pytest.mark.parametrize("wanted", ["le phi", "LỆ PHÍ", "phi le", "le ph", "hộ tịch", "ho le"])
def test_found(wanted: str) -> None:
    assert matches(wanted, "Lệ phí", "hộ tịch")


@pytest.mark.parametrize("wanted", ["", "   ", "…", "hi", "le phi dat", "ich"])
def test_not_found(wanted: str) -> None:
    """Words are found from their beginning: "hi" is not "phí"."""
    assert not matches(wanted, "Lệ phí", "hộ tịch")
