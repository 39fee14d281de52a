"""Where the published schema of a request describes its nested objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from schemaloom.ir.vocabulary import all_schemas
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, json_text

_Place: TypeAlias = tuple[str, JsonObject]
"""A schema with its pointer."""
_Names: TypeAlias = frozenset[str]


class NestedSchemas:
    """The schemas of nested objects in one published schema."""

    def __init__(self, published: JsonObject) -> None:
        self._request = _Places(_branches([("", published)]))
        self._all = _Places(all_schemas(published))

    def pointer(self, path: str, names: Collection[str]) -> str | None:
        """Return the JSON Pointer of the object at `path` (see `object_paths`) with properties of these `names`.

        None if no part of the published schema describes it alone.
        """
        places = self._request
        for token in path.split("/")[1:]:
            places = places.below(token.replace("~1", "/").replace("~0", "~"))
        wanted = frozenset(names)
        for found in (places, self._all):  # in all of them is a shared object, whose path begins with a name
            if wanted in found.declaring:
                return found.declaring[wanted]
            if wanted in found.joining:  # the ``allOf`` of a schema declares them together with it
                return found.joining[wanted]
        return None


class _Places:
    """The schemas that a path may lead to; each of its answers is found once, for all paths that share it."""

    def __init__(self, places: Iterable[_Place]) -> None:
        self._given = places
        self._below: dict[str, _Places] = {}

    def below(self, token: str) -> _Places:
        """Return the schemas of a property, of items and other properties (``*``), or of an alternative (a number)."""
        if token.isdigit() and token not in self._properties:
            return self  # a number stays where it is: all alternatives are among the places
        if token not in self._below:
            self._below[token] = _Places(_branches(_below(self._places, token)))
        return self._below[token]

    @cached_property
    def _places(self) -> list[_Place]:
        return [*dict(self._given).items()]

    @cached_property
    def declaring(self) -> Mapping[_Names, str | None]:
        """The pointer of the schema that declares exactly these properties; None if several do that differ."""
        return _by_names(self._places, _names)

    @cached_property
    def joining(self) -> Mapping[_Names, str | None]:
        """The same with the properties that the ``allOf`` of a schema declares."""
        return _by_names(self._places, _joined_names)

    @cached_property
    def _properties(self) -> _Names:
        return frozenset[str]().union(*map(_names, self._places))


def _by_names(places: Iterable[_Place], names_of: Callable[[_Place], _Names]) -> dict[_Names, str | None]:
    first: dict[_Names, _Place] = {}
    differing: set[_Names] = set()
    for place in places:
        names = names_of(place)
        other = first.setdefault(names, place)
        if other is not place and names not in differing and json_text(other[1]) != json_text(place[1]):
            differing.add(names)
    return {names: None if names in differing else pointer for names, (pointer, _) in first.items()}


def _below(places: Iterable[_Place], token: str) -> Iterator[_Place]:
    for pointer, node in places:
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


def _names(place: _Place) -> _Names:
    properties = place[1].get("properties")
    return frozenset(properties) if isinstance(properties, dict) else frozenset()


def _joined_names(place: _Place) -> _Names:
    return _names(place).union(*map(_joined_names, _listed(*place, "allOf")))
