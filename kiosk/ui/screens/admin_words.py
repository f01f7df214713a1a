"""What the admin's page says of synchronising: the lamp, errors in plain words with what to do, ages."""

from __future__ import annotations

from datetime import datetime

from kiosk.admin import Lamp, Overview
from kiosk.ui.look import look, t
from kiosk.ui.stick_failure import stick_failure

DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60


def lamp_word(lamp: Lamp) -> str:
    """The lamp in words; colour alone says nothing."""
    return {
        Lamp.GREEN: t("Everything is at headquarters"),
        Lamp.SENDING: t("Sending, not finished"),
        Lamp.WAITING: t("Some answers still wait here"),
        Lamp.TROUBLE: t("Needs a look"),
        Lamp.ALONE: t("Not enrolled: kept here only"),
    }[lamp]


def lamp_glyph(lamp: Lamp) -> str:
    """Its icon."""
    return {
        Lamp.GREEN: "check-circle",
        Lamp.SENDING: "cloud-upload",
        Lamp.WAITING: "timer-sand",
        Lamp.TROUBLE: "alert-circle-outline",
        Lamp.ALONE: "link-variant",
    }[lamp]


def error_words(code: str) -> tuple[str, str]:
    """(what happened, what to do) for a failure's code; both in plain words."""
    network = t("Check the network cable or Wi-Fi. The tablet tries again by itself; nothing is lost.")
    call = t("Call headquarters' administrator. Answers are collected and kept meanwhile.")
    stranger = t("Nothing was sent. Sign in to the network if it asks for that, or call headquarters.")
    disk = t("Nothing may be stored while this lasts. Call whoever looks after the tablet.")
    clock = t("Look at this tablet's date and time. If they are right, call headquarters' administrator.")
    found = {
        "unreachable": (t("No answer from headquarters"), network),
        "no_name": (t("Headquarters' address cannot be found"), network),
        "no_route": (t("Headquarters takes no connection"), network),
        "interrupted": (t("The connection broke off, or is very slow"), network),
        "tls_expired": (t("Headquarters' certificate is out of date for this tablet"), clock),
        "tls_not_yet_valid": (t("Headquarters' certificate is not valid yet for this tablet"), clock),
        "tls_wrong_host": (t("The certificate there belongs to another address"), stranger),
        "tls_unknown_root": (t("This tablet does not know who vouches for headquarters"), stranger),
        "tls": (t("No secure connection to headquarters"), stranger),
        "notheadquarters": (
            t("Something else answered, not headquarters"),
            t("A network that wants a sign-in, or a wrong address. Sign in to the network, or call."),
        ),
        "servertrouble": (
            t("Headquarters is not well at the moment"),
            t("Nothing to do here: the tablet tries again by itself."),
        ),
        "unavailable": (
            t("Headquarters cannot reach its database"),
            t("Nothing to do here: the tablet tries again by itself."),
        ),
        "revoked": (t("Headquarters has withdrawn this tablet's enrolment"), call),
        "unknown_key": (t("Headquarters does not know this tablet"), t("Enrol it anew with the QR code.")),
        "bad_signature": (t("Headquarters does not accept this tablet's signature"), call),
        "wrong_tablet": (t("Headquarters takes this tablet for another one"), call),
        "too_many_tries": (
            t("Headquarters asks to wait"),
            t("Nothing to do here: the tablet tries again by itself."),
        ),
        "disk": (t("The tablet's data folder cannot be read"), disk),
        "full": (t("The tablet's disk is full"), disk),
        "read_only": (t("The tablet's disk can only be read"), disk),
        "damaged": (t("The tablet's database was damaged and set aside"), disk),
    }
    return found.get(code, (t("It did not work ({code})", code=code), call))


def when(wall_ms: int, now: datetime) -> str:
    """A wall time of this tablet, with its day."""
    moment = datetime.fromtimestamp(wall_ms / 1000, now.tzinfo)
    return t("{time}, {day}", time=look.words.clock(moment), day=look.words.day(moment.date()))


def age(seconds: int) -> str:
    """How old something is, in its two largest units."""
    if seconds >= DAY_S:
        days, rest = divmod(seconds, DAY_S)
        return t("{d} d {h} h", d=look.words.number(days), h=rest // HOUR_S)
    if seconds >= HOUR_S:
        return t("{h} h {m} min", h=seconds // HOUR_S, m=seconds % HOUR_S // MINUTE_S)
    return t("{m} min", m=seconds // MINUTE_S) if seconds >= MINUTE_S else t("under a minute")


def left_words(overview: Overview) -> str:
    """Speed and time left of the run; "" when there is none."""
    speed, left = overview.per_second, overview.seconds_left
    if speed is None or left is None:
        return ""
    time = t("{s} s", s=left) if left < MINUTE_S else age(left)
    return t("{n} a second · about {time} left", n=look.words.number(round(speed)), time=time)


def code_words(code: str) -> str:
    """Why headquarters set an event aside."""
    return {
        "conflict": t("the same number with other content"),
        "bad_hash": t("its seal does not fit"),
        "unreadable": t("cannot be read"),
        "mismatch": t("its place does not fit"),
        "bad_level": t("a level that does not exist"),
        "out_of_range": t("a number out of range"),
        "bad_kind": t("a kind that does not exist"),
        "bad_id": t("its number is not one"),
    }.get(code, code)


def enrol_words(reason: str) -> str:
    """Why a try to be let in ended."""
    if reason == "disk":
        return t("The enrolment could not be written to the disk.")
    if reason == "key_taken":
        return t("Headquarters has this tablet already.")
    return t("{what}. Check the network, then try again.", what=error_words(reason)[0])


def stick_words(reason: str) -> str:
    """Why nothing was written, as kiosk.removable or kiosk.admin.stick names it."""
    found = stick_failure(reason)
    if found is not None:
        return f"{found[0]}. {found[1]}"
    return {
        "empty": t("Nothing waits: there is nothing to carry."),
        "no_receipt": t("There is no receipt on this stick."),
        "other_tablet": t("The receipt on this stick is for another tablet."),
        "bad_receipt": t("The receipt was changed or cut short. Have headquarters write it anew."),
        "no_key": t("Enrol this tablet anew first: it has no key to seal with."),
        "no_room": t("The tablet has too little room to pack. Call whoever looks after it."),
        "unread": t("The tablet could not read its own data. Please try again."),
    }.get(reason, t("It did not work ({code})", code=reason))
