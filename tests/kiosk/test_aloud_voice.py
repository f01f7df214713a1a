"""The voice with a real espeak-ng; where a loudspeaker would stand, a real program keeps what it is given."""

from __future__ import annotations

import logging
import math
import shutil
import stat
import tempfile
import threading
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from kiosk.aloud import ProcessPlayer, Prompt, Silence, Voice, player, prompt, synth
from kiosk.aloud.processes import run

ESPEAK = shutil.which("espeak-ng")
GREETING = "Xin chào Ông/Bà. UBND phường 5 rất vui được phục vụ."


def wait_for(true: Callable[[], object], timeout_s: float = 30.0) -> None:
    until = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.01)


def program(path: Path, script: str) -> str:
    path.write_text(f'#!/bin/sh\nhere="{path.parent}"\n{script}\n', encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def samples(path: Path) -> array[int]:
    with wave.open(str(path), "rb") as sound:
        assert sound.getsampwidth() == 2
        return array("h", sound.readframes(sound.getnframes()))


def loudness(path: Path) -> float:
    """Root of the mean square; speech at full volume has a few thousand."""
    heard = samples(path)
    return math.sqrt(sum(sample * sample for sample in heard) / max(1, len(heard)))


def seconds(path: Path) -> float:
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def tone(path: Path, pitch: int = 440, length_s: float = 0.3, width: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave_form = (
        int(9000 * math.sin(2 * math.pi * pitch * at / 16000)) for at in range(int(16000 * length_s))
    )
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, width, 16000, 0, "NONE", ""))
        sound.writeframes(array("h", wave_form).tobytes() if width == 2 else bytes(4000))
    return path


class Loudspeaker:
    """A player's program: keeps each file; ``broken`` it fails, ``held`` it goes on until killed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "heard").mkdir(parents=True)
        self.program = program(
            directory / "play",
            '[ -e "$here/broken" ] && { echo "audio open error" >&2; exit 1; }\n'
            'name=$here/heard/$(ls "$here/heard" | wc -l)\n'
            'cp "$1" "$name.part" && mv "$name.part" "$name.wav"\n'
            'if [ -e "$here/held" ]; then sleep 600 & echo "$$ $!" > "$here/pids"; wait; fi',
        )
        self.player = ProcessPlayer([(self.program,)])

    def heard(self) -> list[Path]:
        """What was played, without the stillness that voices try a device with."""
        files = sorted(self.directory.glob("heard/*.wav"), key=lambda path: int(path.stem))
        return [path for path in files if any(samples(path))]

    def tried(self) -> bool:
        return any(self.directory.glob("heard/*.wav"))

    def hold(self, on: bool = True) -> None:
        (self.directory / "held").touch() if on else (self.directory / "held").unlink()

    def break_down(self) -> None:
        (self.directory / "broken").touch()

    def mend(self) -> None:
        (self.directory / "broken").unlink()

    def pids(self) -> list[int]:
        """The program that is held, and what it started itself."""
        wait_for(lambda: (self.directory / "pids").exists() and (self.directory / "pids").read_text().strip())
        return [int(pid) for pid in (self.directory / "pids").read_text().split()]


MakeVoice = Callable[..., Voice]


@pytest.fixture
def loudspeaker(tmp_path: Path) -> Loudspeaker:
    return Loudspeaker(tmp_path / "loudspeaker")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "scratch"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


@pytest.fixture
def voice(tmp_path: Path, loudspeaker: Loudspeaker, scratch: Path) -> Iterator[MakeVoice]:
    made: list[Voice] = []

    def make(program: str | None = ESPEAK, **settings: object) -> Voice:
        made.append(Voice(tmp_path / "sounds", program, **{"player": loudspeaker.player, **settings}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert not list(scratch.iterdir()), "files were left behind"


def say(voice: Voice, *parts: Prompt) -> None:
    """And wait until it is said."""
    voice.say(parts)
    wait_for(lambda: not voice.speaking)


def gone(pid: int) -> bool:
    """Not running. A grandchild waits for init to collect it, which is none of ours."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# --- speech -----------------------------------------------------------------------------------------------


def test_espeak_ng_is_installed() -> None:
    assert ESPEAK, "apt-get install espeak-ng"


