"""Which of a name's bindings counts at a place, and what the body of a class changes."""

from __future__ import annotations

import ast

from schemaloom.impact.code.scopes import Assignment, Binding, Module, Parameter, Scope, block_of


def latest_assignment(module: Module, node: ast.Name, scope: Scope, bindings: list[Binding]) -> Assignment | None:
    """Return the assignment whose value the name has at `node`, or None if the order of statements does not show it."""
    body = block_of(scope.node, "body")
    if len(bindings) == 1 or not body or module.scope_of(node) is not scope:
        return None
    at: ast.AST = node
    while module.parents.get(at) is not scope.node:
        at = module.parents[at]
    if at not in body:
        return None
    found: tuple[int, Assignment] | None = None
    for binding in bindings:
        if isinstance(binding, Parameter):
            continue
        if not isinstance(binding, Assignment) or binding.statement not in body:
            return None
        index = body.index(binding.statement)
        if index < body.index(at) and (found is None or index > found[0]):
            found = index, binding
    return None if found is None else found[1]


def is_parameter(bindings: list[Binding]) -> bool:
    """Return whether the only binding is a parameter."""
    return len(bindings) == 1 and isinstance(bindings[0], Parameter)


def only_adds(node: ast.ClassDef) -> bool:
    """Whether a subclass leaves what is sent alone: it adds methods, fields or docstrings."""
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
