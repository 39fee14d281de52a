"""`Shape`: a schema cut into the smallest pieces the type engine needs to see.

Catalogues repeat themselves: a thousand models have thousands of parameters and a few hundred
distinct ones.  A shape is one level of a schema, without texts, names or defaults; what is
nested and has rules of its own (an object, a bounded number in a list) is a hole, filled by
another shape or by a class.  The engine annotates each distinct shape once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from schemaloom.ir.membership import kinds
from schemaloom.ir.schema import (
    Anything,
    Array,
    Enum,
    Never,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.ir.to_json_schema import JsonSchema, rebuild
from schemaloom.json.values import JsonText, JsonValue, json_text, json_value
from schemaloom.render.names.table import child_path, every_item
from schemaloom.render.types.engine import HOLE

MOST_LITERALS = 256
"""A longer list of choices is checked when it runs instead of being spelled out as a type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSlot:
    """A hole that a class fills."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One piece: what the engine sees, what fills its holes, and what the engine cannot say."""

    key: JsonText
    """Canonical JSON of the piece's schema; equal keys have equal annotations."""
    holes: tuple[SlotValue, ...] = ()
    choices: tuple[JsonText, ...] = ()
    """Values to compare with exactly, where a ``Literal`` is not exact or not possible."""
    unique: bool = False
    sizes: tuple[int, int | None] | None = None
    """Least and greatest number of members of a mapping."""


_KEYS: dict[str, JsonText] = {}
SlotValue: TypeAlias = Shape | ClassSlot
ClassOf: TypeAlias = Callable[[Schema, str], str]
"""Takes an object (or a reference) and its path; gives the name of its class."""


class TypeShapes:
    """Cuts the schemas of one model; `class_of` names the classes that fill holes."""

    def __init__(self, class_of: ClassOf) -> None:
        self._class_of = class_of

    def cut(self, schema: Schema, path: str) -> Shape:
        """The shape of the schema at `path`."""
        holes: list[SlotValue] = []
        match schema:
            case Enum():
                return _choice(schema)
            case Array():
                content = self._array(schema, path, holes)
                return _shape(content, holes, unique=schema.unique)
            case Object() if not schema.properties:
                content = self._mapping(schema, path, holes)
                most = 0 if isinstance(schema.additional, Never) else schema.max_properties
                sizes = (schema.min_properties, most) if schema.min_properties or most is not None else None
                return _shape(content, holes, sizes=sizes)
            case _:
                return _shape(self._inside(schema, path, holes, top=True), holes)

    def _inside(self, schema: Schema, path: str, holes: list[SlotValue], *, top: bool = False) -> JsonSchema:
        """The engine's view of a schema inside a shape; appends to `holes` what it leaves out."""
        match schema:
            case Never():
                return {}
            case Reference():
                return _hole(holes, ClassSlot(name=self._class_of(schema, path)))
            case Object() if schema.properties:
                return _hole(holes, ClassSlot(name=self._class_of(schema, path)))
            case Union():
                branches = enumerate(schema.branches, start=1)
                inner = [self._inside(branch, child_path(path, str(index)), holes) for index, branch in branches]
                return {"anyOf": [*inner]}
            case Enum() if _plain(schema):
                return rebuild(schema)
            case Array() if not _has_rules(schema):
                return self._array(schema, path, holes)
            case Object() if not _has_rules(schema):
                return self._mapping(schema, path, holes)
            case _ if top or not _has_rules(schema):
                return rebuild(schema)
            case _:
                return _hole(holes, self.cut(schema, path))

    def _array(self, schema: Array, path: str, holes: list[SlotValue]) -> JsonSchema:
        items = every_item(schema)
        longest = schema.max_items
        if isinstance(schema.items, Never):
            longest = len(schema.prefix) if longest is None else min(longest, len(schema.prefix))
        content: JsonSchema = {"type": "array", "items": self._inside(items, child_path(path, "*"), holes)}
        if isinstance(items, Anything):
            del content["items"]
        bounds: dict[str, JsonValue] = {"minItems": schema.min_items or None, "maxItems": longest}
        return content | {keyword: bound for keyword, bound in bounds.items() if bound is not None}

    def _mapping(self, schema: Object, path: str, holes: list[SlotValue]) -> JsonSchema:
        if isinstance(schema.additional, Anything | Never):
            return {"type": "object"}
        return {"type": "object", "additionalProperties": self._inside(schema.additional, child_path(path, "*"), holes)}


def _shape(
    content: JsonSchema, holes: list[SlotValue], *, unique: bool = False, sizes: tuple[int, int | None] | None = None
) -> Shape:
    return Shape(key=_key(content), holes=tuple(holes), unique=unique, sizes=sizes)


def _key(content: JsonSchema) -> JsonText:
    """Canonical text of a piece; most of a catalogue's pieces are the same few, and `repr` is the faster one."""
    spelled = repr(content)
    if spelled not in _KEYS:
        _KEYS[spelled] = json_text(dict(content))
    return _KEYS[spelled]


def _choice(schema: Enum) -> Shape:
    if _plain(schema):
        return Shape(key=_key(rebuild(schema)))
    literal = len(schema.values) <= MOST_LITERALS and kinds(schema) <= {"string", "null", "integer", "boolean"}
    if literal:
        return Shape(key=_key(rebuild(schema)), choices=schema.values)
    types: list[JsonValue] = [{"type": kind} for kind in sorted(kinds(schema))]
    return Shape(key=json_text({"anyOf": types} if len(types) > 1 else types[0]), choices=schema.values)


def _plain(schema: Enum) -> bool:
    """Whether ``Literal`` says exactly what the choice says: texts and null only, and not too many."""
    texts = all(value == "null" or isinstance(json_value(value), str) for value in schema.values)
    return texts and len(schema.values) <= MOST_LITERALS


def _has_rules(schema: Schema) -> bool:
    """Whether a schema says more than a bare type, so that it cannot stand inside another's annotation."""
    match schema:
        case Number():
            return rebuild(schema).keys() != {"type"}
        case String():
            return rebuild(schema).keys() != {"type"}
        case Array():
            return bool(
                schema.min_items or schema.max_items is not None or schema.unique or schema.prefix
            ) or isinstance(schema.items, Never)
        case Object():
            unbounded = not schema.min_properties and schema.max_properties is None
            return not unbounded or isinstance(schema.additional, Never)
        case Enum():
            return True
        case _:
            return False


def _hole(holes: list[SlotValue], filling: SlotValue) -> JsonSchema:
    holes.append(filling)
    return {"$ref": f"#/$defs/{HOLE}{len(holes) - 1}"}
