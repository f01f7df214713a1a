"""Wishes are read in words, never in the keys that a tablet is sent."""

from __future__ import annotations

import pytest
from django.utils import translation

from headquarters.web import wish_forms
from sync.wishes import Wishes, read_wishes

pytestmark = pytest.mark.screen_only

WISHED = {
    "slogans": "binh-dinh-2022",
    "level_1": "khong-hai-long",
    "language": "vi",
    "languages": ["vi", "en"],
    "staff_blind": True,
    "reasons": ["thoi-gian", "phi"],
}


def test_changes_name_what_was_chosen_as_the_form_does() -> None:
    with translation.override("vi"):
        told = [after for _what, _before, after in wish_forms.changes(Wishes(), read_wishes(WISHED))]
    assert told == [
        "Tỉnh Bình Định 2022: Sở Giao thông vận tải", "Không hài lòng", "Tiếng Việt", "Tiếng Việt, English",
        "Có", "Thời gian, Phí, lệ phí",
    ]  # fmt: skip


def test_every_set_of_slogans_has_a_name_of_its_own() -> None:
    keys = [path.stem for path in wish_forms.SLOGANS.glob("*.yaml")]
    names = [wish_forms.slogans_name(key) for key in keys]
    assert len(set(names)) == len(keys) > 1
    assert not set(names) & set(keys)


@pytest.mark.parametrize("key", ["cua-xa-2027", "../../config"])
def test_a_set_that_only_tablets_know_keeps_its_key(key: str) -> None:
    assert wish_forms.slogans_name(key) == key
