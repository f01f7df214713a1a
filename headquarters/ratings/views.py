"""``POST /api/v1/batches`` and the health check."""

from __future__ import annotations

import uuid

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
    tablet = sql.sender(key_id)
    if tablet is None:
        raise Refusal("unknown_key")
    tablet_id, public_key, revoked = tablet
    wire.check_signature(request, public_key, body)
    wire.proved(key_id)
    if revoked:
        raise Refusal("revoked")
    batch = wire.decode(wire.unpack(body), Batch)
    _check_envelope(batch, tablet_id)
    return wire.reply(ingest(batch))


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
