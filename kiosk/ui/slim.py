"""Loads Kivy without the parts that no page of the kiosk uses: 120 ms of its start and 9 MB.

Each part is kept out only while the module that would pull it in is imported; Kivy asks for none of them
afterwards. A later Kivy that goes other ways merely loads everything again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

UNUSED_INPUTS = ("tuio", "probesysfs", "mtdev", "hidinput", "linuxwacom", "leapfinger")
"""Input providers beside the window's own touches and the mouse; one of them starts a process to look for a
library."""


def load() -> None:
    """Imports Kivy's heart. After ``configure`` and whatever else sets Kivy's configuration."""
    with _instead("asyncio", wait_for=None):  # for programs that run Kivy inside a loop of their own
        import kivy.clock
    _load_language(Path(os.environ["KIVY_HOME"]))
    with ExitStack() as standing:
        for name in UNUSED_INPUTS:
            standing.enter_context(_instead(f"kivy.input.providers.{name}"))
        import kivy.input
    with _instead("decimal", Decimal=None):  # for pictures that cover a widget
        import kivy.uix.behaviors.cover  # noqa: F401


def _load_language(home: Path) -> None:
    """The kv language without Kivy's rules for its own buttons, bubbles and file choosers, 70 ms of reading.
    Ours are drawn by our own rules; tests/ui/test_slim.py sees to it that no page uses one of Kivy's."""
    import kivy
    import kivy.resources  # keeps the real folder

    home.mkdir(parents=True, exist_ok=True)
    (home / "style.kv").touch()
    real, kivy.kivy_data_dir = kivy.kivy_data_dir, str(home)
    try:
        import kivy.lang.builder
    finally:
        kivy.kivy_data_dir = real


@contextmanager
def _instead(name: str, **contents: object) -> Iterator[None]:
    """An empty module stands for ``name``, unless that is loaded already."""
    if name in sys.modules:
        yield
        return
    stand_in = ModuleType(name)
    vars(stand_in).update(contents)
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]
