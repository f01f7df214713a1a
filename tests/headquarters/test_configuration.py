"""Wishes of everybody, of offices and of one tablet become one signed document per tablet."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from headquarters import config, rounds, signing
from headquarters.config import ConfigError
from headquarters.offices.models import Desk, Office
from headquarters.tablets import configuration
from headquarters.tablets.configuration import EVERYBODY, Place
from headquarters.tablets.models import IssuedConfiguration, Tablet, TabletGroup, WishList
from sync import contract
from sync.configuration import (
    PATH,
    Configuration,
    ConfigurationError,
    ConfigurationReply,
    ConfigurationRequest,
    Trust,
    decode_configuration_reply,
    verify,
)
from sync.wishes import BadWish, Notice, Wishes
from tests.headquarters.conftest import Office26740, problem_of
from tests.support import FakeTablet, body_of, new_id


def row(tablet: FakeTablet) -> Tablet:
    return Tablet.objects.select_related("desk__office").get(pk=tablet.tablet_id)


def ask(office: Office26740, tablet: FakeTablet, have: int = 0, **changes: Any) -> tuple[int, bytes]:
    body = body_of(ConfigurationRequest(**{"tablet_id": tablet.tablet_id, "have_version": have, **changes}))
    return office.post(PATH, body, tablet.headers(body))


def reply(office: Office26740, tablet: FakeTablet, have: int = 0) -> ConfigurationReply:
    status, answer = ask(office, tablet, have)
    assert status == 200, answer
    return decode_configuration_reply(answer)


def trust(tablet: FakeTablet, version: int = 0) -> Trust:
    return Trust(tablet_id=tablet.tablet_id, config_key=signing.public_key(), version=version)


def fetched(office: Office26740, tablet: FakeTablet, have: int = 0) -> Configuration:
    document = reply(office, tablet, have).document
    assert document is not None
    return verify(document, trust(tablet, have))


def test_without_wishes_there_is_no_document_and_no_version(office: Office26740, tablet: FakeTablet) -> None:
    assert reply(office, tablet).document is None
    assert office.push(tablet).config_version == 0


def test_what_was_published_arrives_signed_and_the_batch_s_reply_says_when_to_ask(
    office: Office26740, tablet: FakeTablet
) -> None:
    notice = Notice(id="tet", vi="Nghỉ Tết", en="Closed for Tết")
    configuration.publish(EVERYBODY, Wishes(slogans="bom-bo-2024", notices=(notice,)), None)
    assert office.push(tablet).config_version == 1
    found = fetched(office, tablet)
    assert (found.version, found.wishes.slogans, found.wishes.notices) == (1, "bom-bo-2024", (notice,))
    assert reply(office, tablet, have=1).document is None


def test_the_nearest_wish_wins_and_lists_replace_lists(office: Office26740, tablet: FakeTablet) -> None:
    ward = office.desk().office
    ward.parent = province = Office.objects.create(code="79", name="Thành phố")
    ward.save()
    configuration.publish(EVERYBODY, Wishes(slogans="a", idle_s=30, cool_down_s=3, reasons=("time",)), None)
    configuration.publish(Place(office=province), Wishes(slogans="b", idle_s=40), None)
    configuration.publish(Place(office=ward), Wishes(slogans="c", reasons=("clear", "time")), None)
    configuration.publish(Place(tablet=row(tablet)), Wishes(slogans="d"), None)
    found = fetched(office, tablet).wishes
    assert (found.slogans, found.idle_s, found.cool_down_s) == ("d", 40, 3)
    assert found.reasons == ("clear", "time")


def test_other_offices_and_revoked_tablets_are_left_alone(office: Office26740, tablet: FakeTablet) -> None:
    elsewhere = Office.objects.create(code="00001", name="Nơi khác")
    other, gone = FakeTablet(), FakeTablet()
    office.place(other, desk=Desk.objects.create(office=elsewhere, name="Quầy 1"))
    office.place(gone, revoked_at=timezone.now())
    _entry, issued = configuration.publish(Place(office=office.desk().office), Wishes(slogans="a"), None)
    assert issued == 1
    assert [str(one.tablet_id) for one in IssuedConfiguration.objects.all()] == [tablet.tablet_id]


def test_wishes_that_change_nothing_make_no_new_version(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    _entry, issued = configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert issued == 0
    assert fetched(office, tablet).version == 1


def test_a_roll_back_is_a_new_version_equal_to_the_old_one(office: Office26740, tablet: FakeTablet) -> None:
    first, _ = configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    configuration.publish(EVERYBODY, Wishes(slogans="b"), None)
    back, issued = configuration.roll_back(first, None)
    assert issued == 1
    found = fetched(office, tablet, have=2)
    assert (found.version, found.wishes.slogans) == (3, "a")
    assert configuration.in_force(EVERYBODY) == back
    assert [entry.pk for entry in configuration.history(EVERYBODY)] == [back.pk, back.pk - 1, first.pk]


def test_taking_all_wishes_back_is_a_document_too(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    configuration.publish(EVERYBODY, Wishes(), None)
    found = fetched(office, tablet, have=1)
    assert (found.version, found.wishes) == (2, Wishes())


def test_wishes_that_do_not_go_together_are_not_published(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(languages=("vi", "en")), None)
    with pytest.raises(BadWish):
        configuration.publish(Place(tablet=row(tablet)), Wishes(language="km"), None)
    assert WishList.objects.count() == 1
    assert fetched(office, tablet).version == 1


def test_the_preview_says_what_would_be(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(slogans="a", idle_s=30), None)
    place = Place(tablet=row(tablet))
    assert configuration.preview(row(tablet), place, Wishes(slogans="z")) == Wishes(slogans="z", idle_s=30)
    assert configuration.effective(row(tablet)) == Wishes(slogans="a", idle_s=30)


def test_a_tablet_that_moves_to_another_office_gets_that_office_s_wishes(
    office: Office26740, tablet: FakeTablet
) -> None:
    elsewhere = Office.objects.create(code="00001", name="Nơi khác")
    configuration.publish(Place(office=office.desk().office), Wishes(slogans="here"), None)
    configuration.publish(Place(office=elsewhere), Wishes(slogans="there"), None)
    Tablet.objects.filter(pk=tablet.tablet_id).update(
        desk=Desk.objects.create(office=elsewhere, name="Quầy 1")
    )
    found = fetched(office, tablet, have=1)
    assert (found.version, found.wishes.slogans) == (2, "there")


def test_a_move_into_wishes_that_do_not_go_together_keeps_the_last_document(
    office: Office26740, tablet: FakeTablet
) -> None:
    elsewhere = Office.objects.create(code="00001", name="Nơi khác")
    configuration.publish(Place(office=elsewhere), Wishes(languages=("vi", "en")), None)
    configuration.publish(Place(tablet=row(tablet)), Wishes(language="km"), None)
    Tablet.objects.filter(pk=tablet.tablet_id).update(
        desk=Desk.objects.create(office=elsewhere, name="Quầy 1")
    )
    assert fetched(office, tablet).wishes == Wishes(language="km")


def test_nobody_else_may_ask_for_a_tablet_s_configuration(office: Office26740, tablet: FakeTablet) -> None:
    stranger, other = FakeTablet(), FakeTablet()
    office.place(other)
    assert problem_of(*ask(office, stranger)).code == "unknown_key"
    assert problem_of(*ask(office, other, tablet_id=tablet.tablet_id)).code == "wrong_tablet"
    body = body_of(ConfigurationRequest(tablet_id=tablet.tablet_id, have_version=0))
    headers = tablet.headers(body) | {"Kiosk-Signature": other.headers(body)["Kiosk-Signature"]}
    assert problem_of(*office.post(PATH, body, headers)).code == "bad_signature"
    Tablet.objects.filter(pk=tablet.tablet_id).update(revoked_at=timezone.now())
    assert problem_of(*ask(office, tablet)).code == "revoked"


@pytest.mark.parametrize("changes", [{"have_version": -1}, {"have_version": 2**31}, {"tablet_id": "T"}])
def test_a_malformed_question_is_refused(
    office: Office26740, tablet: FakeTablet, changes: dict[str, Any]
) -> None:
    assert problem_of(*ask(office, tablet, **changes)).code == "bad_envelope"


def test_a_document_is_of_no_use_to_another_tablet(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    document = reply(office, tablet).document
    assert document is not None
    with pytest.raises(ConfigurationError, match="another tablet"):
        verify(document, Trust(tablet_id=new_id(), config_key=signing.public_key()))


@pytest.fixture
def own_keys(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


@pytest.mark.usefixtures("own_keys")
def test_a_key_is_announced_and_then_signs_and_the_tablet_follows(
    office: Office26740, tablet: FakeTablet
) -> None:
    believed = trust(tablet)
    config.next_configuration_key(settings.DATA, make=True)
    assert configuration.issue_all() == 1
    document = reply(office, tablet).document
    assert document is not None
    believed = believed.after(document, verify(document, believed))
    assert believed.next_key == signing.next_public_key()
    config.rotate_configuration_key(settings.DATA)
    assert configuration.issue_all(anew=True) == 1
    document = reply(office, tablet, have=1).document
    assert document is not None
    believed = believed.after(document, verify(document, believed))
    assert (believed.config_key, believed.next_key) == (signing.public_key(), "")


@pytest.mark.usefixtures("own_keys")
def test_keys_lie_in_files_of_their_own_for_their_owner_only(office: Office26740) -> None:
    signing.public_key()
    config.next_configuration_key(settings.DATA, make=True)
    for name in ("configuration.key", "configuration-next.key"):
        assert (settings.DATA / name).stat().st_mode & 0o777 == 0o600
    first = signing.public_key()
    config.rotate_configuration_key(settings.DATA)
    assert signing.public_key() != first
    assert [one.stat().st_mode & 0o777 for one in settings.DATA.glob("configuration-old-*.key")] == [0o600]
    with pytest.raises(ConfigError, match="no next key"):
        config.rotate_configuration_key(settings.DATA)
    (settings.DATA / "configuration.key").write_text("z" * 64)
    with pytest.raises(ConfigError, match="not a key"):
        signing.public_key()


def test_what_a_tablet_says_of_itself_is_kept_within_what_columns_hold(
    office: Office26740, tablet: FakeTablet
) -> None:
    beat = tablet.heartbeat(
        battery_percent=400, on_mains=True, schema_version=3, config_version=-5, platform="Linux\x00 6",
        boots=2**40, crashes=1, integrity="ok", integrity_ms=2**70,
    )  # fmt: skip
    office.push(tablet, heartbeat=beat)
    found = row(tablet)
    assert (found.battery_percent, found.on_mains, found.config_version) == (100, True, 0)
    assert (found.platform, found.boots, found.crashes) == ("Linux 6", 2**31 - 1, 1)
    assert (found.integrity, found.integrity_ms) == ("ok", 2**62)


def test_what_a_tablet_says_of_itself_comes_with_any_batch(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating()], heartbeat=tablet.heartbeat(boots=7), pending=500)
    assert row(tablet).boots == 7


def test_a_new_key_signs_anew_what_has_not_changed(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert configuration.issue_all() == 0
    assert configuration.issue_all(anew=True) == 1
    assert fetched(office, tablet, have=1).wishes == Wishes(slogans="a")


def test_tablets_that_are_behind_are_named(office: Office26740, tablet: FakeTablet) -> None:
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert [str(one.pk) for one in configuration.behind()] == [tablet.tablet_id]
    office.push(tablet, heartbeat=tablet.heartbeat(config_version=1))
    assert configuration.behind() == []


def test_the_enrolment_hands_out_the_key_to_pin(office: Office26740) -> None:
    from headquarters.tablets.enrolment import new_code

    fresh = FakeTablet()
    body = body_of(fresh.enrolment(new_code(office.desk())))
    status, answer = office.post(contract.ENROL_PATH, body, fresh.headers(body))
    assert status == 200
    assert contract.decode_enrolment_reply(answer).config_key == signing.public_key()


def test_wishes_of_a_group_stand_between_the_office_and_the_tablet(
    office: Office26740, tablet: FakeTablet
) -> None:
    mine = Tablet.objects.get(pk=tablet.tablet_id)
    group = TabletGroup.objects.create(name="Sảnh")
    group.tablets.add(mine)
    configuration.publish(Place(office=office.desk().office), Wishes(idle_s=40.0, closing_s=9.0), None)
    _entry, issued = configuration.publish(Place(group=group), Wishes(idle_s=50.0, language="en"), None)
    assert issued == 1
    configuration.publish(Place(tablet=mine), Wishes(language="vi"), None)
    found = configuration.effective(mine)
    assert (found.idle_s, found.closing_s, found.language) == (50.0, 9.0, "vi")
    assert configuration.tablets_of(Place(group=group)) == [mine]
    preview = configuration.preview(mine, Place(group=group), Wishes(idle_s=60.0))
    assert (preview.idle_s, preview.closing_s) == (60.0, 9.0)


def test_group_of_an_office_does_not_reach_a_tablet_that_left_it(
    office: Office26740, tablet: FakeTablet
) -> None:
    mine = Tablet.objects.get(pk=tablet.tablet_id)
    elsewhere = Office.objects.create(code="26741", name="Phường khác")
    group = TabletGroup.objects.create(name="Sảnh", office=elsewhere)
    group.tablets.add(mine)
    assert configuration.publish(Place(group=group), Wishes(idle_s=50.0), None)[1] == 0
    assert configuration.effective(mine).idle_s is None


def test_a_headquarters_put_back_from_a_backup_speaks_loudest_again(
    office: Office26740, tablet: FakeTablet
) -> None:
    """The tablet works by version 5, headquarters has forgotten all but version 1: a second one numbered 2
    would never be asked for."""
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert configuration.overtake() == 0
    for said in (5, 2**31 - 1):
        office.push(tablet, heartbeat=tablet.heartbeat(config_version=5))
        office.push(tablet, heartbeat=tablet.heartbeat(config_version=said))
        rounds.go(rounds.each_round, timezone.now())
        assert office.push(tablet, heartbeat=tablet.heartbeat(config_version=said)).config_version == 6
    found = fetched(office, tablet, have=5)
    assert (found.version, found.wishes) == (6, Wishes(slogans="a"))
    configuration.publish(EVERYBODY, Wishes(slogans="b"), None)
    assert fetched(office, tablet, have=6).version == 7


def test_a_change_soon_after_a_restore_gets_a_number_that_is_asked_for(
    office: Office26740, tablet: FakeTablet
) -> None:
    office.push(tablet, heartbeat=tablet.heartbeat(config_version=5))
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert fetched(office, tablet, have=5).version == 6
