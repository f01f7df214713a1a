"""Alerts for other systems: JSON by POST, signed, to public addresses only, never redirected.

The signature is an HMAC-SHA256, in hexadecimal, over the timestamp, a full stop and the raw body. Whoever
receives it recomputes it, and takes nothing whose timestamp is older than a few minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import time
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from headquarters.alerts.models import Webhook
from headquarters.offices import tree

TIMEOUT_S = 10
# A gateway of an IPv6 network leads such an address to the IPv4 address in its end (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
TIMESTAMP, SIGNATURE = "X-Kiosk-Timestamp", "X-Kiosk-Signature"


class Refused(Exception):
    """It was not sent, or not taken; the text says why and holds no secret."""


def offices(hook: Webhook) -> frozenset[int]:
    """The offices whose alerts it gets."""
    return tree.under(hook.office_id) if hook.office_id is not None else frozenset()


def new_salt() -> str:
    """Begins another secret."""
    return secrets.token_hex(16)


def secret(hook: Webhook) -> str:
    """What sender and receiver share, in hexadecimal."""
    name = f"alert webhook {hook.salt}"
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()


def sign(key: str, timestamp: str, body: bytes) -> str:
    """The signature header's value."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check(url: str) -> SplitResult:
    """An address that may be called: https (http only where private ones are allowed). Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("the address cannot be read") from error
    allowed = ("https", "http") if settings.WEBHOOKS_PRIVATE else ("https",)
    if parts.scheme not in allowed or not parts.hostname or parts.username is not None or port == 0:
        raise Refused("the address must begin with https:// and hold no name or password")
    return parts


def post(hook: Webhook, text: str) -> None:
    """Deliver one body. Raises Refused, or OSError of the network."""
    parts = check(hook.url)
    body, timestamp = text.encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "kiosk-headquarters",
        TIMESTAMP: timestamp,
        SIGNATURE: sign(secret(hook), timestamp, body),
    }
    connection = _connection(parts)
    try:
        connection.request("POST", _path(parts), body, headers)
        status = connection.getresponse().status
    except (http.client.HTTPException, UnicodeError) as error:
        raise Refused(f"the answer cannot be read ({type(error).__name__})") from error
    finally:
        connection.close()
    # A redirect would lead past the check of the address.
    if not 200 <= status < 300:
        raise Refused(f"answered with status {status}")


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """Connected to an address that was looked at: a name that answers otherwise a moment later (DNS
    rebinding) finds nobody asking again."""
    name = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    made = kind(name, port, timeout=TIMEOUT_S)
    plain = socket.create_connection((_address(name, port), port), timeout=TIMEOUT_S)
    try:
        made.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=name) if secure else plain
    except OSError:
        plain.close()
        raise
    return made


def _address(name: str, port: int) -> str:
    """The first address behind a name. Raises Refused where one of them is not public."""
    found = [str(answer[4][0]) for answer in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    if not settings.WEBHOOKS_PRIVATE and not all(_public(one) for one in found):
        raise Refused("the address leads into a private network (HEADQUARTERS_WEBHOOKS_PRIVATE)")
    return found[0]


def _public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inside = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in _NAT64:
        return _public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    if inside is not None:
        return inside.is_global and not inside.is_multicast
    # "Reserved" holds what no network may use yet, and IPv4 written as ::127.0.0.1.
    site = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site)
