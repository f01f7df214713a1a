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
    """Anything that kept a message from being confirmed."""

    def __init__(self, message: str, *, code: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s


class Wait(SyncError):
    """Try the same bytes again later."""


class Unreachable(Wait):
    """No answer came back."""


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


class ContractError(ValueError):
    """Bytes that are not a message of this contract; says where."""
