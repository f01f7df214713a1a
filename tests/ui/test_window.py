"""Kivy as a kiosk needs it, seen from a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROBE = """
import json, logging, os, sys
from kiosk.ui.window import configure
import kiosk.ui.app
early = [name for name in sys.modules if name.startswith("kivy")]
configure(640, 480, fullscreen=True)
from kivy.config import Config
print(json.dumps({
    "early": early,
    "escape": Config.get("kivy", "exit_on_escape"),
    "keyboard": Config.get("kivy", "keyboard_mode"),
    "cursor": Config.get("graphics", "show_cursor"),
    "multisamples": Config.get("graphics", "multisamples"),
    "input": Config.items("input"),
    "log_level": logging.getLogger("kivy").level,
    "modules": Config.items("modules"),
    "home": os.environ["KIVY_HOME"],
}))
"""


def test_kivy_is_set_up_for_a_kiosk_and_leaves_nothing_in_the_home(tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "SDL_VIDEODRIVER": "offscreen"}
    environment.pop("KIVY_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)

    assert seen["early"] == [], "importing the door loads no Kivy"
    assert (seen["escape"], seen["keyboard"], seen["cursor"], seen["multisamples"]) == ("0", "", "0", "0")
    assert seen["input"] == [["mouse", "mouse,multitouch_on_demand"]]
    assert seen["modules"] == []
    assert seen["log_level"] >= 30, "what is typed may be logged below warnings"
    assert list(tmp_path.iterdir()) == [], "no configuration in the home folder"
    assert not Path(seen["home"]).exists(), "the temporary folder is gone after the end"
    assert done.stderr == ""


def test_configure_after_the_window_is_refused(window):
    import pytest

    from kiosk.ui.window import WindowAlreadyOpenError, configure

    with pytest.raises(WindowAlreadyOpenError):
        configure(640, 480, fullscreen=False)
