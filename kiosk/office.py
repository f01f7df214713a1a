"""What an office tells its citizens: the book behind công khai, khiếu nại/tố cáo and "who served you".

One YAML file, written by the office in its own words; see docs/office-book.md. No Kivy, no clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.search import matches
from kiosk.yaml_lines import Entry, LineError, compose

KEY_MOST = 40
TOP = ("desks", "services", "officials", "reasons", "notices", "complaint", "improvements", "portal")
REASONS_MOST, REASON_LENGTH = 9, 32


class BookError(LineError):
    """An office's book that cannot be used."""


class NoticeKind(Enum):
    """What may be published (công khai), in the order the page shows it; the values stand in the file."""

    HOTLINE = "hotline"
    LEADERS = "leaders"
    RECEPTION = "reception"
    FEES = "fees"
    PROCEDURES = "procedures"
    RULES = "rules"
    PORTAL = "portal"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk (quầy) one tablet may serve with others. ``key`` is stored and never changes."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Service:
    """A field of work (lĩnh vực); ``icon`` is a Material Design Icons name."""

    key: str
    name: str
    icon: str


@dataclass(frozen=True, slots=True)
class Official:
    """An official the office shows by name. ``photo`` exists when it is given."""

    key: str
    name: str
    duty: str
    photo: Path | None = None


