"""One citizen at the screen, as a pure machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.survey import Level
from kiosk.visit import (
    PAGES,
    Asked,
    AskedMore,
    Back,
    ChooseAgain,
    Done,
    Filed,
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
    Tapped,
    Tick,
    Toggled,
    Touched,
    Visit,
    step,
)

RULES = Rules(cool_down_s=3, closing_s=8, not_saved_s=8, settle_s=0.7)


def saving(now_s: float = 100.0) -> Visit:
    visit, effects = step(Visit(), Tapped(Level.SATISFIED, "v1"), now_s, RULES)
    assert effects == (SaveRating("v1", Level.SATISFIED),)
    return visit


def closing(now_s: float = 100.0) -> Visit:
    visit, _ = step(saving(now_s), Saved("v1", "e1"), now_s, RULES)
    return visit


def test_thanks_waits_for_the_save() -> None:
    visit = saving()
    assert visit.phase is Phase.SAVING
    visit, _ = step(visit, Tick(), 200.0, RULES)
    assert visit.phase is Phase.SAVING


def test_saved_rating_is_thanked_with_its_event() -> None:
    visit = closing()
    assert (visit.phase, visit.event_id, visit.level) == (Phase.CLOSING, "e1", Level.SATISFIED)


def test_failed_save_is_never_thanked_and_can_be_tried_again_at_once() -> None:
    visit, _ = step(saving(), SaveFailed("v1", "full"), 100.1, RULES)
    assert (visit.phase, visit.reason) == (Phase.NOT_SAVED, "full")
    visit, _ = step(visit, Done(), 101.0, RULES)
    assert visit.phase is Phase.HOME
    _, effects = step(visit, Tapped(Level.UNSATISFIED, "v2"), 101.1, RULES)
    assert effects == (SaveRating("v2", Level.UNSATISFIED),)


def test_drumming_is_swallowed_and_counted() -> None:
    visit = saving(100.0)
    for now_s in (100.1, 100.2):
        visit, effects = step(visit, Tapped(Level.SATISFIED, "x"), now_s, RULES)
        assert effects == ()
    visit, _ = step(visit, Saved("v1", "e1"), 100.3, RULES)
    visit, _ = step(visit, Done(), 101.1, RULES)
    visit, effects = step(visit, Tapped(Level.SATISFIED, "x"), 102.9, RULES)
    assert effects == ()
    visit, effects = step(visit, Tick(), 103.0, RULES)
    assert effects == (SaveSwallowed("v1", 3),)
    assert visit.swallowed == 0


def test_swallowed_taps_are_reported_before_the_next_rating() -> None:
    visit = saving(100.0)
    visit, _ = step(visit, Tapped(Level.SATISFIED, "x"), 100.1, RULES)
    visit, _ = step(visit, Saved("v1", "e1"), 100.2, RULES)
    visit, _ = step(visit, Done(), 103.5, RULES)
    _, effects = step(visit, Tapped(Level.VERY_SATISFIED, "v2"), 103.5, RULES)
    assert effects == (SaveSwallowed("v1", 1), SaveRating("v2", Level.VERY_SATISFIED))


def test_a_drumming_finger_cannot_close_a_page_nobody_has_seen() -> None:
    visit = closing(100.0)
    assert step(visit, Done(), 100.5, RULES)[0].phase is Phase.CLOSING
    assert step(visit, Done(), 100.8, RULES)[0].phase is Phase.HOME


@pytest.mark.parametrize(("now_s", "phase"), [(107.9, Phase.CLOSING), (108.0, Phase.HOME)])
def test_thanks_goes_home_by_itself(now_s: float, phase: Phase) -> None:
    assert step(closing(100.0), Tick(), now_s, RULES)[0].phase is phase


def test_nothing_of_a_visit_reaches_the_next_person() -> None:
    visit, _ = step(closing(100.0), Tick(), 108.0, RULES)
    assert (visit.level, visit.event_id, visit.reason) == (None, "", "")


@given(st.sampled_from([Saved("other", "e9"), SaveFailed("other", "full")]))
def test_an_answer_about_another_visit_changes_nothing(late: Saved | SaveFailed) -> None:
    assert step(saving(), late, 101.0, RULES)[0].phase is Phase.SAVING


def more(now_s: float = 100.0) -> Visit:
    """An unhappy citizen, whose rating is stored as e1."""
    visit, _ = step(Visit(), Tapped(Level.UNSATISFIED, "v1"), now_s, RULES)
    return step(visit, Saved("v1", "e1"), now_s, RULES)[0]


def test_an_unhappy_citizen_is_asked_what_was_missed_after_the_save() -> None:
    visit = more()
    assert (visit.phase, visit.until_s) == (Phase.MORE, 130.0)


def test_every_choice_is_saved_when_given_as_a_whole() -> None:
    visit, first = step(more(), Toggled("xin-loi"), 101.0, RULES)
    visit, second = step(visit, Toggled("thoi-gian"), 102.0, RULES)
    visit, third = step(visit, Toggled("xin-loi"), 103.0, RULES)
    assert first == (SaveChoice("v1", frozenset({"xin-loi"}), good=False),)
    assert second == (SaveChoice("v1", frozenset({"xin-loi", "thoi-gian"}), good=False),)
    assert third == (SaveChoice("v1", frozenset({"thoi-gian"}), good=False),)
    assert visit.until_s == 133.0


def test_a_drumming_finger_chooses_no_reason_on_a_page_that_just_came() -> None:
    visit, effects = step(more(100.0), Toggled("thai-do"), 100.3, RULES)
    assert (visit.chosen, visit.said, effects) == (frozenset(), False, ())


def test_thanks_leads_to_what_was_good_and_back() -> None:
    visit, _ = step(closing(100.0), AskedMore(), 101.0, RULES)
    assert visit.phase is Phase.MORE
    visit, effects = step(visit, Toggled("cam-on"), 102.0, RULES)
    assert effects == (SaveChoice("v1", frozenset({"cam-on"}), good=True),)
    assert step(visit, Done(), 103.0, RULES)[0].phase is Phase.CLOSING


@pytest.mark.parametrize(("toggles", "how"), [(1, "done"), (0, "skip")])
def test_done_says_whether_anything_was_said(toggles: int, how: str) -> None:
    visit = more()
    for _ in range(toggles):
        visit, _ = step(visit, Toggled("thai-do"), 101.0, RULES)
    visit, _ = step(visit, Done(), 102.0, RULES)
    visit, effects = step(visit, Done(), 103.0, RULES)
    assert (visit.phase, effects) == (Phase.HOME, (SaveEnd("v1", how, "closing"),))


def test_walking_away_keeps_what_was_given_and_says_so() -> None:
    visit, _ = step(more(), Toggled("thai-do"), 101.0, RULES)
    assert step(visit, Tick(), 130.9, RULES)[0].phase is Phase.MORE
    visit, effects = step(visit, Tick(), 131.0, RULES)
    assert (visit.phase, effects) == (Phase.HOME, (SaveEnd("v1", "timeout", "more"),))


def test_a_touch_anywhere_gives_more_time() -> None:
    assert step(more(), Touched(), 120.0, RULES)[0].until_s == 150.0


def test_choosing_again_corrects_the_rating_even_within_the_cool_down() -> None:
    visit, effects = step(more(100.0), ChooseAgain(), 101.0, RULES)
    assert (visit.phase, visit.again, effects) == (Phase.HOME, True, ())
    visit, effects = step(visit, Tapped(Level.VERY_SATISFIED, "v2"), 101.5, RULES)
    assert effects == (SaveCorrection("v1", Level.VERY_SATISFIED, "e1"),)
    visit, _ = step(visit, Saved("v1", "e2"), 101.6, RULES)
    assert (visit.phase, visit.level, visit.event_id) == (Phase.CLOSING, Level.VERY_SATISFIED, "e1")


def test_a_correction_nobody_makes_leaves_the_rating_as_it_was() -> None:
    visit, _ = step(more(100.0), ChooseAgain(), 101.0, RULES)
    visit, effects = step(visit, Tick(), 131.0, RULES)
    assert (visit.again, effects) == (False, (SaveEnd("v1", "timeout", "again"),))
    _, effects = step(visit, Tapped(Level.SATISFIED, "v2"), 132.0, RULES)
    assert effects == (SaveRating("v2", Level.SATISFIED),)


def test_a_choice_that_cannot_be_saved_is_said_on_screen() -> None:
    visit, _ = step(more(), SaveFailed("v1", "full"), 101.0, RULES)
    assert (visit.phase, visit.reason) == (Phase.NOT_SAVED, "full")


def writing(now_s: float = 100.0) -> Visit:
    """An unhappy citizen on the comment page."""
    return step(more(now_s), Asked(Phase.COMMENT), now_s + 1, RULES)[0]


def test_a_comment_is_thanked_for_only_when_it_is_saved() -> None:
    visit, effects = step(writing(), Sent(), 110.0, RULES)
    assert (visit.phase, effects) == (Phase.SENDING, (SavePart("v1", Phase.COMMENT),))
    assert step(visit, Tick(), 999.0, RULES)[0].phase is Phase.SENDING
    visit, _ = step(visit, PartSaved("v1"), 111.0, RULES)
    assert (visit.phase, visit.given) == (Phase.CLOSING, {Phase.COMMENT})
    assert step(visit, Asked(Phase.COMMENT), 113.0, RULES)[0].phase is Phase.CLOSING, "one comment a visit"


def test_a_comment_that_cannot_be_saved_is_said_on_screen() -> None:
    visit, _ = step(writing(), Sent(), 110.0, RULES)
    assert step(visit, SaveFailed("v1", "full"), 110.1, RULES)[0].phase is Phase.NOT_SAVED


def test_leaving_the_comment_goes_back_to_the_choices() -> None:
    visit, _ = step(writing(), Back(), 105.0, RULES)
    assert (visit.phase, visit.given) == (Phase.MORE, frozenset())


def test_walking_away_from_the_keyboard_ends_the_visit() -> None:
    visit, effects = step(writing(100.0), Tick(), 141.0, RULES)
    assert (visit.phase, effects) == (Phase.HOME, (SaveEnd("v1", "timeout", "comment"),))


def on_page(page: Phase, now_s: float = 100.0) -> Visit:
    """An unhappy citizen on one of the pages behind "more"."""
    return step(more(now_s), Asked(page), now_s + 1, RULES)[0]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_behind_more_has_a_way_back_and_an_end(page: Phase) -> None:
    visit = on_page(page)
    assert visit.phase is page
    assert step(visit, Back(), 105.0, RULES)[0].phase is Phase.MORE
    ended, effects = step(visit, Tick(), 142.0, RULES)
    assert (ended.phase, effects) == (Phase.HOME, (SaveEnd("v1", "timeout", page.name.lower()),))


@pytest.mark.parametrize("page", PAGES)
def test_a_finger_or_a_voice_keeps_the_page(page: Phase) -> None:
    for happening in (Touched(), Speaking()):
        visit, _ = step(on_page(page), happening, 125.0, RULES)
        assert step(visit, Tick(), 150.0, RULES)[0].phase is page


def test_who_asks_for_a_reply_first_can_still_write() -> None:
    visit, effects = step(on_page(Phase.REPLY), Sent(), 110.0, RULES)
    assert effects == (SavePart("v1", Phase.REPLY),)
    visit, _ = step(visit, PartSaved("v1"), 111.0, RULES)
    assert (visit.phase, visit.given) == (Phase.MORE, {Phase.REPLY})
    assert step(visit, Asked(Phase.REPLY), 113.0, RULES)[0].phase is Phase.MORE, "one contact a visit"
    visit, _ = step(visit, Asked(Phase.COMMENT), 113.0, RULES)
    visit, _ = step(visit, Sent(), 120.0, RULES)
    visit, _ = step(visit, PartSaved("v1"), 121.0, RULES)
    assert visit.phase is Phase.CLOSING
    assert visit.until_s == 121.0 + RULES.lookup_s, "a lookup code takes time to write down"
    assert step(visit, MoreTime(), 140.0, RULES)[0].until_s == 140.0 + RULES.lookup_s


def test_an_answer_of_another_visit_saves_nothing_of_this_one() -> None:
    visit, _ = step(on_page(Phase.REPLY), Sent(), 110.0, RULES)
    assert step(visit, PartSaved("v0"), 111.0, RULES)[0] == visit


def test_of_each_group_one_is_picked_and_a_second_touch_lets_go() -> None:
    visit = on_page(Phase.SUBJECT)
    seen = []
    for group, key in (("desk", "1"), ("service", "a"), ("desk", "2"), ("service", "a")):
        visit, effects = step(visit, Picked(group, key), 103.0, RULES)
        seen.append(effects)
    assert seen[-1] == (SaveAbout("v1", frozenset({("desk", "2")})),)
    assert visit.about == {("desk", "2")}
    assert step(visit, Back(), 104.0, RULES)[0].about == {("desk", "2")}


def test_a_dossier_code_is_saved_once_and_can_be_taken_back() -> None:
    visit, effects = step(on_page(Phase.DOSSIER), Filed("H12-1"), 103.0, RULES)
    assert (visit.phase, effects) == (Phase.MORE, (SaveAbout("v1", frozenset({("dossier", "H12-1")})),))
    visit = step(visit, Asked(Phase.DOSSIER), 105.0, RULES)[0]
    assert step(visit, Filed("H12-1"), 107.0, RULES)[1] == (), "the same again is nothing new"
    visit, effects = step(visit, Filed(""), 108.0, RULES)
    assert effects == (SaveAbout("v1", frozenset()),)


class Drumming(RuleBasedStateMachine):
    """Any order of taps, answers and time: each tap is a rating or is counted, exactly once."""

    def __init__(self) -> None:
        super().__init__()
        self.visit, self.now_s = Visit(), 0.0
        self.taps = self.ratings = self.reported = self.ended = 0
        self.saves: list[str] = []

    def happen(self, happening: object) -> None:
        self.visit, effects = step(self.visit, happening, self.now_s, RULES)  # type: ignore[arg-type]
        for effect in effects:
            if isinstance(effect, SaveRating | SaveCorrection):
                self.ratings += 1
                self.saves.append(effect.visit_id)
            elif isinstance(effect, SaveSwallowed):
                self.reported += effect.count
            elif isinstance(effect, SaveEnd):
                self.ended += 1

    @rule(level=st.sampled_from(Level))
    def tap(self, level: Level) -> None:
        self.taps += 1
        self.happen(Tapped(level, f"v{self.taps}"))

    @rule(ok=st.booleans())
    def answer(self, ok: bool) -> None:
        for visit_id in self.saves:
            self.happen(Saved(visit_id, f"e-{visit_id}") if ok else SaveFailed(visit_id, "full"))
        self.saves = []

    @rule(seconds=st.floats(0, 10))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.happen(Tick())

    @rule()
    def done(self) -> None:
        self.happen(Done())

    @invariant()
    def every_tap_is_accounted_for(self) -> None:
        assert self.taps == self.ratings + self.reported + self.visit.swallowed

    @rule(key=st.sampled_from(["thoi-gian", "xin-loi"]))
    def toggle(self, key: str) -> None:
        self.happen(Toggled(key))

    @rule()
    def comment_saved(self) -> None:
        self.happen(PartSaved(self.visit.visit_id))

    @rule(
        happening=st.sampled_from(
            [
                *(AskedMore(), Back(), Sent(), ChooseAgain(), Touched(), Speaking(), MoreTime()),
                *map(Asked, PAGES),
                *(Picked("desk", "1"), Picked("desk", "2"), Filed("H12-1"), Filed("")),
            ]
        )
    )
    def press(self, happening: object) -> None:
        self.happen(happening)

    @invariant()
    def home_keeps_nothing_of_the_last_citizen(self) -> None:
        if self.visit.phase is Phase.HOME and not self.visit.again:
            assert self.visit == Visit(
                visit_id=self.visit.visit_id,
                cool_until_s=self.visit.cool_until_s,
                swallowed=self.visit.swallowed,
            )

    @invariant()
    def a_visit_ends_at_most_once(self) -> None:
        assert self.ended <= self.ratings

    @invariant()
    def no_thanks_without_a_saved_rating(self) -> None:
        if self.visit.phase in (Phase.MORE, *PAGES, Phase.SENDING, Phase.CLOSING):
            assert self.visit.event_id


TestDrumming = Drumming.TestCase
