"""What the staff page says when it shows no figures, and about the USB stick. No Kivy."""

from __future__ import annotations

from datetime import datetime

from kiosk.blind import LEAST, Held
from kiosk.export import Progress
from kiosk.ui.look import look, t
from kiosk.ui.stick_failure import stick_failure


def held_words(held: Held, now: datetime | None) -> tuple[str, str]:
    """Title and text: why nothing is shown, and when it will be."""
    if held.until is None:
        return (
            t("Too few answers to show"),
            t("A day with fewer than {n} answers is not shown, so that nobody can be recognised.", n=LEAST),
        )
    return (
        t("This day is not over yet"),
        t(
            "Figures come after closing time, so that all serve and answer freely: at {time}.",
            time=_when(held.until, now),
        ),
    )


def _when(until: datetime, now: datetime | None) -> str:
    clock = look.words.clock(until)
    same = now is not None and until.date() == now.date()
    return clock if same else t("{time} on {day}", time=clock, day=look.words.day(until.date()))


def usb_words(progress: Progress) -> tuple[str, str, str]:
    """Title, text and icon."""
    if progress.step == "done":
        said = t("The file {name} is on the stick, complete and checked.", name=progress.name)
        return t("Written. The USB stick may be pulled."), said, "check-circle"
    if progress.step == "failed":
        return (*_failure(progress.reason), "usb-flash-drive")
    return t("Writing to the USB stick…"), t("Please do not pull it yet."), "usb-flash-drive"


def _failure(reason: str) -> tuple[str, str]:
    kept = t("Nothing is lost: the figures stay on this tablet.")
    other = (t("The file could not be written"), t("Please try again, or take another stick."))
    title, text = stick_failure(reason) or other
    return title, f"{text}\n{kept}"
