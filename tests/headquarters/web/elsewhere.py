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

    def __enter__(self) -> Any:
        # Python looks these two up on the class, past __getattr__.
        return self._call(self._thing.__enter__)()

    def __exit__(self, *error: object) -> None:
        self._call(self._thing.__exit__)(*error)

    def _call(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            # A stand-in among the arguments would wait there for the very thread it is asked on.
            args_there = [_real(one) for one in args]
            named_there = {name: _real(one) for name, one in kwargs.items()}
            return self._wrap(self._thread.submit(method, *args_there, **named_there).result())

        return call

    def _wrap(self, value: Any) -> Any:
        lives_there = type(value).__module__.startswith("playwright.")
        return Elsewhere(self._thread, value) if lives_there else value


def _real(value: Any) -> Any:
    return value._thing if isinstance(value, Elsewhere) else value
