"""Colours, type, icons, words: what can be checked without looking."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from kiosk.survey import REASONS, load_slogans, slogan_sets
from kiosk.ui import icons
from kiosk.ui.look import Comfort, Look
from kiosk.ui.theme import CONTRAST, LIGHT, TYPE, TextSize, Theme, contrast, rgba
from kiosk.words import SAMPLE, WEEKDAYS, Words, languages

ROOT = Path(__file__).resolve().parents[2]
ASSETS, UI = ROOT / "assets", ROOT / "kiosk" / "ui"
MSGID = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')


def pairs(p):
    """(text, ground) as the pages set them."""
    yield from ((p.ink, p.paper), (p.ink, p.card), (p.ink2, p.paper), (p.ink2, p.card), (p.ink2, p.sand))
    yield from ((p.brand, p.card), (p.brand, p.brand_t), (p.brand, p.sand), (p.on_brand, p.brand))
    yield from ((p.on_brand, p.brand_l), (p.on_brand2, p.brand), (p.gold, p.brand), (p.gold_d, p.gold_t))
    yield from ((p.gold_d, p.card), (p.warn, p.warn_t), (p.warn, p.card), (p.bad, p.paper), (p.bad, p.card))
    for level in p.levels.values():
        yield level.text, level.tint
        yield level.text, p.card
        yield level.text, p.paper
    yield p.levels[1].text, p.levels[1].lip


def test_known_contrast():
    assert contrast(rgba("#000000"), rgba("#FFFFFF")) == pytest.approx(21)
    assert contrast(rgba("#767676"), rgba("#FFFFFF")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("palette", "least"), [(LIGHT, 4.5), (CONTRAST, 7)], ids=["light", "contrast"])
def test_text_stands_out_from_its_ground(palette, least):
    weak = [
        round(contrast(text, ground), 2) for text, ground in pairs(palette) if contrast(text, ground) < least
    ]
    assert weak == []


@pytest.mark.parametrize(("palette", "least"), [(LIGHT, 4.3), (CONTRAST, 7)], ids=["light", "contrast"])
def test_features_stand_out_from_their_disc(palette, least):
    assert all(contrast(level.features, level.disc) >= least for level in palette.levels.values())


def test_levels_in_high_contrast_have_borders_and_no_shadows():
    assert CONTRAST.border >= 3
    assert not CONTRAST.shadows
    assert all(level.tint == CONTRAST.card for level in CONTRAST.levels.values())


@pytest.mark.parametrize("text", list(TextSize))
@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 600), (1920, 1200)])
def test_line_boxes_hold_stacked_marks(size, text):
    look = Look()
    look.set(size, Comfort(text=text))
    for kind in TYPE:
        style = look.type(kind)
        assert style.line >= 1.3 * style.size, kind


def test_no_type_is_below_the_floor():
    assert min(style.size for style in TYPE.values()) >= 16


@pytest.mark.parametrize(
    ("size", "unit", "portrait"),
    [((1280, 800), 1, False), ((1920, 1200), 1.5, False), ((1024, 600), 0.75, False), ((800, 1280), 1, True)],
)
def test_lengths_scale_with_the_window(size, unit, portrait):
    look = Look()
    look.set(size, Comfort())
    assert (look.unit, look.portrait) == (unit, portrait)


def test_icons_are_the_glyphs_they_are_named_after():
    names = icons.glyph_codepoints(ASSETS / "fonts" / "MaterialDesignIcons.ttf")
    wrong = {name: hex(code) for name, code in icons.CODEPOINTS.items() if names.get(name) != code}
    assert wrong == {}


def test_every_icon_used_is_in_the_table():
    used = {
        promise.icon
        for key in slogan_sets(ASSETS / "slogans")
        for promise in load_slogans(ASSETS / "slogans", key).promises
    }
    for path in UI.rglob("*.kv"):
        used |= set(re.findall(r'glyph: "([a-z-]+)"', path.read_text(encoding="utf-8")))
    for path in UI.rglob("*.py"):
        used |= set(re.findall(r'glyph = StringProperty\("([a-z-]+)"\)', path.read_text(encoding="utf-8")))
    assert used - set(icons.CODEPOINTS) == set()


def test_icon_of_an_offices_own_is_found_in_the_font_and_a_wrong_one_is_a_star(caplog):
    icons.use_font(ASSETS / "fonts" / "MaterialDesignIcons.ttf")
    assert icons.icon("umbrella") != icons.icon("star")
    assert icons.icon("no-such-icon") == icons.icon("star")
    assert "no-such-icon" in caplog.text


def msgids_used():
    found = {reason.text for reason in REASONS} | {SAMPLE, *WEEKDAYS}
    for path in [*UI.rglob("*.py"), *UI.rglob("*.kv")]:
        found |= {raw.replace("\\n", "\n") for raw in MSGID.findall(path.read_text(encoding="utf-8"))}
    return found


@pytest.mark.parametrize("language", languages(ASSETS / "locale"))
def test_catalogue_is_complete_and_certain(language):
    from babel.messages.pofile import read_po

    with (ASSETS / "locale" / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        catalogue = read_po(file)
    known = {message.id: message for message in catalogue if message.id}
    assert msgids_used() - set(known) == set(), "missing from the catalogue"
    assert set(known) - msgids_used() == set(), "no longer used"
    assert [m.id for m in known.values() if not m.string or m.fuzzy] == []
    for message in known.values():
        assert set(re.findall(r"{\w+}", message.id)) == set(re.findall(r"{\w+}", message.string)), message.id
        assert message.string.count("**") == message.id.count("**")


def test_vietnamese_is_not_english():
    words = Words(ASSETS / "locale", "vi")
    # "{month}/{year}" and "N < {n}" have no word in them.
    worded = [msgid for msgid in msgids_used() if re.search(r"[^\W\d_]{2}", re.sub(r"{\w+}", "", msgid))]
    assert [msgid for msgid in worded if words(msgid) == msgid] == []


def test_every_t_in_the_sources_is_a_plain_string():
    """t(variable) would escape the extraction."""
    for path in [*UI.rglob("*.py"), *UI.rglob("*.kv")]:
        for call in re.findall(r"(?<![\w.])t\(\s*[^\"\s)]", path.read_text(encoding="utf-8")):
            assert path.name == "look.py", (path, call)


@pytest.mark.parametrize(
    ("language", "number", "percent", "day"),
    [
        ("vi", "4.329", "6,6%", "Thứ Sáu, 21/11/2025"),
        ("en", "4,329", "6.6%", "Friday, 21/11/2025"),
    ],
)
def test_numbers_and_dates(language, number, percent, day):
    words = Words(ASSETS / "locale", language)
    assert words.number(4329) == number
    assert words.number(1234567).count(number[1]) == 2
    assert words.percent(0.0656) == percent
    assert words.long_day(date(2025, 11, 21)) == day


@pytest.mark.parametrize("weekday", range(7))
def test_vietnamese_weekdays(weekday):
    names = ["Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Chủ Nhật"]
    assert names[weekday] in Words(ASSETS / "locale", "vi").long_day(date(2025, 11, 17 + weekday))


def test_unknown_language_names_the_known_ones():
    with pytest.raises(ValueError, match="vi, en"):
        Words(ASSETS / "locale", "fr")


def test_older_mo_is_not_believed(tmp_path):
    import os

    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "kiosk.po").write_text(head + 'msgid "Done"\nmsgstr "Xong"\n', encoding="utf-8")
    (folder / "kiosk.mo").write_bytes(b"not a catalogue at all")
    os.utime(folder / "kiosk.mo", (1, 1))

    assert Words(tmp_path, "vi")("Done") == "Xong"


def test_themes_have_names_for_the_panel():
    assert {theme.value for theme in Theme} == {"light", "contrast"}
