"""Errors of the seam, named by what the caller must do about them.

SyncError
├── Wait                  try again later, nothing is wrong with what was sent
│   ├── Unreachable       no answer: network, DNS, TLS, time-out
│   ├── NotHeadquarters   an answer, but not ours: captive portal, proxy page, redirect
│   └── ServerTrouble     ours, but unwell: 5xx, 423, 429
├── Hold                  401, 403: stop sending, go on collecting, call the admin
├── Halve                 400, 413, 422 in our own format: send less, find the culprit
└── Refused               the request can never succeed as it is (an enrolment code used twice)
ContractError             bytes that do not parse as a message of ours
"""

from __future__ import annotations


class SyncError(Exception):
    """Anything that kept a message from being confirmed.

    ``smaller``: it may have been too much at once for a slow line, or for something on the way.
    """

    def __init__(
        self, message: str, *, code: str = "", retry_after_s: float | None = None, smaller: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s
        self.smaller = smaller


class Wait(SyncError):
    """Try the same bytes again later."""


class Unreachable(Wait):
    """No answer came back; ``code`` is a key of ``CAUSES`` where the cause is known."""


class NotHeadquarters(Wait):
    """Something answered, but not headquarters."""


class ServerTrouble(Wait):
    """Headquarters answered that it cannot serve now."""


class Hold(SyncError):
    """Headquarters does not accept this tablet's credentials."""


class Halve(SyncError):
    """Headquarters cannot take a request of this size or shape."""


class Refused(SyncError):
    """Headquarters understood and said no for good."""


CAUSES = {
    "no_name": "its name cannot be found",
    "no_route": "nothing there takes a connection",
    "interrupted": "the connection broke off, or was too slow",
    "tls_expired": "its certificate is out of date, or this tablet's clock is ahead",
    "tls_not_yet_valid": "its certificate is not valid yet: this tablet's clock is behind",
    "tls_wrong_host": "the certificate there is another host's",
    "tls_unknown_root": "nobody this tablet trusts vouches for the certificate there",
    "tls": "no secure connection",
}
"""Why nothing came back, as far as a tablet can tell."""


class ContractError(ValueError):
    """Bytes that are not a message of this contract; says where."""
