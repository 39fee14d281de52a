"""`Inferred`: what an expression evaluates to, as far as the source shows: a value, or an object that is called."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from schemaloom.impact.code.scopes import Module, Scope, ScopeNode
from schemaloom.impact.package_names import ClassName
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown, Value, merge
from schemaloom.ir.schema import String


@dataclass(frozen=True, slots=True)
class Imported:
    """Something outside the project, by its dotted name; builtins are in ``builtins``."""

    dotted: str


@dataclass(frozen=True, slots=True)
class RequestClass:
    """A class of a generated package, or a subclass of one."""

    name: ClassName
    is_plain: bool = True
    """False if a subclass may change what is sent."""


@dataclass(frozen=True, slots=True)
class RequestValue:
    """An object of a request class: what it sends, by the API's names."""

    name: ClassName
    payload: ObjectValue
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """The code's name of each parameter to the API's."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An attribute of an inferred value, which is probably called."""

    owner: Inferred
    attribute: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call, those of a partial application included."""

    positional: tuple[Inferred, ...] = ()
    keywords: ObjectValue = field(default_factory=lambda: ObjectValue({}))
    """Their values, those of ``**`` included."""
    named: Mapping[str, Inferred] = field(default_factory=lambda: dict[str, Inferred]())  # noqa: PLW0108  defined below
    """The keyword arguments that the call spells out."""
    is_complete: bool = True
    """False behind a ``*``, whose arguments are not known."""

    def at(self, position: int) -> Inferred | None:
        """Return the positional argument at an index, or None."""
        return self.positional[position] if position < len(self.positional) else None

    def find(self, name: str, position: int) -> Inferred | None:
        """Return the argument given by name, or else by position; None if neither is known."""
        if name in self.named:
            return self.named[name]
        member = self.keywords.members.get(name)
        if member is None:
            return self.at(position)
        return member.value if member.certain else Unknown()

    def after(self, first: Arguments) -> Arguments:
        """Return the arguments of a call of a partial application that `first` was given to."""
        return Arguments(
            (*first.positional, *self.positional),
            merge(first.keywords, self.keywords),
            {**first.named, **self.named},
            is_complete=first.is_complete and self.is_complete,
        )

    def without_first(self, count: int) -> Arguments:
        """Return the arguments behind the first positional ones."""
        return replace(self, positional=self.positional[count:])


@dataclass(frozen=True, slots=True)
class Partial:
    """A callable with some arguments given: ``functools.partial``."""

    callee: Inferred
    given: Arguments


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several classes or functions."""

    callees: tuple[Inferred, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """The type of a list of request objects: ``list[FluxDev]``."""

    item: RequestClass


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary or a list that has classes or functions among its items."""

    value: Value
    """What is sent for it."""
    items: tuple[tuple[Value, Inferred], ...]
    """Key, or index, and item; a key that is not known is `Unknown`."""


@dataclass(frozen=True, slots=True)
class InferredFunction:
    """A function of the project."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class InferredClass:
    """A class of the project that is no request class."""

    module: Module
    node: ast.ClassDef

    @property
    def scope(self) -> Scope:
        """The names of its body."""
        return self.module.scopes[self.node]


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the project."""

    cls: InferredClass
    fields: Mapping[str, Inferred] = field(default_factory=dict[str, "Inferred"])
    """What its constructor set, as far as it is known and stays."""


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enum; `is_value` if it is its own value, as that of a `StrEnum`."""

    value: Value
    is_value: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A string of which parts are known; None for a part that is not."""

    parts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Dumped:
    """A value as JSON text."""

    value: Value


@dataclass(frozen=True, slots=True)
class ResultOf:
    """A finished job of a model, or its handle; `path` is None until the output itself is read."""

    model: str
    path: tuple[str, ...] | None = None


Inferred: TypeAlias = (
    Value
    | Imported
    | RequestClass
    | RequestValue
    | Bound
    | Partial
    | OneOf
    | ListOf
    | Table
    | InferredFunction
    | InferredClass
    | Instance
    | EnumMember
    | Text
    | Dumped
    | ResultOf
)


def is_callee(inferred: Inferred) -> bool:
    """Whether an inferred value is a class or a function that may send a request."""
    if isinstance(inferred, Bound):
        return is_callee(inferred.owner)
    return isinstance(inferred, RequestClass | Partial | OneOf | InferredFunction | Table)


def as_value(inferred: Inferred) -> Value:
    """An inferred value as the JSON value that is sent for it."""
    match inferred:
        case Constant() | Unknown() | ListValue() | ObjectValue():
            return inferred
        case RequestValue():
            return inferred.payload
        case Table():
            return inferred.value
        case EnumMember():
            return inferred.value if inferred.is_value else Unknown()
        case Text() | Dumped():
            return Unknown(String())
        case _:
            return Unknown()


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A call that is being looked into: the function's scope and its arguments."""

    node: ScopeNode
    arguments: Mapping[str, Inferred]
    depth: int = 1
    items: Mapping[ast.AST, Inferred] = field(default_factory=dict[ast.AST, Inferred])
    """The item that each comprehension is at."""
