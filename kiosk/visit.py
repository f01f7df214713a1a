"""One citizen at the screen, as a pure machine: (visit, happening, now) → (visit, effects).

No clock, no Kivy, no SQL. ``now_s`` is any monotonic clock in seconds.

    HOME ──Tapped──▶ SAVING ──Saved──▶ MORE (level 1) or CLOSING (2, 3) ──Done, time──▶ HOME
                        └──SaveFailed──▶ NOT_SAVED ──Done, time──▶ HOME
    CLOSING ──AskedMore──▶ MORE ──Done──▶ CLOSING
    MORE, CLOSING ──AskedComment──▶ COMMENT ──Wrote──▶ SENDING ──Saved──▶ CLOSING; ──LeftComment──▶ MORE
    MORE ──ChooseAgain──▶ HOME, and the next tap corrects the rating instead of adding one
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from kiosk.survey import Level


class Phase(Enum):
    """Where the visit stands."""

    HOME = auto()
    SAVING = auto()
    MORE = auto()
    COMMENT = auto()
    SENDING = auto()
    CLOSING = auto()
    NOT_SAVED = auto()


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in seconds. ``settle_s``: how long a new page ignores "done", so that a second drumming
    finger cannot close a page nobody has seen."""

    cool_down_s: float = 3.0
    closing_s: float = 8.0
    not_saved_s: float = 8.0
    more_s: float = 30.0
    comment_s: float = 40.0
    again_s: float = 30.0
    settle_s: float = 0.7


@dataclass(frozen=True, slots=True)
class Visit:
    """The whole state. ``swallowed`` counts taps the cool-down took, until they are reported.

    ``event_id`` is the rating's. ``chosen`` are the keys of promises and reasons on the page "more";
    ``said`` whether it was ever used. ``again``: home waits for the corrected level. ``commented``: a
    comment is on stable storage. What is being typed is never part of the visit.
    """

    phase: Phase = Phase.HOME
    visit_id: str = ""
    level: Level | None = None
    event_id: str = ""
    reason: str = ""
    since_s: float = 0.0
    until_s: float = 0.0
    cool_until_s: float = 0.0
    swallowed: int = 0
    chosen: frozenset[str] = frozenset()
    said: bool = False
    again: bool = False
    commented: bool = False


@dataclass(frozen=True, slots=True)
class Tapped:
    """A face was touched; ``visit_id`` is fresh and used only if a visit begins."""

    level: Level
    visit_id: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The rating (or its correction) of ``visit_id`` is on stable storage as ``event_id``."""

    visit_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """Something of ``visit_id`` could not be stored; ``reason`` is a word for the log and the screen."""

    visit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Toggled:
    """A promise or reason was chosen or let go on the page "more"."""

    key: str


@dataclass(frozen=True, slots=True)
class AskedMore:
    """From thanks to the page "more"."""


@dataclass(frozen=True, slots=True)
class AskedComment:
    """To the page where one writes."""


@dataclass(frozen=True, slots=True)
class LeftComment:
    """Back from it; what was typed is thrown away."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """ "Gửi" was touched. The text is the conductor's: here it would outlive the citizen."""


@dataclass(frozen=True, slots=True)
class CommentSaved:
    """The comment of ``visit_id`` is on stable storage."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class ChooseAgain:
    """ "Chọn nhầm? Chọn lại": the level was a slip."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A finger is on the screen: the page's time begins anew."""


@dataclass(frozen=True, slots=True)
class Done:
    """ "Xong" was touched."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Happening = (
    Tapped
    | Saved
    | SaveFailed
    | Toggled
    | AskedMore
    | AskedComment
    | LeftComment
    | Wrote
    | CommentSaved
    | ChooseAgain
    | Touched
    | Done
    | Tick
)


@dataclass(frozen=True, slots=True)
class SaveRating:
    """Effect: store this rating, then report Saved or SaveFailed."""

    visit_id: str
    level: Level


@dataclass(frozen=True, slots=True)
class SaveCorrection:
    """Effect: store that the rating ``corrects`` was meant as ``level``, then report."""

    visit_id: str
    level: Level
    corrects: str


@dataclass(frozen=True, slots=True)
class SaveChoice:
    """Effect: store the whole present choice; report only SaveFailed."""

    visit_id: str
    chosen: frozenset[str]
    good: bool


@dataclass(frozen=True, slots=True)
class SaveComment:
    """Effect: store the comment the conductor holds, then report CommentSaved or SaveFailed."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class SaveSwallowed:
    """Effect: store how many taps the cool-down took since the last report."""

    visit_id: str
    count: int


