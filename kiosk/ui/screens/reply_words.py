"""What the reply page says: captions, examples, and a kind word for every fault."""

from __future__ import annotations

from kiosk.contact import Fault, Place, national
from kiosk.ui.look import t

# Examples of a form, not persons: 0912 345 678 is what every form in the country shows.
EXAMPLES = {Place.NAME: "Nguyễn Thị Hoa", Place.PHONE: "0912 345 678", Place.EMAIL: "hoa@gmail.com"}


def caption(place: Place, short: bool = False) -> str:
    """``short``: where the box is narrow."""
    if place is Place.NAME and short:
        return t("Name")
    return {
        Place.NAME: t("Name (may be left empty)"),
        Place.PHONE: t("Phone number"),
        Place.EMAIL: t("E-mail"),
    }[place]


def example(place: Place) -> str:
    return t("e.g. {what}", what=EXAMPLES[place])


def hint(place: Place | None) -> str:
    """Said while nothing is wrong; None: no field has the keyboard."""
    if place is None:
        return t("A phone number or an e-mail address: one of the two is enough.")
    return {
        Place.NAME: t("So that we know how to address you. It may be left empty."),
        Place.PHONE: t("Mobile numbers have 10 digits, landlines with area code 11."),
        Place.EMAIL: t("Without Vietnamese marks and without spaces."),
    }[place]


def fault_words(fault: Fault, typed: str) -> str:
    """What to do about it. Of ``typed`` only the count of digits is told, never a digit."""
    if fault in (Fault.PHONE_SHORT, Fault.PHONE_LONG):
        return _count_words(fault, len(national(typed)))
    return {
        Fault.NO_WAY: t("Please give a phone number or an e-mail address, so that we can answer you."),
        Fault.NAME_LONG: t("This name is too long for us to keep; a shorter form will do."),
        Fault.PHONE_SIGNS: t("A phone number has digits only."),
        Fault.PHONE_START: t(
            "Numbers in Viet Nam begin with 02, 03, 05, 07, 08 or 09. From abroad, e-mail is best."
        ),
        Fault.EMAIL_AT: t("An e-mail address has one @ in it, as in hoa@gmail.com."),
        Fault.EMAIL_SPACE: t("There is no space inside an e-mail address."),
        Fault.EMAIL_MARKS: t("E-mail addresses are written without Vietnamese marks."),
        Fault.EMAIL_NAME: t("Something is missing or wrong before the @; please look again."),
        Fault.EMAIL_DOMAIN: t("Something is missing or wrong after the @; it looks like gmail.com."),
        Fault.EMAIL_LONG: t("This e-mail address is too long; please look again."),
    }[fault]


def _count_words(fault: Fault, count: int) -> str:
    if fault is Fault.PHONE_SHORT:
        return t(
            "Some digits are missing: mobiles have 10, landlines 11. Here there are {n} so far.", n=count
        )
    return t("There are too many digits: mobiles have 10, landlines 11. Here there are {n}.", n=count)
