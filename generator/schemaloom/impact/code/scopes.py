"""`Module` and `Scope`: what a name is bound to, and where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

ScopeNode: TypeAlias = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BINDING: Final = frozenset[type[ast.AST]](
    {
        ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign,
        ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension, ast.NamedExpr, ast.withitem, ast.ExceptHandler,
        ast.MatchAs, ast.MatchStar, ast.Global, ast.Nonlocal,
    }
)  # fmt: skip
"""Kinds of nodes that bind names."""
_SETTING: Final = frozenset({"setattr", "delattr", "__setattr__", "object"})
"""Functions that set an attribute by its name; the last one of ``mock.patch``."""
_NOT_CHILDREN: Final = frozenset({"ctx", "op", "ops", "type_ignores", "id", "attr", "arg", "module", "level", "kind"})
"""Fields without nodes that anything looks at; an argument's ``arg`` is a string everywhere."""


@dataclass(frozen=True, slots=True)
class Import:
    """A name that an import binds to something with this dotted name."""

    dotted: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """A name bound to the value of an expression by a statement."""

    value: ast.expr
    statement: ast.stmt


@dataclass(frozen=True, slots=True)
class Definition:
    """A name bound to a function or a class."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name bound by the caller of a function."""

    annotation: ast.expr | None
    default: ast.expr | None


@dataclass(frozen=True, slots=True)
class LoopItem:
    """A name bound to each item of an expression in turn."""

    items: ast.expr
    loop: ast.AST
    """The statement, or the part of a comprehension."""
    index: int | None = None
    """The name's place if each item is unpacked."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A name bound in a way that is not followed."""


Binding: TypeAlias = Import | Assignment | Definition | Parameter | LoopItem | Opaque


@dataclass(slots=True)
class Scope:
    """The names of a module, a function or a class body."""

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])

    def bind(self, name: str, binding: Binding) -> None:
        """Record one more binding of a name."""
        self.bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """The scope that binds a name as code in this scope sees it, and its bindings; None for a builtin."""
        scope: Scope | None = self
        while scope is not None:
            # A class body's names are not seen by the functions in it.
            if name in scope.bindings and (scope is self or not isinstance(scope.node, ast.ClassDef)):
                return scope, scope.bindings[name]
            scope = scope.parent
        return None