@dataclass(frozen=True, slots=True)
class SaveEnd:
    """Effect: store how the visit ended (done, skip: "Xong" without a choice, timeout) and on which page."""

    visit_id: str
    how: str
    page: str


Effect = SaveRating | SaveCorrection | SaveChoice | SaveComment | SaveSwallowed | SaveEnd
Step = tuple[Visit, tuple[Effect, ...]]


WAITING = (Phase.HOME, Phase.SAVING, Phase.SENDING)
"""Phases that no time ends: home lasts, and a save reports by itself."""


def step(visit: Visit, happening: Happening, now_s: float, rules: Rules) -> Step:
    """The next state and what must be done outside."""
    return _HANDLERS[type(happening)](visit, happening, now_s, rules)


def _tapped(visit: Visit, tap: Tapped, now_s: float, rules: Rules) -> Step:
    if visit.phase is Phase.HOME and visit.again:
        return _corrected(visit, tap, now_s)
    if visit.phase is not Phase.HOME or now_s < visit.cool_until_s:
        return replace(visit, swallowed=visit.swallowed + 1), ()
    begun = Visit(
        phase=Phase.SAVING,
        visit_id=tap.visit_id,
        level=tap.level,
        since_s=now_s,
        cool_until_s=now_s + rules.cool_down_s,
    )
    effects: tuple[Effect, ...] = (SaveRating(tap.visit_id, tap.level),)
    if visit.swallowed:
        effects = (SaveSwallowed(visit.visit_id, visit.swallowed), *effects)
    return begun, effects


def _corrected(visit: Visit, tap: Tapped, now_s: float) -> Step:
    """The tap after "Chọn lại". What was chosen belonged to the other level and is not carried over."""
    meant = replace(
        visit, phase=Phase.SAVING, level=tap.level, since_s=now_s, again=False, chosen=frozenset(), said=False
    )
    return meant, (SaveCorrection(visit.visit_id, tap.level, visit.event_id),)


