"""``dataclass`` for values that the kiosk makes before its first frame, in a quarter of the usual time.

The standard library compiles six methods a class; with eighty classes that is a tenth of the kiosk's start.
Here ``__init__`` alone is compiled and the rest is shared. Only ``@dataclass(frozen=True, slots=True)`` with
plain fields and plain defaults is understood; to type checkers it is the standard library's own.
"""

from __future__ import annotations

import dataclasses
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool) -> Any:
        """Both are True; they are said for the reader and the type checker."""
        if not (frozen and slots):
            raise TypeError("only frozen values with slots are made here")
        return _made


class _Fields:
    """What ``dataclasses.replace`` and ``fields`` look for: made by the standard library, when they do."""

    def __init__(self, defaults: dict[str, Any]) -> None:
        self._defaults = defaults

    def __get__(self, value: object, owner: type) -> dict[str, Any]:
        specs = [
            (name, kind, dataclasses.field(default=self._defaults.get(name, dataclasses.MISSING)))
            for name, kind in owner.__annotations__.items()
        ]
        found: dict[str, Any] = vars(dataclasses.make_dataclass(owner.__name__, specs))[
            "__dataclass_fields__"
        ]
        owner.__dataclass_fields__ = found  # type: ignore[attr-defined]
        return found


def _made(cls: type) -> type:
    names, body = tuple(cls.__annotations__), dict(vars(cls))
    if cls.__bases__ != (object,) or "__post_init__" in body:
        raise TypeError(f"{cls.__name__} wants more than a plain value: use dataclasses.dataclass")
    defaults = {name: body.pop(name) for name in names if name in body}
    for name in ("__dict__", "__weakref__"):
        del body[name]
    body |= {"__slots__": names, "__match_args__": names, "__dataclass_fields__": _Fields(defaults)}
    body |= {"__init__": _init(names, defaults)} | _SHARED
    return type(cls.__name__, (), body)


def _init(names: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    parameters = ", ".join(f"{name}=_of[{name!r}]" if name in defaults else name for name in names)
    lines = "".join(f"\n _set(self, {name!r}, {name})" for name in names) or " pass"
    scope: dict[str, Any] = {"_of": defaults, "_set": object.__setattr__}
    exec(f"def __init__(self, {parameters}):{lines}", scope)  # noqa: S102 - names of fields, nothing else
    return scope["__init__"]


def _contents(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in value.__match_args__)


def _equal(self: Any, other: Any) -> Any:
    return _contents(self) == _contents(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_contents(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change field {name!r}")


def _set_state(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        object.__setattr__(self, name, value)


_SHARED = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _contents,
    "__setstate__": _set_state,
}
