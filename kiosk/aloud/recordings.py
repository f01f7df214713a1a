"""The office's own recordings: ``assets/sounds/<language>/<the words without marks>.wav``."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import wave
from array import array
from pathlib import Path
from threading import Event

from kiosk.aloud.processes import Silence

LONGEST_KEY = 100
_KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FRAMES = 4096


def key_of(text: str) -> str:
    """The name of a recording of ``text``: "Rất hài lòng" → ``rat-hai-long``.

    Made from the words themselves, so that changed words never meet the old voice. Long ones are cut and
    end in a mark of the whole.
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    words = re.findall(
        r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)).lower()
    )
    key = "-".join(words)
    if len(key) <= LONGEST_KEY:
        return key
    mark = hashlib.sha256(key.encode()).hexdigest()[:6]
    return f"{key[: LONGEST_KEY - 7].rstrip('-')}-{mark}"


def fault(path: Path) -> str | None:
    """Why the file cannot be played, or None. Reads its head only."""
    try:
        with wave.open(str(path), "rb") as sound:
            if sound.getsampwidth() != 2:
                return f"{8 * sound.getsampwidth()} bits, not 16"
            if sound.getnchannels() > 2:
                return f"{sound.getnchannels()} channels, not 1 or 2"
            return None if sound.getnframes() else "no sound in it"
    except (wave.Error, EOFError) as error:
        return f"not a PCM WAV file ({error or 'it ends too early'})"
    except OSError as error:
        return str(error.strerror)


def seconds(path: Path) -> float:
    """How long a faultless file plays."""
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError, OSError, ZeroDivisionError) as error:
        raise Silence(f"{path.name} cannot be read: {error}") from error


def quieter(source: Path, target: Path, volume: float, stop: Event) -> None:
    """Write ``source``, a faultless file, to ``target`` with every sample times ``volume``."""
    factor = round(volume * 256)
    with wave.open(str(source), "rb") as loud, wave.open(str(target), "wb") as soft:
        soft.setparams(loud.getparams())
        # In small bites with the lock let go between them: the screen must not stutter meanwhile.
        while (frames := loud.readframes(_FRAMES)) and not stop.wait(0.001):
            samples = array("h", frames[: len(frames) // 2 * 2])  # a cut-off file may end in half a sample
            soft.writeframes(array("h", [(sample * factor) >> 8 for sample in samples]).tobytes())


class Recordings:
    """The recordings under ``directory``; which there are is looked up when they are asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()

    def find(self, key: str, language: str) -> Path | None:
        """The file for ``key``; None when there is none or the names are none of ours."""
        if len(key) > LONGEST_KEY or not _KEY.fullmatch(key) or not _LANGUAGE.fullmatch(language):
            return None
        path = self._directory / language / f"{key}.wav"
        return path if path.is_file() else None

    def languages(self) -> frozenset[str]:
        """Languages with at least one recording."""
        return frozenset(path.parent.name for path in self._directory.glob("*/*.wav"))

    def named(self) -> list[tuple[Path, str | None]]:
        """Every file below the directory with what is wrong about it, in order of their names."""
        files = sorted(path for path in self._directory.glob("*/*") if path.is_file())
        return [(path, _misnamed(path) or fault(path)) for path in files]


def _misnamed(path: Path) -> str | None:
    if path.suffix != ".wav" or not _KEY.fullmatch(path.stem):
        return "a name has small letters without marks, digits and dashes, then .wav"
    return None
