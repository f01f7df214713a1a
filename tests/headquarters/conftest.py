"""An enrolled tablet, a way to push its batches, and looks into the tables."""

from __future__ import annotations

import datetime as dt
import gettext
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone, translation
from django.utils.translation import trans_real

from headquarters import wire
from headquarters.offices.models import Desk, Office
from headquarters.ratings import partitions, settling
from headquarters.ratings.models import Aspect, Event, TabletCell
from headquarters.tablets.models import Tablet
from headquarters.web.catalogue import PO_FILE
from sync import contract
from sync.contract import Batch, Problem, Reply, WireEvent
from tests.support import FakeTablet, body_of


class Office26740:
    """Headquarters as a tablet meets it, in this process: every answer is the real view's."""

    def __init__(self) -> None:
        self.client = Client()

    def desk(self, name: str = "Quầy 3") -> Desk:
        office, _ = Office.objects.get_or_create(code="26740", defaults={"name": "UBND phường Thủ Dầu Một"})
        return Desk.objects.get_or_create(office=office, name=name)[0]

    def place(self, tablet: FakeTablet, **fields: Any) -> Tablet:
        """Enrol a tablet without asking for a code."""
        signer = tablet.signer
        usual = {"desk": self.desk(), "enrolled_at": timezone.now(), "key_id": signer.key_id}
        made: Tablet = Tablet.objects.create(
            id=tablet.tablet_id, public_key=signer.public_key, **{**usual, **fields}
        )
        return made

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Any POST: status and body of the answer."""
        answer = self.client.post(path, data=body, content_type="application/json", headers=headers)
        return answer.status_code, answer.content

    def send(self, tablet: FakeTablet, batch: Batch) -> tuple[int, bytes]:
        body = body_of(batch)
        return self.post(contract.BATCH_PATH, body, tablet.headers(body))

    def push(self, tablet: FakeTablet, events: Sequence[WireEvent] = (), **changes: Any) -> Reply:
        """The reply to a batch that must be answered 200."""
        batch = tablet.batch(events, **changes)
        status, answer = self.send(tablet, batch)
        assert status == 200, answer
        reply = contract.decode_reply(answer)
        assert reply.batch_id == batch.batch_id
        return reply

    def refused(self, tablet: FakeTablet, body: bytes, path: str = contract.BATCH_PATH) -> Problem:
        """The problem with a signed body that must be refused."""
        return problem_of(*self.post(path, body, tablet.headers(body)))


def problem_of(status: int, answer: bytes) -> Problem:
    """A refusal in headquarters' own format, with the status the contract promises."""
    problem = contract.decode_problem(answer)
    assert problem is not None, (status, answer[:200])
    assert status == problem.status == contract.PROBLEMS[problem.code][0]
    return problem


def verdicts(reply: Reply) -> list[str]:
    """Verdicts in the batch's order; a quarantined one with its code."""
    return [f"{r.verdict}:{r.code}" if r.code else str(r.verdict) for r in reply.results]


def stored_ids(tablet: FakeTablet) -> list[str]:
    """Ids of the tablet's events in the event table, each as often as it is there."""
    return sorted(str(event.event_id) for event in Event.objects.filter(tablet_id=tablet.tablet_id))


def days_of(tablet: FakeTablet) -> list[dt.date]:
    """Local dates of the tablet's events by their place in the chain."""
    return [event.event_day for event in Event.objects.filter(tablet_id=tablet.tablet_id).order_by("seq")]


def rollup(tablet: FakeTablet) -> dict[tuple[dt.date, int], int]:
    """(day, level) → how many, as the pages will read it."""
    found: Counter[tuple[dt.date, int]] = Counter()
    settling.settle(None)
    for row in TabletCell.objects.filter(tablet_id=tablet.tablet_id, aspect=Aspect.WHOLE):
        found += Counter({(row.day, level): n for level, n in ((1, row.n1), (2, row.n2), (3, row.n3))})
    return dict(found)


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogue() -> None:
    """The .mo is not kept in git; a test of Vietnamese pages must not depend on somebody's old one."""
    # Whole or not at all: another run of tests, or a server that it started, may be reading it.
    ready = PO_FILE.with_suffix(f".{os.getpid()}")
    with PO_FILE.open("rb") as source, ready.open("wb") as target:
        write_mo(target, read_po(source, locale="vi"))
    ready.replace(PO_FILE.with_suffix(".mo"))
    # Somebody may have asked for a word before: both libraries keep what they read.
    gettext._translations.clear()  # type: ignore[attr-defined]
    trans_real._translations.clear()
    trans_real._default = None


class QuickArgon2(Argon2PasswordHasher):
    """The same hash, at the least cost: hundreds of accounts are made here, and nobody attacks them."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_little() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.QuickArgon2"]):
        yield


@pytest.fixture(autouse=True)
def language_forgotten() -> Iterator[None]:
    yield
    # A view's language stays on the thread; the next test must not inherit it.
    translation.deactivate()


@pytest.fixture
def office(db: None) -> Office26740:
    return Office26740()


@pytest.fixture
def tablet(office: Office26740) -> FakeTablet:
    made = FakeTablet()
    office.place(made)
    return made


@pytest.fixture(autouse=True)
def partitions_looked_up_again() -> Iterator[None]:
    """A rolled back test takes the months it made with it."""
    partitions.forget()
    yield
    partitions.forget()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    """The limits of a minute count in this process, and a test may refuse hundreds of requests."""
    wire.STRANGE.forget()
    wire.SENT.forget()


@pytest.fixture
def clean_events(transactional_db: None) -> Iterator[None]:
    """Django's flush knows managed tables only."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratings_event")
        cursor.execute("DELETE FROM ratings_received")
