"""Evaluate builtin functions for arguments that are known."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Final, TypeAlias

from schemaloom.impact.values import Constant, ListValue, ObjectValue, Value

_Scalar: TypeAlias = str | int | float | bool | None
_FUNCTIONS: Final = frozenset({"abs", "bool", "float", "int", "max", "min", "round", "str", "sum"})
_LARGEST: Final = 2**63
_LONGEST: Final = 1_000


def compute_builtin(name: str, arguments: list[Value]) -> Value | None:
    """Return the result of a call of the builtin `name`; None if it is not known, or the call would fail."""
    if name == "len" and len(arguments) == 1:
        return _length(arguments[0])
    known = [_python_value(argument) for argument in arguments]
    if name not in _FUNCTIONS or any(value is None for value in known):
        return None
    function: Callable[..., object] = getattr(builtins, name)
    try:
        found = function(*(value[0] for value in known if value is not None))
    except (TypeError, ValueError, ArithmeticError):
        return None
    is_small = not isinstance(found, int | float) or abs(found) < _LARGEST
    return Constant(found) if isinstance(found, str | int | float) and is_small else None


def _length(value: Value) -> Value | None:
    match value:
        case ListValue(items=items):
            return Constant(len(items))
        case ObjectValue(members=members, is_open=False) if all(member.certain for member in members.values()):
            return Constant(len(members))
        case Constant(value=str(text)):
            return Constant(len(text))
        case _:
            return None


def _python_value(value: Value) -> tuple[_Scalar | list[_Scalar]] | None:
    """Return a scalar, or a list of scalars, that is known and small; None for another value."""
    match value:
        case Constant(value=found) if len(str(found)) <= _LONGEST:
            return (found,)
        case ListValue(items=items):
            scalars = [item.value for item in items if isinstance(item, Constant) and len(str(item.value)) <= _LONGEST]
            return (scalars,) if len(scalars) == len(items) else None
        case _:
            return None
