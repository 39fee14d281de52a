"""Follow the changes of a dictionary or a list from the statement that makes it to the call that uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from schemaloom.impact.code.scopes import Definition, Module, Scope, block_of

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_READING_METHODS = frozenset({"get", "items", "keys", "values", "copy", "index", "count"})
_PARTS = frozenset({"get", "items", "values"})
"""Those that return the parts of an object themselves."""
_READING_CALLS = frozenset(
    {
        "dict", "len", "print", "str", "repr", "sorted", "list", "tuple", "set", "isinstance", "type", "bool",
        "dumps", "deepcopy", "pprint", "debug", "info", "warning", "error", "exception", "log",
        "model_validate", "model_construct", "model_copy", "partial",
        "run", "async_run", "stream", "create", "async_create", "submit", "subscribe", "submit_async",
        "subscribe_async", "run_async", "stream_async", "run_raw", "submit_raw", "run_many",
        "estimate", "post", "put", "request",
    }
)  # fmt: skip
"""Names of functions and methods that do not change what they are given."""


@dataclass(frozen=True, slots=True)
class Store:
    """One property that is set (`value`), or removed (None), after the object was made."""

    key: str
    value: ast.expr | None
    certain: bool
    """Whether it always happens before the use."""


class _Order(Enum):
    BEFORE = auto()
    MAYBE = auto()
    AFTER = auto()


def stores(
    module: Module,
    scope: Scope,
    name: str,
    creation: ast.stmt | None,
    use: ast.AST,
    parts: frozenset[str] | None = frozenset(),
) -> list[Store] | None:
    """Return the changes of the object bound to `name` before `use`, in order; None if there may be unknown ones.

    `creation` binds the name, None for a parameter; `parts` are the properties that are objects or lists themselves.
    """
    found: list[tuple[int, Store]] = []
    is_kept = _is_kept(module, use)
    for node in _loads(module, scope, name):
        if node is use or (creation is not None and _precedes(module, scope, node, creation)):
            continue  # what is done before is done to another object of this name
        order = _order(module, scope, creation, node, use)
        if order is _Order.BEFORE and _is_set_default(module, node):
            order = _Order.MAYBE  # only if it is not there
        changed = _changes(module, node, parts)
        if order is _Order.AFTER and not (is_kept and changed != []):
            continue
        if changed is None:
            return None
        found += [(node.lineno, Store(key, value, order is _Order.BEFORE)) for key, value in changed]
    return [store for _, store in sorted(found, key=lambda pair: pair[0])]


def is_name_only_read(module: Module, scope: Scope, name: str) -> bool:
    """Whether no use of a name changes the object that it is bound to."""
    return all(_changes(module, node, None) == [] for node in _loads(module, scope, name))


def is_attribute_only_read(module: Module, attribute: str) -> bool:
    """Whether no use of an attribute of this name in a module changes the object that it refers to."""
    return all(_changes(module, node, None) == [] for node in module.attribute_loads.get(attribute, ()))


def changes_nothing(module: Module, use: ast.expr, parts: frozenset[str] | None) -> bool:
    """Whether this use of an object leaves it as it is."""
    return _changes(module, use, parts) == []


def _loads(module: Module, scope: Scope, name: str) -> Iterator[ast.Name]:
    for node in module.loads.get(name, ()):
        found = module.scope_of(node).find(name)
        if found is not None and found[0] is scope:
            yield node


def _changes(  # noqa: C901, PLR0912  a table
    module: Module, node: ast.expr, parts: frozenset[str] | None
) -> list[tuple[str, ast.expr | None]] | None:
    """The properties that this use of an object changes; None if it may change anything.

    `parts` are the properties that may be changed through what they are; None for any.
    """
    parent = module.parents[node]
    copy = _copy_of(module, node)
    if copy is not None:
        return [] if _keeps_parts(module, copy, parts) else None
    match parent:
        case ast.Subscript(value=value, slice=key):
            return _subscript(module, parent, key, parts) if value is node else []
        case ast.For() | ast.AsyncFor() | ast.comprehension() if parts is None:
            return [] if _only_reads_parts(module, node) else None
        case ast.Attribute(attr=method):
            call = module.parents[parent]
            if not isinstance(call, ast.Call) or call.func is not parent:
                return None
            if method in _PARTS and (parts is None or parts):
                return [] if _only_reads_parts(module, call) else None
            return _method(call, method)
        case ast.Dict() | ast.List() | ast.Tuple():
            return _changes(module, parent, None)  # it is a part of that
        case ast.Starred():
            return _changes(module, parent, parts)
        case ast.keyword(arg=None):
            return []
        case ast.keyword():
            return [] if _only_reads(module.parents[parent]) else None
        case ast.Call():
            return [] if node is parent.func or _only_reads(parent) else None
        case ast.BoolOp():
            return _changes(module, parent, parts)
        case ast.IfExp() if node is not parent.test:
            return _changes(module, parent, parts)
        case ast.Compare() | ast.Return() | ast.BinOp() | ast.UnaryOp() | ast.FormattedValue():
            return []
        case ast.If() | ast.IfExp() | ast.While() | ast.Assert() | ast.For() | ast.AsyncFor() | ast.comprehension():
            return []
        case ast.Expr():
            return []
        case _:
            return None


def _copy_of(module: Module, node: ast.expr) -> ast.expr | None:
    """The expression that copies an object and shares its parts; None if this use is none."""
    match module.parents[node]:
        case ast.Dict(keys=keys, values=values) as parent if node in values and keys[values.index(node)] is None:
            return parent
        case ast.Call(func=ast.Name(id="dict" | "list" | "tuple")) as parent if node in parent.args:
            return parent
        case ast.Attribute(attr="copy") as parent:
            call = module.parents[parent]
            return call if isinstance(call, ast.Call) and call.func is parent else None
        case ast.Call(func=ast.Attribute(attr="copy")) as parent if node in parent.args:
            return parent
        case _:
            return None


def _keeps_parts(module: Module, copy: ast.expr, parts: frozenset[str] | None) -> bool:
    """Whether code leaves the parts of an object alone, which a name of a copy has, too."""
    match module.parents[copy]:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if (
            parts or parts is None
        ):
            found = module.scope_of(copy).find(name)
            uses = () if found is None else _loads(module, found[0], name)
            return all(_copy_of(module, use) is not None or _changes(module, use, parts) is not None for use in uses)
        case _:
            return True


def _only_reads_parts(module: Module, given: ast.expr) -> bool:
    """Whether code leaves the parts of an object as they are, which an expression gives or iterates over."""
    match module.parents[given]:
        case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target) as loop:
            around = module.parents[loop] if isinstance(loop, ast.comprehension) else loop
            names = (part.id for part in ast.walk(target) if isinstance(part, ast.Name))
            uses = (use for name in names for use in module.loads.get(name, ()) if around in module.ancestors(use))
            return all(module.parents[use] is around or _changes(module, use, None) == [] for use in uses)
        case _:
            return _changes(module, given, None) == []


def _subscript(
    module: Module, node: ast.Subscript, key: ast.expr, parts: frozenset[str] | None
) -> list[tuple[str, ast.expr | None]] | None:
    if isinstance(node.ctx, ast.Load):
        name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        is_scalar = parts is not None and isinstance(key, ast.Constant) and (name is None or name not in parts)
        return [] if is_scalar or _changes(module, node, None) == [] else None
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return None
    match module.parents[node]:
        case ast.Assign(targets=[target], value=value) if target is node:
            return [(key.value, value)]
        case ast.Delete():
            return [(key.value, None)]
        case _:
            return None


def _method(call: ast.Call, method: str) -> list[tuple[str, ast.expr | None]] | None:
    if method in _READING_METHODS:
        return []
    first = call.args[0] if call.args else None
    if method == "update" and (not call.args or isinstance(first, ast.Dict)):
        pairs: list[tuple[str, ast.expr | None]] = []
        for key, value in zip(first.keys, first.values, strict=True) if isinstance(first, ast.Dict) else ():
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            pairs.append((key.value, value))
        if any(keyword.arg is None for keyword in call.keywords):
            return None
        return pairs + [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
    if method == "setdefault" and len(call.args) == 2 and isinstance(first, ast.Constant):
        return [(first.value, call.args[1])] if isinstance(first.value, str) else None
    if method == "pop" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return [(first.value, None)]
    return None


def _is_kept(module: Module, use: ast.AST) -> bool:
    """Whether an object becomes part of another one that a name keeps, through which later changes are seen."""
    at, parent = use, module.parents.get(use)
    while isinstance(parent, ast.List | ast.Tuple | ast.Dict | ast.keyword | ast.Call | ast.IfExp | ast.BoolOp):
        at, parent = parent, module.parents.get(parent)
    return at is not use and isinstance(parent, ast.Assign | ast.AnnAssign | ast.Return | ast.NamedExpr)


def _is_set_default(module: Module, node: ast.expr) -> bool:
    parent = module.parents[node]
    return isinstance(parent, ast.Attribute) and parent.attr == "setdefault"


def _only_reads(call: ast.AST) -> bool:
    if not isinstance(call, ast.Call):
        return False
    match call.func:
        case ast.Attribute(value=ast.Name(id="patch") | ast.Attribute(attr="patch"), attr="dict"):
            return False
        case ast.Name(id=name) | ast.Attribute(attr=name):
            # A class is called to make an object of its own.
            return name in _READING_CALLS or name.lstrip("_")[:1].isupper()
        case _:
            return False


def _order(module: Module, scope: Scope, creation: ast.stmt | None, node: ast.AST, use: ast.AST) -> _Order:
    """Return when `node` runs, seen from `use`: both look at what `creation` made in `scope`."""
    theirs, ours = _blocks(module, node, scope), _blocks(module, use, scope)
    if theirs is None:
        return _Order.MAYBE  # in a function of its own, called at any time
    if ours is None:
        # Used by a function, which is called when the module has run, or by the module's own calls.
        is_early = len(theirs) > 1 or _calls_before(module, scope, node)
        return _Order.MAYBE if is_early else _Order.BEFORE
    common = 0
    while common < min(len(theirs), len(ours)) and theirs[common][:2] == ours[common][:2]:
        if theirs[common][2] != ours[common][2]:
            break
        common += 1
    if common == min(len(theirs), len(ours)) or theirs[common][:2] != ours[common][:2]:
        # The same statement, or two branches of it.
        return _Order.MAYBE
    if theirs[common][2] < ours[common][2]:
        return _Order.BEFORE if len(theirs) == common + 1 else _Order.MAYBE
    made = [block[0] for block in (_blocks(module, creation, scope) if creation else None) or []]
    loops = [block[0] for block in theirs[: common + 1] if isinstance(block[0], _LOOPS)]
    return _Order.AFTER if all(loop in made for loop in loops) else _Order.MAYBE


def _calls_before(module: Module, scope: Scope, node: ast.AST) -> bool:
    """Whether the statements of a scope above `node` call a function or a class that is defined in it."""
    line = getattr(node, "lineno", 0)
    names = (name for name, bindings in scope.bindings.items() if any(isinstance(one, Definition) for one in bindings))
    uses = (use for name in names for use in module.loads.get(name, ()) if use.lineno < line)
    return any(isinstance(module.parents[use], ast.Call) and module.scope_of(use) is scope for use in uses)


def _precedes(module: Module, scope: Scope, node: ast.AST, creation: ast.stmt) -> bool:
    """Whether `node` is in a statement above `creation`, in one of the blocks around it."""
    theirs, ours = _blocks(module, node, scope), _blocks(module, creation, scope)
    for their, our in zip(theirs or (), ours or (), strict=False):
        if their[:2] != our[:2]:
            return False
        if their[2] != our[2]:
            return their[2] < our[2]
    return False


def _blocks(module: Module, node: ast.AST, scope: Scope) -> list[tuple[ast.AST, str, int]] | None:
    """The blocks of statements around a node, outermost first: owner, field, index; None if in another scope."""
    found: list[tuple[ast.AST, str, int]] = []
    at: ast.AST = node
    while at is not scope.node:
        owner = module.parents.get(at)
        if owner is None or (owner is not scope.node and owner in module.scopes):
            return None
        if isinstance(at, ast.stmt | ast.ExceptHandler | ast.match_case):
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                block = block_of(owner, name)
                if at in block:
                    found.append((owner, name, block.index(at)))
                    break
        at = owner
    return found[::-1]