@dataclass(frozen=True, slots=True)
class OwnReason:
    """What this office asks about instead of the usual reasons (lý do); ``texts`` by language."""

    key: str
    icon: str
    texts: tuple[tuple[str, str], ...]

    def text(self, language: str) -> str:
        """In Vietnamese where the office wrote nothing else."""
        words = dict(self.texts)
        return words.get(language) or words["vi"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``label`` may be empty, as in "Hotline: 0274 …" and in a plain sentence."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something published. ``date``: when it was last brought up to date."""

    key: str
    kind: NoticeKind
    title: str
    rows: tuple[Row, ...]
    date: date


@dataclass(frozen=True, slots=True)
class Complaint:
    """Where a complaint or a denunciation goes. ``laws``: what the office names as the ground."""

    schedule: tuple[Row, ...]
    hotline: str
    addresses: tuple[Row, ...]
    laws: tuple[Row, ...]
    date: date


@dataclass(frozen=True, slots=True)
class Improvement:
    """ "Bạn góp ý – Chúng tôi đã sửa". In English where somebody wrote it; the office's file has none."""

    said: str
    done: str
    date: date
    said_en: str = ""
    done_en: str = ""


@dataclass(frozen=True, slots=True)
class OfficeBook:
    """All of it; every part may be missing."""

    desks: tuple[Desk, ...] = ()
    services: tuple[Service, ...] = ()
    officials: tuple[Official, ...] = ()
    reasons: tuple[OwnReason, ...] = ()
    notices: tuple[Notice, ...] = ()
    complaint: Complaint | None = None
    improvements: tuple[Improvement, ...] = ()
    portal: str = ""

    def of_kind(self, kind: NoticeKind) -> tuple[Notice, ...]:
        """In the order of the file."""
        return tuple(notice for notice in self.notices if notice.kind is kind)


EMPTY = OfficeBook()


def load_book(path: Path | None) -> OfficeBook:
    """The book in ``path``; EMPTY for None. Raises BookError naming file, line and key."""
    if path is None:
        return EMPTY
    top = Entry(compose(path, BookError), path.name, "", BookError, TOP)
    book = OfficeBook(
        desks=tuple(Desk(*_key_and_name(e)) for e in _keyed(top, "desks", "key", "name")),
        services=tuple(_service(e) for e in _keyed(top, "services", "key", "name", "icon")),
        officials=tuple(
            _official(e, path.parent) for e in _keyed(top, "officials", "key", "name", "duty", "photo")
        ),
        reasons=_reasons(top),
        notices=tuple(_notice(e) for e in _keyed(top, "notices", "key", "kind", "title", "lines", "date")),
        complaint=_complaint(top),
        improvements=tuple(_improvement(e) for e in top.entries("improvements", ("said", "done", "date"))),
        portal=_link(top, "portal"),
    )
    if book.portal and not book.of_kind(NoticeKind.PORTAL):
        vi = "cần thêm một mục 'kind: portal' có ngày trong notices"
        raise top.wrong("portal", vi, "needs a dated notice of 'kind: portal' beside it")
    return book


def _keyed(top: Entry, part: str, *known: str) -> tuple[Entry, ...]:
    """The entries of ``part``; their keys must differ, because answers are stored under them."""
    entries, seen = top.entries(part, known), set[str]()
    for entry in entries:
        key = _key(entry)
        if key in seen:
            raise entry.wrong("key", f"'{key}' đã dùng ở trên", f"'{key}' is already used above")
        seen.add(key)
    return entries


def _key(entry: Entry) -> str:
    key = entry.text("key", KEY_MOST)
    if not (key.isascii() and key == key.lower() and key.replace("-", "").isalnum()):
        vi = f"cần chữ thường không dấu, số và '-', như quay-3; đang là '{key}'"
        raise entry.wrong("key", vi, f"expected small plain letters, digits and '-'; found '{key}'")
    return key


def _key_and_name(entry: Entry) -> tuple[str, str]:
    return _key(entry), entry.text("name", 80)


def _service(entry: Entry) -> Service:
    return Service(*_key_and_name(entry), icon=entry.text("icon", 60, default="file-document-outline"))


def _official(entry: Entry, folder: Path) -> Official:
    name, duty = entry.text("name", 80), entry.text("duty", 120)
    file = entry.text("photo", 200, default="")
    photo = folder / file if file else None
    if photo is not None and not photo.is_file():
        raise entry.wrong("photo", f"không có tệp ảnh '{file}'", f"there is no picture '{file}'")
    return Official(_key(entry), name, duty, photo)


def _reasons(top: Entry) -> tuple[OwnReason, ...]:
    entries = _keyed(top, "reasons", "key", "vi", "en", "icon")
    if len(entries) > REASONS_MOST:
        vi = f"nhiều nhất {REASONS_MOST} lý do"
        raise top.wrong("reasons", vi, f"at most {REASONS_MOST} reasons")
    return tuple(_reason(entry) for entry in entries)


def _reason(entry: Entry) -> OwnReason:
    vi = entry.text("vi", REASON_LENGTH)
    texts = (("vi", vi), ("en", entry.text("en", REASON_LENGTH, default=vi)))
    return OwnReason(_key(entry), entry.text("icon", 60, default="star"), texts)


def _notice(entry: Entry) -> Notice:
    return Notice(
        key=_key(entry),
        kind=NoticeKind(entry.one_of("kind", [kind.value for kind in NoticeKind])),
        title=entry.text("title"),
        rows=_rows(entry, "lines", needed=True),
        date=entry.day(),
    )


def _complaint(top: Entry) -> Complaint | None:
    entry = top.entry("complaint", ("schedule", "hotline", "addresses", "laws", "date"))
    if entry is None:
        return None
    return Complaint(
        schedule=_rows(entry, "schedule", needed=True),
        hotline=entry.text("hotline", 60),
        addresses=_rows(entry, "addresses", needed=True),
        laws=_rows(entry, "laws"),
        date=entry.day(),
    )


def _improvement(entry: Entry) -> Improvement:
    return Improvement(entry.text("said", 160), entry.text("done", 160), entry.day())


def _rows(entry: Entry, key: str, **options: Any) -> tuple[Row, ...]:
    return tuple(Row(*pair) for pair in entry.rows(key, **options))


def _link(entry: Entry, key: str) -> str:
    """An https address, short enough for a QR that phones read at arm's length."""
    found = entry.text(key, 200, default="")
    try:
        parts = urlsplit(found)
    except ValueError:
        parts = urlsplit("")
    if found and (parts.scheme != "https" or not parts.hostname or not found.isascii()):
        vi = f"cần địa chỉ https://; đang là '{found}'"
        raise entry.wrong(key, vi, f"expected an https:// address; found '{found}'")
    return found


def find(book: OfficeBook, wanted: str, called: Callable[[NoticeKind], str]) -> tuple[Notice, ...]:
    """Notices that have every word wanted, marks or none; those whose title has them come first.

    ``called``: what a kind of notice is called on the screen, so that it is found under that name too.
    """

    def texts(notice: Notice) -> list[str]:
        rows = [f"{row.label} {row.text}" for row in notice.rows]
        return [notice.title, called(notice.kind), *rows]

    found = [notice for notice in book.notices if matches(wanted, *texts(notice))]
    return tuple(sorted(found, key=lambda notice: not matches(wanted, notice.title)))
