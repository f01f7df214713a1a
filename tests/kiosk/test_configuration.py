"""What a tablet takes from headquarters, what it does not, and how it comes back; real files, real keys."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.configuration import AGAIN_S, PROBATION_S, Configured
from kiosk.configuration_file import BEFORE, FILE
from kiosk.granting import Known, Unfit
from kiosk.hours import parse as parse_hours
from kiosk.office import EMPTY, NoticeKind
from kiosk.pins import PinBook
from kiosk.settings import Settings, load_settings
from sync.configuration import (
    Configuration,
    ConfigurationReply,
    ConfigurationRequest,
    Document,
    encode_payload,
    sign,
)
from sync.errors import Unreachable
from sync.signing import Signer
from sync.wishes import Improved, Notice, PinReset, Wishes, read_wishes

NOW, NEXT, STRANGER = (Signer(bytes([place]) * 32) for place in (1, 2, 3))
KNOWN = Known(("binh-duong-2023", "bom-bo-2024"), ("vi", "en"), ("thoi-gian", "thai-do"))
ADDRESS = "https://moi.example.vn"
YAML = """\
tablet: {name: TDM-Q3}
office: {name: UBND, unit: "Một cửa", desk: "Quầy 3", hours: "T2-T6 07:30-11:30"}
slogans: binh-duong-2023
headquarters: {address: "https://cu.example.vn"}
"""


class Told:
    """A headquarters that has one document, or no answer."""

    def __init__(self, document: Document | None = None) -> None:
        self.document, self.asked = document, []  # type: ignore[var-annotated]

    def fetch_configuration(self, request: ConfigurationRequest) -> ConfigurationReply:
        self.asked.append(request.have_version)
        if self.document is None:
            raise Unreachable("no answer")
        return ConfigurationReply(
            tablet_id=request.tablet_id,
            have_version=request.have_version,
            server_time_ms=0,
            document=self.document,
        )


def document(
    version: int = 1, key: Signer = NOW, tablet: str = "t-1", next_key: str = "", **wishes: Any
) -> Document:
    said = Configuration(
        version=version,
        tablet_id=tablet,
        issued_ms=1_700_000_000_000,
        next_key=next_key,
        wishes=Wishes(**wishes),
    )
    return sign(encode_payload(said), key.key_id, key.sign)


def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "config.yaml"
    file.write_text(YAML, encoding="utf-8")
    return load_settings(file, KNOWN.slogans, tmp_path / "data")


@pytest.fixture
def begin(tmp_path: Path) -> Callable[..., Configured]:
    """The program begins, as often as the test likes, in the same folder."""

    def made(**changes: Any) -> Configured:
        usual = {"tablet_id": "t-1", "config_key": NOW.public_key.hex(), "now_s": lambda: 0.0}
        return Configured(settings(tmp_path), KNOWN, **(usual | changes))

    return made


Begin = Callable[..., Configured]


def test_a_tablet_that_heard_nothing_goes_by_its_file(begin: Begin, tmp_path: Path) -> None:
    assert begin().settings == settings(tmp_path)
    assert (begin().version, begin().wants_anew(), begin().trouble()) == (0, False, "")
    assert not (tmp_path / "data" / FILE).exists()


def test_what_headquarters_wishes_holds_from_the_next_beginning(begin: Begin, tmp_path: Path) -> None:
    running = begin()
    wishes = {
        "slogans": "bom-bo-2024",
        "idle_s": 45.0,
        "staff_blind": True,
        "hours": "T2 08:00-12:00",
        "language": "en",
    }
    headquarters = Told(document(3, **wishes, level_1="khong-hai-long", closing_s=9.5))
    running.heard(headquarters, 3)
    assert (running.wants_anew(), running.version, running.settings.slogans) == (True, 0, "binh-duong-2023")
    anew = begin()
    assert (anew.wants_anew(), anew.version) == (False, 3)
    assert anew.settings == replace(
        settings(tmp_path), slogans="bom-bo-2024", idle_s=45.0, closing_s=9.5, staff_blind=True,
        language="en", level_1="khong-hai-long", hours=parse_hours("T2 08:00-12:00"),
    )  # fmt: skip
    anew.heard(headquarters, 3)
    assert headquarters.asked == [0]


def test_what_is_kept_is_for_the_tablets_own_user_only(begin: Begin, tmp_path: Path) -> None:
    begin().offer(document())
    for name in (FILE, BEFORE):
        assert stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (document(5, STRANGER, idle_s=45.0), "bad_signature"),
        (replace(document(5, idle_s=45.0), payload=document(5, idle_s=46.0).payload), "bad_signature"),
        (document(5, tablet="t-2", idle_s=45.0), "other_tablet"),
        (document(1, idle_s=45.0), "not_newer"),
        (document(2, idle_s=45.0), "not_newer"),
        (document(5, slogans="ha-noi"), "bad_value: slogans"),
        (document(5, level_1="te"), "bad_value: labels.level_1"),
        (document(5, languages=("vi", "fr")), "bad_value: languages"),
        (document(5, languages=("en",)), "bad_value: language"),
        (document(5, hours="T2 11:00-08:00"), "bad_value: hours"),
        (document(5, idle_s=2.0), "bad_value: idle_s"),
        (document(5, reasons=("thoi-gian", "mua")), "bad_value: reasons"),
        (document(5, address="http://cu.example.vn"), "bad_value: address"),
        (document(5, improved=(Improved(id="a", said_vi="ơ" * 161, done_vi="b"),)), "bad_value: improved[0]"),
    ],
)
def test_a_bad_document_is_refused_whole_and_the_last_good_one_stays(
    begin: Begin, refused: Document, code: str
) -> None:
    begin().heard(Told(document(2, idle_s=60.0)), 2)
    running = begin()
    running.heard(Told(refused), 5)
    assert running.trouble().startswith(f"configuration {code}")
    assert not running.wants_anew()
    anew = begin()
    assert (anew.version, anew.settings.idle_s, anew.settings.slogans) == (2, 60.0, "binh-duong-2023")
    anew.heard(Told(document(6, idle_s=50.0)), 6)
    assert (anew.trouble(), begin().settings.idle_s) == ("", 50.0)


def test_a_document_that_cannot_be_granted_is_fetched_once(begin: Begin) -> None:
    headquarters = Told(document(5, slogans="ha-noi"))
    for _ in range(3):
        begin().heard(headquarters, 5)
    assert headquarters.asked == [0]


def test_a_newer_program_looks_again_at_what_the_former_refused(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin().heard(Told(document(5, slogans="ha-noi")), 5)
    monkeypatch.setattr("kiosk.configuration_file.__version__", "99.0")
    headquarters = Told(document(5, slogans="bom-bo-2024"))
    begin().heard(headquarters, 5)
    assert headquarters.asked == [0]
    assert begin().version == 5


def test_a_stranger_s_document_is_asked_for_again_only_after_an_hour(begin: Begin) -> None:
    now = {"s": 0.0}
    running, headquarters = begin(now_s=lambda: now["s"]), Told(document(5, STRANGER))
    running.heard(headquarters, 5)
    running.heard(headquarters, 5)
    now["s"] = AGAIN_S
    running.heard(headquarters, 5)
    running.heard(headquarters, 6)
    assert headquarters.asked == [0, 0, 0]


def test_headquarters_silence_changes_nothing(begin: Begin) -> None:
    running = begin()
    running.heard(Told(), 4)
    assert (running.wants_anew(), running.trouble()) == (False, "")


def test_the_next_key_is_believed_once_it_was_announced_and_the_old_one_no_more(begin: Begin) -> None:
    announcing = begin()
    assert not announcing.offer(document(1, NEXT))
    assert announcing.offer(document(2, next_key=NEXT.public_key.hex()))
    assert begin().offer(document(3, NEXT))
    after = begin()
    after.heard(Told(), 0)
    assert not after.offer(document(4, NOW))
    assert after.offer(document(4, NEXT))


def test_the_announced_key_may_sign_receipts_too(begin: Begin) -> None:
    before = begin()
    assert before.keys() == (NOW.public_key.hex(),)
    assert before.offer(document(1, next_key=NEXT.public_key.hex()))
    assert before.keys() == (NOW.public_key.hex(), NEXT.public_key.hex())
    assert begin().offer(document(2, NEXT))
    assert begin().keys() == (NEXT.public_key.hex(),)


@pytest.mark.parametrize("text", ["", "{", '{"trust": 1}', "null", "[]"])
def test_a_half_written_file_leaves_the_state_before(begin: Begin, tmp_path: Path, text: str) -> None:
    begin().offer(document(1, idle_s=40.0))
    begin().offer(document(2, idle_s=50.0))
    (tmp_path / "data" / FILE).write_text(text)
    found = begin()
    assert (found.version, found.settings.idle_s) == (1, 40.0)
    assert found.trouble() == f"{FILE} could not be read"
    assert found.offer(document(2, idle_s=50.0))
    assert begin().settings.idle_s == 50.0


def test_both_files_gone_bad_leave_config_yaml(begin: Begin, tmp_path: Path) -> None:
    begin().offer(document(1, idle_s=40.0))
    for name in (FILE, BEFORE):
        (tmp_path / "data" / name).write_text("{")
    assert begin().settings == settings(tmp_path)


def test_a_tampered_document_in_the_file_does_not_stop_the_program(begin: Begin, tmp_path: Path) -> None:
    begin().offer(document(1, slogans="bom-bo-2024"))
    file = tmp_path / "data" / FILE
    file.write_text(file.read_text().replace("bom-bo-2024", "ha-noi-2099"))
    assert begin().settings.slogans == "binh-duong-2023"


def test_enrolled_anew_begins_anew(begin: Begin) -> None:
    begin().offer(document(7, idle_s=40.0))
    moved = begin(config_key=STRANGER.public_key.hex())
    assert (moved.version, moved.settings.idle_s) == (0, 30.0)
    assert moved.offer(document(1, STRANGER))


def test_a_tablet_without_a_pinned_key_asks_for_nothing(begin: Begin) -> None:
    headquarters = Told(document())
    begin(config_key="").heard(headquarters, 4)
    assert headquarters.asked == []


# -- probation -----------------------------------------------------------------------------------------------


def test_without_a_sync_after_a_change_of_address_the_tablet_comes_back(begin: Begin) -> None:
    begin().offer(document(1, idle_s=40.0))
    begin().offer(document(2, idle_s=50.0, address=ADDRESS))
    moved = begin()
    assert moved.settings.address == ADDRESS
    assert moved.spend(PROBATION_S - 1)
    assert not moved.wants_anew()
    assert not moved.spend(1)
    assert moved.wants_anew()
    back = begin()
    assert (back.settings.address, back.settings.idle_s, back.version) == ("https://cu.example.vn", 40.0, 1)
    assert "rolled back" in back.trouble()
    headquarters = Told(document(2, address=ADDRESS))
    back.heard(headquarters, 2)
    assert headquarters.asked == []
    assert back.offer(document(3, idle_s=55.0))


def test_probation_goes_on_after_a_restart(begin: Begin) -> None:
    begin().offer(document(1, address=ADDRESS))
    begin().spend(PROBATION_S - 5)
    assert not begin().spend(5)
    assert begin().settings.address == "https://cu.example.vn"


def test_a_sync_at_the_new_address_ends_probation(begin: Begin) -> None:
    begin().offer(document(1, address=ADDRESS))
    moved = begin()
    moved.heard(Told(), 1)
    assert not moved.spend(10 * PROBATION_S)
    assert begin().settings.address == ADDRESS


def test_a_sync_at_the_old_address_proves_nothing(begin: Begin) -> None:
    running = begin()
    running.offer(document(1, address=ADDRESS))
    running.heard(Told(), 1)
    moved = begin()
    assert not moved.spend(PROBATION_S)
    assert begin().settings.address == "https://cu.example.vn"


def test_another_key_is_on_probation_too(begin: Begin) -> None:
    begin().offer(document(1, next_key=NEXT.public_key.hex()))
    begin().offer(document(2, NEXT, idle_s=40.0))
    assert not begin().spend(PROBATION_S)
    back = begin()
    assert (back.version, back.settings.idle_s) == (1, 30.0)
    assert back.offer(document(3, NOW))


def test_the_watch_rolls_back_by_itself(begin: Begin) -> None:
    begin().offer(document(1, address=ADDRESS))
    now = iter(range(0, 10_000_000, 1000))
    moved = begin(now_s=lambda: float(next(now)), probation_s=0.5)
    moved.watch()
    assert moved._watch is not None
    moved._watch.join(20)
    assert moved.wants_anew()


def test_a_usual_document_is_not_on_probation(begin: Begin) -> None:
    begin().offer(document(1, idle_s=40.0))
    assert not begin().spend(PROBATION_S * 2)
    assert begin().settings.idle_s == 40.0


# -- the admin's own changes ---------------------------------------------------------------------------------


def test_what_the_admin_changes_weighs_most_until_headquarters_speaks_again(begin: Begin) -> None:
    begin().offer(document(1, idle_s=40.0, cool_down_s=5.0))
    running = begin()
    assert running.keep({"times.idle_s": "55", "labels.level_1": "khong-hai-long"}).idle_s == 55.0
    assert running.wants_anew()
    anew = begin()
    assert (anew.settings.idle_s, anew.settings.cool_down_s) == (55.0, 5.0)
    assert anew.changed_here() == {"times.idle_s", "labels.level_1"}
    anew.offer(document(2, idle_s=41.0))
    last = begin()
    assert (last.settings.idle_s, last.settings.level_1) == (41.0, "chua-hai-long")
    assert last.changed_here() == frozenset()


def test_a_change_taken_back_is_none(begin: Begin) -> None:
    running = begin()
    running.keep({"times.idle_s": "55", "staff.blind": "yes"})
    running.keep({"times.idle_s": "30"})
    assert running.changed_here() == {"staff.blind"}
    running.keep({"staff.blind": "no"})
    assert not running.wants_anew()


@pytest.mark.parametrize(
    "values",
    [
        {"times.idle_s": "2"},
        {"headquarters.address": ADDRESS},
        {"storage.directory": "elsewhere"},
        {"languages": "en"},
        {"nonsense": "x"},
    ],
)
def test_what_cannot_be_set_here_changes_nothing(begin: Begin, values: dict[str, str]) -> None:
    running = begin()
    with pytest.raises(Unfit, match=next(iter(values)).removesuffix("s")):
        running.keep(values)
    assert running.changed_here() == frozenset()


def test_a_roll_back_brings_the_admins_changes_back(begin: Begin) -> None:
    begin().keep({"times.idle_s": "55"})
    begin().offer(document(1, address=ADDRESS))
    begin().spend(PROBATION_S)
    assert begin().settings.idle_s == 55.0


# -- PINs, notices, what was mended --------------------------------------------------------------------------


def reset_to(pin: str, tmp_path: Path, id: str) -> PinReset:
    made = PinBook(tmp_path / f"{id}.json", lambda: 0.0)
    made.set("staff", pin)
    return PinReset(
        id=id, role="staff", hash=json.loads((tmp_path / f"{id}.json").read_text())["staff"]["hash"]
    )


def test_a_pin_is_set_once(begin: Begin, tmp_path: Path) -> None:
    pins = PinBook(tmp_path / "data" / "pins.json", lambda: 0.0)
    pins.set("staff", "271828")
    for _ in range(6):
        pins.check("staff", "000000")
    first = reset_to("314159", tmp_path, "mot")
    running = begin(set_pin=pins.take)
    running.heard(Told(document(1, pin_resets=(first,))), 1)
    assert pins.check("staff", "314159").ok
    pins.set("staff", "161803")
    begin(set_pin=pins.take).heard(Told(document(2, pin_resets=(first,), idle_s=40.0)), 2)
    assert pins.check("staff", "161803").ok
    assert not pins.check("staff", "314159").ok


def test_a_pin_that_could_not_be_set_is_set_later(begin: Begin, tmp_path: Path) -> None:
    pins = PinBook(tmp_path / "data" / "pins.json", lambda: 0.0)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pins.json").write_text("{")
    begin(set_pin=pins.take).offer(document(1, pin_resets=(reset_to("314159", tmp_path, "mot"),)))
    (tmp_path / "data" / "pins.json").unlink()
    begin(set_pin=pins.take).heard(Told(), 1)
    assert pins.check("staff", "314159").ok


def test_notices_and_what_was_mended_stand_in_the_book(begin: Begin) -> None:
    begin().offer(
        document(
            notices=(
                Notice(id="tet", vi="Nghỉ Tết\nTừ 14 đến 22 tháng 2.", en="Closed", last_day="2026-02-22"),
                Notice(id="sau", vi="Chuyển trụ sở.", first_day="2026-03-01"),
            ),
            improved=(Improved(id="ghe", said_vi="Thiếu ghế.", done_vi="Thêm 12 ghế.", day="2026-02-01"),),
        )
    )
    today = {"is": date(2026, 2, 20)}
    running = begin()
    book = running.book(EMPTY, lambda: today["is"])
    assert [(one.kind, one.title, [row.text for row in one.rows]) for one in book.notices] == [
        (NoticeKind.NEWS, "Nghỉ Tết", ["Từ 14 đến 22 tháng 2.", "Closed"])
    ]
    assert [(one.said, one.done, one.date) for one in book.improvements] == [
        ("Thiếu ghế.", "Thêm 12 ghế.", date(2026, 2, 1))
    ]
    assert not running.wants_anew()
    today["is"] = date(2026, 2, 23)
    assert running.wants_anew()
    later = begin().book(EMPTY, lambda: date(2026, 3, 1))
    assert [(one.title, one.date) for one in later.notices] == [("Thông báo", date(2026, 3, 1))]


def test_every_wish_of_the_wire_is_granted_or_known_not_to_be() -> None:
    from kiosk.granting import _KEYS
    from sync.wishes import KNOWN as WISHES

    assert set(WISHES) == {*_KEYS, "reasons", "notices", "improved", "pin_resets"}
    assert read_wishes({"unknown": 1}).more == {"unknown": 1}
