"""`Part`: a schema that judges a value, and the schemas that judge its properties and items.

A value is judged by every part together: by ``allOf``, by alternatives, conditions and references.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from schemaloom.ir.patterns import linear_pattern
from schemaloom.ir.vocabulary import REFERENCES
from schemaloom.json.pointer import pointer_of, property_pointer
from schemaloom.json.values import JsonObject, JsonValue, object_or_empty

_OPENING: Final = frozenset({"additionalProperties", "unevaluatedProperties"})
_ELSEWHERE: Final = frozenset({*REFERENCES, "allOf", "anyOf", "oneOf"})
"""Keywords whose schemas are parts of their own."""
_OF_ITEMS: Final = frozenset({"prefixItems", "items", "additionalItems", "contains", "unevaluatedItems"})

Role: TypeAlias = Literal["always", "alternative", "condition"]
"""When a schema judges a value: always, as one alternative of several, or only if a condition holds."""


class Part(NamedTuple):
    """A schema that judges a value."""

    pointer: str
    node: JsonObject
    role: Role


class UnknownSchema(Exception):
    """A schema that judges the value cannot be followed, and may name any property."""


def distinct(parts: Iterable[Part]) -> list[Part]:
    """Return each schema once; references that double at every level would lead to it many times."""
    return list({(part.pointer, part.role): part for part in parts}.values())


def is_open(node: JsonObject) -> bool:
    """Whether a schema accepts properties that it does not declare, or other schemas extend it."""
    # Schemas elsewhere extend a base that has a discriminator and lists no alternatives.
    extended = "discriminator" in node and not {"anyOf", "oneOf"} & node.keys()
    return extended or bool(_OPENING & node.keys())


def parts_of_property(parts: Iterable[Part], name: str) -> Iterator[Part]:
    """Yield the schemas that judge a property."""
    for pointer, node, role in parts:
        declared = object_or_empty(node.get("properties"))
        if name in declared:
            if isinstance(inner := declared[name], dict):
                yield Part(property_pointer(pointer, name), inner, role)
        elif "patternProperties" not in node:
            yield from _schema(f"{pointer}/additionalProperties", node.get("additionalProperties"), role)
        if "patternProperties" in node:
            yield from _patterned(pointer, node)


def parts_of_others(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the schemas that judge properties that no schema names."""
    for pointer, node, role in parts:
        others = "condition" if "patternProperties" in node else role
        yield from _schema(f"{pointer}/additionalProperties", node.get("additionalProperties"), others)
        yield from _schema(f"{pointer}/unevaluatedProperties", node.get("unevaluatedProperties"), "condition")
        yield from _patterned(pointer, node)


def accepted_patterns(parts: Iterable[Part]) -> JsonObject:
    """The patterns of names that a closed object accepts; raises `UnknownSchema` for one that cannot be checked."""
    found: JsonObject = {}
    for part in parts:
        for pattern in object_or_empty(part.node.get("patternProperties")):
            linear = linear_pattern(pattern)
            if linear is None:
                raise UnknownSchema
            found[linear] = True
    return found


def _patterned(pointer: str, node: JsonObject) -> Iterator[Part]:
    for pattern, inner in object_or_empty(node.get("patternProperties")).items():
        yield from _schema(f"{pointer}{pointer_of('patternProperties', pattern)}", inner, "condition")


def parts_of_items(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the schemas that judge items, at any position."""
    parts = list(parts)
    is_judged = all(map(_judges_items, parts))
    for pointer, node, role in parts:
        if _OF_ITEMS.isdisjoint(node):
            continue
        prefix = [*listed_schemas(node, pointer, "prefixItems"), *listed_schemas(node, pointer, "items")]
        for place, inner in prefix:
            yield from _schema(place, inner, "condition")
        some = prefix or (role == "alternative" and not is_judged)
        for keyword in ("items", "additionalItems"):
            yield from _schema(f"{pointer}/{keyword}", node.get(keyword), "condition" if some else role)
        for keyword in ("contains", "unevaluatedItems"):
            yield from _schema(f"{pointer}/{keyword}", node.get(keyword), "condition")


def _judges_items(part: Part) -> bool:
    """Whether a schema, if it is an alternative that accepts lists, leaves no item of theirs without a schema."""
    if part.role != "alternative" or not _ELSEWHERE.isdisjoint(part.node):
        return True
    kinds = part.node.get("type", "array")
    return "items" in part.node or not ("array" in kinds if isinstance(kinds, str | list) else True)


def _schema(pointer: str, node: JsonValue, role: Role) -> Iterator[Part]:
    if isinstance(node, dict):
        yield Part(pointer, node, role)


def named_properties(node: JsonObject) -> Iterator[str]:
    """Yield the properties that a schema names, in whatever keyword."""
    for keyword in ("properties", "dependentSchemas", "dependentRequired", "dependencies"):
        for name, part in object_or_empty(node.get(keyword)).items():
            yield name
            if isinstance(part, list):
                yield from _strings(part)
    yield from _strings(node.get("required"))
    listed = node.get("enum")
    for value in (node.get("const"), *(listed if isinstance(listed, list) else ())):
        yield from object_or_empty(value)


def _strings(value: JsonValue) -> Iterator[str]:
    yield from (name for name in (value if isinstance(value, list) else ()) if isinstance(name, str))


def listed_schemas(node: JsonObject, pointer: str, keyword: str) -> Iterator[tuple[str, JsonValue]]:
    """Yield the schemas that a keyword lists, with their pointers."""
    value = node.get(keyword)
    for index, part in enumerate(value if isinstance(value, list) else ()):
        yield f"{pointer}/{keyword}/{index}", part
