"""What a visit is made of: its phases, what may happen to it, what it wants done. Only data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from kiosk.survey import Level


class Phase(Enum):
    """Where the visit stands."""

    HOME = auto()
    SAVING = auto()
    MORE = auto()
    COMMENT = auto()
    REPLY = auto()
    SUBJECT = auto()
    DOSSIER = auto()
    ELSEWHERE = auto()
    SENDING = auto()
    CLOSING = auto()
    NOT_SAVED = auto()


About = frozenset[tuple[str, str]]
"""What the visit was about: at most one (group, key) of each group desk, service, official, dossier."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in seconds. ``settle_s``: how long a new page ignores "done", so that a second drumming
    finger cannot close a page nobody has seen. ``lookup_s``: the closing page with a lookup code on it."""

    cool_down_s: float = 3.0
    closing_s: float = 8.0
    lookup_s: float = 25.0
    not_saved_s: float = 8.0
    more_s: float = 30.0
    comment_s: float = 40.0
    again_s: float = 30.0
    settle_s: float = 0.7

    def eased(self) -> Rules:
        """Twice the time to read and write, for who needs more than the usual; drumming stays drumming."""
        return replace(
            self,
            closing_s=2 * self.closing_s,
            lookup_s=2 * self.lookup_s,
            not_saved_s=2 * self.not_saved_s,
            more_s=2 * self.more_s,
            comment_s=2 * self.comment_s,
            again_s=2 * self.again_s,
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """The whole state. ``swallowed`` counts taps the cool-down took, until they are reported.

    ``event_id`` is the rating's. ``chosen`` are the keys of promises and reasons on the page "more";
    ``said`` whether anything was ever said beyond the level. ``again``: home waits for the corrected level.
    ``given``: pages (COMMENT, REPLY) whose words are on stable storage; ``sending``: the page whose words
    are on their way there. What is being typed is never part of the visit.
    """

    phase: Phase = Phase.HOME
    visit_id: str = ""
    level: Level | None = None
    event_id: str = ""
    reason: str = ""
    since_s: float = 0.0
    until_s: float = 0.0
    cool_until_s: float = 0.0
    swallowed: int = 0
    chosen: frozenset[str] = frozenset()
    about: About = frozenset()
    said: bool = False
    again: bool = False
    given: frozenset[Phase] = frozenset()
    sending: Phase | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A face was touched; ``visit_id`` is fresh and used only if a visit begins."""

    level: Level
    visit_id: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The rating (or its correction) of ``visit_id`` is on stable storage as ``event_id``."""

    visit_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """Something of ``visit_id`` could not be stored; ``reason`` is a word for the log and the screen."""

    visit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Toggled:
    """A promise or reason was chosen or let go on the page "more"."""

    key: str


@dataclass(frozen=True, slots=True)
class AskedMore:
    """From thanks to the page "more"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """To one of the pages behind "more"."""

    page: Phase


@dataclass(frozen=True, slots=True)
class Back:
    """Back from such a page; what was typed and not sent is thrown away."""


@dataclass(frozen=True, slots=True)
class Sent:
    """ "Gửi" was touched. The words are the conductor's: here they would outlive the citizen."""


@dataclass(frozen=True, slots=True)
class PartSaved:
    """What was sent from a page (comment, contact) of ``visit_id`` is on stable storage."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class Picked:
    """A desk, service or official was picked or let go: one of each ``group`` at most."""

    group: str
    key: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A dossier code (mã hồ sơ) was entered; empty takes it back."""

    code: str


@dataclass(frozen=True, slots=True)
class ChooseAgain:
    """ "Chọn nhầm? Chọn lại": the level was a slip."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A finger is on the screen: the time of a page one works on begins anew."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """The page is being read aloud: the time of every page begins anew."""


@dataclass(frozen=True, slots=True)
class MoreTime:
    """ "Thêm thời gian" on the closing page."""


@dataclass(frozen=True, slots=True)
class Done:
    """ "Xong" was touched."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Happening = (
    Tapped
    | Saved
    | SaveFailed
    | Toggled
    | AskedMore
    | Asked
    | Back
    | Sent
    | PartSaved
    | Picked
    | Filed
    | ChooseAgain
    | Touched
    | Speaking
    | MoreTime
    | Done
    | Tick
)


@dataclass(frozen=True, slots=True)
class SaveRating:
    """Effect: store this rating, then report Saved or SaveFailed."""

    visit_id: str
    level: Level


@dataclass(frozen=True, slots=True)
class SaveCorrection:
    """Effect: store that the rating ``corrects`` was meant as ``level``, then report."""

    visit_id: str
    level: Level
    corrects: str


@dataclass(frozen=True, slots=True)
class SaveChoice:
    """Effect: store the whole present choice; report only SaveFailed."""

    visit_id: str
    chosen: frozenset[str]
    good: bool


@dataclass(frozen=True, slots=True)
class SaveAbout:
    """Effect: store all that the visit is said to be about; report only SaveFailed."""

    visit_id: str
    about: About


@dataclass(frozen=True, slots=True)
class SavePart:
    """Effect: store what the conductor holds from ``page``, then report PartSaved or SaveFailed."""

    visit_id: str
    page: Phase


@dataclass(frozen=True, slots=True)
class SaveSwallowed:
    """Effect: store how many taps the cool-down took since the last report."""

    visit_id: str
    count: int


@dataclass(frozen=True, slots=True)
class SaveEnd:
    """Effect: store how the visit ended (done, skip: "Xong" without a choice, timeout) and on which page."""

    visit_id: str
    how: str
    page: str


Effect = SaveRating | SaveCorrection | SaveChoice | SaveAbout | SavePart | SaveSwallowed | SaveEnd
Step = tuple[Visit, tuple[Effect, ...]]
