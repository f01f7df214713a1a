"""A USB keyboard on the page: the window's text and key events as characters and names of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Kivy's numbers for keys that make no character.
USB_KEYS = {
    8: "backspace",
    127: "delete",
    13: "enter",
    271: "enter",
    276: "left",
    275: "right",
    273: "up",
    274: "down",
    278: "home",
    279: "end",
}
WITH_OTHERS = {"ctrl", "alt", "meta"}


class UsbKeys:
    """``typed`` gets every printable character, ``key`` the name of every other key that means something."""

    def __init__(self, typed: Callable[[str], None], key: Callable[[str], None]) -> None:
        self._typed, self._key = typed, key

    def bind(self, window: Any) -> None:
        window.bind(on_textinput=self._on_text, on_key_down=self._on_key)

    def unbind(self, window: Any) -> None:
        window.unbind(on_textinput=self._on_text, on_key_down=self._on_key)

    def _on_text(self, _: object, text: str) -> bool:
        for char in text:
            if char.isprintable():
                self._typed(char)
        return True

    def _on_key(
        self, _: object, key: int, scancode: int, codepoint: str | None, modifiers: list[str]
    ) -> bool:
        name = USB_KEYS.get(key)
        if name is None or WITH_OTHERS & set(modifiers):
            return False
        self._key(name)
        return True
