"""`Evaluator`: evaluates an expression of one module to a `Thing`, as far as its source shows."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Protocol

from schemaloom.impact.code.annotations import annotation_schema
from schemaloom.impact.code.arithmetic import apply_binary, apply_unary
from schemaloom.impact.code.bindings import is_parameter, latest_assignment, visible_bindings
from schemaloom.impact.code.class_members import enum_schema, find_member, instance_attribute, only_adds
from schemaloom.impact.code.displays import dict_display, f_string, list_display
from schemaloom.impact.code.mutations import is_only_read, stores
from schemaloom.impact.code.scopes import (
    Assignment,
    Binding,
    Definition,
    Import,
    LoopItem,
    Module,
    Parameter,
    Scope,
    ScopeNode,
)
from schemaloom.impact.code.thing_operations import (
    deciding,
    either,
    item_of,
    one_of,
    result_step,
    unpacked,
    with_stores,
    without_contents,
    without_contents_of,
)
from schemaloom.impact.code.things import (
    Bound,
    ClassThing,
    EnumMember,
    FunctionThing,
    Imported,
    Instance,
    RequestClass,
    RequestValue,
    ResultOf,
    Thing,
    as_value,
)
from schemaloom.impact.values import (
    ANY_OBJECT,
    Constant,
    ListValue,
    ObjectValue,
    Unknown,
    Value,
)
from schemaloom.ir.schema import Array, Boolean, Schema

_DEEPEST = 40
_MOST_NAMES = 200
"""Names that are looked up for one expression; beyond them its value counts as unknown."""
_MOST_ITEMS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A call that is being looked into: the function's scope and its arguments."""

    node: ScopeNode
    arguments: Mapping[str, Thing]
    depth: int = 1
    items: Mapping[ast.AST, Thing] = field(default_factory=dict[ast.AST, Thing])
    """The item that each comprehension is at."""


