"""``/readyz`` and ``/metrics``: for machines. Nothing of a citizen, an office or a tablet is in them."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from headquarters.operations import metrics, ready


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when this server may be sent requests, else 503; which check it is that fails."""
    checks = ready.checks()
    well = all(checks.values())
    return JsonResponse({"ok": well, "checks": checks}, status=200 if well else 503)


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """From this very machine, or with the token; to anybody else there is no such page."""
    if not (_from_here(request) or _has_token(request)):
        return HttpResponse(status=404)
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _from_here(request: HttpRequest) -> bool:
    """A proxy on this machine is not: what it passes on came from elsewhere, and it says so."""
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR"))).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and kind.lower() == "bearer" and hmac.compare_digest(given.encode(), wanted.encode())
