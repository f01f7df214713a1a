"""Configuration pushed by a real headquarters: in force without interrupting anybody, broken on purpose,
rolled back."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import enrolment
from kiosk.clock import system_clock
from kiosk.configuration import Configured
from kiosk.configuration_file import FILE
from kiosk.granting import Known
from kiosk.health import Condition
from kiosk.pins import PinBook
from kiosk.settings import load_settings
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from kiosk.survey import load_slogans
from kiosk.uploader import Sender, Uploader
from scripts.stage import ROOT, Headquarters, Tablet, free_port, virtual_screen, wait_for
from sync.client import Client
from tests.journeys.conftest import Count
from tests.journeys.tablet import new_id

SLOGANS = ("binh-duong-2023", "bom-bo-2024")


pytestmark = pytest.mark.screen_only


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


@pytest.fixture
def kiosk(tmp_path: Path, headquarters: Headquarters) -> Iterator[Tablet]:
    made = Tablet(tmp_path / "kiosk", headquarters.address)
    made.command("enrol", "--code", headquarters.code())
    yield made
    made.stop(signal.SIGKILL)


def told(count: Count) -> tuple[int, str]:
    """What headquarters knows: the version the tablet works by, and its last error."""
    found = count._rows("SELECT coalesce(config_version, -1) || '|' || last_error FROM tablets_tablet")
    version, _, error = found[0].partition("|")
    return int(version), error


def kept(tablet: Tablet) -> int:
    """The version on the tablet's disk."""
    file = tablet.directory / "tablet" / FILE
    return int(json.loads(file.read_text())["passed"]) if file.exists() else 0


def test_a_citizen_in_mid_visit_is_not_interrupted_and_what_is_broken_is_refused(
    headquarters: Headquarters, kiosk: Tablet, count: Count, display: str
) -> None:
    kiosk.start(display)
    kiosk.rate(1)
    homes = [row["view"] for row in kiosk.views()].count("home")
    headquarters.command("configure", "--set", "slogans=bom-bo-2024", "--set", "level_1=khong-hai-long")
    wait_for(lambda: kept(kiosk) == 1, "the configuration on the tablet's disk", 60)
    for _ in range(11):  # longer than an untouched home would have waited
        time.sleep(2)
        kiosk.go("chip-thoi-gian", "more")
    assert [row["view"] for row in kiosk.views()].count("home") == homes
    assert told(count)[0] == 0
    kiosk.finish()

    seen = len(kiosk.views())
    kiosk.wait_view("home", after=seen, seconds=90)
    wait_for(lambda: told(count) == (1, ""), "headquarters hears of version 1", 60)
    kiosk.rate(1)
    promises = load_slogans(ROOT / "assets" / "slogans", "bom-bo-2024").promises
    assert f"chip-{promises[0].key}" in kiosk.views()[-1]["targets"]
    kiosk.finish()
    columns = "labels_version || ' ' || config_version"
    stored = f"SELECT {columns} FROM ratings_event WHERE kind = 'rating' ORDER BY seq"
    wait_for(lambda: count._rows(stored) == ["chua-hai-long-1 0", "khong-hai-long-1 1"], "both ratings", 60)

    headquarters.command("configure", "--set", "slogans=khong-co-2099")
    wait_for(lambda: "bad_value: slogans" in told(count)[1], "headquarters hears of the refusal", 60)
    assert told(count)[0] == 1
    headquarters.command("configure", "--set", "slogans=bom-bo-2024", "--set", "idle_s=45")
    wait_for(lambda: told(count) == (3, ""), "version 3 in force after a rest", 120)


class Program:
    """One run of the tablet's program without a window, on its own folder."""

    def __init__(self, directory: Path, install: StoreThread, settings_file: Path) -> None:
        identity = enrolment.load_identity(directory, new_id)
        base = load_settings(settings_file, SLOGANS, directory)
        self.configuration = Configured(
            base, Known(SLOGANS, ("vi", "en"), ()),
            tablet_id=identity.tablet_id, config_key=identity.config_key, now_s=time.monotonic,
            set_pin=PinBook(directory / "pins.json", time.monotonic).take, probation_s=2.0,
        )  # fmt: skip
        client = Client(self.configuration.settings.address, identity.signer(), timeout_s=(2, 10))
        sender = Sender(identity.tablet_id, install.open().result(), "test", directory)
        self.uploader = Uploader(
            install, lambda: client, lambda: sender, every_s=0.2, uniform=lambda low, high: low,
            clock=system_clock(), configuration=self.configuration,
            health=lambda: Condition(config_version=self.configuration.version),
        )  # fmt: skip
        self.uploader.start()
        self.configuration.watch()

    def until_anew(self) -> None:
        wait_for(self.configuration.wants_anew, "a reason to begin anew", 60)
        self.end()

    def end(self) -> None:
        self.configuration.close()
        self.uploader.stop()


def test_an_address_that_answers_nobody_is_rolled_back_and_told(
    headquarters: Headquarters, tmp_path: Path, count: Count
) -> None:
    directory = tmp_path / "tablet"
    file = tmp_path / "config.yaml"
    file.write_text(
        f"tablet: {{name: A}}\noffice: {{name: A, unit: B, desk: C}}\nslogans: {SLOGANS[0]}\n"
        f'headquarters: {{address: "{headquarters.address}"}}\n',
        encoding="utf-8",
    )
    identity = enrolment.load_identity(directory, new_id)
    desk = StoreThread(
        lambda: Store(directory, identity.tablet_id, system_clock(), new_id),
        PinBook(directory / "pins.json", time.monotonic),
    )
    client = Client(headquarters.address, identity.signer())
    reply = client.enrol(enrolment.request(identity, headquarters.code(), desk.open().result(), "test"))
    enrolment.save_identity(directory, enrolment.enrolled(identity, reply))

    nowhere = f"http://127.0.0.1:{free_port()}"
    headquarters.command("configure", "--set", f"address={nowhere}", "--set", "idle_s=44")
    first = Program(directory, desk, file)
    first.until_anew()
    moved = Program(directory, desk, file)
    assert (moved.configuration.settings.address, moved.configuration.settings.idle_s) == (nowhere, 44)
    moved.until_anew()
    back = Program(directory, desk, file)
    assert (back.configuration.settings.address, back.configuration.settings.idle_s) == (
        headquarters.address,
        30,
    )
    wait_for(lambda: "rolled back" in told(count)[1], "headquarters hears of it", 60)
    assert told(count)[0] == 0
    time.sleep(1)
    assert not back.configuration.wants_anew(), "the same document is not taken again"

    headquarters.command("configure", "--unset", "address", "--set", "idle_s=33")
    back.until_anew()
    last = Program(directory, desk, file)
    assert last.configuration.settings.idle_s == 33
    wait_for(lambda: told(count) == (2, ""), "headquarters hears of version 2", 60)
    last.end()
    desk.close()
