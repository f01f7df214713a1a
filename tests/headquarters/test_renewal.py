"""A tablet's key is replaced while headquarters wants it, once, and by nobody but its owner."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from headquarters import sealing
from headquarters.audit.models import Entry
from headquarters.ratings import bundles
from headquarters.tablets import configuration, grants, renewal
from headquarters.tablets.configuration import EVERYBODY, Place
from headquarters.tablets.enrolment import new_code
from headquarters.tablets.models import Deed, DeviceGrant, FormerKey, Tablet
from headquarters.tablets.phone import judge, phone_key
from headquarters.wire import Refusal
from sync import bundle, contract, device, gaps, phone
from sync import configuration as documents
from sync.bundle import BundleError, Header
from sync.renewal import PATH, KeyReply, KeyRequest, decode_key_reply, request
from sync.wishes import Wishes
from tests.headquarters.conftest import Office26740, problem_of, stored_ids, verdicts
from tests.headquarters.test_configuration import fetched, reply, row
from tests.support import FakeTablet, body_of, body_of_json, now_ms


def with_new_key(tablet: FakeTablet) -> FakeTablet:
    """The same tablet, its chain where it was, under a key of which headquarters knows nothing yet."""
    return replace(tablet, seed=secrets.token_bytes(32))


def send(office: Office26740, new: FakeTablet, signed_by: FakeTablet, **changes: Any) -> tuple[int, bytes]:
    body = body_of(replace(request(new.tablet_id, new.signer), **changes))
    return office.post(PATH, body, signed_by.headers(body))


def renewed(office: Office26740, new: FakeTablet, signed_by: FakeTablet) -> KeyReply:
    status, answer = send(office, new, signed_by)
    assert status == 200, answer
    return decode_key_reply(answer)


def refused(office: Office26740, new: FakeTablet, signed_by: FakeTablet, **changes: Any) -> str:
    """The code; and nothing has changed."""
    before = state()
    code = problem_of(*send(office, new, signed_by, **changes)).code
    assert state() == before
    return code


def state() -> list[list[Any]]:
    return [
        list(Tablet.objects.order_by("pk").values_list("pk", "key_id", "renew_asked_at")),
        list(FormerKey.objects.values_list("key_id", "tablet_id")),
        list(Deed.objects.values_list("kind", "detail")),
    ]


def change_key(office: Office26740, tablet: FakeTablet) -> FakeTablet:
    """The tablet after a whole renewal."""
    renewal.ask(row(tablet), None)
    new = with_new_key(tablet)
    renewed(office, new, tablet)
    return new


def test_a_key_is_asked_for_proved_and_in_force(office: Office26740, tablet: FakeTablet) -> None:
    assert reply(office, tablet).document is None
    renewal.ask(row(tablet), None)
    assert office.push(tablet).config_version == 1, "the batch's reply says that there is something to fetch"
    assert fetched(office, tablet).renew_key == tablet.signer.key_id
    new = with_new_key(tablet)
    answer = renewed(office, new, tablet)
    assert (answer.tablet_id, answer.key_id) == (tablet.tablet_id, new.signer.key_id)
    assert abs(answer.server_time_ms - now_ms()) < 60_000
    found = row(tablet)
    assert (found.key_id, bytes(found.public_key)) == (new.signer.key_id, new.signer.public_key)
    assert found.renew_asked_at is None
    former = FormerKey.objects.get()
    assert (former.key_id, former.tablet_id) == (tablet.signer.key_id, found.pk)
    assert bytes(former.public_key) == tablet.signer.public_key
    assert verdicts(office.push(new, [new.rating()])) == ["accepted"], "and its chain goes on"
    assert stored_ids(new) != []


def test_what_was_done_is_kept_with_both_ids_and_nobody_s_name(
    office: Office26740, tablet: FakeTablet
) -> None:
    new = change_key(office, tablet)
    kinds = list(Deed.objects.filter(actor=None).order_by("pk").values_list("kind", "detail"))
    old, fresh = tablet.signer.key_id, new.signer.key_id
    assert kinds == [("key_asked", old), ("key_renewed", f"{old} → {fresh}")]
    assert list(Entry.objects.order_by("pk").values_list("action", "who")) == [
        ("tablet.key_asked", "command"),
        ("tablet.key_renewed", "tablet"),
    ]


def test_a_lost_reply_is_given_again_and_nothing_changes(office: Office26740, tablet: FakeTablet) -> None:
    new = change_key(office, tablet)
    before = state()
    assert refused(office, new, tablet) == "unknown_key", "the old key opens nothing, not even this"
    again = [renewed(office, new, new) for _ in range(2)]
    assert {one.key_id for one in again} == {new.signer.key_id}
    assert state() == before
    assert FormerKey.objects.count() == 1


def test_a_renewed_tablet_gets_no_document_for_it_alone(office: Office26740, tablet: FakeTablet) -> None:
    new = change_key(office, tablet)
    assert reply(office, new, have=1).document is None
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert fetched(office, new, have=1).renew_key == "", "the next one takes the wish back by the way"
    renewal.ask(row(new), None)
    assert fetched(office, new, have=2).renew_key == new.signer.key_id


def test_the_old_key_opens_nothing_any_more(office: Office26740, tablet: FakeTablet) -> None:
    new = change_key(office, tablet)
    bodies = {
        contract.BATCH_PATH: tablet.batch([tablet.rating()]),
        documents.PATH: documents.ConfigurationRequest(tablet_id=tablet.tablet_id, have_version=0),
        gaps.PATH: gaps.GapsRequest(tablet_id=tablet.tablet_id, install_id=tablet.install_id, max_seq=1),
        PATH: request(tablet.tablet_id, with_new_key(tablet).signer),
    }
    for path, message in bodies.items():
        problem = office.refused(tablet, body_of(message), path)
        assert (problem.code, problem.status) == ("unknown_key", 401), path
        assert office.post(path, *signed(new, message))[0] == (409 if path == PATH else 200), path


def signed(tablet: FakeTablet, message: object) -> tuple[bytes, dict[str, str]]:
    body = body_of(message)
    return body, tablet.headers(body)


def test_without_a_wish_no_key_is_taken(office: Office26740, tablet: FakeTablet) -> None:
    new = with_new_key(tablet)
    assert refused(office, new, tablet) == "renewal_not_asked"
    renewal.ask(row(tablet), None)
    renewal.withdraw(row(tablet), None)
    assert refused(office, new, tablet) == "renewal_not_asked"
    found = fetched(office, tablet, have=1)
    assert (found.version, found.renew_key) == (2, ""), "the tablet hears that nobody wants it any more"
    assert list(Deed.objects.order_by("pk").values_list("kind", flat=True)) == ["key_asked", "key_withdrawn"]


def test_a_wish_twice_is_one_wish(office: Office26740, tablet: FakeTablet) -> None:
    found = row(tablet)
    renewal.ask(found, None)
    since = found.renew_asked_at
    renewal.ask(found, None)
    assert found.renew_asked_at == since
    renewal.withdraw(found, None)
    renewal.withdraw(found, None)
    assert Deed.objects.count() == 2
    assert row(tablet).config_issued == 2


def test_a_key_that_the_sender_does_not_own_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    renewal.ask(row(tablet), None)
    new, thief = with_new_key(tablet), FakeTablet()
    other_proof = request(tablet.tablet_id, thief.signer).proof
    assert refused(office, new, tablet, proof=other_proof) == "bad_signature"
    assert refused(office, new, tablet, proof="") == "bad_signature"
    assert refused(office, new, tablet, public_key="00") == "bad_envelope"
    renewed(office, new, tablet)


def test_another_tablet_s_proof_proves_nothing_here(office: Office26740, tablet: FakeTablet) -> None:
    """Overheard on its way, it names the tablet that it was made for."""
    other = FakeTablet()
    office.place(other)
    for one in (tablet, other):
        renewal.ask(row(one), None)
    theirs = request(other.tablet_id, with_new_key(other).signer)
    assert (
        refused(office, tablet, tablet, public_key=theirs.public_key, proof=theirs.proof) == "bad_signature"
    )
    body, headers = signed(tablet, theirs)
    assert problem_of(*office.post(PATH, body, headers)).code == "wrong_tablet"


def test_a_key_of_another_tablet_is_taken(office: Office26740, tablet: FakeTablet) -> None:
    other = FakeTablet()
    office.place(other)
    renewal.ask(row(tablet), None)
    assert refused(office, replace(tablet, seed=other.seed), tablet) == "key_taken"
    with pytest.raises(Refusal, match="key_taken"):
        renewal.check_free(other.signer.key_id)


def test_a_former_key_never_comes_back(office: Office26740, tablet: FakeTablet) -> None:
    """Not by another renewal, not by a code, not by QR, under its own tablet's id or another."""
    new = change_key(office, tablet)
    other = FakeTablet()
    office.place(other)
    for one in (new, other):
        renewal.ask(row(one), None)
        assert refused(office, replace(one, seed=tablet.seed), one) == "key_taken"
    for one in (tablet, replace(tablet, tablet_id=FakeTablet().tablet_id)):
        body = body_of(one.enrolment(new_code(office.desk())))
        assert office.refused(one, body, contract.ENROL_PATH).code == "key_taken"
        asked = device.DeviceRequest(
            tablet_id=one.tablet_id, install_id=one.install_id, app_version="test",
            public_key=one.signer.public_key.hex(),
        )  # fmt: skip
        body = body_of(asked)
        assert office.post(device.AUTHORIZE_PATH, body, one.headers(body))[0] == 200
        with pytest.raises(Refusal, match="key_taken"):
            grants.approve(DeviceGrant.objects.get(), office.desk(), None)  # type: ignore[arg-type]
    assert row(new).key_id == new.signer.key_id
    assert Tablet.objects.count() == 2


