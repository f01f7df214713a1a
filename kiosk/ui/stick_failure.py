"""What is said of a USB stick that fails, wherever something is written to one."""

from __future__ import annotations

from kiosk.ui.look import t


def stick_failure(reason: str) -> tuple[str, str] | None:
    """What happened and what to do, for a reason of kiosk.removable; None for one that it does not name."""
    return {
        "none": (t("No USB stick found"), t("Plug a stick into the tablet, wait a moment and try again.")),
        "full": (t("The USB stick is full"), t("Make room on it, or take another one.")),
        "read_only": (
            t("The USB stick cannot be written to"),
            t("It is locked or set to read-only. Please take another one."),
        ),
        "gone": (t("The USB stick was pulled too early"), t("Plug it in again and try once more.")),
        "differs": (
            t("The USB stick is bad"),
            t("What was written cannot be read back. Please take another one."),
        ),
    }.get(reason)
