"""What a disk may hold after the power went: images made from a record of the shim.

Of each file the bytes of its last fsync are there. What was written since may be there or not, for each page
or each sector of 512 bytes as far as the disk had got with it, in any order; so may lengths. Names (new,
renamed, removed) that no fsync of the folder followed are lost from some point on, in the order in which they
came, as a journal keeps them.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

HEAD = struct.Struct("=cQqQQ")
SECTOR, PAGE = 512, 4096
WAYS = ("least", "most", "front", "pages", "sectors")
"""How much of what was not synced is there: nothing, all, a beginning; each page or sector as it comes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the record: ``kind`` as the shim names it."""

    kind: str
    inode: int = 0
    where: int = 0
    text: str = ""
    data: bytes = b""


def changes(record: Path) -> Iterator[Change]:
    """What the shim wrote down."""
    raw, at = record.read_bytes(), 0
    while at < len(raw):
        kind, inode, where, text, data = HEAD.unpack_from(raw, at)
        at += HEAD.size
        yield Change(
            kind.decode(), inode, where, raw[at : at + text].decode(), raw[at + text : at + text + data]
        )
        at += text + data


@dataclass
class File:
    """``synced`` is on the disk for certain; ``since`` may be, in part."""

    synced: bytes = b""
    since: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        self.synced = self.after(len(self.since), lambda _: len(self.since), SECTOR)
        self.since = []

    def after(self, sized: int, reached: Callable[[int], int], grain: int) -> bytes:
        """With the length after the first ``sized`` changes; each grain as the first ``reached`` left it."""
        content, size, far = bytearray(self.synced), len(self.synced), {}
        for nth, change in enumerate(self.since):
            end = change.where + len(change.data)
            if nth < sized:
                size = max(size, end) if change.kind == "w" else change.where
            stop = max(end, len(content)) if change.kind == "t" else end
            content.extend(bytes(max(0, stop - len(content))))
            for start in range(change.where // grain * grain, stop, grain):
                if start not in far:
                    far[start] = reached(start)
                if nth < far[start]:
                    one, two = max(start, change.where), min(start + grain, stop)
                    piece = change.data[one - change.where : two - change.where]
                    content[one:two] = piece or bytes(two - one)
        content.extend(bytes(max(0, size - len(content))))
        return bytes(content[:size])


Names = dict[str, int]


@dataclass
class Disk:
    """Files by inode and their names; ``names`` are on the disk for certain, ``renamed`` may be."""

    files: dict[int, File] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    renamed: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """A folder whose every byte is on the disk."""
        there = [path for path in folder.iterdir() if path.is_file()]
        return cls(
            {path.stat().st_ino: File(path.read_bytes()) for path in there},
            {path.name: path.stat().st_ino for path in there},
        )

    def take(self, change: Change) -> None:
        """The next line of the record."""
        match change.kind:
            case "w" | "t":
                self.files[change.inode].since.append(change)
            case "s":
                self.files[change.inode].sync()
            case "c":
                self.files[change.inode] = File()
                self.renamed.append(change)
            case "r" | "u":
                self.renamed.append(change)
            case "S":
                self.names, self.renamed = self._names(len(self.renamed)), []

    def _names(self, upto: int) -> Names:
        names = dict(self.names)
        for change in self.renamed[:upto]:
            match change.kind:
                case "c":
                    names[change.text] = change.inode
                case "u":
                    names.pop(change.text, None)
                case "r" if change.text in names:
                    names[change.data.decode()] = names.pop(change.text)
        return names

    def image(self, way: str, dice: random.Random) -> dict[str, bytes]:
        """What may be found when the power is back."""
        upto = {"least": 0, "most": len(self.renamed)}.get(way, dice.randint(0, len(self.renamed)))
        return {name: _found(self.files[inode], way, dice) for name, inode in self._names(upto).items()}


def _found(file: File, way: str, dice: random.Random) -> bytes:
    everything = len(file.since)
    if way == "most" or not everything:
        return file.after(everything, lambda _: everything, PAGE)
    if way == "least":
        return file.synced
    sized = dice.randint(0, everything)
    if way == "front":
        return file.after(sized, lambda _: sized, PAGE)
    return file.after(sized, lambda _: dice.randint(0, everything), PAGE if way == "pages" else SECTOR)


@dataclass(frozen=True, slots=True)
class Cut:
    """The power goes: what is found, and what the screen had said before. ``kept``: the last number of each
    small file that was reported as written."""

    point: int
    way: str
    files: dict[str, bytes]
    shown: list[str]
    kept: dict[str, int]

    def lay(self, folder: Path) -> None:
        """The folder as it is found."""
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def cuts(
    disk: Disk, record: Path, dice: random.Random, points: int, ways: tuple[str, ...] = WAYS
) -> Iterator[Cut]:
    """The power cut at ``points`` places of the record (or at each, 0), in every way, each once."""
    disk = deepcopy(disk)
    lines = list(changes(record))
    chosen = set(range(len(lines))) if not points else set(dice.sample(range(len(lines)), points))
    shown: list[str] = []
    kept: dict[str, int] = {}
    for nth, change in enumerate(lines):
        if change.kind == "m":
            _note(change.text, shown, kept)
        disk.take(change)
        if nth in chosen:
            seen = set()
            for way in ways:
                files = disk.image(way, dice)
                key = hash(tuple(sorted(files.items())))
                if key not in seen:
                    seen.add(key)
                    yield Cut(nth, way, files, list(shown), dict(kept))


def _note(text: str, shown: list[str], kept: dict[str, int]) -> None:
    what, value = text.split(" ")
    if what == "shown":
        shown.append(value)
    else:
        kept[what] = int(value)
