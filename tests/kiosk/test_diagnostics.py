"""The log is bounded; the diagnostics file says much of the tablet and nothing of a citizen."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kiosk import logs
from kiosk.contact import Contact
from kiosk.diagnostics import Patient, queue_of, report, save
from kiosk.enrolment import Identity, save_identity
from kiosk.pins import PinBook
from kiosk.settings import load_settings
from kiosk.store import Comment, StorageError
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from tests.kiosk.support import SetClock, new_id, open_store
from tests.kiosk.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]
PIN = "493817"
COMMENT = "Ông Trần Bá Lượng hẹn tôi ba lần"
NAME, PHONE, EMAIL = "Nguyễn Thị Hồng Gấm", "0903 777 421", "gam.nguyen@example.vn"
DOSSIER = "H08.26-251121-0417"
IDENTITY = Identity(
    tablet_id=new_id(), seed="5e" * 32, key_id="a1" * 8, office="UBND phường Phú Lợi", desk="Quầy 1",
    sealing_key="b2" * 32, phone_key="c3" * 32,
)  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def _fill(directory: Path) -> None:
    """A tablet with a PIN, a key, and a visit in which everything a citizen can write was written."""
    save_identity(directory, IDENTITY)
    pins = PinBook(directory / "pins.json", lambda: 0.0)
    pins.set("staff", PIN)
    desk = StoreThread(lambda: open_store(directory), pins, seal=lambda contact: ("c2VhbGVk" * 9, "k1"))
    visit = new_id()
    desk.save_rating(visit, Level(1)).result()
    desk.save_comment(visit, Comment(COMMENT, "complaint", lookup="7K4Q2M9X")).result()
    desk.save_contact(visit, Contact(NAME, PHONE, EMAIL, guardian=False), "7K4Q2M9X").result()
    desk.save_about(visit, frozenset({("dossier", DOSSIER)})).result()
    desk.check_pin("staff", "118822").result()
    state = desk.submit(lambda store: store.queue_state()).result()
    desk.close()
    assert state.max_seq == 4


def _logged(directory: Path) -> None:
    """The log of a bad day, written through the real handlers, a secret among it."""
    logs.to_file(directory)
    logger = logging.getLogger("kiosk.test")
    logger.warning("sync: try 3 failed: no answer")
    logger.error("it should never come to this: %s", IDENTITY.seed)


@pytest.fixture
def root_logger():
    """Leaves logging and the hooks for crashes as they were."""
    root = logging.getLogger()
    before, level, hooks = (
        list(root.handlers),
        root.level,
        (sys.excepthook, threading.excepthook),
    )
    root.setLevel(logging.INFO)
    yield root
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks


def test_the_file_says_how_the_tablet_is_and_nothing_of_a_citizen(config: Path, root_logger) -> None:
    directory = config.parent / "data"
    _fill(directory)
    _logged(directory)
    settings = load_settings(config, ("binh-duong-2023",), directory)
    store = open_store(directory)
    text = report(Patient(settings, IDENTITY, store.queue_state(), SetClock()()))
    store.close()

    for word in (
        "kivy 2.",
        "events: ",
        "waiting for headquarters: ",
        "free: ",
        "UBND phường Phú Lợi",
        "Quầy 1",
    ):
        assert word in text
    assert text.count("sync: try 3 failed") == 2, "in the log and among the troubles"
    assert "kiosk.sqlite3: " in text
    assert "it should never come to this: (hidden)" in text

    secrets = [IDENTITY.seed, IDENTITY.phone_key, IDENTITY.sealing_key, PIN, "$argon2id$", "7K4Q2M9X"]
    secrets.append(json.loads((directory / "pins.json").read_text())["staff"]["hash"])
    words = [COMMENT, "Lượng", NAME, "Gấm", PHONE, PHONE.replace(" ", ""), EMAIL, DOSSIER, "c2VhbGVk"]
    assert [word for word in secrets + words if word in text] == []


def test_a_tablet_on_which_nothing_works_is_described_too(config: Path, tmp_path: Path) -> None:
    settings = load_settings(config, ("binh-duong-2023",), tmp_path / "nowhere")

    def refused():
        raise StorageError("too_new", "the database was written by a newer program (m009)")

    text = report(Patient(settings, None, queue_of(refused), SetClock()()))
    assert "not read: too_new" in text
    assert "identity file cannot be used" in text


def _kiosk(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip


def test_the_command_writes_the_file_also_while_the_kiosk_runs(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "tablet.txt"
    done = _kiosk("--config", config, "diagnostics", "--out", out)
    assert (done.returncode, str(out) in done.stdout) == (0, True), done.stderr
    assert "not enrolled" in out.read_text(encoding="utf-8")

    store = open_store(config.parent / ".kiosk")
    done = _kiosk("--config", config, "diagnostics", "--out", out)
    store.close()
    assert done.returncode == 0, done.stderr
    assert "not read: the kiosk is running" in out.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_said_in_one_line(config: Path, tmp_path: Path) -> None:
    done = _kiosk("--config", config, "diagnostics", "--out", tmp_path / "gone" / "tablet.txt")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_saving_leaves_the_whole_file_or_none(tmp_path: Path) -> None:
    save("mới", tmp_path / "a.txt")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(OSError, match=r"b\.txt"):
        save("mới", tmp_path / "b.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_the_log_is_bounded_and_its_tail_runs_over_the_seam(tmp_path: Path, root_logger, monkeypatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 2000)
    logs.to_file(tmp_path)
    for number in range(500):
        logging.getLogger("kiosk.test").info("line %d", number)
    files = list((tmp_path / logs.FOLDER).iterdir())
    assert len(files) == logs.KEPT + 1
    assert sum(path.stat().st_size for path in files) <= 2000 * (logs.KEPT + 1)
    lines = logs.tail(tmp_path, 60)
    assert [line.rsplit(" ", 1)[1] for line in lines] == [str(n) for n in range(440, 500)]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, root_logger, capfd) -> None:
    logs.to_file(tmp_path)
    (tmp_path / logs.FOLDER / logs.FILE_NAME).mkdir()
    logging.getLogger("kiosk.test").error("the disk is full")
    assert "Traceback" not in capfd.readouterr().err
    (tmp_path / "file").write_text("")
    logs.to_file(tmp_path / "file")


def test_what_ends_the_program_or_a_thread_stands_in_the_log(tmp_path: Path) -> None:
    script = (
        "import sys, threading; from pathlib import Path; from kiosk import logs\n"
        "logs.to_stderr(); logs.keep_crashes(Path(sys.argv[1]))\n"
        "worker = threading.Thread(target=lambda: 1 / 0, name='uploader'); worker.start(); worker.join()\n"
        "raise LookupError('over')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    text = "\n".join(logs.tail(tmp_path, 100))
    for word in ("thread uploader ended", "ZeroDivisionError", "the program ended: LookupError"):
        assert word in text


def test_the_journal_adds_the_time_itself(tmp_path: Path) -> None:
    script = "import logging; from kiosk import logs; logs.to_stderr(); logging.warning('x')"
    for journal, expected in (({"JOURNAL_STREAM": "8:1"}, "WARNING root: x"), ({}, " WARNING root: x")):
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, **journal},
        )  # fmt: skip
        assert done.stderr.strip().endswith(expected)
        assert done.stderr.startswith("WARNING") is bool(journal)
