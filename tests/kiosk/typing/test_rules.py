"""What the keys do: free order, undo, restoring, names, sentences."""

from __future__ import annotations

import pytest

from kiosk.typing import Method, Style, type_line


def telex(keys: str) -> str:
    return type_line(keys, Method.TELEX)


def vni(keys: str) -> str:
    return type_line(keys, Method.VNI)


SENTENCES = [
    (
        "Cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau.",
        "Can1 bo65 hu7o7ng1 da6n4 ra6t1 ta6n5 tinh2, nhu7ng to6i pha3i cho72 la6u.",
        "Cán bộ hướng dẫn rất tận tình, nhưng tôi phải chờ lâu.",
    ),
    (
        "Quaayf soos 5 vawngs nguwowif, khoong ai giair thichs vif sao hoof sow bij trar laij!",
        "Qua62y so61 5 va81ng ngu7o72i, kho6ng ai gia3i thi1ch vi2 sao ho62 so7 bi5 tra3 la5i!",
        "Quầy số 5 vắng người, không ai giải thích vì sao hồ sơ bị trả lại!",
    ),
    (
        "UYR BAN NHAAN DAAN TIRNH DDAWKS LAWKS",
        "UY3 BAN NHA6N DA6N TI3NH D9A81K LA81K",
        "ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK",
    ),
    (
        '"Theer hieenj thais ddooj lichj suwj": toots (9/10)...',
        '"The63 hie65n thai1 d9o65 lich5 su75": to61t (9/10)...',
        '"Thể hiện thái độ lịch sự": tốt (9/10)...',
    ),
]


@pytest.mark.parametrize(("telex_keys", "vni_keys", "text"), SENTENCES)
def test_sentences_of_citizens(telex_keys: str, vni_keys: str, text: str) -> None:
    assert telex(telex_keys) == text
    assert vni(vni_keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("nguoiwf", "người"),
        ("nguowif", "người"),
        ("nguwowif", "người"),
        ("truowngf", "trường"),
        ("truongwf", "trường"),
        ("dangd", "đang"),
        ("dduongwf", "đường"),
        ("duongdwf", "đường"),
        ("tieengs", "tiếng"),
        ("tiengse", "tiếng"),
        ("tuyener", "tuyển"),
        ("toanf", "toàn"),
        ("hoafn", "hoàn"),
        ("gifa", "già"),
        ("quys", "quý"),
        ("thuowr", "thuở"),
        ("thuowrng", "thưởng"),
        ("huow", "huơ"),
        ("huowu", "hươu"),
        ("thuwowr", "thưở"),
        ("toowi", "tơi"),
        ("hoangfr", "hoảng"),
        ("losz", "lo"),
        ("nhw", "như"),
        ("dwowcj", "dược"),
        ("nguwoiw", "ngươi"),
    ],
)
def test_keys_may_come_in_any_order(keys: str, text: str) -> None:
    assert telex(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("ass", "as"),
        ("asss", "ass"),
        ("aaa", "aa"),
        ("eee", "ee"),
        ("ooo", "oo"),
        ("oooo", "ooo"),
        ("awa", "â"),
        ("aww", "aw"),
        ("uww", "uw"),
        ("uoww", "uow"),
        ("nguoiww", "nguoiw"),
        ("ww", "w"),
        ("WW", "W"),
        ("ddd", "dd"),
        ("duowngw", "duongw"),
        ("dangdd", "dangd"),
        ("dddd", "dđ"),
        ("tesst", "test"),
        ("teests", "têts"),
        ("xooong", "xoong"),
        ("booongs", "boóng"),
        ("khongoo", "khongo"),
        ("hoaff", "hoaf"),
    ],
)
def test_the_same_key_again_undoes(keys: str, text: str) -> None:
    assert telex(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [("a11", "a1"), ("a66", "a6"), ("d99", "d9"), ("o77", "o7"), ("a88", "a8"), ("a86", "â"), ("a10", "a")],
)
def test_vni_undoes_too(keys: str, text: str) -> None:
    assert vni(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("as", "á"),
        ("DDAWKS", "ĐẮK"),
        ("DdawkS", "Đắk"),
        ("Dd", "Đ"),
        ("dD", "đ"),
        ("W", "Ư"),
        ("NGUOIWF", "NGƯỜI"),
        ("NGuoiwf", "NGười"),
        ("hOAF", "hÒA"),
    ],
)
def test_case_is_that_of_the_letter_not_of_the_mark(keys: str, text: str) -> None:
    assert telex(keys) == text


