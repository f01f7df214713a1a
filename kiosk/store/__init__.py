"""The tablet's one home of SQL: an append-only event log with delivery state beside it.

``StoreThread`` is what the rest of the tablet uses; sqlite_utils is imported on first opening, on the
store's own thread, to keep it out of the way of the first frame.
"""

from kiosk.store.errors import StorageError
from kiosk.store.types import Comment, Quarantined, QueueState, Tally

__all__ = ["Comment", "Quarantined", "QueueState", "StorageError", "Tally"]
