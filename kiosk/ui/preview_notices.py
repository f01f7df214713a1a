"""What the office publishes, and where complaints go, for ``kiosk.ui.preview``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.office import EMPTY, NoticeKind, OfficeBook, load_book
from kiosk.ui.preview_reach import Low

DEMO = Path(__file__).resolve().parent.parent.parent / "assets" / "office" / "demo.yaml"
Build = Callable[[dict[str, Any]], Any]


def pages() -> dict[str, Build]:
    """Name → how it is built."""
    kinds = {f"notices-{kind.value}": _kind(kind) for kind in NoticeKind}
    return {
        "notices": _notices,
        **kinds,
        "notices-search": lambda given: _searched(given, ""),
        "notices-found": lambda given: _searched(given, "phi"),
        "notices-none-found": lambda given: _searched(given, "ho chieu"),
        "notices-empty": lambda given: _notices(given, EMPTY),
        "notices-low": Low(_notices),
        "notices-search-low": Low(lambda given: _searched(given, "phi")),
        "notices-found-low": Low(lambda given: _looked(given, "phi")),
        "notices-going-home": _going_home(_kind(NoticeKind.PROCEDURES)),
        "notices-found-going-home": Low(_going_home(lambda given: _looked(given, "phi"))),
        "elsewhere": lambda given: _elsewhere(given, left=24, total=30),
        "elsewhere-beside": lambda given: _elsewhere(given, beside=True),
        "elsewhere-empty": lambda given: _elsewhere(given, EMPTY, left=24, total=30),
    }


def _with(given: dict[str, Any], book: OfficeBook | None) -> dict[str, Any]:
    return given | {"facts": replace(given["facts"], book=load_book(DEMO) if book is None else book)}


def _notices(given: dict[str, Any], book: OfficeBook | None = None) -> Any:
    from kiosk.ui.screens.notices import NoticesScreen

    return NoticesScreen(**_with(given, book))


def _kind(kind: NoticeKind) -> Build:
    def build(given: dict[str, Any]) -> Any:
        page = _notices(given)
        page.show_kind(kind)
        return page

    return build


def _searched(given: dict[str, Any], wanted: str) -> Any:
    page = _notices(given)
    page.found(wanted)
    page.show_search()
    return page


def _looked(given: dict[str, Any], wanted: str) -> Any:
    page = _searched(given, wanted)
    page.children[0].looking = True
    return page


def _going_home(build: Build) -> Build:
    """The same page in its last seconds."""

    def built(given: dict[str, Any]) -> Any:
        page = build(given)
        page.show_left(9, 30)
        return page

    return built


def _elsewhere(given: dict[str, Any], book: OfficeBook | None = None, **state: Any) -> Any:
    from kiosk.ui.screens.elsewhere import ElsewhereScreen

    return ElsewhereScreen(**_with(given, book), **state)
