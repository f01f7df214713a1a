"""The signboard on a real offscreen window. With SIGN_SHOTS=DIR every page and tape is also saved there."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from kiosk.survey import load_slogans
from kiosk.ui.board_plan import in_language
from kiosk.ui.look import Comfort, look
from kiosk.ui.signboard import SignDeps

from .conftest import ASSETS, NOW

ROOT = ASSETS.parent
SETS = ["binh-duong-2023", "bom-bo-2024", "ha-nam-2024", "binh-dinh-2022"]
SCREENS = [(1280, 800), (1920, 1080), (800, 1280)]
LED = [(1920, 240), (960, 96), (512, 64)]
ESCAPE, F1 = 27, 282


def named(size):
    return f"{size[0]}x{size[1]}"


def deps(slogans=SETS[0], **changes):
    given = {
        "office_name": "UBND phường Thủ Dầu Một",
        "unit_name": "Bộ phận Một cửa",
        "slogans": load_slogans(ASSETS / "slogans", slogans),
        "assets_dir": ASSETS,
        "now": lambda: NOW,
    }
    return SignDeps(**(given | changes))


def frames(count=1):
    """Draws, and waits for the GPU: without glFinish memory grows and pixels lag."""
    from kivy.base import EventLoop
    from kivy.graphics.opengl import glFinish

    for _ in range(count):
        EventLoop.idle()
        glFinish()


@pytest.fixture
def board(studio):
    """Builds a board for a window of any size: ``board((960, 96), slogans, style=…)``."""
    from kiosk.ui.sign.board import SignBoard

    def build(size, slogans=SETS[0], **changes):
        given = deps(slogans, **changes)
        look.set(size, Comfort(language=given.language, still=given.still))
        made = SignBoard(given)
        settle_layout()
        return made

    return build


def settle_layout():
    from kivy.clock import Clock
    from kivy.lang import Builder

    for _ in range(2):
        Clock.tick()
        Clock.tick_draw()
        Builder.sync()


@pytest.fixture
def picture(studio):
    """What a board looks like; kept as a file where SIGN_SHOTS names a folder."""

    def take(made, name):
        settle_layout()
        image = studio.picture(made)
        if folder := os.environ.get("SIGN_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            image.save(Path(folder) / f"{name}.png")
        return image

    return take


@pytest.fixture
def start(window, tmp_path):
    """Runs the whole app in the one window."""
    from kiosk.ui.sign.app import SignApp

    running, before = [], (look.width, look.height, look.comfort)
    cursor, ground = window.show_cursor, window.clearcolor

    def run(slogans=SETS[0], **changes):
        app = SignApp(deps(slogans, **({"fullscreen": False} | changes)))
        app._run_prepare()
        running.append(app)
        frames(3)
        return app

    yield run
    for app in running:
        app.dispatch("on_stop")
        window.remove_widget(app.root)
        window.unbind(on_keyboard=app._on_keyboard_settings)
    window.show_cursor, window.clearcolor = cursor, ground
    look.set(before[:2], before[2])


def pages_of(made):
    """Brings every page of a cycle to rest, one after the other."""
    content = made.content
    for _ in content.views:
        content.advance(1.5)
        assert content.settled
        yield content.view
        content.advance(content.page.seconds)


def said(view):
    return [" ".join(lines) for row in view.rows for lines in (row.row.lines, row.row.detail) if lines]


def ground_only(image, box):
    """True when nothing is drawn in ``box``."""
    return all(low == high for low, high in image.crop(box).getextrema())


# -- pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("slogans", SETS)
@pytest.mark.parametrize("size", SCREENS + LED, ids=named)
def test_one_cycle_shows_every_promise_whole_and_nothing_clipped(board, picture, size, slogans, language):
    from kiosk.ui.fitting import misfits

    made, shown, faults = board(size, slogans, language=language), [], {}
    for i, view in enumerate(pages_of(made)):
        shown += said(view)
        faults |= {i: bad} if (bad := misfits(made, *size)) else {}
        if os.environ.get("SIGN_SHOTS"):
            picture(made, f"{named(size)}-{language}-{slogans}-{i}-{view.page.key}")
    chosen = load_slogans(ASSETS / "slogans", slogans)
    for group in chosen.groups:
        for _, text, detail in in_language(group, language).promises:
            assert text in shown
            assert not detail or detail in shown
    assert set(chosen.mottos) <= set(shown)
    assert faults == {}


@pytest.mark.parametrize("size", LED, ids=named)
def test_ink_of_a_low_page_keeps_off_the_edges(board, picture, size):
    made = board(size, "bom-bo-2024")
    width, height = size
    for _ in pages_of(made):
        image = picture(made, f"edges-{named(size)}")
        assert ground_only(image, (0, 0, width, 1))
        assert ground_only(image, (0, height - 1, width, height))
        assert ground_only(image, (0, 0, 2, height))
        assert ground_only(image, (width - 2, 0, width, height))


@pytest.mark.parametrize("size", SCREENS + LED, ids=named)
def test_a_very_long_office_name_fits(board, size):
    from kiosk.ui.fitting import misfits

    name = "Trung tâm Phục vụ hành chính công phường Hòa Thọ Đông – UBND thành phố Đà Nẵng, cơ sở số 2"
    made = board(size, office_name=name, unit_name="Bộ phận Tiếp nhận và Trả kết quả")
    settle_layout()
    assert misfits(made, *size) == []


def test_words_never_lie_over_words_while_pages_change(board):
    made = board((1280, 800))
    content = made.content
    content.advance(content.page.seconds)
    first, steps = content._leaving, []
    for _ in range(200):
        content.advance(0.02)
        steps.append((first.opacity if first.parent else 0, content.view.opacity))
        if content.settled:
            break
    assert content.settled
    assert all(not (old > 0 and new > 0) for old, new in steps)
    assert any(0 < old < 1 for old, _ in steps), "the old page fades"
    assert any(0 < new < 1 for _, new in steps), "the new page fades in"
    assert first.parent is None


def test_the_light_goes_from_row_to_row_and_every_row_has_its_turn(board):
    content = board((1280, 800)).content
    brightest = [0.0] * len(content.view.rows)
    page = content.page
    while content.at < page.seconds - 0.1:
        content.advance(0.05)
        brightest = [max(old, row.glow) for old, row in zip(brightest, content.view.rows, strict=True)]
        assert sum(row.glow for row in content.view.rows) <= 2
    assert brightest == [1.0] * len(brightest)


def test_reduced_motion_switches_at_once_and_lights_nothing(board):
    content = board((1280, 800), still=True).content
    first = content.view
    content.advance(content.page.seconds)
    assert content.settled
    assert content.view is not first
    assert first.parent is None
    content.advance(1)
    assert all(row.glow == 0 for row in content.view.rows)


def test_running_text_stands_as_pages_in_reduced_motion(board):
    from kiosk.ui.sign.board import Pages

    assert isinstance(board((960, 96), style="scrolling", still=True).content, Pages)


def test_the_clock_goes_on(start):
    now = [NOW]
    app = start(now=lambda: now[0])
    assert (app.board.header.time, app.board.header.date) == ("09:42", "Thứ Sáu, 21/11/2025")
    now[0] = NOW + timedelta(days=1, minutes=1)
    app._minute(0)
    assert (app.board.header.time, app.board.header.date) == ("09:43", "Thứ Bảy, 22/11/2025")


def test_a_low_board_tells_the_time_on_the_offices_page(board, picture):
    made = board((960, 96))
    before = picture(made, "clock-before")
    made.content.show_time("17:05")
    assert picture(made, "clock-after").tobytes() != before.tobytes()


# -- running text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("slogans", SETS)
@pytest.mark.parametrize("size", [*LED, (1280, 800)], ids=named)
def test_running_letters_are_as_high_as_the_board_and_never_cut(board, picture, size, slogans):
    made = board(size, slogans, style="scrolling")
    tape, (width, height) = made.content.tape, size
    highest = lowest = height // 2
    while tape.ride.turns == 0:
        image = picture(made, f"{named(size)}-{slogans}-tape-{round(tape.ride.offset):06}")
        if height < width / 3:
            ground = image.getpixel((0, 0))
            rows = [y for y in range(height) if not ground_only(image, (0, y, width, y + 1))]
            highest, lowest = min([highest, *rows]), max([lowest, *rows])
            assert image.getpixel((width - 1, height - 1)) == ground
        tape.advance(width * 0.98 / tape.ride.speed)
    if height < width / 3:
        assert highest >= 1
        assert lowest <= height - 2
        assert lowest - highest >= 0.8 * height


@pytest.mark.parametrize("size", LED, ids=named)
def test_the_tape_wraps_without_a_gap(board, picture, size):
    made = board(size, style="scrolling")
    tape, (width, height) = made.content.tape, size
    begun = picture(made, f"seam-{named(size)}-0").tobytes()
    tape.ride.travelled = tape.ride.length - width / 2
    tape.advance(0)
    seam = picture(made, f"seam-{named(size)}-1")
    blank = longest = 0
    for x in range(width):
        blank = blank + 1 if ground_only(seam, (x, 0, x + 1, height)) else 0
        longest = max(longest, blank)
    assert longest <= 1.6 * tape.type_size, "no more than the gap before a lotus"
    tape.ride.travelled = tape.ride.length
    tape.advance(0)
    assert picture(made, f"seam-{named(size)}-2").tobytes() == begun


def test_a_short_set_on_a_wide_board_leaves_no_hole(board, picture):
    from kiosk.ui.sign.strip import Piece
    from kiosk.ui.sign.tape import SignTape

    made = board((1920, 96), style="scrolling")
    tape = SignTape((Piece("Xin chào", "Be700", "ink", 1.0),))
    made.clear_widgets()
    made.add_widget(tape)
    tape.size = 1920, 96
    for share in (0, 0.5, 0.99):
        tape.ride.travelled = tape.ride.length * share
        tape.advance(0)
        image = picture(made, "short")
        step = round(1.5 * tape.type_size)
        assert not any(ground_only(image, (x, 0, x + step, 96)) for x in range(0, 1920 - step, 40))


def test_every_texture_is_narrow_enough_for_any_graphics_chip(board):
    from kiosk.ui.sign.tape import WIDEST

    tape = board((1920, 240), style="scrolling").content.tape
    assert tape.pieces != tape.given, "something had to be split here"
    textures = textures_of(tape)
    assert max(texture.width for texture in textures) <= WIDEST


def textures_of(tape):
    from kivy.graphics import Rectangle

    return [each.texture for each in tape.canvas.children if isinstance(each, Rectangle)]


def test_the_tape_moves_forward_with_real_time_and_never_back(start, window):
    app = start(style="scrolling", slogans="ha-nam-2024")
    tape, seen = app.board.content.tape, []
    begun, at = time.monotonic(), tape.ride.travelled
    for _ in range(20):
        frames()
        seen.append((tape.ride.travelled, tape._shift.x))
    moved, took = tape.ride.travelled - at, time.monotonic() - begun
    assert all(one[0] <= other[0] for one, other in pairwise(seen))
    assert all(shift == -(travelled % tape.ride.length) for travelled, shift in seen)
    assert len({travelled for travelled, _ in seen}) == 20, "every frame moves it"
    assert 0 < moved <= tape.ride.speed * (took + 0.1)


def test_a_stalled_frame_pauses_the_tape_instead_of_throwing_it_forward(board):
    made = board((960, 96), style="scrolling")
    made.advance(30)
    assert made.content.tape.ride.travelled <= 0.1 * made.content.tape.ride.speed


def test_textures_are_built_once_and_kept(board):
    made = board((512, 64), style="scrolling")
    tape = made.content.tape
    before = [id(texture) for texture in textures_of(tape)]
    for _ in range(3 * 40):
        tape.advance(tape.ride.length / tape.ride.speed / 40)
    assert tape.ride.turns >= 2
    assert [id(texture) for texture in textures_of(tape)] == before


# -- on show ---------------------------------------------------------------------------------------------


def a_cycle(app, style):
    """One whole turn, drawn."""
    content = app.board.content
    if style == "scrolling":
        for _ in range(8):
            content.tape.advance(content.tape.ride.length / content.tape.ride.speed / 8)
            frames()
        return
    for _ in content.views:
        content.advance(content.page.seconds)
        for seconds in (0.3, 0.3, 1.0):
            content.advance(seconds)
            frames()


@pytest.mark.parametrize("style", ["paged", "scrolling"])
def test_memory_is_level_over_twenty_cycles(start, style):
    app, process = start("bom-bo-2024", style=style), psutil.Process()
    for _ in range(4):
        a_cycle(app, style)
    gc.collect()
    objects, memory = len(gc.get_objects()), process.memory_info().rss
    for _ in range(20):
        a_cycle(app, style)
    gc.collect()
    assert len(gc.get_objects()) - objects < 200
    assert process.memory_info().rss - memory < 4 * 2**20


def test_keys_close_nothing_and_the_pointer_is_hidden(start, window):
    app = start(fullscreen=True)
    for key in (ESCAPE, F1):
        window.dispatch("on_keyboard", key, 0, None, [])
    frames(2)
    assert app.board.parent is app.stage
    assert app.stage.parent is window
    assert len(window.children) == 1, "no settings panel"
    assert window.dispatch("on_request_close") is True
    assert window.show_cursor is False


def test_a_window_on_a_desk_may_be_closed_but_one_in_its_place_may_not():
    assert deps(fullscreen=True).guarded
    assert deps(fullscreen=False, position=(0, 0)).guarded
    assert not deps(fullscreen=False).guarded


def test_a_new_window_size_builds_one_new_board(start):
    app = start(style="scrolling")
    old = app.board
    app._resized()
    frames(2)
    assert app.board is not old
    assert list(app.stage.children) == [app.board]


def test_a_board_whose_settings_have_changed_ends_to_begin_anew(start):
    changed = []
    app = start(wants_anew=lambda: bool(changed))
    stopped = []
    app.stop = lambda: stopped.append(True)
    app._look(0)
    assert (app.anew, stopped) == (False, [])
    changed.append(True)
    app._look(0)
    assert (app.anew, stopped) == (True, [True])


def test_the_view_log_names_every_page_once_it_stands(start, tmp_path):
    log = tmp_path / "views.jsonl"
    app = start(view_log=log, slogans="bom-bo-2024")
    for _ in range(5):
        frames(2)
        app.board.content.advance(app.board.content.page.seconds)
        app.board.content.advance(0.5)
        app.board.content.advance(1)
    frames(2)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["page"], line["turn"]) for line in lines] == [
        ("biet", 0),
        ("luon", 0),
        ("the-hien", 0),
        ("mottos", 0),
        ("biet", 1),
        ("luon", 1),
    ]
    assert {line["view"] for line in lines} == {"signboard"}


PROBE = """
import sys
from pathlib import Path
from kiosk.survey import load_slogans
from kiosk.ui.signboard import SignDeps, run_signboard
assert not [name for name in sys.modules if name.startswith("kivy")], "importing the door loads no Kivy"
assets = Path("assets")
run_signboard(SignDeps(
    "UBND phường Thủ Dầu Một", "Bộ phận Một cửa", load_slogans(assets / "slogans", "binh-duong-2023"), assets,
    style=sys.argv[1], size=(512, 64), fullscreen=False, position=(0, 0), view_log=Path(sys.argv[2]),
))
from kivy.core.window import Window
print(*Window.size, Window.show_cursor, Window.borderless)
"""


@pytest.mark.parametrize("style", ["paged", "scrolling"])
def test_sigterm_ends_the_board_and_nothing_is_left_behind(tmp_path, style):
    home, log = tmp_path / "home", tmp_path / "views.jsonl"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "SDL_VIDEODRIVER": "offscreen"}
    environment.pop("KIVY_HOME", None)
    command = [sys.executable, "-c", PROBE, style, str(log)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        try:
            wait_for(lambda: running.poll() is not None or (log.exists() and log.read_text()))
            assert running.poll() is None, running.stderr.read()
            running.send_signal(signal.SIGTERM)
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, err) == (0, "")
    assert out.split() == ["512", "64", "False", "True"]
    assert list(home.iterdir()) == []


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited for a minute"
        time.sleep(0.05)
