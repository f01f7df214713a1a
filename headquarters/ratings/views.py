"""``POST /api/v1/batches`` and the health check."""

from __future__ import annotations

import uuid
from functools import lru_cache

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from headquarters import wire
from headquarters.ratings import sql
from headquarters.ratings.ingest import ingest
from headquarters.wire import Refusal
from sync import contract
from sync.contract import Batch


@wire.endpoint
def batches(request: HttpRequest) -> HttpResponse:
    """Who sent it, then what it is, then one transaction."""
    body = wire.read_body(request)
    key_id = wire.key_id(request)
    tablet_id, public_key = _sender(key_id)
    wire.check_signature(request, public_key, body)
    wire.proved(key_id)
    batch = wire.decode(wire.unpack(body), Batch)
    _check_envelope(batch, tablet_id)
    return wire.reply(ingest(batch, key_id))


@lru_cache(maxsize=4096)
def _sender(key_id: str) -> tuple[uuid.UUID, bytes]:
    """(tablet, its public key). A key id is a hash of its key, so this stays true; whether the tablet still
    has that key, and may send, is looked at under its lock (ingest). Nobody is remembered as unknown."""
    found = sql.sender(key_id)
    if found is None:
        raise Refusal("unknown_key")
    return found


def _check_envelope(batch: Batch, tablet_id: uuid.UUID) -> None:
    if len(batch.events) > contract.MAX_EVENTS:
        raise Refusal("too_large", f"more than {contract.MAX_EVENTS} events")
    for name in ("batch_id", "install_id", "tablet_id"):
        if not wire.is_uuid(getattr(batch, name)):
            raise Refusal("bad_envelope", f"expected a UUID - at `$.{name}`")
    if batch.tablet_id != str(tablet_id):
        raise Refusal("wrong_tablet")


def health(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, for load balancers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True})
