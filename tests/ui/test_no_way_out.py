"""Nothing that a hand or a USB keyboard can do at the home screen leads out of the kiosk.

Every key with every set of modifiers goes through the window as Kivy's own provider would send it; then the
gestures. What really comes from an X server is in tests/security/test_tablet_files.py.
"""

from __future__ import annotations

import itertools
import logging
import random
import time

import pytest

from kiosk.ui.session import Page
from kiosk.views import HomeView

MODIFIERS = [
    list(some)
    for count in range(5)
    for some in itertools.combinations(("ctrl", "alt", "shift", "meta"), count)
]
PRINTED = range(256)
NAMED = range(256, 330)
"""Kivy's own numbers of arrows, F1 to F15, print, menu, power."""
SCANNED = [(1 << 30) | scancode for scancode in range(300)]
"""SDL's numbers of whatever has no letter: F13 to F24, media, browser, mail, calculator, sleep, eject."""
KEYS = [*PRINTED, *NAMED, *SCANNED]


@pytest.fixture
def errors(caplog):
    caplog.set_level(logging.ERROR)
    return caplog


def press(window, key, modifiers):
    """All that a key sets going, in Kivy's order."""
    text = chr(key) if 32 <= key < 256 and not {"ctrl", "alt", "meta"} & set(modifiers) else None
    scancode = key & 0x3FFFFFFF
    window.dispatch("on_key_down", key, scancode, text, modifiers)
    window.dispatch("on_keyboard", key, scancode, text, modifiers)
    if text:
        window.dispatch("on_textinput", text)
    window.dispatch("on_key_up", key, scancode)


def stands(kiosk, window, page):
    from kivy.base import EventLoop

    kiosk.frame(2)
    assert not EventLoop.quit
    assert kiosk.app.stage.page is page, kiosk.page
    assert window.children == [kiosk.app.root], "nothing lies over the page"
    assert kiosk.desk.saves == []
    assert not kiosk.app.anew


@pytest.mark.parametrize("modifiers", MODIFIERS, ids=lambda some: "+".join(some) or "alone")
def test_no_key_leads_out_of_home(kiosk, window, errors, modifiers):
    page = kiosk.app.stage.page
    for key in KEYS:
        press(window, key, modifiers)
    stands(kiosk, window, page)
    assert errors.records == []


def test_no_key_opens_a_page_behind_the_pin(kiosk, window, errors):
    """Digits and Enter may type at the pad; nothing else there is a way in."""
    kiosk.app.open_page(Page.PIN)
    kiosk.settle()
    for modifiers in MODIFIERS:
        for key in KEYS:
            press(window, key, modifiers)
    kiosk.frame(3)
    assert kiosk.app.session.page in (Page.PIN, None)
    assert all(not pin.isalpha() for pin, _ in kiosk.desk.pins)
    assert window.children == [kiosk.app.root]
    assert errors.records == []


def test_closing_and_minimizing_are_not_heeded_in_full_screen(start, window):
    kiosk = start(fullscreen=True)
    page = kiosk.app.stage.page
    for _ in range(3):
        assert window.dispatch("on_request_close", source="keyboard") is True
        window.dispatch("on_minimize")
        window.dispatch("on_restore")
        window.dispatch("on_hide")
        window.dispatch("on_show")
        window.dispatch("on_cursor_leave")
        window.dispatch("on_drop_begin", 5, 5)
        window.dispatch("on_drop_file", b"/etc/passwd", 5, 5)
        window.dispatch("on_drop_text", b"javascript:alert(1)", 5, 5)
        window.dispatch("on_drop_end", 5, 5)
    stands(kiosk, window, page)


def touch_at(window, x, y, button=None):
    from kivy.tests.common import UnitTestTouch

    touch = UnitTestTouch(x, y)
    if button:
        touch.profile = ["pos", "button"]
        touch.button = button
    return touch


@pytest.mark.parametrize(
    "button", ["right", "middle", "mouse4", "mouse5", "scrollup", "scrolldown", "scrollleft"]
)
def test_other_buttons_do_nothing_anywhere(kiosk, window, errors, button):
    page = kiosk.app.stage.page
    for x in range(0, 1281, 128):
        for y in range(0, 801, 100):
            touch = touch_at(window, min(x, 1279), min(y, 799), button)
            touch.touch_down()
            touch.touch_up()
    stands(kiosk, window, page)
    assert errors.records == []


def only_for_citizens(kiosk, window):
    kiosk.frame(2)
    assert window.children == [kiosk.app.root]
    session = kiosk.app.session
    assert session.page not in (Page.STAFF, Page.ADMIN), "a page behind the PIN stands open"


def test_swipes_pinches_and_many_fingers_open_nothing_behind_the_pin(kiosk, window, errors):
    """From every edge, across, apart and together, ten fingers at once, again and again."""
    dice = random.Random(7)
    edges = [(0, 400), (1279, 400), (640, 0), (640, 799), (0, 0), (1279, 799), (0, 799), (1279, 0)]
    for x, y in edges:
        touch = touch_at(window, x, y)
        touch.touch_down()
        for step in range(1, 9):
            touch.touch_move(x + (640 - x) * step / 8, y + (400 - y) * step / 8)
        touch.touch_up()
        only_for_citizens(kiosk, window)
    for _round in range(12):
        fingers = [touch_at(window, dice.uniform(0, 1279), dice.uniform(0, 799)) for _ in range(10)]
        for finger in fingers:
            finger.touch_down()
        for _ in range(4):
            for finger in fingers:
                finger.touch_move(dice.uniform(0, 1279), dice.uniform(0, 799))
        for finger in dice.sample(fingers, len(fingers)):
            finger.touch_up()
        only_for_citizens(kiosk, window)
    assert errors.records == []


def test_a_long_press_anywhere_asks_for_the_pin_at_most(kiosk, window, errors):
    """A finger on each place for longer than the corner wants; only the corner answers, with the PIN."""
    corner = (20, 780)
    places = [(x, y) for x in (20, 330, 640, 950, 1260) for y in (20, 270, 530, 780) if (x, y) != corner]
    for held, wanted in ((places, None), ([corner], Page.PIN)):
        fingers = [touch_at(window, x, y) for x, y in held]
        for finger in fingers:
            finger.touch_down()
        time.sleep(2.1)
        kiosk.frame(2)
        for finger in fingers:
            finger.touch_up()
        only_for_citizens(kiosk, window)
        assert kiosk.app.session.page is wanted
        kiosk.app.show(HomeView())
        kiosk.settle()
    assert errors.records == []
