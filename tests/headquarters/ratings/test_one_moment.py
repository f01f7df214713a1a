"""Tablets of one office that arrive at one moment: their office's sums miss none of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from headquarters.offices.models import Desk, Office
from headquarters.ratings import settling
from headquarters.ratings.ingest import ingest
from headquarters.ratings.models import Aspect, Due, OfficeCell
from headquarters.ratings.rollup import audit
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from tests.support import FakeTablet

TABLETS, ROUNDS = 6, 10
NOON = 1_763_700_000_000
DAY_MS = 86_400_000


@pytest.mark.usefixtures("clean_events")
def test_tablets_of_one_office_at_one_moment_lose_no_count() -> None:
    offices = [Office.objects.create(code=f"0000{n}", name=f"UBND xã {n}") for n in (1, 2)]
    desks = [Desk.objects.create(office=office, name="Quầy 1") for office in offices]
    tablets = [FakeTablet() for _ in range(TABLETS)]
    for turn, tablet in enumerate(tablets):
        signer = tablet.signer
        row = Tablet.objects.create(
            id=tablet.tablet_id, desk=desks[turn % 2], public_key=signer.public_key, key_id=signer.key_id
        )
        # Each stood in both offices, so that each batch wants both of them.
        placement.move(row, desks[1 - turn % 2])
    with ThreadPoolExecutor(TABLETS) as threads:
        start = Barrier(TABLETS, timeout=60)
        list(threads.map(lambda tablet: push(tablet, start), tablets))
    assert not Due.objects.exists()
    cells = OfficeCell.objects.filter(aspect=Aspect.WHOLE).values_list("n1", "n2", "n3")
    assert sorted(cells) == [(0, 0, TABLETS // 2)] * 2 * ROUNDS
    assert list(audit()) == []


def push(tablet: FakeTablet, start: Barrier) -> None:
    """Each round is a day of its own: no later batch mends its count."""
    try:
        for turn in range(ROUNDS):
            batch = tablet.batch([tablet.rating(3, wall_ms=NOON + turn * DAY_MS)])
            start.wait()
            ingest(batch, tablet.signer.key_id)
            # All of them settle all of them, and a batch may come in between.
            settling.settle(None)
    finally:
        connection.close()
