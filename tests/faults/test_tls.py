"""Certificates that do not hold: nothing is sent, the cause has its word, afterwards everything arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import CAUSES, Unreachable
from tests.faults.certificates import Authority, Front
from tests.faults.conftest import Trials
from tests.faults.ground import Migrated, common
from tests.faults.lines import Line

WRONG = {
    "expired": ("tls_expired", {"first": "200101000000Z", "last": "210101000000Z"}),
    "not yet valid": ("tls_not_yet_valid", {"first": "450101000000Z", "last": "490101000000Z"}),
    "another name": ("tls_wrong_host", {"host": "DNS:elsewhere.example"}),
    "another address": ("tls_wrong_host", {"host": "IP:127.0.0.2"}),
    "another root": ("tls_unknown_root", {}),
    "no TLS": ("tls", {}),
}


@pytest.fixture
def line(tmp_path: Path, migrated_database: Migrated) -> Iterator[Line]:
    made = Line(common(migrated_database), tmp_path / "kiosk")
    yield made
    made.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "theirs")


@pytest.mark.screen_only
def test_a_certificate_that_does_not_hold_gets_nothing(
    line: Line, authority: Authority, stranger: Authority, long: bool, trials: Trials
) -> None:
    trials.of(19)
    good = Front(line.proxy.port, authority.issue("good"))
    for turn in range(20 if long else 1):
        for name, (code, how) in WRONG.items():
            by = stranger if name == "another root" else authority
            front = Front(
                line.proxy.port,
                None if name == "no TLS" else by.issue(f"{name} {turn}".replace(" ", "-"), **how),
            )
            line.rate(2)
            before = len(line.received())
            error = line.fails(uploader=line.uploader_to(front.address, roots=authority.root))
            front.close()
            assert (type(error), error.code) == (Unreachable, code), name
            assert CAUSES[code] in str(error), "the log says which"
            assert len(line.received()) == before, name
            assert [heard[:2] for heard in front.heard] == [b"\x16\x03"], "only a greeting of TLS"
            assert b"Kiosk" not in front.heard[0]
            trials.count(line.judge())
    line.uploader_to(good.address, roots=authority.root).drain()
    good.close()
    assert line.tablet.pending() == 0
    trials.count(line.arrives(), run=0)


@pytest.mark.screen_only
def test_without_roots_of_ones_own_the_well_known_ones_hold(
    line: Line, authority: Authority, trials: Trials
) -> None:
    trials.of(19)
    line.rate()
    front = Front(line.proxy.port, authority.issue("unknown"))
    error = line.fails(uploader=line.uploader_to(front.address))
    assert error.code == "tls_unknown_root"
    error = line.fails(uploader=line.uploader_to(front.address, roots=Path("/nowhere/roots.pem")))
    assert isinstance(error, Unreachable)
    front.close()
    trials.count(line.arrives(), run=2)


@pytest.mark.screen_only
@pytest.mark.parametrize("code", [*CAUSES, "unreachable", "notheadquarters", "servertrouble", "disk"])
def test_each_cause_has_its_own_words_for_the_admin(code: str) -> None:
    from kiosk.ui.look import look
    from kiosk.ui.screens.admin_words import error_words

    look.use_locale(Path("assets/locale"))
    what, remedy = error_words(code)
    assert code not in what
    assert what != error_words("no such code")[0]
    assert not what.isascii(), "in Vietnamese"
    assert not remedy.isascii()


@pytest.mark.screen_only
def test_the_status_names_the_cause(line: Line, authority: Authority, trials: Trials) -> None:
    trials.of(19)
    line.rate()
    late = authority.issue("late", first="200101000000Z", last="210101000000Z")
    front = Front(line.proxy.port, late)
    uploader = line.uploader_to(front.address, roots=authority.root)
    assert 1 <= uploader._round() <= 15 * 60
    assert (uploader.status().error, uploader.status().last_error) == ("tls_expired", "tls_expired")
    front.close()
    trials.count(line.arrives())
