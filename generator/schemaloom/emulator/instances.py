"""An instance of an output schema: a possible result of a model's job."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaloom.emulator.json_write import first_present
from schemaloom.json.values import JsonObject, JsonValue, object_or_empty

_DEEPEST = 6
_URL = re.compile(r"(^|_)(url|uri)s?$")
_SAMPLES: dict[str, JsonValue] = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "email": "someone@example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def instance_of(schema: JsonObject, urls: Iterator[str], *, items: int = 1) -> JsonValue:
    """Return a value that fits `schema`, as far as its keywords are common ones.

    Strings that are URLs by their format or name are the next of `urls`; lists have `items` items
    within their bounds.
    """
    return _Instances(schema, urls, items).make(schema, "", 0)


class _Instances:
    def __init__(self, root: JsonObject, urls: Iterator[str], items: int) -> None:
        self._root = root
        self._urls = urls
        self._items = items

    def make(self, schema: JsonValue, name: str, depth: int) -> JsonValue:
        """Return a value for a part of the schema; `name` is the property it is for."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        schema = self._merged(schema, depth)
        for keyword in ("const", "default"):
            if schema.get(keyword) is not None:
                return schema[keyword]
        choices = schema.get("enum")
        if isinstance(choices, list) and choices:
            return choices[0]
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword)
            if isinstance(branches, list) and branches:
                rest = {key: value for key, value in schema.items() if key != keyword}
                return self.make({**rest, **object_or_empty(branches[0])}, name, depth + 1)
        return self._by_type(schema, name, depth)

    def _by_type(self, schema: JsonObject, name: str, depth: int) -> JsonValue:
        match _type(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                least, most = _bound(schema, "minItems", 0), _bound(schema, "maxItems", self._items)
                count = max(least, min(self._items, most)) if depth < 2 else max(least, 1)
                return [self.make(schema.get("items", {}), name.removesuffix("s"), depth + 1) for _ in range(count)]
            case "integer":
                return _bound(schema, "minimum", 1)
            case "number":
                return schema.get("minimum", 0.5)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return self._string(schema, name)

    def _object(self, schema: JsonObject, depth: int) -> JsonObject:
        properties, required = object_or_empty(schema.get("properties")), schema.get("required")
        needed = required if isinstance(required, list) else []
        names = [key for key in properties if depth < 3 or key in needed]
        return {key: self.make(properties[key], key, depth + 1) for key in names}

    def _string(self, schema: JsonObject, name: str) -> str:
        kind = schema.get("format")
        if kind in ("uri", "url") or (kind is None and _URL.search(name)):
            return next(self._urls)
        text = str(_SAMPLES.get(str(kind), f"A sample of {name}" if name else "A sample of the output"))
        least, most = _bound(schema, "minLength", 0), _bound(schema, "maxLength", len(text))
        return text.ljust(least, ".")[: max(most, least)]

    def _merged(self, schema: JsonObject, depth: int) -> JsonObject:
        """Return the schema with its ``$ref`` and ``allOf`` taken in."""
        reference, parts = schema.get("$ref"), schema.get("allOf")
        found: list[JsonValue] = []
        if isinstance(reference, str) and reference.startswith("#"):
            found.append(first_present(self._root, [reference[1:]]))
        found += parts if isinstance(parts, list) else []
        own: JsonObject = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
        for part in found:
            if isinstance(part, dict) and depth < _DEEPEST:
                merged = self._merged(part, depth + 1)
                properties: JsonObject = {
                    **object_or_empty(merged.get("properties")),
                    **object_or_empty(own.get("properties")),
                }
                own = {**merged, **own}
                if properties:
                    own["properties"] = properties
        return own


def _type(schema: JsonObject) -> str:
    kind = schema.get("type")
    kinds = [name for name in kind if name != "null"] if isinstance(kind, list) else [kind]
    if kinds and isinstance(kinds[0], str):
        return kinds[0]
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _bound(schema: JsonObject, keyword: str, otherwise: int) -> int:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
