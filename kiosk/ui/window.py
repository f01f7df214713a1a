"""Sets Kivy up for a kiosk. Must run before anything imports ``kivy.core.window``."""

from __future__ import annotations

import atexit
import ctypes
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

SPREADS = "KIOSK_SESSION_SPREADS"
"""Set where the session spreads every window over the screen by itself, as weston's kiosk-shell does."""


class WindowAlreadyOpenError(RuntimeError):
    """``configure`` came after the window was imported, so nothing it sets would hold."""


def configure(width: int, height: int, fullscreen: bool, home: Path | None = None) -> None:
    """``width`` × ``height`` in pixels; full screen takes the display's own size.

    ``home`` is where Kivy may keep its own few files; without it a temporary folder that is removed at exit.
    """
    if "kivy.core.window" in sys.modules:
        raise WindowAlreadyOpenError("configure() must run before kivy.core.window is imported")
    _environment(home)
    from kivy.config import Config

    managed = True
    if fullscreen:
        width, height, managed = _x11_screen() or (width, height, True)
        managed = managed and not _spreads()
    graphics = {
        "width": width,
        "height": height,
        "fullscreen": "auto" if fullscreen and managed else 0,
        "position": "auto" if managed else "custom",
        "left": 0,
        "top": 0,
        "show_cursor": 0 if fullscreen else 1,
        "borderless": 1 if fullscreen else 0,
        "resizable": 0 if fullscreen else 1,
        "multisamples": 0,  # doubles the time of a frame; shapes are smoothed by themselves
        "minimum_width": 480,
        "minimum_height": 480,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
    if fullscreen and _spreads():
        Config.set("graphics", "window_state", "hidden")
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "keyboard_mode", "")
    Config.set("kivy", "log_enable", "0")
    Config.remove_section("modules")  # no inspector, no monitor, whatever a config file says
    Config.add_section("modules")
    _inputs(Config)
    # Kivy logs input devices and texts at its lower levels; nothing a citizen types may reach a log. Its own
    # import has just set the level, so this comes last.
    logging.getLogger("kivy").setLevel(logging.WARNING)


def spread() -> None:
    """Shows the window that ``configure`` left hidden for a session that spreads it; else does nothing.

    It appears in full screen there. One that asks for it after it has appeared, as SDL's do, was left lying
    beside its place by weston one time in five on a busy machine.
    """
    from kivy.core.window import Window

    if not _spreads():
        return
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    names = b"_NET_WM_STATE", b"_NET_WM_STATE_FULLSCREEN"
    state, full = (ctypes.c_ulong(x11.XInternAtom(display, name, 0)) for name in names)
    window, atom, bits, replace = ctypes.c_ulong(Window.get_window_info().window), ctypes.c_ulong(4), 32, 0
    x11.XChangeProperty(display, window, state, atom, bits, replace, ctypes.byref(full), 1)
    x11.XCloseDisplay(display)  # which sends it
    Window.show()


def _spreads() -> bool:
    return SPREADS in os.environ and bool(os.environ.get("DISPLAY"))


def _x11_screen() -> tuple[int, int, bool] | None:
    """The X screen's width and height in pixels, and whether a window manager is there. Without one (a bare
    kiosk session, Xvfb) nobody stretches a full-screen window, and SDL waits a tenth of a second for somebody
    to do so: the window must be born with the right size, in the right place. None where there is no X."""
    if not os.environ.get("DISPLAY") or os.environ.get("SDL_VIDEODRIVER", "x11") != "x11":
        return None
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    pointer = ctypes.c_void_p(display)
    try:
        screen = x11.XDefaultScreen(pointer)
        size = int(x11.XDisplayWidth(pointer, screen)), int(x11.XDisplayHeight(pointer, screen))
        return *size, _is_managed(x11, pointer)
    finally:
        x11.XCloseDisplay(pointer)


def _is_managed(x11: ctypes.CDLL, display: ctypes.c_void_p) -> bool:
    """Window managers say so at the root window (freedesktop.org, Extended Window Manager Hints)."""
    x11.XInternAtom.restype = x11.XDefaultRootWindow.restype = ctypes.c_ulong
    hint = x11.XInternAtom(display, b"_NET_SUPPORTING_WM_CHECK", 1)
    if not hint:
        return False  # no program has ever spoken of it here
    kind, count, rest = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
    form, found = ctypes.c_int(), ctypes.c_void_p()
    root, any_kind = ctypes.c_ulong(x11.XDefaultRootWindow(display)), ctypes.c_ulong(0)
    x11.XGetWindowProperty(
        display, root, ctypes.c_ulong(hint), ctypes.c_long(0), ctypes.c_long(1), 0, any_kind,
        ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count), ctypes.byref(rest), ctypes.byref(found),
    )  # fmt: skip
    if found:
        x11.XFree(found)
    return bool(count.value)


def _environment(home: Path | None) -> None:
    if home is None:
        home = Path(tempfile.mkdtemp(prefix="kiosk-kivy-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",  # the kiosk's own logging decides what is kept
        KIVY_HOME=str(home),
        # SDL does it all; Pillow is loaded for the first photo, on its own thread.
        KIVY_IMAGE="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_WINDOW="sdl2",
        # A finger must not arrive twice, once as touch and once as a mouse made from it.
        SDL_TOUCH_MOUSE_EVENTS="0",
        SDL_MOUSE_TOUCH_EVENTS="0",
    )


def _inputs(config: object) -> None:
    """The window's own touches and the mouse, no second reading of /dev/input beside them."""
    for name, _ in list(config.items("input")):  # type: ignore[attr-defined]
        config.remove_option("input", name)  # type: ignore[attr-defined]
    # Without "on demand" a right click leaves a red dot that acts as a second finger.
    config.set("input", "mouse", "mouse,multitouch_on_demand")  # type: ignore[attr-defined]
