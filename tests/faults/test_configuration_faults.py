"""Fault 23: a configuration that is not headquarters', half written, or leads nowhere. At every moment a
valid one is in force, there is a way back, and ratings are taken all the while."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.configuration import PROBATION_S
from kiosk.configuration_file import BEFORE, FILE
from scripts.stage import ROOT
from sync.configuration import Document
from sync.errors import Unreachable
from tests.faults.conftest import Trials
from tests.faults.ground import Migrated, common
from tests.faults.invariant import judge
from tests.faults.swap_driver import Silent
from tests.faults.swaps import HOME, IDLE_S, NEXT, NOW, STRANGER, begin, document, settings
from tests.journeys.tablet import QuietTablet

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.screen_only
def test_killed_at_every_step_of_the_swap_the_old_or_the_new_one_holds(
    trials: Trials, tmp_path: Path, long: bool
) -> None:
    """SIGKILL before and after each call that touches the disk, and in mid-text; eight swaps. The short form
    takes every third step, of each swap others."""
    trials.of(23)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.swap_driver", str(tmp_path), "1" if long else "3"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(line["killed"] for line in lines) > (80 if long else 25)
    old = 0
    for line in lines:
        folder = tmp_path / line["swap"] / str(line["step"])
        assert line["found"] in line["wanted"], line
        assert line["killed"] or line["found"] == line["wanted"][1], "what was not killed is done"
        old += line["found"] == line["wanted"][0]
        trials.count(judge(line["thanked"], [folder / "data" / "kiosk.sqlite3"]))
    assert old > (30 if long else 10), "most were killed before the new one stood whole"


@pytest.mark.screen_only
def test_a_file_cut_anywhere_leaves_the_one_before(trials: Trials, tmp_path: Path, long: bool) -> None:
    """A flash cell or another program has cut it; the state before stands beside it."""
    trials.of(23)
    base = settings(tmp_path)
    begin(base).offer(document(1, idle_s=45.0))
    begin(base).offer(document(2, idle_s=60.0))
    path = base.data_dir / FILE
    whole = path.read_bytes()
    for length in range(0, len(whole), 1 if long else 23):
        path.write_bytes(whole[:length])
        found = begin(base)
        assert (found.version, found.settings.idle_s) == (1, 45.0), length
        assert found.trouble()
        path.write_bytes(whole[:length] + bytes(len(whole) - length))  # sectors that were never written
        assert begin(base).version == 1
        trials.count(run=2)
    (base.data_dir / BEFORE).write_bytes(b"")
    assert begin(base).settings == base
    assert begin(base).offer(document(2, idle_s=60.0)), "and headquarters is believed as on the first day"


REFUSED = {
    "another's signature": lambda: document(9, STRANGER, idle_s=99.0),
    "a changed text": lambda: replace(document(9, idle_s=99.0), payload=document(9, idle_s=98.0).payload),
    "no signature": lambda: replace(document(9, idle_s=99.0), signature=""),
    "a key that was not announced": lambda: document(9, NEXT, idle_s=99.0),
    "an older issue": lambda: document(4, idle_s=99.0),
    "the same issue": lambda: document(5, idle_s=99.0),
    "another tablet's": lambda: document(9, tablet="7d0e2f7a-0000-4000-8000-0000000000bb", idle_s=99.0),
    "a wish nobody can grant": lambda: document(9, slogans="ha-noi", idle_s=99.0),
    "version 0": lambda: document(0, idle_s=99.0),
    "a version beyond all": lambda: document(2**31, idle_s=99.0),
    "no JSON": lambda: signed("{"),
    "half a character": lambda: replace(document(9), payload="\ud800"),
    "deeply nested": lambda: signed('{"a":' + "[" * 100_000 + "]" * 100_000 + "}"),
    "a key that is none": lambda: replace(document(9), key_id="\x00" * 99),
}


def signed(payload: str) -> Document:
    return Document(payload=payload, key_id=NOW.key_id, signature=NOW.sign(payload.encode()))


@pytest.mark.screen_only
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_for_this_tablet_changes_nothing(trials: Trials, tmp_path: Path, name: str) -> None:
    trials.of(23)
    base = settings(tmp_path)
    begin(base).offer(document(5, idle_s=45.0))
    running = begin(base)
    assert running.offer(REFUSED[name]()) is False
    for found in (running, begin(base)):
        assert (found.version, found.settings.idle_s, found.settings.address) == (5, 45.0, HOME)
        assert found.trouble(), "headquarters hears of it"
        assert not found.wants_anew()
    assert begin(base).offer(document(10, idle_s=50.0)), "the next good one is taken"
    trials.count()


def test_an_address_of_nowhere_is_left_after_half_an_hour_and_all_ratings_arrive(
    migrated_database: Migrated, trials: Trials, tmp_path: Path
) -> None:
    """By an injected clock; the tablet collects before, during and after, over a restart in between."""
    trials.of(23)
    ground = common(migrated_database)
    base = settings(tmp_path, ground.address)
    tablet = ground.tablet(base.data_dir)
    tablet_id = tablet.identity.tablet_id
    shown = tablet.rate(3, 2)
    tablet.uploader.drain()
    begin(base, tablet_id).offer(document(1, tablet=tablet_id, address=NOWHERE, idle_s=45.0))
    tablet.close()
    for spent_s in (PROBATION_S * 0.6, PROBATION_S * 0.6):
        running = begin(base, tablet_id)
        assert (running.settings.address, running.settings.idle_s) == (NOWHERE, 45.0)
        tablet = QuietTablet(base.data_dir, running.settings.address)
        shown += tablet.rate(1, 3)
        with pytest.raises(Unreachable):
            tablet.uploader.drain()
        assert tablet.pending() > 0
        running.spend(spent_s)
        tablet.close()
    running = begin(base, tablet_id)
    assert (running.settings.address, running.settings.idle_s) == (ground.address, IDLE_S)
    assert "rolled back" in running.trouble()
    tablet = QuietTablet(base.data_dir, running.settings.address)
    shown += tablet.rate(2)
    tablet.uploader.drain()
    running.heard(Silent(), 1)
    assert tablet.pending() == 0
    tablet.close()
    trials.count(ground.judge(shown, base.data_dir))
