"""Whole lines of keystrokes, typed as a hand would type them."""

from __future__ import annotations

from kiosk.typing.composer import Composer, Edit, Method
from kiosk.typing.letters import LONGEST, Style, nfc


def type_line(keys: str, method: Method, style: Style = Style.OLD, rubout: str = "") -> str:
    """The text these keystrokes make; the end of the line ends the last word. ``rubout`` is the backspace."""
    composer, screen = Composer(method, style), list[str]()
    for key in nfc(keys):
        if key == rubout:
            _apply(screen, composer.backspace())
            if not composer.text:
                composer.adopt("".join(screen[-4 * LONGEST :]))
        else:
            _apply(screen, composer.press(key))
    _apply(screen, composer.finish())
    return nfc("".join(screen))


def _apply(screen: list[str], edit: Edit) -> None:
    if edit.delete:
        del screen[-edit.delete :]
    screen.extend(edit.insert)
