"""Two communes become one, in a browser; afterwards their year can be read as it was and as it is."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.demo import loader, year
from headquarters.offices.models import Office
from headquarters.ratings import rollup
from headquarters.ratings.models import Event
from headquarters.tablets.models import Tablet
from tests.headquarters.offices.conftest import Tree
from tests.headquarters.web.conftest import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def _rate(tablet: Tablet, first: dt.date, last: dt.date, ratings: int, seed: int) -> None:
    """A desk's days, as ingest would have stored them."""
    rng = random.Random(seed)
    temper = year.Temper(0.1, 0.5, 1.0, 1.0, first, last)
    (days,) = year.shares([temper], ratings, rng)
    own, phone = (year.Chain(n, str(tablet.pk), uuid.uuid5(tablet.pk, str(n))) for n in (0, 1))
    loader.load(tablet, (own, phone), year.events(own, phone, temper, days, 2**53, rng))


def _counted(since: dt.date | None = None) -> Counter[str]:
    """Ratings by month, straight from the events; flagged ones apart."""
    found: Counter[str] = Counter()
    for event in Event.objects.filter(kind="rating"):
        if '"flags":[]' in event.stored and (since is None or event.event_day >= since):
            found[event.event_day.strftime("%m/%Y")] += 1
    return found


def _shown(visitor: Visitor) -> list[tuple[str, int, int]]:
    rows = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    cells = visitor.page.locator(".lineage tbody tr").evaluate_all(rows)
    return [(cell[0], int(cell[1].replace(".", "")), int(cell[3].replace(".", ""))) for cell in cells]


def test_merger_can_be_read_both_ways(tree: Tree, visitor: Visitor, clean_events: None) -> None:
    day = tree.day(40)
    for seed, tablet in enumerate(Tablet.objects.order_by("desk__office__code", "desk__name")):
        _rate(tablet, tree.day(150), tree.day(1), 200 + 30 * seed, seed)
    rollup.recount_all()
    visitor.enter(User.objects.create(username="ha", role=Role.SYSTEM_ADMIN))
    visitor.go("/offices/")
    page = visitor.page
    page.get_by_role("link", name="UBND phường Đường Xưa").click()
    page.get_by_role("link", name="Hợp nhất").click()
    assert page.get_by_label("UBND phường Đường Xưa").is_checked()
    page.get_by_label("UBND xã Bến Mới").check()
    page.get_by_label("Từ ngày nào").fill(str(day))
    page.get_by_label("Tên đơn vị mới").fill("UBND xã Đường Bến")
    page.get_by_label("Mã đơn vị mới").fill("00099")
    page.get_by_role("button", name="Xem trước").click()
    preview = page.locator("#preview")
    assert "UBND xã Đường Bến" in preview.inner_text()
    assert preview.locator(".tally dd").all_inner_texts() == ["4", "4", "0", "0"]
    assert not Office.objects.filter(code="00099").exists()
    page.get_by_role("button", name="Đồng ý thực hiện").click()
    page.wait_for_selector(".lineage")
    assert page.locator("h1").inner_text() == "UBND xã Đường Bến"

    shown = _shown(visitor)
    everything, since = _counted(), _counted(day)
    assert {month: now for month, _then, now in shown if now} == dict(everything)
    assert {month: then for month, then, _now in shown if then} == dict(since)
    before = {month for month, then, _now in shown if not then}
    assert before & set(everything)  # months that only the old offices have

    page.get_by_role("link", name="UBND xã Bến Mới", exact=True).click()
    page.wait_for_selector("h1:has-text('Bến Mới')")
    told = page.locator(".page").inner_text()
    assert "Đơn vị này tồn tại đến hết ngày" in told
    assert "chuyển thành" in told
    visitor.go(f"/offices/?day={day - dt.timedelta(days=1)}")
    tree_then = page.locator(".tree").inner_text()
    assert "UBND xã Bến Mới" in tree_then
    assert "UBND xã Đường Bến" not in tree_then
    assert list(rollup.audit()) == []
    assert visitor.complaints == []
