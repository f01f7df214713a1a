"""What all tablet endpoints share: bounded bodies, signatures before unpacking, refusals in our format."""

from __future__ import annotations

import functools
import ipaddress
import json
import logging
import re
import uuid
from collections.abc import Callable
from typing import TypeVar

import msgspec
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from isal import igzip_lib, isal_zlib

from headquarters.rates import MOST_NAMES, Rate
from sync import contract
from sync.signing import KEY_ID_HEADER, SIGNATURE_HEADER, verify

log = logging.getLogger(__name__)
Message = TypeVar("Message")
View = Callable[[HttpRequest], HttpResponse]
RETRY_AFTER_S = 30
STRANGE, SENT = (Rate(*settings.WIRE_LIMITS[name]) for name in ("strange", "sent"))
"""Requests that nobody signed, by address; requests of a tablet, by its key id."""
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_STRANGERS = frozenset({"unknown_key", "bad_signature"})
_proved: set[str] = set()
"""Key ids whose signature was good in this process's life."""


class Refusal(Exception):
    """The request is answered with this problem of sync.contract.PROBLEMS."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message


def endpoint(view: View) -> View:
    """POST only, no cookies, refusals and a lost database as problems; nothing of the body is logged."""

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            if request.method != "POST":
                raise Refusal("method_not_allowed")
            _admit(request)
            return view(request)
        except Refusal as refusal:
            if refusal.code in _STRANGERS:
                STRANGE.take(address(request))
            return problem(refusal.code, refusal.message)
        except (OperationalError, InterfaceError) as error:
            log.error("database: %s", type(error).__name__)
            return problem("unavailable")

    return answer


def _admit(request: HttpRequest) -> None:
    """Refuse before anything is read what keeps coming from where nothing is signed well; but not a tablet
    behind the same address whose signature was good before."""
    if STRANGE.exhausted(address(request)) and key_id(request) not in _proved:
        raise Refusal("too_many_requests")


def proved(known: str) -> None:
    """The enrolled tablet with this key id has signed well. Refuses one that sends more than any can."""
    if len(_proved) >= MOST_NAMES:
        _proved.clear()
    _proved.add(known)
    if not SENT.take(known):
        raise Refusal("too_many_requests")


def problem(code: str, message: str = "") -> HttpResponse:
    """A refusal; ``code`` decides the status."""
    status, meaning = contract.PROBLEMS[code]
    body = contract.encode_problem(contract.Problem(code=code, message=message or meaning, status=status))
    response = HttpResponse(body, status=status, content_type="application/json")
    if status in (429, 503):
        response["Retry-After"] = str(RETRY_AFTER_S)
    if status == 405:
        response["Allow"] = "POST"
    return response


def reply(message: object) -> HttpResponse:
    """A success."""
    return HttpResponse(msgspec.json.encode(message), content_type="application/json")


def read_body(request: HttpRequest) -> bytes:
    """The body as sent, never more than MAX_BODY_BYTES of it."""
    declared = request.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:12]) > contract.MAX_BODY_BYTES:
        raise Refusal("too_large")
    body = request.read(contract.MAX_BODY_BYTES + 1)
    if len(body) > contract.MAX_BODY_BYTES:
        raise Refusal("too_large")
    return body


def key_id(request: HttpRequest) -> str:
    """Whose key a request names; empty when it can be nobody's, so that no database sees odd letters."""
    named = request.headers.get(KEY_ID_HEADER, "")
    return named if _KEY_ID.fullmatch(named) else ""


def check_signature(request: HttpRequest, public_key: bytes, body: bytes) -> None:
    """Refuse a body that the key's owner did not send; done before any byte of it is unpacked."""
    if not verify(public_key, body, request.headers.get(SIGNATURE_HEADER, "")):
        raise Refusal("bad_signature")


def unpack(body: bytes) -> bytes:
    """gunzip with a ceiling: a bomb costs at most MAX_UNPACKED_BYTES. ISA-L does it in half of zlib's time,
    and nothing else can be done with a batch before."""
    stream = isal_zlib.decompressobj(wbits=31)
    try:
        unpacked = stream.decompress(body, contract.MAX_UNPACKED_BYTES + 1)
    except igzip_lib.IsalError as error:  # type: ignore[misc]  # its stub takes the class for one of it
        raise Refusal("not_gzip") from error
    if len(unpacked) > contract.MAX_UNPACKED_BYTES:
        raise Refusal("too_large")
    if not stream.eof or stream.unused_data:
        raise Refusal("not_gzip", "the gzip stream is cut short or has more behind it")
    return unpacked


def decode(unpacked: bytes, kind: type[Message]) -> Message:
    """The message, checked field by field; the refusal says where it differs."""
    try:
        return msgspec.json.decode(unpacked, type=kind)
    except msgspec.ValidationError as error:
        raise Refusal("bad_envelope", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_odd(unpacked, kind)


def _decode_odd(unpacked: bytes, kind: type[Message]) -> Message:
    """The standard library lets lone surrogates through, so that one such event holds no others back."""
    try:
        return msgspec.convert(json.loads(unpacked, parse_constant=_no_constant), kind)
    except msgspec.ValidationError as error:
        raise Refusal("bad_envelope", str(error)) from error
    except (ValueError, RecursionError) as error:
        raise Refusal("not_json") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def address(request: HttpRequest) -> str:
    """Who asks, for the limits on tries. Behind the TLS proxy its own word counts, which it puts last:
    what stands before it anybody may have written."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    candidates = [forwarded] if settings.BEHIND_TLS else []
    for text in (*candidates, str(request.META.get("REMOTE_ADDR"))):
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            continue
    return "0.0.0.0"  # noqa: S104 - a UNIX socket has no address


def plain(text: str, length: int) -> str:
    """Text from outside, as any column can keep it: no NUL, no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:length]


def is_uuid(text: str) -> bool:
    """Only the canonical form: another spelling of an id would be another id to a reader of the log."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
