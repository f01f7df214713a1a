"""Vietnamese typing: keys in, text out. No Kivy, no dependency.

    composer = Composer(Method.TELEX, Style.OLD)
    composer.press("a")      Edit(delete=0, insert="a")
    composer.press("s")      Edit(delete=1, insert="á")
    composer.preview(Tone.HUYEN)   "à", what the tone key shows
    composer.tone(Tone.HUYEN)      Edit(delete=1, insert="à")
    composer.backspace()     Edit(delete=1, insert="")

The rules chosen are in docs/typing.md.
"""

from kiosk.typing.composer import Composer, Edit, Method
from kiosk.typing.letters import Style, Tone
from kiosk.typing.lines import type_line
from kiosk.typing.tones import preview

VOWEL_KEYS = "ăâđêôơư"
TONE_KEYS = (Tone.SAC, Tone.HUYEN, Tone.HOI, Tone.NGA, Tone.NANG, Tone.LEVEL)

__all__ = ["TONE_KEYS", "VOWEL_KEYS", "Composer", "Edit", "Method", "Style", "Tone", "preview", "type_line"]
