"""A year of ratings that never were: pure, the same for the same seed.

Each tablet has its own chain, as a real one would, and a second one for the ratings given on phones. The
texts are what sync.contract.encode_event would write; a test holds them against it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import uuid
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from headquarters.demo.sentences import HAPPY, UNHAPPY
from sync import contract
from sync.chain import GENESIS

OFFSET_MIN = 7 * 60
LABELS = "chua-hai-long-1"
LABELS_BEFORE = "khong-hai-long-1"
"""Some offices called level 1 so until the merger."""
PROMISES = (
    "nghe-dan-noi", "noi-dan-hieu", "lam-dan-tin", "xin-loi", "cam-on", "ton-trong", "van-minh", "gan-gui",
)  # fmt: skip
REASONS = ("thoi-gian", "thai-do", "huong-dan", "thu-tuc", "phi", "ket-qua")
SERVICES = ("ho-tich", "dat-dai", "chung-thuc", "cu-tru", "kinh-doanh", "bao-tro", "xay-dung", "giao-thong")
PHONE_SHARE = 0.07
_OFFSET_MS = OFFSET_MIN * 60_000
_EPOCH = dt.date(1970, 1, 1)

_WEEKDAYS = (1.45, 1.1, 1.0, 0.95, 1.05, 0.22, 0.0)
"""Monday is the fullest; on Saturday mornings some offices are open."""
_HOURS = {7: 0.6, 8: 1.7, 9: 2.0, 10: 1.6, 11: 0.6, 13: 0.9, 14: 1.5, 15: 1.4, 16: 0.8, 17: 0.05}
_HOUR_NAMES = tuple(_HOURS)
_HOUR_STEPS = tuple(accumulate(_HOURS.values()))
_IMPATIENT = {11: 1.5, 16: 1.35, 8: 0.85, 9: 1.0, 10: 1.15}
"""Who waited until noon or closing time is less content."""


class Row(NamedTuple):
    """An event as both databases take it (see headquarters.ratings.models.Event)."""

    chain: int
    day: dt.date
    event_id: str
    seq: int
    kind: str
    visit_id: str
    level: int | None
    wall_ms: int
    labels: str
    stored: str
    hash: bytes
    prev_hash: bytes
    received_ms: int


@dataclass(frozen=True, slots=True)
class Temper:
    """How a desk is: its share of level 1 and of level 3, how full it is, and how that changed in the year
    (``drift``: level 1 at the end over level 1 at the beginning). ``first`` and ``last`` bound its days.
    ``official``: who sits there, by their key."""

    unhappy: float
    delighted: float
    busy: float
    drift: float
    first: dt.date
    last: dt.date
    shaken: dt.date | None = None
    label_change: dt.date | None = None
    official: str = ""


class Chain:
    """One install: ``add`` puts an event at its next place."""

    def __init__(self, number: int, tablet_id: str, install_id: uuid.UUID) -> None:
        self.number, self.install_id = number, install_id
        self.seq, self.head = 0, GENESIS
        self._ids = f'"install_id":"{install_id}","kind":"'
        self._tablet = f'"tablet_id":"{tablet_id}","utc_offset_min":{OFFSET_MIN},"v":1,"visit_id":"'
        self._boot = f',"boot_id":"{install_id}","config_version":0,"event_id":"'

    def add(
        self, kind: str, event_id: str, visit: str, body: str, wall: int, day: dt.date, labels: str,
        level: int | None, late: int,
    ) -> Row:  # fmt: skip
        """The event with its place, its text and its hash."""
        self.seq += 1
        before = self.head
        stored = (
            f'{{"body":{body}{self._boot}{event_id}",{self._ids}{kind}","labels_version":"{labels}",'
            f'"mono_ms":{wall % 86_400_000},"seq":{self.seq},{self._tablet}{visit}","wall_ms":{wall}}}'
        )
        self.head = hashlib.sha256(before + stored.encode()).digest()
        return Row(
            self.number, day, event_id, self.seq, kind, visit, level, wall, labels, stored, self.head, before,
            wall + late,
        )  # fmt: skip


def shares(tempers: Sequence[Temper], ratings: int, rng: random.Random) -> list[dict[dt.date, int]]:
    """How many ratings each desk takes on each day; together exactly ``ratings``."""
    weights: list[tuple[int, dt.date, float]] = []
    for number, temper in enumerate(tempers):
        for k in range((temper.last - temper.first).days + 1):
            day = temper.first + dt.timedelta(days=k)
            weight = _weight(day) * temper.busy * rng.uniform(0.7, 1.3)
            if weight:
                weights.append((number, day, weight))
    total, reached, given = sum(weight for _, _, weight in weights) or 1.0, 0.0, 0
    found: list[dict[dt.date, int]] = [{} for _ in tempers]
    for number, day, weight in weights:
        reached += weight
        n = round(ratings * reached / total) - given
        if n:
            found[number][day] = n
            given += n
    return found


def _weight(day: dt.date) -> float:
    """The weekly rhythm, the week of Tết, a calm high summer."""
    if (1, 22) <= (day.month, day.day) <= (1, 31) and day.weekday() < 5:
        return 0.25
    return _WEEKDAYS[day.weekday()] * (0.8 if day.month == 7 else 1.0)


def events(
    tablet: Chain, phone: Chain, temper: Temper, days: dict[dt.date, int], until_ms: int, rng: random.Random
) -> Iterator[Row]:
    """All events of one tablet in the order in which they happened, up to a moment."""
    length = max(1, (temper.last - temper.first).days)
    for day, n in days.items():
        midnight = (day - _EPOCH).days * 86_400_000 - _OFFSET_MS
        changed = 1 + (temper.drift - 1) * (day - temper.first).days / length
        if temper.shaken and 0 <= (day - temper.shaken).days < 45:
            changed *= 1.8
        old = temper.label_change is not None and day < temper.label_change
        labels = LABELS_BEFORE if old else LABELS
        moments = sorted(_moment(rng) for _ in range(n))
        # A desk's tablet is offline for a while now and then: what it took comes hours later.
        late = 40_000 if rng.random() > 0.03 else rng.randrange(4, 30) * 3_600_000
        for hour, within in moments:
            if midnight + within >= until_ms:
                break
            unhappy = min(0.6, temper.unhappy * changed * _IMPATIENT.get(hour, 1.0))
            chain = phone if rng.random() < PHONE_SHARE else tablet
            yield from _visit(
                chain, chain is phone, unhappy, temper, midnight + within, day, labels, late, rng
            )


def _moment(rng: random.Random) -> tuple[int, int]:
    hour = _HOUR_NAMES[bisect(_HOUR_STEPS, rng.random() * _HOUR_STEPS[-1])]
    return hour, hour * 3_600_000 + int(rng.random() * 3_600_000)


def _id(rng: random.Random) -> str:
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _visit(
    chain: Chain, by_phone: bool, unhappy: float, temper: Temper, wall: int, day: dt.date, labels: str,
    late: int, rng: random.Random,
) -> Iterator[Row]:  # fmt: skip
    """One citizen: the tap, and what some say besides."""
    chance, visit, rating = rng.random(), _id(rng), _id(rng)
    level = 1 if chance < unhappy else 3 if chance < unhappy + (1 - unhappy) * temper.delighted else 2
    odd = rng.random()
    flags = "[]" if odd > 0.015 else '["burst"]' if odd > 0.006 else '["streak"]'
    if wall + _OFFSET_MS >= (day - _EPOCH).days * 86_400_000 + 61_200_000:  # 17:00
        flags = '["after_hours"]'
    channel = "phone" if by_phone else "tablet"
    body = f'{{"channel":"{channel}","flags":{flags},"level":{level}}}'
    yield chain.add(contract.RATING, rating, visit, body, wall, day, labels, level, late)
    if odd < 0.007:
        meant = 2 if level != 2 else 3
        body = f'{{"corrects":"{rating}","level":{meant}}}'
        yield chain.add(contract.CORRECTION, _id(rng), visit, body, wall + 2_000, day, labels, meant, late)
        level = meant
    yield from _more(chain, by_phone, level, visit, wall, day, labels, late, rng, temper.official)


def _dossier(visit: str, day: dt.date) -> str:
    """The code on the slip, of every fourth who named a service; no dice: the year stays the same without."""
    if visit[0] not in "0123":
        return ""
    return f'"dossier":"H99-{day:%y%m%d}-{int(visit[1:5], 16) + 10_000}",'


def _official(visit: str, key: str) -> str:
    """Three in four who named a service say who served them, where the office shows its officials; no dice
    here either."""
    return f'"official":"{key}",' if key and visit[5] not in "0123" else ""


def _more(
    chain: Chain, by_phone: bool, level: int, visit: str, wall: int, day: dt.date, labels: str, late: int,
    rng: random.Random, official: str,
) -> Iterator[Row]:  # fmt: skip
    chance = rng.random()
    if not by_phone and chance < 0.18:
        service = SERVICES[min(int(rng.expovariate(0.45)), len(SERVICES) - 1)]
        body = f'{{{_dossier(visit, day)}{_official(visit, official)}"service":"{service}"}}'
        yield chain.add(contract.SUBJECT, _id(rng), visit, body, wall + 4_000, day, labels, None, late)
    talkative = 0.42 if level == 1 else 0.07
    if rng.random() < talkative:
        keys = (REASONS if rng.random() < 0.6 else PROMISES) if level == 1 else PROMISES + REASONS
        # The first ones are chosen more often: a ranking that is not flat.
        chosen = sorted(
            {keys[min(int(rng.expovariate(0.5)), len(keys) - 1)] for _ in range(rng.choice((1, 1, 2)))}
        )
        body = f'{{"chosen":{json.dumps(chosen, separators=(",", ":"))},"good":{str(level > 1).lower()}}}'
        yield chain.add(contract.REASONS, _id(rng), visit, body, wall + 7_000, day, labels, None, late)
    if not by_phone and rng.random() < talkative * 0.12:
        text, topic = (rng.choice(UNHAPPY), "phan-anh") if level == 1 else (rng.choice(HAPPY), "khen-ngoi")
        topic = topic if rng.random() < 0.8 else "gop-y"
        said = json.dumps(text, ensure_ascii=False)
        body = f'{{"masked":[],"review":false,"text":{said},"topic":"{topic}"}}'
        yield chain.add(contract.COMMENT, _id(rng), visit, body, wall + 30_000, day, labels, None, late)
