"""Held to the vectors of eight known engines, where the project's shared data lies beside the checkout."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.typing import Method, Style, type_line

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "vietnamese"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared vectors are not here: {DATA}")

ORDERS = [("end", "inline"), ("inline", "inline"), ("end", "end"), ("inline", "end")]
LISTS = [("syllables.txt", "old"), ("syllables_new.txt", "new")]


def rows(name: str) -> list[list[str]]:
    """The lines under the heading, cut at their tabs."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


def missed(kind: str) -> tuple[list[tuple[str, str, str]], int]:
    """(keys, expected, typed) of the rows of this kind that come out otherwise; how many rows there are."""
    chosen = [row for row in rows("public.tsv") if row[4].startswith(kind)]
    wrong = []
    for method, keys, expected, _, note in chosen:
        style = Style.NEW if "style=new" in note else Style.OLD
        typed = type_line(keys, Method(method), style)
        if typed != expected:
            wrong.append((keys, expected, typed))
    return wrong, len(chosen)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_gen", DATA / "gen.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_core_row() -> None:
    wrong, count = missed("core")
    assert count > 400
    assert wrong == []


def test_nine_in_ten_of_the_majority_rows() -> None:
    wrong, count = missed("majority")
    assert count >= 40
    assert len(wrong) <= count / 10, wrong
    # docs/typing.md says why it is these two.
    assert sorted(keys for keys, _, _ in wrong) == ["d9eadline", "tofaa"]


def test_every_backspace_probe() -> None:
    probes = [row[:3] for row in rows("backspace.tsv")]
    assert len(probes) >= 20
    typed = [type_line(keys, Method(method), rubout="<") for method, keys, _ in probes]
    assert typed == [expected for _, _, expected in probes]


@pytest.mark.parametrize(("tone", "marks"), ORDERS)
@pytest.mark.parametrize("method", ["telex", "vni"])
@pytest.mark.parametrize(("name", "style"), LISTS)
def test_every_syllable_in_every_order(name: str, style: str, method: str, tone: str, marks: str) -> None:
    words = (DATA / name).read_text(encoding="utf-8").split()
    assert len(words) > 15_000
    if style == "new":  # the rest is the same as in the old list
        words = [
            new
            for old, new in zip((DATA / LISTS[0][0]).read_text().split(), words, strict=True)
            if old != new
        ]
    keys = generator().keys
    typed = [
        (word, type_line(keys(word, method, tone, marks), Method(method), Style(style))) for word in words
    ]
    assert [pair for pair in typed if pair[0] != pair[1]] == []
