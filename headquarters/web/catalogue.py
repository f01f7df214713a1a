"""Finds headquarters' translatable words, in Python and in templates, without GNU gettext.

    python -m headquarters.web.catalogue     bring locale/vi/LC_MESSAGES/django.po up to date

Django turns a template into Python-like text (``templatize``) that Babel's own extractor reads, so
this sees what ``makemessages`` sees and needs no msgfmt or xgettext on the machine.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
PO_FILE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext_lazy": ((1, "c"), 2),
    "_": None,
}


def messages() -> Catalog:
    """Every message of headquarters, untranslated."""
    found = Catalog(locale="vi", fuzzy=False)
    for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.html")]):
        where = path.relative_to(ROOT.parent).as_posix()
        for message, context in _in_file(path):
            found.add(message, locations=[(where, 0)], context=context)
    return found


def _in_file(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "templates" not in path.parts:
            return
        text = templatize(text, origin=str(path))
    source: Any = io.BytesIO(text.encode("utf-8"))
    for _line, message, _comments, context in extract("python", source, keywords=_KEYWORDS):
        yield message, context


def update() -> None:
    """Keeps the translations there are; new messages arrive empty, gone ones go."""
    with PO_FILE.open("rb") as file:
        known = read_po(file, locale="vi")
    # Never guess a translation from a similar message: a wrong sentence is worse than a missing one.
    known.update(messages(), no_fuzzy_matching=True)
    known.obsolete.clear()
    with PO_FILE.open("wb") as file:
        write_po(file, known, sort_output=True, no_location=True, width=100)


if __name__ == "__main__":
    update()
