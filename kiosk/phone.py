"""The address behind the phone's QR: headquarters' rating page for this desk, for a quarter of an hour."""

from __future__ import annotations

from urllib.parse import urlsplit

from kiosk.enrolment import Identity
from sync import phone


def link(address: str, identity: Identity, now_s: float, nonce: bytes) -> str:
    """The whole address, for a QR; "" while the tablet cannot make one (not enrolled, no headquarters).

    ``now_s``: this tablet's clock. ``nonce``: phone.NONCE_BYTES random bytes, fresh for every QR shown.

    Scheme, host and page are in capitals, which mean the same in an address and make the QR smaller: its
    alphanumeric mode has no small letters.
    """
    if not (address and identity.enrolled and identity.phone_key):
        return ""
    parts = urlsplit(address)
    token = phone.mint(identity.key_id, identity.phone_key, now_s, nonce)
    # A path in front of headquarters' own is somebody else's, and may tell capitals from small letters.
    before = parts.path.rstrip("/")
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{before}{phone.PATH.upper()}{token}"