def _saved(visit: Visit, saved: Saved, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.SAVING or saved.visit_id != visit.visit_id:
        return visit, ()
    # A correction has an id of its own; the visit keeps the rating's.
    visit = replace(visit, event_id=visit.event_id or saved.event_id)
    if visit.level is Level.UNSATISFIED:
        return _page(visit, Phase.MORE, now_s, rules.more_s), ()
    return _page(visit, Phase.CLOSING, now_s, rules.closing_s), ()


def _save_failed(visit: Visit, failed: SaveFailed, now_s: float, rules: Rules) -> Step:
    if visit.phase in (Phase.HOME, Phase.NOT_SAVED) or failed.visit_id != visit.visit_id:
        return visit, ()
    # No cool-down after a failure: the citizen may try again at once.
    lost = replace(visit, reason=failed.reason, cool_until_s=now_s)
    return _page(lost, Phase.NOT_SAVED, now_s, rules.not_saved_s), ()


def _toggled(visit: Visit, toggled: Toggled, now_s: float, rules: Rules) -> Step:
    # The second tap of a drumming finger falls on a chip that came up under it: nobody chose that.
    if visit.phase is not Phase.MORE or not _settled(visit, now_s, rules):
        return visit, ()
    chosen = visit.chosen ^ {toggled.key}
    visit = replace(visit, chosen=chosen, said=True, until_s=now_s + rules.more_s)
    return visit, (SaveChoice(visit.visit_id, chosen, visit.level is not Level.UNSATISFIED),)


def _asked_more(visit: Visit, _: AskedMore, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.CLOSING or not _settled(visit, now_s, rules):
        return visit, ()
    return _page(visit, Phase.MORE, now_s, rules.more_s), ()


def _asked_comment(visit: Visit, _: AskedComment, now_s: float, rules: Rules) -> Step:
    open_to_it = visit.phase in (Phase.MORE, Phase.CLOSING) and not visit.commented
    if not open_to_it or not _settled(visit, now_s, rules):
        return visit, ()
    return _page(visit, Phase.COMMENT, now_s, rules.comment_s), ()


def _left_comment(visit: Visit, _: LeftComment, now_s: float, rules: Rules) -> Step:
    return (_page(visit, Phase.MORE, now_s, rules.more_s) if visit.phase is Phase.COMMENT else visit), ()


def _wrote(visit: Visit, _: Wrote, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.COMMENT:
        return visit, ()
    return replace(visit, phase=Phase.SENDING, since_s=now_s), (SaveComment(visit.visit_id),)


def _comment_saved(visit: Visit, saved: CommentSaved, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.SENDING or saved.visit_id != visit.visit_id:
        return visit, ()
    return _page(replace(visit, commented=True, said=True), Phase.CLOSING, now_s, rules.closing_s), ()


def _choose_again(visit: Visit, _: ChooseAgain, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.MORE or not _settled(visit, now_s, rules):
        return visit, ()
    return replace(visit, phase=Phase.HOME, again=True, since_s=now_s, until_s=now_s + rules.again_s), ()


def _touched(visit: Visit, _: Touched, now_s: float, rules: Rules) -> Step:
    lasts_s = {Phase.MORE: rules.more_s, Phase.COMMENT: rules.comment_s}.get(visit.phase)
    return (visit if lasts_s is None else replace(visit, until_s=now_s + lasts_s)), ()


def _done(visit: Visit, _: Done, now_s: float, rules: Rules) -> Step:
    if not _settled(visit, now_s, rules):
        return visit, ()
    if visit.phase is Phase.MORE:
        return _page(visit, Phase.CLOSING, now_s, rules.closing_s), ()
    if visit.phase in (Phase.CLOSING, Phase.NOT_SAVED):
        return _ended(visit, "done" if visit.said else "skip")
    return visit, ()


def _tick(visit: Visit, _: Tick, now_s: float, rules: Rules) -> Step:
    effects: tuple[Effect, ...] = ()
    if now_s >= visit.until_s and (visit.again or visit.phase not in WAITING):
        visit, effects = _ended(visit, "timeout")
    if visit.phase is Phase.HOME and visit.swallowed and not visit.again and now_s >= visit.cool_until_s:
        effects = (*effects, SaveSwallowed(visit.visit_id, visit.swallowed))
        visit = replace(visit, swallowed=0)
    return visit, effects


def _page(visit: Visit, phase: Phase, now_s: float, lasts_s: float) -> Visit:
    return replace(visit, phase=phase, since_s=now_s, until_s=now_s + lasts_s)


def _settled(visit: Visit, now_s: float, rules: Rules) -> bool:
    return now_s >= visit.since_s + rules.settle_s


def _ended(visit: Visit, how: str) -> Step:
    """Home again; nothing of the last visit is kept but its cool-down and its uncounted taps."""
    home = Visit(visit_id=visit.visit_id, cool_until_s=visit.cool_until_s, swallowed=visit.swallowed)
    if visit.phase is Phase.NOT_SAVED:
        return home, ()
    page = "again" if visit.again else visit.phase.name.lower()
    return home, (SaveEnd(visit.visit_id, how, page),)


_Handler = Callable[[Visit, Any, float, Rules], Step]
_HANDLERS: dict[type, _Handler] = {
    Tapped: _tapped,
    Saved: _saved,
    SaveFailed: _save_failed,
    Toggled: _toggled,
    AskedMore: _asked_more,
    AskedComment: _asked_comment,
    LeftComment: _left_comment,
    Wrote: _wrote,
    CommentSaved: _comment_saved,
    ChooseAgain: _choose_again,
    Touched: _touched,
    Done: _done,
    Tick: _tick,
}
