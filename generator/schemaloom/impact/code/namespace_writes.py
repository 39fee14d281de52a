"""`bind_namespace_writes`: names that a module binds through its namespace, as ``globals()["n"] = 9`` does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from schemaloom.impact.code.scopes import Assignment, Module, Opaque

_NAMESPACES: Final = ("globals", "locals", "vars")
"""Functions that return the namespace around them, if they are called without arguments."""
_READING: Final = frozenset({"get", "items", "keys", "values", "copy", "__getitem__", "__contains__"})


def bind_namespace_writes(module: Module) -> None:
    """Bind what `module` writes through its namespace to values that are not followed.

    Where the code does not show which name it writes, that may be each name that the module assigns.
    """
    for name in _written(module):
        if name is not None:
            module.scope.bind(name, Opaque())
            continue
        for bindings in module.scope.bindings.values():
            if any(isinstance(one, Assignment) for one in bindings):
                bindings.append(Opaque())


def _written(module: Module) -> Iterator[str | None]:
    """Yield each name that is written so; None for one that is not shown."""
    for use in (use for function in _NAMESPACES for use in module.loads.get(function, ())):
        match module.parents[use]:
            case ast.Call(func=func, args=[], keywords=[]) as namespace if func is use:
                yield from written_names(module, namespace)
            case _:
                pass
    for use in module.loads.get("exec", ()):
        match module.parents[use]:
            case ast.Call(args=[_, _, *_]):
                pass  # in a namespace of its own
            case _:
                yield None
    for use in module.loads.get("setattr", ()):
        match module.parents[use]:
            case ast.Call(args=[ast.Subscript(slice=ast.Name(id="__name__")), ast.Constant(value=str(name)), _]):
                yield name
            case ast.Call(args=[ast.Subscript(slice=ast.Name(id="__name__")), *_]):
                yield None
            case _:
                pass


def written_names(module: Module, namespace: ast.expr) -> Iterator[str | None]:
    """Yield each name that is written in a namespace; None for one that is not shown."""
    match module.parents[namespace]:
        case ast.keyword(arg=None) | ast.Compare() | ast.For():
            pass
        case ast.Subscript(ctx=ast.Load()) as read if not isinstance(
            module.parents[read], ast.Subscript | ast.Attribute
        ):
            pass
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            yield name
        case ast.Attribute(attr=method) if method in _READING:
            pass
        case ast.Attribute(attr="update") as update:
            yield from _updated(module.parents[update])
        case _:
            yield None


def _updated(call: ast.AST) -> Iterator[str | None]:
    match call:
        case ast.Call(args=[], keywords=words):
            for word in words:
                yield word.arg
        case _:
            yield None
