"""The forms of a page as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag

_TYPED = {
    "text", "search", "email", "tel", "url", "password", "date", "datetime-local", "month", "time", "number",
}  # fmt: skip


@dataclass
class Form:
    """What is typed (and its kind), chosen and uploaded; what goes along unseen; each button's own field."""

    action: str
    method: str
    typed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)

    @property
    def usual(self) -> dict[str, str]:
        """What lies in it, with the first of every choice that says something."""
        first = {name: next(filter(None, values), "") for name, values in self.chosen.items()}
        return {**dict.fromkeys(self.typed, ""), **first, **self.hidden}


def posted(page: bytes) -> list[Form]:
    """The forms that are POSTed, without the frame's own: language and sign-out."""
    own = {"/language/", "/sign-out/"}
    return [form for form in found(page) if form.method == "post" and form.action not in own]


def found(page: bytes) -> list[Form]:
    """All of them."""
    reader = _Reader()
    reader.feed(page.decode())
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            # Where on the page its answer is to be seen is for a window alone.
            self._open = Form(urldefrag(told.get("action", "")).url, told.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._take(self._open, tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""

    def _take(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "text")
        if tag == "button":
            form.buttons.append({name: told.get("value", "")} if name else {})
        elif tag == "select":
            self._select = name
            form.chosen[name] = []
        elif tag == "option" and self._select:
            form.chosen[self._select].append(told.get("value", ""))
        elif tag == "textarea" or (tag == "input" and name and kind in _TYPED):
            form.typed[name] = kind
        elif tag == "input" and name and kind == "file":
            form.files.append(name)
        elif tag == "input" and name and kind == "hidden":
            form.hidden[name] = told.get("value", "")
        elif tag == "input" and name:
            form.chosen.setdefault(name, []).append(told.get("value", "on"))
