"""Playwright on a thread of its own.

Its synchronous face keeps an event loop running in whichever thread started it. In the thread of the
tests Django would then refuse the ORM and keep a second set of database connections.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Elsewhere:
    """Stands for an object that lives on the other thread; every attribute and call happens there."""

    def __init__(self, thread: ThreadPoolExecutor, thing: Any) -> None:
        self._thread = thread
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        found = self._thread.submit(getattr, self._thing, name).result()
        return self._call(found) if callable(found) else self._wrap(found)

    def _call(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._wrap(self._thread.submit(method, *args, **kwargs).result())

        return call

    def _wrap(self, value: Any) -> Any:
        lives_there = type(value).__module__.startswith("playwright.")
        return Elsewhere(self._thread, value) if lives_there else value
