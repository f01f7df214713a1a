"""What the voice is given when a page comes up."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kiosk.ui.look import Comfort


@dataclass
class Listener:
    """Stands where the voice stands, and remembers what it is asked to say."""

    said: list[list[str]] = field(default_factory=list)
    stops: int = 0
    speaking: bool = False

    def say(self, parts):
        self.said.append([part.text for part in parts])

    def stop(self):
        self.stops += 1


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def aloud(start, listener):
    kiosk = start(voice=listener)
    kiosk.app.choose(Comfort(aloud=True))
    kiosk.settle()
    kiosk.until(lambda: listener.said)
    return kiosk


def test_it_is_quiet_until_somebody_asks(start, listener):
    kiosk = start(voice=listener)
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.frame(50)
    assert listener.said == []


def test_home_says_the_question_the_faces_and_the_promises(aloud, listener):
    said = listener.said[-1]
    assert said[0] == "Ông/Bà thấy việc giải quyết công việc hôm nay thế nào?"
    assert said.index("Rất hài lòng") < said.index("Chưa hài lòng")
    assert said.index("5 biết") < said.index("Biết nghe dân nói") < said.index("3 thể hiện")
    assert "09:42" not in " ".join(said)


def test_more_says_what_can_be_chosen_and_no_countdown(aloud, listener):
    aloud.touch("rate-1")
    aloud.save_succeeds()
    aloud.settle()
    aloud.until(lambda: "Thời gian" in listener.said[-1])
    said = listener.said[-1]
    assert "Đã ghi nhận: Chưa hài lòng" in said[0]
    assert "Biết nghe dân nói" in said
    assert not [words for words in said if "giây" in words or words.isdigit()]


def test_page_that_has_gone_is_not_read(aloud, listener):
    aloud.touch("access")
    before = len(listener.said)
    aloud.app.close_page()
    aloud.settle()
    aloud.until(lambda: len(listener.said) > before)
    assert "Ông/Bà thấy việc giải quyết" in listener.said[before][0]


def test_words_a_citizen_types_are_never_spoken(aloud, listener):
    aloud.touch("rate-1")
    aloud.save_succeeds()
    aloud.settle()
    aloud.pass_time(1)
    aloud.touch("comment")
    aloud.settle()
    for key in "xinchao":
        aloud.touch(f"key-{key}")
    aloud.app.render(moving=False)
    aloud.frame(60)
    assert aloud.app.stage.page.text == "xinchao"
    assert "xinchao" not in str(listener.said)
