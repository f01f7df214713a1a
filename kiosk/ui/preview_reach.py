"""Pages for who cannot reach the upper half, for ``kiosk.ui.preview`` and its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from kiosk.ui.look import look


@dataclass(frozen=True, slots=True)
class Low:
    """The same page in low reach; while it is laid out too (``Studio.lay_out``)."""

    build: Callable[[dict[str, Any]], Any]

    def __call__(self, given: dict[str, Any]) -> Any:
        with low_reach():
            return self.build(given)


@contextmanager
def low_reach() -> Iterator[None]:
    """Within, whoever asks ``look`` is told that the citizen reaches the lower half only."""
    usual = look.comfort
    look.comfort = replace(usual, low=True)
    try:
        yield
    finally:
        look.comfort = usual
