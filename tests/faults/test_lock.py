"""Fault 8: another program holds the tablet's database, for less and for more than it waits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.store import StorageError
from kiosk.store.database import BUSY_TIMEOUT_MS
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from tests.faults.conftest import Trials
from tests.faults.storage import ROOT, after, new_id, open_desk, rate

pytestmark = pytest.mark.screen_only
SHORT_S, LONG_S = BUSY_TIMEOUT_MS / 4000, 600.0


@contextmanager
def other(folder: Path, how: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """The other program, once it holds the lock; it is gone at the end."""
    command = [sys.executable, "-m", "tests.faults.lock_child", str(folder), how, str(seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "holds\n"
            yield process
        finally:
            process.kill()


def said(desk: StoreThread) -> str:
    """The screen's word when it is not saved; empty when it is."""
    error = desk.save_rating(new_id(), Level(3)).exception(60)
    assert error is None or isinstance(error, StorageError), error
    return error.reason if error else ""


@pytest.mark.parametrize("how", ["immediate", "exclusive"])
def test_a_lock_that_is_soon_let_go_is_waited_for(
    how: str, tmp_path: Path, trials: Trials, long: bool
) -> None:
    trials.of(8)
    desk = open_desk(tmp_path)
    shown = [rate(desk)]
    for _ in range(20 if long else 1):
        with other(tmp_path, how, SHORT_S) as process:
            shown.append(rate(desk))
            assert process.stdout is not None
            assert process.stdout.readline() == "let go\n", "the lock held nobody up"
    desk.close()
    trials.count(after(tmp_path, shown), run=len(shown) - 1)


@pytest.mark.parametrize("how", ["immediate", "exclusive"])
def test_a_lock_that_stays_is_said_and_the_next_tap_is_saved(
    how: str, tmp_path: Path, trials: Trials, long: bool
) -> None:
    trials.of(8)
    desk = open_desk(tmp_path)
    shown = [rate(desk)]
    for _ in range(10 if long else 1):
        with other(tmp_path, how, LONG_S):
            assert said(desk) == "locked"
        shown.append(rate(desk))
    desk.close()
    trials.count(after(tmp_path, shown), run=len(shown) - 1)


def test_a_start_under_a_lock_goes_on_when_it_is_let_go(tmp_path: Path, trials: Trials) -> None:
    desk = open_desk(tmp_path)
    shown = [rate(desk)]
    desk.close()
    with other(tmp_path, "exclusive", LONG_S):
        desk = open_desk(tmp_path)
        error = desk.open().exception()
        assert error is None or (isinstance(error, StorageError) and error.reason == "locked"), error
        assert said(desk) == "locked"
    shown.append(rate(desk))
    desk.close()
    trials.of(8).count(after(tmp_path, shown))


def test_a_reader_holds_nobody_up(tmp_path: Path, trials: Trials) -> None:
    """Somebody looks at the file with a tool: ratings go on, the log grows, and is folded in afterwards."""
    desk = open_desk(tmp_path)
    shown = [rate(desk)]
    with other(tmp_path, "reading", LONG_S):
        shown += [rate(desk) for _ in range(80)]
        assert not desk.submit(lambda store: store.fold()).result(), "a reader is in the way, nobody waits"
    assert desk.submit(lambda store: store.fold()).result()
    desk.close()
    trials.of(8).count(after(tmp_path, shown))


def test_a_second_kiosk_is_refused_in_clear_words(tmp_path: Path, trials: Trials) -> None:
    desk = open_desk(tmp_path)
    shown = [rate(desk)]
    command = [sys.executable, "-m", "tests.faults.lock_child", str(tmp_path), "kiosk", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("locked: another kiosk program is using")
    assert str(tmp_path) in done.stdout
    shown.append(rate(desk))
    desk.close()
    trials.of(8).count(after(tmp_path, shown))
