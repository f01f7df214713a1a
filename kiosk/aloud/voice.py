"""The tablet's voice: says a few prompts after one another on its own thread.

``say`` stops what is being said and returns at once. Trouble is told in the log once, until it changes:
never a word of what was said, only which language, which file, which program.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.aloud.player import Player, ProcessPlayer
from kiosk.aloud.processes import Silence
from kiosk.aloud.recordings import Recordings, fault, key_of, quieter
from kiosk.aloud.synth import Espeak
from kiosk.aloud.text import spoken

log = logging.getLogger(__name__)
RETRY_S = 60.0
"""How often a tablet without sound looks whether it has some now: a loudspeaker may be plugged in later."""
_FULL = 0.995
_PREFIX = "kiosk-voice-"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words of ours to be heard. ``key`` names the recording, "" has none. Never put typed text into it."""

    key: str
    text: str
    language: str


def prompt(text: str, language: str) -> Prompt:
    """The prompt for words as they stand on the screen; its recording is named after them."""
    return Prompt(key_of(text), text, language)


@dataclass(frozen=True, slots=True)
class _Turn:
    parts: tuple[Prompt, ...]
    stop: threading.Event


class Voice:
    """Safe from any thread; no call blocks or raises. ``volume`` is 0…1, from the next prompt on."""

    def __init__(
        self,
        sounds_dir: Path,
        program: str | None,
        *,
        player: Player | None = None,
        volume: float = 1.0,
        voices: Mapping[str, str] | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        self._recordings, self._espeak = Recordings(sounds_dir), Espeak(program, voices)
        self._player: Player = player or ProcessPlayer()
        self._volume, self._retry_s = _within(volume), retry_s
        self._turn: _Turn | None = None
        self._heard = False
        self._recorded: frozenset[str] = frozenset()
        self._told: dict[str, str] = {}
        self._closing = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._live, name="voice", daemon=True)
        self._thread.start()

    def say(self, parts: Sequence[Prompt]) -> None:
        """Say ``parts`` from now on, instead of whatever is being said."""
        with self._changed:
            self._hush()
            if parts and not self._closing.is_set():
                self._turn = _Turn(tuple(parts), threading.Event())
                self._changed.notify()

    def stop(self) -> None:
        """Be quiet."""
        with self._changed:
            self._hush()

    def close(self, timeout_s: float = 5.0) -> None:
        """Be quiet for good; no program of ours runs afterwards."""
        with self._changed:
            self._closing.set()
            self._hush()
            self._changed.notify()
        self._thread.join(timeout_s)

    @property
    def speaking(self) -> bool:
        """Whether something is being said or about to be."""
        return self._turn is not None and self._thread.is_alive()

    def available(self, language: str) -> bool:
        """Whether words in ``language`` can be heard on this tablet, as far as is known by now.

        False until the first look, a moment after the start, has found a sound device that plays.
        """
        can_say = self._espeak.speaks(language) or language in self._recorded
        return self._heard and can_say and self._thread.is_alive()

    @property
    def volume(self) -> float:
        """0 is silent, 1 as recorded."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = _within(volume)

    def _hush(self) -> None:
        if self._turn is not None:
            self._turn.stop.set()
            self._turn = None

    # --- on the voice's own thread ------------------------------------------------------------------------

    def _live(self) -> None:
        self._try(None)
        while not self._closing.is_set():
            with self._changed:
                wait_s = None if self._heard else self._retry_s
                self._changed.wait_for(lambda: self._turn or self._closing.is_set(), wait_s)
                turn = self._turn
            if not self._closing.is_set():
                self._try(turn)

    def _try(self, turn: _Turn | None) -> None:
        """Perform the turn; without one look what can be heard. Trouble with the disk ends neither of us."""
        try:
            self._perform(turn) if turn else self._look()
        except OSError as error:
            self._heard = False
            self._tell("storage", f"no room for a sound file: {error.strerror}")

    def _look(self) -> None:
        """Which voices there are, and whether a moment of stillness can be played."""
        self._recorded = self._recordings.languages()
        try:
            self._espeak.look(self._closing)
        except Silence as silence:
            self._tell("speech", str(silence))
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as scratch:
            still = Path(scratch) / "still.wav"
            with wave.open(str(still), "wb") as file:
                file.setparams((1, 2, 22050, 0, "NONE", ""))
                file.writeframes(bytes(2 * 22050 // 20))
            self._play(still, self._closing)

    def _perform(self, turn: _Turn) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix=_PREFIX) as scratch:
                for number, part in enumerate(turn.parts):
                    wav = self._wav(part, Path(scratch) / f"{number}.wav", turn.stop)
                    if turn.stop.is_set() or (wav and not self._play(wav, turn.stop)):
                        return
        finally:
            with self._changed:
                if self._turn is turn:
                    self._turn = None

    def _wav(self, part: Prompt, scratch: Path, stop: threading.Event) -> Path | None:
        """A file of the prompt at today's volume; None when there is nothing to be heard."""
        recording = self._recording(part)
        if recording and self._volume > _FULL:
            return recording
        if recording:
            quieter(recording, scratch, self._volume, stop)
            return scratch
        words = spoken(part.text, part.language)
        if not words:
            return None
        try:
            self._espeak.render(words, part.language, self._volume, scratch, stop)
        except Silence as silence:
            self._tell(f"speech {part.language}", str(silence))
            return None
        return scratch

    def _recording(self, part: Prompt) -> Path | None:
        path = self._recordings.find(part.key, part.language)
        trouble = fault(path) if path else None
        if path and trouble:
            name = f"{part.language}/{path.name}"
            self._tell(name, f"the recording {name} is not used: {trouble}")
        return None if trouble else path

    def _play(self, wav: Path, stop: threading.Event) -> bool:
        try:
            self._player.play(wav, stop)
        except Silence as silence:
            self._heard = False
            self._tell("sound", f"nothing can be heard: {silence}")
            return False
        if not stop.is_set():
            self._heard = True
            if self._told.pop("sound", None):
                log.info("read-aloud: sound can be heard again")
        return True

    def _tell(self, about: str, what: str) -> None:
        if self._told.get(about) != what:
            self._told[about] = what
            log.warning("read-aloud: %s", what)


def _within(volume: float) -> float:
    return min(1.0, max(0.0, volume))
