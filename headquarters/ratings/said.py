"""What an event's body says beyond its level, as headquarters keeps it. Pure, and the same for every copy.

A body is a tablet's: what is not of the shape that sync.kinds names counts as not said.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync import contract, kinds

Said = dict[str, Any]
"""Columns of models.Visit, or of models.Comment, and their values."""

FLAGGED, PHONE = 1, 2
LONGEST_KEY = 64
LONGEST_OFFICIAL = 40
"""As long as a key of the office book; in a cell it stands behind its desk."""
MOST_CHOSEN = 40


def of(kind: str, body: dict[str, Any]) -> Said | None:
    """None for the usual rating, and for kinds of which nothing is kept beyond the event."""
    read = _READERS.get(kind)
    return read(body) if read is not None else None


def of_stored(kind: str, stored: str) -> Said | None:
    """The same, of an event as it is stored; one of a later version says nothing yet."""
    try:
        event = _event.decode(stored)
    except (msgspec.DecodeError, RecursionError):
        return None
    return of(kind, event.body) if event.v == contract.VERSION else None


def _rating(body: dict[str, Any]) -> Said | None:
    marks = (FLAGGED if body.get("flags") else 0) | (PHONE if body.get("channel") == "phone" else 0)
    return {"marks": marks} if marks else None


def _correction(body: dict[str, Any]) -> Said | None:
    level = body.get("level")
    return {"level": level} if type(level) is int and level in contract.LEVELS else None


def _subject(body: dict[str, Any]) -> Said:
    return {
        "service": _key(body.get("service")),
        "desk_key": _key(body.get("desk")),
        "dossier": _key(body.get("dossier")),
        "official": _key(body.get("official"))[:LONGEST_OFFICIAL],
    }


def _reasons(body: dict[str, Any]) -> Said:
    chosen = body.get("chosen")
    keys = [_key(key) for key in chosen] if isinstance(chosen, list) else []
    # Each once, in the order of choosing.
    once = [key for key in dict.fromkeys(keys) if key][:MOST_CHOSEN]
    return {"chosen": msgspec.json.encode(once).decode(), "good": body.get("good") is True}


def _comment(body: dict[str, Any]) -> Said | None:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        return None
    topic = body.get("topic")
    return {
        "text": plain(text),
        "topic": plain(topic)[:20] if isinstance(topic, str) else "",
        "review": body.get("review") is True,
    }


def _key(value: Any) -> str:
    return plain(value)[:LONGEST_KEY] if isinstance(value, str) else ""


def plain(text: str) -> str:
    """As any text column can keep it: no NUL, no half of a character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


_event = msgspec.json.Decoder(contract.Event)
_READERS = {
    kinds.RATING: _rating,
    kinds.CORRECTION: _correction,
    kinds.SUBJECT: _subject,
    kinds.REASONS: _reasons,
    kinds.COMMENT: _comment,
}
