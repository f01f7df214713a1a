"""What the admin may set at the tablet: how it stands, and keeping changes. On the admin desk's worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.dials import Dials
from kiosk.granting import as_written
from kiosk.settings import CHANGEABLE, Settings
from kiosk.survey import SloganSet


class Configuration(Protocol):
    """kiosk.configuration.Configured."""

    def coming(self) -> Settings: ...
    def changed_here(self) -> frozenset[str]: ...
    def keep(self, values: Mapping[str, str]) -> Settings: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """``settings``: what holds once the program has begun anew. ``changed``: keys of config.yaml set at the
    tablet. ``sets`` and ``languages``: what there is to choose from."""

    settings: Settings
    changed: frozenset[str]
    sets: tuple[SloganSet, ...]
    languages: tuple[str, ...]

    def raw(self, key: str) -> str:
        """A key as config.yaml would say it."""
        return as_written(getattr(self.settings, CHANGEABLE[key]))


class Preferences:
    """``sets`` reads the slogan sets, which takes a moment."""

    def __init__(
        self,
        configuration: Configuration,
        sets: Callable[[], tuple[SloganSet, ...]],
        languages: tuple[str, ...],
        dials: Dials,
    ) -> None:
        self._configuration, self._read_sets, self._languages = configuration, sets, languages
        self._sets: tuple[SloganSet, ...] = ()
        self.dials = dials

    def look(self) -> Standing:
        """How it stands."""
        self._sets = self._sets or self._read_sets()
        coming, changed = self._configuration.coming(), self._configuration.changed_here()
        return Standing(coming, changed, self._sets, self._languages)

    def keep(self, values: Mapping[str, str]) -> Standing:
        """Keep changes of keys of config.yaml; raises ValueError for one that does not fit, OSError."""
        self._configuration.keep(values)
        return self.look()
