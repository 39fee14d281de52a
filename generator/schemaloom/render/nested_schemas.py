"""Find the places in the published schema of a request that describe its nested objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from schemaloom.ir.vocabulary import all_schemas
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, json_text

_Place: TypeAlias = tuple[str, JsonObject]
"""A schema with its pointer."""


def nested_pointer(published: JsonObject, path: str, names: Collection[str]) -> str | None:
    """Return the JSON Pointer of the object at `path` (see `object_paths`) with properties of these `names`.

    None if no part of the published schema describes it alone.
    """
    places: list[_Place] = [("", published)]
    for token in path.split("/")[1:]:
        # A number stays where it is, so each place comes again with every alternative around it.
        places = [*dict(_below(places, token.replace("~1", "/").replace("~0", "~"))).items()]
    found = _with_names(dict(_branches(places)).items(), names)
    if not found:  # a shared object, whose path begins with a name
        found = _with_names(all_schemas(published), names)
    if not found:
        return None
    (pointer, node), *others = found
    text = json_text(node)
    return pointer if all(json_text(other) == text for _, other in others) else None


def _below(places: Iterable[_Place], token: str) -> Iterator[_Place]:
    """Yield the schemas of a property, of items and other properties (``*``), or of an alternative (a number)."""
    for pointer, node in _branches(places):
        properties = node.get("properties")
        part = properties.get(token) if isinstance(properties, dict) else None
        if isinstance(part, dict):
            yield pointer + pointer_of("properties", token), part
        elif token == "*":  # noqa: S105  a token of a path
            for keyword in ("items", "additionalProperties"):
                if isinstance(inner := node.get(keyword), dict):
                    yield f"{pointer}/{keyword}", inner
            yield from _listed(pointer, node, "prefixItems")
        elif token.isdigit():
            yield pointer, node


def _branches(places: Iterable[_Place]) -> Iterator[_Place]:
    """Yield schemas, and those that their compositions join."""
    for pointer, node in places:
        yield pointer, node
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield from _branches(_listed(pointer, node, keyword))


def _listed(pointer: str, node: JsonObject, keyword: str) -> Iterator[_Place]:
    listed = node.get(keyword)
    for index, part in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(part, dict):
            yield f"{pointer}/{keyword}/{index}", part


def _with_names(places: Iterable[_Place], names: Collection[str]) -> list[_Place]:
    """Return the schemas that declare these properties, or else those whose ``allOf`` does together with them."""
    listed = list(places)
    wanted = {*names}
    own = [place for place in listed if _names(place) == wanted]
    return own or [place for place in listed if _joined_names(place) == wanted]


def _names(place: _Place) -> set[str]:
    properties = place[1].get("properties")
    return {*properties} if isinstance(properties, dict) else set()


def _joined_names(place: _Place) -> set[str]:
    return _names(place).union(*map(_joined_names, _listed(*place, "allOf")))
