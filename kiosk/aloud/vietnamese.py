"""Vietnamese as it stands on a screen → Vietnamese for the ear.

Rules are applied from the most particular shape to the least: an address or the number of a document must be
known as such before anybody sees digits or abbreviations in it. What a rule has said holds no digit and no
abbreviation any more, so later rules leave it alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from re import Match, Pattern

from kiosk.aloud.numerals import cardinal, digits, letters, roman, written
from kiosk.aloud.short_forms import BEFORE_NAMES, FORMS, IN_ADDRESSES, IN_NUMBERS, UNITS

Rule = tuple[Pattern[str], Callable[[Match[str]], str]]

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"{_DAY}(?P<dot>[/.-]){_MONTH}(?P=dot){_YEAR}(?!\d)"
_CLOCK = r"(?<![\d:])(?:[01]?\d|2[0-4])[:hg][0-5]\d(?!\d)"
_LETTER = r"[^\W\d_]"
_ALONE, _END = r"(?<!\w)", r"(?!\w)"


def vietnamese(text: str) -> str:
    """Every number, sign and abbreviation in words; punctuation may be left untidy."""
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return text


# --- addresses and numbers that name something -------------------------------------------------------------

_SIGNS = {"@": "a còng", ".": "chấm", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo"}


def _address(match: Match[str]) -> str:
    parts = re.findall(rf"{_LETTER}+|\d|[@._/-]", match[0])
    return f" {' '.join(_address_part(part) for part in parts)} "


def _address_part(part: str) -> str:
    if part in _SIGNS or part.lower() in IN_ADDRESSES:
        return _SIGNS.get(part) or IN_ADDRESSES[part.lower()]
    # "ubnd", "hcc": nothing a tongue could say.
    return part if re.search(r"[aeiouy]", part, re.I) and part.lower() != "ubnd" else letters(part)


def _code(match: Match[str]) -> str:
    """Codes are heard sign by sign, with a breath where the print has a dash."""
    groups = re.split(r"[-–]", match[0])
    return f" {', '.join(' '.join(map(_code_sign, group)) for group in groups)} "


def _code_sign(sign: str) -> str:
    return "chấm" if sign == "." else letters(sign)


def _document(match: Match[str]) -> str:
    """1989/QĐ-BGDĐT → "… trên quyết định, Bộ Giáo dục và Đào tạo"."""
    kinds = [_document_part(part) for part in re.split(r"[-–]", match["kind"])]
    year = f" trên {cardinal(int(match['year']))}" if match["year"] else ""
    number = match["number"]
    said = digits(number) if number.startswith("0") else written(number)
    return f"{said}{year} trên {', '.join(kinds)}"


def _document_part(part: str) -> str:
    name = part.rstrip("0123456789")
    said = IN_NUMBERS.get(name) or FORMS.get(name) or letters(name)
    return f"{said} {written(part[len(name) :])}" if name != part else said


def _phone(match: Match[str]) -> str:
    country = match[0].lstrip("(").startswith("+")
    groups = re.findall(r"\d+", match[0])
    if not 9 <= len("".join(groups)) <= 12:
        return match[0]  # a number like any other
    if len(groups) == 1:
        groups = _in_threes(groups[0])
    return f" {'cộng ' if country else ''}{', '.join(map(digits, groups))} "


def _hotline(match: Match[str]) -> str:
    return f" {', '.join(map(digits, _in_threes(''.join(re.findall(r'[0-9]', match[0])))))} "


def _in_threes(number: str) -> list[str]:
    """Four, then threes (the last may have four): as people say telephone numbers."""
    rest = number[4:]
    if len(rest) <= 4:
        return [number[:4], rest]
    return [number[:4], rest[:3], rest[3:]]


# --- days and hours ----------------------------------------------------------------------------------------


def _month(number: str) -> str:
    return "tư" if int(number) == 4 else cardinal(int(number))


def _date(match: Match[str]) -> str:
    day, month, year = re.findall(r"\d+", match["date"])
    return f"ngày {cardinal(int(day))} tháng {_month(month)} năm {cardinal(int(year))}"


def _iso_date(match: Match[str]) -> str:
    year, month, day = re.findall(r"\d+", match["date"])
    return f"ngày {cardinal(int(day))} tháng {_month(month)} năm {cardinal(int(year))}"


def _quarter(match: Match[str]) -> str:
    number = int(match[2]) if match[2].isdigit() else roman(match[2])
    return f"{match[1]} {cardinal(number)} năm {cardinal(int(match[3]))}"


def _day_of_year(match: Match[str]) -> str:
    lead = "" if match["lead"] in (None, "ngày", "Ngày") else f"{match['lead']} "
    return f"{lead}ngày {cardinal(int(match['day']))} tháng {_month(match['month'])}"


def _clock(match: Match[str]) -> str:
    hour, minute = re.findall(r"\d+", match[0])
    if int(minute) == 0:
        return f"{cardinal(int(hour))} giờ"
    spoken_minute = f"{cardinal(int(minute))} phút" if int(minute) < 10 else cardinal(int(minute))
    return f"{cardinal(int(hour))} giờ {spoken_minute}"


_WEEKDAYS = {"2": "hai", "3": "ba", "4": "tư", "5": "năm", "6": "sáu", "7": "bảy"}


def _weekdays(match: Match[str]) -> str:
    """T2-T6 → "thứ hai đến thứ sáu"; a comma stays one. The hours follow after a breath."""
    said = re.sub(r"T([2-7])", lambda day: f"thứ {_WEEKDAYS[day[1]]}", match[0]).replace("CN", "chủ nhật")
    return re.sub(r"\s*[-–]\s*", " đến ", said) + ", "


# --- the rest ----------------------------------------------------------------------------------------------


def _before_name(match: Match[str]) -> str:
    return match[0] if match["name"].islower() else f"{BEFORE_NAMES[match['short']]} "


def _roman(match: Match[str]) -> str:
    return f"{match[1]} {cardinal(roman(match[2]))}"


def _ordinal(match: Match[str]) -> str:
    said = {"1": "nhất", "4": "tư"}.get(match[2].lstrip("0")) or cardinal(int(match[2]))
    return f"{match[1]} {'một' if match[1].lower() == 'tháng' and said == 'nhất' else said}"


def _long_number(match: Match[str]) -> str:
    return f" {', '.join(map(digits, re.findall('.{1,3}', match[0])))} "


def _always(words: str) -> Callable[[Match[str]], str]:
    return lambda _: words


def _keep_first(words: str) -> Callable[[Match[str]], str]:
    return lambda match: match[1] + words


def _any_of(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


_RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        # addresses
        (rf"https?://(?={_LETTER})", _always("")),
        (r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _address),
        (r"(?<![\w.-])(?:[\w-]+\.)+(?:vn|com|net|org|edu)(?:/[\w/-]*)?(?!\w)", _address),
        # codes: of a dossier, of a procedure, of a comment
        (rf"{_ALONE}(?:\d{{3}}\.\d\d\.\d\d\.)?[A-Z]\d\d(?:\.\d{{1,3}})*-\d{{6}}-\d{{2,6}}{_END}", _code),
        (r"(?<![\w.])[1-3]\.\d{6}(?:\.\d{3}\.\d\d\.\d\d\.[A-Z]\d\d)?(?![\w])", _code),
        (rf"{_ALONE}[A-Z0-9]{{5}}(?:-[A-Z0-9]{{5}}){{2}}{_END}", _code),
        (
            rf"(?<![\w/])(?P<number>\d+)/(?:(?P<year>\d{{4}})/)?"
            rf"(?P<kind>[A-ZĐ][A-ZĐa-z&]*\d*(?:[-–][A-ZĐ][A-ZĐa-z&]*)*){_END}",
            _document,
        ),
        # telephones
        (r"(?<![\w.,/-])1[89]00(?:[ .-]?\d{2,4}){1,2}(?![\d/])", _hotline),
        (r"(?<![\w.,/-])(?:\(?\+84\)?|\(?0)\d{0,11}\)?(?:[ .-]\d{2,5}){0,4}(?![\d/])", _phone),
        (
            r"((?:[Tt]ổng đài|[Đđ]ường dây nóng|[Hh]otline|[Gg]ọi|[Đđ]iện thoại|S?ĐT)[: ]+)"
            r"(\d{3,4})(?![\d.,/])",
            lambda match: match[1] + digits(match[2]),
        ),
        (
            r"((?:bắt đầu bằng|[Đđ]ầu số|[Đđ]ầu) )(\d+(?:(?:, | hoặc | và |, hoặc )\d+)*)",
            lambda match: match[1] + re.sub(r"\d+", lambda number: digits(number[0]), match[2]),
        ),
        # days and hours
        (rf"(?<!\d)({_DATE}|{_CLOCK}|\d{{1,2}}[hg])\s*[-–—]\s*(?=\d)", lambda match: f"{match[1]} đến "),
        (rf"(?:[Nn]gày\s+)?(?<![\d./-])(?P<date>{_DATE})", _date),
        (r"(?:[Nn]gày\s+)?(?<![\d.-])(?P<date>(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d)(?![\d-])", _iso_date),
        (rf"([Qq]uý)\s+([1-4]|I{{1,3}}|IV)/({_YEAR})(?!\d)", _quarter),
        (
            rf"(?:[Tt]háng\s+)?(?<![\d/.,])({_MONTH})/({_YEAR})(?![\d/])",
            lambda match: f"tháng {_month(match[1])} năm {cardinal(int(match[2]))}",
        ),
        (
            rf"(?<![\d/.,])(?:(?P<lead>[Nn]gày|trước|Trước|đến|Đến|từ|Từ|hạn)\s+(?P<day>{_DAY})/(?P<month>{_MONTH}))"
            r"(?![\d/])",
            _day_of_year,
        ),
        (r"(?P<lead>)(?<![\d/.,])(?P<day>[0-3]\d)/(?P<month>0[1-9]|1[0-2])(?![\d/])", _day_of_year),
        (rf"{_ALONE}CN(?=[ :,]*\d{{1,2}}[:hg])", _always("chủ nhật, ")),
        (_CLOCK, _clock),
        (rf"{_ALONE}T[2-7](?![\w/])(?:\s*[-–,]\s*(?:T[2-7]|CN)(?![\w/]))*", _weekdays),
        # short forms
        (
            rf"{_ALONE}([Qq]uý|[Kk]hóa|[Kk]ỳ|[Cc]hương|[Pp]hần|[Mm]ục|[Cc]ấp|[Hh]ạng|[Tt]hứ)\s+([IVX]+){_END}",
            _roman,
        ),
        (r"(?i:ông\s?/\s?bà)", _always("ông bà")),
        (r"(?i:đ/c)(?=\s*:)", _always("địa chỉ")),
        (r"(?<!\w)(?i:đ/c)(?!\w)", _always("đồng chí")),
        (r"\bv\.v\b(?:\.*|…)", _always("vân vân.")),
        (r"\b[Vv]í? ?[Dd]ụ?:", _always("ví dụ:")),
        (rf"(\d)\s?({_any_of(UNITS)}){_END}", lambda match: f"{match[1]} {UNITS[match[2]]}"),
        (rf"{_ALONE}(k?m[23]){_END}", lambda match: UNITS.get(match[1], match[0])),
        (r"(đồng|đ)/(?=\w)", _keep_first(" mỗi ")),
        (r"(?<![\w-])(?P<short>[QP])(?=(?P<name>\d{1,2})(?![\w/]))", _before_name),
        (rf"{_ALONE}(?P<short>TP)\s+(?=(?P<name>{_LETTER}))", _before_name),
        (rf"{_ALONE}(?P<short>{_any_of(BEFORE_NAMES)})\.\s*(?=(?P<name>\w))", _before_name),
        (rf"{_ALONE}CT(?=\s+(?:UBND|HĐND))", _always("Chủ tịch")),
        (rf"(?<![\w-])({_any_of(FORMS)})(?![\w])", lambda match: FORMS[match[1]]),
        # numbers
        (r"((?:^|\W)[Tt]hứ|(?:^|\W)[Tt]háng)\s+(\d{1,2})(?![\d.,]\d|\d)", _ordinal),
        (rf"({_LETTER})(?=\d)", _keep_first(" ")),
        (rf"(\d)(?={_LETTER})", _keep_first(" ")),
        (r"(\d)\s?[-–—]\s?(?=\d)", _keep_first(" đến ")),
        (r"(\d)\s?/\s?(?=\d)", _keep_first(" trên ")),
        (r"\d{9,}(?!\d)(?!\s*đồng)", _long_number),
        (r"(?<!\d)\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d]|\.\d)", lambda match: f" {written(match[0])} "),
        (r"(?<![\d,])\d+,\d+(?!,?\d)", lambda match: f" {written(match[0])} "),
        (r"(\d)\.(?=\d)", _keep_first(" chấm ")),
        (r"\d+", lambda match: f" {written(match[0])} "),
        # signs, and what no tongue can say
        (r"&", _always(" và ")),
        (r"\+", _always(" cộng ")),
        (r"≥", _always(" từ ")),
        (r"≤", _always(" đến ")),
        (r"=", _always(" bằng ")),
        (r"%", _always(" phần trăm ")),
        (r"@", _always(" a còng ")),
        # a word without a vowel is none
        (r"(?<!\w)[BCDFGHJKLMNPQRSTVWXZĐ]+(?!\w)-?", lambda match: letters(match[0].replace("-", " "))),
    )
)
