"""Bundles from a stick: the same door as the network, and a receipt the tablet can believe."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.utils import timezone
from nacl.public import PrivateKey

from headquarters import sealing, signing
from headquarters.ratings import bundles
from headquarters.ratings.bundles import Imported
from headquarters.ratings.models import Quarantine
from headquarters.tablets.models import Deed, Tablet
from sync import bundle, receipt
from sync.bundle import BundleError, Header
from sync.contract import WireEvent
from tests.headquarters.conftest import Office26740, rollup, stored_ids, verdicts
from tests.support import FakeTablet


def written(
    tablet: FakeTablet, events: Sequence[WireEvent], sealing_key: str = "", install_id: str = ""
) -> bytes:
    file = io.BytesIO()
    header = Header(
        tablet_id=tablet.tablet_id, install_id=install_id or tablet.install_id, key_id=tablet.signer.key_id,
        sealing_key_id="", count=len(events), max_seq=tablet.seq, made_ms=5, app_version="test",
    )  # fmt: skip
    bundle.write(file, header, events, tablet.signer, sealing_key or sealing.public_key())
    return file.getvalue()


def imported(data: bytes) -> tuple[Imported, list[str]]:
    """What was done, and the receipt as the tablet reads it."""
    out = io.BytesIO()
    done = bundles.import_bundle(io.BytesIO(data), out, None)
    head = receipt.check(out, str(done.tablet.pk), [signing.public_key()])
    assert (head.bundle, head.contiguous_seq, head.count) == (done.sha256, done.contiguous_seq, done.total)
    return done, [
        f"{one.verdict}:{one.code}" if one.code else str(one.verdict) for one in receipt.read_results(out)
    ]


def refusal(data: bytes) -> str:
    out = io.BytesIO()
    with pytest.raises(BundleError) as raised:
        bundles.import_bundle(io.BytesIO(data), out, None)
    assert out.getvalue() == b"", "no receipt for what was refused"
    return raised.value.code


def test_a_bundle_counts_as_if_it_had_come_by_network(office: Office26740, tablet: FakeTablet) -> None:
    events = [tablet.rating(level) for level in (3, 3, 1)]
    done, said = imported(written(tablet, events))
    assert said == ["accepted"] * 3
    assert (done.total, done.contiguous_seq, done.of("accepted")) == (3, 3, 3)
    assert stored_ids(tablet) == sorted(event.event_id for event in events)
    assert sorted(n for n in rollup(tablet).values()) == [1, 2]
    assert office.push(tablet).contiguous_seq == 3
    deed = Deed.objects.get()
    assert (deed.kind, str(deed.tablet_id)) == ("imported", tablet.tablet_id)


def test_the_same_bundle_twice_changes_nothing_and_gets_its_receipt_again(
    office: Office26740, tablet: FakeTablet
) -> None:
    data = written(tablet, [tablet.rating() for _ in range(3)])
    imported(data)
    before = rollup(tablet)
    done, said = imported(data)
    assert said == ["duplicate"] * 3
    assert (rollup(tablet), done.contiguous_seq) == (before, 3)


def test_after_a_sync_by_network_it_is_all_duplicates_and_so_the_other_way_round(
    office: Office26740, tablet: FakeTablet
) -> None:
    events = [tablet.rating() for _ in range(4)]
    office.push(tablet, events[:2])
    assert imported(written(tablet, events))[1] == ["duplicate"] * 2 + ["accepted"] * 2
    assert verdicts(office.push(tablet, events)) == ["duplicate"] * 4


def test_what_cannot_count_is_set_aside_as_over_the_network(office: Office26740, tablet: FakeTablet) -> None:
    events = [tablet.rating(), tablet.rating(level=9), tablet.rating()]
    done, said = imported(written(tablet, events))
    assert said == ["accepted", "quarantined:bad_level", "accepted"]
    assert Quarantine.objects.get().event_id == events[1].event_id
    assert done.contiguous_seq == 3


def test_more_events_than_a_batch_holds(office: Office26740, tablet: FakeTablet) -> None:
    told: list[tuple[int, int]] = []
    data = written(tablet, [tablet.rating() for _ in range(1201)])
    done = bundles.import_bundle(io.BytesIO(data), io.BytesIO(), None, lambda n, of: told.append((n, of)))
    assert (done.total, done.contiguous_seq) == (1201, 1201)
    assert told == [(500, 1201), (1000, 1201), (1201, 1201)]


def test_long_texts_make_smaller_batches(office: Office26740, tablet: FakeTablet) -> None:
    said = {"text": "ữ" * 30_000}
    events = [tablet.append(tablet.event(kind="comment", body=said)) for _ in range(7)]
    sizes = [len(batch) for batch in bundles._batches(events)]
    assert sizes == [2, 2, 2, 1]
    assert imported(written(tablet, events))[0].contiguous_seq == 7


def test_an_import_is_no_sign_of_life(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, heartbeat=tablet.heartbeat(free_mb=77))
    before = Tablet.objects.values().get(pk=tablet.tablet_id)
    imported(written(tablet, [tablet.rating()]))
    assert Tablet.objects.values().get(pk=tablet.tablet_id) == before


def test_a_tampered_bundle_is_refused_whole(office: Office26740, tablet: FakeTablet) -> None:
    data = bytearray(written(tablet, [tablet.rating() for _ in range(3)]))
    data[len(data) // 2] ^= 1
    assert refusal(bytes(data)) in ("bad_signature", "unreadable")
    assert stored_ids(tablet) == []


def test_a_truncated_bundle_is_refused_whole(office: Office26740, tablet: FakeTablet) -> None:
    data = written(tablet, [tablet.rating() for _ in range(3)])
    for length in (len(data) - 1, len(data) - 70, len(data) // 2, 12, 0):
        assert refusal(data[:length]) in ("bad_signature", "truncated", "not_a_bundle")
    assert stored_ids(tablet) == []


def test_a_stranger_s_and_a_revoked_tablet_s_bundle_are_refused(
    office: Office26740, tablet: FakeTablet
) -> None:
    stranger = FakeTablet()
    assert refusal(written(stranger, [stranger.rating()])) == "unknown_tablet"
    Tablet.objects.update(revoked_at=timezone.now())
    assert refusal(written(tablet, [tablet.rating()])) == "revoked"


def test_one_tablet_cannot_write_in_another_s_name(office: Office26740, tablet: FakeTablet) -> None:
    other = FakeTablet()
    office.place(other)
    event = tablet.rating()
    in_its_name = FakeTablet(seed=other.seed, tablet_id=tablet.tablet_id, install_id=tablet.install_id)
    assert refusal(written(in_its_name, [event])) == "unknown_tablet"
    _done, said = imported(written(other, [event]))
    assert said == ["quarantined:mismatch"]


def test_a_bundle_for_another_headquarters_cannot_be_opened(office: Office26740, tablet: FakeTablet) -> None:
    elsewhere = bytes(PrivateKey(b"\x08" * 32).public_key).hex()
    assert refusal(written(tablet, [tablet.rating()], sealing_key=elsewhere)) == "cannot_open"


def test_an_odd_install_is_refused(office: Office26740, tablet: FakeTablet) -> None:
    assert refusal(written(tablet, [tablet.rating()], install_id="one")) == "unreadable"


def test_the_receipt_of_one_tablet_is_none_for_another(office: Office26740, tablet: FakeTablet) -> None:
    out = io.BytesIO()
    bundles.import_bundle(io.BytesIO(written(tablet, [tablet.rating()])), out, None)
    with pytest.raises(receipt.ReceiptError, match="another tablet"):
        receipt.check(out, str(uuid.uuid4()), [signing.public_key()])


def test_the_receipt_s_file_appears_whole_or_not_at_all(
    office: Office26740, tablet: FakeTablet, tmp_path: Path
) -> None:
    target = tmp_path / "a.kioskr"
    data = written(tablet, [tablet.rating()])
    with pytest.raises(BundleError):
        bundles.import_to(io.BytesIO(data[:-1]), target, None, lambda _n, _of: None)
    assert list(tmp_path.iterdir()) == []
    bundles.import_to(io.BytesIO(data), target, None, lambda _n, _of: None)
    assert [path.name for path in tmp_path.iterdir()] == ["a.kioskr"]


@pytest.mark.usefixtures("clean_events")
def test_network_and_stick_at_the_same_moment_count_each_rating_once(transactional_db: None) -> None:
    office, tablet = Office26740(), FakeTablet()
    office.place(tablet)
    events = [tablet.rating() for _ in range(40)]
    data, failures = written(tablet, events), list[BaseException]()

    def by_stick() -> None:
        from django.db import connection

        try:
            imported(data)
        except BaseException as error:  # noqa: BLE001 - the test reports it
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=by_stick)
    thread.start()
    for start in range(0, 40, 8):
        office.push(tablet, events[start : start + 8])
    thread.join(60)
    assert failures == []
    assert stored_ids(tablet) == sorted(event.event_id for event in events)
    assert sum(rollup(tablet).values()) == 40
