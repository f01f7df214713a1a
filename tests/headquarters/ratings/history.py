"""A random past of a few tablets, with everything that goes wrong on the way to headquarters; and what it
adds up to, counted in a few plain lines that share nothing with the product."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from headquarters.offices.models import Desk, Office
from headquarters.ratings import ingest, phone
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from sync.contract import Event, WireEvent, decode_event
from tests.support import FakeTablet, new_id

FIRST = dt.date(2026, 9, 1)
DAYS = 30
DAY_MS = 86_400_000
BEGAN_MS = int(dt.datetime(2026, 8, 31, 17, tzinfo=dt.UTC).timestamp() * 1000)  # midnight in Vietnam
KEYS = ("thoi-gian", "thai-do", "xin-loi", "cam-on", "nghe-dan-noi")
REASONS = ("thoi-gian", "thai-do", "huong-dan", "thu-tuc", "phi", "ket-qua")
SERVICES = ("ho-tich", "chung-thuc", "dat-dai")
OFFICIALS = ("cb-01", "cb-02")
"""Keys that every office gives out, for itself."""
TEXTS = ("Phải chờ lâu quá", "Cán bộ rất nhiệt tình, đúng hẹn", "Đường vào khó đi", "")


@dataclass
class Place:
    """A tablet, where it stood since when, and all it ever stored."""

    tablet: FakeTablet
    moves: list[tuple[int, Desk]]
    events: list[WireEvent] = field(default_factory=list)

    def desk(self, wall_ms: int) -> Desk:
        return [desk for since, desk in self.moves if since <= wall_ms or since == 0][-1]


class Past:
    """``events`` events of ``tablets`` tablets, which moved, in ``offices`` offices of two desks each."""

    def __init__(self, events: int, seed: int, tablets: int = 12, offices: int = 4) -> None:
        self.random = random.Random(seed)
        self.desks = [desk for number in range(offices) for desk in _office(number)]
        self.places = [self._place() for _ in range(tablets)]
        self._each = events // tablets
        for place in self.places:
            while len(place.events) < self._each:
                self._visit(place)

    def _place(self) -> Place:
        tablet, desk = FakeTablet(), self.random.choice(self.desks)
        signer = tablet.signer
        row = Tablet.objects.create(
            id=tablet.tablet_id, desk=desk, public_key=signer.public_key, key_id=signer.key_id
        )
        placement.begin(row)
        return Place(tablet, [(0, desk)])

    def _visit(self, place: Place) -> None:
        """One visit's events at their places in the chain."""
        draw, visit = self.random, new_id()
        # One after the other as a rule, but a clock may be wrong; over midnight, too.
        wall = (
            BEGAN_MS
            + DAYS * DAY_MS * len(place.events) // self._each
            + draw.randrange(-DAY_MS // 4, DAY_MS // 4)
        )
        if draw.random() < 0.002:
            wall = BEGAN_MS + draw.randrange(DAYS * DAY_MS)
        labels = draw.choice(("chua-hai-long-1", "khong-hai-long-1"))
        level = draw.choice((1, 2, 2, 3, 3, 3))
        flags = draw.choice(([], [], [], [], ["burst"], ["streak", "after_hours"]))

        def add(kind: str, body: dict[str, Any]) -> None:
            nonlocal wall
            wall += 2000
            made = place.tablet.event(kind, body)
            event = replace(made, visit_id=visit, wall_ms=wall, labels_version=labels)
            place.events.append(place.tablet.append(event))

        # Headquarters makes the ratings of phones itself, and flags none of them today.
        channel = draw.choice(("tablet",) * 9 + ("phone",))
        add("rating", {"level": level, "channel": channel, "flags": flags})
        for _ in range(draw.choice((0, 0, 0, 1, 2))):
            add("reasons", {"chosen": draw.sample(KEYS, draw.randrange(4)), "good": level > 1})
        if draw.random() < 0.2:
            level = draw.choice((1, 2, 3))
            add("correction", {"level": level})
        for _ in range(draw.choice((0, 0, 1, 2))):
            add(
                "subject",
                draw.choice(
                    (
                        {"service": draw.choice(SERVICES)},
                        {"desk": "quay-1"},
                        {"official": "cb-01"},
                        {"official": "cb-02", "service": "dat-dai"},
                    )
                ),
            )
        if draw.random() < 0.3:
            add("reasons", {"chosen": draw.sample(KEYS, draw.randrange(4)), "good": level > 1})
        if draw.random() < 0.1:
            add("comment", {"text": draw.choice(TEXTS), "topic": "gop-y", "masked": [], "review": False})

    def deliver(self, push: Callable[[FakeTablet, list[WireEvent]], object]) -> None:
        """All events arrive, some twice, some late, some before what they follow. Meanwhile tablets move."""
        batches = [(place, batch) for place in self.places for batch in self._batches(place.events)]
        self.random.shuffle(batches)
        for turn, (place, batch) in enumerate(batches):
            push(place.tablet, batch)
            if turn % max(1, len(batches) // 20) == 3:
                self._move(self.random.choice(self.places))

    def _batches(self, events: list[WireEvent]) -> Iterator[list[WireEvent]]:
        rest, draw = list(events), self.random
        while rest:
            size = draw.randrange(1, 400)
            batch, rest = rest[:size], rest[size:]
            # Some wait for the next batch; some are sent again.
            late = [event for event in batch if draw.random() < 0.02]
            rest = late + rest if rest else rest
            batch = batch if not rest else [event for event in batch if event not in late]
            batch = batch + draw.choices(events, k=draw.randrange(4))
            yield draw.sample(batch, len(batch)) if draw.random() < 0.2 else batch

    def _move(self, place: Place) -> None:
        """A move that is noted today but happened back then; or one that is put right."""
        row = Tablet.objects.get(pk=place.tablet.tablet_id)
        at = BEGAN_MS + self.random.randrange(DAYS) * DAY_MS + self.random.randrange(DAY_MS)
        noted = [one for one in placement.history(row) if one.since_ms]
        if noted and self.random.random() < 0.5:
            last = noted[-1]
            place.moves = [move for move in place.moves if move[0] != last.since_ms]
            at = max(at, place.moves[-1][0] + 1)
            placement.correct(last, _time(at))
            assert last.desk is not None
            desk = last.desk
        else:
            desk = self.random.choice(self.desks)
            if place.desk(at).pk == desk.pk:
                return
            placement.move(row, desk, _time(at))
        place.moves = sorted([*(m for m in place.moves if m[0] != at), (at, desk)], key=lambda move: move[0])


def rate_by_phone(past: Past, n: int) -> None:
    """Ratings of citizens' own phones, at whatever the clock says now; each with a reason."""
    for _ in range(n):
        place = past.random.choice(past.places)
        visit = phone.Visit(uuid.UUID(place.tablet.tablet_id), past.random.randbytes(9), "page")
        level = past.random.choice((1, 2, 3))
        now = timezone.now()
        assert phone.rate(visit, level, now)
        chosen = past.random.sample(KEYS, 2)
        phone.give_reasons(visit, phone.Rated(level, visit.visit_id), chosen, now)


@dataclass(frozen=True)
class Rating:
    """One rating as it was meant."""

    day: dt.date
    hour: int
    desk: int
    office: int
    level: int
    flagged: bool
    channel: str
    labels: str
    service: str
    official: str
    chosen: tuple[str, ...]
    text: tuple[str, ...]


def ratings(stored: Iterable[tuple[str, str]], past: Past) -> list[Rating]:
    """From the texts of the event table alone: (tablet, stored)."""
    visits: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for tablet, text in stored:
        event = decode_event(text)
        visits[tablet, event.visit_id].append(event)
    places = {place.tablet.tablet_id: place for place in past.places}
    return [
        _meant(places[tablet], sorted(visit, key=lambda e: e.seq)) for (tablet, _), visit in visits.items()
    ]


def _meant(place: Place, visit: list[Event]) -> Rating:
    tap = next(event for event in visit if event.kind == "rating")
    last = {event.kind: event.body for event in visit}
    local = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=tap.wall_ms, minutes=tap.utc_offset_min)  # noqa: DTZ001
    level = last.get("correction", last["rating"])["level"]
    choice = last.get("reasons", {"chosen": [], "good": True})
    desk = place.desk(tap.wall_ms)
    return Rating(
        day=local.date(), hour=local.hour, desk=desk.pk, office=desk.office_id, level=level,
        flagged=bool(tap.body["flags"]), channel=tap.body["channel"], labels=tap.labels_version,
        service=last.get("subject", {}).get("service", ""),
        official=last.get("subject", {}).get("official", ""),
        chosen=tuple(choice["chosen"]) if choice["good"] == (level > 1) else (),
        text=tuple(event.body["text"] for event in visit if event.kind == "comment"),
    )  # fmt: skip


def tally(found: Iterable[Rating]) -> tuple[int, int, int]:
    levels = Counter(rating.level for rating in found)
    return levels[1], levels[2], levels[3]


def groups(found: Iterable[Rating], key: Callable[[Rating], Any]) -> dict[Any, tuple[int, int, int]]:
    parts: dict[Any, list[Rating]] = defaultdict(list)
    for rating in found:
        parts[key(rating)].append(rating)
    return {name: tally(part) for name, part in parts.items()}


def _office(number: int) -> list[Desk]:
    office = Office.objects.create(code=f"O{number}", name=f"UBND phường {number}", valid_from=FIRST)
    return [Desk.objects.create(office=office, name=f"Quầy {desk}") for desk in (1, 2)]


def _time(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC)


def take(tablet: FakeTablet, events: list[WireEvent]) -> None:
    """As the view hands a checked batch on."""
    ingest.ingest(tablet.batch(events), tablet.signer.key_id)