FOREIGN = """
virus facebook email website wifi zoom Zalo yahoo google photo data user press green class book week dark work
internet online SMS WC USD USB ISO VNeID Samsung server service Excel
thesis tourist system misc next text window fax
"""


def test_other_languages_get_their_keys_back() -> None:
    for word in FOREIGN.split():
        assert telex(f"{word} {word}, {word.upper()}") == f"{word} {word}, {word.upper()}"


def test_telex_cannot_know_these() -> None:
    """Vietnamese syllables as well: to have the English word, the key is repeated."""
    assert telex("test tesst visa vissa passport") == "tét test vía visa pasport"


def test_a_tone_may_be_corrected_unless_another_vowel_came_between() -> None:
    assert telex("chaofs chafso chafos") == "cháo cháo chafos"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("DDawks Lawks", "Đắk Lắk"),
        ("DDawks Noong", "Đắk Nông"),
        ("Kroong Busk", "Krông Búk"),
        ("Buoon Ma Thuootj", "Buôn Ma Thuột"),
        ("Cuw Juts", "Cư Jút"),
        ("Kon Ploong", "Kon Plông"),
        ("Chuw Proong", "Chư Prông"),
        ("Chuw Pawh, Chuw Puwh", "Chư Păh, Chư Pưh"),
        ("DDaj Tehr", "Đạ Tẻh"),
        ("M'DDrawks", "M'Đrắk"),
        ("Yoosk DDoon", "Yốk Đôn"),
        ("PLOONG", "PLÔNG"),
    ],
)
def test_names_of_the_highlands(keys: str, text: str) -> None:
    assert telex(keys) == text


def test_abbreviations_keep_their_d() -> None:
    assert telex("QDD-UBND, HDDND, NDD-CP, GDDDDT, DDKKD, ddc") == "QĐ-UBND, HĐND, NĐ-CP, GDĐT, ĐKKD, đc"
    assert vni("QD9-UBND, HD9ND, ND9-CP, GDD9T") == "QĐ-UBND, HĐND, NĐ-CP, GDĐT"


def test_half_a_word_is_not_turned_back() -> None:
    assert telex("khaw thuwow nuwowc xuaa") == "khă thươ nươc xuâ"


def test_impossible_marks_are_letters_at_once() -> None:
    assert telex("chew aiw iis qur catr bcs fa") == "chew aiw iis qur catr bcs fa"
    assert vni("che8 iis qu1 b2b covid19 2024") == "che8 iis qu1 b2b covid19 2024"


def test_tone_style_is_a_setting() -> None:
    assert type_line("hoaf thuyr khoer hoanf quys", Method.TELEX, Style.OLD) == "hòa thủy khỏe hoàn quý"
    assert type_line("hoaf thuyr khoer hoanf quys", Method.TELEX, Style.NEW) == "hoà thuỷ khoẻ hoàn quý"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("tieengs<", "tiến"),
        ("hoanf<", "hòa"),
        ("hoanf<<", "hò"),
        ("hoaf<n", "hòn"),
        ("nguwowif<<", "ngư"),
        ("tieengs<<<", "ti"),
        ("tieengs<<<eejt", "tiệt"),
        ("ddoongf<<<<", ""),
        ("ddoongf<<<<<<ddi", "đi"),
        ("tooi ddi<<<<s", "tố"),
        ("hoaf <n", "hoàn"),
        ("facebook <s", "facebooks"),
        ("tesst<t", "test"),
        ("a, b<<<s", "á"),
    ],
)
def test_backspace_takes_one_letter_and_typing_goes_on(keys: str, text: str) -> None:
    assert type_line(keys, Method.TELEX, rubout="<") == text


def test_less_than_is_text_without_the_backspace_option() -> None:
    assert telex("as<") == "á<"


def test_what_backspace_brings_together_is_composed() -> None:
    assert type_line("=a#\u0338", Method.TELEX, rubout="#") == "≠"
