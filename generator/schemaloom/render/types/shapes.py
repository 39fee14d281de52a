"""`Shape`: one level of a schema, the smallest unit that the type engine annotates.

The schema that the engine gets has no annotations, names or defaults, and none of the numbers and
texts in which parameters of one type differ: the shape has its limits and choices beside it.  All
that is nested in it but plain scalars is a slot, which holds another shape or a class.  So there
are a few dozen distinct schemas in all catalogues, and the annotations of most of them are shipped
with the generator (`engine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from schemaloom.ir.class_limits import without_inexact_bounds
from schemaloom.ir.membership import kinds
from schemaloom.ir.patterns import linear_pattern
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.ir.to_json_schema import JsonSchema, to_json_schema
from schemaloom.json.values import JsonText, json_text, json_value
from schemaloom.render.names.class_paths import child_path, every_item
from schemaloom.render.types.engine import HOLE

_LONGEST_INTEGER = 19
"""Digits from which an integer may not fit the 64 bits of pydantic's ``Literal``."""
MOST_LITERALS = 256
"""A longer list of choices is checked when it runs instead of being spelled out as a type."""


class ClassSlot(NamedTuple):
    """A slot that holds a class."""

    name: str


class Shape(NamedTuple):
    """One shape: the schema for the engine, the values of its slots, and rules that the engine cannot express."""

    key: JsonText
    """Canonical JSON of the shape's schema; equal keys have equal annotations."""
    slots: tuple[SlotValue, ...] = ()
    limits: tuple[tuple[str, int | float | str], ...] = ()
    """Arguments of ``Field``, by name."""
    literals: tuple[JsonText, ...] = ()
    """Values of the ``Literal`` of the annotation, which has another in their place."""
    choices: tuple[JsonText, ...] = ()
    """Values to compare with exactly, if a ``Literal`` is not exact or not possible."""
    unique: bool = False
    step: float | None = None
    """``multipleOf`` with decimals, which binary numbers do not divide exactly."""
    is_file: bool = False
    """Whether a local file may be given in place of the string, or of each string of the list."""

    @property
    def takes_files(self) -> bool:
        """Whether a local file may be given, here or in a slot."""
        if not self.slots:  # as most
            return self.is_file
        return self.is_file or any(isinstance(slot, Shape) and slot.takes_files for slot in self.slots)


_NULL: Final[JsonSchema] = {"type": "null"}
_KEYS: dict[str, JsonText] = {}
SlotValue: TypeAlias = Shape | ClassSlot
Bound: TypeAlias = int | float | None
IsFile: TypeAlias = Callable[[String, str], bool]
ClassOf: TypeAlias = Callable[[Schema, str], str]
"""Takes an object (or a reference) and its path; returns the name of its class."""


