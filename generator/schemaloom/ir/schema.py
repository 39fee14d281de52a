"""The schema algebra: one frozen class per kind of JSON value.

A node defines which JSON values it admits.  Keywords that these classes cannot express
(``not``, ``if``, ``patternProperties``, an unknown keyword) stay on the node in
`Schema.unsupported`: the node is then wider than its source, never narrower, and a judgement
about it can take the missing keywords into account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast

from schemaloom.json.values import JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The annotations of a schema; none of them decides whether a value is valid."""

    title: str = ""
    description: str = ""
    default: JsonText | None = None
    """The value the provider uses when none is sent."""
    examples: tuple[JsonText, ...] = ()
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    format: str | None = None
    """``uri``, ``date-time``…: documentation, because validators are free to ignore it."""
    extensions: tuple[tuple[str, JsonText], ...] = ()
    """Keywords that begin with ``x-``, where their value is a string or a boolean, sorted."""

    labels: tuple[tuple[JsonText, str], ...] = ()
    """Titles of the alternatives that are constants, by value."""
    content: tuple[tuple[str, JsonText], ...] = ()
    """``contentMediaType``, ``contentEncoding`` and ``contentSchema``, by name."""

    def merged_with(self, other: Annotations) -> Annotations:
        """Return these annotations, with those of `other` where these are absent."""
        if other is NO_ANNOTATIONS:  # nearly always, and this is asked for every part of every schema
            return self
        return Annotations(
            title=self.title or other.title,
            description=self.description or other.description,
            default=other.default if self.default is None else self.default,
            examples=self.examples or other.examples,
            deprecated=self.deprecated or other.deprecated,
            read_only=self.read_only or other.read_only,
            write_only=self.write_only or other.write_only,
            format=self.format or other.format,
            labels=self.labels or other.labels,
            content=self.content or other.content,
            extensions=self.extensions or other.extensions,
        )


NO_ANNOTATIONS = Annotations()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsupportedKeyword:
    """A keyword that the algebra does not express."""

    name: str
    value: JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    annotations: Annotations = NO_ANNOTATIONS
    unsupported: tuple[UnsupportedKeyword, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything(_Node):
    """Any JSON value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Never(_Node):
    """No value at all: ``false``, or a contradiction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Null(_Node):
    """Only ``null``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean(_Node):
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class String(_Node):
    """A text; lengths count Unicode code points, `pattern` may match anywhere in it."""

    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(_Node):
    """A number; never a boolean.  Bounds with ``exclusive_`` are not themselves admitted."""

    integer: bool = False
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None
    written: Number | None = field(default=None, compare=False, repr=False)
    """The bounds as the provider writes them, where a normal form has tightened them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(_Node):
    """One of the listed values (``enum`` and ``const``), in the provider's order, each once."""

    values: tuple[JsonText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Array(_Node):
    """A list.  `prefix` holds the schemas of the first items, `items` that of all others."""

    items: Schema = Anything()
    prefix: tuple[Schema, ...] = ()
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One member of an object."""

    name: str
    schema: Schema
    required: bool = False
    declared: bool = True
    """Whether the source declares it, and does not only require its name."""
    sends_null: bool = False
    """Whether a class sends its null although this schema rejects it: another alternative may accept it."""

    def with_schema(self, schema: Schema) -> Property:
        """The same member with another schema; most often it is the one it has."""
        return self if schema is self.schema else replace(self, schema=schema)

    def changed(self, change: Callable[[Schema], Schema]) -> Property:
        """The same member with its schema changed; `change` returns `LEAVES` as they are."""
        return self if isinstance(self.schema, LEAVES) else self.with_schema(change(self.schema))


@dataclass(frozen=True, slots=True, kw_only=True)
class Object(_Node):
    """An object.

    `additional` is the schema of members that `properties` does not name.  A source that lists
    properties and is silent about others (`additional_declared` is False) is judged closed,
    because that is how a client sends it.
    """

    properties: tuple[Property, ...] = ()
    additional: Schema = Anything()
    additional_declared: bool = False
    min_properties: int = 0
    max_properties: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Union(_Node):
    """Any of the branches (``anyOf``), or exactly one of them (``oneOf``)."""

    branches: tuple[Schema, ...]
    exclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(_Node):
    """A definition of the same model, by name: a shared or recursive object."""

    name: str


Schema: TypeAlias = Anything | Never | Null | Boolean | String | Number | Enum | Array | Object | Union | Reference
_SchemaT = TypeVar("_SchemaT", bound=Schema)
LEAVES: Final = Number | String | Enum | Boolean | Null | Anything | Never
"""Schemas that hold no others, as most are."""
Kind = Literal["null", "boolean", "integer", "number", "string", "array", "object"]


def with_parts(schema: _SchemaT, **parts: Any) -> _SchemaT:  # noqa: ANN401  as `replace` takes them
    """Return `schema` with other `parts`; itself if it has these very ones, as most often."""
    other = {name: part for name, part in parts.items() if not _is_same(getattr(schema, name), part)}
    return replace(schema, **other) if other else schema


def _is_same(own: object, part: object) -> bool:
    """Whether two parts of a schema are one object, or hold the same ones: a tuple is made again each time."""
    if not isinstance(own, tuple) or not isinstance(part, tuple):
        return own is part
    ours, theirs = cast("tuple[object, ...]", own), cast("tuple[object, ...]", part)
    return len(ours) == len(theirs) and all(map(is_, ours, theirs))


def is_secret(schema: Schema) -> bool:
    """Whether a value is never shown: it is, or may hold, a password or what the provider marks as a secret.

    Of an object with properties, each property counts for itself.
    """
    annotations = schema.annotations
    if annotations.format == "password" or ("x-cog-secret", "true") in annotations.extensions:
        return True
    match schema:
        case Union():
            return any(map(is_secret, schema.branches))
        case Array():
            return any(map(is_secret, (*schema.prefix, schema.items)))
        case Object():
            return is_secret(schema.additional)
        case _:
            return False


def is_open_choice(schema: Schema) -> bool:
    """Whether the schema suggests values and admits others: the form of a list a document cuts short."""
    return (
        isinstance(schema, Union)
        and any(isinstance(branch, Enum) for branch in schema.branches)
        and any(isinstance(branch, String) for branch in schema.branches)
    )


def nullable(schema: Schema) -> bool:
    """Whether the schema admits ``null``, as far as can be seen without following references."""
    match schema:
        case Anything() | Null():
            return True
        case Enum():
            return "null" in schema.values
        case Union():
            return any(nullable(branch) for branch in schema.branches)
        case _:
            return False
