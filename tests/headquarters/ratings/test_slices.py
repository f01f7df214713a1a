"""Every figure of a dashboard is what a few plain lines count in the events themselves."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
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
def past() -> Past:
    """With what comes twice, late, corrected, and of tablets that move."""
    made = Past(50_000, seed=20261121)
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


def test_the_overview_says_what_the_events_say(past: Past, client: Client) -> None:
    """Cards, the change against the period before, participation: half of the month against the other."""
    settling.settle(None)
    everything, middle = counted(past), FIRST + dt.timedelta(days=DAYS // 2)
    known = {(past.desks[0].office_id, FIRST + dt.timedelta(days=k)): 40 + k for k in range(3, DAYS, 2)}
    known |= {(past.desks[-1].office_id, middle + dt.timedelta(days=3)): 90}
    transactions.put([(office, day, n) for (office, day), n in known.items()])
    client.force_login(
        User.objects.create_user("ha", role=Role.LEADER), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.cookies["django_language"] = "en"
    last = middle + dt.timedelta(days=DAYS // 2 - 1)
    for flags in ("", "&flagged=1"):
        shown = client.get(f"/?from={middle}&to={last}{flags}").context
        kept = [rating for rating in everything if flags or not rating.flagged]
        now = [rating for rating in kept if middle <= rating.day <= last]
        before = [rating for rating in kept if FIRST <= rating.day < middle]
        agree_on_cards(shown, now, before)
        agree_on_participation(shown, now, before, known)
    flagged = [rating for rating in everything if middle <= rating.day <= last and rating.flagged]
    assert shown["flagged_n"] == len(flagged)


def agree_on_cards(shown: Any, now: list[Rating], before: list[Rating]) -> None:
    n1, n2, n3 = tally(now)
    was1, was2, was3 = tally(before)
    share, was = n1 / len(now), was1 / len(before)
    assert plain(shown["tally"]) == (n1, n2, n3)
    assert shown["earlier"] == {"n": len(before), "satisfied": pytest.approx((was2 + was3) / len(before))}
    words = shown["change"]["words"]
    if shown["change"]["css"] == "same":
        assert f"({was * 100:.1f}%)" in words
    else:
        assert f"{abs(share - was) * 100:.1f} points" in words
        assert shown["change"]["css"] == ("better" if share < was else "worse")
    # Newcombe's interval, once more in plain numbers: a change is called one when it leaves out nought.
    (low, high), (was_low, was_high) = wilson(n1, len(now)), wilson(was1, len(before))
    certain = share - was > math.hypot(share - low, was_high - was) or was - share > math.hypot(
        high - share, was - was_low
    )
    assert (shown["change"]["css"] != "same") == certain
    by_day, by_day_before = (groups(found, lambda r: r.day) for found in (now, before))
    rows = [(plain(row.tally), plain(row.before)) for row in shown["days"].rows if row.tally.n]
    assert [counts for counts, _then in rows] == [by_day[day] for day in sorted(by_day)]
    assert {then for _counts, then in rows} <= {*by_day_before.values(), (0, 0, 0)}
    offices, offices_before = (groups(found, lambda r: r.office) for found in (now, before))
    assert sorted(
        (plain(row.tally), plain(row.before)) for row in shown["offices"].rows if row.tally.n
    ) == sorted((counts, offices_before.get(office, (0, 0, 0))) for office, counts in offices.items())


def wilson(x: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Where the test of p = x/n no longer rejects: the roots of (x/n − p)² = z² p (1 − p) / n."""
    a, b, c = 1 + z * z / n, -(2 * x / n + z * z / n), (x / n) ** 2
    root = math.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def agree_on_participation(
    shown: Any, now: list[Rating], before: list[Rating], known: dict[tuple[int, dt.date], int]
) -> None:
    days = {rating.day for rating in now}
    tiles = ((shown["participation"], now, True), (shown["participation_earlier"], before, False))
    for tile, found, of_now in tiles:
        rated = sum((rating.office, rating.day) in known for rating in found)
        served = sum(n for (_office, day), n in known.items() if (day >= min(days)) == of_now)
        assert (tile["rated"], tile["transactions"]) == (rated, served)
        assert tile["share"] == pytest.approx(rated / served)
    called = dict(Office.objects.values_list("pk", "name"))
    shares = {
        called[office]: sum((r.office, r.day) in known for r in now if r.office == office)
        / sum(n for (of, day), n in known.items() if of == office and day >= min(days))
        for office in {office for office, _day in known}
    }
    rows = {row.name: row.participation for row in shown["offices"].rows if row.participation is not None}
    assert rows == pytest.approx({name: shares[name] for name in rows})
    # Without a rating and without a tablet an office has no row.
    assert rows.keys() >= {name for name, share in shares.items() if share}


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
    day = FIRST + dt.timedelta(days=5)
    transactions.put([(old.pk, day, 50), (other.pk, day, 70)])
    rated = {office: sum((r.office, r.day) == (office, day) for r in kept) for office in (old.pk, other.pk)}
    assert slices.participation_by_office(then) == {
        old.pk: (rated[old.pk], 50),
        other.pk: (rated[other.pk], 70),
    }
    assert slices.participation_by_office(now) == {new.pk: (sum(rated.values()), 120)}


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
