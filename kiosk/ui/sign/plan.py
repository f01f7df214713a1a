"""The signboard's pages: every group of the set, then its mottos. Pure: no Kivy, no fonts.

Each page is set as large as it fits: the plan tries every way to stand the rows and takes the one with the
largest type. A group that would become too small is shared between pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from kiosk.survey import SloganSet
from kiosk.ui.board_plan import in_language
from kiosk.ui.sign.lines import Care, Ruler
from kiosk.ui.sign.parts import LOTUS, Area, Block, Entry, SignPage
from kiosk.ui.sign.setter import Setter

LEAST = 0.035  # a group is shared between pages before its type falls below this share of the longer side
EVEN = 0.75  # pages of one group do not shrink and grow more than this
SMALLEST = 6  # px
PRICE = {Care.PHRASES: 1.0, Care.SHORT: 0.7, Care.NONE: 0.6}  # what type torn like this is worth


def blocks(slogans: SloganSet, language: str) -> tuple[Block, ...]:
    """The set's groups and its mottos; mottos stay in the language they were published in."""
    found = []
    for group in slogans.groups:
        words = in_language(group, language)
        entries = tuple(Entry(p.key, p.icon, text, detail) for p, text, detail in words.promises)
        found.append(Block(group.key, words.number, words.title.upper(), entries))
    if slogans.mottos:
        mottos = tuple(Entry(f"motto-{i}", "", motto, "") for i, motto in enumerate(slogans.mottos, 1))
        found.append(Block("mottos", 0, "", mottos, centred=True))
    return tuple(found)


def office_block(office: str, unit: str) -> Block:
    """A page of its own for boards without a header."""
    return Block("office", 0, "00:00", (Entry("office", "", office, unit),), clock=True)


def plan_pages(groups: tuple[Block, ...], area: Area, ruler: Ruler) -> tuple[SignPage, ...]:
    """All pages in turn."""
    return tuple(page for block in groups for page in _pages_of(block, area, ruler))


def _pages_of(block: Block, area: Area, ruler: Ruler) -> list[SignPage]:
    least = LEAST * max(area.width, area.height)
    pages: list[SignPage] = []
    for parts in range(1, len(block.entries) + 1):
        pages = [_best(block, chunk, area, ruler) for chunk in _shared(block.entries, parts)]
        small, large = min(page.size for page in pages), max(page.size for page in pages)
        if small >= least and small >= EVEN * large:
            break
    if min(page.size for page in pages) < least:
        return [page for entry in block.entries for page in _told_apart(block, entry, area, ruler)]
    return pages


def _told_apart(block: Block, entry: Entry, area: Area, ruler: Ruler) -> list[SignPage]:
    """Where its explanation would make a promise tiny: the promise, then the explanation under its name."""
    whole = _best(block, (entry,), area, ruler)
    if not entry.detail or block.clock or whole.size >= LEAST * max(area.width, area.height):
        return [whole]
    named = Block(block.key, 0, entry.text.upper(), (), icon=entry.icon or LOTUS)
    return [
        _best(block, (replace(entry, detail=""),), area, ruler),
        _best(named, (replace(entry, icon="", text=entry.detail, detail=""),), area, ruler),
    ]


def _shared(entries: tuple[Entry, ...], parts: int) -> Iterator[tuple[Entry, ...]]:
    """Neighbours together, in parts that differ by one at most."""
    cuts = [round(i * len(entries) / parts) for i in range(parts + 1)]
    return (entries[one:other] for one, other in pairwise(cuts))


def _best(block: Block, entries: tuple[Entry, ...], area: Area, ruler: Ruler) -> SignPage:
    """The page with the largest type; words that stay together are worth some of it."""
    ways = [
        Setter(block, entries, area, ruler, side, columns, care)
        for side in _sides(block, area)
        for columns in _columns(block, len(entries))
        for care in Care
    ]
    sizes = [_largest(setter) for setter in ways]
    best = max(range(len(ways)), key=lambda way: sizes[way] * PRICE[ways[way].care])
    return ways[best].page(sizes[best])


def _sides(block: Block, area: Area) -> tuple[bool, ...]:
    """True: the heading stands beside the rows; False: above them."""
    if area.low:
        return (True,)
    return (False,) if block.centred or area.width < area.height else (True, False)


def _columns(block: Block, entries: int) -> range:
    return range(1, 2 if block.centred else min(4, entries) + 1)


def _largest(setter: Setter) -> int:
    """The largest type that fits, in px."""
    low, high = SMALLEST, max(SMALLEST + 1, setter.area.height)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if setter.fits(middle) else (low, middle)
    return low
