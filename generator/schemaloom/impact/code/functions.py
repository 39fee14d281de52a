"""Calls of the project's own functions, as far as one of them is looked into."""

from __future__ import annotations

import ast

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.inferred import Arguments, Frame, Inferred, InferredFunction
from schemaloom.impact.code.inferred_operations import without_contents_of
from schemaloom.impact.code.mutations import is_name_only_read
from schemaloom.impact.values import Constant, Member, ObjectValue, Unknown

DEEPEST_CALL = 3
_TRANSPARENT = frozenset({"staticmethod", "classmethod", "cache", "lru_cache", "retry", "override", "final"})
"""Decorators that leave arguments and results as they are."""


def enter(evaluator: Evaluator, function: InferredFunction, given: Arguments, depth: int) -> Frame | None:
    """The frame of a call of a function; None if its arguments cannot be assigned to parameters.

    `evaluator` is that of the function's own module.
    """
    spec = function.node.args
    names = _positional(function)
    is_too_many = len(given.positional) > len(names) and spec.vararg is None
    if is_too_many or depth > DEEPEST_CALL or _is_wrapped(function):
        return None
    arguments: dict[str, Inferred] = dict(zip(names, given.positional, strict=False))
    known = {*names, *(argument.arg for argument in spec.kwonlyargs)}
    rest: dict[str, Member] = {}
    for name, member in given.keywords.members.items():
        if name not in known:
            rest[name] = member
        else:
            arguments[name] = given.named.get(name, member.value) if member.certain else Unknown()
    defaults = _defaults(spec)
    for name in known - arguments.keys():
        default = defaults.get(name)
        arguments[name] = Unknown()
        if default is not None and given.is_complete and not given.keywords.is_open:
            found = evaluator.evaluate(default)
            is_same = is_name_only_read(function.module, function.module.scopes[function.node], name)
            arguments[name] = found if is_same else without_contents_of(found)
    if spec.kwarg is not None:
        arguments[spec.kwarg.arg] = ObjectValue(rest, is_open=given.keywords.is_open)
    return Frame(function.node, arguments, depth=depth)


def parameter_of(function: InferredFunction, call: ast.Call, argument: ast.expr) -> str | None:
    """Return the name of the parameter that an argument of a call is assigned to; None if that is not known."""
    if any(isinstance(item, ast.Starred) for item in call.args) or _is_wrapped(function):
        return None
    named = next((word.arg for word in call.keywords if word.value is argument), None)
    if named is not None or argument not in call.args:
        return named
    names, position = _positional(function), call.args.index(argument)
    return names[position] if position < len(names) else None


def any_call(function: InferredFunction) -> Frame:
    """The frame of a call with arguments that no program has, which show in whatever depends on them."""
    spec = function.node.args
    mark = Constant("\0")
    arguments: dict[str, Inferred] = {item.arg: mark for item in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    if spec.kwarg is not None:
        arguments[spec.kwarg.arg] = ObjectValue({"\0": Member(mark)})
    return Frame(function.node, arguments)


def returned_expressions(function: InferredFunction) -> list[ast.expr]:
    """Return the expressions that a function may return, with None if its end may be reached; none if it yields."""
    if isinstance(function.node, ast.Lambda):
        return [function.node.body]
    module, node = function.module, function.node
    if node in module.generators:
        return []
    nothing = ast.copy_location(ast.Constant(None), node)
    found = [statement.value or nothing for statement in module.returns.get(node, ())]
    return found if not found or _always_returns(node.body) else [*found, nothing]


def calls_in(function: InferredFunction) -> list[ast.Call]:
    """Every call in the body of a function, functions inside it left out."""
    return function.module.calls.get(function.node, [])


def _always_returns(body: list[ast.stmt]) -> bool:
    """Whether the end of a block is never reached."""
    match body[-1] if body else None:
        case ast.Return() | ast.Raise():
            return True
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _always_returns(inner)
        case ast.If(body=inner, orelse=other):
            return _always_returns(inner) and _always_returns(other)
        case ast.Match(cases=cases):
            is_complete = any(isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None for case in cases)
            return is_complete and all(_always_returns(case.body) for case in cases)
        case _:
            return False


def _is_wrapped(function: InferredFunction) -> bool:
    """Whether a decorator may change what the function takes or returns."""
    decorators = [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list
    return not all(_last_name(item) in _TRANSPARENT for item in decorators)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Call(func=func):
            return _last_name(func)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _positional(function: InferredFunction) -> list[str]:
    spec = function.node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    is_method = isinstance(function.module.parents.get(function.node), ast.ClassDef)
    decorators = [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list
    is_static = any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in decorators)
    return names[1:] if is_method and not is_static else names


def _defaults(spec: ast.arguments) -> dict[str, ast.expr]:
    positional = [*spec.posonlyargs, *spec.args]
    found = dict(
        zip([item.arg for item in positional[len(positional) - len(spec.defaults) :]], spec.defaults, strict=True)
    )
    found.update({item.arg: value for item, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if value})
    return found