@dataclass(slots=True, eq=False)
class Module:
    """One parsed file."""

    path: str
    """As reports name it."""
    name: str
    """The dotted name under which other files of the project import it."""
    is_package: bool
    tree: ast.Module
    is_imported: bool = False
    """Whether other files import from it; known only where files are rewritten."""
    scope: Scope = field(init=False)
    scopes: dict[ast.AST, Scope] = field(init=False, default_factory=dict[ast.AST, Scope])
    parents: dict[ast.AST, ast.AST] = field(init=False, default_factory=dict[ast.AST, ast.AST])
    imports: list[tuple[str, str]] = field(init=False, default_factory=list[tuple[str, str]])
    """Every name that an import binds, in any scope, with the dotted name of what it binds it to."""
    stars: list[str] = field(init=False, default_factory=list[str])
    """Dotted names of the modules that are imported with ``*``."""

    loads: dict[str, list[ast.Name]] = field(init=False, default_factory=dict[str, list[ast.Name]])
    """Every use of each name."""
    attribute_stores: dict[str, list[ast.expr]] = field(init=False, default_factory=dict[str, list[ast.expr]])
    """Every place that sets or deletes an attribute, by its name."""
    attribute_loads: dict[str, list[ast.Attribute]] = field(init=False, default_factory=dict[str, list[ast.Attribute]])
    """Every place that uses an attribute, by its name."""
    returns: dict[ast.AST, list[ast.Return]] = field(default_factory=dict[ast.AST, list[ast.Return]])
    """Every ``return`` of each function."""
    calls: dict[ast.AST, list[ast.Call]] = field(default_factory=dict[ast.AST, list[ast.Call]])
    """Every call in the body of each function, functions inside it left out."""
    augmented: set[str] = field(default_factory=set[str])
    """Every name that a statement as ``name |= value`` changes."""
    dynamic_stores: list[ast.expr] = field(default_factory=list[ast.expr])
    """Every place that may set attributes without their names: calls of ``setattr``, namespaces of objects."""
    reads: list[ast.Attribute | ast.Subscript] = field(default_factory=list[ast.Attribute | ast.Subscript])
    """Every attribute and item that is used."""
    _name_scopes: dict[ast.AST, Scope] = field(default_factory=dict[ast.AST, Scope], repr=False)
    strings: list[ast.Constant] = field(default_factory=list[ast.Constant])
    """Every string, those of f-strings and docstrings included."""
    generators: set[ast.AST] = field(default_factory=set[ast.AST])
    """The functions that yield."""

    def __post_init__(self) -> None:
        self.scope = self.scopes[self.tree] = Scope(self.tree, None)
        self._read(self.tree, self.scope)

    def names_of(self, name: str) -> list[str]:
        """Return the names under which the module has something that is called `name` elsewhere."""
        end = f".{name}"
        found = {bound for bound, dotted in self.imports if dotted == name or dotted.endswith(end)}
        return sorted(found | ({name} if self.stars else set()))

    def uses_of(self, name: str) -> list[ast.Name | ast.Attribute]:
        """Return the uses of something that is called `name` elsewhere, as a name and as an attribute."""
        names = (use for bound in self.names_of(name) for use in self.loads.get(bound, ()))
        return [*names, *self.attribute_loads.get(name, ())]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which an expression is evaluated."""
        known = self._name_scopes.get(node)
        if known is not None:
            return known
        child, at = node, self.parents.get(node)
        while at is not None:
            if at in self.scopes and _is_inside(at, child):
                return self.scopes[at]
            child, at = at, self.parents.get(at)
        return self.scope

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement that holds a node."""
        at: ast.AST | None = node
        while at is not None and not isinstance(at, ast.stmt):
            at = self.parents.get(at)
        return at

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        at = self.parents.get(node)
        while at is not None:
            yield at
            at = self.parents.get(at)

    def _read(self, root: ast.AST, root_scope: Scope) -> None:
        pending: list[tuple[ast.AST, Scope]] = [(root, root_scope)]
        parents = self.parents
        while pending:
            node, scope = pending.pop()
            if node is not root:
                self._note(node, scope)
            inner = scope
            if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                inner = self.scopes[node] = Scope(node, scope)
                if not isinstance(node, ast.ClassDef):
                    _bind_parameters(node.args, inner)
            for name in _child_fields(type(node)):
                found: object = getattr(node, name, None)
                within = inner if name == "body" else scope
                for child in cast("list[object]", found) if isinstance(found, list) else (found,):
                    if isinstance(child, ast.AST):
                        parents[child] = node
                        if type(child) is ast.Name:
                            self._note_name(child, within)
                        elif type(child) is ast.Constant:
                            if isinstance(child.value, str):
                                self.strings.append(child)
                        else:
                            pending.append((child, within))

    def _note_name(self, node: ast.Name, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            self.loads.setdefault(node.id, []).append(node)
            self._name_scopes[node] = scope

    def _note(self, node: ast.AST, scope: Scope) -> None:
        """Note what is looked up later: uses of attributes, calls, returns and bindings."""
        kind = type(node)
        if kind in _BINDING:
            self._bind(node, scope)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                self.attribute_loads.setdefault(node.attr, []).append(node)
                if node.attr == "__dict__":
                    self.dynamic_stores.append(node)
                self.reads.append(node)
            else:
                self.attribute_stores.setdefault(node.attr, []).append(node)
        elif isinstance(node, ast.Call):
            self.calls.setdefault(scope.node, []).append(node)
            self._note_set(node)
        elif isinstance(node, ast.Subscript):
            if isinstance(node.ctx, ast.Load):
                self.reads.append(node)
        elif isinstance(node, ast.Return):
            self.returns.setdefault(scope.node, []).append(node)
        elif isinstance(node, ast.Yield | ast.YieldFrom):
            self.generators.add(scope.node)

    def _note_set(self, call: ast.Call) -> None:
        """Note a call that may set an attribute."""
        match call:
            case ast.Call(
                func=ast.Name(id=function) | ast.Attribute(attr=function),
                args=[_, ast.Constant(value=str(name)), *_],
            ) if function in _SETTING:
                self.attribute_stores.setdefault(name, []).append(call)
            case ast.Call(func=ast.Name(id="setattr")) | ast.Call(func=ast.Name(id="vars"), args=[_]):
                self.dynamic_stores.append(call)
            case _:
                pass

    def _bind(self, node: ast.AST, scope: Scope) -> None:  # noqa: C901, PLR0912  a table of statements
        match node:
            case ast.Import():
                for alias in node.names:
                    dotted = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._bind_import(alias.asname or dotted, dotted, scope)
            case ast.ImportFrom():
                base = self._absolute(node)
                for alias in node.names:
                    if alias.name == "*":
                        self.stars.append(base)
                    else:
                        self._bind_import(alias.asname or alias.name, f"{base}.{alias.name}", scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                scope.bind(node.name, Definition(node))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _bind_target(target, value, node, scope)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                scope.bind(name, Assignment(value, node))
            case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value):
                scope.bind(name, Assignment(self._augmented(node, name, operator, value), node))
                self.augmented.add(name)
            case ast.For(target=target, iter=items) | ast.AsyncFor(target=target, iter=items):
                _bind_items(target, items, node, scope)
            case ast.comprehension(target=target, iter=items):
                _bind_items(target, items, node, scope)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                statement = self.statement_of(node)
                scope.bind(name, Opaque() if statement is None else Assignment(value, statement))
            case ast.withitem(optional_vars=ast.expr() as target):
                _bind_opaque(target, scope)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bind(name, Opaque())
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                # The function may bind the outer name at any time.
                outer = self.scope if isinstance(node, ast.Global) else scope.parent or self.scope
                for name in names:
                    outer.bind(name, Opaque())
            case _:
                pass

    def _bind_import(self, name: str, dotted: str, scope: Scope) -> None:
        scope.bind(name, Import(dotted))
        self.imports.append((name, dotted))

    def _augmented(self, node: ast.AugAssign, name: str, operator: ast.operator, value: ast.expr) -> ast.BinOp:
        """``name = name + value`` for ``name += value``."""
        before = ast.Name(name, ast.Load())
        found = ast.BinOp(before, operator, value)
        for part in (before, found):
            ast.copy_location(part, node)
        self.parents[before], self.parents[found] = found, node
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])


