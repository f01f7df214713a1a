"""What the parts of an event are called, for the person whose data are shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_KINDS = {
    "rating": gettext_noop("Rating"),
    "correction": gettext_noop("Correction of the rating"),
    "reasons": gettext_noop("Promises and reasons"),
    "comment": gettext_noop("Comment"),
    "contact": gettext_noop("A way to be reached"),
    "subject": gettext_noop("What the visit was about"),
    "session_end": gettext_noop("End of the visit"),
}
_FIELDS = {
    "level": gettext_noop("Level"),
    "channel": gettext_noop("Given on"),
    "flags": gettext_noop("Marks"),
    "chosen": gettext_noop("Chosen"),
    "good": gettext_noop("Meant as good"),
    "text": gettext_noop("Text"),
    "topic": gettext_noop("Topic"),
    "lookup": gettext_noop("Lookup code"),
    "name": gettext_noop("Name"),
    "phone": gettext_noop("Phone"),
    "email": gettext_noop("E-mail"),
    "guardian": gettext_noop("A parent or guardian answers"),
    "desk": gettext_noop("Desk"),
    "service": gettext_noop("Service"),
    "official": gettext_noop("Official"),
    "dossier": gettext_noop("Dossier code"),
    "how": gettext_noop("How it ended"),
    "page": gettext_noop("On which page"),
    "erased": gettext_noop("Erased"),
    "sealed": gettext_noop("Sealed to another key"),
}
_LEVELS = {
    1: gettext_noop("Not satisfied yet"),
    2: gettext_noop("Satisfied"),
    3: gettext_noop("Very satisfied"),
}


def kind(name: str) -> str:
    """A kind of event; one of a later version by its own name."""
    return _(_KINDS[name]) if name in _KINDS else name


def fields(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, value) as people read them; what is empty is left out."""
    return [
        (_(_FIELDS[name]) if name in _FIELDS else str(name), _value(name, value))
        for name, value in content.items()
        if value not in ("", None, [])
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "level" and value in _LEVELS:
        return _(_LEVELS[value])
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
