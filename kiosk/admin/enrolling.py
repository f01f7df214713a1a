"""Enrolment by QR (RFC 8628) on a thread of its own: ask, show the code, ask again at headquarters' pace."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sync.errors import Refused, SyncError

if TYPE_CHECKING:
    from sync.contract import EnrolmentReply
    from sync.device import DeviceAnswer, DeviceAuthorization

log = logging.getLogger(__name__)
PATIENCE_S = 10.0
"""Headquarters did not answer: ask again after this."""


class Registrar(Protocol):
    """Headquarters, as far as letting tablets in goes."""

    def ask(self) -> DeviceAuthorization: ...
    def poll(self, device_code: str) -> DeviceAnswer: ...
    def keep(self, reply: EnrolmentReply) -> None: ...


@dataclass(frozen=True, slots=True)
class EnrolState:
    """``step``: asking, showing (``code``, ``link``, ``until_s``), done (``place``), denied, expired, or
    failed (``reason``, a code of sync.errors or a problem's)."""

    step: str
    code: str = ""
    link: str = ""
    until_s: float = 0.0
    total_s: float = 0.0
    place: str = ""
    reason: str = ""


class Enrolling:
    """One try to be let in. ``tell`` is called on its thread; ``stop`` from any."""

    def __init__(
        self,
        registrar: Callable[[], Registrar],
        now_s: Callable[[], float],
        tell: Callable[[EnrolState], None],
    ) -> None:
        self._make, self._now_s, self._tell = registrar, now_s, tell
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="enrolling", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Nobody looks any more: ask no further."""
        self._stop.set()

    def _run(self) -> None:
        self._say(EnrolState("asking"))
        try:
            registrar = self._make()
            self._follow(registrar, registrar.ask())
        except SyncError as error:
            log.warning("enrolment: %s", error)
            self._say(EnrolState("failed", reason=error.code or type(error).__name__.lower()))
        except OSError as error:
            log.error("enrolment could not be kept: %s", error)
            self._say(EnrolState("failed", reason="disk"))

    def _follow(self, registrar: Registrar, given: DeviceAuthorization) -> None:
        from sync.device import DeviceState, next_interval_s

        until_s, interval_s = self._now_s() + given.expires_in, float(given.interval)
        shown = EnrolState(
            "showing", given.user_code, given.verification_uri_complete, until_s, float(given.expires_in)
        )
        self._say(shown)
        pause_s = interval_s
        while not self._stop.wait(pause_s):
            if self._now_s() >= until_s:
                self._say(EnrolState("expired"))
                return
            try:
                answer = registrar.poll(given.device_code)
            except Refused:
                raise
            except SyncError as error:
                log.warning("enrolment: %s; asking again", error)
                pause_s = max(interval_s, PATIENCE_S)
                continue
            interval_s = pause_s = next_interval_s(interval_s, answer.state)
            if answer.enrolment is not None:
                registrar.keep(answer.enrolment)
                self._say(EnrolState("done", place=f"{answer.enrolment.office}, {answer.enrolment.desk}"))
                return
            if answer.final:
                denied = answer.state is DeviceState.DENIED
                self._say(EnrolState("denied" if denied else "expired"))
                return

    def _say(self, state: EnrolState) -> None:
        if not self._stop.is_set():
            self._tell(state)
