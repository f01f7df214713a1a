"""The dossier code (mã hồ sơ) that a citizen named stands beside their rating."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps

from headquarters.offices.models import Desk, Office
from headquarters.ratings import rollup, settling
from headquarters.ratings.models import Visit
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from sync import kinds
from sync.contract import WireEvent
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

recount = import_module("headquarters.ratings.migrations.0009_dossiers").recount
CODE = "000.00.17.H12-251021-0001"


def said(tablet: FakeTablet, visit_id: str, **body: str) -> WireEvent:
    return tablet.append(tablet.event(kinds.SUBJECT, dict(body), visit_id=visit_id))


@pytest.mark.django_db
def test_the_subject_said_last_names_the_dossier(office: Office26740, tablet: FakeTablet) -> None:
    first = tablet.rating(1, visit_id="v")
    typed, scanned = said(tablet, "v", dossier="HS-1"), said(tablet, "v", dossier=CODE, service="dat-dai")
    office.push(tablet, [first, scanned])
    office.push(tablet, [typed])
    row = Visit.objects.get(visit_id="v")
    assert (row.dossier, row.service) == (CODE, "dat-dai")
    assert list(rollup.audit()) == []


@pytest.mark.django_db
def test_what_is_no_text_counts_as_not_said_and_a_long_one_is_cut(
    office: Office26740, tablet: FakeTablet
) -> None:
    odd = tablet.append(tablet.event(kinds.SUBJECT, {"dossier": 7}, visit_id="odd"))
    office.push(tablet, [tablet.rating(visit_id="odd"), odd, said(tablet, "long", dossier="A1" * 40)])
    assert Visit.objects.get(visit_id="odd").dossier == ""
    assert Visit.objects.get(visit_id="long").dossier == "A1" * 32


@pytest.mark.django_db
def test_events_of_before_the_column_are_read_again(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(visit_id="v"), said(tablet, "v", dossier=CODE)])
    Visit.objects.update(dossier="")
    (found,) = rollup.audit()
    assert f"dossier={CODE}" in found.counted
    assert "dossier" not in found.kept
    recount(apps, None)
    assert Visit.objects.get(visit_id="v").dossier == CODE
    assert list(rollup.audit()) == []


@pytest.mark.django_db
def test_an_older_migration_leaves_the_count_to_the_one_that_adds_the_column(
    office: Office26740, tablet: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.push(tablet, [tablet.rating(visit_id="v"), said(tablet, "v", dossier=CODE)])
    Visit.objects.update(dossier="")
    monkeypatch.setattr(Visit._meta.get_field("marks"), "column", "of_tomorrow")
    recount(apps, None)
    monkeypatch.undo()
    assert Visit.objects.get(visit_id="v").dossier == ""


def of(visit_id: str) -> tuple[object, object, object]:
    settling.settle(None)
    row = Visit.objects.get(visit_id=visit_id)
    return str(row.rated_day), row.rated_level, row.office_id


@pytest.mark.django_db
def test_what_became_of_the_rating_stands_beside_the_dossier(office: Office26740, tablet: FakeTablet) -> None:
    own, noon = office.desk().office_id, 1_763_700_000_000
    about = said(tablet, "late", dossier=CODE)
    office.push(tablet, [about])
    assert of("late") == ("None", None, None), "the rating is not here yet"
    office.push(tablet, [tablet.rating(1, wall_ms=noon, visit_id="late")])
    assert of("late") == ("2025-11-21", 1, own)
    meant = tablet.append(tablet.event(kinds.CORRECTION, {"level": 3}, visit_id="late"))
    office.push(tablet, [meant, tablet.rating(2, wall_ms=noon, visit_id="plain")])
    assert of("late") == ("2025-11-21", 3, own)
    assert not Visit.objects.filter(visit_id="plain").exists()
    assert list(rollup.audit()) == []


@pytest.mark.django_db
def test_a_move_put_right_later_moves_the_dossier_and_the_audit_finds_what_differs(
    office: Office26740, tablet: FakeTablet
) -> None:
    noon = 1_763_700_000_000
    office.push(tablet, [tablet.rating(1, wall_ms=noon, visit_id="v"), said(tablet, "v", dossier=CODE)])
    settling.settle(None)
    other = Office.objects.create(code="1", name="Sở Nội vụ")
    desk = Desk.objects.create(office=other, name="Quầy 1")
    since = dt.datetime.fromtimestamp(noon / 1000 - 60, dt.UTC)
    placement.move(Tablet.objects.get(), desk, since)
    assert of("v") == ("2025-11-21", 1, other.pk)
    assert list(rollup.audit()) == []
    for wrong in ({"rated_level": 3}, {"office_id": 0}, {"rated_day": "2025-11-20"}, {"rated_day": None}):
        Visit.objects.update(**wrong)
        (found,) = rollup.audit()
        assert found.table == "dossier"
        rollup.recount_all()
        assert of("v") == ("2025-11-21", 1, other.pk), wrong
