"""Which page stands over the visit, and what the citizen chose for comfort. Pure: time is an argument.

The visit itself (home, thanks, not saved) is the conductor's; a page here may only stand over home.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kiosk.ui.look import Comfort
from kiosk.views import HomeView, View


class Page(Enum):
    """Pages beside the visit; the values are the names in the view log."""

    ACCESS = "access"
    PROMISES = "promises"
    NOTICES = "notices"
    ELSEWHERE = "elsewhere"
    PHONE = "phone"
    PIN = "pin"
    STAFF = "staff"
    ADMIN = "admin"
    RESET = "pin_reset"


BEHIND_PIN = (Page.PIN, Page.STAFF, Page.ADMIN, Page.RESET)
"""Pages that are nobody's visit, and leave nothing of theirs behind."""


@dataclass(frozen=True, slots=True)
class IdleRules:
    """Seconds without a touch after which a page goes home; doubled for a citizen who needs more."""

    citizen_s: float = 30
    pin_s: float = 30
    staff_s: float = 60
    admin_s: float = 300


class Session:
    """``page`` is None while the visit shows. Every method takes ``now_s``, any monotonic clock."""

    def __init__(self, default: Comfort, rules: IdleRules, now_s: float) -> None:
        self._default, self._rules = default, rules
        self._touched_s = now_s
        self._rest_from_s = now_s
        self._visiting = False
        self.comfort = default
        self.page: Page | None = None

    def touched(self, now_s: float) -> None:
        """A finger is on the screen; idle time starts anew."""
        self._touched_s = now_s

    def open(self, page: Page, now_s: float) -> None:
        self.page, self._touched_s = page, now_s

    def close(self) -> None:
        """Back to the visit. Staff pages leave nothing of theirs behind for the next citizen."""
        if self.page in BEHIND_PIN:
            self.comfort = self._default
        self.page = None

    def choose(self, comfort: Comfort, now_s: float) -> None:
        self.comfort, self._touched_s = comfort, now_s

    def visit_shows(self, view: View) -> None:
        """The visit moved. A page never hides thanks or a failure, and a finished visit takes its choices
        with it. Home that waits for a corrected level, or saves it, is still the same visit."""
        if isinstance(view, HomeView):
            if self._visiting and not view.again and view.pressed is None:
                self._end_visit()
            return
        self._visiting, self.page = True, None

    def _end_visit(self) -> None:
        self._visiting, self.comfort = False, self._default
        if self.page not in (None, *BEHIND_PIN):
            self.page = None  # opened while a corrected level was awaited

    def tick(self, now_s: float) -> bool:
        """True when idleness changed what should be shown."""
        if self._visiting or now_s - self._touched_s < self.idle_limit_s:
            return False
        before = (self.page, self.comfort)
        self.page, self.comfort = None, self._default
        return before != (self.page, self.comfort)

    def rested_s(self, view: View, now_s: float) -> float:
        """How long home has shown with nobody at it; to be asked a few times a second."""
        home = isinstance(view, HomeView) and not view.again and view.pressed is None
        if self._visiting or self.page is not None or not home:
            self._rest_from_s = now_s
        return now_s - max(self._rest_from_s, self._touched_s)

    def seconds_left(self, now_s: float) -> int | None:
        """Until a page beside the visit goes home; None while there is none."""
        if self.page is None:
            return None
        return max(0, -int(-(self.idle_limit_s - (now_s - self._touched_s)) // 1))

    @property
    def idle_limit_s(self) -> float:
        if self.page is Page.STAFF:
            return self._rules.staff_s
        if self.page is Page.PIN:
            return self._rules.pin_s
        if self.page in (Page.ADMIN, Page.RESET):
            return self._rules.admin_s
        return self._rules.citizen_s * (2 if self.comfort.eased else 1)

    def with_choice(self, **changes: object) -> Comfort:
        """The present comfort with some of it changed."""
        return replace(self.comfort, **changes)  # type: ignore[arg-type]
