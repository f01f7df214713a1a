"""What the tablet asks, in the same words (kiosk.survey, assets/locale): a phone's page is its sister."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_noop


class Level(NamedTuple):
    """A level with its face's label."""

    level: int
    label: str


class Reason(NamedTuple):
    """A usual reason; ``key`` is stored."""

    key: str
    text: str
    icon: str


LEVELS = (
    Level(3, gettext_noop("Very satisfied")),
    Level(2, gettext_noop("Satisfied")),
    Level(1, gettext_noop("Not satisfied yet")),
)
REASONS = (
    Reason("thoi-gian", gettext_noop("Time"), "clock-outline"),
    Reason("thai-do", gettext_noop("Manner"), "account-tie-outline"),
    Reason("huong-dan", gettext_noop("Guidance"), "sign-direction"),
    Reason("thu-tuc", gettext_noop("Procedure"), "file-document-outline"),
    Reason("phi", gettext_noop("Fees and charges"), "cash-multiple"),
    Reason("ket-qua", gettext_noop("Result"), "clipboard-check-outline"),
)


class Notice(NamedTuple):
    """A page that says kindly why there is nothing to do here, and what helps."""

    status: int
    title: str
    words: tuple[str, ...]


_FRESH = gettext_noop("To rate, please scan the fresh code on the tablet at the desk.")

USED = Notice(
    409,
    gettext_noop("This code has been used"),
    (
        gettext_noop("Each code takes one rating. If you have just given yours, it is saved."),
        gettext_noop(
            "If somebody else would like to rate: please scan the fresh code on the tablet at the desk."
        ),
    ),
)
EXPIRED = Notice(
    410,
    gettext_noop("This code has run out"),
    (gettext_noop("A code on the tablet can be used for 15 minutes."), _FRESH),
)
EARLY = Notice(
    403,
    gettext_noop("This code cannot be used yet"),
    (
        gettext_noop("The tablet’s clock and ours do not agree at the moment."),
        gettext_noop("Please touch a face on the tablet itself, or scan again in a quarter of an hour."),
    ),
)
UNKNOWN = Notice(
    404,
    gettext_noop("We cannot read this code"),
    (gettext_noop("A letter of the address may be missing or wrong."), _FRESH),
)
TOO_MANY = Notice(
    429,
    gettext_noop("Too many at the same time"),
    (
        gettext_noop("Many people are using this page just now. Nothing of yours was saved here."),
        gettext_noop("Please touch a face on the tablet itself, or try again in a while."),
    ),
)
NOT_SAVED = Notice(
    503,
    gettext_noop("Your answer was not saved"),
    (
        gettext_noop("Headquarters cannot save anything at the moment."),
        gettext_noop("Please touch a face on the tablet itself, or try again in a while."),
    ),
)
LOOKUP_TOO_MANY = Notice(
    429,
    gettext_noop("Too many wrong codes"),
    (
        gettext_noop(
            "From this connection too many codes were tried. Please try again in a quarter of an hour."
        ),
    ),
)
ANSWER_CLOSED = Notice(
    409,
    gettext_noop("This can no longer be rated"),
    (
        gettext_noop("A choice can be changed for one day; or the matter is being looked at again."),
        gettext_noop("The page of your code says where it stands."),
    ),
)
SAID_TOO_OFTEN = Notice(
    429,
    gettext_noop("Too many times for one code"),
    (gettext_noop("What was chosen before is kept. Please come back in an hour."),),
)
