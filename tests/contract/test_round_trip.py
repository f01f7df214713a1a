"""encode, then decode, gives back what was there; on either side."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync import configuration, contract, device, gaps, renewal
from sync.contract import (
    Batch,
    EnrolmentReply,
    EnrolmentRequest,
    Event,
    Heartbeat,
    Problem,
    Reply,
    Result,
    Verdict,
    WireEvent,
)

# What UTF-8 can carry: NUL, Vietnamese and astral letters, but no lone surrogate.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
codes = st.from_regex(r"[a-z0-9_]{0,40}", fullmatch=True)
numbers = st.integers(-(2**63), 2**63 - 1)
plain = st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | texts
bodies: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    texts, st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=5)
)
FIELDS = {
    "str": texts,
    "int": numbers,
    "int | None": st.none() | numbers,
    "dict[str, Any]": bodies,
    "bool | None": st.none() | st.booleans(),
    "bool": st.booleans(),
}


def filled(kind: Any, **given_fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any value of a message class."""
    types = {name: spec.type for name, spec in kind.__dataclass_fields__.items() if spec.type in FIELDS}
    return st.builds(kind, **{name: FIELDS[found] for name, found in types.items()} | given_fields)


events = filled(Event)
batches = filled(
    Batch, events=st.lists(filled(WireEvent), max_size=4).map(tuple), heartbeat=filled(Heartbeat)
)
replies = filled(
    Reply,
    results=st.lists(filled(Result, verdict=st.sampled_from(Verdict), code=codes), max_size=4).map(tuple),
)


@given(events)
def test_event(event: Event) -> None:
    stored = contract.encode_event(event)
    assert contract.decode_event(stored) == event
    assert msgspec.json.decode(stored, type=Event) == event


@given(batches)
def test_batch(batch: Batch) -> None:
    assert msgspec.json.decode(contract.encode_message(batch), type=Batch) == batch


@given(replies)
def test_reply(reply: Reply) -> None:
    assert contract.decode_reply(msgspec.json.encode(reply)) == reply
    assert contract.decode_reply(contract.encode_message(reply)) == reply


@given(filled(EnrolmentRequest))
def test_enrolment_request(request: EnrolmentRequest) -> None:
    assert msgspec.json.decode(contract.encode_message(request), type=EnrolmentRequest) == request


@given(filled(EnrolmentReply))
def test_enrolment_reply(reply: EnrolmentReply) -> None:
    assert contract.decode_enrolment_reply(msgspec.json.encode(reply)) == reply


@given(filled(device.DeviceAuthorization))
def test_device_authorization(reply: device.DeviceAuthorization) -> None:
    assert device.decode_authorization(msgspec.json.encode(reply)) == reply


@given(filled(configuration.ConfigurationReply, document=st.none() | filled(configuration.Document)))
def test_configuration_reply(reply: configuration.ConfigurationReply) -> None:
    assert configuration.decode_configuration_reply(msgspec.json.encode(reply)) == reply
    assert msgspec.json.decode(contract.encode_message(reply), type=configuration.ConfigurationReply) == reply


places = st.tuples(st.integers(1, 2**53), st.integers(0, 2**30)).map(
    lambda pair: gaps.SeqRange(first=pair[0], last=sum(pair))
)


@given(filled(gaps.GapsReply, missing=st.lists(places, max_size=4).map(tuple)))
def test_gaps_reply(reply: gaps.GapsReply) -> None:
    assert gaps.decode_gaps_reply(msgspec.json.encode(reply)) == reply


@given(st.builds(Problem, code=codes, message=texts, status=numbers))
def test_problem(problem: Problem) -> None:
    assert contract.decode_problem(contract.encode_problem(problem)) == problem


@given(st.binary(max_size=60) | bodies.map(msgspec.json.encode))
def test_foreign_bytes_are_no_problem_of_ours_and_no_reply(body: bytes) -> None:
    assert contract.decode_problem(body) is None
    try:
        contract.decode_reply(body)
    except contract.ContractError:
        return
    raise AssertionError("read as a reply")


@given(filled(renewal.KeyReply, key_id=st.text(min_size=1)))
def test_key_reply(reply: renewal.KeyReply) -> None:
    assert renewal.decode_key_reply(msgspec.json.encode(reply)) == reply


@given(filled(renewal.KeyRequest))
def test_key_request(request: renewal.KeyRequest) -> None:
    assert msgspec.json.decode(contract.encode_message(request), type=renewal.KeyRequest) == request
