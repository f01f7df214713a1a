"""The shapes of numbers: which name a person, and which are left alone though they look like it.

Every pattern is applied to *folded* text (see ``fold``): base letters in their own case, ASCII digits, one
kind of space and dash. All repetitions are bounded or possessive and their parts share no character, so
a search costs time in proportion to the text, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What a masked number was."""

    PHONE = "phone"
    IDENTITY = "identity"
    EMAIL = "email"
    PLATE = "plate"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Found:
    """One masked place: ``text[start:end]`` of the typed text."""

    kind: Kind
    start: int
    end: int


def fold(text: str) -> str:
    """The text for searching, as long as the text: ế → e, Đ → D, ９ → 9, any dash → -, any mark → a space."""
    return "".join(map(_fold_char, text))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    compatible = unicodedata.normalize("NFKC", char)
    if len(compatible) == 1:
        char = compatible
    char = _STROKES.get(char) or unicodedata.normalize("NFD", char)[0]
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category == "Pd":
        return "-"
    # Marks and invisible characters between digits ("0̶9̶", a zero-width space) must not hide a number.
    invisible = category[0] == "M" or category == "Cf" or (char.isspace() and char != "\n")
    return " " if invisible else char


_STROKES = {"đ": "d", "Đ": "D", "−": "-", "·": ".", "•": "."}

_GAP = r"[ .()\-]{0,3}"
_NARROW = r"[ .\-]{0,3}"
_ALONE = r"(?<!\d)"
_END = r"(?!\d)"


def _digits(count: int, gap: str = _GAP) -> str:
    return rf"(?:{gap}\d){{{count}}}"


# --- left alone -------------------------------------------------------------------------------------------

_FREE = r"(?<!\d)(?<!\d[ .,\-])"  # not the later part of a longer number
_CLOSED = r"(?!\d)(?![.\-]\d)"
_YYMMDD = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"(?:{_DAY} ?[/.\-] ?{_MONTH} ?[/.\-] ?{_YEAR}|{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))"
_TIME = r"(?:[01]?\d|2[0-4])[.:hg][0-5]\d"
_DONG = r"dong(?! (?:y|thoi|ho|nghiep|chi|bao|hanh|tinh|loat|bo|huong)\b)"
_CURRENCY = rf"(?:{_DONG}|d|vnd|usd|nghin|ngan|trieu|ty|ti|k)(?![\w/])"

PROTECTED = re.compile(
    "|".join(
        [
            # Mã hồ sơ: unit (QĐ 20/2020/QĐ-TTg), day of receipt, number of the day (TT 01/2018/TT-VPCP).
            rf"(?<![A-Z0-9])(?:\d{{3}}\.\d\d\.\d\d\.)?[A-Z]\d\d(?:\.\d{{1,3}}){{0,4}}-{_YYMMDD}-\d{{2,6}}{_END}",
            rf"(?:ma|so)(?: so)? (?:ho so|hs|bien nhan|phieu)[^\d@\[\]\n]{{0,20}}"
            rf"\d{{1,4}}(?:\.\d{{1,4}}){{0,4}}-{_YYMMDD}-\d{{2,6}}{_END}",
            # Mã thủ tục hành chính, as 1.004194 or 1.004194.000.00.00.H08.
            rf"{_FREE}[1-3]\.\d{{6}}(?:\.\d{{3}}\.\d\d\.\d\d\.[A-Z]\d\d)?(?![ .\-]?\d)",
            rf"(?<!\d)(?<!\d[.\-]){_DATE}(?: ?- ?{_DATE}){{0,2}}{_CLOSED}",
            rf"(?<!\d)(?<!\d[.\-]){_TIME} ?- ?{_TIME}{_CLOSED}",
            # Money: at most 11 digits in a row, so that no 12-digit number hides behind a "đ".
            rf"{_FREE}[1-9](?:\d{{0,2}}(?:[.,]\d{{3}}){{1,4}}+(?:,\d{{1,2}})?|\d{{0,10}}+) ?{_CURRENCY}",
            # Tổng đài 1800, 1900.
            rf"{_FREE}1[89]00{_digits(4, '[ .-]?')}(?:\d\d)?{_END}",
        ]
    ),
    re.IGNORECASE,
)

# --- masked wherever they stand ---------------------------------------------------------------------------

_COUNTRY = rf"(?:(?:\+|00)?84{_GAP}0?|0){_GAP}"

EMAIL = re.compile(
    r"[\w.+\-]{1,64}+(?:"
    r" ?@ ?[\w\-]{1,63}+ ?[.,] ?(?:com|vn|net|org|gov|edu)(?![a-z])(?:\.[\w\-]++)*+"  # slips of the space bar
    r"|@[\w\-]++(?:\.[\w\-]++)*+)",
    re.IGNORECASE,
)

CARD = re.compile(rf"{_ALONE}[3-69]\d{{3}}(?:[ .\-]\d{{4}}){{3}}{_END}")
"""A bank card as printed. One that began with 1 or 2 would be four years in a row."""

