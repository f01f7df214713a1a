"""What people and phones type or scan: lookup codes, phone tokens, reset codes, user codes."""

from __future__ import annotations

import atheris

from tests.security.fuzz import golden
from tests.security.fuzz.run import run

with atheris.instrument_imports(include=["sync"], enable_loader_override=False):
    from sync import device, lookup, phone, reset

RESET = golden.value("reset")
PHONE = golden.value("phone-token")


def once(data: bytes) -> None:
    """One input, as each kind of code."""
    typed = data.decode("utf-8", "replace")
    code = lookup.normalise(typed)
    assert code is None or (lookup.is_valid(code) and lookup.normalise(code) == code)
    user = device.normalise_user_code(typed)
    assert user is None or device.normalise_user_code(user) == user
    _reset(typed)
    _token(typed)


def _reset(typed: str) -> None:
    challenge = reset.read_challenge(typed)
    if challenge is not None:
        assert reset.read_challenge(challenge) == challenge
        assert reset.opens(
            RESET["reset_key"], "admin", challenge, reset.answer(RESET["reset_key"], "admin", challenge)
        )
    if reset.opens(RESET["reset_key"], RESET["role"], RESET["challenge"], typed):
        assert reset.read_answer(typed) == RESET["answer"], "guessed"


def _token(typed: str) -> None:
    token = phone.read(typed)
    if token is None:
        return
    verdict = phone.verify(token, PHONE["phone_key"], PHONE["now_s"])
    assert verdict is phone.Verdict.FORGED or typed.upper() == PHONE["token"], "forged"


def seeds() -> list[bytes]:
    """Each kind of code."""
    made = [
        "4K7PX-V2M9H-RT3C7",
        "WDJB-MJHT",
        RESET["challenge"],
        RESET["answer"],
        PHONE["token"],
        "ＷＤＪＢ‑ｍｊｈｔ",
    ]
    return [one.encode() for one in made]


if __name__ == "__main__":
    run(once, seeds())
