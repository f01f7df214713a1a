"""The nightly question: which of my events are not at headquarters? Signed as everything is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync.errors import ContractError
from sync.plain import fields_of, list_of, object_of

PATH = "/api/v1/gaps"
MAX_RANGES = 200
"""An answer names so many ranges at most, the lowest; the tablet asks again once those are filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsRequest:
    """``max_seq``: the newest event that the tablet believes headquarters has."""

    tablet_id: str
    install_id: str
    max_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeqRange:
    """Places ``first`` to ``last`` of the chain, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsReply:
    """What is missing up to the ``max_seq`` that was asked about; echoes the question.

    ``contiguous_seq``: everything up to it is there. ``more``: there are ranges beyond the last one named.
    """

    install_id: str
    max_seq: int
    server_time_ms: int
    contiguous_seq: int
    missing: tuple[SeqRange, ...]
    more: bool = False


def decode_gaps_reply(body: bytes) -> GapsReply:
    """A reply, or ContractError naming the place."""
    fields = fields_of(GapsReply, object_of(body, "gaps"), "gaps")
    rows = list_of(fields, "missing", "gaps")
    fields["missing"] = tuple(_range(row, f"gaps.missing[{place}]") for place, row in enumerate(rows))
    return GapsReply(**fields)


def _range(value: Any, where: str) -> SeqRange:
    found = SeqRange(**fields_of(SeqRange, value, where))
    if not 1 <= found.first <= found.last:
        raise ContractError(f"{where}: expected 1 ≤ first ≤ last")
    return found
