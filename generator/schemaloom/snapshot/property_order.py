"""The order in which a provider lists the properties inside a schema: in a file the members of an object are sorted."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue


def property_order(schema: JsonObject) -> JsonObject:
    """Return the names of properties by the pointer of their object, where they are not sorted."""
    return {
        pointer: [*properties]
        for pointer, node in _objects(schema)
        if isinstance(properties := node.get("properties"), dict) and [*properties] != sorted(properties)
    }


def in_given_order(schema: JsonObject, orders: JsonObject) -> JsonObject:
    """Return `schema` with its properties in the given order; those that `orders` lacks come last."""
    written = _written(schema, "", orders)
    return written if isinstance(written, dict) else schema


def _objects(schema: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield the objects in a schema with their pointers; other values, which are most, need none."""
    waiting: list[tuple[str, JsonValue]] = [("", schema)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            yield pointer, value
            parts = ((name, part) for name, part in value.items() if isinstance(part, dict | list))
            waiting += [(pointer + pointer_of(name), part) for name, part in parts]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{index}", part) for index, part in enumerate(value)]


def _written(value: JsonValue, pointer: str, orders: JsonObject) -> JsonValue:
    if isinstance(value, list):
        return [_written(part, f"{pointer}/{index}", orders) for index, part in enumerate(value)]
    if not isinstance(value, dict):
        return value
    found = {name: _written(part, pointer + pointer_of(name), orders) for name, part in value.items()}
    order, properties = orders.get(pointer), found.get("properties")
    if isinstance(order, list) and isinstance(properties, dict):
        first: JsonObject = {name: properties[name] for name in map(str, order) if name in properties}
        found["properties"] = first | properties
    return found
