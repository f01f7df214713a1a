"""The demo province's offices, desks and tablets. Names and codes are nobody's: no province has the code 99
(QĐ 19/2025/QĐ-TTg ends at 96)."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from headquarters.demo.year import Temper
from headquarters.offices.models import Desk, Office, Official
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from headquarters.web.offices import changes
from sync.signing import key_id

CODE = "99"
NAME = "Tỉnh Mẫu (demo)"
UNIT = "Bộ phận Một cửa"
_SPACE = uuid.UUID("6d0f7d4e-0a53-4f0e-8d1c-9e2f5a7b9900")
_DEPARTMENTS = (
    ("TTHCC", "Trung tâm Phục vụ hành chính công tỉnh", 8), ("SNV", "Sở Nội vụ", 2),
    ("STP", "Sở Tư pháp", 3), ("STC", "Sở Tài chính", 3), ("SCT", "Sở Công Thương", 2),
    ("SXD", "Sở Xây dựng", 3), ("SNNMT", "Sở Nông nghiệp và Môi trường", 4),
    ("SGDDT", "Sở Giáo dục và Đào tạo", 2), ("SYT", "Sở Y tế", 2),
    ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch", 2), ("SKHCN", "Sở Khoa học và Công nghệ", 2),
    ("BQLKCN", "Ban Quản lý các khu công nghiệp", 2), ("TTTINH", "Thanh tra tỉnh", 1),
    ("BHXH", "Bảo hiểm xã hội tỉnh", 4), ("THUE", "Thuế tỉnh", 4),
)  # fmt: skip
_WARDS = (
    "An Lạc Mới", "Bình Minh Đông", "Hòa Thuận Bắc", "Tân Xuân Nam", "Phú Mỹ Hạ", "Trường Sơn Tây",
    "Ngọc Hà Trung", "Quang Vinh", "Đồng Tâm Mới", "Thống Nhất Đông", "Hồng Phong", "Kim Liên Hạ",
    "Sông Trà", "Vân Giang", "Bạch Đằng Mới",
)  # fmt: skip
_VILLAGES = (
    "Suối Mây", "Đồi Thông", "Bản Mường Hoa", "Cẩm Tú", "Đông Giang Thượng", "Ea Nhuôl", "Gò Mít",
    "Hàm Rồng Đông", "Khe Sanh Hạ", "Láng Sen", "Mỹ Khánh Tây", "Nà Phặc Mới", "Phước Thiện", "Rạch Dừa",
    "Sơn Cẩm", "Tà Lài", "Thạch Bàn Thượng", "U Minh Đông", "Vĩnh Ngọc", "Xuân Quế", "Yên Trạch",
    "Đắk Wil Mới", "Lộc Ninh Thượng", "Cù Bị", "Trà Linh Hạ", "Phú Quới Đông", "Mường Sang",
    "Hàm Ninh Tây",
)  # fmt: skip
MERGED = ("Suối Mây", "Đồi Thông")
MERGED_NAME = "UBND xã Mây Thông"
_DESKS = (
    "Quầy 1 – Hộ tịch, chứng thực",
    "Quầy 2 – Đất đai, xây dựng",
    "Quầy 3 – Lao động, bảo trợ",
    "Quầy 4 – Kinh doanh",
)

_WITH_OFFICIALS = int(f"{CODE}000") + len(_WARDS) + len(MERGED)
"""Communes up to this code let citizens name officials; the others do not, which is the usual."""
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga", "Phúc", "Quyên", "Sơn")


@dataclass(frozen=True, slots=True)
class Place:
    """A tablet with the temper of its desk."""

    tablet: Tablet
    temper: Temper


def build(first: dt.date, last: dt.date, rng: random.Random) -> list[Place]:
    """The whole province as it stands on ``last``, two communes merged half-way."""
    province = Office.objects.create(
        code=CODE, ident="H99", name=NAME, kind=Office.Kind.PROVINCE, valid_from=first, demo=True
    )
    places = [
        place
        for office, desks in _offices(province, first)
        for place in _desks(office, desks, first, last, rng)
    ]
    middle = _middle(first, last)
    places = [_shaken(place, middle) for place in places]
    _merge(province, middle)
    return places


def _offices(province: Office, first: dt.date) -> Iterator[tuple[Office, int]]:
    for number, (code, name, desks) in enumerate(_DEPARTMENTS, 1):
        kind = Office.Kind.ONE_STOP if code == "TTHCC" else Office.Kind.DEPARTMENT
        yield _office(f"{CODE}.{code}", f"H99.{number:02d}", name, kind, province, first), desks
    for number, name in enumerate(_WARDS, 1):
        full = f"UBND phường {name}"
        yield (
            _office(f"{CODE}{number:03d}", f"H99.{50 + number}", full, Office.Kind.COMMUNE, province, first),
            3,
        )
    for number, name in enumerate(_VILLAGES, len(_WARDS) + 1):
        full = f"UBND xã {name}"
        desks = 3 if number % 3 == 0 or name in MERGED else 2
        yield (
            _office(f"{CODE}{number:03d}", f"H99.{50 + number}", full, Office.Kind.COMMUNE, province, first),
            desks,
        )


def _office(code: str, ident: str, name: str, kind: str, parent: Office, first: dt.date) -> Office:
    return Office.objects.create(
        code=code, ident=ident, name=name, kind=kind, parent=parent, valid_from=first, demo=True
    )


def _desks(office: Office, count: int, first: dt.date, last: dt.date, rng: random.Random) -> Iterator[Place]:
    unhappy, delighted = rng.triangular(0.025, 0.13, 0.05), rng.uniform(0.42, 0.68)
    drift = rng.choice((0.6, 0.85, 1.0, 1.0, 1.15, 1.5))
    busy = 2.4 if office.kind == Office.Kind.ONE_STOP else rng.uniform(0.5, 1.6)
    for number in range(count):
        name = _DESKS[number] if office.kind == Office.Kind.COMMUNE else f"Quầy số {number + 1}"
        desk = Desk.objects.create(office=office, name=name, unit=UNIT, valid_from=first)
        temper = Temper(
            unhappy * rng.uniform(0.6, 1.6), delighted, busy * rng.uniform(0.6, 1.4), drift, first, last,
            label_change=first + (last - first) / 2 if number == 0 and rng.random() < 0.1 else None,
        )  # fmt: skip
        if office.kind == Office.Kind.COMMUNE and int(office.code) <= _WITH_OFFICIALS:
            temper = replace(temper, official=_official(office, desk, number, first).code)
        yield Place(_tablet(desk, f"{office.code} {number}", first, rng), temper)


def _official(office: Office, desk: Desk, number: int, first: dt.date) -> Official:
    """One at each desk, with the same keys in every office, as offices choose them. No dice: the rest of the
    province stays the same without."""
    place = int(office.code) * 3 + number
    names = (_SURNAMES[place % len(_SURNAMES)], "Mẫu", _GIVEN[place * 7 % len(_GIVEN)])
    return Official.objects.create(
        office=office, desk=desk, code=f"cb-{number + 1:02d}", name=" ".join(names),
        position="Công chức tiếp nhận hồ sơ", valid_from=first,
    )  # fmt: skip


def _tablet(desk: Desk, name: str, first: dt.date, rng: random.Random) -> Tablet:
    key = rng.randbytes(32)
    seen, trouble = timezone.now() - dt.timedelta(seconds=rng.randrange(20, 400)), rng.random()
    made = Tablet(
        id=uuid.uuid5(_SPACE, name), desk=desk, public_key=key, key_id=key_id(key), last_seen=seen, pending=0,
        app_version="1.4.0 (demo)", free_mb=rng.randrange(9_000, 48_000), drift_ms=rng.randrange(-900, 900),
        battery_percent=rng.randrange(60, 101), on_mains=True, schema_version=7, platform="Android 14",
        boots=rng.randrange(20, 300), crashes=rng.choice((0, 0, 0, 1, 2)), integrity="ok",
        config_version=0,
    )  # fmt: skip
    if trouble < 0.03:
        made.last_seen, made.pending = seen - dt.timedelta(days=rng.randrange(2, 6)), rng.randrange(20, 300)
    elif trouble < 0.06:
        made.free_mb = rng.randrange(120, 400)
    elif trouble < 0.08:
        made.drift_ms = 7 * 60_000
    made.save()
    placement.begin(made)
    Tablet.objects.filter(pk=made.pk).update(enrolled_at=changes.start_of(first))
    return made


def _middle(first: dt.date, last: dt.date) -> dt.date:
    """The first day of the month half-way."""
    return (first + (last - first) / 2).replace(day=1)


def _shaken(place: Place, middle: dt.date) -> Place:
    merged = any(place.tablet.desk and place.tablet.desk.office.name.endswith(name) for name in MERGED)
    return replace(place, temper=replace(place.temper, shaken=middle)) if merged else place


def _merge(province: Office, day: dt.date) -> None:
    number = len(_WARDS) + len(_VILLAGES) + 1
    target = Office(
        code=f"{CODE}{number:03d}",
        ident=f"H99.{50 + number}",
        name=MERGED_NAME,
        kind=Office.Kind.COMMUNE,
        parent=province,
    )
    sources = [Office.objects.get(demo=True, name=f"UBND xã {name}") for name in MERGED]
    changes.carry_out(changes.merger(sources, target, day))


def offices_of(today: dt.date) -> list[Office]:
    """The demo offices that exist, those with desks."""
    return list(Office.objects.filter(demo=True).valid_on(today).exclude(code=CODE))
