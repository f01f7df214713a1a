"""Read-aloud: the tablet's own words, never a citizen's, recorded by the office or spoken by espeak-ng.

``Voice.say([prompt(text, language), …])`` returns at once. No Kivy, nothing else of ours.
"""

from __future__ import annotations

from kiosk.aloud.player import Player, ProcessPlayer
from kiosk.aloud.processes import Silence
from kiosk.aloud.recordings import key_of
from kiosk.aloud.text import spoken
from kiosk.aloud.voice import Prompt, Voice, prompt

__all__ = ["Player", "ProcessPlayer", "Prompt", "Silence", "Voice", "key_of", "prompt", "spoken"]
