"""Find the binding of a name that counts at a place."""

from __future__ import annotations

import ast

from schemaloom.impact.code.scopes import Assignment, Binding, LoopItem, Module, Parameter, Scope, block_of


def latest_assignment(module: Module, node: ast.Name, scope: Scope, bindings: list[Binding]) -> Assignment | None:
    """Return the assignment whose value the name has at `node`, or None if the order of statements does not show it."""
    body = block_of(scope.node, "body")
    if len(bindings) == 1 or not body:
        return None
    is_inner = module.scope_of(node) is not scope  # in a function that is defined here
    at: ast.AST = node
    while module.parents.get(at) is not scope.node:
        if at not in module.parents:
            return None
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
        if is_inner and index >= body.index(at):
            return None  # it may be called before or after
        if index < body.index(at) and (found is None or index > found[0]):
            found = index, binding
    return None if found is None else found[1]


def is_parameter(bindings: list[Binding]) -> bool:
    """Return whether the only binding is a parameter."""
    return len(bindings) == 1 and isinstance(bindings[0], Parameter)


def visible_bindings(module: Module, node: ast.Name, bindings: list[Binding]) -> list[Binding]:
    """Return the bindings that `node` may see: that of a comprehension around it, or those outside comprehensions."""
    if len(bindings) == 1:
        return bindings
    inner = {
        module.parents[one.loop]: one
        for one in bindings
        if isinstance(one, LoopItem) and isinstance(one.loop, ast.comprehension)
    }
    around = next((at for at in module.ancestors(node) if at in inner), None) if inner else None
    if around is not None:
        return [inner[around]]
    return [one for one in bindings if one not in inner.values()] or bindings