PHONE = re.compile(
    rf"(?:{_ALONE}|(?=[+(]))(?:\((?=[+\d][\d +.\-]{{1,6}}\)))?(?:"
    rf"{_COUNTRY}[35789]{_digits(8)}"  # di động, ten digits since 2018
    rf"|{_COUNTRY}2{_digits(9)}"  # cố định, mã vùng 02x: eleven digits (QĐ 2036/QĐ-BTTTT of 2016)
    rf"|0{_GAP}1{_GAP}[2689]{_digits(8)}"  # mobiles of eleven digits, before 2018
    r"|0[1-9]\d{8,9}|00[1-9]\d{8}"  # written in one piece: old area codes and a digit too many as well
    rf"|\+[1-9]{_digits(7)}(?:{_GAP}\d){{0,6}}"  # abroad
    rf"){_END}"
)

IDENTITY = re.compile(
    # Số định danh cá nhân: 12 digits, the first the 0 of a province (NĐ 70/2024/NĐ-CP). In one piece: any
    # number of 12 digits or more. "01 02 03 04 05 06" are six desks.
    rf"{_ALONE}(?:\d{{12,}}+|(?!\d\d(?: \d\d){{5}}{_END})0{_digits(11, _NARROW)}{_END})"
)

SPELLED_OUT = re.compile(r"(?<!\d)\d(?!\d)(?:[ .\-]{1,3}\d(?!\d)){11,}+")
"""Twelve digits or more, each by itself."""

_NOT_A_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_DOCUMENT = r"(?!QD|ND|TT|NQ|CT|TB|KH|BC)"  # 15TB-1234 is a notice, not a car
_PLATE_START, _PLATE_END = r"(?<![\w\]])[1-9]\d", r"(?![\w\[])"

PLATE = re.compile(
    # Biển số xe (TT 79/2024/TT-BCA): province, series, four or five digits. Small letters only where the dot
    # or a piece without spaces makes it plain: "dài 50m 12345" is none.
    rf"{_PLATE_START}{_NARROW}(?:"
    rf"[A-Za-z]{{1,2}}\d?{_NARROW}\d{{3}}[.\-]\d\d"
    rf"|{_DOCUMENT}[A-Z]{{1,2}}\d?{_NARROW}{_NOT_A_YEAR}\d{{4,5}}"
    rf"|[a-fln-z]\d?-?{_NOT_A_YEAR}\d{{4,5}}"
    rf"|\d{{3}}{_NARROW}(?:NG|NN|QT|CV){_NARROW}\d\d"
    rf"){_PLATE_END}"
)

PLATE_BESIDE = re.compile(
    r"(?<![a-z])(?:bien(?: so)?|bks|bsx|xe|o ?to)(?![a-z])[^\d\[\]\n]{0,25}?(?P<hit>"
    rf"{_PLATE_START}{_NARROW}[a-z]{{1,2}}\d?{_NARROW}{_NOT_A_YEAR}\d{{4,5}}{_PLATE_END}"
    rf"|(?<![\w\]])[a-z]{{2}}[ .\-]?\d\d[ .\-]?\d\d{_PLATE_END})",
    re.IGNORECASE,
)

# --- masked only beside their word ------------------------------------------------------------------------

CHAIN = re.compile(rf"(?P<letters>(?<![^\W_])[A-Za-z]{{1,2}})?\d(?:{_NARROW}\d)*+")
"""Digits as long as they follow each other, with the letters a passport or an insurance card begins with."""

RUN = re.compile(r"\d++")

WORDS = re.compile(
    r"(?<![a-z])(?:"
    r"(?P<identity>cccd|can cuoc|dinh danh|cmnd|cmtnd|cmt|chung minh|so cm|ho chieu|passport|bhxh|bhyt"
    r"|bao hiem|ma so thue|mst|gplx|bang lai)"
    r"|(?P<phone>sdt|dt|dien thoai|so may|di dong|zalo|viber|phone|tel|goi|lien he|alo)"
    r"|(?P<account>stk|tk|tai khoan|so the|atm))(?![a-z])",
    re.IGNORECASE,
)

AFTER = re.compile(rf" ?(?:\( ?|la )(?:so )?{WORDS.pattern}", re.IGNORECASE)
"""The word behind its number: "123456789 (CMND)", "123456789 là số CMND"."""

BEFORE_REACH = 40
"""How many characters may stand between a word and its number."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many digits a number beside its word has: ``usual`` ones first, else anything in between."""

    usual: tuple[int, ...]
    least: int
    most: int


SIZES = {
    Kind.IDENTITY: Sizes((12, 9, 10), 7, 15),  # CCCD 12, CMND 9, BHXH and tax 10; a passport has 7
    Kind.PHONE: Sizes((10, 11, 9), 7, 11),
    Kind.ACCOUNT: Sizes((), 8, 19),
}
