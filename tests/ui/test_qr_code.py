"""The QR as a camera meets it: what the window shows, module by module."""

from __future__ import annotations

import pytest

from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize, Theme

LINK = "https://truso.example.vn/tra-cuu/K7M4QX2"


def picture_of(studio, text, extent, at=(100.4, 60.7)):
    from kivy.uix.boxlayout import BoxLayout
    from kivy.uix.floatlayout import FloatLayout

    from kiosk.ui.widgets.qr_code import QrCode

    def build(_):
        page = BoxLayout()
        page.tick = lambda now: None
        ground = FloatLayout()
        page.code = QrCode(text=text, extent=extent, pos=at)
        ground.add_widget(page.code)
        page.add_widget(ground)
        return page

    page = studio.lay_out(build, {})
    return page.code, studio.picture(page).convert("L")


def read(picture, code):
    """Every module of the code, each pixel of it looked at; fails on grey."""
    from kiosk.ui.widgets.qr_code import QUIET, matrix

    step, count = code.module, len(matrix(code.text)) + 2 * QUIET
    left = round(code.center_x - step * count / 2)
    top = picture.height - round(code.center_y - step * count / 2) - step * count
    rows = []
    for row in range(count):
        boxes = [
            (left + c * step, top + row * step, left + (c + 1) * step, top + (row + 1) * step)
            for c in range(count)
        ]
        cells = [picture.crop(box).getextrema() for box in boxes]
        assert set(cells) <= {(0, 0), (255, 255)}, "a module is one colour to its edge"
        rows.append(tuple(cell == (0, 0) for cell in cells))
    return tuple(rows)


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize("size", [(1280, 800), (1024, 600), (1080, 1920)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_modules_are_crisp_with_their_quiet_zone(studio, size, theme):
    from kiosk.ui.widgets.qr_code import QUIET, matrix

    look.set(size, Comfort("vi", TextSize.BASE, theme, still=True))
    code, picture = picture_of(studio, LINK, 240)
    seen = read(picture, code)
    inner = tuple(row[QUIET:-QUIET] for row in seen[QUIET:-QUIET])
    assert inner == matrix(LINK)
    assert not any(any(row) for row in (*seen[:QUIET], *seen[-QUIET:])), "white above and below"
    assert not any(any(row[:QUIET] + row[-QUIET:]) for row in seen), "white left and right"


def test_finders_stand_where_cameras_look_for_them(studio):
    from kiosk.ui.widgets.qr_code import matrix

    code = matrix(LINK)
    ring = [True, False, True, True, True, False, True]
    assert list(code[3][:7]) == list(code[3][-7:]) == list(code[-4][:7]) == ring
    assert list(code[-4][-7:]) != ring


def test_another_text_is_another_code_and_no_text_is_none(studio):
    look.set((1280, 800), Comfort())
    code, first = picture_of(studio, LINK, 200)
    _, second = picture_of(studio, LINK + "9", 200)
    assert first != second
    code, nothing = picture_of(studio, "", 200)
    assert code.module == 0
    assert nothing.getextrema()[0] > 200, "nothing dark where there is no link"


def test_modules_stay_large_enough_for_a_phone(studio):
    look.set((800, 1280), Comfort())
    long = "HTTPS://TRUSO.EXAMPLE.VN/P/" + "A7" * 60
    code, _ = picture_of(studio, long, 280)
    assert code.module >= 4
