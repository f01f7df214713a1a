"""How a visit goes on: one handler for each thing that may happen. See the package for the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk.survey import Level
from kiosk.visit.types import (
    About,
    Asked,
    AskedMore,
    Back,
    ChooseAgain,
    Done,
    Effect,
    Filed,
    Happening,
    MoreTime,
    PartSaved,
    Phase,
    Picked,
    Rules,
    SaveAbout,
    SaveChoice,
    SaveCorrection,
    Saved,
    SaveEnd,
    SaveFailed,
    SavePart,
    SaveRating,
    SaveSwallowed,
    Sent,
    Speaking,
    Step,
    Tapped,
    Tick,
    Toggled,
    Touched,
    Visit,
)

WAITING = (Phase.HOME, Phase.SAVING, Phase.SENDING)
"""Phases that no time ends: home lasts, and a save reports by itself."""
PAGES = (Phase.COMMENT, Phase.REPLY, Phase.SUBJECT, Phase.DOSSIER, Phase.ELSEWHERE)
"""The pages behind "more"."""
WRITING = (Phase.COMMENT, Phase.REPLY)
"""Those that send something, once each."""


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
    return _page(visit, Phase.MORE if visit.level is Level.UNSATISFIED else Phase.CLOSING, now_s, rules), ()


def _save_failed(visit: Visit, failed: SaveFailed, now_s: float, rules: Rules) -> Step:
    if visit.phase in (Phase.HOME, Phase.NOT_SAVED) or failed.visit_id != visit.visit_id:
        return visit, ()
    # No cool-down after a failure: the citizen may try again at once.
    lost = replace(visit, reason=failed.reason, cool_until_s=now_s, sending=None)
    return _page(lost, Phase.NOT_SAVED, now_s, rules), ()


def _toggled(visit: Visit, toggled: Toggled, now_s: float, rules: Rules) -> Step:
    # The second tap of a drumming finger falls on a chip that came up under it: nobody chose that.
    if visit.phase is not Phase.MORE or not _settled(visit, now_s, rules):
        return visit, ()
    chosen = visit.chosen ^ {toggled.key}
    visit = replace(visit, chosen=chosen, said=True, until_s=now_s + rules.more_s)
    return visit, (SaveChoice(visit.visit_id, chosen, visit.level is not Level.UNSATISFIED),)


def _picked(visit: Visit, picked: Picked, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.SUBJECT or not _settled(visit, now_s, rules):
        return visit, ()
    pair = (picked.group, picked.key)
    kept = frozenset(other for other in visit.about if other[0] != picked.group)
    return _about(visit, kept if pair in visit.about else kept | {pair}, now_s, rules)


def _filed(visit: Visit, filed: Filed, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.DOSSIER:
        return visit, ()
    kept = frozenset(other for other in visit.about if other[0] != "dossier")
    about = kept | {("dossier", filed.code)} if filed.code else kept
    visit, effects = _about(visit, about, now_s, rules)
    return _page(visit, Phase.MORE, now_s, rules), effects


def _about(visit: Visit, about: About, now_s: float, rules: Rules) -> Step:
    """Nothing new is not saved again."""
    if about == visit.about:
        return visit, ()
    visit = replace(visit, about=about, said=True, until_s=now_s + lasts_s(visit, visit.phase, rules))
    return visit, (SaveAbout(visit.visit_id, about),)


def _asked_more(visit: Visit, _: AskedMore, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.CLOSING or not _settled(visit, now_s, rules):
        return visit, ()
    return _page(visit, Phase.MORE, now_s, rules), ()


def _asked(visit: Visit, asked: Asked, now_s: float, rules: Rules) -> Step:
    doors = {Phase.MORE: PAGES, Phase.CLOSING: WRITING, Phase.REPLY: (Phase.ELSEWHERE,)}
    open_to_it = asked.page in doors.get(visit.phase, ()) and asked.page not in visit.given
    if not open_to_it or not _settled(visit, now_s, rules):
        return visit, ()
    return _page(visit, asked.page, now_s, rules), ()


def _back(visit: Visit, _: Back, now_s: float, rules: Rules) -> Step:
    return (_page(visit, Phase.MORE, now_s, rules) if visit.phase in PAGES else visit), ()


def _sent(visit: Visit, _: Sent, now_s: float, rules: Rules) -> Step:
    if visit.phase not in WRITING:
        return visit, ()
    sending = replace(visit, phase=Phase.SENDING, since_s=now_s, sending=visit.phase)
    return sending, (SavePart(visit.visit_id, visit.phase),)


def _part_saved(visit: Visit, saved: PartSaved, now_s: float, rules: Rules) -> Step:
    if visit.sending is None or saved.visit_id != visit.visit_id:
        return visit, ()
    visit = replace(visit, given=visit.given | {visit.sending}, said=True, sending=None)
    # Who asks for a reply first has not said yet what about.
    closes = Phase.COMMENT in visit.given
    return _page(visit, Phase.CLOSING if closes else Phase.MORE, now_s, rules), ()


def _choose_again(visit: Visit, _: ChooseAgain, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.MORE or not _settled(visit, now_s, rules):
        return visit, ()
    return replace(visit, phase=Phase.HOME, again=True, since_s=now_s, until_s=now_s + rules.again_s), ()


def _touched(visit: Visit, _: Touched, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.MORE and visit.phase not in PAGES:
        return visit, ()
    return replace(visit, until_s=now_s + lasts_s(visit, visit.phase, rules)), ()


def _speaking(visit: Visit, _: Speaking, now_s: float, rules: Rules) -> Step:
    if visit.phase in WAITING and not visit.again:
        return visit, ()
    return replace(visit, until_s=now_s + lasts_s(visit, visit.phase, rules)), ()


def _more_time(visit: Visit, _: MoreTime, now_s: float, rules: Rules) -> Step:
    if visit.phase is not Phase.CLOSING:
        return visit, ()
    return replace(visit, until_s=now_s + max(rules.lookup_s, lasts_s(visit, visit.phase, rules))), ()


def _done(visit: Visit, _: Done, now_s: float, rules: Rules) -> Step:
    if not _settled(visit, now_s, rules):
        return visit, ()
    if visit.phase is Phase.MORE:
        return _page(visit, Phase.CLOSING, now_s, rules), ()
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


def _page(visit: Visit, phase: Phase, now_s: float, rules: Rules) -> Visit:
    return replace(visit, phase=phase, since_s=now_s, until_s=now_s + lasts_s(visit, phase, rules))


def lasts_s(visit: Visit, phase: Phase, rules: Rules) -> float:
    """How long a page stands without a touch."""
    if phase is Phase.CLOSING:
        return max(rules.closing_s, rules.lookup_s) if visit.given else rules.closing_s
    if phase is Phase.NOT_SAVED:
        return rules.not_saved_s
    if phase is Phase.HOME:
        return rules.again_s
    return rules.comment_s if phase in WRITING else rules.more_s


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
    Asked: _asked,
    Back: _back,
    Sent: _sent,
    PartSaved: _part_saved,
    Picked: _picked,
    Filed: _filed,
    ChooseAgain: _choose_again,
    Touched: _touched,
    Speaking: _speaking,
    MoreTime: _more_time,
    Done: _done,
    Tick: _tick,
}
