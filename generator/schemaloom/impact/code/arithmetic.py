"""Operators on constants, bounded so that no expression takes long."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import TypeAlias, cast

from schemaloom.impact.code.inferred import Inferred, Text, as_value
from schemaloom.impact.code.strings import join_text, percent_template
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown, Value, merge
from schemaloom.ir.schema import Array, Boolean, Number, String

_Operator: TypeAlias = Callable[[object, object], object]
_LARGEST = 2**63
_MOST_ITEMS = 64
_LONGEST = 100_000
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
}
"""Names in the module `operator`."""
_SPEC = re.compile(r"[<>=^+\- #,_]*\d{0,3}(\.\d{1,2})?[a-zA-Z%]?")
"""Format specifications that make short strings."""


def apply_binary(kind: ast.operator, left: Inferred, right: Inferred) -> Inferred:
    """The value of a binary operation."""
    if isinstance(kind, ast.Add) and (isinstance(left, Text) or isinstance(right, Text)):
        return join_text([left, right])
    if isinstance(kind, ast.Mod) and isinstance(left, Constant) and isinstance(left.value, str):
        return percent_template(left.value, right)
    first, second = as_value(left), as_value(right)
    if isinstance(kind, ast.Add) and isinstance(first, ListValue) and isinstance(second, ListValue):
        return ListValue((*first.items, *second.items))
    if isinstance(kind, ast.Mult) and isinstance(first, ListValue):
        return _repeated(first, second)
    if isinstance(kind, ast.BitOr) and isinstance(first, ObjectValue) and isinstance(second, ObjectValue):
        return merge(first, second)
    if isinstance(first, Constant) and isinstance(second, Constant):
        return _compute(kind, first, second)
    if _is_text(first) and isinstance(kind, ast.Add | ast.Mod):
        return join_text([left, right]) if isinstance(kind, ast.Add) else Unknown(String())
    if _is_number(first) and _is_number(second) and not isinstance(kind, ast.MatMult):
        return Unknown(Number())
    return Unknown()


def _repeated(left: ListValue, right: Value) -> Value:
    """``[a] * 3``."""
    count = right.value if isinstance(right, Constant) else None
    if not isinstance(count, int) or count * len(left.items) > _MOST_ITEMS:
        return Unknown(Array())
    return ListValue(left.items * count)


def apply_unary(kind: ast.unaryop, operand: Value) -> Value:
    """The value of a unary operation."""
    if isinstance(kind, ast.Not):
        return Constant(not operand.value) if isinstance(operand, Constant) else Unknown(Boolean())
    if isinstance(operand, Constant) and isinstance(operand.value, int | float):
        if isinstance(kind, ast.USub):
            return Constant(-operand.value)
        return Constant(+operand.value) if isinstance(kind, ast.UAdd) else Unknown(Number(integer=True))
    return Unknown(operand.schema) if isinstance(operand, Unknown) and operand.schema == Number() else Unknown()


def format_value(value: Value, conversion: int, spec: Value) -> Inferred:
    """A value as an f-string writes it."""
    known = isinstance(value, Constant) and isinstance(spec, Constant) and isinstance(spec.value, str)
    if (
        not known
        or conversion not in {-1, ord("s"), ord("r")}
        or not _SPEC.fullmatch(str(cast("Constant", spec).value))
    ):
        return Unknown(String())
    content = cast("Constant", value).value
    if conversion == ord("s"):
        content = str(content)
    elif conversion == ord("r"):
        content = repr(content)
    try:
        return Constant(format(content, str(cast("Constant", spec).value)))
    except (ValueError, TypeError):
        return Unknown(String())


def _compute(kind: ast.operator, left: Constant, right: Constant) -> Value:
    name = _OPERATORS.get(type(kind))
    if name is None or left.value is None or right.value is None:
        return Unknown()
    numbers = [value for value in (left.value, right.value) if isinstance(value, int | float)]
    if any(abs(number) > _LARGEST for number in numbers):
        return Unknown(Number())
    texts = [value for value in (left.value, right.value) if isinstance(value, str)]
    if texts and isinstance(kind, ast.Mult) and sum(map(len, texts)) * max(map(abs, numbers), default=0) > _LONGEST:
        return Unknown(String())
    if isinstance(kind, ast.Pow) and any(abs(number) > 64 for number in numbers[1:]):
        return Unknown(Number())
    try:
        found = cast("_Operator", getattr(operator, name))(left.value, right.value)
    except (ArithmeticError, TypeError, ValueError):
        return Unknown()
    return Constant(found) if isinstance(found, str | int | float) and _is_small(found) else Unknown()


def _is_small(value: str | float) -> bool:
    return len(value) <= _LONGEST if isinstance(value, str) else abs(value) < 2.0**1000


def _is_text(value: Value) -> bool:
    return (isinstance(value, Unknown) and value.schema == String()) or (
        isinstance(value, Constant) and isinstance(value.value, str)
    )


def _is_number(value: Value) -> bool:
    if isinstance(value, Constant):
        return isinstance(value.value, int | float)
    return isinstance(value, Unknown) and isinstance(value.schema, Number)
