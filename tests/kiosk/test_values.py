"""Values behave as the standard library's frozen dataclasses with slots do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from kiosk import values


class _Plain:
    """A doc."""

    a: int
    b: str = "b"
    c: tuple[int, ...] = ()

    @property
    def twice(self) -> int:
        """Beside the fields."""
        return 2 * self.a


@values.dataclass(frozen=True, slots=True)
class Ours:
    """For pickle, which wants a name."""

    a: int
    b: str = "b"


def _copied() -> type:
    return type("Plain", (), {k: v for k, v in vars(_Plain).items() if k not in ("__dict__", "__weakref__")})


OURS: Any = values.dataclass(frozen=True, slots=True)(_copied())
THEIRS: Any = dataclasses.dataclass(frozen=True, slots=True)(_copied())


@pytest.mark.parametrize("kind", [OURS, THEIRS], ids=["ours", "theirs"])
def test_a_value_is_a_frozen_dataclass(kind: Any) -> None:
    value = kind(1, c=(2,))
    assert (value.a, value.b, value.c, value.twice) == (1, "b", (2,), 2)
    assert value == kind(1, "b", (2,)) != kind(2, "b", (2,))
    assert len({value, kind(1, "b", (2,)), kind(3)}) == 2
    assert repr(value).endswith("Plain(a=1, b='b', c=(2,))")
    assert dataclasses.is_dataclass(value)
    assert dataclasses.replace(value, b="x") == kind(1, "x", (2,))
    assert dataclasses.asdict(value) == {"a": 1, "b": "b", "c": (2,)}
    assert [field.name for field in dataclasses.fields(value)] == ["a", "b", "c"]
    assert kind.__doc__ == "A doc."
    assert not hasattr(value, "__dict__")
    for change in (
        lambda: setattr(value, "a", 2),
        lambda: delattr(value, "a"),
        lambda: setattr(value, "z", 2),
    ):
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            change()
    for wrong in ((), (1, "b", (), 4)):
        with pytest.raises(TypeError):
            kind(*wrong)
    with pytest.raises(TypeError):
        kind(1, unknown=2)
    match value:
        case kind(a, b, c):
            assert (a, b, c) == (1, "b", (2,))


def test_values_of_two_kinds_are_never_equal() -> None:
    assert OURS(1) != THEIRS(1)
    assert THEIRS(1) != OURS(1)


def test_values_are_copied_and_pickled() -> None:
    value = Ours(5, "x")
    assert copy.deepcopy(value) == copy.copy(value) == pickle.loads(pickle.dumps(value)) == value  # noqa: S301


def test_what_is_more_than_a_plain_value_is_refused() -> None:
    class Checked:
        a: int

        def __post_init__(self) -> None: ...

    class Heir(_Plain):
        d: int

    for more in (Checked, Heir):
        with pytest.raises(TypeError, match="more than a plain value"):
            values.dataclass(frozen=True, slots=True)(more)
    with pytest.raises(TypeError, match="only frozen"):
        values.dataclass(frozen=False, slots=True)
