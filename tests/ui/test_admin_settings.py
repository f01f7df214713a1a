"""Settings at the tablet with real touches, on a real configuration in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.admin import AdminDesk, Preferences
from kiosk.configuration import Configured
from kiosk.configuration_file import FILE
from kiosk.dials import Dials
from kiosk.granting import Known
from kiosk.office import load_book
from kiosk.pins import PinBook
from kiosk.settings import load_settings
from kiosk.store.thread import StoreThread
from kiosk.survey import load_slogans, slogan_sets
from kiosk.ui.session import Page
from tests.kiosk.support import SetClock, open_store
from tests.ui.conftest import ASSETS

SLOGANS = ASSETS / "slogans"
YAML = """\
tablet: {name: TDM-Q3}
office: {name: UBND, unit: "Một cửa", desk: "Quầy 3", hours: "T2-T6 07:30-11:30, 13:30-17:00"}
slogans: binh-duong-2023
times: {idle_s: 32.5}
headquarters: {address: "https://cu.example.vn"}
"""


class Tablet:
    """The folder, what is kept in it, and the page that is shown."""

    def __init__(self, folder: Path, start: Callable[..., Any], **facts: Any) -> None:
        self.folder = folder
        (folder / "config.yaml").write_text(YAML, encoding="utf-8")
        panel = folder / "backlight" / "panel"
        panel.mkdir(parents=True)
        for name, value in (("brightness", "50"), ("max_brightness", "100")):
            (panel / name).write_text(value)
        self.panel = panel
        self.configuration = self.begin()
        keys = slogan_sets(SLOGANS)
        preferences = Preferences(
            self.configuration,
            lambda: tuple(load_slogans(SLOGANS, key) for key in keys),
            ("vi", "en"),
            Dials(panel.parent, mixer=lambda name: None),
        )
        pins = PinBook(folder / "pins.json", lambda: 0.0)
        self.store = StoreThread(lambda: open_store(folder), pins)
        desk = AdminDesk(
            self.store,
            pins,
            sync=lambda: None,
            enrolled=lambda: True,
            registrar=lambda: None,
            report=str,
            courier=lambda: None,
            reset_key=str,
            clock=SetClock(),
            preferences=lambda: preferences,
        )
        self.desk = desk
        self.kiosk = start(admin=lambda: desk, **facts)

    def begin(self) -> Configured:
        keys = slogan_sets(SLOGANS)
        return Configured(
            load_settings(self.folder / "config.yaml", keys, self.folder / "data"),
            Known(keys, ("vi", "en"), ()), tablet_id="t", config_key="", now_s=lambda: 0.0,
        )  # fmt: skip

    def open(self, part: str) -> None:
        """The admin's page at a part whose settings have been read."""
        self.kiosk.app.session.page = Page.ADMIN
        self.kiosk.app.render(moving=False)
        self.kiosk.frame(4)
        self.kiosk.touch(f"admin-{part}")
        self.kiosk.until(lambda: self.part.standing is not None)
        self.kiosk.frame(4)

    @property
    def part(self) -> Any:
        return self.kiosk.app.stage.page.standing

    def save(self) -> None:
        self.kiosk.touch("save")
        self.kiosk.until(lambda: self.part.foot.state in ("kept", "failed"))
        self.kiosk.frame(3)

    def kept(self) -> dict[str, str]:
        """The admin's changes on disk."""
        file = self.folder / "data" / FILE
        return json.loads(file.read_text())["local"] if file.exists() else {}


@pytest.fixture
def tablet(start: Callable[..., Any], tmp_path: Path) -> Any:
    made = Tablet(tmp_path, start)
    yield made
    made.desk.close()
    made.store.close()


def test_a_change_is_unsaved_until_it_is_kept_and_then_marked(tablet: Tablet) -> None:
    tablet.open("screen")
    assert "Thay đổi tại đây giữ đến cấu hình mới của trụ sở." in tablet.kiosk.words()
    tablet.kiosk.touch("times-closing_s-more")
    tablet.kiosk.touch("times-closing_s-more")
    tablet.kiosk.frame(3)
    assert "10 giây" in tablet.kiosk.words()
    assert "Chưa lưu" in tablet.kiosk.words()
    assert tablet.kept() == {}
    tablet.save()
    assert tablet.kept() == {"times.closing_s": "10"}
    assert "Đã lưu. Áp dụng khi màn hình chính rảnh." in tablet.kiosk.words()
    assert "Đổi tại máy" in tablet.kiosk.words()
    assert tablet.configuration.wants_anew()
    assert tablet.begin().settings.closing_s == 10


