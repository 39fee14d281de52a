"""Evaluate an attribute of a class of the project, as far as the class's body shows it."""

from __future__ import annotations

import ast
from collections.abc import Callable

from schemaloom.impact.code.inferred import (
    Bound,
    EnumMember,
    Imported,
    Inferred,
    InferredClass,
    InferredFunction,
    as_value,
)
from schemaloom.impact.code.inferred_operations import without_contents_of
from schemaloom.impact.code.mutations import is_attribute_only_read
from schemaloom.impact.code.scopes import Assignment, Binding, Definition, Import
from schemaloom.impact.values import Constant, Unknown, Value, is_known, to_json
from schemaloom.ir.schema import Anything, Enum, Schema
from schemaloom.json.values import json_text

Evaluate = Callable[[InferredClass, ast.expr], Inferred]
"""Evaluates an expression in the module of a class."""
_ENUM_BASES = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"})
_VALUE_BASES = frozenset({"builtins.str", "builtins.int", "builtins.float", "enum.StrEnum", "enum.IntEnum"})
_DEEPEST = 8


def find_member(inferred: InferredClass, attribute: str, evaluate: Evaluate, depth: int = 0) -> Inferred:
    """Return what an attribute of a class, or of the first of its bases that has it, refers to.

    It is `Imported`, and not resolved, if the class's body imports it.
    """
    bases = [evaluate(inferred, base) for base in inferred.node.bases]
    bindings = inferred.scope.bindings.get(attribute, [])
    if not bindings and depth < _DEEPEST:
        for base in bases:
            if isinstance(base, InferredClass):
                found = find_member(base, attribute, evaluate, depth + 1)
                if not isinstance(found, Bound):
                    return found
    match bindings:
        case [Definition(node)] if not isinstance(node, ast.ClassDef):
            return InferredFunction(inferred.module, node)
        case [Import(dotted_name)]:
            return Imported(dotted_name)
        case [Assignment(value, _)]:
            dotted = _dotted(bases)
            if dotted & _ENUM_BASES:
                if isinstance(value, ast.Call) and evaluate(inferred, value.func) == Imported("enum.auto"):
                    return EnumMember(_automatic(inferred, attribute, dotted), is_value=bool(dotted & _VALUE_BASES))
                return EnumMember(as_value(evaluate(inferred, value)), is_value=bool(dotted & _VALUE_BASES))
            return evaluate(inferred, value)
        case _:
            return Bound(inferred, attribute)


def _automatic(inferred: InferredClass, attribute: str, bases: set[str]) -> Value:
    """Return the value that ``enum.auto()`` gives to a member: its name in lower case for a ``StrEnum``."""
    is_plain = bases == {"enum.StrEnum"} and "_generate_next_value_" not in inferred.scope.bindings
    return Constant(attribute.lower()) if is_plain else Unknown()


def enum_members(inferred: InferredClass, evaluate: Evaluate) -> list[EnumMember]:
    """Return the members of an enum; none for another class."""
    found = [find_member(inferred, name, evaluate) for name in inferred.scope.bindings if not name.startswith("_")]
    return [member for member in found if isinstance(member, EnumMember)]


def enum_schema(inferred: InferredClass, evaluate: Evaluate) -> Schema:
    """Return the schema of an enum's values; anything for another class."""
    values = [member.value for member in enum_members(inferred, evaluate)]
    if not values or not all(map(is_known, values)):
        return Anything()
    return Enum(values=tuple(json_text(to_json(value)) for value in values))


def instance_attribute(inferred: InferredClass, attribute: str, evaluate: Evaluate) -> Inferred:
    """Return what an attribute of ``self`` is in a method: something that is set once, in the class or by a method."""
    module = inferred.module
    stored = module.attribute_stores.get(attribute, ())
    bindings = inferred.scope.bindings.get(attribute, [])
    if _is_own_field(inferred, bindings):
        return Unknown()
    if not stored:
        found = find_member(inferred, attribute, evaluate)
        return found if is_attribute_only_read(module, attribute) else without_contents_of(found)
    if len(stored) > 1 or bindings or inferred.node not in module.ancestors(stored[0]):
        return Unknown()
    match module.parents[stored[0]]:
        case ast.Assign(targets=[_], value=value) | ast.AnnAssign(value=ast.expr() as value) if value is not stored[0]:
            found = evaluate(inferred, value)
            is_own = isinstance(value, ast.Dict | ast.List) and is_attribute_only_read(module, attribute)
            return found if is_own else without_contents_of(found)
        case _:
            return Unknown()


def _is_own_field(inferred: InferredClass, bindings: list[Binding]) -> bool:
    """Return whether a constructor may set an attribute that the body annotates, as that of a dataclass does."""
    annotated = any(isinstance(one, Assignment) and isinstance(one.statement, ast.AnnAssign) for one in bindings)
    return annotated and bool(inferred.node.decorator_list or inferred.node.bases or inferred.node.keywords)


def only_adds(node: ast.ClassDef) -> bool:
    """Return whether a subclass leaves what is sent alone: it adds methods, fields or docstrings."""
    for part in node.body:
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if part.name.startswith("__") or part.decorator_list:
                    return False
            case ast.AnnAssign(value=ast.Call()) | ast.Assign():
                return False
            case _:
                pass
    return True


def _dotted(bases: list[Inferred]) -> set[str]:
    return {base.dotted for base in bases if isinstance(base, Imported)}
