"""What stays out of Kivy is nothing that the kiosk uses."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import json, sys
from pathlib import Path
from kiosk.ui import slim
from kiosk.ui.window import configure
configure(640, 480, fullscreen=False)
slim.load()
import kivy
from kivy.config import Config
from kivy.core.text import Label
from kivy.core.window import Window
from kivy.base import EventLoop
from kivy.lang import Builder
EventLoop.ensure_window()
EventLoop.start()
before = set(sys.modules)
import asyncio
from kivy.input.factory import MotionEventFactory
print(json.dumps({
    "loaded": sorted(before & {"asyncio", "ssl", "PIL", "kivy.input.providers.mtdev"}),
    "rules": len(Builder.rules),
    "data": Path(kivy.kivy_data_dir, "style.kv").stat().st_size > 0,
    "mouse": MotionEventFactory.get("mouse") is not None,
    "touch": [type(provider).__name__ for provider in EventLoop.input_providers],
    "asyncio": callable(asyncio.run),
    "text": Label(text="Ẳ").get_extents("Ẳ")[0] > 0,
    "graphics": Window.render_context is not None,
}))
"""


def test_kivy_starts_without_what_no_page_uses_and_works():
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout.splitlines()[-1])

    assert seen["loaded"] == []
    assert seen["rules"] < 10, "Kivy's own style.kv was read"
    assert seen["data"], "Kivy's folder is its own again"
    assert seen["mouse"]
    assert seen["touch"] == ["SDL2MotionEventProvider"]
    assert seen["asyncio"], "whoever wants asyncio later gets the real one"
    assert seen["text"]
    assert seen["graphics"]
    assert done.stderr == ""


def test_no_page_uses_a_widget_of_kivy_that_would_need_its_style():
    (folder,) = find_spec("kivy").submodule_search_locations
    style = Path(folder, "data", "style.kv").read_text(encoding="utf-8")
    heads = re.findall(r"^<([^>]+)>", style, re.MULTILINE)
    ruled = {name.strip(" -").split("@")[0] for head in heads for name in head.split(",")}
    assert {"Label", "Button", "ScrollView", "TextInput"} <= ruled
    pages = [*(ROOT / "kiosk" / "ui").rglob("*.py"), *(ROOT / "kiosk" / "ui").rglob("*.kv")]
    used = {(path.name, name) for path in pages for name in _names(path)}
    assert ("home.kv", "BoxLayout") in used
    assert ("board.py", "Widget") in used
    assert {pair for pair in used if pair[1] in ruled} == set()


def _names(path: Path) -> list[str]:
    """Widgets that a kv file sets or a module takes from kivy.uix."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".kv":
        bases = re.findall(r"^<\w+@([\w+]+)>", text, re.MULTILINE)
        return re.findall(r"^ +([A-Z]\w*):", text, re.MULTILINE) + "+".join(bases).split("+")
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    taken = [node for node in imports if (node.module or "").startswith("kivy.uix")]
    return [alias.name for node in taken for alias in node.names]
