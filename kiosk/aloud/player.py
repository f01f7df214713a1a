"""Getting a WAV file out of the loudspeaker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Protocol

from kiosk.aloud.processes import Silence, run
from kiosk.aloud.recordings import seconds

COMMANDS = (("pw-play",), ("paplay",), ("aplay", "-q"))
"""PipeWire's, PulseAudio's, ALSA's: with a sound server ALSA's own device may be taken, so it comes last."""
_PATIENCE_S = 5.0
"""A sound server that is stuck must not keep a visit open for ever."""


class Player(Protocol):
    """Plays one file at a time. Only the voice's own thread calls it."""

    def play(self, wav: Path, stop: Event) -> None:
        """Return when ``wav`` has been heard or soon after ``stop`` is set; raise Silence if it cannot be."""


class ProcessPlayer:
    """Plays with a program of the system. The first that works is kept until it fails."""

    def __init__(self, commands: Sequence[Sequence[str]] = COMMANDS) -> None:
        self._commands = [tuple(command) for command in commands]

    def play(self, wav: Path, stop: Event) -> None:
        """See Player.play."""
        limit_s = seconds(wav) + _PATIENCE_S
        troubles = []
        for command in list(self._commands):
            try:
                _play(command, wav, stop, limit_s)
            except Silence as silence:
                troubles.append(str(silence))
                continue
            self._commands.remove(command)
            self._commands.insert(0, command)
            return
        raise Silence("; ".join(troubles) or "no program to play sound with")


def _play(command: Sequence[str], wav: Path, stop: Event, limit_s: float) -> None:
    ended = run([*command, str(wav.absolute())], stop, limit_s)
    if ended.code:
        lines = ended.output.strip().splitlines()
        raise Silence(f"{command[0]}: {lines[-1][:200] if lines else f'ended with {ended.code}'}")
