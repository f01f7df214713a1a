"""``python -m kiosk``: complete help, one-line errors, never a traceback."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kiosk.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def kiosk(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize(
    "command", [[], ["run"], ["enrol"], ["set-pin"], ["sync"], ["status"], ["diagnostics"]]
)
def test_every_command_explains_itself(command: list[str]) -> None:
    done = kiosk(*command, "--help")
    assert done.returncode == 0
    assert "usage: kiosk" in done.stdout


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_a_wrong_config_names_the_line_and_starts_nothing(config: Path) -> None:
    config.write_text(GOOD.replace("desk: Quầy 3", "desk:"), encoding="utf-8")
    assert "config.yaml, dòng 6: office.desk" in refused(kiosk("--config", config, "status"))
    assert not (config.parent / ".kiosk").exists()


def test_status_of_a_new_tablet_says_that_it_is_not_enrolled(config: Path) -> None:
    done = kiosk("--config", config, "status")
    assert done.returncode == 0
    assert "0 ratings" in done.stdout
    assert "not enrolled" in done.stdout


def test_sync_before_enrolment_says_what_to_do(config: Path) -> None:
    assert "kiosk enrol" in refused(kiosk("--config", config, "sync"))


def test_enrolling_without_headquarters_is_one_line(config: Path) -> None:
    config.write_text(GOOD.replace("https://truso.example.vn", "http://127.0.0.1:9"), encoding="utf-8")
    assert "no answer from http://127.0.0.1:9" in refused(
        kiosk("--config", config, "enrol", "--code", "ABCD")
    )


def test_a_pin_is_read_from_stdin_and_weak_ones_are_refused(config: Path) -> None:
    assert "too easy" in refused(kiosk("--config", config, "set-pin", "--stdin", stdin="111111\n"))
    assert kiosk("--config", config, "set-pin", "--stdin", stdin="493817\n").returncode == 0


def test_the_key_is_readable_by_its_owner_only_and_never_replaced(config: Path) -> None:
    kiosk("--config", config, "status")
    path = config.parent / ".kiosk" / "identity.json"
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kiosk("--config", config, "status")
    assert path.read_text() == first


def test_a_broken_identity_is_named_and_kept(config: Path) -> None:
    kiosk("--config", config, "status")
    path = config.parent / ".kiosk" / "identity.json"
    path.write_text(json.dumps({"tablet_id": "x"}))
    assert "identity.json cannot be used" in refused(kiosk("--config", config, "status"))
    assert json.loads(path.read_text()) == {"tablet_id": "x"}


def test_window_size_is_checked() -> None:
    done = kiosk("run", "--window", "wide")
    assert done.returncode == 2
    assert "expected WIDTHxHEIGHT" in done.stderr


def test_the_signboard_goes_by_what_is_in_force(config: Path) -> None:
    from kiosk import __main__ as program
    from kiosk import enrolment, wiring
    from kiosk.office import EMPTY
    from kiosk.settings import load_settings
    from kiosk.survey import slogan_sets
    from kiosk.words import languages

    sets = slogan_sets(wiring.ASSETS / "slogans")
    settings = load_settings(config, sets, None, languages(wiring.ASSETS / "locale"))
    assert program._sign_settings(settings) == settings
    assert not settings.data_dir.exists(), "a board alone makes no tablet"
    identity = enrolment.load_identity(settings.data_dir, wiring.new_id)
    other = next(name for name in sets if name != settings.slogans)
    wiring.configured(settings, identity, EMPTY).keep({"slogans": other})
    assert program._sign_settings(settings).slogans == other
    (settings.data_dir / enrolment.FILE_NAME).write_text("spoilt", encoding="utf-8")
    assert program._sign_settings(settings) == settings
