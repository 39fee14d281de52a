"""Whether a call leaves out a value that a schema inside its request's document describes.

References lead to one schema from many places, and a recursive one from any depth, so the document
is followed along with the value that is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from schemaloom.impact.values import ListValue, ObjectValue, Unknown, Value
from schemaloom.ir.references import References, UnresolvedReference
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue


class LeftOut:
    """The schema at `pointer` of a request's document."""

    def __init__(self, document: JsonObject, pointer: str) -> None:
        self._document = document
        self._pointer = pointer
        self._references = References(document)

    def concerns(self, sent: Value) -> bool:
        """Whether a property that the schema describes is left out, or may be, by an object that is sent."""
        return self._concerns("", self._document, sent)

    def _concerns(self, pointer: str, node: JsonValue, value: Value) -> bool:
        joined = [*joined_schemas(self._references, pointer, node)]
        if isinstance(value, Unknown):
            return self._leads_to_it(joined)
        if isinstance(value, ListValue):
            inner = [(f"{place}/items", part.get("items")) for place, part in joined]
            return any(self._concerns(*schema, item) for schema in inner for item in value.items)
        if not isinstance(value, ObjectValue):
            return False
        for place, part, name in ((*found, name) for found in joined for name in _properties(found[1])):
            here, schema = place + pointer_of("properties", name), _properties(part)[name]
            member = value.members.get(name)
            if (member is None or not member.certain) and any(
                at == self._pointer for at, _ in joined_schemas(self._references, here, schema)
            ):
                return True
            if member is not None and self._concerns(here, schema, member.value):
                return True
        return False

    def _leads_to_it(self, schemas: list[tuple[str, JsonObject]]) -> bool:
        """Whether a property or an item below `schemas` is described by the schema, at any depth."""
        waiting, seen = [*schemas], set[str]()
        while waiting:
            here, schema = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            inner = [(here + pointer_of("properties", name), part) for name, part in _properties(schema).items()]
            for place, part in (*inner, (f"{here}/items", schema.get("items"))):
                joined = [*joined_schemas(self._references, place, part)]
                if any(at == self._pointer for at, _ in joined):
                    return True
                waiting += joined
        return False


def _properties(node: JsonObject) -> JsonObject:
    properties = node.get("properties")
    return properties if isinstance(properties, dict) else {}


def joined_schemas(references: References, pointer: str, node: JsonValue) -> Iterator[tuple[str, JsonObject]]:
    """Yield the schema at `pointer` and those that judge the same value, with their pointers."""
    waiting, seen = [(pointer, node)], set[str]()
    while waiting:
        here, schema = waiting.pop()
        if not isinstance(schema, dict) or here in seen:
            continue
        seen.add(here)
        yield here, schema
        if "$ref" in schema:
            with suppress(UnresolvedReference):
                waiting.append(references.target(schema["$ref"], here))
        for keyword in ("allOf", "anyOf", "oneOf"):
            listed = schema.get(keyword)
            parts = listed if isinstance(listed, list) else []
            waiting += [(f"{here}/{keyword}/{index}", part) for index, part in enumerate(parts)]
