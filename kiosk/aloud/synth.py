"""Words → WAV file, by espeak-ng."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Event

from kiosk.aloud.processes import Silence, run

WORDS_A_MINUTE = 150
"""espeak-ng's own 175 is brisk for a Vietnamese ear that meets a machine."""
_LOUDEST = 100
_LIST_S, _RENDER_S = 5.0, 20.0


class Espeak:
    """``voices`` may name another voice for a language, as ``{"vi": "vi-vn-x-south"}``."""

    def __init__(self, program: str | None, voices: Mapping[str, str] | None = None) -> None:
        self._program, self._voices = program, dict(voices or {})
        self._known: frozenset[str] = frozenset()

    def look(self, stop: Event) -> None:
        """Find out which voices there are. Raises Silence when the program is missing or useless."""
        self._known = frozenset()
        if self._program is None:
            raise Silence("no speech program is set")
        ended = run([self._program, "--voices"], stop, _LIST_S)
        if ended.code:
            raise Silence(f"{self._program} --voices ended with {ended.code}")
        # " 5  vi-vn-x-south   --/M      Vietnamese_(Southern) …" below one line of headings
        codes = {row.split()[1] for row in ended.output.splitlines()[1:] if len(row.split()) > 1}
        self._known = frozenset(codes | {code.partition("-")[0] for code in codes})

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for ``language``, as far as ``look`` saw."""
        return self._voices.get(language, language) in self._known

    def render(self, words: str, language: str, volume: float, wav: Path, stop: Event) -> None:
        """Write ``words`` to ``wav``, ``volume`` 0…1. Raises Silence when nothing was written."""
        if self._program is None or not self.speaks(language):
            raise Silence(f"no voice for '{language}'")
        voice, amplitude = self._voices.get(language, language), str(round(volume * _LOUDEST))
        settings = ["-v", voice, "-s", str(WORDS_A_MINUTE), "-a", amplitude]
        ended = run([self._program, *settings, "-b", "1", "--stdin", "-w", str(wav)], stop, _RENDER_S, words)
        # It ends with 0 also when it could not write.
        if ended.code is not None and (ended.code or not wav.exists()):
            raise Silence(f"{self._program} wrote nothing (it ended with {ended.code})")
