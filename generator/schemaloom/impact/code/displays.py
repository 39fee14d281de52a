"""Displays: lists, dictionaries and f-strings, of the values of their parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from schemaloom.impact.code.arithmetic import format_value
from schemaloom.impact.code.inferred import Inferred, Text, as_value
from schemaloom.impact.code.strings import join_text
from schemaloom.impact.values import ANY_OBJECT, Constant, ListValue, Member, ObjectValue, Unknown, Value, merge
from schemaloom.ir.schema import Array

Evaluate = Callable[[ast.expr], Inferred]


def list_display(items: Iterable[ast.expr], evaluate: Evaluate) -> Value:
    """Return the value of ``[a, *b]``."""
    found: list[Value] = []
    for item in items:
        if not isinstance(item, ast.Starred):
            found.append(as_value(evaluate(item)))
            continue
        inner = as_value(evaluate(item.value))
        if not isinstance(inner, ListValue):
            return Unknown(Array())
        found += inner.items
    return ListValue(tuple(found))


def dict_display(node: ast.Dict, evaluate: Evaluate) -> ObjectValue:
    """Return the value of ``{"a": b, **c}``."""
    found = ObjectValue({})
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            found = merge(found, as_value(evaluate(value)))
            continue
        name = as_value(evaluate(key))
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            found = ANY_OBJECT
        else:
            members = {**found.members, name.value: Member(as_value(evaluate(value)))}
            found = ObjectValue(members, is_open=found.is_open)
    return found


def f_string(pieces: Iterable[ast.expr], evaluate: Evaluate) -> Inferred:
    """Return the string that an f-string makes, with its unknown parts."""
    return join_text([_piece(piece, evaluate) for piece in pieces])


def _piece(node: ast.expr, evaluate: Evaluate) -> Inferred:
    if not isinstance(node, ast.FormattedValue):
        return evaluate(node)
    inferred = evaluate(node.value)
    if isinstance(inferred, Text) and node.conversion == -1 and node.format_spec is None:
        return inferred
    spec = Constant("") if node.format_spec is None else as_value(evaluate(node.format_spec))
    return format_value(as_value(inferred), node.conversion, spec)
