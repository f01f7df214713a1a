"""How long to wait before the next try: full jitter, no attempt limit. Pure."""

from __future__ import annotations

from collections.abc import Callable

BASE_S = 5.0
CAP_S = 15 * 60.0
FLOOR_S = 1.0
RETRY_AFTER_CAP_S = 3600.0

Uniform = Callable[[float, float], float]
"""(low, high) → a number between them; ``random.uniform`` in the product."""


def delay_s(attempt: int, uniform: Uniform, retry_after_s: float | None = None) -> float:
    """Seconds before the next try after ``attempt`` failures in a row (1 or more).

    Full jitter between 0 and 5 s·2ⁿ, capped at 15 minutes, never under 1 s, so that 500 tablets that
    lost the same server do not return in the same second. A server's Retry-After is honoured up to an
    hour, with jitter on top for the same reason.
    """
    ceiling = min(CAP_S, BASE_S * 2.0 ** min(max(attempt, 0), 16))
    jittered = max(FLOOR_S, uniform(0.0, ceiling))
    if retry_after_s is None:
        return jittered
    asked = min(max(retry_after_s, 0.0), RETRY_AFTER_CAP_S)
    return asked + max(FLOOR_S, uniform(0.0, min(ceiling, 60.0)))


def parse_retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, or None when absent or not a plain number.

    The HTTP-date form is ignored on purpose: the tablet's clock may be years off.
    """
    if value is None or not value.strip().isascii() or not value.strip().isdigit():
        return None
    return min(float(value.strip()), RETRY_AFTER_CAP_S)
