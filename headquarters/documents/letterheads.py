"""Head and foot of an office's documents: its own words, else what its kind, its name and the tree tell.

Defaults are data (letterheads.toml). They are Vietnamese always, as the documents are.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from headquarters.documents.blocks import Letterhead, Signature
from headquarters.documents.models import HeadWords, Way
from headquarters.offices.models import Office

_DEFAULTS: Final = Path(__file__).with_name("letterheads.toml")
_UNITS: Final = ("thành phố", "tỉnh", "phường", "xã", "đặc khu")
_COMMITTEE: Final = re.compile(r"^(ủy ban nhân dân|uỷ ban nhân dân|ubnd)\s+", re.IGNORECASE)
_REMARK: Final = re.compile(r"\s*\([^)]*\)")
_SMALL: Final = frozenset(("và", "của", "các", "tỉnh"))
"""Words of a name that its abbreviation leaves out."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the page of an office's letterhead asks for. ``name``: lines, as ``receivers``."""

    superior: str
    name: str
    symbol: str
    place: str
    collective: str
    head: str
    way: str = Way.HEAD
    title: str = ""
    signer: str = ""
    receivers: str = ""

    def letterhead(self) -> Letterhead:
        """The left half of the head."""
        return Letterhead(self.superior, self.name, self.symbol, self.place)

    def signature(self) -> Signature:
        """Authority and office of who signs, in capitals as it is printed."""
        return Signature(tuple(line.upper() for line in self._lines()), self.signer)

    def _lines(self) -> tuple[str, ...]:
        together = (f"TM. {self.collective}",) if self.collective else ()
        if self.way == Way.ACTING:
            return (*together, f"Q. {self.head}")
        if self.way == Way.DEPUTY:
            return (*together, f"KT. {self.head}", self.title or _deputy(self.head))
        if self.way in (Way.ORDER, Way.MANDATE):
            sign = "TL." if self.way == Way.ORDER else "TUQ."
            return tuple(line for line in (f"{sign} {self.head}", self.title) if line)
        return (*together, self.head)


def of(office: Office) -> Letterhead:
    """The left half of the head of what an office issues."""
    return words_of(office).letterhead()


def signature_of(office: Office) -> Signature:
    """Who signs what an office issues."""
    return words_of(office).signature()


def receivers_of(office: Office) -> tuple[str, ...]:
    """Where an office's reports go, without dashes and semicolons."""
    return tuple(line for line in words_of(office).receivers.splitlines() if line.strip())


def letter_receivers() -> tuple[str, ...]:
    """Where a letter to a citizen goes."""
    return tuple(_data()["receivers"]["letter"])


def words_of(office: Office) -> Words:
    """An office's own words, else the derived ones. A one-stop group has neither seal nor number of its own:
    its office's hold for it, until the group has words of its own."""
    for node in _upwards(office):
        found = HeadWords.objects.filter(pk=node.pk).first()
        if found is not None:
            return Words(**{name: getattr(found, name) for name in Words.__slots__})
        if node.kind != Office.Kind.ONE_STOP:
            return derived(node)
    return derived(office)


def issuing(office: Office) -> Office:
    """The office whose head stands on the documents: of a one-stop group the one it belongs to."""
    return next((node for node in _upwards(office) if node.kind != Office.Kind.ONE_STOP), office)


def _upwards(office: Office) -> list[Office]:
    found, node = [office], office
    while node.parent is not None and len(found) < 20:
        node = node.parent
        found.append(node)
    return found


def derived(office: Office) -> Words:
    """What follows from the office's kind, its name and the offices above it."""
    data, name = _data(), plain_name(office)
    above = _upwards(office)[1:]
    if is_committee(office):
        committee = data["committee"]
        return Words(
            superior="", name=f"{committee['words']}\n{name}", symbol=committee["symbol"],
            place=_place([office, *above]), collective=committee["words"], head=committee["head"],
            receivers=_receivers(office),
        )  # fmt: skip
    superior = next((node for node in above if node.kind != Office.Kind.ONE_STOP), None)
    leader, named = _leader(name), full_name(superior) if superior else ""
    return Words(
        superior=leader.get("superior", named), name=name, symbol=abbreviation(name),
        place=_place(above), collective="", head=leader["head"], receivers=_receivers(office),
    )  # fmt: skip


def is_committee(office: Office) -> bool:
    """Whether a people's committee is meant: provinces and communes, and whatever calls itself so."""
    return office.kind in (Office.Kind.PROVINCE, Office.Kind.COMMUNE) or bool(_COMMITTEE.match(office.name))


def plain_name(office: Office) -> str:
    """ "UBND xã Mây Thông" → "xã Mây Thông"; remarks in brackets are for our pages only."""
    return _COMMITTEE.sub("", _REMARK.sub("", office.name)).strip()


def full_name(office: Office) -> str:
    """ "Tỉnh Bình Dương" → "Ủy ban nhân dân tỉnh Bình Dương"; other names as they are."""
    name = plain_name(office)
    if not is_committee(office):
        return name
    first = name[:1].lower() if name.lower().startswith(_UNITS) else name[:1]
    return f"{_data()['committee']['words']} {first}{name[1:]}"


def _place(offices: list[Office]) -> str:
    for office in offices:
        if is_committee(office):
            return _bare(plain_name(office))
    return ""


def _bare(name: str) -> str:
    """The place without its kind: "Thủ Dầu Một", but "Thành phố Hồ Chí Minh" and "Phường 14"."""
    unit = next((unit for unit in _UNITS if name.lower().startswith(f"{unit} ")), "")
    rest = name[len(unit) :].strip()
    if not unit or rest[:1].isdigit() or rest in _data()["places"]["full"]:
        return name[:1].upper() + name[1:]
    return rest


def abbreviation(name: str) -> str:
    """ "Sở Nông nghiệp và Môi trường" → "SNNMT"."""
    words = re.findall(r"\w+", name)
    return "".join(word[0].upper() for word in words if word not in _SMALL)


def _leader(name: str) -> dict[str, str]:
    found: dict[str, str] = next(one for one in _data()["heads"] if name.startswith(one["begins"]))
    return found


def _deputy(head: str) -> str:
    pairs = [_data()["committee"], *_data()["heads"]]
    return next((str(one["deputy"]) for one in pairs if one["head"].lower() == head.lower()), f"Phó {head}")


def _receivers(office: Office) -> str:
    lists = _data()["receivers"]
    return "\n".join(lists.get(office.kind, lists["other"]))


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_DEFAULTS.read_text(encoding="utf-8"))
