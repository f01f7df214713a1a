"""Which cases count is data: a file that is wrong says where."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from headquarters.config import ConfigError
from headquarters.indicators import criteria

pytestmark = pytest.mark.screen_only

SHIPPED = Path(criteria.__file__).with_name(criteria.NAME)
FORM = """
[[forms]]
name = "Chấm điểm thi đua"
indicator = "R1"
steps = [{ from = 97.5, points = 1.5, name = "Tốt" }, { from = 0, points = 0 }]
source = "QĐ của tỉnh"
"""


def written(folder: Path, old: str = "", new: str = "", more: str = "") -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = folder / criteria.NAME
    path.write_text(text.replace(old, new, 1) + more, encoding="utf-8")
    return path


def test_the_file_that_is_shipped() -> None:
    found = criteria.load(SHIPPED)
    assert found.kinds == ("phan-anh",)
    assert not found.by_due
    assert found.dissatisfied == (1,)
    assert found.overlap_apart
    assert all("766/QĐ-TTg" in found.sources[key] for key in criteria.KEYS)


def test_an_own_file_takes_its_place(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    written(tmp_path, 'kinds = ["phan-anh"]', 'kinds = ["phan-anh", "gop-y"]')
    assert criteria.load().kinds == ("phan-anh", "gop-y")


def test_score_forms_are_read_exactly(tmp_path: Path) -> None:
    (form,) = criteria.load(written(tmp_path, "\nforms = []", more=FORM)).forms
    assert form.step(Fraction("97.5")).points == Fraction("1.5")
    assert form.step(Fraction("97.499")).points == 0
    assert (form.indicator, form.steps[0].name) == ("R1", "Tốt")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kinds = ["phan-anh"]', 'kinds = ["phananh"]', "pakn.kinds"),
        ('kinds = ["phan-anh"]', "kinds = []", "pakn.kinds"),
        ('counted_by = "received"', 'counted_by = "told"', "pakn.counted_by"),
        ('referred = "left-out"', "referred = true", "pakn.referred"),
        ("reopened = true", "reopened = 1", "dissatisfaction.reopened"),
        ("levels = [1]", "levels = [true]", "dissatisfaction.levels"),
        ("least_named = 1", "least_named = 0", "dossiers.least_named"),
        ("least_named = 1", "", "[dossiers]"),
        ("[sources]", "[source]", "sources"),
        ('R1 = "QĐ 766/QĐ-TTg ngày 23/6/2022"', 'R1 = ""', "sources.R1"),
        ("\nforms = []", "\nforms = 1", "forms"),
        ("\nforms = []", "\nforms = [", criteria.NAME),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    path = written(tmp_path, old, new)
    with pytest.raises(ConfigError) as caught:
        criteria.load(path)
    assert str(path) in str(caught.value)
    assert key in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("from = 97.5", "from = nan", "forms.steps"),
        ("from = 97.5", "from = 101", "forms.steps"),
        ("from = 0,", "from = 1,", "forms.steps"),
        ("from = 0,", "from = 98,", "forms.steps"),
        ("points = 0 ", 'points = "0" ', "forms.steps"),
        ('indicator = "R1"', 'indicator = "R4"', "forms.indicator"),
        ("source =", "sources =", "[[forms]]"),
    ],
)
def test_a_mistake_in_a_score_form_names_it(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in FORM
    path = written(tmp_path, "\nforms = []", more=FORM.replace(old, new))
    with pytest.raises(ConfigError, match=criteria.NAME) as caught:
        criteria.load(path)
    assert key in str(caught.value)
