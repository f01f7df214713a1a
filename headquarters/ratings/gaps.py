"""``POST /api/v1/gaps``: which places of a tablet's chain are empty at headquarters."""

from __future__ import annotations

import time
import uuid

from django.db import connection
from django.http import HttpRequest, HttpResponse

from headquarters import wire
from headquarters.ratings import sql
from headquarters.ratings.intake import LARGEST
from headquarters.tablets.models import Install, Tablet
from headquarters.tablets.sender import signed
from headquarters.wire import Refusal
from sync.gaps import MAX_RANGES, GapsReply, GapsRequest, SeqRange

_HOLES = """
    SELECT before + 1, seq - 1 FROM (
        SELECT seq, lag(seq, 1, %s) OVER (ORDER BY seq) AS before FROM (
            SELECT seq FROM ratings_event WHERE tablet_id = %s AND install_id = %s AND seq > %s AND seq <= %s
            UNION
            SELECT seq FROM ratings_quarantine
            WHERE tablet_id = %s AND install_id = %s AND seq > %s AND seq <= %s
            UNION
            SELECT %s
        ) places
    ) steps WHERE seq > before + 1 ORDER BY 1 LIMIT %s
"""


@wire.endpoint
def gaps(request: HttpRequest) -> HttpResponse:
    """The lowest ranges up to the place that the tablet asks about."""
    tablet, message = signed(request, GapsRequest)
    if not 0 <= message.max_seq <= LARGEST:
        raise Refusal("bad_envelope", "expected a place in the chain - at `$.max_seq`")
    reached, missing = holes(tablet, uuid.UUID(message.install_id), message.max_seq)
    return wire.reply(
        GapsReply(
            install_id=message.install_id,
            max_seq=message.max_seq,
            server_time_ms=time.time_ns() // 1_000_000,
            contiguous_seq=reached,
            missing=tuple(missing[:MAX_RANGES]),
            more=len(missing) > MAX_RANGES,
        )
    )


def holes(tablet: Tablet, install_id: uuid.UUID, max_seq: int) -> tuple[int, list[SeqRange]]:
    """(everything up to here is there, the empty ranges behind it up to ``max_seq``: one more than an answer
    names, if there are so many)."""
    install = Install.objects.filter(tablet=tablet, install_id=install_id).first()
    reached = install.contiguous_seq if install else 0
    if max_seq <= reached:
        return reached, []
    where = [sql.key(tablet.pk), sql.key(install_id), reached, max_seq]
    with connection.cursor() as cursor:
        # A place behind the last one asked about closes the last range.
        cursor.execute(_HOLES, [reached, *where, *where, max_seq + 1, MAX_RANGES + 1])
        return reached, [SeqRange(first=int(first), last=int(last)) for first, last in cursor.fetchall()]
