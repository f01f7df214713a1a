"""A forgotten PIN: a code from headquarters opens this tablet once, without a network. Pure.

The tablet shows a challenge (``K7PX-V2M9``); somebody reads it to headquarters, whose answer
(``7XCA-93WR-KMT4``) is the HMAC-SHA256 of role and challenge with a secret that only this tablet and
headquarters have. After use the tablet makes a new challenge, so no answer opens twice.

Both are made of the letters of sync.lookup, which survive paper and the telephone, and end with its check
character: a slip of the tongue is told from a wrong code and need not count as a try. 23^11 answers are 49.7
bits, and the tablet's lock slows whoever guesses.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from sync.lookup import check_char, letters, read

KEY_BYTES = 32
CHALLENGE_LENGTH, ANSWER_LENGTH = 8, 12
"""With their check characters."""
GROUP = 4


def new_challenge(random_bytes: Callable[[int], bytes]) -> str:
    """A fresh challenge for the screen; ``random_bytes`` is ``secrets.token_bytes`` or as good."""
    return _printed(random_bytes(16), CHALLENGE_LENGTH)


def answer(reset_key: str, role: str, challenge: str) -> str:
    """Headquarters' code for ``challenge`` as printed by ``new_challenge``. ``reset_key``: hex, 32 bytes."""
    plain = read_challenge(challenge)
    if plain is None:
        raise ValueError("not a challenge of a tablet: a character is wrong or missing")
    key = bytes.fromhex(reset_key)
    if len(key) != KEY_BYTES:
        raise ValueError(f"expected a key of {KEY_BYTES} bytes in hexadecimal")
    text = b"pin reset\0" + role.encode() + b"\0" + plain.encode()
    return _printed(hmac.new(key, text, hashlib.sha256).digest(), ANSWER_LENGTH)


def opens(reset_key: str, role: str, challenge: str, typed: str) -> bool:
    """Whether ``typed`` is headquarters' code for this tablet, role and challenge."""
    code = read_answer(typed)
    return code is not None and hmac.compare_digest(code, answer(reset_key, role, challenge))


def read_challenge(typed: str) -> str | None:
    """A challenge as printed, however it was typed; None when its check character does not fit."""
    return _read(typed, CHALLENGE_LENGTH)


def read_answer(typed: str) -> str | None:
    """A code as printed, however it was typed; None when it cannot be one: a slip, not a guess."""
    return _read(typed, ANSWER_LENGTH)


def _printed(random: bytes, length: int) -> str:
    chars = letters(random, length - 1)
    return _grouped(chars + check_char(chars))


def _read(typed: str, length: int) -> str | None:
    plain = read(typed, length)
    return None if plain is None else _grouped(plain)


def _grouped(chars: str) -> str:
    return "-".join(chars[at : at + GROUP] for at in range(0, len(chars), GROUP))
