"""``$ref`` inside one document: pointers, anchors and identifiers; and the names of its targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin

from schemaloom.ir.vocabulary import subschemas
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue

_KNOWN_DIALECTS: Final = re.compile(r"https?://(json-schema\.org|spec\.openapis\.org)/", re.IGNORECASE)
MAX_DEPTH: Final = 64
"""Deepest nesting of schemas that is read; deeper schemas accept anything."""
MAX_NODES: Final = 20_000
"""Most schema objects that are read for one model; further ones accept anything."""


class UnresolvedReference(Exception):
    """A ``$ref`` that cannot be followed; the message gives the reason."""


class References:
    """Follows the references of one document; never fetches another."""

    def __init__(self, root: JsonValue) -> None:
        self._root = root
        self._index: _Index | None = None
        self._accepting: dict[str, bool] = {}
        """Whether the target of a reference accepts objects, by its pointer."""

    def target(self, reference: JsonValue, pointer: str = "") -> tuple[str, JsonValue]:
        """Return the JSON Pointer and the content that a ``$ref`` of the schema at `pointer` names.

        Raises `UnresolvedReference` with the reason.
        """
        if not isinstance(reference, str):
            raise UnresolvedReference("$ref is not a string")
        if (place := self._identified.place(reference, pointer)) is None:
            raise UnresolvedReference("$ref does not point into the same document")
        # Providers embed identified schemas whose pointers start at the whole document all the same.
        for candidate in dict.fromkeys((place, unquote(reference[1:]) if reference.startswith("#/") else place)):
            with suppress(LookupError):
                return candidate, resolve_pointer(self._root, candidate)
        raise UnresolvedReference("the target of $ref does not exist")

    def dynamic_target(self, reference: JsonValue, pointer: str, scope: Sequence[str]) -> tuple[str, JsonValue]:
        """Return the target of a ``$dynamicRef`` or ``$recursiveRef``.

        `scope` holds the URIs of the resources around it, outermost first.  Raises `UnresolvedReference`
        with the reason.
        """
        place, node = self.target(reference, pointer)
        if (anchor := _dynamic_anchor(node, reference)) is not None:
            for uri in scope:
                if (found := self._identified.dynamic.get((uri, anchor))) is not None:
                    return found, resolve_pointer(self._root, found)
        return place, node

    def is_annotated(self, schema: JsonValue, annotation: str, pointer: str) -> bool:
        """Whether a schema has a boolean annotation such as ``readOnly``, or else one of its parts or targets."""
        waiting = [(pointer, schema)]
        seen: set[str] = set()
        while waiting:
            place, node = waiting.pop()
            if not isinstance(node, dict) or place in seen:
                continue
            seen.add(place)
            if annotation in node:
                if node[annotation] is True:
                    return True
                continue
            parts = node.get("allOf")
            waiting += ((f"{place}/allOf/{n}", part) for n, part in enumerate(parts if isinstance(parts, list) else ()))
            with suppress(UnresolvedReference):
                if "$ref" in node:
                    waiting.append(self.target(node["$ref"], place))
        return False

    def accepts_objects(self, schema: JsonValue, pointer: str) -> bool:
        """Whether type, enum and const leave room for an object, with those of all parts and of the ``$ref``."""
        if not isinstance(schema, dict) or not _leaves_room_for_objects(schema):
            return schema is True
        for keyword, enough in (("allOf", all), ("anyOf", any), ("oneOf", any)):
            parts = schema.get(keyword)
            if isinstance(parts, list) and parts:
                places = (f"{pointer}/{keyword}/{index}" for index in range(len(parts)))
                if not enough(map(self.accepts_objects, parts, places)):
                    return False
        with suppress(UnresolvedReference):
            place, target = self.target(schema.get("$ref"), pointer)
            if place not in self._accepting:
                self._accepting[place] = True  # what a reference back to it leaves open
                self._accepting[place] = self.accepts_objects(target, place)
            return self._accepting[place]
        return True

    def base(self, pointer: str) -> str:
        """Return the URI of the resource that the schema at `pointer` is in."""
        return self._identified.base(pointer)

    @property
    def is_scoped(self) -> bool:
        """Whether the target of a ``$dynamicRef`` or ``$recursiveRef`` may depend on its scope."""
        return len(self._identified.dynamic) > 1

    @property
    def _identified(self) -> _Index:
        if self._index is None:
            self._index = _indexed(self._root)
        return self._index


@dataclass(slots=True)
class _Index:
    """The identified schemas of a document."""

    resources: dict[str, str] = field(default_factory=dict[str, str])
    """Absolute URI of an ``$id`` to the pointer of its schema; the root has the empty URI too."""
    anchors: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """URI and name of an anchor to the pointer of its schema."""
    dynamic: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """The anchors that are dynamic; ``$recursiveAnchor`` is one without a name."""

    def base(self, pointer: str) -> str:
        """Return the URI of the innermost identified schema around `pointer`."""
        around = [(len(place), uri) for uri, place in self.resources.items() if f"{pointer}/".startswith(f"{place}/")]
        return max(around, default=(0, ""))[1]

    def place(self, reference: str, pointer: str) -> str | None:
        """Return the pointer of what a reference names; None if it is in no identified schema."""
        uri, fragment = urldefrag(_joined(self.base(pointer), reference))
        if uri not in self.resources:
            return None
        fragment = unquote(fragment)
        if not fragment or fragment.startswith("/"):
            return self.resources[uri] + fragment
        return self.anchors.get((uri, fragment))


def _indexed(root: JsonValue) -> _Index:
    index = _Index()
    waiting: list[tuple[str, JsonValue, str, int]] = [("", root, "", 0)]
    index.resources[""] = ""
    while waiting:
        pointer, node, base, depth = waiting.pop()
        if not isinstance(node, dict) or depth > MAX_DEPTH:
            continue
        identifier = node.get("$id", node.get("id"))
        if isinstance(identifier, str) and not ("$ref" in node and is_draft_7(root)):
            uri, fragment = urldefrag(_joined(base, identifier))
            if fragment:  # drafts 6 and 7 spell an anchor as an identifier
                index.anchors.setdefault((uri, fragment), pointer)
            if not identifier.startswith("#"):
                base = uri
                index.resources.setdefault(uri, pointer)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(anchor := node.get(keyword), str):
                index.anchors.setdefault((base, anchor), pointer)
                if keyword == "$dynamicAnchor":
                    index.dynamic.setdefault((base, anchor), pointer)
        if node.get("$recursiveAnchor") is True:
            index.dynamic.setdefault((base, ""), pointer)
        waiting += [(f"{pointer}{place}", part, base, depth + 1) for place, part in subschemas(node)]
    return index


def _dynamic_anchor(node: JsonValue, reference: JsonValue) -> str | None:
    """Return the name of the dynamic anchor of a schema that a reference names; None if it has none."""
    if not isinstance(node, dict):
        return None
    if reference == "#":
        return "" if node.get("$recursiveAnchor") is True else None
    anchor = node.get("$dynamicAnchor")
    return anchor if isinstance(anchor, str) and str(reference).endswith(f"#{anchor}") else None


def _leaves_room_for_objects(schema: JsonObject) -> bool:
    kinds = schema.get("type", "object")
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    is_listed = not isinstance(values, list) or any(isinstance(value, dict) for value in values)
    return is_listed and ("object" in kinds if isinstance(kinds, str | list) else True)


def is_known_dialect(dialect: JsonValue) -> bool:
    """Whether a ``$schema`` names a draft of JSON Schema or a dialect of OpenAPI, under which the same rules apply."""
    return isinstance(dialect, str) and _KNOWN_DIALECTS.match(dialect) is not None


def is_draft_7(root: JsonValue) -> bool:
    """Whether a document declares a draft in which ``$ref`` disables the keywords beside it."""
    dialect = root.get("$schema") if isinstance(root, dict) else None
    return isinstance(dialect, str) and any(f"draft-0{number}" in dialect for number in (4, 6, 7))


def _joined(base: str, reference: str) -> str:
    # urljoin knows hierarchical schemes only; a fragment belongs to any URI, such as a URN.
    if reference.startswith("#"):
        return urldefrag(base)[0] + reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


class DefinitionNames:
    """One distinct name for every pointer that a ``$ref`` names."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self._pointers: dict[str, str] = {}

    def name(self, pointer: str, scope: Sequence[str] = ()) -> str:
        """Return the name of a pointer (in a dynamic scope): its last token, with a number if that is taken."""
        key = (pointer, *scope)
        if key not in self._names:
            base = re.sub(r"\W+", "_", pointer.rpartition("/")[2], flags=re.ASCII)[:60].strip("_") or "root"
            name, number = base, 2
            while name in self._pointers:
                name, number = f"{base}{number}", number + 1
            self._names[key] = name
            self._pointers[name] = pointer
        return self._names[key]

    def pointer(self, name: str) -> str:
        """Return the pointer that has this name."""
        return self._pointers[name]