def test_steppers_end_at_the_bounds_and_odd_numbers_become_even(tablet: Tablet) -> None:
    tablet.open("screen")
    tablet.kiosk.touch("times-idle_s-more")
    assert tablet.part.raw("times.idle_s") == "35"
    for _ in range(9):
        tablet.kiosk.touch("times-idle_s-less")
    assert tablet.part.raw("times.idle_s") == "5"


def test_undo_takes_back_what_is_not_saved(tablet: Tablet) -> None:
    tablet.open("screen")
    tablet.kiosk.touch("sound-aloud-yes")
    assert tablet.part.draft == {"sound.aloud": "yes"}
    tablet.kiosk.touch("undo")
    assert tablet.part.draft == {}
    assert not tablet.kiosk.has("save")


def test_the_language_a_visit_begins_in_is_one_that_is_offered(tablet: Tablet) -> None:
    tablet.open("screen")
    tablet.kiosk.touch("languages-en")
    assert tablet.part.draft == {"languages": "en", "language": "en"}
    tablet.kiosk.touch("language-vi")
    assert (tablet.part.raw("language"), tablet.part.raw("languages")) == ("vi", "vi, en")
    tablet.kiosk.touch("languages-en")
    tablet.save()
    assert tablet.begin().settings.languages == ("en",)


def test_brightness_is_turned_at_once_and_volume_hidden_where_there_is_none(tablet: Tablet) -> None:
    tablet.open("screen")
    tablet.kiosk.until(lambda: tablet.kiosk.has("brightness-more"))
    tablet.kiosk.frame(4)
    assert not tablet.kiosk.has("volume-more")
    tablet.kiosk.touch("brightness-more")
    tablet.kiosk.until(lambda: (tablet.panel / "brightness").read_text() == "60")
    assert tablet.part.draft == {}


def test_another_slogan_set_shows_its_promises_before_it_is_kept(tablet: Tablet) -> None:
    tablet.open("content")
    tablet.kiosk.touch("set-bom-bo-2024")
    tablet.kiosk.frame(3)
    assert "Luôn mỉm cười" in tablet.kiosk.words()
    tablet.kiosk.touch("labels-level_1-khong-hai-long")
    tablet.kiosk.touch("staff-blind-yes")
    tablet.save()
    found = tablet.begin().settings
    assert (found.slogans, found.level_1, found.staff_blind) == ("bom-bo-2024", "khong-hai-long", True)


def test_hours_of_a_day_move_by_a_quarter_and_are_copied_to_the_week(tablet: Tablet) -> None:
    tablet.open("hours")
    tablet.kiosk.touch("hours-day-1")
    tablet.kiosk.touch("hours-0-more")
    tablet.kiosk.touch("hours-3-less")
    tablet.kiosk.touch("hours-same")
    tablet.kiosk.touch("hours-day-5")
    tablet.kiosk.touch("hours-spans-1")
    tablet.save()
    week = "; ".join(f"T{day} 07:45-11:30, 13:30-16:45" for day in range(2, 7))
    assert tablet.kept() == {"office.hours": f"{week}; T7 07:30-11:30"}
    assert tablet.begin().settings.hours is not None


def test_a_week_without_any_hours_cannot_be_kept(tablet: Tablet) -> None:
    tablet.open("hours")
    for day in range(5):
        tablet.kiosk.touch(f"hours-day-{day}")
        tablet.kiosk.touch("hours-spans-0")
    tablet.kiosk.frame(2)
    assert "Cần ít nhất một ngày có giờ làm việc." in tablet.kiosk.words()
    assert not tablet.kiosk.has("save")
    tablet.kiosk.touch("hours-spans-2")
    assert tablet.kiosk.has("save")


def test_a_span_never_runs_into_the_next(tablet: Tablet) -> None:
    tablet.open("hours")
    for _ in range(12):
        tablet.kiosk.touch("hours-1-more")
    assert tablet.part.raw("office.hours").startswith("T2 07:30-13:15, 13:30-17:00; T3 07:30-11:30")


def test_a_third_span_of_a_day_stays_and_is_not_run_into(tablet: Tablet) -> None:
    tablet.configuration.keep({"office.hours": "T2 07:30-09:00, 10:00-11:00, 11:15-12:00"})
    tablet.open("hours")
    for _ in range(3):
        tablet.kiosk.touch("hours-3-more")
    assert tablet.part.raw("office.hours") == "T2 07:30-09:00, 10:00-11:00, 11:15-12:00"
    tablet.kiosk.touch("hours-3-less")
    assert tablet.part.raw("office.hours") == "T2 07:30-09:00, 10:00-10:45, 11:15-12:00"


