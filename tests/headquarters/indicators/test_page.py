"""The page of indicators: formula, what it is made of, where that stands; and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from headquarters.accounts.roles import Role
from headquarters.cases.models import Case
from headquarters.indicators.models import DossierTotal
from headquarters.offices.models import Office, Succession
from tests.headquarters.conftest import Office26740
from tests.headquarters.indicators.test_criteria import FORM, written
from tests.headquarters.indicators.test_figures import Counter, a_case
from tests.headquarters.offices.conftest import Tree

pytestmark = pytest.mark.django_db
Enter = Callable[..., Client]
PAGE, MAY = "/figures/indicators/", "?from=2026-05-01&to=2026-05-31"


def shown(client: Client, question: str = MAY) -> str:
    answer = client.get(PAGE + question, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def some_cases(tree: Tree) -> None:
    for late in (False, False, True):
        a_case(tree.one, late=late)
    a_case(tree.two, satisfaction=1, satisfaction_at=timezone.now())


def test_numerator_denominator_and_source_stand_on_the_page(tree: Tree, sign_in: Enter) -> None:
    some_cases(tree)
    client = sign_in(Role.LEADER)
    client.cookies["django_language"] = "en"
    text = shown(client)
    assert "<b>3</b> <span>feedback and petitions handled on time" in text
    assert "<b>4</b> <span>feedback and petitions in charge" in text
    assert "75.0%" in text
    assert "<b>2</b> <span>feedback and petitions − those answered" in text
    assert "QĐ 766/QĐ-TTg ngày 23/6/2022" in text


def test_where_something_is_missing_it_says_what_and_shows_nothing_else(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN)
    client.cookies["django_language"] = "en"
    text = shown(client)
    assert text.count("No feedback or petition counts in this period.") == 2
    assert "No dossier totals were imported" in text
    assert 'href="/offices/import/dossiers/"' in text
    assert 'class="fraction"' not in text
    assert "0.0%" not in text
    assert "this period holds none" in shown(client, "?from=2026-05-02&to=2026-05-30")


@pytest.mark.screen_only
def test_only_who_may_import_is_led_there(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.LEADER)
    client.cookies["django_language"] = "en"
    text = shown(client)
    assert 'href="/offices/import/dossiers/"' not in text
    assert "Whoever manages the office can import them." in text


def test_r3_with_what_is_left_out(office: Office26740, tree: Tree, sign_in: Enter) -> None:
    desk = Counter(office, tree.one)
    desk.rated(1, "A-1-2026", dt.datetime(2026, 5, 5, 9, tzinfo=dt.timezone(dt.timedelta(hours=7))))
    DossierTotal.objects.create(
        office=tree.one, month=dt.date(2026, 5, 1), handled=200, late=3, imported_at=timezone.now()
    )
    client = sign_in(Role.OFFICE_ADMIN)
    client.cookies["django_language"] = "en"
    text = shown(client)
    assert "<b>196</b>" in text
    assert "98.0%" in text
    assert "If they are the same ones, it is 98.5%." in text
    assert "R3 leaves out 1 office that sent no dossier totals." in text


def test_people_see_their_own_offices_only(tree: Tree, sign_in: Enter) -> None:
    some_cases(tree)
    client = sign_in(Role.DESK_STAFF, tree.two)
    client.cookies["django_language"] = "en"
    text = shown(client)
    assert "<b>1</b> <span>feedback and petitions in charge" in text
    assert tree.one.name not in text
    assert client.get(f"{PAGE}?office={tree.one.pk}").status_code == 404
    rows = client.get(f"/figures/indicators/offices.csv{MAY}").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2


def test_tables_as_csv(tree: Tree, sign_in: Enter) -> None:
    some_cases(tree)
    client = sign_in(Role.LEADER)
    client.cookies["django_language"] = "en"
    rows = client.get(f"/figures/indicators/offices.csv{MAY}").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith('Office,"R1, %","R1, numerator","R1, denominator"')
    assert f"{tree.one.name},66.67,2,3,66.67,2,3,,," in rows
    months = client.get(f"/figures/indicators/months.csv{MAY}").content.decode("utf-8-sig").splitlines()
    assert months[1] == "05/2026,75.00,3,4,50.00,2,4,,,"
    assert len(months) == 13
    assert client.get("/figures/indicators/days.csv").status_code == 404


def test_after_a_merger_the_old_offices_cases_count_for_the_new_one(tree: Tree, sign_in: Enter) -> None:
    some_cases(tree)
    yesterday = tree.day(1)
    Office.objects.filter(pk=tree.two.pk).update(valid_to=yesterday)
    Succession.objects.create(predecessor=tree.two, successor=tree.one, day=tree.day(0))
    client = sign_in(Role.LEADER)
    client.cookies["django_language"] = "en"
    now = client.get(f"{PAGE}{MAY}&office={tree.one.pk}")
    assert now.context["cards"][0].result.denominator == 4
    then = client.get(f"{PAGE}{MAY}&office={tree.one.pk}&lineage=then")
    assert then.context["cards"][0].result.denominator == 3


@pytest.mark.screen_only
def test_points_of_a_score_form(tree: Tree, sign_in: Enter, settings: object, tmp_path: object) -> None:
    a_case(tree.one)
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    written(tmp_path, "\nforms = []", more=FORM)  # type: ignore[arg-type]
    client = sign_in(Role.LEADER)
    client.cookies["django_language"] = "en"
    text = shown(client)
    assert "<b>1.5 points</b> · Tốt" in text
    assert Case.objects.count() == 1


@pytest.mark.screen_only
def test_a_file_that_cannot_be_used_is_told_of_and_no_number_stands_there(
    tree: Tree, sign_in: Enter, settings: object, tmp_path: object
) -> None:
    some_cases(tree)
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    written(tmp_path, "reopened = true", "reopened = 7")  # type: ignore[arg-type]
    answer = sign_in(Role.LEADER).get(PAGE + MAY)
    assert answer.status_code == 503
    text = answer.content.decode()
    assert ("indicators.toml" in text, str(tmp_path) in text, 'class="fraction"' in text) == (
        True,
        False,
        False,
    )
    led = Client()
    led.cookies = sign_in(Role.LEADER, name="lan").cookies
    assert led.get(f"/figures/indicators/offices.csv{MAY}").status_code == 302