def test_vietnamese_words_are_heard(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    wait_for(lambda: tablet.available("vi"))
    say(tablet, prompt(GREETING, "vi"))
    (heard,) = loudspeaker.heard()
    assert loudness(heard) > 500
    # 17 syllables; a person takes four to six seconds.
    assert 3.0 < seconds(heard) < 10.0


def test_abbreviations_are_said_in_full(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    say(tablet, Prompt("", "UBND", "vi"), Prompt("", "Ủy ban nhân dân", "vi"))
    short, full = loudspeaker.heard()
    assert short.read_bytes() == full.read_bytes()


def test_languages_sound_different(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    wait_for(lambda: tablet.available("en"))
    say(tablet, Prompt("", "Do it again", "vi"), Prompt("", "Do it again", "en"))
    vietnamese, english = loudspeaker.heard()
    assert vietnamese.read_bytes() != english.read_bytes()


def test_an_office_may_choose_the_southern_voice(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    say(voice(), Prompt("", "vui vẻ", "vi"))
    southern = voice(voices={"vi": "vi-vn-x-south"})
    wait_for(lambda: southern.available("vi"))
    say(southern, Prompt("", "vui vẻ", "vi"))
    north, south = loudspeaker.heard()
    assert north.read_bytes() != south.read_bytes()


def test_words_cannot_be_taken_for_options(
    voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    stolen = tmp_path / "stolen.wav"
    say(
        voice(),
        Prompt("", f"-w {stolen}", "km"),
        Prompt("", f"-w {stolen}", "vi"),
        Prompt("", "--help", "vi"),
    )
    assert not stolen.exists()
    assert loudspeaker.heard()


def test_a_language_nobody_speaks_is_not_offered(
    voice: MakeVoice, loudspeaker: Loudspeaker, caplog: pytest.LogCaptureFixture
) -> None:
    tablet = voice()
    say(tablet, prompt("abc", "xq"), prompt("def", "xq"), prompt("xin chào", "vi"))
    assert not tablet.available("xq")
    assert len(loudspeaker.heard()) == 1
    assert [record.message for record in caplog.records] == ["read-aloud: no voice for 'xq'"]


# --- recordings -------------------------------------------------------------------------------------------


def test_a_recording_is_heard_instead(voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    recorded = tone(tmp_path / "sounds" / "vi" / "rat-hai-long.wav")
    say(voice(), prompt("Rất hài lòng", "vi"), prompt("Hài lòng", "vi"), prompt("Rất hài lòng", "en"))
    first, second, third = loudspeaker.heard()
    assert first.read_bytes() == recorded.read_bytes()
    assert loudness(second) > 500
    assert third.read_bytes() != recorded.read_bytes()


def test_recordings_alone_are_enough(voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    tone(tmp_path / "sounds" / "vi" / "hai-long.wav")
    tablet = voice(program=None)
    wait_for(lambda: tablet.available("vi"))
    assert not tablet.available("en")
    say(tablet, prompt("Chưa hài lòng", "vi"), prompt("Hài lòng", "vi"))
    assert len(loudspeaker.heard()) == 1


@pytest.mark.parametrize("width", [1, 3])
def test_a_recording_that_cannot_be_played_gives_way_and_is_told_once(
    voice: MakeVoice,
    loudspeaker: Loudspeaker,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    width: int,
) -> None:
    tone(tmp_path / "sounds" / "vi" / "hai-long.wav", width=width)
    say(voice(), prompt("Hài lòng", "vi"), prompt("Hài lòng", "vi"))
    assert [loudness(path) > 500 for path in loudspeaker.heard()] == [True, True]
    assert [record.message for record in caplog.records] == [
        f"read-aloud: the recording vi/hai-long.wav is not used: {8 * width} bits, not 16"
    ]


@pytest.mark.parametrize("key", ["../vi/hai-long", "/etc/x", "", "Hai long", "a/b", ".", "x" * 5000])
def test_odd_names_find_no_recording(
    voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path, key: str
) -> None:
    recorded = tone(tmp_path / "sounds" / "vi" / "hai-long.wav")
    say(voice(), Prompt(key, "Hài lòng", "vi"), Prompt("hai-long", "Hài lòng", "../sounds/vi"))
    (heard,) = loudspeaker.heard()
    assert heard.read_bytes() != recorded.read_bytes()


# --- volume -----------------------------------------------------------------------------------------------


def test_volume_holds_for_recordings_and_speech(
    voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    tone(tmp_path / "sounds" / "vi" / "hai-long.wav", length_s=1.5)
    tablet = voice()
    both = (prompt("Hài lòng", "vi"), prompt("Chưa hài lòng", "vi"))
    say(tablet, *both)
    tablet.volume = 0.5
    say(tablet, *both)
    full_tone, full_speech, half_tone, half_speech = map(loudness, loudspeaker.heard())
    assert half_tone == pytest.approx(full_tone / 2, rel=0.02)
    assert half_speech == pytest.approx(full_speech / 2, rel=0.1)
    assert seconds(loudspeaker.heard()[2]) == 1.5


def test_volume_stays_between_silence_and_full(
    voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    tone(tmp_path / "sounds" / "vi" / "hai-long.wav")
    tablet = voice(volume=7.0)
    assert tablet.volume == 1.0
    tablet.volume = -1.0
    assert tablet.volume == 0.0
    say(tablet, prompt("Hài lòng", "vi"), prompt("Chưa hài lòng", "vi"))
    assert loudspeaker.heard() == []


# --- one after another, and stopping ----------------------------------------------------------------------


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only being stopped ends a player that is held."""
    monkeypatch.setattr(player, "_PATIENCE_S", 600.0)


@pytest.mark.usefixtures("patient")
def test_the_last_word_asked_for_wins(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    wait_for(lambda: tablet.available("vi"))
    loudspeaker.hold()
    tablet.say([prompt("một", "vi"), prompt("hai", "vi")])
    pids = loudspeaker.pids()
    loudspeaker.hold(False)
    say(tablet, Prompt("", GREETING, "vi"))
    assert all(map(gone, pids))
    heard = loudspeaker.heard()
    assert len(heard) == 2  # "hai" was never said
    assert seconds(heard[1]) > seconds(heard[0])


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("how", ["stop", "close"])
def test_stopping_leaves_no_program_behind(voice: MakeVoice, loudspeaker: Loudspeaker, how: str) -> None:
    tablet = voice()
    wait_for(lambda: tablet.available("vi"))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    loudspeaker.hold()
    tablet.say([prompt("một", "vi"), prompt("hai", "vi")])
    pids = loudspeaker.pids()
    assert tablet.speaking
    getattr(tablet, how)()
    assert not tablet.speaking
    wait_for(lambda: all(map(gone, pids)))
    # Not even a zombie: whoever was started was collected.
    wait_for(lambda: {child.pid for child in psutil.Process().children(recursive=True)} <= before)
    assert len(loudspeaker.heard()) == 1


def test_a_stopped_voice_speaks_again(
    voice: MakeVoice, loudspeaker: Loudspeaker, caplog: pytest.LogCaptureFixture
) -> None:
    tablet = voice()
    wait_for(lambda: tablet.available("vi"))
    loudspeaker.hold()
    tablet.say([prompt("một", "vi"), prompt("hai", "vi")])
    loudspeaker.pids()
    tablet.stop()
    loudspeaker.hold(False)
    assert tablet.available("vi")
    say(tablet, prompt("ba", "vi"))
    assert len(loudspeaker.heard()) == 2
    assert caplog.records == []  # having been stopped is no trouble


def test_what_must_stop_is_not_even_started() -> None:
    stop = threading.Event()
    stop.set()
    assert run(["/nowhere/pw-play"], stop, 5.0).code is None  # starting it would raise


def test_a_closed_voice_is_silent_and_takes_no_offence(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    wait_for(loudspeaker.tried)
    tablet.close()
    tablet.say([prompt("một", "vi")])
    tablet.stop()
    tablet.close()
    assert not tablet.speaking
    assert not tablet.available("vi")
    assert loudspeaker.heard() == []
    assert "voice" not in {thread.name for thread in threading.enumerate()}


def test_many_hands_at_once_end_in_silence(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    wait_for(lambda: tablet.available("vi"))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    loudspeaker.hold()

    def drum() -> None:
        for _ in range(30):
            tablet.say([prompt("một", "vi")])
            tablet.stop()
            tablet.say([prompt("hai", "vi")])

    hands = [threading.Thread(target=drum) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    tablet.stop()
    assert not tablet.speaking
    wait_for(lambda: {child.pid for child in psutil.Process().children(recursive=True)} <= before)
    loudspeaker.hold(False)
    said = len(loudspeaker.heard())
    say(tablet, prompt("ba", "vi"))
    assert len(loudspeaker.heard()) == said + 1


# --- when something is missing ----------------------------------------------------------------------------


def test_without_a_sound_device_it_says_so_once(
    voice: MakeVoice, loudspeaker: Loudspeaker, caplog: pytest.LogCaptureFixture
) -> None:
    loudspeaker.break_down()
    tablet = voice()
    say(tablet, prompt("một", "vi"))
    say(tablet, prompt("hai", "vi"))
    assert not tablet.available("vi")
    assert [record.message for record in caplog.records] == [
        f"read-aloud: nothing can be heard: {loudspeaker.program}: audio open error"
    ]


def test_a_loudspeaker_plugged_in_later_is_found(
    voice: MakeVoice, loudspeaker: Loudspeaker, caplog: pytest.LogCaptureFixture
) -> None:
    loudspeaker.break_down()
    tablet = voice(retry_s=0.1)
    wait_for(lambda: caplog.records)
    assert not tablet.available("vi")
    loudspeaker.mend()
    wait_for(lambda: tablet.available("vi"))
    loudspeaker.break_down()
    say(tablet, prompt("một", "vi"))
    assert not tablet.available("vi")


def test_the_next_program_is_tried(voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    broken = program(tmp_path / "broken", "exit 3")
    several = ProcessPlayer([("/nowhere/pw-play",), (broken,), (loudspeaker.program,)])
    tablet = voice(player=several)
    wait_for(lambda: tablet.available("vi"))
    say(tablet, prompt("một", "vi"))
    assert len(loudspeaker.heard()) == 1


def test_without_a_player_at_all(voice: MakeVoice, caplog: pytest.LogCaptureFixture) -> None:
    tablet = voice(player=ProcessPlayer([]))
    say(tablet, prompt("một", "vi"))
    assert not tablet.available("vi")
    assert [record.message for record in caplog.records] == [
        "read-aloud: nothing can be heard: no program to play sound with"
    ]


@pytest.mark.parametrize("name", ["/nowhere/espeak-ng", "false"])
def test_without_espeak_ng_it_says_so_once(
    voice: MakeVoice, loudspeaker: Loudspeaker, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    tablet = voice(program=name)
    say(tablet, prompt("một", "vi"), prompt("hai", "vi"))
    assert not tablet.available("vi")
    assert loudspeaker.heard() == []
    told = [record.message for record in caplog.records]
    assert len(told) == 2
    assert told[0].startswith(f"read-aloud: {name}")
    assert told[1] == "read-aloud: no voice for 'vi'"


def test_a_full_disk_ends_the_turn_and_not_the_voice(
    voice: MakeVoice, loudspeaker: Loudspeaker, scratch: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tablet = voice(retry_s=0.1)
    wait_for(lambda: tablet.available("vi"))
    scratch.rmdir()  # what cannot be made cannot be written either
    say(tablet, prompt("một", "vi"))
    assert not tablet.available("vi")
    assert [record.message for record in caplog.records] == [
        "read-aloud: no room for a sound file: No such file or directory"
    ]
    scratch.mkdir()
    wait_for(lambda: tablet.available("vi"))
    say(tablet, prompt("một", "vi"))
    assert len(loudspeaker.heard()) == 1


def test_a_player_that_hangs_is_given_up(
    voice: MakeVoice,
    loudspeaker: Loudspeaker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(player, "_PATIENCE_S", 0.2)
    tablet = voice()
    wait_for(lambda: tablet.available("vi"))
    loudspeaker.hold()
    say(tablet, prompt("một", "vi"), prompt("hai", "vi"))
    assert not tablet.available("vi")
    assert "did not come to an end" in caplog.text
    assert all(map(gone, loudspeaker.pids()))


def test_speech_that_hangs_is_given_up(
    voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synth, "_RENDER_S", 0.2)
    stuck = program(tmp_path / "stuck", f'[ "$1" = --voices ] && exec {ESPEAK} --voices\nsleep 600')
    tablet = voice(program=stuck)
    say(tablet, prompt("một", "vi"))
    assert loudspeaker.heard() == []


def test_a_player_of_another_kind_may_fail_in_its_own_way(voice: MakeVoice) -> None:
    class Odd:
        def play(self, wav: Path, stop: threading.Event) -> None:
            raise Silence("the sound card is on strike")

    tablet = voice(player=Odd())
    say(tablet, prompt("một", "vi"))
    assert not tablet.available("vi")


# --- the caller and the citizen ---------------------------------------------------------------------------


def test_the_caller_is_never_held_up(voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    slow = program(tmp_path / "slow", f'[ "$1" = --voices ] && exec {ESPEAK} --voices\nsleep 600')
    tablet = voice(program=slow)
    began = time.monotonic()
    for _ in range(50):
        tablet.say([prompt(GREETING, "vi")] * 3)
        assert tablet.speaking
        tablet.available("vi")
        tablet.volume = 0.7
    tablet.stop()
    assert time.monotonic() - began < 5.0  # one call that waited would take 600 s, or the look before it


def test_words_go_in_by_stdin_only_and_never_into_the_log(
    voice: MakeVoice, loudspeaker: Loudspeaker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spy = program(
        tmp_path / "spy",
        f'[ "$1" = --voices ] && exec {ESPEAK} --voices\n'
        'echo "$@" > "$here/arguments"\ncat > "$here/stdin"\n'
        'echo "trouble with: $(cat "$here/stdin")"\nexit 1',
    )
    say(voice(program=spy), Prompt("bi-mat", "một điều bí mật", "vi"))
    assert (tmp_path / "stdin").read_text(encoding="utf-8") == "một điều bí mật"
    assert "bí mật" not in (tmp_path / "arguments").read_text(encoding="utf-8")
    assert "ended with 1" in caplog.text
    assert "bí mật" not in caplog.text


def test_nothing_to_say_is_said_quickly(voice: MakeVoice, loudspeaker: Loudspeaker) -> None:
    tablet = voice()
    tablet.say([])
    assert not tablet.speaking
    say(tablet, Prompt("", "", "vi"), Prompt("", "✓ …", "vi"), Prompt("", "\x00", "vi"))
    assert loudspeaker.heard() == []