def test_what_the_disk_does_not_take_is_said(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tablet.configuration, "keep", full)
    tablet.open("screen")
    tablet.kiosk.touch("sound-aloud-yes")
    tablet.save()
    assert "Chưa lưu được. Xin thử lại." in tablet.kiosk.words()
    assert tablet.part.draft == {"sound.aloud": "yes"}
    assert tablet.kiosk.has("save")


def test_a_tablet_without_settings_shows_no_way_to_them(tablet: Tablet) -> None:
    tablet.desk._preferences = None
    tablet.kiosk.app.session.page = Page.ADMIN
    tablet.kiosk.app.render(moving=False)
    assert tablet.kiosk.has("admin-pins")
    assert not tablet.kiosk.has("admin-screen")


# -- what is asked about ---------------------------------------------------------------------------------


@pytest.fixture
def busy(start: Callable[..., Any], tmp_path: Path) -> Any:
    """A tablet whose office has a book."""
    made = Tablet(tmp_path, start, book=load_book(ASSETS / "office" / "demo.yaml"))
    yield made
    made.desk.close()
    made.store.close()


def test_reasons_are_switched_off_put_in_order_and_kept(busy: Tablet) -> None:
    busy.open("asked")
    kiosk, usual = busy.kiosk, busy.part.order()[0]
    assert len(usual) > 3
    kiosk.touch(f"ask-{usual[1]}")
    kiosk.touch(f"down-{usual[0]}")
    assert busy.part.order() == ((usual[2], usual[0], *usual[3:]), (usual[1],))
    assert not kiosk.has(f"up-{usual[2]}"), "the first cannot go further up"
    assert not kiosk.has(f"up-{usual[1]}"), "what is off has no place among the others"
    busy.save()
    assert busy.kept()["asked.reasons"] == ", ".join((usual[2], usual[0], *usual[3:]))
    assert busy.begin().settings.reasons == (usual[2], usual[0], *usual[3:])
    kiosk.touch(f"ask-{usual[1]}")
    assert busy.part.order()[0][-1] == usual[1], "on again, at the end"


def test_the_last_one_stays_and_the_usual_order_is_no_change(busy: Tablet) -> None:
    busy.open("asked")
    kiosk, usual = busy.kiosk, busy.part.order()[0]
    for key in usual[1:]:
        kiosk.touch(f"ask-{key}")
    kiosk.touch(f"ask-{usual[0]}")
    assert busy.part.order()[0] == usual[:1]
    assert "ít nhất một" in kiosk.words()
    for key in usual[1:]:
        kiosk.touch(f"ask-{key}")
    assert busy.part.draft == {}, "nothing differs from how it was"


def test_fields_of_work_and_officials_have_lists_of_their_own(busy: Tablet) -> None:
    busy.open("asked")
    kiosk = busy.kiosk
    kiosk.touch("list-asked.services")
    services = busy.part.order()[0]
    kiosk.touch(f"ask-{services[0]}")
    kiosk.touch("list-asked.officials")
    officials = busy.part.order()[0]
    kiosk.touch(f"down-{officials[0]}")
    busy.save()
    kept = busy.begin().settings
    assert kept.services == services[1:]
    assert kept.officials[:2] == (officials[1], officials[0])


def test_citizens_are_asked_about_what_is_on_in_its_order() -> None:
    from dataclasses import replace

    from kiosk.ui.facts import Facts
    from kiosk.ui.screens.more import MoreScreen
    from kiosk.ui.screens.subject import sections_of

    book = load_book(ASSETS / "office" / "demo.yaml")
    facts = Facts("UBND", "Một cửa", "Quầy 3", load_slogans(SLOGANS, "binh-duong-2023"), book=book)
    first, second = (one.key for one in book.services[:2])
    asked = replace(
        facts, services=(second, first), officials=("no-longer-there",), reasons=("phi", "thai-do")
    )
    assert [one.key for one in asked.asked.services] == [second, first]
    assert asked.asked.officials == book.officials, "a book that has changed since: all are asked about"
    assert [cell.key for cell in sections_of(asked.asked)[1].cells] == [second, first]
    page = type("Page", (), {"facts": asked})()
    assert [choice.key for choice in MoreScreen._reasons(page)] == ["phi", "thai-do"]
