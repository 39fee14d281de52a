"""Comprehensions whose items are known, and few."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from schemaloom.impact.code.inferred import Inferred
from schemaloom.impact.values import ANY_OBJECT, Constant, ListValue, Member, ObjectValue, Unknown, Value
from schemaloom.ir.schema import Array

Evaluate: TypeAlias = Callable[[ast.expr, Mapping[ast.AST, Inferred]], Value]
"""Evaluates an expression, with the item that each comprehension is at."""
_MOST_ITEMS: Final = 64


def list_comprehension(element: ast.expr, loop: ast.comprehension, evaluate: Evaluate) -> Value:
    """Return the value of ``[element for … in …]``."""
    items = evaluate(loop.iter, {})
    if not isinstance(items, ListValue) or len(items.items) > _MOST_ITEMS or loop.ifs or loop.is_async:
        return Unknown(Array())
    return ListValue(tuple(evaluate(element, {loop: item}) for item in items.items))


def dict_comprehension(node: ast.DictComp, evaluate: Evaluate) -> ObjectValue:
    """Return the value of ``{k: v for k, v in it.items() if v is not None}``; anything for another one."""
    match node:
        case ast.DictComp(
            key=ast.Name(id=key),
            value=ast.Name(id=value),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
                    iter=ast.Call(func=ast.Attribute(value=owner, attr="items"), args=[]),
                    ifs=tests,
                )
            ],
        ) if (key, value) == (first, second):
            found = evaluate(owner, {})
            return _filtered(found, tests, value) if isinstance(found, ObjectValue) else ANY_OBJECT
        case _:
            return ANY_OBJECT


def _filtered(found: ObjectValue, tests: Iterable[ast.expr], name: str) -> ObjectValue:
    members: dict[str, Member] = {}
    for key, member in found.members.items():
        outcomes = {_passes(test, name, member.value) for test in tests}
        if False not in outcomes:
            members[key] = Member(member.value, certain=member.certain and None not in outcomes)
    return ObjectValue(members, is_open=found.is_open)


def _passes(test: ast.expr, name: str, value: Value) -> bool | None:
    """Whether a value passes ``if v`` or ``if v is not None``; None if that is not known."""
    match test, value:
        case ast.Name(id=tested), Constant(value=known) if tested == name:
            return bool(known)
        case ast.Compare(left=ast.Name(id=tested), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]), _ if (
            tested == name and not isinstance(value, Unknown)
        ):
            return value != Constant(None)
        case _:
            return None
