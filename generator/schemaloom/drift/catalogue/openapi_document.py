"""The control plane's OpenAPI document, read as far as drift needs it: operations with references resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from schemaloom.ir.schema import Object, Schema
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text
from schemaloom.snapshot.bundle_refs import bundle

ReadSchema: TypeAlias = Callable[[JsonObject], tuple[Schema, Mapping[str, Object]]]
"""Reads one self-contained JSON Schema: the schema, closed as requests are, and its definitions."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MOST_LINKS = 20
"""References followed one after the other before a part counts as missing."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route, its references resolved."""

    pointer: str
    deprecated: bool = False
    parameters: Mapping[tuple[str, str], JsonObject] = field(default_factory=dict[tuple[str, str], JsonObject])
    """By place (path, query, header, cookie) and name; path parameters by their position."""
    body_required: bool = False
    bodies: Mapping[str, str] = field(default_factory=dict[str, str])
    """Media type to the pointer of its schema."""
    responses: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Status to media type to the pointer of the schema."""
    security: frozenset[frozenset[str]] = frozenset()
    """Alternatives, each the schemes it takes, spelled out."""


class Document:
    """One side's document; what cannot be read in it is missing."""

    def __init__(self, root: JsonObject, read: ReadSchema) -> None:
        self.root = root
        self._read = read

    def schema(self, pointer: str) -> tuple[Schema, Mapping[str, Object]] | None:
        """The schema at a pointer; None where it cannot be made self-contained."""
        try:
            return self._read(bundle(self.root, pointer))
        except LookupError:
            return None

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Operations by route, path parameters unnamed, and method."""
        found: dict[tuple[str, str], Operation] = {}
        for path, item in _members(self.root.get("paths")):
            for method in _METHODS:
                if isinstance(item, dict) and isinstance(item.get(method), dict):
                    pointer = pointer_of("paths", path, method)
                    found[_shape(path), method] = self._operation(path, item, cast("JsonObject", item[method]), pointer)
        return found

    def servers(self) -> JsonValue:
        """The URLs of the API."""
        servers = self.root.get("servers")
        return [*sorted(_urls(servers))]

    def _operation(self, path: str, item: JsonObject, node: JsonObject, pointer: str) -> Operation:
        parameters: dict[tuple[str, str], JsonObject] = {}
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        for holder in (item, node):
            listed = holder.get("parameters")
            for part in listed if isinstance(listed, list) else []:
                _, parameter = self._follow("", part)
                place, name = str(parameter.get("in")), str(parameter.get("name"))
                key = str(names.index(name)) if place == "path" and name in names else name
                parameters[place, key.lower() if place == "header" else key] = parameter
        body_pointer, body = self._follow(f"{pointer}/requestBody", node.get("requestBody"))
        responses: dict[str, Mapping[str, str]] = {}
        for status, part in _members(node.get("responses")):
            place, response = self._follow(pointer + pointer_of("responses", status), part)
            responses[status.upper()] = self._contents(place, response)
        return Operation(
            pointer=pointer,
            deprecated=node.get("deprecated") is True,
            parameters=parameters,
            body_required=body.get("required") is True,
            bodies=self._contents(body_pointer, body),
            responses=responses,
            security=self._security(node),
        )

    def _contents(self, pointer: str, node: JsonObject) -> dict[str, str]:
        found: dict[str, str] = {}
        for media, part in _members(node.get("content")):
            if isinstance(part, dict) and "schema" in part:
                place = pointer + pointer_of("content", media, "schema")
                # A schema that is nothing but a reference is the component itself, wherever it is used.
                found[media] = self._follow(place, part["schema"])[0] if _only_reference(part["schema"]) else place
        return found

    def _security(self, node: JsonObject) -> frozenset[frozenset[str]]:
        wanted = node.get("security", self.root.get("security", []))
        components = self.root.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        known = dict(_members(schemes))
        return frozenset(
            frozenset(_scheme(known.get(name), scopes) for name, scopes in _members(choice))
            for choice in (wanted if isinstance(wanted, list) else [])
        )

    def _follow(self, pointer: str, node: JsonValue | None) -> tuple[str, JsonObject]:
        """The pointer and the content of a part that may be a reference; empty where it is missing."""
        for _ in range(_MOST_LINKS):
            if not isinstance(node, dict):
                return pointer, {}
            target = node.get("$ref")
            if not isinstance(target, str) or not target.startswith("#/"):
                return pointer, node
            pointer = target[1:]
            try:
                node = resolve_pointer(self.root, pointer)
            except LookupError:
                return pointer, {}
        return pointer, {}


def _members(node: JsonValue | None) -> list[tuple[str, JsonValue]]:
    return list(node.items()) if isinstance(node, dict) else []


def _urls(servers: JsonValue | None) -> list[str]:
    return (
        [str(server.get("url")) for server in servers if isinstance(server, dict)] if isinstance(servers, list) else []
    )


def _only_reference(node: JsonValue) -> bool:
    return isinstance(node, dict) and node.keys() == {"$ref"}


def _shape(path: str) -> str:
    """A route with its parameters unnamed: renaming one changes no call."""
    return "{}".join(part.partition("}")[2] if index else part for index, part in enumerate(path.split("{")))


def _scheme(scheme: JsonValue | None, scopes: JsonValue) -> str:
    """A security scheme by what it asks for, not by its name or description."""
    if not isinstance(scheme, dict):
        return "unknown"
    told = {key: part for key, part in scheme.items() if key not in {"description", "bearerFormat"}}
    if isinstance(told.get("scheme"), str):
        told["scheme"] = str(told["scheme"]).lower()
    named: list[JsonValue] = [*sorted(map(str, scopes))] if isinstance(scopes, list) else []
    return json_text([told, named])
