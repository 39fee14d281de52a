"""`Evaluator`: evaluates an expression of one module to an `Inferred`, as far as its source shows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Protocol

from schemaloom.impact.code.annotations import annotation_schema
from schemaloom.impact.code.arithmetic import apply_binary, apply_unary
from schemaloom.impact.code.bindings import is_parameter, latest_assignment, visible_bindings
from schemaloom.impact.code.class_members import enum_schema, find_member, instance_attribute, only_adds
from schemaloom.impact.code.comprehensions import dict_comprehension, list_comprehension
from schemaloom.impact.code.displays import as_table, dict_display, f_string, list_display
from schemaloom.impact.code.inferred import (
    Bound,
    EnumMember,
    Frame,
    Imported,
    Inferred,
    InferredClass,
    InferredFunction,
    Instance,
    ListOf,
    RequestClass,
    RequestValue,
    ResultOf,
    Table,
    as_value,
)
from schemaloom.impact.code.inferred_operations import (
    deciding,
    either,
    item_of,
    iterated,
    one_of,
    parts_of,
    result_step,
    unpacked,
    with_stores,
    without_contents,
    without_contents_of,
)
from schemaloom.impact.code.mutations import is_name_only_read, stores
from schemaloom.impact.code.scopes import (
    Assignment,
    Binding,
    Definition,
    Import,
    LoopItem,
    Module,
    Parameter,
    Scope,
)
from schemaloom.impact.values import (
    Constant,
    ListValue,
    ObjectValue,
    Unknown,
    Value,
)
from schemaloom.ir.schema import Array, Boolean, Schema

_LISTS = frozenset({"builtins.list", "typing.List", "typing.Sequence", "collections.abc.Sequence"})
_DEEPEST = 40
_MOST_NAMES = 1_000
"""Names that are looked up for one expression, in all modules; beyond them its value counts as unknown."""


class Calls(Protocol):
    """Evaluates calls; see `code.calls`."""

    def call(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Inferred:
        """Return the value of a call."""
        ...


class Resolver(Protocol):
    """Resolves dotted names of other modules; see `code.project`."""

    def resolve(self, dotted: str) -> Inferred:
        """Return the value of a dotted name."""
        ...

    def is_set(self, attribute: str) -> bool:
        """Return whether code sets an attribute of this name of a module, a class or another object."""
        ...

    def is_variable_bound(self, name: str, module: Module) -> bool:
        """Return whether code of another module may bind a variable of a module."""
        ...

    def is_object_changed(self, attribute: str) -> bool:
        """Return whether code may change the object that an attribute of this name is."""
        ...

    def is_result_changed(self, function: str) -> bool:
        """Return whether code may change an object that a function of this name returns."""
        ...

    def is_class_changed(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether code may set an attribute of a class."""
        ...

    def may_differ(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether an object of a class, or of a subclass, may have another attribute than the class shows."""
        ...


@dataclass(slots=True)
class Lookups:
    """The number of names looked up for the outermost expression; the evaluators of a project share one."""

    names: int = 0
    depth: int = 0
    """Expressions that are being evaluated, one inside the other."""

    @property
    def is_exhausted(self) -> bool:
        """Whether the expression counts as unknown."""
        return self.names > _MOST_NAMES


@dataclass(slots=True)
class Evaluator:
    """Evaluates expressions of one module without running any code."""

    module: Module
    resolver: Resolver
    calls: Calls
    lookups: Lookups
    _depth: int = 0
    _active: set[int] = field(default_factory=set[int])
    _known: dict[int, Inferred] = field(default_factory=dict[int, Inferred])

    def evaluate(self, node: ast.expr, frame: Frame | None = None) -> Inferred:
        """Return the value of an expression; `Unknown` if its source does not show it."""
        if frame is None and id(node) in self._known:
            return self._known[id(node)]
        lookups = self.lookups
        if not lookups.depth:
            lookups.names = 0
        lookups.names += isinstance(node, ast.Name)
        if self._depth > _DEEPEST or id(node) in self._active or lookups.is_exhausted:
            return Unknown()
        self._depth += 1
        lookups.depth += 1
        self._active.add(id(node))
        try:
            found = self._evaluate(node, frame)
        finally:
            self._depth -= 1
            lookups.depth -= 1
            self._active.discard(id(node))
        if frame is None and not self._active and not lookups.is_exhausted:
            self._known[id(node)] = found
        return found

    def value(self, node: ast.expr, frame: Frame | None = None) -> Value:
        """The JSON value of an expression."""
        return as_value(self.evaluate(node, frame))

    def _evaluate(self, node: ast.expr, frame: Frame | None) -> Inferred:  # noqa: C901, PLR0912  a table of kinds
        match node:
            case ast.Constant(value=None | str() | int() | float() as value):
                return Constant(value)
            case ast.Name(id=name):
                return self._name(node, name, frame)
            case ast.Attribute(value=owner, attr=attribute):
                return self._attribute(node, owner, attribute, frame)
            case ast.Subscript():
                return self._subscript(node, frame)
            case ast.Call():
                return self.calls.call(self, node, frame)
            case ast.JoinedStr(values=values):
                return f_string(values, lambda part: self.evaluate(part, frame))
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.evaluate(value, frame)
            case ast.Dict():
                return dict_display(node, lambda part: self.evaluate(part, frame))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return list_display(items, lambda part: self.evaluate(part, frame))
            case ast.BinOp(left=left, op=operator, right=right):
                return apply_binary(operator, self.evaluate(left, frame), self.evaluate(right, frame))
            case ast.UnaryOp(op=unary, operand=operand):
                return apply_unary(unary, self.value(operand, frame))
            case ast.IfExp(body=body, orelse=other):
                return either(self.evaluate(body, frame), self.evaluate(other, frame))
            case ast.BoolOp(op=operator, values=values):
                return deciding([self.evaluate(value, frame) for value in values], is_or=isinstance(operator, ast.Or))
            case ast.Compare():
                return Unknown(Boolean())
            case ast.ListComp(elt=element, generators=[loop]):
                return list_comprehension(element, loop, self._in_comprehension(frame))
            case ast.ListComp():
                return Unknown(Array())
            case ast.DictComp():
                return dict_comprehension(node, self._in_comprehension(frame))
            case ast.Lambda():
                return InferredFunction(self.module, node)
            case _:
                return Unknown()

    def _name(self, node: ast.Name, name: str, frame: Frame | None) -> Inferred:
        found = self.module.scope_of(node).find(name)
        if found is None:
            for star in self.module.stars:
                inferred = self.resolver.resolve(f"{star}.{name}")
                if not isinstance(inferred, Imported):
                    return inferred
            return Imported(f"builtins.{name}")
        scope, bindings = found
        if self.module.stars and scope is self.module.scope and self._is_in_star(name, bindings):
            return Unknown()
        if frame is not None and scope.node is frame.node and name in frame.arguments and is_parameter(bindings):
            return self._changed(node, name, scope, None, frame.arguments[name], frame)
        return self._bound(node, name, scope, bindings, frame)

    def _is_in_star(self, name: str, bindings: list[Binding]) -> bool:
        """Whether a module that is imported with ``*`` may give a variable another value."""
        return any(isinstance(one, Assignment) for one in bindings) and any(
            not isinstance(self.resolver.resolve(f"{star}.{name}"), Imported) for star in self.module.stars
        )

    def _bound(self, node: ast.Name, name: str, scope: Scope, bindings: list[Binding], frame: Frame | None) -> Inferred:
        bindings = visible_bindings(self.module, node, bindings)
        latest = latest_assignment(self.module, node, scope, bindings)
        if latest is not None:
            bindings = [latest]
        candidates = [self._binding(binding, frame) for binding in bindings]
        if len(candidates) > 1:
            return self._one_of(name, scope, candidates)
        binding, inferred = bindings[0], candidates[0]
        return (
            self._changed(node, name, scope, binding, inferred, frame) if isinstance(binding, Assignment) else inferred
        )

    def _binding(self, binding: Binding, frame: Frame | None) -> Inferred:
        match binding:
            case Import(dotted):
                return self.resolver.resolve(dotted)
            case Assignment(value, _):
                return self.evaluate(value, frame)
            case Definition(node):
                return self._class(node) if isinstance(node, ast.ClassDef) else InferredFunction(self.module, node)
            case Parameter(annotation, _):
                return Unknown(annotation_schema(annotation, self.evaluate, self.enum_schema))
            case LoopItem(items, loop, index):
                if frame is not None and loop in frame.items:
                    return unpacked([frame.items[loop]], index)
                found = iterated(self.evaluate(items, frame))
                return Unknown() if found is None else unpacked(found, index)
            case _:
                return Unknown()

    def _one_of(self, name: str, scope: Scope, candidates: list[Inferred]) -> Inferred:
        """The value of a name that several statements bind."""
        if all(isinstance(inferred, ObjectValue) for inferred in candidates) and is_name_only_read(
            self.module, scope, name
        ):
            return reduce(either, candidates)
        return one_of([without_contents_of(inferred) for inferred in candidates])

    def _changed(
        self,
        node: ast.Name,
        name: str,
        scope: Scope,
        binding: Assignment | None,
        inferred: Inferred,
        frame: Frame | None,
    ) -> Inferred:
        """The value of a name after everything that its object went through; `binding` is None for a parameter."""
        if isinstance(inferred, Table):
            return self._changed_table(node, name, scope, binding, inferred, frame)
        if not isinstance(inferred, ObjectValue | ListValue):
            return inferred
        statement = None if binding is None else binding.statement
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            return without_contents(inferred)  # one object of several names
        found = stores(self.module, scope, name, statement, node, parts_of(inferred))
        if found is None:
            return without_contents(inferred)
        if not found:
            return inferred
        if isinstance(inferred, ListValue):
            return Unknown(Array())
        changed = with_stores(inferred, found, lambda expression: self.value(expression, frame))
        stored = [self.evaluate(store.value, frame) for store in found if store.value is not None]
        return as_table(changed, [(Unknown(), item) for item in stored])

    def _changed_table(
        self, node: ast.Name, name: str, scope: Scope, binding: Assignment | None, table: Table, frame: Frame | None
    ) -> Inferred:
        """A table after everything that it went through: under which key an item is counts no more."""
        changed = self._changed(node, name, scope, binding, table.value, frame)
        if changed == table.value:
            return table
        stored = changed.items if isinstance(changed, Table) else ()
        return Table(as_value(changed), (*((Unknown(), item) for _, item in table.items), *stored))

    def _class(self, node: ast.ClassDef) -> Inferred:
        for base in node.bases:
            inferred = self.evaluate(base)
            if isinstance(inferred, RequestClass):
                return RequestClass(inferred.name, is_plain=inferred.is_plain and only_adds(node))
        return InferredClass(self.module, node)

    def enum_schema(self, inferred: InferredClass) -> Schema:
        """The values of an enum class; anything for another class."""
        return enum_schema(inferred, self._in_class)

    def _in_class(self, inferred: InferredClass, node: ast.expr) -> Inferred:
        """Evaluate an expression in the body of a class."""
        return self.of_module(inferred.module).evaluate(node)

    def of_module(self, module: Module) -> Evaluator:
        """An evaluator of another module; this one if it is its own."""
        return self if module is self.module else Evaluator(module, self.resolver, self.calls, self.lookups)

    def _attribute(self, node: ast.expr, owner: ast.expr, attribute: str, frame: Frame | None) -> Inferred:
        if isinstance(owner, ast.Name) and owner.id in {"self", "cls"}:
            around = next((at for at in self.module.ancestors(node) if isinstance(at, ast.ClassDef)), None)
            if around is not None:
                cls = InferredClass(self.module, around)
                own = self._unchanged(instance_attribute(cls, attribute, self._in_class), attribute)
                is_open = isinstance(own, Unknown | Bound | Imported | InferredFunction)
                return own if is_open or not self.resolver.may_differ(cls, attribute) else Unknown()
        inferred = self.evaluate(owner, frame)
        found = self._unchanged(self.attribute(inferred, attribute), attribute)
        is_variable = isinstance(inferred, Imported | InferredClass) and isinstance(
            found, Constant | ListValue | ObjectValue
        )
        return Unknown() if is_variable and self._is_set(inferred, attribute) else found

    def _unchanged(self, inferred: Inferred, attribute: str) -> Inferred:
        """Return what an attribute is; a list or an object without its contents if code changes them."""
        is_object = isinstance(inferred, ObjectValue | ListValue)
        return without_contents_of(inferred) if is_object and self.resolver.is_object_changed(attribute) else inferred

    def _is_set(self, owner: Inferred, attribute: str) -> bool:
        if attribute in self.module.attribute_stores:
            return True
        if isinstance(owner, InferredClass):
            return self.resolver.is_class_changed(owner, attribute)
        return self.resolver.is_set(attribute)

    def attribute(self, inferred: Inferred, attribute: str) -> Inferred:
        """Return the value of an attribute."""
        match inferred:
            case Imported(dotted):
                return self.resolver.resolve(f"{dotted}.{attribute}")
            case InferredClass():
                return self._member(inferred, attribute)
            case Instance(fields=fields) if attribute in fields:
                return Unknown() if self._is_set(inferred, attribute) else fields[attribute]
            case Instance(cls=cls, fields=fields):
                found = self._member(cls, attribute)
                is_method = isinstance(found, InferredFunction)
                return found if is_method else Bound(inferred if fields else Unknown(), attribute)
            case EnumMember(value=value) if attribute == "value":
                return value
            case ResultOf(model, path):
                return result_step(model, path, attribute) or Bound(inferred, attribute)
            case RequestValue(payload=payload, fields=fields) if fields.get(attribute) in payload.members:
                return payload.members[fields[attribute]].value
            case _:
                return Bound(inferred, attribute)

    def _member(self, cls: InferredClass, attribute: str) -> Inferred:
        found = find_member(cls, attribute, self._in_class)
        return self.resolver.resolve(found.dotted) if isinstance(found, Imported) else found

    def _subscript(self, node: ast.Subscript, frame: Frame | None) -> Inferred:
        owner = self.evaluate(node.value, frame)
        item = self.evaluate(node.slice, frame)
        if isinstance(owner, Imported) and isinstance(item, RequestClass):
            return ListOf(item) if owner.dotted in _LISTS else Unknown()
        key = as_value(item)
        if isinstance(owner, InferredClass) and isinstance(key, Constant):
            member = find_member(owner, str(key.value), self._in_class)
            return member if isinstance(member, EnumMember) else Unknown()
        return item_of(owner, key)

    def _in_comprehension(self, frame: Frame | None) -> Callable[[ast.expr, Mapping[ast.AST, Inferred]], Value]:
        around = frame or Frame(self.module.tree, {})
        return lambda node, items: self.value(node, replace(around, items={**around.items, **items}))
