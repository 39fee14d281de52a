"""`Evaluator`: evaluates an expression of one module to a `Thing`, as far as its source shows."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from schemaloom.impact.code.annotations import annotation_schema
from schemaloom.impact.code.arithmetic import apply_binary, apply_unary, format_value
from schemaloom.impact.code.bindings import is_parameter, latest_assignment, only_adds
from schemaloom.impact.code.mutations import stores
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
    first_true,
    item_of,
    join_text,
    one_of,
    result_step,
    with_stores,
    without_contents,
)
from schemaloom.impact.code.things import (
    Bound,
    ClassThing,
    EnumMember,
    FunctionThing,
    Imported,
    RequestClass,
    RequestValue,
    ResultOf,
    Text,
    Thing,
    as_value,
)
from schemaloom.impact.values import (
    ANY_OBJECT,
    Constant,
    ListValue,
    Member,
    ObjectValue,
    Unknown,
    Value,
    any_of,
    is_known,
    merge,
    to_json,
)
from schemaloom.ir.schema import Anything, Array, Boolean, Enum, Schema
from schemaloom.json.values import json_text

_DEEPEST = 40
_ENUM_BASES = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"})
_VALUE_BASES = frozenset({"builtins.str", "builtins.int", "builtins.float", "enum.StrEnum", "enum.IntEnum"})


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A call that is being looked into: the function's scope and its arguments."""

    node: ScopeNode
    arguments: Mapping[str, Thing]
    depth: int = 1


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
    _active: set[int] = field(default_factory=set[int])
    _known: dict[int, Thing] = field(default_factory=dict[int, Thing])

    def evaluate(self, node: ast.expr, frame: Frame | None = None) -> Thing:
        """Return the thing that an expression evaluates to; `Unknown` if its source does not show it."""
        if frame is None and id(node) in self._known:
            return self._known[id(node)]
        if self._depth > _DEEPEST or id(node) in self._active:
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
                return join_text([self._piece(part, frame) for part in values])
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.evaluate(value, frame)
            case ast.Dict():
                return self._dict(node, frame)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                if any(isinstance(item, ast.Starred) for item in items):
                    return Unknown(Array())
                return ListValue(tuple(self.value(item, frame) for item in items))
            case ast.BinOp(left=left, op=operator, right=right):
                return apply_binary(operator, self.evaluate(left, frame), self.evaluate(right, frame))
            case ast.UnaryOp(op=unary, operand=operand):
                return apply_unary(unary, self.value(operand, frame))
            case ast.IfExp(body=body, orelse=other):
                return one_of([self.evaluate(body, frame), self.evaluate(other, frame)])
            case ast.BoolOp(op=ast.Or(), values=values):
                return first_true([self.evaluate(value, frame) for value in values])
            case ast.Compare():
                return Unknown(Boolean())
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
            return frame.arguments[name]
        return self._bound(node, name, scope, bindings, frame)

    def _bound(self, node: ast.Name, name: str, scope: Scope, bindings: list[Binding], frame: Frame | None) -> Thing:
        latest = latest_assignment(self.module, node, scope, bindings)
        if latest is not None:
            bindings = [latest]
        things = [self._binding(binding, frame) for binding in bindings]
        if len(things) > 1:
            return one_of([without_contents(thing) for thing in things])
        binding, thing = bindings[0], things[0]
        if isinstance(binding, Assignment) and isinstance(thing, ObjectValue | ListValue):
            return self._changed(node, name, scope, binding, thing, frame)
        return thing

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
            case LoopItem(items):
                found = self.evaluate(items, frame)
                return any_of(found.items) if isinstance(found, ListValue) and found.items else Unknown()
            case _:
                return Unknown()

    def _changed(
        self, node: ast.Name, name: str, scope: Scope, binding: Assignment, value: ObjectValue | ListValue,
        frame: Frame | None,
    ) -> Value:  # fmt: skip
        """The value of a name after everything that its object went through."""
        found = stores(self.module, scope, name, binding.statement, node)
        if found is None:
            return without_contents(value)
        if not found:
            return value
        if isinstance(value, ListValue):
            return Unknown(Array())
        return with_stores(value, found, lambda expression: self.value(expression, frame))

    def _class(self, node: ast.ClassDef) -> Thing:
        for base in node.bases:
            thing = self.evaluate(base)
            if isinstance(thing, RequestClass):
                return RequestClass(thing.name, is_plain=thing.is_plain and only_adds(node))
        return ClassThing(self.module, node)

    def enum_schema(self, thing: ClassThing) -> Schema:
        """The values of an enum class; anything for another class."""
        members = [self._member(thing, name) for name in thing.scope.bindings if not name.startswith("_")]
        values = [as_value(member) for member in members if isinstance(member, EnumMember)]
        if not values or not all(is_known(value) for value in values):
            return Anything()
        return Enum(values=tuple(json_text(to_json(value)) for value in values))

    def _attribute(self, node: ast.expr, owner: ast.expr, attribute: str, frame: Frame | None) -> Thing:
        if isinstance(owner, ast.Name) and owner.id in {"self", "cls"}:
            around = next((at for at in self.module.ancestors(node) if isinstance(at, ast.ClassDef)), None)
            if around is not None:
                return self._of_instance(ClassThing(self.module, around), attribute, frame)
        return self.attribute(self.evaluate(owner, frame), attribute)

    def attribute(self, thing: Thing, attribute: str) -> Thing:
        """Return the thing that an attribute of a thing refers to."""
        match thing:
            case Imported(dotted):
                return self.resolver.resolve(f"{dotted}.{attribute}")
            case ClassThing():
                return self._member(thing, attribute)
            case EnumMember(value=value) if attribute == "value":
                return value
            case ResultOf(model, path):
                return result_step(model, path, attribute) or Bound(thing, attribute)
            case RequestValue(payload=payload, fields=fields) if fields.get(attribute) in payload.members:
                return payload.members[fields[attribute]].value
            case _:
                return Bound(thing, attribute)

    def _member(self, thing: ClassThing, attribute: str) -> Thing:
        other = self if thing.module is self.module else Evaluator(thing.module, self.resolver, self.calls)
        bindings = thing.scope.bindings.get(attribute, [])
        if (
            len(bindings) == 1
            and isinstance(bindings[0], Definition)
            and not isinstance(bindings[0].node, ast.ClassDef)
        ):
            return FunctionThing(thing.module, bindings[0].node)
        if len(bindings) != 1 or not isinstance(bindings[0], Assignment):
            return Bound(thing, attribute)
        value = other.evaluate(bindings[0].value)
        bases = [other.evaluate(base) for base in thing.node.bases]
        dotted = {base.dotted for base in bases if isinstance(base, Imported)}
        if dotted & _ENUM_BASES:
            return EnumMember(as_value(value), is_value=bool(dotted & _VALUE_BASES))
        return value

    def _of_instance(self, thing: ClassThing, attribute: str, frame: Frame | None) -> Thing:
        """An attribute that is set once, in the class or by one of its methods."""
        places = self.module.attribute_stores.get(attribute, ())
        stored = [place for place in places if thing.node in self.module.ancestors(place)]
        if not stored:
            found = self._member(thing, attribute)
            return without_contents(found) if isinstance(found, ObjectValue | ListValue) else found
        statement = self.module.parents[stored[0]]
        if len(stored) == 1 and attribute not in thing.scope.bindings:
            match statement:
                case ast.Assign(targets=[target], value=value) if target is stored[0]:
                    return self._outside_call(value, frame)
                case ast.AnnAssign(value=ast.expr() as value):
                    return self._outside_call(value, frame)
                case _:
                    pass
        return Unknown()

    def _outside_call(self, node: ast.expr, frame: Frame | None) -> Thing:
        del frame  # of a method of its own
        thing = self.evaluate(node)
        return without_contents(thing) if isinstance(thing, ObjectValue | ListValue) else thing

    def _subscript(self, node: ast.Subscript, frame: Frame | None) -> Thing:
        owner = self.evaluate(node.value, frame)
        key = self.value(node.slice, frame)
        return item_of(owner, key)

    def _dict(self, node: ast.Dict, frame: Frame | None) -> ObjectValue:
        found = ObjectValue({})
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found = merge(found, as_value(self.evaluate(value, frame)))
                continue
            name = self.value(key, frame)
            if not isinstance(name, Constant) or not isinstance(name.value, str):
                found = ANY_OBJECT
            else:
                members = {**found.members, name.value: Member(self.value(value, frame))}
                found = ObjectValue(members, is_open=found.is_open)
        return found

    def _piece(self, node: ast.expr, frame: Frame | None) -> Thing:
        if not isinstance(node, ast.FormattedValue):
            return self.evaluate(node, frame)
        thing = self.evaluate(node.value, frame)
        if isinstance(thing, Text) and node.conversion == -1 and node.format_spec is None:
            return thing
        spec = Constant("") if node.format_spec is None else self.value(node.format_spec, frame)
        return format_value(as_value(thing), node.conversion, spec)
