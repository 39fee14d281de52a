"""`Candidates`: which calls and reads of a module may be sites, by the names in it alone, before any is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from schemaloom.impact.code.client_calls import PAYLOAD_KEYWORDS, sending_names
from schemaloom.impact.code.scopes import Module

_STORING: Final = frozenset({"update", "setdefault", "append", "extend", "insert", "add", "appendleft"})
"""Methods that put an argument into the object that they are called on."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The names of a module that lead to something, and the nodes that contain one of them.

    Names are compared, not what they are bound to, so that this is never too few.
    """

    module: Module
    names: set[str] = field(default_factory=set[str])
    """Names and attributes."""
    nodes: set[ast.AST] = field(default_factory=set[ast.AST])
    _pending: list[str] = field(default_factory=list[str])

    def follow(self, names: Iterable[str], nodes: Iterable[ast.AST] = ()) -> None:
        """Follow names and nodes to all that contains them, and to the names that these bind."""
        for name in names:
            self._add(name)
        for node in nodes:
            self._touch(node)
        while self._pending:
            name = self._pending.pop()
            for use in (*self.module.loads.get(name, ()), *self.module.attribute_loads.get(name, ())):
                self._touch(use)

    def _add(self, name: str) -> None:
        if name not in self.names:
            self.names.add(name)
            self._pending.append(name)

    def _touch(self, node: ast.AST) -> None:
        at: ast.AST | None = node
        while at is not None and at not in self.nodes:
            self.nodes.add(at)
            self._add_bound(at)
            at = self.module.parents.get(at)

    def _add_bound(self, node: ast.AST) -> None:
        """Add the names to which a node gives what it contains."""
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._add(name)
                for decorator in node.decorator_list:
                    self._add_targets(decorator)  # it may keep what it decorates
            case ast.Assign(targets=targets):
                for target in targets:
                    self._add_targets(target)
            case (
                ast.AnnAssign(target=target)
                | ast.AugAssign(target=target)
                | ast.NamedExpr(target=target)
                | ast.For(target=target)
                | ast.AsyncFor(target=target)
                | ast.comprehension(target=target)
                | ast.withitem(optional_vars=ast.expr() as target)
            ):
                self._add_targets(target)
            case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _STORING:
                self._add_targets(owner)
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str(name)), *_]):
                self._add(name)
            case _:
                pass

    def _add_targets(self, target: ast.expr) -> None:
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                self._add(part.id)
            elif isinstance(part, ast.Attribute):
                self._add(part.attr)


class Candidates:
    """The calls and reads of a module that may be sites."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._trace = Trace(module)
        """From the package, a client library, or a model's id."""
        self._direct: set[ast.AST] = set()
        """Calls that may send a request by the name of the function or of a keyword alone."""

    def calls(self) -> list[ast.Call]:
        """Return the calls that may be sites."""
        found = self._trace.nodes | self._direct
        return [call for calls in self.module.calls.values() for call in calls if call in found]

    def reads(self) -> list[ast.Attribute | ast.Subscript]:
        """Return the attributes and items that may be parts of a result."""
        return [part for part in self.module.reads if part in self._trace.nodes]

    def exported(self) -> frozenset[str]:
        """Return the names that lead to a request, as other files import them."""
        return frozenset(self._trace.names.intersection(self.module.scope.bindings))

    def start(self, packages: frozenset[str], words: tuple[str, ...]) -> None:
        """Follow the imports of `packages` and the strings with one of `words`; note the calls that may send."""
        module = self.module
        imported = {name for name, dotted in module.imports if dotted.partition(".")[0] in packages}
        if not packages.isdisjoint(star.partition(".")[0] for star in module.stars):
            imported |= module.loads.keys()
        strings = [
            node
            for node in module.strings
            if str(node.value).partition(".")[0] in packages
            or (any(word in str(node.value) for word in words) and not isinstance(module.parents[node], ast.Expr))
        ]
        self._trace.follow(imported, strings)
        self._direct.update(call for calls in module.calls.values() for call in calls if _may_send(call))

    def add_imported(self, name: str) -> None:
        """Follow a name that another module exports, under whatever name it is imported here."""
        end = f".{name}"
        self._trace.follow({name, *(bound for bound, dotted in self.module.imports if dotted.endswith(end))})


def _may_send(call: ast.Call) -> bool:
    """Whether a call may send a request by its spelling alone."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in sending_names():
            return True
        case _:
            return any(word.arg in PAYLOAD_KEYWORDS for word in call.keywords)
