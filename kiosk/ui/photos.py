"""Photos of officials as small round textures. Decoded on a thread of their own: a picture straight from a
phone takes a quarter of a second, and no touch may wait for that.

Pillow is used rather than Kivy's loader, whose decoder holds the interpreter's lock all the while.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.graphics.texture import Texture

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

FACE_AT = (0.5, 0.3)  # what is kept of a picture that is not square: faces stand in its upper part
KEPT = 120
FINER = 4  # the circle is drawn so much larger and scaled down, for a smooth edge

Key = tuple[Path, int]
Answer = Callable[[Texture | None], None]


class Photos:
    """A cache that lasts from citizen to citizen. Kivy's thread only."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")
        self._made: OrderedDict[Key, Texture | None] = OrderedDict()
        self._asked: dict[Key, list[Answer]] = {}

    def want(self, path: Path, side: int, answer: Answer) -> None:
        """``answer`` gets the photo, ``side`` px wide: at once when it is known, else some frames later;
        None when the file is no picture."""
        key = (path, side)
        if key in self._made:
            self._made.move_to_end(key)
            answer(self._made[key])
            return
        if key not in self._asked:
            self._asked[key] = []
            work = self._worker.submit(decode, path, side)
            work.add_done_callback(lambda done: Clock.schedule_once(lambda _: self._arrived(key, done), 0))
        self._asked[key].append(answer)

    @property
    def waiting(self) -> bool:
        """Whether any photo is still on its way."""
        return bool(self._asked)

    def _arrived(self, key: Key, done: Future[bytes]) -> None:
        error = done.exception()
        if error is not None:
            log.warning("photo %s cannot be shown: %s", key[0].name, error)
        self._made[key] = None if error is not None else _texture(done.result(), key[1])
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        for answer in self._asked.pop(key):
            answer(self._made[key])


photos = Photos()
"""The tablet's own; one per process, like ``look``."""


def decode(path: Path, side: int) -> bytes:
    """RGBA of the middle of the picture, cut out round, first row at the top. Runs on the worker."""
    from PIL import Image, ImageOps

    with Image.open(path) as opened:
        opened.draft("RGB", (2 * side, 2 * side))  # a JPEG is decoded no finer than this
        upright = ImageOps.exif_transpose(opened)
        photo = ImageOps.fit(upright.convert("RGB"), (side, side), centering=FACE_AT)
    photo.putalpha(_circle(side))
    return photo.tobytes()


@lru_cache(maxsize=8)
def _circle(side: int) -> Image:
    from PIL import Image, ImageDraw

    large = Image.new("L", (side * FINER, side * FINER))
    ImageDraw.Draw(large).ellipse((0, 0, side * FINER - 1, side * FINER - 1), fill=255)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def _texture(pixels: bytes, side: int) -> Texture:
    made = Texture.create(size=(side, side), colorfmt="rgba")
    made.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    made.flip_vertical()
    return made