class Calls(Protocol):
    """How calls are evaluated; see `code.calls`."""

    def call(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Thing:
        """What a call returns."""
        ...


class Resolver(Protocol):
    """How dotted names of other modules are resolved; see `code.project`."""

    def resolve(self, dotted: str) -> Thing:
        """Return the thing that a dotted name refers to."""
        ...


@dataclass(slots=True)
class Evaluator:
    """Evaluates expressions of one module without running any code."""

    module: Module
    resolver: Resolver
    calls: Calls
    _depth: int = 0
    _names: int = 0
    _active: set[int] = field(default_factory=set[int])
    _known: dict[int, Thing] = field(default_factory=dict[int, Thing])

    def evaluate(self, node: ast.expr, frame: Frame | None = None) -> Thing:
        """Return the thing that an expression evaluates to; `Unknown` if its source does not show it."""
        if frame is None and id(node) in self._known:
            return self._known[id(node)]
        if not self._active:
            self._names = 0
        self._names += isinstance(node, ast.Name)
        if self._depth > _DEEPEST or id(node) in self._active or self._names > _MOST_NAMES:
            return Unknown()
        self._depth += 1
        self._active.add(id(node))
        try:
            found = self._evaluate(node, frame)
        finally:
            self._depth -= 1
            self._active.discard(id(node))
        if frame is None and not self._active:
            self._known[id(node)] = found
        return found

    def value(self, node: ast.expr, frame: Frame | None = None) -> Value:
        """The JSON value of an expression."""
        return as_value(self.evaluate(node, frame))

    def _evaluate(self, node: ast.expr, frame: Frame | None) -> Thing:  # noqa: C901, PLR0912  a table of kinds
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
                return self._comprehension(element, loop, frame)
            case ast.ListComp():
                return Unknown(Array())
            case ast.DictComp():
                return ANY_OBJECT
            case ast.Lambda():
                return FunctionThing(self.module, node)
            case _:
                return Unknown()

    def _name(self, node: ast.Name, name: str, frame: Frame | None) -> Thing:
        found = self.module.scope_of(node).find(name)
        if found is None:
            for star in self.module.stars:
                thing = self.resolver.resolve(f"{star}.{name}")
                if not isinstance(thing, Imported):
                    return thing
            return Imported(f"builtins.{name}")
        scope, bindings = found
        if frame is not None and scope.node is frame.node and name in frame.arguments and is_parameter(bindings):
            return self._changed(node, name, scope, None, frame.arguments[name], frame)
        return self._bound(node, name, scope, bindings, frame)

    def _bound(self, node: ast.Name, name: str, scope: Scope, bindings: list[Binding], frame: Frame | None) -> Thing:
        bindings = visible_bindings(self.module, node, bindings)
        latest = latest_assignment(self.module, node, scope, bindings)
        if latest is not None:
            bindings = [latest]
        things = [self._binding(binding, frame) for binding in bindings]
        if len(things) > 1:
            return self._one_of(name, scope, things)
        binding, thing = bindings[0], things[0]
        return self._changed(node, name, scope, binding, thing, frame) if isinstance(binding, Assignment) else thing

    def _binding(self, binding: Binding, frame: Frame | None) -> Thing:
        match binding:
            case Import(dotted):
                return self.resolver.resolve(dotted)
            case Assignment(value, _):
                return self.evaluate(value, frame)
            case Definition(node):
                return self._class(node) if isinstance(node, ast.ClassDef) else FunctionThing(self.module, node)
            case Parameter(annotation, _):
                return Unknown(annotation_schema(annotation, self.evaluate, self.enum_schema))
            case LoopItem(items, loop, index):
                if frame is not None and loop in frame.items:
                    return unpacked([frame.items[loop]], index)
                found = self.evaluate(items, frame)
                return unpacked(found.items, index) if isinstance(found, ListValue) else Unknown()
            case _:
                return Unknown()

    def _one_of(self, name: str, scope: Scope, things: list[Thing]) -> Thing:
        """The value of a name that several statements bind."""
        if all(isinstance(thing, ObjectValue) for thing in things) and is_only_read(self.module, scope, name):
            return reduce(either, things)
        return one_of([without_contents_of(thing) for thing in things])

    def _changed(
        self, node: ast.Name, name: str, scope: Scope, binding: Assignment | None, thing: Thing, frame: Frame | None
    ) -> Thing:
        """The value of a name after everything that its object went through; `binding` is None for a parameter."""
        if not isinstance(thing, ObjectValue | ListValue):
            return thing
        statement = None if binding is None else binding.statement
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            return without_contents(thing)  # one object of several names
        parts = [] if isinstance(thing, ListValue) else [
            key for key, member in thing.members.items() if not isinstance(member.value, Constant)
        ]  # fmt: skip
        found = stores(self.module, scope, name, statement, node, parts)
        if found is None:
            return without_contents(thing)
        if not found:
            return thing
        if isinstance(thing, ListValue):
            return Unknown(Array())
        return with_stores(thing, found, lambda expression: self.value(expression, frame))

    def _class(self, node: ast.ClassDef) -> Thing:
        for base in node.bases:
            thing = self.evaluate(base)
            if isinstance(thing, RequestClass):
                return RequestClass(thing.name, is_plain=thing.is_plain and only_adds(node))
        return ClassThing(self.module, node)

    def enum_schema(self, thing: ClassThing) -> Schema:
        """The values of an enum class; anything for another class."""
        return enum_schema(thing, self._in_class)

    def _in_class(self, thing: ClassThing, node: ast.expr) -> Thing:
        """Evaluate an expression in the body of a class."""
        return self.of_module(thing.module).evaluate(node)

    def of_module(self, module: Module) -> Evaluator:
        """An evaluator of another module; this one if it is its own."""
        return self if module is self.module else Evaluator(module, self.resolver, self.calls)

    def _attribute(self, node: ast.expr, owner: ast.expr, attribute: str, frame: Frame | None) -> Thing:
        if isinstance(owner, ast.Name) and owner.id in {"self", "cls"}:
            around = next((at for at in self.module.ancestors(node) if isinstance(at, ast.ClassDef)), None)
            if around is not None:
                return instance_attribute(ClassThing(self.module, around), attribute, self._in_class)
        thing = self.evaluate(owner, frame)
        if isinstance(thing, Imported | ClassThing) and attribute in self.module.attribute_stores:
            return Unknown()  # set here, at any time
        return self.attribute(thing, attribute)

    def attribute(self, thing: Thing, attribute: str) -> Thing:
        """Return the thing that an attribute of a thing refers to."""
        match thing:
            case Imported(dotted):
                return self.resolver.resolve(f"{dotted}.{attribute}")
            case ClassThing():
                return find_member(thing, attribute, self._in_class)
            case Instance(cls=cls):
                found = find_member(cls, attribute, self._in_class)
                return found if isinstance(found, FunctionThing) else Bound(Unknown(), attribute)
            case EnumMember(value=value) if attribute == "value":
                return value
            case ResultOf(model, path):
                return result_step(model, path, attribute) or Bound(thing, attribute)
            case RequestValue(payload=payload, fields=fields) if fields.get(attribute) in payload.members:
                return payload.members[fields[attribute]].value
            case _:
                return Bound(thing, attribute)

    def _subscript(self, node: ast.Subscript, frame: Frame | None) -> Thing:
        owner = self.evaluate(node.value, frame)
        key = self.value(node.slice, frame)
        if isinstance(owner, ClassThing) and isinstance(key, Constant):
            member = find_member(owner, str(key.value), self._in_class)
            return member if isinstance(member, EnumMember) else Unknown()
        return item_of(owner, key)

    def _comprehension(self, element: ast.expr, loop: ast.comprehension, frame: Frame | None) -> Value:
        items = self.value(loop.iter, frame)
        if not isinstance(items, ListValue) or len(items.items) > _MOST_ITEMS or loop.ifs or loop.is_async:
            return Unknown(Array())
        around = frame or Frame(self.module.tree, {})
        frames = (replace(around, items={**around.items, loop: item}) for item in items.items)
        return ListValue(tuple(self.value(element, inner) for inner in frames))
