"""The reply page for ``kiosk.ui.preview``: in every state worth a look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Build = Callable[[dict[str, Any]], Any]
FILLED = {"name": "Nguyễn Thị Hoa", "phone": "0912345678", "email": "hoa.nguyen1962@gmail.com"}


def pages() -> dict[str, Build]:
    """Name → how it is built."""

    def build(level: int = 1, left: int = 30, **changes: Any) -> Build:
        from kiosk.ui.screens.reply import ReplyScreen

        return lambda given: ReplyScreen(level=level, left=left, total=30, **given, **changes)

    return {
        "reply": build(),
        "reply-filled": build(level=3, agreed=True, **FILLED),
        "reply-name": lambda given: _typed(build(active="name", name="Nguyễn Thị ")(given), "Hoaf"),
        "reply-phone": build(active="phone", name=FILLED["name"], phone="0912 345"),
        "reply-phone-wrong": lambda given: _after(build(active="phone", phone="0912 345")(given), "next"),
        "reply-email": build(active="email", **FILLED),
        "reply-missing": lambda given: _after(build()(given), "send"),
        "reply-unagreed": lambda given: _after(build(phone=FILLED["phone"])(given), "send"),
        "reply-leave": lambda given: _after(build(**FILLED)(given), "back"),
        "reply-warning": lambda given: _warned(build(phone=FILLED["phone"])(given)),
        "reply-sending": lambda given: _after(build(agreed=True, **FILLED)(given), "send"),
    }


def _typed(page: Any, keys: str) -> Any:
    for key in keys:
        page.usb._typed(key)
    return page


def _after(page: Any, move: str) -> Any:
    page.press("send") if move == "send" else getattr(page, move)()
    return page


def _warned(page: Any) -> Any:
    page.show_left(7, 30)
    return page
