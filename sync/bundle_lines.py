"""Lines ↔ gzip in pieces of bounded size, both ways without holding the whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

LONGEST_LINE = 2 * 1024 * 1024
_OUT = 256 * 1024
_MORE = "the packed lines are cut short or have more behind them"


class TooLong(ValueError):
    """A line that no event has, or a packed stream that is none."""


class Joined:
    """Packs lines into pieces of exactly ``size`` bytes; the last may be shorter and is marked."""

    def __init__(self, size: int) -> None:
        self._size = size

    def pieces(self, lines: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
        """(piece, whether it is the last)."""
        packer, waiting = zlib.compressobj(6, zlib.DEFLATED, 31), bytearray()
        for line in lines:
            waiting += packer.compress(line)
            # More than a piece is kept back, so that the last one is never empty.
            while len(waiting) > self._size:
                yield bytes(waiting[: self._size]), False
                del waiting[: self._size]
        waiting += packer.flush()
        while len(waiting) > self._size:
            yield bytes(waiting[: self._size]), False
            del waiting[: self._size]
        yield bytes(waiting), True


class Lines:
    """Unpacks pieces into lines; a bomb costs at most one line."""

    def of(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Each line without its end. Raises TooLong."""
        waiting = b""
        for plain in self._unpacked(pieces):
            *whole, waiting = (waiting + plain).split(b"\n")
            yield from whole
            if len(waiting) > LONGEST_LINE:
                raise TooLong("a line longer than any event")
        if waiting:
            raise TooLong("the last line has no end")

    def _unpacked(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        packer = zlib.decompressobj(wbits=31)
        try:
            for piece in pieces:
                rest = piece
                while rest:
                    if packer.eof:
                        # zlib would gather it all, and copy it anew with every piece.
                        raise TooLong(_MORE)
                    yield packer.decompress(rest, _OUT)
                    rest = packer.unconsumed_tail
            yield packer.flush()
        except zlib.error as error:
            raise TooLong(f"not gzip ({error})") from error
        if not packer.eof or packer.unused_data:
            raise TooLong(_MORE)
