"""Displays: lists, dictionaries and f-strings, of the values of their parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from schemaloom.impact.code.arithmetic import format_value
from schemaloom.impact.code.inferred import Inferred, Table, Text, as_value, is_callee
from schemaloom.impact.code.strings import join_text
from schemaloom.impact.values import ANY_OBJECT, Constant, ListValue, Member, ObjectValue, Unknown, Value, merge
from schemaloom.ir.schema import Array

Evaluate = Callable[[ast.expr], Inferred]


def list_display(items: Iterable[ast.expr], evaluate: Evaluate) -> Inferred:
    """Return the value of ``[a, *b]``."""
    found: list[Inferred] = []
    for item in items:
        if not isinstance(item, ast.Starred):
            found.append(evaluate(item))
            continue
        inner = evaluate(item.value)
        values = as_value(inner)
        if not isinstance(values, ListValue):
            return Unknown(Array())
        found += [part for _, part in inner.items] if isinstance(inner, Table) else values.items
    return as_table(
        ListValue(tuple(map(as_value, found))), [*zip(map(Constant, range(len(found))), found, strict=True)]
    )


def dict_display(node: ast.Dict, evaluate: Evaluate) -> Inferred:
    """Return the value of ``{"a": b, **c}``."""
    found, items = ObjectValue({}), list[tuple[Value, Inferred]]()
    for key, value in zip(node.keys, node.values, strict=True):
        inferred = evaluate(value)
        if key is None:
            found = merge(found, as_value(inferred))
            items += inferred.items if isinstance(inferred, Table) else ()
            continue
        name = as_value(evaluate(key))
        items.append((name, inferred))
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            found = ANY_OBJECT
        else:
            members = {**found.members, name.value: Member(as_value(inferred))}
            found = ObjectValue(members, is_open=found.is_open)
    return as_table(found, items)


def as_table(value: Value, items: Sequence[tuple[Value, Inferred]]) -> Inferred:
    """Return a dictionary or a list as a table if an item may be called, or as the value that is sent for it."""
    return Table(value, tuple(items)) if any(is_callee(item) for _, item in items) else value


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
