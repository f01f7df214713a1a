"""What is written on the reply page, and what may be said about it when. No Kivy."""

from __future__ import annotations

from kiosk.contact import EMAIL_MOST, NAME_MOST, PHONE_MOST, Contact, Fault, Place, contact_of, faults
from kiosk.typing import Composer, Method, Style
from kiosk.ui.widgets.entry_draft import Draft, nfc

MOST = {Place.NAME: NAME_MOST, Place.PHONE: PHONE_MOST, Place.EMAIL: EMAIL_MOST}


class ReplyForm:
    """A draft per field. A fault is held back until the citizen has left its field, or asked to send."""

    def __init__(self, method: Method, style: Style) -> None:
        self.method = method if method is not Method.OFF else Method.TELEX
        self._composer = Composer(method, style)
        self.drafts = {
            place: Draft(self._composer if place is Place.NAME else Composer(Method.OFF), MOST[place])
            for place in Place
        }
        self._left: set[Place] = set()
        self._sent = False

    @property
    def method_on(self) -> bool:
        return self._composer.method is not Method.OFF

    def switch_method(self) -> None:
        """Telex (or VNI) on or off. The word so far ends as it is: its keys followed the other rule."""
        draft = self.drafts[Place.NAME]
        draft.finish()
        self._composer.method = Method.OFF if self.method_on else self.method
        draft.move(draft.caret)

    def text(self, place: Place) -> str:
        return self.drafts[place].text

    @property
    def written(self) -> bool:
        """Whether there is anything to lose."""
        return any(draft.text.strip() for draft in self.drafts.values())

    @property
    def faults(self) -> dict[Place, Fault]:
        """By field, whether or not it is time to say so."""
        return faults(*(draft.text for draft in self.drafts.values()))

    def shown_faults(self) -> dict[Place, Fault]:
        """Those it is time for."""
        return {
            place: fault
            for place, fault in self.faults.items()
            if (self._sent if fault is Fault.NO_WAY else place in self._left)
        }

    def verdict(self, place: Place) -> str:
        """ "good", "wrong", or "" while there is nothing to say."""
        if place in self.shown_faults():
            return "wrong"
        return "good" if self.text(place).strip() and place not in self.faults else ""

    def leave(self, place: Place) -> None:
        """The citizen goes on to something else: the word in work ends, and what is wrong may be said."""
        self.drafts[place].finish()
        if self.text(place).strip():
            self._left.add(place)

    def enter(self, place: Place) -> None:
        """The citizen comes back to it: the word at the caret may be changed by tone keys again."""
        draft = self.drafts[place]
        draft.move(draft.caret)

    def holds_back(self, place: Place) -> bool:
        """Whether going on from this field would be the first to say that something in it is wrong."""
        return bool(self.text(place).strip()) and place in self.faults and place not in self.shown_faults()

    def after(self, place: Place) -> Place | None:
        """The field worth filling next; None when there is a way to answer, or none is left to offer."""
        if not self.text(Place.PHONE).strip() and not self.text(Place.EMAIL).strip():
            return {Place.NAME: Place.PHONE, Place.PHONE: Place.EMAIL}.get(place)
        return None

    def shortcut(self, place: Place, text: str) -> None:
        """Types several characters at once; "@gmail.com" takes the place of what stands behind an @."""
        draft = self.drafts[place]
        at = draft.text.find("@")
        if text[0] == "@" and at >= 0:
            draft.put(draft.text[:at])
        for char in text:
            draft.type(char)

    def contact(self, guardian: bool) -> Contact | None:
        """What is sent; None, and every fault may be said from now on, when something is missing."""
        self._sent = True
        for place in Place:
            self.leave(place)
        if self.faults:
            return None
        name, phone, email = (nfc(draft.text) for draft in self.drafts.values())
        return contact_of(name, phone, email, guardian)

    def clear(self) -> None:
        """Nothing of it stays."""
        for draft in self.drafts.values():
            draft.clear()
        self._left.clear()
        self._sent = False
