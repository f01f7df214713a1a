"""The phone's page is the tablet's sister: the same levels, reasons and sentences on both."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po
from hypothesis import example, given
from hypothesis import strategies as st

from headquarters.citizens import words
from headquarters.ratings import phone
from kiosk import hours, survey
from sync.lookup import is_valid
from sync.wishes import BadWish, read_wishes

ROOT = Path(__file__).resolve().parents[2]
TABLET = ROOT / "assets" / "locale" / "vi" / "LC_MESSAGES" / "kiosk.po"
HEADQUARTERS = ROOT / "headquarters" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PAGES = ROOT / "headquarters" / "citizens" / "templates" / "citizens"


def spoken(path: Path) -> dict[str, str]:
    """English → Vietnamese, lines run together."""
    with path.open("rb") as file:
        return {
            " ".join(str(m.id).split()): " ".join(str(m.string).split())
            for m in read_po(file, locale="vi")
            if m.id
        }


def on_the_phone(english: str) -> bool:
    """Whether the citizens' pages say it. In the office's own pages "Next" or "Answer" is another matter."""
    files = [*PAGES.glob("*.html"), *PAGES.parents[1].glob("*.py")]
    room = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in files)
    return any(said.format(english) in room for said in ('"{}"', "'{}'", "%}}{}{{%", "%}} {} {{%"))


def test_reasons_have_the_same_keys_words_and_icons() -> None:
    assert [tuple(one) for one in words.REASONS] == [(one.key, one.text, one.icon) for one in survey.REASONS]


def test_levels_are_the_tablets_and_so_are_their_words() -> None:
    assert {one.level for one in words.LEVELS} == {int(level) for level in survey.Level}
    assert phone.LABELS_VERSION == survey.LABELS_VERSION


def test_a_sentence_that_both_say_is_the_same_in_vietnamese() -> None:
    tablet, headquarters = spoken(TABLET), spoken(HEADQUARTERS)
    shared = {english for english in tablet.keys() & headquarters.keys() if on_the_phone(english)}
    assert {english: headquarters[english] for english in shared} == {e: tablet[e] for e in shared}
    for needed in (
        *(
            "Very satisfied",
            "Satisfied",
            "Not satisfied yet",
            "Thank you!",
            "We are sorry.",
            "Time",
            "Result",
        ),
        *(
            "How was the service you received today?",
            "Touch one face. That is all.",
            "What did we not manage?",
        ),
        "Thank you for telling us plainly. It helps us to do better.",
    ):
        assert needed in shared, "the tablet's sentence changed; change the page's too"


def test_the_example_of_a_code_is_one() -> None:
    for path in (PAGES / "lookup.html", ROOT / "docs" / "wire.md", ROOT / "sync" / "lookup.py"):
        examples = re.findall(r"\b\w{5}-\w{5}-\w{5}\b", path.read_text(encoding="utf-8"))
        assert examples, path.name
        assert all(map(is_valid, examples)), path.name


times = st.builds("{:02d}:{:02d}".format, st.integers(0, 26), st.integers(0, 61))
spans = st.lists(st.builds("{}-{}".format, times, times), min_size=1, max_size=3).map(", ".join)
days = st.sampled_from([*hours.DAYS, "T2-T6", "T7-CN", "T6-T2"])
weeks = st.lists(st.builds("{} {}".format, days, spans), min_size=1, max_size=3).map("; ".join)


@given(weeks)
@example("T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30")
@example("CN 00:00-24:00")
def test_hours_that_headquarters_sends_are_hours_that_the_tablet_reads(week: str) -> None:
    try:
        read_wishes({"hours": week})
    except BadWish:
        return
    hours.parse(week)
