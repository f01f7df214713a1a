"""Vietnamese words for numbers and letters, as read out at a desk: linh, nghìn, tư, lăm, mốt."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "F": "ép", "G": "giê", "H": "hát",
    "I": "i", "J": "gi", "K": "ca", "L": "lờ", "M": "mờ", "N": "nờ", "O": "o", "P": "pê", "Q": "quy",
    "R": "rờ", "S": "ét", "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích", "Y": "i dài", "Z": "dét",
}  # fmt: skip
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_LONGEST = 15
"""More digits than that are no quantity anybody could hear."""


def cardinal(number: int) -> str:
    """2025 → "hai nghìn không trăm hai mươi lăm". Numbers from 0 up."""
    return " ".join(_words(number, full=False)) if number else DIGITS[0]


def digits(text: str) -> str:
    """One by one, whatever stands between them: "19-00" → "một chín không không"."""
    return " ".join(DIGITS[int(char)] for char in text if char in "0123456789")


def letters(text: str) -> str:
    """Letters and digits one by one: "H08" → "hát không tám"."""
    names = (DIGITS[int(char)] if char in "0123456789" else LETTERS.get(char.upper(), char) for char in text)
    return " ".join(names)


def written(text: str) -> str:
    """A number as it is written: "4.329", "6,6", "05" (năm), "007" (không không bảy)."""
    whole, _, fraction = text.replace(".", "").partition(",")
    reads_as_digits = len(whole) > _LONGEST or (whole.startswith("0") and len(whole) > 2)
    said = digits(whole) if reads_as_digits or whole == "00" else cardinal(int(whole))
    if not fraction:
        return said
    short = len(fraction) <= 2 and not fraction.startswith("0")
    return f"{said} phẩy {cardinal(int(fraction)) if short else digits(fraction)}"


def roman(text: str) -> int:
    """IV → 4. Whatever the order, as long as the letters are Roman: nothing here checks spelling."""
    values = [_ROMAN[char] for char in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _words(number: int, *, full: bool) -> list[str]:
    """``full`` says the hundreds even when there are none, as everything behind a thousand does."""
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn")):
        if number >= size:
            high, low = divmod(number, size)
            return [*_words(high, full=full), name, *(_words(low, full=True) if low else [])]
    return _below_thousand(number, full=full)


def _below_thousand(number: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens > 1:
        return [*words, DIGITS[tens], "mươi", *_after_tens(ones)]
    if tens:
        return [*words, "mười", *_after_ten(ones)]
    if ones:
        return [*words, *(["linh"] if words else []), DIGITS[ones]]
    return words


def _after_ten(ones: int) -> list[str]:
    return [] if not ones else ["lăm" if ones == 5 else DIGITS[ones]]


def _after_tens(ones: int) -> list[str]:
    return [] if not ones else [{1: "mốt", 4: "tư", 5: "lăm"}.get(ones, DIGITS[ones])]
