"""One citizen at the screen, as a pure machine: (visit, happening, now) → (visit, effects).

No clock, no Kivy, no SQL. ``now_s`` is any monotonic clock in seconds.

    HOME ──Tapped──▶ SAVING ──Saved──▶ MORE (level 1) or CLOSING (2, 3) ──Done, time──▶ HOME
                        └──SaveFailed──▶ NOT_SAVED ──Done, time──▶ HOME
    CLOSING ──AskedMore──▶ MORE ──Done──▶ CLOSING
    MORE ──Asked(page)──▶ COMMENT, REPLY, SUBJECT, DOSSIER, ELSEWHERE ──Back──▶ MORE
    CLOSING ──Asked(COMMENT or REPLY)──▶ the same pages
    COMMENT, REPLY ──Sent──▶ SENDING ──PartSaved──▶ CLOSING (a reply asked for first: MORE, to say what about)
    MORE ──ChooseAgain──▶ HOME, and the next tap corrects the rating instead of adding one
"""

from kiosk.visit.machine import PAGES, WAITING, WRITING, lasts_s, step
from kiosk.visit.types import (
    About,
    Asked,
    AskedMore,
    Back,
    ChooseAgain,
    Done,
    Effect,
    Filed,
    Happening,
    MoreTime,
    PartSaved,
    Phase,
    Picked,
    Rules,
    SaveAbout,
    SaveChoice,
    SaveCorrection,
    Saved,
    SaveEnd,
    SaveFailed,
    SavePart,
    SaveRating,
    SaveSwallowed,
    Sent,
    Speaking,
    Step,
    Tapped,
    Tick,
    Toggled,
    Touched,
    Visit,
)

__all__ = [
    "PAGES",
    "WAITING",
    "WRITING",
    "About",
    "Asked",
    "AskedMore",
    "Back",
    "ChooseAgain",
    "Done",
    "Effect",
    "Filed",
    "Happening",
    "MoreTime",
    "PartSaved",
    "Phase",
    "Picked",
    "Rules",
    "SaveAbout",
    "SaveChoice",
    "SaveCorrection",
    "SaveEnd",
    "SaveFailed",
    "SavePart",
    "SaveRating",
    "SaveSwallowed",
    "Saved",
    "Sent",
    "Speaking",
    "Step",
    "Tapped",
    "Tick",
    "Toggled",
    "Touched",
    "Visit",
    "lasts_s",
    "step",
]
