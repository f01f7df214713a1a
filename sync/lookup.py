"""Lookup codes (mã tra cứu): with one a citizen follows the answer to a comment, without giving a name.

``4K7PX-V2M9H-RT3C7``: fourteen random characters and a check character, in three groups of five.

Whoever has the code reads the answer, so it must not be guessable: 23^14 codes are 63.3 bits, and with ten
million comments in the land one guess in 10^12 hits (headquarters limits tries besides). The tablet makes
it offline; two equal ones among ten million: 4 in a million.

The alphabet is small so that codes survive paper, handwriting and the telephone. No 0 O D Q, no 1 I L; of
each pair that looks or sounds alike only one is in use (5 not S, 2 not Z, 8 not B, 6 not G, V not U, M not
N), so the other can be read as it. That leaves 23 characters, a prime: one weighted sum modulo 23 then
catches every single wrong character and every two characters exchanged, anywhere in the code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

ALPHABET = "23456789ACEFHJKMPRTVWXY"
RANDOM_LENGTH = 14
LENGTH = RANDOM_LENGTH + 1
GROUP = 5

_BASE = len(ALPHABET)
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_LOOKS_LIKE = str.maketrans("SZBGUN", "5286VM")
_BETWEEN = frozenset(" -‐‑‒–—−_.\t\n\u00a0")
_LONGEST_TYPED = 64


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """A fresh code; ``random_bytes`` is ``secrets.token_bytes`` or as good."""
    # 128 bits reduced to 63.3: the unevenness is under 2^-64.
    chars = letters(random_bytes(16), RANDOM_LENGTH)
    return _grouped(chars + check_char(chars))


def normalise(typed: str) -> str | None:
    """The code as printed, however it was typed: case, spaces, dashes and look-alikes; None if it is none.

    0, O, D, Q, 1, I and L are in no code and look like nothing that is: they are refused, not guessed.
    """
    plain = read(typed, LENGTH)
    return None if plain is None else _grouped(plain)


def is_valid(code: str) -> bool:
    """Whether ``code`` is exactly as printed."""
    return normalise(code) == code


def letters(random: bytes, length: int) -> str:
    """``length`` characters of the alphabet out of ``random``, which has many more bits than those."""
    number = int.from_bytes(random, "big") % _BASE**length
    chars = ""
    for _ in range(length):
        number, value = divmod(number, _BASE)
        chars += ALPHABET[value]
    return chars


def read(typed: str, length: int) -> str | None:
    """``length`` characters of which the last is the check; without groups. None if it is not so."""
    if len(typed) > _LONGEST_TYPED:
        return None
    plain = "".join(char for char in unicodedata.normalize("NFKC", typed) if char not in _BETWEEN)
    plain = plain.upper().translate(_LOOKS_LIKE)
    if len(plain) != length or not _VALUE.keys() >= set(plain):
        return None
    return plain if plain[-1] == check_char(plain[:-1]) else None


def check_char(chars: str) -> str:
    """Makes the sum of value × place a multiple of 23; the check character itself stands at place 1."""
    total = sum(place * _VALUE[char] for place, char in enumerate(chars, start=2))
    return ALPHABET[-total % _BASE]


def _grouped(chars: str) -> str:
    return "-".join(chars[at : at + GROUP] for at in range(0, len(chars), GROUP))
