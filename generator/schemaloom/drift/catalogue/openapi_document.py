"""One side's OpenAPI document: parts with references followed, schemas, and what each operation uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from schemaloom.drift.change import Polarity
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.dialects import as_read, openapi_dialect
from schemaloom.ir.schema import Anything, Kind, Object, Schema
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text
from schemaloom.snapshot.bundle_refs import bundle_with_places

ReadSchema: TypeAlias = Callable[[JsonObject, Polarity], tuple[Schema, Mapping[str, Object]]]
"""Reads one self-contained JSON Schema: the schema, closed as requests are, and its definitions."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_MOST_LINKS = 20
"""References followed one after the other before a part counts as missing."""


@dataclass(frozen=True, slots=True)
class OwnSchema:
    """A schema of the document, made self-contained."""

    document: JsonObject
    read: JsonObject
    """The same without what the dialect of the document ignores."""
    parsed: tuple[Schema, Mapping[str, Object]]
    places: Mapping[str, str]
    """Where the OpenAPI document holds each of its ``$defs``: JSON Pointers by name."""


@dataclass(frozen=True, slots=True)
class Part:
    """An object of the document, its reference followed."""

    pointer: str
    content: JsonObject

    def child(self, *tokens: str) -> str:
        """Pointer of a member."""
        return self.pointer + pointer_of(*tokens)


class Document:
    """One side's document; a part that cannot be read is empty."""

    def __init__(self, root: JsonObject, read: ReadSchema) -> None:
        self.root = root
        self.dialect = openapi_dialect(root)
        self._read = read
        self.visited: set[str] = set()
        """Pointers of the components that a comparison has read."""

    def schema(self, pointer: str, polarity: Polarity) -> OwnSchema | None:
        """The schema at a pointer, as it is judged in one direction.

        A boolean is one, and any value counts if there is none.  None if it cannot be made self-contained.
        """
        try:
            node = resolve_pointer(self.root, pointer)
        except LookupError:
            node = True
        if isinstance(node, bool):
            plain: JsonObject = {} if node else {"not": {}}
            return OwnSchema(plain, plain, self.parsed(plain, polarity), {})
        try:
            document, places = bundle_with_places(self.root, pointer)
        except LookupError:
            return None
        read = as_read(document, self.dialect)
        return OwnSchema(document, read, self.parsed(read, polarity), places)

    def parsed(self, schema: JsonObject, polarity: Polarity) -> tuple[Schema, Mapping[str, Object]]:
        """A self-contained schema as it is read in one direction, and its definitions."""
        return self._read(schema, polarity)

    def kinds(self, pointer: str) -> frozenset[Kind]:
        """The kinds of value that the schema at a pointer may admit; all if it cannot be made self-contained."""
        schema = self.schema(pointer, Polarity.INPUT)
        if schema is None:
            return ResolvedSchemas({}, opened=True).kinds(Anything())
        parsed, definitions = schema.parsed
        return ResolvedSchemas(definitions, opened=True).kinds(parsed)

    def schema_pointer(self, pointer: str) -> str:
        """The pointer of a schema, or of the component if the schema is nothing but a reference to one that exists."""
        for _ in range(_MOST_LINKS):
            node = self._find(pointer)
            target = node.get("$ref") if isinstance(node, dict) and node.keys() == {"$ref"} else None
            if not isinstance(target, str) or not target.startswith("#/") or self._find(unquote(target[1:])) is None:
                return pointer
            pointer = unquote(target[1:])
        return pointer

    def _find(self, pointer: str) -> JsonValue | None:
        try:
            return resolve_pointer(self.root, pointer)
        except LookupError:
            return None

    def text(self, pointer: str) -> str:
        """Return the value at a pointer as canonical JSON; empty if there is none."""
        try:
            return json_text(resolve_pointer(self.root, pointer))
        except LookupError:
            return ""

    def visit(self, pointer: str) -> None:
        """Note that the schema at a pointer is compared, and all components it refers to."""
        try:
            node = resolve_pointer(self.root, pointer)
        except LookupError:
            return
        tokens = pointer_tokens(pointer)
        if tokens[:1] == ("components",):
            self.visited.add(pointer_of(*tokens[:3]))
        self.visited |= self.components_of(node)

    def part(self, pointer: str, node: JsonValue | None) -> Part:
        """A part that may be a reference."""
        for _ in range(_MOST_LINKS):
            if not isinstance(node, dict):
                return Part(pointer, {})
            target = node.get("$ref")
            if not isinstance(target, str) or not target.startswith("#/"):
                return Part(pointer, node)
            pointer = unquote(target[1:])
            self.visited.add(pointer)
            try:
                node = resolve_pointer(self.root, pointer)
            except LookupError:
                return Part(pointer, {})
        return Part(pointer, {})

    def components_of(self, node: JsonValue) -> set[str]:
        """Pointers of the components that a node refers to, directly or through others."""
        found: set[str] = set()
        pending = [node]
        while pending:
            for target in _references(pending.pop()):
                component = pointer_of(*pointer_tokens(unquote(target[1:]))[:3])
                if component in found or not component.startswith("/components/"):
                    continue
                found.add(component)
                try:
                    pending.append(resolve_pointer(self.root, component))
                except LookupError:
                    continue
        return found

    def components(self) -> dict[str, JsonValue]:
        """Every component by its pointer."""
        return {
            pointer_of("components", kind, name): content
            for kind, named in members(self.root.get("components"))
            for name, content in members(named)
        }


def members(node: JsonValue | None) -> list[tuple[str, JsonValue]]:
    """The members of an object; none of anything else."""
    return list(node.items()) if isinstance(node, dict) else []


def media_type(text: str) -> str:
    """A media type in lower case without its charset, which JSON does not have."""
    parts = [part.strip() for part in text.lower().split(";")]
    return "; ".join(part for part in parts if part and not part.startswith("charset="))


def route_shape(path: str) -> str:
    """A route with its parameters unnamed: renaming one changes no call."""
    return "{}".join(part.partition("}")[2] if index else part for index, part in enumerate(path.split("{")))


def route_names(path: str) -> list[str]:
    """Names of a route's parameters, in order."""
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _references(node: JsonValue) -> Iterator[str]:
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            target = part.get("$ref")
            if isinstance(target, str) and target.startswith("#/"):
                yield target
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
