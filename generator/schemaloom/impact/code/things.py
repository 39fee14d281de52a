"""`Thing`: the result of evaluating an expression: a value, or something that calls go through."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from schemaloom.impact.code.scopes import Module, Scope
from schemaloom.impact.package_names import ClassName
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown, Value
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
    """An attribute of a thing, which is probably called."""

    owner: Thing
    attribute: str


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A callable with some keyword arguments given: ``functools.partial``."""

    callee: Thing
    keywords: ObjectValue


@dataclass(frozen=True, slots=True, eq=False)
class FunctionThing:
    """A function of the project."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True, eq=False)
class ClassThing:
    """A class of the project that is no request class."""

    module: Module
    node: ast.ClassDef

    @property
    def scope(self) -> Scope:
        """The names of its body."""
        return self.module.scopes[self.node]


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


Thing: TypeAlias = (
    Value
    | Imported
    | RequestClass
    | RequestValue
    | Bound
    | Partial
    | FunctionThing
    | ClassThing
    | EnumMember
    | Text
    | Dumped
    | ResultOf
)


def as_value(thing: Thing) -> Value:
    """A thing as the JSON value that is sent for it."""
    match thing:
        case Constant() | Unknown() | ListValue() | ObjectValue():
            return thing
        case RequestValue():
            return thing.payload
        case EnumMember():
            return thing.value if thing.is_value else Unknown()
        case Text() | Dumped():
            return Unknown(String())
        case _:
            return Unknown()
