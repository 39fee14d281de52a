"""The JSON values that the annotation of a parameter allows."""

from __future__ import annotations

import ast
from collections.abc import Callable

from schemaloom.impact.code.inferred import Inferred, InferredClass, as_value
from schemaloom.impact.values import is_known, to_json
from schemaloom.ir.schema import Anything, Array, Boolean, Enum, Null, Number, Object, Schema, String, Union
from schemaloom.json.values import json_text

Evaluate = Callable[[ast.expr], Inferred]
_PLAIN: dict[str, Schema] = {
    "str": String(),
    "int": Number(integer=True),
    "float": Number(),
    "bool": Boolean(),
    "list": Array(),
    "List": Array(),
    "Sequence": Array(),
    "dict": Object(),
    "Dict": Object(),
    "HttpUrl": String(),
}
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection"})


def annotation_schema(node: ast.expr | None, evaluate: Evaluate, members: Callable[[InferredClass], Schema]) -> Schema:
    """The schema of the values that an annotation admits; anything where it is not understood.

    `members` gives the values of an enum class.
    """
    match node:
        case ast.Constant(value=None):
            return Null()
        case ast.Constant(value=str(text)):
            try:
                parsed = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError):
                return Anything()
            # Its nodes are in no scope, so names in it are read by their spelling alone.
            return Anything() if not _is_plain(parsed) else annotation_schema(parsed, evaluate, members)
        case ast.Name() | ast.Attribute():
            plain = _PLAIN.get(_name(node))
            if plain is not None:
                return plain
            inferred = evaluate(node)
            return members(inferred) if isinstance(inferred, InferredClass) else Anything()
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([annotation_schema(part, evaluate, members) for part in (left, right)])
        case ast.Subscript(value=base, slice=inner):
            return _subscript(_name(base), inner, evaluate, members)
        case _:
            return Anything()


def _subscript(base: str, inner: ast.expr, evaluate: Evaluate, members: Callable[[InferredClass], Schema]) -> Schema:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if base == "Literal":
        values = [as_value(evaluate(part)) for part in parts]
        known = all(is_known(value) for value in values)
        return Enum(values=tuple(json_text(to_json(value)) for value in values)) if known else Anything()
    if base == "Optional":
        return _union([annotation_schema(inner, evaluate, members), Null()])
    if base == "Union":
        return _union([annotation_schema(part, evaluate, members) for part in parts])
    if base in _LISTS:
        return Array(items=annotation_schema(inner, evaluate, members))
    if base in {"Annotated", "Required", "NotRequired", "Final"}:
        return annotation_schema(parts[0], evaluate, members)
    return _PLAIN.get(base, Anything())


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_plain(node: ast.expr) -> bool:
    return all(not isinstance(part, ast.Name) or part.id in _PLAIN or part.id in _LISTS | {"Optional", "Union"}
               for part in ast.walk(node))  # fmt: skip


def _union(branches: list[Schema]) -> Schema:
    if any(isinstance(branch, Anything) for branch in branches):
        return Anything()
    return Union(branches=tuple(branches))
