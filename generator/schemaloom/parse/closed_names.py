"""Which properties a request may send where its schema declares some and is silent about others.

Such an object is closed: a misspelt parameter must not be sent.  The schemas that judge one object
(parts, alternatives, conditions, references) are closed together: a property that one of them names
may be sent beside those of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.references import References, UnresolvedReference

_OPENING: Final = frozenset({"additionalProperties", "patternProperties", "unevaluatedProperties"})


class ClosedNames:
    """Finds the names of closed objects of one document."""

    def __init__(self, references: References) -> None:
        self._references = references

    def names(self, node: JsonValue, pointer: str) -> frozenset[str] | None:
        """Return the properties that the object at a schema may have; None if it is open."""
        if not self._lists(node, pointer, frozenset()):
            return None
        names: set[str] = set()
        for part in self._parts(node, pointer, set()):
            if part is None or is_open(part):
                return None
            names |= _named(part)
        return frozenset(names)

    def _lists(self, node: JsonValue, pointer: str, seen: frozenset[str]) -> bool:
        """Whether every object that the schema accepts is described by declared properties."""
        if not isinstance(node, dict):
            return False
        if _is_declared(node.get("properties")):
            return True
        if any(self._lists(part, place, seen) for place, part in _branches(node, pointer, "allOf")):
            return True
        for keyword in ("anyOf", "oneOf"):
            objects = [(place, part) for place, part in _branches(node, pointer, keyword) if _accepts_objects(part)]
            if objects and all(self._lists(part, place, seen) for place, part in objects):
                return True
        if "if" in node and all(self._lists(node.get(k), f"{pointer}/{k}", seen) for k in ("then", "else")):
            return True
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            try:
                place, target = self._references.target(node.get(keyword), pointer)
            except UnresolvedReference:
                continue
            if place not in seen and self._lists(target, place, seen | {place}):
                return True
        return False

    def _parts(self, node: JsonValue, pointer: str, seen: set[str]) -> Iterator[JsonObject | None]:
        """Yield the schemas that judge the same object; None for one that is not known."""
        if not isinstance(node, dict):
            return
        yield node
        for keyword in ("allOf", "anyOf", "oneOf"):
            for place, part in _branches(node, pointer, keyword):
                yield from self._parts(part, place, seen)
        for keyword in ("if", "then", "else", "not"):
            yield from self._parts(node.get(keyword), f"{pointer}/{keyword}", seen)
        for keyword in ("dependentSchemas", "dependencies"):
            value = node.get(keyword)
            for name, part in value.items() if isinstance(value, dict) else ():
                yield from self._parts(part, f"{pointer}/{keyword}/{name}", seen)
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if keyword in node:
                try:
                    place, target = self._references.target(node[keyword], pointer)
                except UnresolvedReference:
                    yield None
                    continue
                if keyword == "$dynamicRef" and self._references.is_scoped:
                    yield None
                if place not in seen:
                    seen.add(place)
                    yield from self._parts(target, place, seen)


def is_open(node: JsonObject) -> bool:
    """Whether a schema accepts properties that it does not declare, or other schemas extend it."""
    # Schemas elsewhere extend a base that has a discriminator and lists no alternatives.
    extended = "discriminator" in node and not {"anyOf", "oneOf"} & node.keys()
    return extended or bool(_OPENING & node.keys())


def _named(node: JsonObject) -> set[str]:
    names: set[str] = set()
    for keyword in ("properties", "dependentSchemas", "dependentRequired", "dependencies"):
        value = node.get(keyword)
        names |= set(value) if isinstance(value, dict) else set()
        if isinstance(value, dict) and keyword in {"dependentRequired", "dependencies"}:
            names |= {name for part in value.values() for name in _strings(part)}
    return names | _strings(node.get("required"))


def _strings(value: JsonValue) -> set[str]:
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()


def _is_declared(value: JsonValue) -> bool:
    return isinstance(value, dict) and bool(value)


def _accepts_objects(node: JsonValue) -> bool:
    if not isinstance(node, dict):
        return node is True
    kinds = node.get("type", "object")
    return "object" in kinds if isinstance(kinds, str | list) else True


def _branches(node: JsonObject, pointer: str, keyword: str) -> Iterator[tuple[str, JsonValue]]:
    value = node.get(keyword)
    for index, part in enumerate(value if isinstance(value, list) else ()):
        yield f"{pointer}/{keyword}/{index}", part
