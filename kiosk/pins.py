"""PINs of staff: never stored, only their Argon2id hash (libsodium); no default PIN exists.

Five wrong tries lock the pad for a minute, and longer with every further five; the count survives a
restart, and a restart begins the lock anew rather than ending it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.private_file import write_json

TRIES = 5
FIRST_LOCK_S = 60.0
LONGEST_LOCK_S = 3600.0
RESET = "reset"
"""The place of the challenge among the roles: tries with a code are counted as those with a PIN."""


class PinError(ValueError):
    """A PIN that may not be set, or a PIN file that cannot be read."""


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """The outcome of one try. ``is_set`` is False while nobody has set a PIN on this tablet;
    ``locked_for_s`` seconds must pass before the next try counts (0: none)."""

    ok: bool
    is_set: bool = True
    locked_for_s: int = 0


class PinBook:
    """The PIN file of one tablet (mode 0600). ``now_s`` is a monotonic clock."""

    def __init__(self, path: Path, now_s: Callable[[], float]) -> None:
        self._path, self._now_s = path, now_s
        self._locked_until: dict[str, float] = {}
        self._guard = threading.Lock()

    def set(self, role: str, pin: str) -> None:
        """Store a new PIN of 6 to 12 digits for ``role``."""
        _check(pin)
        with self._guard:
            book = self._read()
            book[role] = {"hash": _hashed(pin), "failures": 0}
            self._write(book)

    def take(self, role: str, hashed: str) -> None:
        """A PIN that headquarters has set, as its Argon2id hash; a lock ends with it."""
        with self._guard:
            book = self._read()
            book[role] = {"hash": hashed, "failures": 0}
            self._write(book)
            self._locked_until.pop(role, None)

    def challenge(self, fresh: Callable[[], str]) -> str:
        """What headquarters makes a reset code of; the same, over restarts too, until a code was used."""
        with self._guard:
            book = self._read()
            if RESET not in book:
                book[RESET] = {"hash": fresh(), "failures": 0}
                self._write(book)
            return str(book[RESET]["hash"])

    def try_code(self, opens: Callable[[str], bool]) -> PinAnswer:
        """One try with a code for the challenge; wrong ones are counted and lock as those of a PIN do."""
        return self._try(RESET, opens)

    def reset(self, role: str, opens: Callable[[str], bool], pin: str) -> PinAnswer:
        """A new PIN for ``role`` by a code of headquarters, which opens this once."""
        _check(pin)
        answer = self._try(RESET, opens)
        if answer.ok:
            with self._guard:
                book = self._read()
                book[role] = {"hash": _hashed(pin), "failures": 0}
                book.pop(RESET, None)
                self._write(book)
                self._locked_until.pop(role, None)
        return answer

    def check(self, role: str, pin: str) -> PinAnswer:
        """One try; wrong ones are counted on disk before the answer is given."""
        return self._try(role, lambda hashed: _matches(hashed, pin))

    def _try(self, role: str, opens: Callable[[str], bool]) -> PinAnswer:
        with self._guard:
            book = self._read()
            if role not in book:
                return PinAnswer(ok=False, is_set=False)
            wait_s = self._wait_s(role, int(book[role]["failures"]))
            if wait_s > 0:
                return PinAnswer(ok=False, locked_for_s=wait_s)
            if opens(str(book[role]["hash"])):
                self._count(book, role, 0)
                return PinAnswer(ok=True)
            failures = int(book[role]["failures"]) + 1
            self._count(book, role, failures)
            return PinAnswer(ok=False, locked_for_s=self._lock(role, failures))

    def _wait_s(self, role: str, failures: int) -> int:
        if role not in self._locked_until and failures >= TRIES:
            # The program was restarted under a lock: the lock begins anew.
            self._locked_until[role] = self._now_s() + _lock_s(failures)
        return max(0, -int((self._now_s() - self._locked_until.get(role, 0.0)) // 1))

    def _lock(self, role: str, failures: int) -> int:
        if failures % TRIES:
            # Under five, or the first tries after a lock that has run out.
            self._locked_until.setdefault(role, 0.0)
            return 0
        self._locked_until[role] = self._now_s() + _lock_s(failures)
        return round(_lock_s(failures))

    def _count(self, book: dict[str, dict[str, str | int]], role: str, failures: int) -> None:
        if book[role]["failures"] != failures:
            book[role]["failures"] = failures
            self._write(book)

    def _read(self) -> dict[str, dict[str, str | int]]:
        try:
            book = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise PinError(f"{self._path.name} cannot be read: {error}") from error
        if not isinstance(book, dict):
            raise PinError(f"{self._path.name} is not a PIN file")
        return book

    def _write(self, book: dict[str, dict[str, str | int]]) -> None:
        """A lost PIN file would lock staff out."""
        write_json(self._path, book)


def _check(pin: str) -> None:
    if not (pin.isascii() and pin.isdigit() and 6 <= len(pin) <= 12):
        raise PinError("a PIN has 6 to 12 digits")
    if len(set(pin)) < 3 or pin in "01234567890123456789" or pin in "98765432109876543210":
        raise PinError("this PIN is too easy to guess")


def _lock_s(failures: int) -> float:
    return min(LONGEST_LOCK_S, FIRST_LOCK_S * 2.0 ** min(failures // TRIES - 1, 10))


def _hashed(pin: str) -> str:
    from nacl.pwhash import argon2id  # loaded with the first PIN, not before the first frame

    return argon2id.str(pin.encode(), argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE).decode(
        "ascii"
    )


def _matches(hashed: str, pin: str) -> bool:
    from nacl import pwhash
    from nacl.exceptions import InvalidkeyError

    try:
        return pwhash.verify(hashed.encode("ascii"), pin.encode())
    except InvalidkeyError:
        return False
