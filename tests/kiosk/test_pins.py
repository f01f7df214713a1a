"""Staff PINs: hashed, never guessed for free."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kiosk.pins import PinBook, PinError

PIN = "493817"


class Seconds:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def book(tmp_path: Path, seconds: Seconds) -> PinBook:
    made = PinBook(tmp_path / "pins.json", seconds)
    made.set("staff", PIN)
    return made


def test_right_pin_opens_and_wrong_pin_does_not(book: PinBook) -> None:
    assert book.check("staff", PIN).ok
    assert not book.check("staff", "000000").ok


def test_no_pin_is_set_by_default(tmp_path: Path, seconds: Seconds) -> None:
    answer = PinBook(tmp_path / "pins.json", seconds).check("staff", "1234")
    assert (answer.ok, answer.is_set) == (False, False)


def test_the_pin_itself_is_nowhere_on_disk(book: PinBook, tmp_path: Path) -> None:
    path = tmp_path / "pins.json"
    assert PIN not in path.read_text()
    assert "$argon2id$" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_five_wrong_tries_lock_even_the_right_pin_for_a_minute(book: PinBook, seconds: Seconds) -> None:
    answers = [book.check("staff", "111112") for _ in range(5)]
    assert [answer.locked_for_s for answer in answers] == [0, 0, 0, 0, 60]
    assert not book.check("staff", PIN).ok
    seconds.now += 59.5
    assert book.check("staff", PIN).locked_for_s == 1
    seconds.now += 0.5
    assert book.check("staff", PIN).ok


def test_the_next_lock_is_longer(book: PinBook, seconds: Seconds) -> None:
    for _ in range(5):
        book.check("staff", "111112")
    seconds.now += 60
    assert [book.check("staff", "111112").locked_for_s for _ in range(5)][-1] == 120


def test_a_restart_does_not_end_a_lock(book: PinBook, tmp_path: Path) -> None:
    for _ in range(5):
        book.check("staff", "111112")
    restarted = PinBook(tmp_path / "pins.json", Seconds())
    assert restarted.check("staff", PIN).locked_for_s == 60


def test_a_right_pin_forgets_earlier_mistakes(book: PinBook) -> None:
    for _ in range(4):
        book.check("staff", "111112")
    assert book.check("staff", PIN).ok
    assert book.check("staff", "111112").locked_for_s == 0


@pytest.mark.parametrize(
    "pin", ["12345", "1234567890123", "abcdef", "111111", "121212", "123456", "987654", "４９３８１７"]
)
def test_weak_pins_are_refused(book: PinBook, pin: str) -> None:
    with pytest.raises(PinError):
        book.set("staff", pin)


def test_a_broken_pin_file_is_named(tmp_path: Path, seconds: Seconds) -> None:
    (tmp_path / "pins.json").write_text("[]")
    with pytest.raises(PinError, match=r"pins\.json"):
        PinBook(tmp_path / "pins.json", seconds).check("staff", PIN)
