"""The pages "about what, with whom" and "dossier code" for ``kiosk.ui.preview``, in every state."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kiosk.office import EMPTY, Desk, OfficeBook, Official, Service

Build = Callable[[dict[str, Any]], Any]
CODE = "000.00.17.H12-251021-0001"
DESKS = tuple(Desk(f"quay-{n}", f"Quầy {n}") for n in range(1, 5))
SERVICES = (
    Service("ho-tich", "Hộ tịch", "account-group"),
    Service("chung-thuc", "Chứng thực", "clipboard-check-outline"),
    Service("dat-dai", "Đất đai, xây dựng", "home-city-outline"),
    Service("kinh-doanh", "Hộ kinh doanh", "storefront-outline"),
    Service("xa-hoi", "Bảo trợ xã hội", "hand-heart"),
    Service("khac", "Việc khác", "file-document-outline"),
)
PEOPLE = (
    ("Nguyễn Thị Hồng Nhung", "Công chức Tư pháp – Hộ tịch"),
    ("Trần Văn Đức", "Công chức Địa chính – Xây dựng"),
    ("Lê Ngọc Ánh", "Tiếp nhận hồ sơ đất đai, xây dựng"),
    ("Phạm Minh Quân", "Trả kết quả"),
    ("Đặng Thị Ỷ Lan", "Lao động – Thương binh và Xã hội"),
    ("Võ Hoàng Anh Tuấn", "Hộ kinh doanh, thuế"),
)
MANY = OfficeBook(
    desks=tuple(Desk(f"quay-{n}", f"Quầy {n}") for n in range(1, 13)),
    services=tuple(replace(one, key=f"{one.key}-{n}") for n in range(3) for one in SERVICES),
    officials=tuple(Official(f"cb-{n}", *PEOPLE[n % len(PEOPLE)]) for n in range(17)),
)


def pages() -> dict[str, Build]:
    """Name → how it is built."""
    people = tuple(Official(f"cb-{n}", *words) for n, words in enumerate(PEOPLE))
    book = OfficeBook(desks=DESKS, services=SERVICES, officials=people)
    few = OfficeBook(desks=DESKS[:2], services=SERVICES[:3])
    chosen = (("desk", "quay-3"), ("service", "dat-dai"), ("official", "cb-1"))
    return {
        "subject": _subject(book, *chosen),
        "subject-faces": _subject(replace(book, desks=()), chosen[2], photos=True),
        "subject-few": _subject(few, chosen[1]),
        "subject-officials": _subject(replace(EMPTY, officials=people)),
        "subject-many": _subject(MANY),
        "dossier": _dossier(),
        "dossier-code": _dossier(CODE),
        "dossier-letters": lambda given: _letters(_dossier("HSPL-2025")(given)),
        "dossier-longest": _dossier("000.00.17.01.H12.34.5-251021-0001234-567"),
        "dossier-wrong": lambda given: _filed(_dossier("H12.3")(given)),
        "dossier-personal": lambda given: _filed(_dossier("001090012345")(given)),
        "dossier-warning": lambda given: _warned(_dossier("H12.34")(given)),
    }


def _subject(book: OfficeBook, *about: tuple[str, str], photos: bool = False) -> Build:
    def build(given: dict[str, Any]) -> Any:
        from kiosk.ui.screens.subject import SubjectScreen

        with TemporaryDirectory() as folder:
            shown = _photographed(book, Path(folder)) if photos else book
            facts = replace(given["facts"], book=shown)
            page = SubjectScreen(
                level=3, about=frozenset(about), left=24, total=30, **given | {"facts": facts}
            )
            if photos:
                _decoded(page)
        return page

    return build


def _photographed(book: OfficeBook, folder: Path) -> OfficeBook:
    """Every second official gets a photo: a plain drawing of somebody who does not exist."""
    from PIL import Image, ImageDraw

    people = []
    for n, official in enumerate(book.officials):
        if n % 2:
            people.append(official)
            continue
        photo, image = (
            folder / f"{n}.png",
            Image.new("RGB", (300, 400), ("#C9DCE0", "#E8D9BF", "#D5E3CB")[n % 3]),
        )
        draw = ImageDraw.Draw(image)
        draw.ellipse((30, 270, 270, 560), fill=("#0F4C5C", "#7A5200", "#1B7A4D")[n % 3])
        draw.ellipse((90, 70, 210, 180), fill="#2B2320")
        draw.ellipse((95, 90, 205, 235), fill="#F0C9A4")
        image.save(photo)
        people.append(replace(official, photo=photo))
    return replace(book, officials=tuple(people))


def _decoded(page: Any) -> None:
    """Lays the page out, so that it asks for its photos, and waits until they are there."""
    from kivy.clock import Clock

    from kiosk.ui.look import look
    from kiosk.ui.photos import photos

    page.size_hint, page.size = (None, None), (look.width, look.height)
    deadline = time.monotonic() + 20
    for _ in range(3):
        Clock.tick()
        Clock.tick_draw()
    while photos.waiting and time.monotonic() < deadline:
        Clock.tick()
        time.sleep(0.005)


def _dossier(value: str = "") -> Build:
    def build(given: dict[str, Any]) -> Any:
        from kiosk.ui.screens.dossier import DossierScreen

        return DossierScreen(level=1, value=value, left=30, total=30, **given)

    return build


def _letters(page: Any) -> Any:
    page.pad.signs = True
    return page


def _filed(page: Any) -> Any:
    page.file()
    return page


def _warned(page: Any) -> Any:
    page.show_left(7, 30)
    return page
