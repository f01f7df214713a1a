"""Finds the numbers: first hides what is left alone, then takes one shape after the other.

Idempotent by construction: what has been taken looks to every later shape as its placeholder will look
when the masked text is searched again: a bracket at either end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate

from kiosk.masking import shapes
from kiosk.masking.shapes import Found, Kind

_NOTHING = "\0"
_Span = tuple[int, int]


def find(text: str) -> tuple[Found, ...]:
    """Every number in ``text`` that names a person, in reading order, without overlaps."""
    view = shapes.fold(text)
    view = _hide(view, (match.span() for match in shapes.PROTECTED.finditer(view)), _NOTHING, _NOTHING)
    found: list[Found] = []
    for search in _SEARCHES:
        hits = list(search(view))
        view = _hide(view, ((hit.start, hit.end) for hit in hits), "[", "]")
        found += hits
    return tuple(sorted(found, key=lambda hit: hit.start))


def _hide(view: str, spans: Iterable[_Span], first: str, last: str) -> str:
    chars = list(view)
    for start, end in spans:
        chars[start:end] = [first, *_NOTHING * (end - start - 2), last][: end - start]
    return "".join(chars)


def _everywhere(kind: Kind, pattern: re.Pattern[str], view: str) -> Iterator[Found]:
    return (Found(kind, *match.span()) for match in pattern.finditer(view))


def _plates_beside(view: str) -> Iterator[Found]:
    return (Found(Kind.PLATE, *match.span("hit")) for match in shapes.PLATE_BESIDE.finditer(view))


def _after_their_word(view: str) -> Iterator[Found]:
    """ "CMND của tôi là 123456789": the nearest word before the number says what it is."""
    for chain in shapes.CHAIN.finditer(view):
        kind = _word_before(view, chain.start())
        if kind is None:
            continue
        start, end = _first_number(chain, shapes.SIZES[kind])
        if kind is Kind.IDENTITY:
            start = chain.start()  # with the letters of a passport
        elif view[max(0, start - 1) : start] == "+":
            start -= 1
        if end:
            yield Found(kind, start, end)


def _before_their_word(view: str) -> Iterator[Found]:
    """ "123456789 (CMND)"."""
    for chain in shapes.CHAIN.finditer(view):
        word = shapes.AFTER.match(view, chain.end())
        if word is None or word.lastgroup is None:
            continue
        kind, digits = Kind(word.lastgroup), sum(map(str.isdigit, chain[0]))
        if shapes.SIZES[kind].least <= digits <= shapes.SIZES[kind].most:
            yield Found(kind, *chain.span())


def _word_before(view: str, start: int) -> Kind | None:
    """The last word in reach; another number or a masked one in between cuts it off."""
    reach = view[max(0, start - shapes.BEFORE_REACH) : start]
    reach = re.split(r"[\d\]\0]", reach)[-1]
    kind = None
    for word in shapes.WORDS.finditer(reach):
        kind = word.lastgroup
    return None if kind is None else Kind(kind)


def _first_number(chain: re.Match[str], sizes: shapes.Sizes) -> _Span:
    """Where the number at the head of the chain begins and ends: "123456789 2 tờ" ends before the 2."""
    runs = [match.span() for match in shapes.RUN.finditer(chain[0])]
    totals = list(accumulate(end - start for start, end in runs))
    size = _size(totals, re.sub(r"\D", "", chain[0]), sizes)
    if size is None:
        return 0, 0
    return chain.start() + runs[0][0], chain.start() + runs[totals.index(size)][1]


def _size(totals: list[int], digits: str, sizes: shapes.Sizes) -> int | None:
    """How many digits of the chain are the number; ``totals``: where it may end, between two runs."""
    if totals[0] in sizes.usual:
        return totals[0]
    usual = [size for size in sizes.usual if size in totals]
    rough = [
        total
        for total in totals
        if sizes.least <= total <= sizes.most and not _looks_like_money(digits[:total])
    ]
    return next(iter(usual or rough[-1:]), None)


def _looks_like_money(digits: str) -> bool:
    """ "gọi mấy lần, mất 2000000": a round sum whose đồng was left out."""
    return digits[0] != "0" and digits.endswith("000")


# The order matters: a word says better than a shape what a number is, and a word behind a number is heard
# last, when every number known by its shape is gone.
_SEARCHES: tuple[Callable[[str], Iterator[Found]], ...] = (
    partial(_everywhere, Kind.EMAIL, shapes.EMAIL),
    partial(_everywhere, Kind.ACCOUNT, shapes.CARD),
    _after_their_word,
    partial(_everywhere, Kind.IDENTITY, shapes.SPELLED_OUT),
    partial(_everywhere, Kind.PHONE, shapes.PHONE),
    partial(_everywhere, Kind.IDENTITY, shapes.IDENTITY),
    partial(_everywhere, Kind.PLATE, shapes.PLATE),
    _plates_beside,
    _before_their_word,
)
