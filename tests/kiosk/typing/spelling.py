"""Vietnamese syllables and the keys a hand may press for them, written down without looking at the engine.

A rime has a dot after the letter that carries the tone, so that nothing here computes where it goes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

TONES = ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
TONE_KEYS = {"telex": ["", "s", "f", "r", "x", "j"], "vni": ["", "1", "2", "3", "4", "5"]}
MARK_KEYS = {
    "telex": {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"},
    "vni": {"ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"},
}


def _listed(names: str) -> list[str]:
    return names.split()


# After any onset; the second list only where it is written with a rounded glide.
RIMES = _listed("""
a. a.c a.ch a.i a.m a.n a.ng a.nh a.o a.p a.t a.u a.y
ă.c ă.m ă.n ă.ng ă.p ă.t
â.c â.m â.n â.ng â.p â.t â.u â.y
e. e.c e.m e.n e.ng e.o e.p e.t
ê. ê.ch ê.m ê.n ê.nh ê.p ê.t ê.u
i. i.ch i.m i.n i.nh i.p i.t i.u i.a
iê.c iê.m iê.n iê.ng iê.p iê.t iê.u
o. o.c o.i o.m o.n o.ng o.p o.t oo.ng oo.c
ô. ô.c ô.i ô.m ô.n ô.ng ô.p ô.t
ơ. ơ.i ơ.m ơ.n ơ.p ơ.t
u. u.c u.i u.m u.n u.ng u.p u.t u.a
uô.c uô.i uô.m uô.n uô.ng uô.t
ư. ư.c ư.i ư.ng ư.t ư.u ư.a
ươ.c ươ.i ươ.m ươ.n ươ.ng ươ.p ươ.t ươ.u
""")
ROUNDED = _listed("""
oa.c oa.ch oa.i oa.n oa.ng oa.nh oa.t oa.y oă.c oă.m oă.n oă.ng oă.t oe.n oe.o oe.t
uâ.n uâ.ng uâ.t uâ.y uê. uê.ch uê.nh uơ. uy.ch uy.n uy.nh uy.t uy.u uy.a uyê.n uyê.t
""")
# The three whose tone is a matter of style: (old, new).
STYLED = [("o.a", "oa."), ("o.e", "oe."), ("u.y", "uy.")]
AFTER_QU = _listed(
    "a. a.i a.n a.ng a.nh a.t a.y ă.n ă.ng â.n â.y e. e.n e.t ê. ê.n i.t y. y.nh y.t yê.n yê.t ơ. ơ.n"
)
AFTER_GI = _listed("a. a.c a.i a.o a.y â.y ă.ng e.o ê.ng o. ô.ng ơ.i u.c ư.a uô.c ươ.ng")

BACK = _listed("b c d đ g h l m n ng nh ph r s t th tr v x kh ch")
FRONT = _listed("b k d đ gh h l m n ngh nh ph r s t th tr v x kh ch")
ROUND = _listed("d đ h kh l ng nh s t th tr x ch")


@dataclass(frozen=True)
class Syllable:
    """``letters`` without the tone; ``place`` is the index of the letter that bears ``tone`` (0 to 5)."""

    letters: str
    place: int
    tone: int

    @property
    def text(self) -> str:
        head, tail = self.letters[: self.place + 1], self.letters[self.place + 1 :]
        return unicodedata.normalize("NFC", head + TONES[self.tone] + tail)


def spelled(onset: str, dotted: str) -> list[Syllable]:
    """The syllable in every tone its final allows."""
    rime, place = dotted.replace(".", ""), len(onset) + dotted.index(".") - 1
    tones = (1, 5) if rime.endswith(("c", "ch", "p", "t")) else range(6)
    return [Syllable(onset + rime, place, tone) for tone in tones]


def syllables(style: str = "old") -> Iterator[Syllable]:
    """Every onset with every rime, the tones taking turns, so that the whole stays quick to type."""
    for turn, (onset, rime) in enumerate(_pairs(style)):
        toned = spelled(onset, rime)
        yield toned[turn % len(toned)]


def _pairs(style: str) -> Iterator[tuple[str, str]]:
    for rime in RIMES:
        yield from ((onset, rime) for onset in (FRONT if rime[0] in "ieê" else BACK))
        if not rime.startswith("iê"):
            yield "", rime
    styled = [old if style == "old" else new for old, new in STYLED]
    yield from ((onset, rime) for onset in ["", *ROUND] for rime in ROUNDED + styled)
    yield from (("qu", rime) for rime in AFTER_QU)
    yield from (("gi", rime) for rime in AFTER_GI)
    yield from [
        ("", "yê.n"),
        ("", "yê.u"),
        ("", "y."),
        ("l", "y."),
        ("g", "i."),
        ("g", "i.n"),
        ("kr", "ô.ng"),
    ]


ORDERS = [
    "marks at once, tone last",
    "tone at once",
    "marks last",
    "tone, then marks last",
    "marks and tone last",
]


def keystrokes(syllable: Syllable, method: str, order: str) -> str:
    """The keys of one syllable in one of ORDERS. A mark typed late is typed once for both letters of ươ."""
    marks, tone = MARK_KEYS[method], TONE_KEYS[method][syllable.tone]
    body, late = "", ""
    for at, letter in enumerate(syllable.letters):
        base, mark = marks.get(letter, letter)[0], marks.get(letter, letter)[1:]
        if method == "telex" and letter == "o" and syllable.letters[at - 1 : at] == "o":
            base = "oo"  # the second o of oo undoes ô, as every Telex does
        body += base
        if order in ("marks at once, tone last", "tone at once"):
            body += mark
        elif not (letter == "ơ" and syllable.letters[at - 1 : at] == "ư"):
            late += mark
        if order in ("tone at once", "tone, then marks last") and at == syllable.place:
            body += tone
    if order in ("tone at once", "tone, then marks last"):
        return body + late
    return body + tone + late if order == "marks last" else body + late + tone
