"""What this tablet goes by: config.yaml, over it headquarters' signed wishes, over them the admin's changes.

One file holds all of it and is replaced at once, so that a power cut leaves the old state or the new one;
the state before is kept beside it for the day the newer file cannot be read. A document is taken whole or
not at all. One that moves the tablet to another address or key is on probation: without a round that
succeeds within half an hour of running, the state before comes back, and the document is not taken again.

No Kivy. Nothing here loads libsodium before a document has to be verified.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from kiosk.configuration_file import ConfigurationFile, State
from kiosk.granting import Known, Unfit, effective, notices_on, with_wishes
from kiosk.office import OfficeBook
from kiosk.settings import CHANGEABLE, Settings
from sync.configuration import (
    LARGEST_VERSION,
    Configuration,
    ConfigurationError,
    ConfigurationReply,
    ConfigurationRequest,
    Document,
    parse,
    verify,
)
from sync.errors import SyncError
from sync.wishes import PinReset, Wishes

log = logging.getLogger(__name__)
PROBATION_S = 1800.0
SAVE_EVERY_S = 60.0
"""So often the time spent on probation is written down; a restart forgets less than this."""
AGAIN_S = 3600.0
"""A document that was refused is asked for again after this, or when headquarters has another."""
LONGEST_TROUBLE = 200


class Courier(Protocol):
    """Headquarters: sync.client.Client."""

    def fetch_configuration(self, request: ConfigurationRequest) -> ConfigurationReply: ...


class Configured:
    """The tablet's side of configuration. Methods may be called from any thread.

    ``heard`` belongs to the uploader: a round has succeeded, and headquarters has issued ``version``.
    """

    def __init__(
        self,
        settings: Settings,
        known: Known,
        *,
        tablet_id: str,
        config_key: str,
        now_s: Callable[[], float],
        set_pin: Callable[[str, str], None] = lambda role, hashed: None,
        probation_s: float = PROBATION_S,
    ) -> None:
        """``settings``: what config.yaml says. ``now_s`` is monotonic; ``set_pin`` takes role and hash."""
        self._base, self._known = settings, known
        self._now_s, self._set_pin, self._probation_s = now_s, set_pin, probation_s
        self._guard = threading.RLock()
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None
        self._asked: tuple[int, float] = (0, 0.0)
        self._file = ConfigurationFile(settings.data_dir)
        self._state = self._file.load(tablet_id, config_key)
        self._taken = self._parsed(self._state)
        self._begun = (self._state.document, dict(self._state.local))
        self.settings = self._effective()
        """What the running program goes by. What comes later holds when it begins anew."""
        self._today: Callable[[], date] | None = None

    # -- what the program asks ---------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """The version the running program works by; 0: none."""
        return self._taken.version if self._taken else 0

    @property
    def wishes(self) -> Wishes:
        """Headquarters' wishes the running program began with."""
        return self._taken.wishes if self._taken else Wishes()

    @property
    def sealing_key(self) -> str:
        """What to seal to in place of the enrolment's key, hex; empty: headquarters has not changed it."""
        return self._taken.sealing_key if self._taken else ""

    @property
    def renew_key(self) -> str:
        """The id of the tablet's key that headquarters wants replaced, or empty."""
        return self._taken.renew_key if self._taken else ""

    def keys(self) -> tuple[str, ...]:
        """Headquarters' keys that this tablet believes, in hex: the pinned one and the announced one."""
        trust = self._state.trust
        return tuple(key for key in (trust.config_key, trust.next_key) if key)

    def book(self, book: OfficeBook, today: Callable[[], date]) -> OfficeBook:
        """The office's book with what headquarters adds to it today."""
        self._today, self._notices = today, notices_on(self.wishes, today())
        if self._taken is None:
            return book
        issued = datetime.fromtimestamp(self._taken.issued_ms / 1000, self._base.timezone).date()
        return with_wishes(book, self.wishes, today(), issued)

    def trouble(self) -> str:
        """What headquarters should know; empty when all is well."""
        return self._state.trouble

    def wants_anew(self) -> bool:
        """Whether the program should begin anew when nobody stands before it."""
        state = self._state
        if (state.document, dict(state.local)) != self._begun:
            return True
        return self._today is not None and notices_on(self.wishes, self._today()) != self._notices

    # -- the admin ---------------------------------------------------------------------------------------

    def coming(self) -> Settings:
        """What holds once the program has begun anew."""
        with self._guard:
            return self._effective()

    def changed_here(self) -> frozenset[str]:
        """Keys of config.yaml that the admin set since headquarters' last configuration."""
        return frozenset(self._state.local)

    def keep(self, values: Mapping[str, str]) -> Settings:
        """The admin's changes, as config.yaml would say them; what holds then. Raises Unfit, OSError."""
        with self._guard:
            state = self._state
            plain = effective(self._base, {}, self._wishes_of(state), self._known)
            local = {**state.local, **values}
            made = effective(self._base, local, self._wishes_of(state), self._known)
            other = {key: raw for key, raw in local.items() if not _same(plain, made, key)}
            self._save(replace(state, local=other))
            return made

    # -- headquarters ------------------------------------------------------------------------------------

    def heard(self, courier: Courier, version: int) -> None:
        """A round has succeeded: probation is over; a newer configuration is fetched and, if it fits, put in
        force. Raises nothing that a network or a disk does."""
        try:
            self._trusted()
            self._apply_resets()
            if self._worth_asking(version):
                self._asked = (version, self._now_s())
                self._fetch(courier)
        except (SyncError, OSError) as error:
            log.warning("configuration: %s", error)

    def _worth_asking(self, version: int) -> bool:
        state = self._state
        if not state.trust.config_key or version <= state.passed:
            return False
        asked, at_s = self._asked
        return asked != version or self._now_s() - at_s >= AGAIN_S

    def _fetch(self, courier: Courier) -> None:
        state = self._state
        request = ConfigurationRequest(tablet_id=state.trust.tablet_id, have_version=state.passed)
        reply = courier.fetch_configuration(request)
        if reply.document is not None:
            self.offer(reply.document)

    def offer(self, document: Document) -> bool:
        """Take ``document`` if it is headquarters', newer, for this tablet and can be granted: True then."""
        with self._guard:
            state = self._state
            try:
                found = verify(document, replace(state.trust, version=state.passed))
                made = effective(self._base, {}, found.wishes, self._known)
            except (ConfigurationError, Unfit) as error:
                self._refuse(document, getattr(error, "code", "bad_value"), str(error))
                return False
            self._take(document, found, made)
        self._apply_resets()
        return True

    def _refuse(self, document: Document, code: str, why: str) -> None:
        """The last good one stays. What headquarters signed and nobody can grant is not fetched again."""
        log.error("configuration refused (%s): %s", code, why)
        state, passed = self._state, _version_said(document) if code == "bad_value" else 0
        trouble = f"configuration {code}: {why}"[:LONGEST_TROUBLE]
        if trouble != state.trouble or passed > state.passed:
            self._save(replace(state, trouble=trouble, passed=max(passed, state.passed)))

    def _take(self, document: Document, found: Configuration, made: Settings) -> None:
        state = self._state
        trust = state.trust.after(document, found)
        now = self._effective()
        risky = made.address != now.address or trust.config_key != state.trust.config_key
        before = (state.before or replace(state, trouble="")) if risky or state.before else None
        fresh = replace(
            state, trust=trust, document=document, local={}, passed=found.version, trouble="",
            before=before, spent_s=0.0,
        )  # fmt: skip
        self._save(fresh)
        log.info("configuration %d is in force from the next beginning on", found.version)

    # -- probation ---------------------------------------------------------------------------------------

    def watch(self) -> None:
        """The program runs: whoever is on probation is watched."""
        if self._state.before is not None and self._watch is None:
            self._watch = threading.Thread(target=self._wait, name="probation", daemon=True)
            self._watch.start()

    def close(self) -> None:
        """The program ends."""
        self._ended.set()

    def _wait(self) -> None:
        """Only time in which the program ran and could have been heard counts, across restarts."""
        last_s = self._now_s()
        pause_s = min(SAVE_EVERY_S, self._probation_s / 4)
        while not self._ended.wait(pause_s):
            now_s = self._now_s()
            try:
                if not self.spend(now_s - last_s):
                    return
            except OSError as error:
                log.warning("configuration: %s", error)
            last_s = now_s

    def spend(self, seconds: float) -> bool:
        """So much of the probation has gone by; rolls back when it is over. False: there is none any more."""
        with self._guard:
            state = self._state
            if state.before is None:
                return False
            spent_s = state.spent_s + max(0.0, seconds)
            if spent_s < self._probation_s:
                self._save(replace(state, spent_s=spent_s))
                return True
            self._roll_back(state, state.before)
            return False

    def _roll_back(self, state: State, before: State) -> None:
        trouble = f"configuration {state.trust.version} rolled back: no sync succeeded with it"
        log.error("%s", trouble)
        self._save(replace(before, passed=state.passed, resets=state.resets, trouble=trouble, before=None))

    def _trusted(self) -> None:
        """Headquarters has answered: for the configuration the program runs by, not for one that has come
        since."""
        with self._guard:
            state = self._state
            if state.before is not None and state.document == self._begun[0]:
                log.info("configuration %d has proved itself", state.trust.version)
                self._save(replace(state, before=None, spent_s=0.0))

    # -- PINs --------------------------------------------------------------------------------------------

    def _apply_resets(self) -> None:
        """Each PIN once, so that one chosen later at the tablet is not undone."""
        with self._guard:
            for reset in self._due():
                try:
                    self._set_pin(reset.role, reset.hash)
                except ValueError as error:  # the PIN file cannot be read
                    log.error("configuration: the PIN of %s was not set: %s", reset.role, error)
                    return
                self._save(replace(self._state, resets=(*self._state.resets, reset.id)))
                log.warning("the PIN of %s was set by headquarters", reset.role)

    def _due(self) -> list[PinReset]:
        wished = self._wishes_of(self._state).pin_resets or ()
        return [reset for reset in wished if reset.id not in self._state.resets]

    # -- the file ----------------------------------------------------------------------------------------

    def _effective(self) -> Settings:
        """What was granted once may not fit a later program: then the rest holds without it."""
        state, wishes = self._state, self._wishes_of(self._state)
        for local, granted in ((state.local, wishes), ({}, wishes), ({}, Wishes())):
            try:
                return effective(self._base, local, granted, self._known)
            except Unfit as error:
                log.error("configuration: %s", error)
        return self._base

    @staticmethod
    def _parsed(state: State) -> Configuration | None:
        return parse(state.document.payload) if state.document else None

    def _wishes_of(self, state: State) -> Wishes:
        found = self._parsed(state)
        return found.wishes if found else Wishes()

    def _save(self, state: State) -> None:
        self._file.save(state, self._state)
        self._state = state


def _same(one: Settings, other: Settings, key: str) -> bool:
    """Whether both say the same under a key of config.yaml."""
    return bool(getattr(one, CHANGEABLE[key]) == getattr(other, CHANGEABLE[key]))


def _version_said(document: Document) -> int:
    """The version in a payload that cannot be parsed as a whole; 0 where it has none."""
    try:
        version = json.loads(document.payload)["version"]
    except (ValueError, KeyError, TypeError):
        return 0
    return version if isinstance(version, int) and 0 < version <= LARGEST_VERSION else 0
