"""What who looks after the tablet can see and do. No Kivy, no SQL: the screens ask, other threads answer."""

from kiosk.admin.desk import AdminDesk, Sync
from kiosk.admin.enrolling import Enrolling, EnrolState
from kiosk.admin.preferences import Preferences, Standing
from kiosk.admin.status import Lamp, Overview, SyncStatus
from kiosk.admin.stick import Carried

__all__ = [
    "AdminDesk",
    "Carried",
    "EnrolState",
    "Enrolling",
    "Lamp",
    "Overview",
    "Preferences",
    "Standing",
    "Sync",
    "SyncStatus",
]
