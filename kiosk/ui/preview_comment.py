"""The comment page for ``kiosk.ui.preview``: in every state worth a look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LONG = "Cô hướng dẫn nhẹ nhàng. Nhưng bảng chỉ dẫn ở cổng hơi nhỏ, tôi phải hỏi "
Build = Callable[[dict[str, Any]], Any]


def comment_pages() -> dict[str, Build]:
    """Name → how it is built."""

    def build(level: int = 1, left: int = 30, **changes: Any) -> Callable[[dict[str, Any]], Any]:
        from kiosk.ui.screens.comment import CommentScreen

        return lambda given: CommentScreen(level=level, left=left, total=30, **given, **changes)

    return {
        "comment": build(level=3),
        "comment-word": lambda given: _typed(build(text=LONG)(given), "dduwowng"),
        "comment-full": build(level=2, text=(LONG * 8)[:500], kind="phan-anh"),
        "comment-signs": lambda given: _with(build(text="Quầy số ")(given), signs=True),
        "comment-caps": lambda given: _caps(build()(given)),
        "comment-leave": lambda given: _left(build(text=LONG.strip())(given)),
        "comment-warning": lambda given: _warned(build(text=LONG.strip())(given)),
    }


def _typed(page: Any, keys: str) -> Any:
    for key in keys:
        page.keyboard.dispatch("on_type", key)
    return page


def _with(page: Any, **changes: Any) -> Any:
    for name, value in changes.items():
        setattr(page.keyboard, name, value)
    return page


def _caps(page: Any) -> Any:
    from kiosk.ui.widgets.keyboard_rows import Shift

    return _typed(_with(page, shift=Shift.LOCK), "NGHIEENG")


def _left(page: Any) -> Any:
    page.back()
    return page


def _warned(page: Any) -> Any:
    page.show_left(7, 30)
    return page
