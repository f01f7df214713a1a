"""Recordings: named after their words, looked over on the command line."""

from __future__ import annotations

import subprocess
import sys
import threading
import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.aloud import Silence, key_of
from kiosk.aloud.recordings import _KEY, LONGEST_KEY, Recordings, fault, quieter, seconds

ROOT = Path(__file__).resolve().parents[2]


def sound(path: Path, frames: list[int], channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, 44100, 0, "NONE", ""))
        file.writeframes(array("h", frames).tobytes())
    return path


def aloud(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk.aloud", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Rất hài lòng", "rat-hai-long"),
        ("Đánh giá **Hài lòng** đã được lưu.", "danh-gia-hai-long-da-duoc-luu"),
        ("Xin Ông/Bà chọn", "xin-ong-ba-chon"),
        ("Xin O\u0302ng/Ba\u0300 chọn", "xin-ong-ba-chon"),
        ("5 biết", "5-biet"),
        ("✓", ""),
    ],
)
def test_a_recording_is_named_after_its_words(text: str, key: str) -> None:
    assert key_of(text) == key


@given(st.text(max_size=300))
def test_every_name_can_be_a_file(text: str) -> None:
    key = key_of(text)
    assert not key or (_KEY.fullmatch(key) and len(key) <= LONGEST_KEY)


def test_long_words_that_differ_at_the_end_have_different_names() -> None:
    start = "Xin Ông/Bà vui lòng chờ trong giây lát " * 5
    assert key_of(start + "một") != key_of(start + "hai")


def test_half_as_loud(tmp_path: Path) -> None:
    loud = sound(tmp_path / "loud.wav", [1000, -1000, 32767, -32768] * 3000, channels=2)
    quieter(loud, tmp_path / "soft.wav", 0.5, threading.Event())
    with wave.open(str(tmp_path / "soft.wav"), "rb") as soft:
        assert (soft.getnchannels(), soft.getframerate(), soft.getnframes()) == (2, 44100, 6000)
        assert set(array("h", soft.readframes(6000))) == {500, -500, 16383, -16384}


def test_a_file_cut_off_in_the_middle_of_a_sample_still_plays(tmp_path: Path) -> None:
    whole = sound(tmp_path / "whole.wav", [1000] * 5000)
    whole.write_bytes(whole.read_bytes()[:-2001])
    quieter(whole, tmp_path / "soft.wav", 0.5, threading.Event())
    assert 0 < seconds(tmp_path / "soft.wav") < 5000 / 44100


def test_faults_are_told_in_plain_words(tmp_path: Path) -> None:
    assert fault(sound(tmp_path / "good.wav", [1, 2, 3])) is None
    assert fault(sound(tmp_path / "empty.wav", [])) == "no sound in it"
    assert fault(sound(tmp_path / "many.wav", [1] * 8, channels=4)) == "4 channels, not 1 or 2"
    (tmp_path / "song.wav").write_bytes(b"ID3\x04 this is an MP3 with another name")
    assert str(fault(tmp_path / "song.wav")).startswith("not a PCM WAV file")
    (tmp_path / "short.wav").write_bytes(b"RIFF")
    assert str(fault(tmp_path / "short.wav")).startswith("not a PCM WAV file")
    assert fault(tmp_path / "none.wav") == "No such file or directory"
    with pytest.raises(Silence):
        seconds(tmp_path / "song.wav")


def test_languages_are_the_folders_with_recordings(tmp_path: Path) -> None:
    sound(tmp_path / "vi" / "xong.wav", [1])
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "notes.txt").touch()
    assert Recordings(tmp_path).languages() == {"vi"}
    assert Recordings(tmp_path / "nowhere").languages() == frozenset()


# --- the command line -------------------------------------------------------------------------------------


def test_check_names_each_file_and_its_fault(tmp_path: Path) -> None:
    sound(tmp_path / "vi" / "xong.wav", [1])
    assert aloud("check", tmp_path).returncode == 0
    sound(tmp_path / "vi" / "Rất hài lòng.wav", [1])
    sound(tmp_path / "vi" / "tiep.wav", [])
    done = aloud("check", tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "vi/Rất hài lòng.wav: a name has small letters without marks, digits and dashes, then .wav",
        "vi/tiep.wav: no sound in it",
        "vi/xong.wav: good",
    ]


def test_the_recordings_of_the_house_are_good() -> None:
    assert aloud("check").returncode == 0


def test_names_lists_what_can_be_recorded() -> None:
    rows = dict(
        row.split("\t") for row in aloud("names", "vi", "--slogans", "binh-duong-2023").stdout.splitlines()
    )
    assert rows["vi/rat-hai-long.wav"] == "Rất hài lòng"
    assert rows["vi/biet-nghe-dan-noi.wav"] == "Biết nghe dân nói"
    assert not [words for words in rows.values() if "{" in words or "charset" in words]
    english = aloud("names", "en", "--slogans", "binh-duong-2023").stdout
    assert "en/very-satisfied.wav\tVery satisfied" in english
    assert "en/listen-to-the-people.wav\tListen to the people" in english


def test_words_shows_what_is_said() -> None:
    assert aloud("words", "vi", stdin="UBND phường 5\n07:30\n").stdout == (
        "Ủy ban nhân dân phường năm\nbảy giờ ba mươi\n"
    )


def test_say_tells_when_nothing_can_be_heard() -> None:
    done = aloud("say", "xq", "--program", "/nowhere/espeak-ng", stdin="xin chào\n")
    assert done.returncode == 1
    assert "/nowhere/espeak-ng does not start" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["names", "xq"], ["names", "vi", "--slogans", "none"], [], ["words"], ["sing", "vi"]]
)
def test_wrong_arguments_are_answered_in_one_line(arguments: list[str]) -> None:
    done = aloud(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr
