"""``python -m headquarters`` for tablets: configuration, its key, reset codes, bundles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from headquarters import sealing, signing
from headquarters.__main__ import main
from headquarters.audit.models import Entry
from headquarters.offices.models import Office
from headquarters.tablets import configuration
from headquarters.tablets.models import Deed, FormerKey, Tablet, WishList
from headquarters.tablets.reset import reset_key
from sync import bundle, receipt, reset
from sync.bundle import Header
from sync.contract import WireEvent
from tests.headquarters.conftest import Office26740, problem_of
from tests.support import FakeTablet

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(
    office: Office26740, tablet: FakeTablet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Say:  # fmt: skip
    """Runs a command in this process: its exit code, and all it said."""
    monkeypatch.setattr(settings, "DATA", tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(list(arguments))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out + said.err

    return run


def row(tablet: FakeTablet) -> Tablet:
    return Tablet.objects.select_related("desk__office").get(pk=tablet.tablet_id)


def test_wishes_are_set_shown_unset_and_put_back(say: Say, tablet: FakeTablet) -> None:
    code, said = say("configure", "--set", "idle_s=45", "--set", 'languages=["vi", "en"]', "--note", "first")
    assert (code, "1 tablets get a new configuration" in said) == (0, True)
    assert '"idle_s": 45.0' in said
    found = configuration.effective(row(tablet))
    assert (found.idle_s, found.languages) == (45.0, ("vi", "en"))
    first = WishList.objects.get()
    assert (first.note, first.author) == ("first", None)
    assert say("configure", "--set", "slogans=bom-bo-2024", "--unset", "idle_s")[0] == 0
    assert configuration.effective(row(tablet)).idle_s is None
    assert say("configure", "--back", str(first.pk))[0] == 0
    assert configuration.effective(row(tablet)) == found
    _code, said = say("configure", "--history")
    assert [line.split()[0] for line in said.splitlines()[::2]] == [
        str(entry.pk) for entry in WishList.objects.order_by("-pk")
    ]


def test_an_office_s_and_a_tablet_s_own_wishes(say: Say, tablet: FakeTablet) -> None:
    assert say("configure", "--office", "26740", "--set", "idle_s=40")[0] == 0
    assert say("configure", "--tablet", tablet.signer.key_id, "--set", "idle_s=50")[0] == 0
    assert say("configure", "--tablet", tablet.tablet_id, "--set", "cool_down_s=5")[0] == 0
    found = configuration.effective(row(tablet))
    assert (found.idle_s, found.cool_down_s) == (50, 5)
    first = WishList.objects.order_by("pk").first()
    assert first is not None
    assert first.office == Office.objects.get()


def test_wishes_from_a_file_replace_all(say: Say, tablet: FakeTablet, tmp_path: Path) -> None:
    say("configure", "--set", "idle_s=40")
    path = tmp_path / "wishes.json"
    path.write_text(json.dumps({"slogans": "a", "later": 1}), encoding="utf-8")
    assert say("configure", "--file", str(path))[0] == 0
    found = configuration.effective(row(tablet))
    assert (found.slogans, found.idle_s, found.more) == ("a", None, {"later": 1})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "idle_s=900"], "idle_s: expected a number of seconds from 5 to 300"),
        (["--set", "colour=red"], "expected WISH=VALUE"),
        (["--set", "idle_s"], "expected WISH=VALUE"),
        (["--unset", "idle_s"], "is not set here"),
        (["--back", "999"], "there is no change 999 here"),
        (["--office", "0"], "no office has the code 0"),
        (["--tablet", "0"], "no tablet has the id or key id 0"),
        (["--file", "/nowhere.json"], "nowhere.json"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_nothing_changes(
    say: Say, arguments: list[str], words: str
) -> None:
    code, said = say("configure", *arguments)
    assert (code, said.count("\n")) == (2, 1)
    assert words in said
    assert not WishList.objects.exists()


def test_the_key_is_announced_before_it_is_rotated(say: Say, office: Office26740, tablet: FakeTablet) -> None:
    first = signing.public_key()
    assert say("config-key", "show") == (0, f"signs now:  {first}\nannounced:  -\n")
    code, said = say("config-key", "rotate")
    assert (code, "no next key has been announced" in said) == (2, True)
    assert say("config-key", "announce")[0] == 0
    announced = signing.next_public_key()
    code, said = say("config-key", "rotate")
    assert (code, "1 tablets have not yet taken the announcement" in said) == (2, True)
    assert signing.public_key() == first
    office.push(tablet, heartbeat=tablet.heartbeat(config_version=1))
    code, said = say("config-key", "rotate")
    assert (code, "Rotated; 1 tablets" in said) == (0, True)
    assert (signing.public_key(), signing.next_public_key()) == (announced, "")


def test_an_announcement_is_taken_back_and_rotation_can_be_forced(say: Say, tablet: FakeTablet) -> None:
    say("config-key", "announce")
    assert say("config-key", "withdraw")[0] == 0
    assert signing.next_public_key() == ""
    assert row(tablet).config_issued == 2, "the tablets hear of it"
    say("config-key", "announce")
    assert say("config-key", "rotate", "--force")[0] == 0


def test_a_reset_code_opens_the_tablet(say: Say, tablet: FakeTablet) -> None:
    challenge = reset.new_challenge(lambda n: bytes(range(n)))
    arguments = ["--tablet", tablet.tablet_id, "--role", "staff", "--challenge"]
    code, said = say("reset-code", *arguments, challenge.lower())
    assert code == 0
    assert reset.opens(reset_key(row(tablet).pk), "staff", challenge, said.split()[-1])
    assert Deed.objects.get().kind == "reset_code"
    code, said = say("reset-code", *arguments, "TVX7-67WQ")
    assert (code, "not a challenge of a tablet" in said) == (2, True)


def write(path: Path, tablet: FakeTablet, events: list[WireEvent]) -> None:
    with path.open("wb") as file:
        header = Header(
            tablet_id=tablet.tablet_id, install_id=tablet.install_id, key_id=tablet.signer.key_id,
            sealing_key_id="", count=len(events), max_seq=tablet.seq, made_ms=5, app_version="test",
        )  # fmt: skip
        bundle.write(file, header, events, tablet.signer, sealing.public_key())


def test_a_bundle_is_taken_and_leaves_a_receipt(say: Say, tablet: FakeTablet, tmp_path: Path) -> None:
    path, out = tmp_path / "a.kioskb", tmp_path / "a.kioskr"
    write(path, tablet, [tablet.rating() for _ in range(3)])
    code, said = say("import-bundle", str(path), "--receipt", str(out))
    assert code == 0
    assert "3 new, 0 known, 0 set aside" in said
    with out.open("rb") as file:
        assert receipt.check(file, tablet.tablet_id, [signing.public_key()]).count == 3
    assert "0 new, 3 known" in say("import-bundle", str(path), "--receipt", str(out))[1]


def test_what_was_set_aside_shows_in_the_exit_code(say: Say, tablet: FakeTablet, tmp_path: Path) -> None:
    path, out = tmp_path / "a.kioskb", tmp_path / "a.kioskr"
    write(path, tablet, [tablet.rating(level=9)])
    assert say("import-bundle", str(path), "--receipt", str(out))[0] == 1


def test_a_broken_bundle_leaves_no_receipt(say: Say, tablet: FakeTablet, tmp_path: Path) -> None:
    path, out = tmp_path / "a.kioskb", tmp_path / "a.kioskr"
    write(path, tablet, [tablet.rating()])
    path.write_bytes(path.read_bytes()[:-1])
    code, said = say("import-bundle", str(path), "--receipt", str(out))
    assert (code, "cut short, changed since" in said) == (2, True)
    assert not out.exists()
    assert say("import-bundle", str(tmp_path / "none"), "--receipt", str(out))[0] == 2


def test_a_tablet_is_shut_out_once_and_hears_of_it(say: Say, office: Office26740, tablet: FakeTablet) -> None:
    for _ in range(2):
        assert say("revoke", "--tablet", tablet.tablet_id)[0] == 0
    assert Deed.objects.get().kind == "revoked"
    assert problem_of(*office.send(tablet, tablet.batch())).code == "revoked"
    assert "revoked" in say("list-tablets")[1]


def test_the_list_tells_the_condition_of_each_tablet(
    say: Say, office: Office26740, tablet: FakeTablet
) -> None:
    say("configure", "--set", "idle_s=45")
    beat = tablet.heartbeat(free_mb=300, quarantined=2, config_version=0, app_version="0.4.0")
    office.push(tablet, heartbeat=beat)
    said = say("list-tablets")[1]
    for words in ("0 waiting", "2 set aside", "300 MB free", "version 0.4.0", "configuration 0 of 1"):
        assert words in said, words


def test_a_key_is_renewed_by_command_and_the_wish_taken_back(say: Say, tablet: FakeTablet) -> None:
    code, said = say("renew-key", "--tablet", tablet.signer.key_id)
    assert (code, f"changes its key {tablet.signer.key_id} with its next sync" in said) == (0, True)
    assert row(tablet).renew_asked_at is not None
    assert "key not changed yet" in say("list-tablets")[1]
    code, said = say("renew-key", "--tablet", tablet.tablet_id, "--withdraw")
    assert (code, "stays its own" in said) == (0, True)
    assert row(tablet).renew_asked_at is None
    say("revoke", "--tablet", tablet.tablet_id)
    code, said = say("renew-key", "--tablet", tablet.tablet_id)
    assert (code, said) == (2, "headquarters: this tablet's enrolment was revoked\n")


def test_the_sealing_key_is_shown_and_rotated(say: Say, tablet: FakeTablet, tmp_path: Path) -> None:
    first = sealing.own_key_id()
    assert say("sealing-key", "show") == (0, f"seals now:  {first}\nopen too:   -\n")
    code, said = say("sealing-key", "rotate")
    assert (code, "Rotated; 1 tablets get a new configuration" in said) == (0, True)
    assert f"The old key is in sealing-old-{first}.key" in said
    assert "Back up the keys now" in said
    assert said.endswith(f"seals now:  {sealing.own_key_id()}\nopen too:   {first}\n")
    assert row(tablet).config_issued == 1
    assert Entry.objects.get().action == "system.sealing_key"
    for path in tmp_path.glob("sealing*"):
        assert path.read_text() not in said


def test_a_bundle_of_a_former_key_is_refused_in_one_line(
    say: Say, tablet: FakeTablet, tmp_path: Path
) -> None:
    path, out = tmp_path / "a.kioskb", tmp_path / "a.kioskr"
    write(path, tablet, [tablet.rating()])
    FormerKey.objects.create(
        tablet=row(tablet), key_id=tablet.signer.key_id, public_key=b"", until=timezone.now()
    )
    Tablet.objects.update(key_id="0" * 16)
    code, said = say("import-bundle", str(path), "--receipt", str(out))
    assert (code, said.count("\n")) == (2, 1)
    assert "signed by a key this tablet no longer uses; write a fresh bundle at the tablet" in said
    assert not out.exists()
