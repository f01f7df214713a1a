"""Nothing is clipped, overlaps or is too small to touch: on every page, in every combination."""

from __future__ import annotations

import gc
import itertools
import weakref

import pytest

from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize, Theme

SIZES = [(1280, 800), (800, 1280)]
OTHER_SIZES = [(1920, 1200), (1024, 600), (600, 1024), (1080, 1920)]
SETS = ["binh-duong-2023", "bom-bo-2024", "ha-nam-2024", "binh-dinh-2022"]
BY_SLOGANS = {"home", "promises", "more-1"}
WITH_PLACE = {
    "home",
    "home-closed",
    "home-low",
    "promises",
    "thanks-3",
    "sorry",
    "not-saved",
    "pin",
    "notices",
}
"""Pages that say which office and desk this is."""


VARIANTS = {"home-again", "more-3", "not-saved-rated"}
VARIANTS |= {"comment", "comment-signs", "comment-warning"}
VARIANTS |= {"pin-locked", "pin-unset", "staff-with", "staff-empty", "staff-failed"}
VARIANTS |= {"staff-blind-later", "staff-few", "staff-usb-done", "staff-usb-none"}
VARIANTS |= {"admin-usb-written", "admin-enrolled", "admin-leave-watched", "pin-reset-done"}
BEHIND_PIN = ("admin", "staff", "pin")
LAID_OUT = itertools.count(1)