class TypeShapes:
    """Makes the shapes of one model; `class_of` returns the names of classes in slots.

    `is_file` returns whether the string at a path is a file, which may then be given itself.
    """

    def __init__(self, class_of: ClassOf, is_file: IsFile) -> None:
        self._class_of = class_of
        self._is_file = is_file

    def of(self, schema: Schema, path: str) -> Shape:
        """Return the shape of the schema at `path`."""
        slots: list[SlotValue] = []
        match schema:
            case Enum():
                return _choice(schema.values)
            case Number():
                return _number(
                    schema.minimum,
                    schema.exclusive_minimum,
                    schema.maximum,
                    schema.exclusive_maximum,
                    schema.multiple_of,
                    integer=schema.integer,
                )
            case String(pattern=pattern):
                is_file = pattern is None and self._is_file(schema, path)
                return _text(schema.min_length, schema.max_length, pattern, is_file=is_file)
            case Array(items=items):
                is_file = isinstance(items, String) and not schema.prefix and self._is_plain_file(items, path)
                return self._list(replace(schema, items=String()) if is_file else schema, path, is_file=is_file)
            case Object() if not schema.properties:
                content = self._mapping(schema, path, slots)
                most = 0 if isinstance(schema.additional, Never) else schema.max_properties
                return Shape(key=_key(content), slots=tuple(slots), limits=_sizes(schema.min_properties, most))
            case Union():
                return Shape(key=_key(_any_of(self._branches(schema, path, slots))), slots=tuple(slots))
            case _:
                return Shape(key=_key(self._inside(schema, path, slots)), slots=tuple(slots))

    def _inside(self, schema: Schema, path: str, slots: list[SlotValue]) -> JsonSchema:
        """Return the engine's schema for a schema inside a shape: plain scalars, and slots for all others."""
        match schema:
            case Never():
                return {}
            case Reference():
                return _slot(slots, ClassSlot(name=self._class_of(schema, path)))
            case Object() if schema.properties:
                return _slot(slots, ClassSlot(name=self._class_of(schema, path)))
            case String() if self._is_file(schema, path):
                return _slot(slots, self.of(schema, path))
            case Array() if not _has_rules(schema):
                return _slot(slots, self._list(schema, path))
            case _ if _is_scalar(schema):
                return to_json_schema(schema)
            case _:
                return _slot(slots, self.of(schema, path))

    def _branches(self, schema: Union, path: str, slots: list[SlotValue]) -> Iterator[JsonSchema]:
        """Yield the engine's schemas for the branches of a union, and of unions in it; its null may repeat."""
        for index, branch in enumerate(schema.branches, start=1):
            inner = child_path(path, str(index))
            match branch:
                case Union():
                    yield from self._branches(branch, inner, slots)
                case Enum(values=values) if "null" in values and _plain(branch):
                    yield _NULL
                    if texts := tuple(value for value in values if value != "null"):
                        yield _slot(slots, _choice(texts))
                case _:
                    yield self._inside(branch, inner, slots)

    def _list(self, schema: Array, path: str, *, is_file: bool = False) -> Shape:
        slots: list[SlotValue] = []
        items, most = every_item(schema), schema.max_items
        content: JsonSchema = {"type": "array"}
        if not _is_anything(items):
            content["items"] = self._inside(items, child_path(path, "*"), slots)
        if isinstance(schema.items, Never):
            most = len(schema.prefix) if most is None else min(most, len(schema.prefix))
        return Shape(
            key=_key(content),
            slots=tuple(slots),
            limits=_sizes(schema.min_items, most),
            unique=schema.unique,
            is_file=is_file,
        )

    def _is_plain_file(self, items: String, path: str) -> bool:
        return _is_scalar(items) and self._is_file(items, child_path(path, "*"))

    def _mapping(self, schema: Object, path: str, slots: list[SlotValue]) -> JsonSchema:
        if isinstance(schema.additional, Anything | Never):
            return {"type": "object"}
        return {"type": "object", "additionalProperties": self._inside(schema.additional, child_path(path, "*"), slots)}


def _key(content: JsonSchema) -> JsonText:
    """Return the canonical JSON of a shape, cached by `repr`, which is faster: most shapes are the same few."""
    spelled = repr(content)
    if spelled not in _KEYS:
        _KEYS[spelled] = json_text(dict(content))
    return _KEYS[spelled]


def _sizes(least: int, most: int | None) -> tuple[tuple[str, int], ...]:
    return (*((("max_length", most),) if most is not None else ()), *((("min_length", least),) if least else ()))


@lru_cache(maxsize=4096)  # parameters of many models have the same bounds
def _text(least: int, most: int | None, pattern: str | None, *, is_file: bool) -> Shape:
    linear = linear_pattern(pattern) if pattern is not None else None
    patterns = (("pattern", linear),) if linear is not None else ()
    return Shape(key=_key(to_json_schema(String())), limits=(*_sizes(least, most), *patterns), is_file=is_file)


