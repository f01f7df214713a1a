"""What the kiosk session's compositor (weston) is told: one program over the whole screen, never dark, turned
as the tablet hangs. ``python -m kiosk.compositor --config FILE`` prints its weston.ini.

It answers even to a config.yaml that the kiosk itself refuses: the screen must stand to say what is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from yaml.nodes import MappingNode, ScalarNode

from kiosk.settings import ROTATIONS
from kiosk.yaml_lines import LineError, compose

_TRANSFORMS = {"0": "normal", "90": "rotate-90", "180": "rotate-180", "270": "rotate-270"}
_SCREENS = Path("/sys/class/drm")
_NESTED = ("screen0", "headless")
"""What weston calls its outputs where it has no screen of its own: in a window, in nothing."""
_GENERAL = """\
[core]
shell=kiosk-shell.so
xwayland=true
modules=systemd-notify.so
idle-time=0
require-input=false

[shell]
background-color=0xfffbf6ee
allow-zap=false
binding-modifier=none

[keyboard]
vt-switching=false

[autolaunch]
path=/opt/satisfaction-kiosk/bin/announce
"""


def weston_ini(rotation: str, outputs: Iterable[str]) -> str:
    """The file; ``rotation`` is how far the tablet was turned clockwise, in degrees."""
    turn = _TRANSFORMS[rotation]
    return _GENERAL + "".join(f"\n[output]\nname={name}\ntransform={turn}\n" for name in outputs)


def outputs(screens: Path = _SCREENS) -> list[str]:
    """Every connector the kernel knows (card0-HDMI-A-1 → HDMI-A-1): weston has no word for "all of them"."""
    found = {path.name.partition("-")[2] for path in screens.glob("card*-*")}
    return [*sorted(found), *_NESTED]


def rotation_of(config: Path) -> str:
    """``screen.rotation`` of a config.yaml; "0" where it says none or nothing that can be read."""
    try:
        node = compose(config, LineError)
    except LineError:
        return "0"
    said = _child(_child(node, "screen"), "rotation")
    value = str(said.value) if isinstance(said, ScalarNode) else "0"
    return value if value in ROTATIONS else "0"


def _child(node: object, key: str) -> object:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def main(argv: list[str] | None = None) -> int:
    """Print weston.ini for ``--config``."""
    parser = argparse.ArgumentParser(prog="kiosk.compositor", description=main.__doc__)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the tablet's config.yaml")
    sys.stdout.write(weston_ini(rotation_of(parser.parse_args(argv).config), outputs()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
