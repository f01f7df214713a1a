"""R1, R2, R3 of QĐ 766/QĐ-TTg, from counts. Pure: no database, no clock.

An indicator whose inputs are missing has no value: it is None, never nought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from headquarters.indicators.criteria import Criteria, Form, Step


class Missing(StrEnum):
    """Why an indicator has no value."""

    CASES = "cases"  # no PAKN that counts
    MONTH = "month"  # the period holds no whole month, and dossiers are counted by months
    TOTALS = "totals"  # no dossier totals were imported
    NAMED = "named"  # no rating, or too few, named a dossier
    NOTHING_HANDLED = "nothing_handled"  # the totals say that no dossier was handled


@dataclass(frozen=True, slots=True)
class Matters:
    """PAKN in charge: how many; handled on time; answered late or with dissatisfaction."""

    n: int = 0
    on_time: int = 0
    spoiled: int = 0

    def __add__(self, other: Matters) -> Matters:
        return Matters(self.n + other.n, self.on_time + other.on_time, self.spoiled + other.spoiled)


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Dossiers handled, and those with dissatisfaction, a PAKN or lateness: at least ``least``, at most
    ``most`` of them; the same number where every late one is known by its code.

    ``named``: ratings that named a dossier. ``offices`` are those counted, ``without_totals`` and
    ``without_names`` those left out of it.
    """

    handled: int = 0
    least: int = 0
    most: int = 0
    named: int = 0
    months: int = 0
    offices: int = 0
    without_totals: int = 0
    without_names: int = 0

    def __add__(self, other: Dossiers) -> Dossiers:
        return Dossiers(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What all three are made of."""

    matters: Matters = Matters()
    dossiers: Dossiers = Dossiers()

    def __add__(self, other: Inputs) -> Inputs:
        return Inputs(self.matters + other.matters, self.dossiers + other.dossiers)


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator. ``numerator`` and ``denominator`` are None exactly where something is ``missing``.

    ``other`` is the numerator by the other way of treating late dossiers without codes, where it differs.
    """

    key: str
    numerator: int | None
    denominator: int | None
    source: str
    missing: Missing | None = None
    other: int | None = None

    @property
    def exact(self) -> Fraction | None:
        """The percentage, 0 to 100, unrounded."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator * 100, self.denominator)

    @property
    def value(self) -> float | None:
        """The percentage, 0 to 100."""
        return None if self.exact is None else float(self.exact)

    @property
    def share(self) -> float | None:
        """0 to 1, as headquarters.formats writes shares."""
        return None if self.exact is None else float(self.exact / 100)

    @property
    def other_share(self) -> float | None:
        """As ``share``, of ``other``."""
        return self.other / self.denominator if self.other is not None and self.denominator else None


def all_of(inputs: Inputs, criteria: Criteria, whole_months: int) -> tuple[Result, Result, Result]:
    """R1, R2, R3. ``whole_months``: how many the period holds."""
    return (
        r1(inputs.matters, criteria),
        r2(inputs.matters, criteria),
        r3(inputs.dossiers, criteria, whole_months),
    )


def r1(matters: Matters, criteria: Criteria) -> Result:
    """PAKN handled on time / PAKN in charge."""
    return _of_matters("R1", matters.on_time, matters.n, criteria)


def r2(matters: Matters, criteria: Criteria) -> Result:
    """(PAKN − PAKN answered with dissatisfaction or late) / PAKN."""
    return _of_matters("R2", matters.n - matters.spoiled, matters.n, criteria)


def r3(dossiers: Dossiers, criteria: Criteria, whole_months: int) -> Result:
    """(dossiers − dossiers with dissatisfaction, PAKN or lateness) / dossiers."""
    source = criteria.sources["R3"]
    missing = _missing(dossiers, whole_months)
    if missing is not None:
        return Result("R3", None, None, source, missing)
    off, other = (
        (dossiers.most, dossiers.least) if criteria.overlap_apart else (dossiers.least, dossiers.most)
    )
    return Result(
        "R3", dossiers.handled - off, dossiers.handled, source,
        other=dossiers.handled - other if other != off else None,
    )  # fmt: skip


def _missing(dossiers: Dossiers, whole_months: int) -> Missing | None:
    if whole_months == 0:
        return Missing.MONTH
    if dossiers.offices == 0:
        return Missing.NAMED if dossiers.without_names else Missing.TOTALS
    return Missing.NOTHING_HANDLED if dossiers.handled == 0 else None


def _of_matters(key: str, numerator: int, n: int, criteria: Criteria) -> Result:
    if n == 0:
        return Result(key, None, None, criteria.sources[key], Missing.CASES)
    return Result(key, numerator, n, criteria.sources[key])


def points(result: Result, forms: Iterable[Form]) -> list[tuple[Form, Step]]:
    """What each score form gives for it; nothing where there is no value."""
    value = result.exact
    return (
        [] if value is None else [(form, form.step(value)) for form in forms if form.indicator == result.key]
    )
