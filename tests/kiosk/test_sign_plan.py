"""The signboard's pages and its tape, planned without a window: letters are half an em wide here."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.survey import load_slogans
from kiosk.ui.board_plan import in_language
from kiosk.ui.sign.lines import Care, fill, phrases, units, well_broken
from kiosk.ui.sign.parts import Area, is_low, reading_s, words_height
from kiosk.ui.sign.plan import LEAST, blocks, office_block, plan_pages
from kiosk.ui.sign.strip import CROSSING_S, EM_PER_S, Ride, pieces, places, px_per_s, split

SLOGANS = Path(__file__).resolve().parents[2] / "assets" / "slogans"
SETS = ["binh-duong-2023", "bom-bo-2024", "ha-nam-2024", "binh-dinh-2022"]
HIGH = [(1280, 708), (1920, 956), (800, 1188)]
LOW = [(1920, 240), (960, 96), (512, 64)]
MOTTO = "Trọng dân, gần dân, hiểu dân, học dân và có trách nhiệm với dân"


def ruler(text, weight):
    return len(text) * (0.58 if weight >= 700 else 0.52)


def ten_px(text):
    return 10 * len(text)


def pages(slogans, size, language="vi"):
    found = blocks(load_slogans(SLOGANS, slogans), language)
    low = is_low(*size)
    if low:
        found = (office_block("UBND phường Thủ Dầu Một", "Bộ phận Một cửa"), *found)
    return plan_pages(found, Area(*size, low), ruler)


def words_shown(planned):
    """Everything the pages say, one text for each promise, explanation and motto."""
    rows = [row for page in planned for row in page.rows]
    return [" ".join(lines) for row in rows for lines in (row.lines, row.detail) if lines]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", HIGH + LOW, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("slogans", SETS)
def test_one_cycle_says_every_word_of_the_set_once(slogans, size, language):
    chosen = load_slogans(SLOGANS, slogans)
    expected = ["UBND phường Thủ Dầu Một", "Bộ phận Một cửa"] if is_low(*size) else []
    for group in chosen.groups:
        for _, text, detail in in_language(group, language).promises:
            expected += [text, detail] if detail else [text]
    assert words_shown(pages(slogans, size, language)) == [*expected, *chosen.mottos]


@pytest.mark.parametrize("size", HIGH, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("slogans", SETS)
def test_a_screen_shows_each_group_on_one_page(slogans, size):
    groups = [group.key for group in load_slogans(SLOGANS, slogans).groups]
    shown = [page.key for page in pages(slogans, size)]
    assert [key for key in shown if key != "mottos"] == groups


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", HIGH + LOW, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("slogans", SETS)
def test_rows_stand_inside_the_board_and_apart(slogans, size, language):
    for page in pages(slogans, size, language):
        boxes = [(row.x, row.top, row.x + row.width, row.top + row.height) for row in page.rows]
        boxes.append(
            (page.head.x, page.head.top, page.head.x + page.head.width, page.head.top + page.head.height)
        )
        for left, top, right, bottom in boxes:
            assert left >= 0
            assert top >= 0
            assert right <= size[0] + 1
            assert bottom <= size[1] + 1
        for i, one in enumerate(boxes):
            for other in boxes[i + 1 :]:
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across < 1 or down < 1, page.key
        for row in page.rows:
            assert words_height(len(row.lines), len(row.detail), page.size) <= row.height


@pytest.mark.parametrize("size", HIGH, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("slogans", SETS)
def test_type_is_large_on_a_screen(slogans, size):
    for page in pages(slogans, size):
        assert page.size >= LEAST * max(size), page.key


def test_a_low_board_gives_a_promise_the_page_before_its_type_gets_tiny():
    planned = pages("binh-duong-2023", (960, 96))
    know = [page for page in planned if page.key == "biet"]
    assert len(know) > 1
    assert all(page.size >= LEAST * 960 for page in know)
    closeness = [page for page in planned if page.rows[0].entry.key == "gan-gui"]
    assert [page.head.title for page in closeness] == [("THỂ", "HIỆN"), ("GẦN", "GŨI")]


def test_pages_with_more_words_stand_longer():
    planned = {page.key: page.seconds for page in pages("binh-duong-2023", HIGH[0])}
    assert planned["the-hien"] > planned["biet"] > planned["mottos"] > 5
    assert reading_s(1) >= 6
    assert all(reading_s(n) <= reading_s(n + 1) for n in range(300))
    assert reading_s(1000) == 60


def test_the_light_shares_a_pages_time_among_its_rows():
    for page in pages("bom-bo-2024", HIGH[0]):
        assert sum(page.shares) == pytest.approx(1)
        assert len(page.shares) == len(page.rows)
    respect, _, closeness = next(p for p in pages("bom-bo-2024", HIGH[0]) if p.key == "the-hien").shares
    assert closeness > respect


def test_a_numberless_group_has_a_lotus_and_a_numbered_one_its_number():
    heads = {page.key: page.head for page in pages("binh-dinh-2022", HIGH[0])}
    assert (heads["dan"].number, heads["dan"].icon) == (0, "spa")
    assert pages("bom-bo-2024", HIGH[0])[1].head.number == 4


# -- lines -----------------------------------------------------------------------------------------------


def test_phrases_end_at_commas_and_dashes_and_before_va():
    assert phrases(MOTTO) == [
        "Trọng dân,",
        "gần dân,",
        "hiểu dân,",
        "học dân",
        "và có trách nhiệm với dân",
    ]
    assert phrases("Dân chủ - nhanh gọn - thân thiện") == ["Dân chủ -", "nhanh gọn -", "thân thiện"]
    assert phrases("") == []


def test_care_decides_what_may_be_torn():
    assert units("Biết nghe dân nói", Care.PHRASES) == ["Biết nghe dân nói"]
    assert units("Biết nghe dân nói", Care.NONE) == ["Biết", "nghe", "dân", "nói"]
    short = units(MOTTO, Care.SHORT)
    assert short[:5] == ["Trọng dân,", "gần dân,", "hiểu dân,", "học dân", "và"]


@pytest.mark.parametrize("care", list(Care))
@pytest.mark.parametrize("room", [260, 330, 400, 640])
def test_lines_are_as_few_as_can_be_and_none_too_wide(room, care):
    lines = well_broken(MOTTO, room, ten_px, care)
    assert " ".join(lines) == MOTTO
    assert len(lines) == len(fill(units(MOTTO, care), room, ten_px))
    assert all(ten_px(line) <= room for line in lines)


def test_lines_end_with_a_phrase_where_they_can():
    assert well_broken(MOTTO, 280, ten_px, Care.NONE) == (
        "Trọng dân, gần dân,",
        "hiểu dân, học dân",
        "và có trách nhiệm với dân",
    )


def test_a_word_wider_than_its_room_stands_alone():
    assert well_broken("a nghiêng b", 30, ten_px, Care.NONE) == ("a", "nghiêng", "b")


# -- the tape --------------------------------------------------------------------------------------------


def tape_of(slogans, language="vi"):
    return pieces("UBND phường Thủ Dầu Một", "Bộ phận Một cửa", load_slogans(SLOGANS, slogans), language)


def em(text, font, scale):
    return 0.55 * scale * len(text)


@pytest.mark.parametrize("slogans", SETS)
def test_the_tape_says_every_word_of_the_set(slogans):
    chosen = load_slogans(SLOGANS, slogans)
    said = [piece.text for piece in tape_of(slogans) if not piece.is_icon]
    expected = ["UBND PHƯỜNG THỦ DẦU MỘT", "– Bộ phận Một cửa"]
    for group in chosen.groups:
        expected += [str(group.number)] if group.number else []
        expected.append(group.title.upper())
        for promise in group.promises:
            expected += [promise.text, f"– {promise.detail}"] if promise.detail else [promise.text]
    assert said == expected + list(chosen.mottos)


def test_a_lotus_stands_before_every_group_and_motto():
    starts = [piece for piece in tape_of("bom-bo-2024") if piece.start]
    assert [piece.start for piece in starts] == [
        "office",
        "biet",
        "luon",
        "the-hien",
        "motto-1",
        "motto-2",
        "motto-3",
    ]
    assert {piece.text for piece in starts} == {"spa"}


def test_long_pieces_are_split_between_words_and_lose_none():
    whole = tape_of("binh-duong-2023")
    parts = split(whole, em, 12)
    assert len(parts) > len(whole)
    assert all(part.is_icon or em(part.text, part.font, part.scale) <= 12 for part in parts)
    assert " ".join(part.text for part in parts) == " ".join(piece.text for piece in whole)


def test_pieces_follow_each_other_with_their_gaps_and_the_tape_ends_after_the_last():
    parts = tape_of("ha-nam-2024")
    widths = tuple(10.0 * len(part.text) for part in parts)
    lefts, length = places(parts, widths, 20)
    for i, (one, other) in enumerate(pairwise(lefts)):
        assert other == pytest.approx(one + widths[i] + 20 * parts[i + 1].gap)
    assert lefts[0] == 20 * parts[0].gap
    assert length == pytest.approx(lefts[-1] + widths[-1])


def test_words_stay_in_sight_long_enough_to_be_read():
    for width, size in ((1920, 182), (960, 72), (512, 48), (3840, 70)):
        speed = px_per_s(width, size)
        assert width / speed >= CROSSING_S
        assert speed <= EM_PER_S * size
        assert speed > 0


def test_the_tape_runs_forward_only_and_begins_again_where_it_ended():
    ride = Ride(length=1000, speed=120)
    before = 0.0
    for seconds in [0.016] * 700 + [0, -5, 0.5]:
        ride.advance(seconds)
        assert ride.travelled >= before
        assert 0 <= ride.offset < 1000
        assert ride.turns * 1000 + ride.offset == pytest.approx(ride.travelled)
        before = ride.travelled
    assert ride.turns == 1