@lru_cache(maxsize=4096, typed=True)  # as above; 1 and 1.0 are spelled differently
def _number(least: Bound, above: Bound, greatest: Bound, below: Bound, step: Bound, *, integer: bool) -> Shape:
    decimal, whole = (step, None) if isinstance(step, float) else (None, step)
    bounds = (("ge", least), ("gt", above), ("le", greatest), ("lt", below), ("multiple_of", whole))
    given = [(name, bound) for name, bound in bounds if bound is not None]
    if whole != 1 and all(_is_kept(bound, integer=integer) for _, bound in given):
        limits = tuple((name, int(bound) if int(bound) == bound else bound) for name, bound in given)
        return Shape(key=_key(to_json_schema(Number(integer=integer))), limits=limits, step=decimal)
    # The engine knows what becomes of others: it rounds the bounds of integers and omits multiples of 1, for example.
    schema = Number(integer=integer, minimum=least, exclusive_minimum=above, maximum=greatest, exclusive_maximum=below)
    return Shape(key=_key(to_json_schema(replace(without_inexact_bounds(schema), multiple_of=whole))), step=decimal)


def _is_kept(bound: float, *, integer: bool) -> bool:
    """Whether the engine keeps a bound as it is, for integers of any size or for numbers."""
    return (integer and isinstance(bound, int)) or (abs(bound) < 2**53 and (not integer or bound.is_integer()))


@lru_cache(maxsize=4096)  # parameters of many models have the same choices
def _choice(values: tuple[JsonText, ...]) -> Shape:
    schema = Enum(values=values)
    plain = _plain(schema)
    # Beside each other, pydantic takes 1.0 for True.
    literal = len(values) <= MOST_LITERALS and any(
        kinds(schema) <= {"string", "null", kind} for kind in ("integer", "boolean")
    )
    if plain or (literal and all(len(value) < _LONGEST_INTEGER or value[0] == '"' for value in values)):
        given = tuple(value for value in values if value != "null")
        content: JsonSchema = {"enum": [*(["text"] if given else []), *([None] if len(given) < len(values) else [])]}
        return Shape(key=_key(content), literals=given, choices=() if plain else values)
    types: list[JsonSchema] = [{"type": kind} for kind in sorted(kinds(schema))]
    return Shape(key=_key(_any_of(types) if len(types) > 1 else types[0]), choices=values)


def _plain(schema: Enum) -> bool:
    """Whether ``Literal`` is exact for the enum: strings and null only, and not too many."""
    texts = all(value == "null" or isinstance(json_value(value), str) for value in schema.values)
    return texts and len(schema.values) <= MOST_LITERALS


def _is_scalar(schema: Schema) -> bool:
    """Whether a schema is a type of scalars without rules, or anything: a shape has it without a slot."""
    if isinstance(schema, String):
        return not schema.min_length and schema.max_length is None and schema.pattern is None
    return isinstance(schema, Anything | Null | Boolean | Number) and to_json_schema(schema).keys() <= {"type"}


def _is_anything(items: Schema) -> bool:
    """Whether items have no type: they are anything or nothing, or alternatives of these."""
    return isinstance(items, Anything | Never) or (isinstance(items, Union) and all(map(_is_anything, items.branches)))


def _has_rules(schema: Array) -> bool:
    """Whether a list has rules besides the type of its items."""
    return bool(schema.min_items or schema.max_items is not None or schema.unique or schema.prefix) or isinstance(
        schema.items, Never
    )


def _any_of(branches: Iterable[JsonSchema]) -> JsonSchema:
    """Return the union of schemas, with null last, as in its annotation."""
    found = list(branches)
    others = [branch for branch in found if branch != _NULL]
    return {"anyOf": [*others, *([_NULL] if len(others) < len(found) else [])]}


def _slot(slots: list[SlotValue], filling: SlotValue) -> JsonSchema:
    if filling not in slots:  # the engine writes equal branches of a union once
        slots.append(filling)
    return {"$ref": f"#/$defs/{HOLE}{slots.index(filling)}"}
