"""The schema of a request as its class publishes it: the provider's own, in the spelling of JSON Schema 2020-12.

Tools that build on a class (pydantic's `TypeAdapter`, FastAPI, builders of LLM tools) embed its
schema in documents of their own, so every reference is replaced by its target.  A recursive one
becomes an absolute URI into the schema, which then has an ``$id``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from schemaloom.ir.references import DefinitionNames, UnresolvedReference
from schemaloom.ir.vocabulary import KEYWORDS, REFERENCES, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue, json_text
from schemaloom.parse.limits import LIMITS, TYPES, limits
from schemaloom.parse.property_order import in_order
from schemaloom.parse.repeated_rules import TEXTS, Known
from schemaloom.parse.source_schema import SourceSchema

MAX_NODES: Final = 2_000
"""Most schemas of one model that are copied in place of references; further references become URIs."""
_MAX_DEPTH: Final = 24
"""The same for schemas inside one another."""
_REFERENCES: Final = frozenset(REFERENCES)
_LEFT_OUT: Final = frozenset(
    {
        *REFERENCES, *LIMITS, "$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$defs",
        "definitions", "nullable", "example", "dependencies", "additionalItems",
    }
)  # fmt: skip
"""Keywords that lose their meaning when references are replaced, or that are spelled in another way."""

_OF_A_TYPE: Final = frozenset(
    {
        *LIMITS, "type", "enum", "pattern", "required", "properties", "patternProperties", "additionalProperties",
        "items", "prefixItems",
    }
)  # fmt: skip
"""Keywords that accept null if the type does."""
_WEAKENED: Final = frozenset({"not", "if", "oneOf"})
"""Keywords that would reject more if their schemas rejected less."""
_WRITTEN: Final = Known[JsonObject]()


def published_schema(source: SourceSchema, model: str, order: Sequence[str] = ()) -> JsonObject | None:
    """Return the schema of a request; `order` lists its parameters as the provider orders them.

    It accepts what `source` accepts, except that it requires no property that requests do not
    carry (``readOnly``).  A part that no validator can follow, such as a reference to another
    document or an unknown type, is left out.  None for a schema that pydantic could not embed.
    """
    uri = f"https://schemaloom.invalid/{quote(model, safe='')}"
    schema = _Writer(source, uri).write(order)
    if not source.may_mention("$defs", *REFERENCES):  # as in most schemas
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "$defs"}
    return schema if _is_embeddable([rest, *_parts(schema.get("$defs"))], uri) else None


def _parts(definitions: JsonValue) -> Iterable[JsonValue]:
    return definitions.values() if isinstance(definitions, dict) else ()


def _is_embeddable(value: JsonValue, uri: str) -> bool:
    """Whether nothing looks like a reference that is none: pydantic follows ``$ref`` and ``$defs`` in any object.

    Such are values of ``const`` or ``enum``, malformed keywords, and properties of these names.
    """
    if isinstance(value, list):
        return all(_is_embeddable(item, uri) for item in value)
    if not isinstance(value, dict):
        return True
    reference = value.get("$ref", uri)
    if "$defs" in value or not (isinstance(reference, str) and reference.startswith(uri)):
        return False
    return all(_is_embeddable(part, uri) for part in value.values())


class _Writer:
    """Writes the schema of one model."""

    def __init__(self, source: SourceSchema, uri: str) -> None:
        self._source = source
        self._uri = uri
        self._references = source.references
        self._read_only = source.read_only
        self._nodes = 0
        self._lost = 0
        """How many references were left out."""
        self._unsure = False
        """Whether ``unevaluatedProperties`` and ``unevaluatedItems`` are left out."""
        self._within: tuple[str, ...] = ()
        """Pointers of the targets that are being written."""
        self._names = DefinitionNames()
        self._shared: dict[str, tuple[str, JsonValue]] = {}
        """Pointers and targets that references name by URI, by the name of their definition."""

    def write(self, order: Sequence[str]) -> JsonObject:
        """Return the schema of the whole request."""
        written = self._schema(self._source.accepted, "", 0)
        if self._lost:  # a schema that was left out could have evaluated more
            self._nodes, self._unsure = 0, True
            written = self._schema(self._source.accepted, "", 0)
        schema: JsonObject = written if isinstance(written, dict) else {}
        properties = schema.get("properties")
        if isinstance(properties, dict):
            schema["properties"] = {name: properties[name] for name in order if name in properties} | properties
        definitions: JsonObject = {}
        while waiting := [name for name in self._shared if name not in definitions]:
            for name in waiting:
                place, target = self._shared[name]
                self._within = (place,)
                definitions[name] = self._schema(target, place, 0)
        if definitions:
            schema |= {"$id": self._uri, "$defs": definitions}
        return schema

    def _schema(self, node: JsonValue, pointer: str, depth: int) -> JsonValue:
        if not isinstance(node, dict):
            return node if isinstance(node, bool) else True
        self._nodes += 1
        targets = [] if _REFERENCES.isdisjoint(node) else list(self._targets(node, pointer, depth))
        rules = self._rules(node, pointer, depth)
        out: JsonObject = {}
        for keyword, value in node.items():
            if keyword in _LEFT_OUT:
                continue
            if keyword in rules:
                out[keyword] = rules[keyword]
            elif keyword in TEXTS and _is_text(value):
                out[keyword] = value
        out |= rules
        if "example" in node and "examples" not in node:
            out["examples"] = [node["example"]]
        if len(targets) == 1 and isinstance(targets[0], dict) and KEYWORDS.isdisjoint(out):
            out = {**targets[0], **out}
        elif targets:
            joined = out.get("allOf")
            out["allOf"] = [*targets, *(joined if isinstance(joined, list) else [])]
        return _with_null(out) if node.get("nullable") is True else out

    def _targets(self, node: JsonObject, pointer: str, depth: int) -> Iterator[JsonValue]:
        """Yield the schemas that the references of a node lead to."""
        for keyword in REFERENCES:
            if keyword not in node:
                continue
            try:
                place, target = self._references.target(node[keyword], pointer)
            except UnresolvedReference:
                self._lost += 1
                continue
            if keyword != "$ref" and self._references.is_scoped:
                self._lost += 1
                continue
            if place in self._within or depth > _MAX_DEPTH or self._nodes > MAX_NODES:
                name = self._names.name(place)
                self._shared[name] = (place, target)
                yield {"$ref": f"{self._uri}#/$defs/{name}"}
            else:
                outer = self._within
                self._within = (*outer, place)
                yield self._schema(target, place, depth + 1)
                self._within = outer

    def _rules(self, node: JsonObject, pointer: str, depth: int) -> JsonObject:
        """Return what is written of a node without its own annotations, as it was written before if it was."""
        # With hidden properties or lost references, what is written depends on the document.
        rules = "" if self._read_only or self._unsure else self._source.rules(node)
        if known := _WRITTEN.get(rules, depth, self._nodes):
            self._nodes += known[1]
            return known[0]
        lost, nodes = self._lost, self._nodes
        out: JsonObject = {}
        for keyword in [name for name in node if name not in _LEFT_OUT and name not in TEXTS]:
            before = self._lost
            for written in self._keyword(keyword, node, pointer, depth):
                if self._lost == before or keyword not in _WEAKENED:
                    out[keyword] = written
        self._respell(node, out, pointer, depth)
        if self._lost == lost:
            _WRITTEN.put(rules, out, self._nodes - nodes)
        return out

    def _keyword(self, keyword: str, node: JsonObject, pointer: str, depth: int) -> Iterator[JsonValue]:
        """Yield the value of a keyword of `node`; nothing to leave it out."""
        value = node[keyword]
        if keyword in SCHEMA_MAPS and isinstance(value, dict):
            place = f"{pointer}/{keyword}"
            value = in_order(value, node) if keyword == "properties" else value
            yield {name: self._schema(part, place + pointer_of(name), depth + 1) for name, part in value.items()}
        elif keyword in SCHEMA_LISTS and isinstance(value, list):
            yield [self._schema(part, f"{pointer}/{keyword}/{index}", depth + 1) for index, part in enumerate(value)]
        elif keyword in SCHEMAS:
            if not (self._unsure and keyword.startswith("unevaluated")):
                yield self._schema(value, f"{pointer}/{keyword}", depth + 1)
        elif keyword == "required":
            hidden = self._read_only.get(pointer, ())
            listed = value if isinstance(value, list) else []
            yield from _non_empty([name for name in listed if isinstance(name, str) and name not in hidden])
        else:
            yield from _plain(keyword, value).values()

    def _respell(self, node: JsonObject, out: JsonObject, pointer: str, depth: int) -> None:
        """Add the keywords that older drafts and OpenAPI 3.0 spell in another way."""
        out |= limits(node)
        if isinstance(node.get("items"), list) and "items" in out:  # drafts 4 to 2019-09
            out["prefixItems"] = out.pop("items")
            if "additionalItems" in node:
                out["items"] = self._schema(node["additionalItems"], f"{pointer}/additionalItems", depth + 1)
        dependencies = node.get("dependencies")
        for name, part in dependencies.items() if isinstance(dependencies, dict) else ():
            keyword = "dependentRequired" if isinstance(part, list) else "dependentSchemas"
            place = pointer + pointer_of("dependencies", name)
            held = out.setdefault(keyword, {})
            if isinstance(held, dict):
                held[name] = part if isinstance(part, list) else self._schema(part, place, depth + 1)


def _plain(keyword: str, value: JsonValue) -> JsonObject:
    """Return a keyword that holds no schemas, with its value; empty if validators would not understand it."""
    match keyword, value:
        case "type", _:
            kinds = value if isinstance(value, list) else [value]
            is_kept = bool(kinds) and all(kind in TYPES for kind in kinds)
        case ("enum", list()) | ("pattern", str()) | ("const", _):
            is_kept = True
        case (("enum" | "pattern"), _):
            is_kept = False
        case "discriminator", dict():  # its mapping holds references
            value = {"propertyName": value["propertyName"]} if "propertyName" in value else {}
            is_kept = bool(value)
        case _:
            is_kept = keyword in KEYWORDS or _is_text(value)
    return {keyword: value} if is_kept else {}


def _is_text(value: JsonValue) -> bool:
    """Whether the value of an annotation holds no reference: pydantic would follow it."""
    return isinstance(value, str) or '"$ref"' not in json_text(value)


def _non_empty(names: list[str]) -> Iterator[JsonValue]:
    if names:
        yield [*dict.fromkeys(names)]


def _with_null(schema: JsonObject) -> JsonObject:
    """Return a schema that accepts null, too: ``nullable`` of OpenAPI 3.0."""
    kind, choices = schema.get("type"), schema.get("enum")
    if kind is not None and KEYWORDS.isdisjoint(schema.keys() - _OF_A_TYPE):
        kinds: list[JsonValue] = [*(kind if isinstance(kind, list) else [kind]), "null"]
        schema = {**schema, "type": kinds if "null" not in kinds[:-1] else kind}
        if isinstance(choices, list) and None not in choices:
            schema["enum"] = [*choices, None]
        return schema
    rules = {keyword: value for keyword, value in schema.items() if keyword in KEYWORDS}
    annotations = {keyword: value for keyword, value in schema.items() if keyword not in KEYWORDS}
    return {**annotations, "anyOf": [rules, {"type": "null"}]}
