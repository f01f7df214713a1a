"""Every figure of a dashboard is what a few plain lines count in the events themselves."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headquarters.offices.models import Office, Official, Succession
from headquarters.ratings import officials, rollup, settling, slices, transactions
from headquarters.ratings.figures import Tally
from headquarters.ratings.models import Comment, Due, Event, OfficeCell, TabletCell, Visit
from headquarters.ratings.slices import Query
from tests.headquarters.ratings import history
from tests.headquarters.ratings.history import DAYS, FIRST, Past, Rating, groups, tally

pytestmark = pytest.mark.django_db
LAST = FIRST + dt.timedelta(days=DAYS)


def plain(found: Any) -> Any:
    """Tallies as tuples, groups without ratings left out."""
    if isinstance(found, Tally):
        return (found.n1, found.n2, found.n3)
    return {key: plain(value) for key, value in found.items() if value.n}


@pytest.fixture
def past(request: pytest.FixtureRequest) -> Past:
    """50,000 events on SQLite; each batch is a round trip more on PostgreSQL."""
    events = 12_000 if request.config.getoption("--db") == "postgres" else 50_000
    made = Past(events, seed=20261121)
    made.deliver(history.take)
    history.rate_by_phone(made, 60)
    return made


def counted(past: Past) -> list[Rating]:
    stored = Event.objects.values_list("tablet_id", "stored")
    return history.ratings(((str(tablet), text) for tablet, text in stored), past)


def chosen(found: list[Rating], wanted: Callable[[str], bool]) -> dict[str, tuple[int, int]]:
    """Key → (kept, missed)."""
    keys = {key for rating in found for key in rating.chosen if wanted(key)}
    return {
        key: (
            sum(key in rating.chosen and rating.level > 1 for rating in found),
            sum(key in rating.chosen and rating.level == 1 for rating in found),
        )
        for key in keys
    }


def agree(query: Query, everything: list[Rating]) -> None:
    """All cuts of one query."""
    both = [
        rating
        for rating in everything
        if query.first <= rating.day <= query.last
        and (query.offices is None or rating.office in query.offices)
        and (query.desk is None or rating.desk == query.desk)
        and (query.channel is None or rating.channel == query.channel)
    ]
    found = [rating for rating in both if query.flagged or not rating.flagged]
    assert plain(slices.total(query)) == tally(found)
    assert plain(slices.by_day(query)) == groups(found, lambda r: r.day)
    assert plain(slices.by_office(query)) == groups(found, lambda r: r.office)
    assert plain(slices.by_desk(query)) == groups(found, lambda r: r.desk)
    assert plain(slices.by_hour(query)) == groups(found, lambda r: (r.day.weekday(), r.hour))
    named = [rating for rating in found if rating.service]
    assert plain(slices.by_service(query)) == groups(named, lambda r: r.service)
    register = {(one.office_id, one.code): one.pk for one in Official.objects.all()}
    known = [rating for rating in found if (rating.office, rating.official) in register]
    assert plain(officials.by_official(query).tallies) == groups(
        known, lambda r: register[r.office, r.official]
    )
    assert plain(slices.by_channel(query)) == groups(found, lambda r: r.channel)
    assert plain(slices.by_labels(query)) == groups(found, lambda r: r.labels)
    assert plain(slices.flagged(query)) == tally(rating for rating in both if rating.flagged)
    reasons = {choice.key: (choice.kept, choice.missed) for choice in slices.by_reason(query)}
    assert reasons == chosen(found, lambda key: key in history.REASONS)
    promises = {choice.key: (choice.kept, choice.missed) for choice in slices.by_promise(query)}
    assert promises == chosen(found, lambda key: key not in history.REASONS)


def test_every_figure_is_what_the_events_say(past: Past) -> None:
    # A reader waits a second at most; this one wants all of it, on however slow a machine.
    settling.settle(None)
    everything, today = counted(past), timezone.localdate()
    for office in {desk.office for desk in past.desks[:-2]}:
        for code in history.OFFICIALS:
            Official.objects.create(office=office, code=code, valid_from=FIRST - dt.timedelta(days=9))
    offices = frozenset({past.desks[0].office_id, past.desks[-1].office_id})
    assert {rating.channel for rating in everything} == {"tablet", "phone"}
    ever = Query(FIRST - dt.timedelta(days=2), today)
    agree(ever, everything)
    agree(Query(FIRST, LAST, flagged=True), everything)
    agree(Query(FIRST + dt.timedelta(days=7), FIRST + dt.timedelta(days=13), offices=offices), everything)
    agree(Query(FIRST, today, offices=frozenset()), everything)
    agree(Query(FIRST, today, channel="phone"), everything)
    agree(Query(FIRST, today, channel="tablet", offices=offices, flagged=True), everything)
    for desk in past.desks[:3]:
        agree(Query(FIRST, today, desk=desk.pk), everything)
    agree_on_comments(ever, everything)
    assert list(rollup.audit()) == []
    before = cells()
    rollup.recount_all()
    assert cells() == before


def cells() -> set[Any]:
    return {row for model in (TabletCell, Visit) for row in model.objects.values_list()}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(st.data())
def test_any_order_splitting_and_repetition_gives_the_same_figures(data: st.DataObject) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratings_event")
    Due.objects.all().delete()
    TabletCell.objects.all().delete()
    OfficeCell.objects.all().delete()
    Office.objects.filter(code="O0").update(code=uuid.uuid4().hex)
    past = Past(20, seed=data.draw(st.integers(0, 99)), tablets=1, offices=1)
    (place,) = past.places
    order = data.draw(st.permutations(place.events))
    again = data.draw(st.lists(st.sampled_from(place.events), max_size=5))
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=9))
    rest = [*order, *again]
    while rest:
        size = sizes.pop() if sizes else len(rest)
        history.take(place.tablet, rest[:size])
        rest = rest[size:]
    everything = counted(past)
    agree(Query(FIRST - dt.timedelta(days=2), LAST, flagged=True), everything)
    agree(Query(FIRST - dt.timedelta(days=2), LAST), everything)
    written = sorted((rating.level, text) for rating in everything for text in rating.text if text)
    settling.settle(None)
    mine = Comment.objects.filter(tablet_id=place.tablet.tablet_id)
    assert sorted(mine.values_list("level", "text")) == written


def agree_on_comments(query: Query, everything: list[Rating]) -> None:
    written = [(rating, text) for rating in everything for text in rating.text if text]
    assert slices.comments(query).n == len(written)
    for level in (1, 2, 3):
        assert slices.comments(query, level=level).n == sum(rating.level == level for rating, _ in written)
    found = slices.comments(query, "DUNG hen")
    assert found.n == sum("đúng hẹn" in text for _, text in written)
    assert {row.text for row in found.rows} == {"Cán bộ rất nhiệt tình, đúng hẹn"}
    desks = sorted((rating.level, rating.desk, rating.office) for rating, _ in written)
    assert sorted(Comment.objects.values_list("level", "desk_id", "office_id")) == desks
    shown = [
        row.pk for page in range(1, found.pages + 1) for row in slices.comments(query, "dung", page=page).rows
    ]
    assert len(shown) == len(set(shown)) == slices.comments(query, "dung").n


def test_figures_of_merged_offices_are_read_both_ways() -> None:
    past = Past(600, seed=3)
    past.deliver(history.take)
    everything = counted(past)
    old, other = past.desks[0].office, past.desks[2].office
    new = Office.objects.create(code="NEW", name="Phường mới", valid_from=LAST)
    for office in (old, other):
        office.valid_to = LAST
        office.save()
        Succession.objects.create(predecessor=office, successor=new, day=LAST + dt.timedelta(days=1))
    then, now = Query(FIRST, LAST), Query(FIRST, LAST, lineage="now")
    kept = [rating for rating in everything if FIRST <= rating.day <= LAST and not rating.flagged]
    merged = {old.pk: new.pk, other.pk: new.pk}
    assert plain(slices.by_office(then)) == groups(kept, lambda r: r.office)
    assert plain(slices.by_office(now)) == groups(kept, lambda r: merged.get(r.office, r.office))
    of_both = tally(rating for rating in kept if rating.office in merged)
    assert plain(slices.total(Query(FIRST, LAST, frozenset({new.pk}), lineage="now"))) == of_both
    assert plain(slices.total(Query(FIRST, LAST, frozenset({new.pk})))) == (0, 0, 0)


def test_participation_sets_only_days_with_both_against_each_other() -> None:
    past = Past(400, seed=5)
    past.deliver(history.take)
    office, day = past.desks[0].office_id, FIRST + dt.timedelta(days=5)
    query = Query(FIRST, LAST)
    assert slices.participation(query) is None
    transactions.put([(office, day, 90), (office, day, 100)][1:])
    rated = [r for r in counted(past) if (r.office, r.day, r.flagged) == (office, day, False)]
    assert slices.participation(query) == (len(rated), 100)
    assert slices.participation(Query(FIRST, LAST, frozenset())) is None
