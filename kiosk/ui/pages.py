"""From a view to the page that shows it, and to the line of the view log. Kivy's thread only.

Pages are imported when first wanted, so that home is drawn sooner.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.ui.look import look
from kiosk.ui.screens.home import HomeScreen
from kiosk.ui.screens.page import Screen
from kiosk.ui.session import Page
from kiosk.views import (
    ClosingView,
    CommentView,
    DossierView,
    ElsewhereView,
    HomeView,
    MoreView,
    NotSavedView,
    ReplyView,
    SubjectView,
    View,
)

LATER = tuple(
    f"kiosk.ui.screens.{name}"
    for name in (
        "closing",
        "more",
        "comment",
        "followed",
        "reply",
        "not_saved",
        "notices",
        "subject",
        "dossier",
        "access",
        "elsewhere",
        "phone",
        "pin",
        "staff",
    )
)
"""Modules to load once home stands, the likeliest first."""
_NAMES = {
    HomeView: "home",
    MoreView: "more",
    CommentView: "comment",
    ReplyView: "reply",
    SubjectView: "subject",
    DossierView: "dossier",
    ElsewhereView: "elsewhere",
    ClosingView: "closing",
    NotSavedView: "not_saved",
}


def key_of(view: View, beside: Page | None, comfort: object) -> object:
    """Two moments of one key share one page."""
    if beside is not None:
        return beside
    if isinstance(view, (HomeView, NotSavedView)):
        # A visit that ends takes its language and text size with it, on whichever page it ends.
        return (type(view), comfort)
    return (type(view), view.level, view.event_id)


def visit_page(view: View, given: dict[str, Any], standing: Screen | None, saved_at: datetime) -> Screen:
    """``standing``: the page before; one that is built anew, because the window or the comfort changed, goes
    on with its draft. ``saved_at``: local time at which the level was stored."""
    if isinstance(view, HomeView):
        return HomeScreen(pressed=view.pressed, again=view.again, **given)
    given = given | {"left": view.seconds_left, "total": view.total_s}
    if isinstance(view, NotSavedView):
        from kiosk.ui.screens.not_saved import NotSavedScreen

        return NotSavedScreen(reason=view.reason, rated=view.rated, **given)
    if isinstance(view, ElsewhereView):
        from kiosk.ui.screens.elsewhere import ElsewhereScreen

        return ElsewhereScreen(**given)
    given["level"] = int(view.level)
    if isinstance(view, ClosingView):
        from kiosk.ui.screens.closing import closing_screen

        written = {name: getattr(view, name) for name in ("commented", "masked", "contacted", "lookup")}
        return closing_screen(saved_at=saved_at, **written, **given)
    return _choosing_page(view, given) or _writing_page(view, given, standing)


def _choosing_page(view: View, given: dict[str, Any]) -> Screen | None:
    if isinstance(view, MoreView):
        from kiosk.ui.screens.more import MoreScreen

        said = {"commented": view.commented, "contacted": view.contacted, "about": view.about}
        return MoreScreen(chosen=view.chosen, **said, **given)
    if isinstance(view, SubjectView):
        from kiosk.ui.screens.subject import SubjectScreen

        return SubjectScreen(about=view.about, **given)
    return None


def _writing_page(view: View, given: dict[str, Any], standing: Screen | None) -> Screen:
    if isinstance(view, DossierView):
        from kiosk.ui.screens.dossier import DossierScreen

        return DossierScreen(value=view.value, **given)
    if isinstance(view, ReplyView):
        from kiosk.ui.screens.reply import ReplyScreen

        parts = ("name", "phone", "email", "agreed", "guardian")
        draft = {part: getattr(standing, part) for part in parts} if isinstance(standing, ReplyScreen) else {}
        return ReplyScreen(**draft, **given)
    from kiosk.typing import Method, Style
    from kiosk.ui.screens.comment import CommentScreen

    draft = {"text": standing.text, "kind": standing.kind} if isinstance(standing, CommentScreen) else {}
    keyboard = given["facts"].keyboard
    typing = {"method": Method(keyboard.method), "style": Style(keyboard.style)}
    return CommentScreen(**typing, **draft, **given)


def beside_page(page: Page, given: dict[str, Any]) -> Screen:
    """The pages beside the visit."""
    match page:
        case Page.ACCESS:
            from kiosk.ui.screens.access import AccessScreen as Made
        case Page.PROMISES:
            from kiosk.ui.screens.promises import PromisesScreen as Made
        case Page.NOTICES:
            from kiosk.ui.screens.notices import NoticesScreen as Made
        case Page.ELSEWHERE:
            from kiosk.ui.screens.elsewhere import ElsewhereScreen

            return ElsewhereScreen(beside=True, **given)
        case Page.PHONE:
            from kiosk.ui.screens.phone import PhoneScreen as Made
        case Page.PIN:
            from kiosk.ui.screens.pin import PinScreen as Made
        case Page.STAFF:
            from kiosk.ui.screens.staff import StaffScreen as Made
        case Page.RESET:
            from kiosk.ui.screens.pin_reset import ResetScreen as Made
        case Page.ADMIN:
            from kiosk.ui.screens.admin import AdminScreen as Made
    return Made(**given)


def halted_page(reason: str, given: dict[str, Any]) -> Screen:
    """In place of all others."""
    from kiosk.ui.screens.halted import HaltedScreen

    return HaltedScreen(reason=reason, **given)


def update(page: Any, view: View) -> None:
    """Brings a standing page up to its view."""
    if isinstance(view, HomeView):
        page.show_pressed(view.pressed)
        page.show_again(view.again or (page.again and view.pressed is not None))
        return
    page.show_left(view.seconds_left, view.total_s)
    if isinstance(view, MoreView):
        page.show_chosen(view.chosen)
    elif isinstance(view, SubjectView):
        page.show_about(view.about)


def logged(view: View, beside: Page | None, page: Any) -> dict[str, Any]:
    """What the view log says of the frame; never what a citizen typed."""
    if beside is not None:
        facts: dict[str, Any] = {"view": beside.value} | page.logged()
    elif isinstance(view, HomeView):
        facts = {"view": "home"} | ({"pressed": int(view.pressed)} if view.pressed else {})
        facts |= {"again": True} if view.again else {}
    elif isinstance(view, NotSavedView):
        facts = {"view": "not_saved", "reason": view.reason}
    else:
        facts = {"view": _NAMES[type(view)], "level": int(view.level), "event_id": view.event_id}
        facts |= _part(view, page)
    return facts | {"language": look.comfort.language}


def _part(view: View, page: Any) -> dict[str, Any]:
    if isinstance(view, MoreView):
        return {"chosen": sorted(view.chosen)}
    if isinstance(view, SubjectView):
        return {"about": sorted(":".join(pair) for pair in view.about)}
    if isinstance(view, CommentView):
        return {"ready": bool(getattr(page, "text", ""))}
    return {"lookup": True} if isinstance(view, ClosingView) and view.lookup else {}