@pytest.fixture(autouse=True)
def _collected_once():
    """A test builds a hundred pages of some ten thousand objects each: looking through them all while they
    are made takes a quarter of its time. ``faults`` lets go of them a few dozen at a time."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


def pages(*, variants=True):
    """``variants`` differ from another page in a word only."""
    from kiosk.ui.preview import shots

    left_out = {"home-pressed"} | (set() if variants else VARIANTS)
    return [shot for shot in shots() if shot.name not in left_out]


def faults(studio, shot, given, size, built=None):
    """Of the words, and at the usual sizes of the window of what is touched too. ``built`` gets the page."""
    from kiosk.ui.fitting import misfits
    from kiosk.ui.viewlog import targets_of

    page = studio.lay_out(shot.build, given)
    found = list(misfits(page, *size))
    if size in SIZES:
        found += hard_to_touch(targets_of(page, size[1]), size)
    page.stop()
    if built is not None:
        built[shot.name] = weakref.ref(page)
    if next(LAID_OUT) % 40 == 0:
        gc.collect()
    return found


def hard_to_touch(targets, size):
    # Upright, ten letters share 800 px.
    key = 72 if size == (1280, 800) else 66
    for name, (x, y, width, height) in targets.items():
        least = 118 if name.startswith("rate-") else key if name.startswith(("pin-", "key-")) else 44
        inside = min(x, y) >= 0 and x + width <= size[0] and y + height <= size[1]
        if min(width, height) < least or not inside:
            yield f"target {name}: {width}×{height} at {x}, {y}"


FORMS = [("vi", text, Theme.LIGHT) for text in TextSize]
FORMS += [("en", text, Theme.LIGHT) for text in (TextSize.BASE, TextSize.LARGEST)]
FORMS += [("en", TextSize.LARGEST, Theme.CONTRAST)]
"""High contrast sets the same words in the same letters; its edges are looked at where room is scarcest."""
EXTREMES = (("vi", TextSize.BASE), ("vi", TextSize.LARGEST), ("en", TextSize.LARGEST))
"""What only staff see is looked at in these: a third of all pages, and nobody there is in a hurry."""
TIGHTEST = (*((text, Theme.LIGHT) for text in TextSize), (TextSize.LARGEST, Theme.CONTRAST))


@pytest.mark.parametrize(
    ("language", "text", "theme"), FORMS, ids=lambda part: getattr(part, "name", str(part)).lower()
)
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_every_page_fits(studio, size, language, text, theme):
    from kiosk.ui.preview import given_for

    look.set(size, Comfort(language, text, theme, still=True))
    given = given_for(SETS[0])
    wanted = pages(variants=theme is Theme.LIGHT)  # the themes set the same words
    if (language, text) not in EXTREMES:
        wanted = [shot for shot in wanted if not shot.name.startswith(BEHIND_PIN)]
    built = {}
    found = {shot.name: bad for shot in wanted if (bad := faults(studio, shot, given, size, built))}
    assert found == {}
    studio.lay_out(pages()[0].build, given).stop()  # what was to come in the next frame has come
    gc.collect()
    kept = [name for name, page in built.items() if page() is not None]
    assert kept == [], "a kiosk builds some hundred thousand pages a year: one that stays ends it"


@pytest.mark.parametrize("slogans", SETS[1:])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_every_slogan_set_fits(studio, size, language, slogans):
    from kiosk.ui.preview import given_for

    given, found = given_for(slogans), {}
    for text, theme in TIGHTEST:
        look.set(size, Comfort(language, text, theme, still=True))
        for shot in pages():
            if shot.name in BY_SLOGANS and (bad := faults(studio, shot, given, size)):
                found[(shot.name, text.name, theme.name)] = bad
    assert found == {}


@pytest.mark.parametrize("size", OTHER_SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_other_windows_fit_too(studio, size):
    from kiosk.ui.preview import given_for

    given, found = given_for(SETS[0]), {}
    # A larger window of the same shape shows the same page, scaled: its extremes are enough.
    for text in (TextSize.BASE, TextSize.LARGEST) if min(size) < 800 else (TextSize.LARGEST,):
        look.set(size, Comfort("vi", text, Theme.LIGHT, still=True))
        for shot in pages(variants=False):
            if bad := faults(studio, shot, given, size):
                found[(shot.name, text.name)] = bad
    assert found == {}


@pytest.mark.parametrize("slogans", SETS)
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_all_promises_are_on_home_whole_and_not_small(studio, size, slogans):
    from kiosk.ui.preview import given_for
    from kiosk.ui.screens.home import HomeScreen

    given = given_for(slogans)
    for text in TextSize:
        look.set(size, Comfort("vi", text, Theme.LIGHT, still=True))
        home = studio.lay_out(lambda given: HomeScreen(**given), given)
        plan = home.ids.board.plan
        home.stop()
        shown = {row.key: " ".join(row.lines) for row in plan.rows}
        assert shown == {promise.key: promise.text for promise in given["facts"].slogans.promises}
        assert plan.factor * 21 >= 17, "a promise is read at arm's length"
        if text is not TextSize.LARGEST:
            details = {row.key: " ".join(row.detail) for row in plan.rows}
            for promise in given["facts"].slogans.promises:
                assert details[promise.key] == promise.detail


def test_very_long_office_name_still_fits(studio):
    from dataclasses import replace

    from kiosk.ui.preview import given_for

    given = given_for(SETS[0])
    name = "Trung tâm Phục vụ hành chính công phường Hòa Thọ Đông – UBND thành phố Đà Nẵng, cơ sở số 2"
    given["facts"] = replace(given["facts"], office=name, unit_name="Bộ phận Tiếp nhận và Trả kết quả " * 2)
    for size, text in itertools.product(SIZES, (TextSize.BASE, TextSize.LARGEST)):
        look.set(size, Comfort("vi", text, Theme.LIGHT, still=True))
        shots = [shot for shot in pages() if shot.name in WITH_PLACE]
        assert len(shots) == len(WITH_PLACE)
        assert {s.name: bad for s in shots if (bad := faults(studio, s, given, size))} == {}


def test_the_check_itself_sees_a_clipped_word(studio):
    from kivy.uix.boxlayout import BoxLayout

    from kiosk.ui.fitting import misfits
    from kiosk.ui.widgets.text import Text

    look.set(SIZES[0], Comfort())

    def build(_):
        page = BoxLayout()
        page.tick = lambda now: None
        text = Text(text="Nguyễnvănphứcrấtdài")
        text.size_hint_x, text.width = None, 40
        page.add_widget(text)
        return page

    assert misfits(studio.lay_out(build, {}), *SIZES[0])