def test_a_renewed_tablet_is_let_in_again_by_its_new_key(office: Office26740, tablet: FakeTablet) -> None:
    new = change_key(office, tablet)
    body = body_of(new.enrolment(new_code(office.desk("Quầy 9"))))
    status, answer = office.post(contract.ENROL_PATH, body, new.headers(body))
    assert status == 200, answer
    assert contract.decode_enrolment_reply(answer).key_id == new.signer.key_id


def test_a_revoked_tablet_is_neither_asked_nor_heard(office: Office26740, tablet: FakeTablet) -> None:
    renewal.ask(row(tablet), None)
    Tablet.objects.update(revoked_at=timezone.now())
    assert refused(office, with_new_key(tablet), tablet) == "revoked"
    new = with_new_key(tablet)
    with pytest.raises(Refusal, match="revoked"):  # between the look at the signature and the lock
        renewal.renew(tablet.signer.key_id, new.signer.public_key, request(tablet.tablet_id, new.signer))
    other = FakeTablet()
    revoked = office.place(other, revoked_at=timezone.now())
    with pytest.raises(renewal.CannotAsk, match="revoked"):
        renewal.ask(revoked, None)
    assert row(other).renew_asked_at is None


def test_a_tablet_that_would_never_hear_of_it_is_not_asked(office: Office26740, tablet: FakeTablet) -> None:
    """Its wishes do not go together: no document can be signed for it."""
    from headquarters.offices.models import Desk, Office

    elsewhere = Office.objects.create(code="00001", name="Nơi khác")
    configuration.publish(Place(office=elsewhere), Wishes(languages=("vi", "en")), None)
    configuration.publish(Place(tablet=row(tablet)), Wishes(language="km"), None)
    Tablet.objects.update(desk=Desk.objects.create(office=elsewhere, name="Quầy 1"))
    with pytest.raises(renewal.CannotAsk, match="cannot be signed"):
        renewal.ask(row(tablet), None)
    assert row(tablet).renew_asked_at is None
    assert not Deed.objects.filter(kind="key_asked").exists()


