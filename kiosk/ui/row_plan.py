"""Which buttons stand in the bottom row, which beside the heading, which on shelves between. Pure.

All lengths are design px. Buttons are given by their widths, the most important first, and known by index.
"""

from __future__ import annotations

from dataclasses import dataclass

GAP = 16


@dataclass(frozen=True, slots=True)
class Room:
    """``seat``: what the bottom row has free beside "Xong"; ``hint``: what the words about the countdown
    take of it; ``side``: free beside the heading; ``shelf``: the breadth of a row of its own."""

    seat: float
    hint: float
    side: float
    shelf: float


@dataclass(frozen=True, slots=True)
class Rows:
    """``hint``: whether the words about the countdown still have their place."""

    seat: tuple[int, ...]
    side: tuple[int, ...]
    shelves: tuple[tuple[int, ...], ...]
    hint: bool


def rows(widths: list[float], room: Room, aside: frozenset[int] = frozenset()) -> Rows:
    """As few shelves as can be; the hint goes only if that saves one. ``aside`` may stand by the heading."""
    with_hint = _rows(widths, room, aside, hint=True)
    without = _rows(widths, room, aside, hint=False)
    return with_hint if len(with_hint.shelves) <= len(without.shelves) else without


def _rows(widths: list[float], room: Room, aside: frozenset[int], hint: bool) -> Rows:
    left = list(range(len(widths)))
    side = _fill([i for i in left if i in aside], widths, room.side)
    left = [i for i in left if i not in side]
    seat = _fill(left, widths, room.seat - (room.hint + GAP if hint else 0))
    left = [i for i in left if i not in seat]
    shelves = []
    while left:
        shelf = _fill(left, widths, room.shelf) or (left[0],)
        left = [i for i in left if i not in shelf]
        shelves.append(shelf)
    return Rows(seat, side, tuple(shelves), hint)


def _fill(wanted: list[int], widths: list[float], room: float) -> tuple[int, ...]:
    """Those that fit into ``room``, in their order."""
    taken: list[int] = []
    for i in wanted:
        if widths[i] <= room:
            taken.append(i)
            room -= widths[i] + GAP
    return tuple(taken)
