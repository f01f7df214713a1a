"""Bundles and receipts: whole or refused, whatever happened to the stick."""

from __future__ import annotations

import base64
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast

import pytest
from nacl.public import PrivateKey, SealedBox

from sync import bundle, receipt
from sync.bundle import BundleError, Header
from sync.contract import Result, Verdict, WireEvent
from sync.receipt import ReceiptError, ReceiptHead
from sync.signing import Signer
from tests.support import FakeTablet

HEADQUARTERS = PrivateKey(b"\x07" * 32)
SEALING_KEY = bytes(HEADQUARTERS.public_key).hex()
CONFIG = Signer(b"\x09" * 32)


def open_sealed(sealed: str) -> bytes:
    return SealedBox(HEADQUARTERS).decrypt(base64.b64decode(sealed))


def header(tablet: FakeTablet, count: int) -> Header:
    return Header(
        tablet_id=tablet.tablet_id, install_id=tablet.install_id, key_id=tablet.signer.key_id,
        sealing_key_id="", count=count, max_seq=tablet.seq, made_ms=5, app_version="test",
    )  # fmt: skip


def written(tablet: FakeTablet, events: list[WireEvent]) -> bytes:
    file = io.BytesIO()
    bundle.write(file, header(tablet, len(events)), events, tablet.signer, SEALING_KEY)
    return file.getvalue()


def code_of(data: bytes, tablet: FakeTablet) -> str:
    with pytest.raises(BundleError) as raised:
        taken(io.BytesIO(data), tablet)
    return raised.value.code


def taken(file: BinaryIO, tablet: FakeTablet) -> list[WireEvent]:
    bundle.check(file, tablet.signer.public_key)
    return list(bundle.read_events(file, open_sealed))


def test_what_went_in_comes_out_and_the_progress_is_told() -> None:
    tablet, told = FakeTablet(), list[int]()
    events = [tablet.rating() for _ in range(700)]
    file = io.BytesIO()
    made = bundle.write(file, header(tablet, 700), events, tablet.signer, SEALING_KEY, told.append)
    assert bundle.check(file, tablet.signer.public_key) == made
    assert list(bundle.read_events(file, open_sealed)) == events
    assert told == list(range(1, 701))


def test_an_empty_bundle_is_one_too() -> None:
    tablet = FakeTablet()
    file = io.BytesIO(written(tablet, []))
    bundle.check(file, tablet.signer.public_key)
    assert list(bundle.read_events(file, open_sealed)) == []


def test_nothing_of_a_citizen_can_be_read_on_the_stick() -> None:
    tablet = FakeTablet()
    comment = tablet.append(tablet.event(kind="comment", body={"text": "Cán bộ quầy 3"}))
    data = written(tablet, [comment])
    assert "quầy".encode() not in data
    assert comment.event_id.encode() not in data


def test_a_changed_byte_anywhere_is_noticed() -> None:
    tablet = FakeTablet()
    data = written(tablet, [tablet.rating() for _ in range(5)])
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1
        assert code_of(bytes(changed), tablet)


def test_a_file_cut_short_anywhere_is_noticed_and_so_is_one_with_more_behind_it() -> None:
    tablet = FakeTablet()
    data = written(tablet, [tablet.rating() for _ in range(5)])
    for length in range(0, len(data), 11):
        assert code_of(data[:length], tablet) in ("not_a_bundle", "truncated", "bad_signature")
    assert code_of(data + b"\0", tablet) == "bad_signature"


def test_another_tablet_s_signature_is_not_this_one_s() -> None:
    tablet, other = FakeTablet(), FakeTablet()
    assert code_of(written(other, [other.rating()]), tablet) == "bad_signature"


def test_sealed_to_another_headquarters_it_cannot_be_opened() -> None:
    tablet, file = FakeTablet(), io.BytesIO()
    elsewhere = bytes(PrivateKey(b"\x08" * 32).public_key).hex()
    bundle.write(file, header(tablet, 1), [tablet.rating()], tablet.signer, elsewhere)
    assert code_of(file.getvalue(), tablet) == "cannot_open"


def test_a_later_version_is_told_from_a_broken_file() -> None:
    tablet, file = FakeTablet(), io.BytesIO()
    bundle.write(file, replace(header(tablet, 0), v=2), [], tablet.signer, SEALING_KEY)
    assert code_of(file.getvalue(), tablet) == "later_version"
    assert code_of(b"hello", tablet) == "not_a_bundle"


def test_a_count_that_does_not_fit_is_an_error_at_the_writer() -> None:
    tablet = FakeTablet()
    with pytest.raises(ValueError, match="1 events, 2 announced"):
        bundle.write(io.BytesIO(), header(tablet, 2), [tablet.rating()], tablet.signer, SEALING_KEY)


def test_what_the_progress_raises_stops_the_writing() -> None:
    tablet = FakeTablet()

    class Cancelled(Exception):
        pass

    def cancel(done: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        bundle.write(
            io.BytesIO(), header(tablet, 9), [tablet.rating() for _ in range(9)], tablet.signer, SEALING_KEY,
            cancel,
        )  # fmt: skip


class Nowhere:
    """A file that keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)


def test_twenty_thousand_events_need_no_more_memory_than_a_few() -> None:
    tablet = FakeTablet()
    one = tablet.rating()

    def many() -> Iterator[WireEvent]:
        for _ in range(20_000):
            yield one

    tracemalloc.start()
    bundle.write(cast("BinaryIO", Nowhere()), header(tablet, 20_000), many(), tablet.signer, SEALING_KEY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20  # the events together are 15 MB


def receipt_of(tablet_id: str, results: list[Result]) -> bytes:
    file = io.BytesIO()
    head = ReceiptHead(
        tablet_id=tablet_id, install_id="i", bundle="b", count=len(results), contiguous_seq=1, issued_ms=5
    )
    receipt.write(file, head, results, CONFIG.key_id, CONFIG.sign)
    return file.getvalue()


RESULTS = [
    Result(event_id="a", verdict=Verdict.ACCEPTED),
    Result(event_id="b", verdict=Verdict.QUARANTINED, code="bad_hash"),
]


def receipt_code(data: bytes, tablet_id: str = "t", key: str = "") -> str:
    with pytest.raises(ReceiptError) as raised:
        receipt.check(io.BytesIO(data), tablet_id, [key or CONFIG.public_key.hex()])
    return raised.value.code


def test_a_receipt_comes_back_as_it_was_given_and_the_next_key_is_believed_too() -> None:
    file = io.BytesIO(receipt_of("t", RESULTS))
    head = receipt.check(file, "t", [Signer(b"\x01" * 32).public_key.hex(), CONFIG.public_key.hex(), ""])
    assert (head.count, head.contiguous_seq) == (2, 1)
    assert list(receipt.read_results(file)) == RESULTS


def test_a_receipt_changed_cut_or_of_somebody_else_is_refused() -> None:
    data = receipt_of("t", RESULTS)
    assert receipt_code(data, tablet_id="other") == "other_tablet"
    assert receipt_code(data, key=Signer(b"\x01" * 32).public_key.hex()) == "bad_signature"
    assert receipt_code(data.replace(b"quarantined", b"accepted")) == "bad_signature"
    assert receipt_code(data + data.splitlines(keepends=True)[1]) == "bad_signature"
    for length in range(0, len(data) - 1, 5):
        assert receipt_code(data[:length]) in ("not_a_receipt", "bad_signature")


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\x00" * 100_000])
def test_another_file_is_no_receipt(data: bytes) -> None:
    assert receipt_code(data) == "not_a_receipt"