def test_of_two_requests_that_both_passed_the_door_one_is_first(
    office: Office26740, tablet: FakeTablet
) -> None:
    """Both signatures were good when they were looked at; the lock lets one through."""
    renewal.ask(row(tablet), None)
    first, second = with_new_key(tablet), with_new_key(tablet)
    asked = [(one, request(one.tablet_id, one.signer)) for one in (first, second)]
    one, message = asked[0]
    assert renewal.renew(tablet.signer.key_id, one.signer.public_key, message).key_id == one.signer.key_id
    one, message = asked[1]
    with pytest.raises(Refusal, match="unknown_key"):
        renewal.renew(tablet.signer.key_id, one.signer.public_key, message)
    assert row(tablet).key_id == first.signer.key_id
    assert [one.key_id for one in FormerKey.objects.all()] == [tablet.signer.key_id]


def test_what_is_no_request_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    for body in (
        body_of_json({"tablet_id": tablet.tablet_id}),
        body_of(KeyRequest(tablet_id="T", public_key="", proof="")),
        body_of(KeyRequest(tablet_id=tablet.tablet_id, public_key="zz", proof="")),
    ):
        assert office.refused(tablet, body, PATH).code == "bad_envelope"


def test_a_qr_that_a_citizen_holds_already_outlives_the_key_it_names(
    office: Office26740, tablet: FakeTablet
) -> None:
    found, now_s = row(tablet), now_ms() / 1000
    token = phone.mint(tablet.signer.key_id, phone_key(found.pk), now_s, b"1234")
    new = change_key(office, tablet)
    fresh = phone.mint(new.signer.key_id, phone_key(found.pk), now_s, b"1234")
    assert [judge(text, now_s).tablet for text in (token, fresh)] == [found, found]
    assert judge(token, now_s + phone.VALID_S + 120).verdict is phone.Verdict.EXPIRED
    Tablet.objects.update(revoked_at=timezone.now())
    assert judge(token, now_s).tablet is None


def bundle_of(tablet: FakeTablet) -> bytes:
    events = [tablet.rating()]
    header = Header(
        tablet_id=tablet.tablet_id, install_id=tablet.install_id, key_id=tablet.signer.key_id,
        sealing_key_id="", count=1, max_seq=tablet.seq, made_ms=5, app_version="test",
    )  # fmt: skip
    file = io.BytesIO()
    bundle.write(file, header, events, tablet.signer, sealing.public_key())
    return file.getvalue()


def test_a_bundle_of_a_former_key_is_refused_and_says_what_to_do(
    office: Office26740, tablet: FakeTablet
) -> None:
    data = bundle_of(tablet)
    new = change_key(office, tablet)
    with pytest.raises(BundleError, match="no longer uses; write a fresh bundle at the tablet") as raised:
        bundles.import_bundle(io.BytesIO(data), io.BytesIO(), None)
    assert raised.value.code == "former_key"
    assert stored_ids(tablet) == []
    done = bundles.import_bundle(io.BytesIO(bundle_of(new)), io.BytesIO(), None)
    assert done.of("accepted") == 1
