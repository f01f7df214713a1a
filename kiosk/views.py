"""What the screen should show: one frozen class for each page of the visit. Times in whole seconds."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.survey import Level
from kiosk.visit import About


@dataclass(frozen=True, slots=True)
class HomeView:
    """The faces. ``pressed``: the face that was touched and is being saved; ``again``: to correct a slip."""

    pressed: Level | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class MoreView:
    """What was missed (level 1) or good (2, 3); ``chosen`` are keys of promises and reasons.

    ``commented``, ``contacted``: a comment, a sealed contact is on stable storage already.
    """

    level: Level
    event_id: str
    chosen: frozenset[str]
    seconds_left: int
    total_s: int
    commented: bool = False
    contacted: bool = False
    about: About = frozenset()


@dataclass(frozen=True, slots=True)
class CommentView:
    """The page where one writes; ``sending`` while the comment is being saved."""

    level: Level
    event_id: str
    sending: bool
    seconds_left: int
    total_s: int


@dataclass(frozen=True, slots=True)
class ReplyView:
    """The page for who wants an answer; ``sending`` while the contact is being sealed and saved."""

    level: Level
    event_id: str
    sending: bool
    seconds_left: int
    total_s: int


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Which desk, service or official; ``about`` is what was picked so far."""

    level: Level
    event_id: str
    about: About
    seconds_left: int
    total_s: int


@dataclass(frozen=True, slots=True)
class DossierView:
    """The page for a dossier code (mã hồ sơ); ``value``: the one entered before, or empty."""

    level: Level
    event_id: str
    value: str
    seconds_left: int
    total_s: int


@dataclass(frozen=True, slots=True)
class ElsewhereView:
    """Where complaints and denunciations (khiếu nại, tố cáo) are received."""

    level: Level
    event_id: str
    seconds_left: int
    total_s: int


@dataclass(frozen=True, slots=True)
class ClosingView:
    """Thanks (levels 3, 2) or sorry (1); the rating ``event_id`` is on stable storage.

    ``commented``: so is a comment, in which ``masked`` kinds of personal numbers were covered; ``contacted``:
    so is a sealed contact. ``lookup``: the code to follow the answer with, empty when nothing was written.
    """

    level: Level
    event_id: str
    seconds_left: int
    total_s: int
    commented: bool = False
    masked: tuple[str, ...] = ()
    contacted: bool = False
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class NotSavedView:
    """ "Chưa ghi nhận được": shown instead of thanks whenever saving failed.

    ``rated``: a level is on stable storage; what failed came after it.
    """

    reason: str
    seconds_left: int
    total_s: int
    rated: bool = False


PageView = MoreView | CommentView | ReplyView | SubjectView | DossierView | ElsewhereView | ClosingView
View = HomeView | PageView | NotSavedView
