"""Material Design Icons: name → character. No Kivy.

The table holds what the screens use; an office's own slogan file may name any other icon of the font,
which is then looked up in the font itself.
"""

from __future__ import annotations

import logging
import struct
from functools import lru_cache
from pathlib import Path

log = logging.getLogger(__name__)

CODEPOINTS = {
    "account-group": 0xF0849,
    "account-star": 0xF0017,
    "account-supervisor": 0xF0A8B,
    "account-tie-outline": 0xF10CA,
    "account-voice": 0xF05CB,
    "alert-circle-outline": 0xF05D6,
    "apple-keyboard-caps": 0xF0632,
    "apple-keyboard-shift": 0xF0636,
    "arrow-collapse-down": 0xF0792,
    "arrow-left": 0xF004D,
    "backspace-outline": 0xF0B5C,
    "bulletin-board": 0xF00E5,
    "bullhorn-outline": 0xF0B23,
    "calendar": 0xF00ED,
    "calendar-clock-outline": 0xF16E1,
    "camera": 0xF0100,
    "cash-multiple": 0xF0116,
    "chart-bar": 0xF0128,
    "check-bold": 0xF0E1E,
    "check-circle": 0xF05E0,
    "check-decagram": 0xF0791,
    "chevron-down": 0xF0140,
    "chevron-left": 0xF0141,
    "chevron-right": 0xF0142,
    "chevron-up": 0xF0143,
    "circle-half-full": 0xF1396,
    "clipboard-check-outline": 0xF08A8,
    "clock-outline": 0xF0150,
    "cloud-upload": 0xF0167,
    "desk": 0xF1239,
    "ear-hearing": 0xF07C5,
    "emoticon-happy-outline": 0xF01F5,
    "exit-to-app": 0xF05FC,
    "eye-off-outline": 0xF06D1,
    "eye-outline": 0xF06D0,
    "feather": 0xF06D3,
    "file-check-outline": 0xF0E29,
    "file-document-outline": 0xF09EE,
    "flag-outline": 0xF023D,
    "flower-tulip": 0xF09F1,
    "format-list-checks": 0xF0756,
    "format-size": 0xF027F,
    "gesture-tap": 0xF0741,
    "gift-outline": 0xF02A1,
    "hand-heart": 0xF10F1,
    "hands-pray": 0xF0579,
    "handshake": 0xF1218,
    "head-heart-outline": 0xF1343,
    "heart": 0xF08D0,
    "heart-outline": 0xF18A0,
    "home-city-outline": 0xF0D16,
    "human": 0xF02E6,
    "information-outline": 0xF02FD,
    "key-outline": 0xF0DD6,
    "link-variant": 0xF0339,
    "lock-outline": 0xF0341,
    "magnify": 0xF0349,
    "map-marker-outline": 0xF07D9,
    "message-reply-text": 0xF0368,
    "monitor": 0xF0379,
    "motion-pause-outline": 0xF1592,
    "pencil": 0xF03EB,
    "phone-in-talk-outline": 0xF1182,
    "qrcode": 0xF0432,
    "qrcode-scan": 0xF0433,
    "refresh": 0xF0450,
    "restart": 0xF0709,
    "scale-balance": 0xF05D1,
    "shield-alert-outline": 0xF0ECD,
    "shield-check-outline": 0xF0CC8,
    "shield-lock-outline": 0xF0CCC,
    "sign-direction": 0xF0781,
    "spa": 0xF0CD1,
    "star": 0xF04CE,
    "stethoscope": 0xF04D9,
    "stop-circle-outline": 0xF0667,
    "storefront-outline": 0xF10C1,
    "sync": 0xF04E6,
    "timer-sand": 0xF051F,
    "tray-full": 0xF1296,
    "undo-variant": 0xF054D,
    "usb-flash-drive": 0xF129E,
    "volume-high": 0xF057E,
    "web": 0xF059F,
    "wifi-strength-alert-outline": 0xF092B,
}

FALLBACK = "star"
_font: Path | None = None


def use_font(path: Path) -> None:
    """The TTF in which names missing from the table are looked up."""
    global _font
    _font = path


def icon(name: str) -> str:
    """The character of ``name``; a star, with a warning in the log, when the font has no such icon."""
    code = CODEPOINTS.get(name) or (glyph_codepoints(_font).get(name) if _font else None)
    if code is None:
        log.warning("icon '%s' is not in the font; a star stands in its place", name)
        code = CODEPOINTS[FALLBACK]
    return chr(code)


@lru_cache(maxsize=1)
def glyph_codepoints(path: Path) -> dict[str, int]:
    """Glyph name → codepoint, from the font's own ``post`` (format 2) and ``cmap`` (format 12) tables."""
    data = path.read_bytes()
    tables = _tables(data)
    names = _glyph_names(data, *tables["post"])
    return {names[glyph]: code for code, glyph in _characters(data, tables["cmap"][0]) if glyph < len(names)}


def _tables(data: bytes) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(count))
    return {tag.decode("ascii"): (offset, length) for tag, _, offset, length in records}


def _glyph_names(data: bytes, offset: int, length: int) -> list[str]:
    (count,) = struct.unpack_from(">H", data, offset + 32)
    index = struct.unpack_from(f">{count}H", data, offset + 34)
    own, at = [], offset + 34 + 2 * count
    while at < offset + length:
        size = data[at]
        own.append(data[at + 1 : at + 1 + size].decode("latin-1"))
        at += 1 + size
    # The first 258 names are those every font shares; icons have names of their own.
    return [own[i - 258] if i >= 258 else "" for i in index]


def _characters(data: bytes, cmap: int) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for i in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * i)
        (form,) = struct.unpack_from(">H", data, cmap + offset)
        if form == 12:
            return _format_12(data, cmap + offset)
    raise ValueError("the icon font has no character map of format 12")


def _format_12(data: bytes, at: int) -> list[tuple[int, int]]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    pairs: list[tuple[int, int]] = []
    for g in range(groups):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * g)
        pairs += [(code, glyph + code - first) for code in range(first, last + 1)]
    return pairs
