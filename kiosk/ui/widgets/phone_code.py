"""The QR with which a citizen rates on a phone of their own; always a fresh one."""

from __future__ import annotations

from kivy.clock import Clock, ClockEvent

from kiosk.ui.phone_links import PhoneLinks, links_of
from kiosk.ui.widgets.qr_code import Matrix, QrCode, matrix

AFTER_FIRST_FRAME_S = 0.3
"""Home is drawn before the first QR is made."""


def small(text: str) -> Matrix:
    """The smallest code there is: the one on home is 19 mm wide."""
    return matrix(text, spare=False)


class PhoneCode(QrCode):
    """``make`` mints an address. White until the first picture is there."""

    def __init__(self, **kwargs: object) -> None:
        self._links: PhoneLinks | None = None
        self._next: ClockEvent | None = None
        super().__init__(**kwargs)

    def begin(self, make: object) -> None:
        """Show what stands, and renew from now on."""
        self._links = links_of(make, small)
        self.text = self._links.current
        self._again(self._links.left_s if self.text else AFTER_FIRST_FRAME_S)

    def modules(self) -> Matrix:
        return small(self.text)

    def stop(self) -> None:
        """The page leaves the window."""
        super().stop()
        if self._next is not None:
            self._next.cancel()
        self._links = None

    def _again(self, seconds: float) -> None:
        self._next = Clock.schedule_once(lambda _: self._renew(), max(0.05, seconds))

    def _renew(self) -> None:
        if self._links is not None:
            self._links.renew(lambda link: Clock.schedule_once(lambda _: self._came(link), 0))

    def _came(self, link: str) -> None:
        if self._links is not None:
            self.text = link
            self._again(self._links.left_s)