_CHILD_FIELDS: Final[dict[type[ast.AST], tuple[str, ...]]] = {}


def _child_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """Names of the fields of a kind of node that may hold nodes."""
    if kind not in _CHILD_FIELDS:
        _CHILD_FIELDS[kind] = tuple(name for name in kind._fields if name not in _NOT_CHILDREN)
    return _CHILD_FIELDS[kind]


def block_of(node: ast.AST, name: str) -> list[ast.AST]:
    """The list of statements (or of handlers, or cases) in the field `name` of a node; empty if it has none."""
    block: object = getattr(node, name, None)
    return cast("list[ast.AST]", block) if isinstance(block, list) else []


def _is_inside(node: ast.AST, child: ast.AST) -> bool:
    """Whether `child` is evaluated in the scope that `node` opens, rather than around it."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return child in node.body
        case ast.Lambda():
            return child is node.body
        case _:
            return True


def _bind_parameters(arguments: ast.arguments, scope: Scope) -> None:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    for argument, default in zip(positional, [*defaults, *arguments.defaults], strict=True):
        scope.bind(argument.arg, Parameter(argument.annotation, default))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        scope.bind(argument.arg, Parameter(argument.annotation, default))
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            scope.bind(rest.arg, Parameter(None, None))


def _bind_target(target: ast.expr, value: ast.expr, statement: ast.stmt, scope: Scope) -> None:
    match target:
        case ast.Name(id=name):
            scope.bind(name, Assignment(value, statement))
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            plain = len(values) == len(targets) and not any(isinstance(e, ast.Starred) for e in [*values, *targets])
            for index, part in enumerate(targets):
                if plain:
                    _bind_target(part, values[index], statement, scope)
                else:
                    _bind_opaque(part, scope)
        case _:
            _bind_opaque(target, scope)


def _bind_items(target: ast.expr, items: ast.expr, loop: ast.AST, scope: Scope) -> None:
    match target:
        case ast.Name(id=name):
            scope.bind(name, LoopItem(items, loop))
        case ast.Tuple(elts=parts) if all(isinstance(part, ast.Name) for part in parts):
            for index, part in enumerate(parts):
                if isinstance(part, ast.Name):
                    scope.bind(part.id, LoopItem(items, loop, index))
        case _:
            _bind_opaque(target, scope)


def _bind_opaque(target: ast.expr, scope: Scope) -> None:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            scope.bind(node.id, Opaque())
