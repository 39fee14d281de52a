"""`is_only_read`: whether a use of a dictionary or a list of another module leaves it as it is."""

from __future__ import annotations

import ast

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.functions import parameter_of
from schemaloom.impact.code.inferred import InferredFunction
from schemaloom.impact.code.mutations import changes_nothing, is_name_only_read


def is_only_read(evaluator: Evaluator, use: ast.expr, parts: frozenset[str] | None = None) -> bool:
    """Return whether a use of an object leaves it as it is; a name or a function that it is given to included.

    `parts` are its properties that are objects or lists themselves; None if they are not known.
    """
    module = evaluator.module
    match module.parents[use]:
        case ast.Assign(targets=[ast.Name(id=name) as target]):
            found = module.scope_of(target).find(name)
            return found is not None and is_name_only_read(module, found[0], name)
        case ast.Await() as parent:
            return is_only_read(evaluator, parent, parts)
        case ast.Call() | ast.keyword() as parent:
            call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
            return changes_nothing(module, use, parts) or _is_argument_only_read(evaluator, call, use)
        case _:
            return changes_nothing(module, use, parts)


def _is_argument_only_read(evaluator: Evaluator, call: ast.AST, argument: ast.expr) -> bool:
    if not isinstance(call, ast.Call):
        return False
    function = evaluator.evaluate(call.func)
    if not isinstance(function, InferredFunction):
        return False
    name = parameter_of(function, call, argument)
    return name is not None and is_name_only_read(function.module, function.module.scopes[function.node], name)
