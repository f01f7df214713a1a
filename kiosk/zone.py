"""The time zone of the place the tablet stands in, whatever its system clock was set up for."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

VIETNAM = "Asia/Ho_Chi_Minh"


def zone(name: str) -> tzinfo:
    """The zone of an IANA name; ValueError when there is none of that name.

    Vietnam's needs no list of zones: it has been seven hours ahead since 1975, without summer time.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder's name, such as "Asia"
        if name == VIETNAM:
            return timezone(timedelta(hours=7), name)
        raise ValueError(f"no time zone {name}") from error
