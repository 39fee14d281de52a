"""`SchemaReader`: JSON Schema 2020-12 and OpenAPI 3.0/3.1 spellings, to IR.

A schema is the conjunction of its keywords, so every keyword becomes a schema of its own and
the parts are intersected.  A keyword that the IR cannot express is kept on the node as
unsupported: the result is wider than the source, never narrower, and reading never fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

from schemaloom.errors import Level, Problem
from schemaloom.ir.close_objects import close_objects
from schemaloom.ir.intersection import intersect
from schemaloom.ir.judging_parts import is_open
from schemaloom.ir.membership import choice_of
from schemaloom.ir.references import (
    MAX_DEPTH,
    MAX_NODES,
    DefinitionNames,
    UnresolvedReference,
    is_draft_7,
)
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Never,
    Null,
    Object,
    Property,
    Reference,
    Schema,
    String,
    Union,
    UnsupportedKeyword,
)
from schemaloom.ir.union import unite
from schemaloom.json.pointer import property_pointer
from schemaloom.json.values import JsonValue, json_text
from schemaloom.parse.dialect import dialect_notes
from schemaloom.parse.keywords import KeywordReader, has_choices_of_another_type
from schemaloom.parse.number import read_number
from schemaloom.parse.property_order import in_order
from schemaloom.parse.repeated_rules import Known
from schemaloom.parse.resolve_recursion import UNPARSED, Hidden, RecursionResolver, object_part
from schemaloom.parse.source_schema import SourceSchema
from schemaloom.parse.unsupported import OF_A_TYPE, unsupported_keywords

_MOST_COPIED: Final = 1_000
"""Most schemas of one model that are read again because a reference repeats them; real models stay below 100."""
_KNOWN: Final = Known[Schema]()


class SchemaReader:
    """Reads the schemas of one model, and collects their definitions and problems."""

    def __init__(self, source: SourceSchema, model: str, *, hidden: Hidden = "readOnly") -> None:
        """`hidden` is the annotation of properties that this direction never carries, and so never requires."""
        self._source = source
        self._hidden: Hidden = hidden
        self._decodes_content = is_draft_7(source.root)
        self._model = model
        self._nodes = 0
        self._copied = 0
        self._names = DefinitionNames()
        self._read: dict[str, Schema | None] = {}
        self._recursive: set[str] = set()
        """Definitions that refer to themselves; a reference to one that may be null, say, is to its object."""
        self._sizes: dict[str, int] = {}
        self._problems: list[Problem] = []
        for found in source.ignored:
            effect = "requests follow it all the same" if found.is_followed else "it is not checked"
            self._report(f"{found.pointer}/{found.keyword}", f"{found.reason}; {effect}")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The parts of the schema that were ignored, in reading order, each once."""
        return tuple(dict.fromkeys(self._problems))

    @cached_property
    def definitions(self) -> Mapping[str, Object]:
        """The objects that a `Reference` names, closed as requests are; complete after `read`."""
        resolver = self._resolver()
        found: dict[str, Object] = {}
        for pointer, read in self._read.items():
            schema = (pointer in self._recursive and object_part(read)) or read
            if isinstance(schema, Object) and isinstance(target := close_objects(resolver.resolve(schema)), Object):
                found[self._names.name(pointer)] = target
        return found

    def read(self) -> Schema:
        """Read the whole document, closed as requests are."""
        schema = self._schema(self._source.accepted, "", 0)
        return close_objects(self._resolver().resolve(schema))

    def read_object(self) -> Schema:
        """Read the whole document as the schema of an object: of its alternatives, only objects count."""
        schema = self._schema(self._source.accepted, "", 0)
        if isinstance(schema, Union):
            schema = intersect(schema, Object(), self._resolve)
        return close_objects(self._resolver().resolve(schema))

    def _schema(self, node: JsonValue, pointer: str, depth: int) -> Schema:
        self._nodes += 1
        if node is True or node == {}:
            return Anything()
        if node is False:
            return Never()
        if not isinstance(node, dict):
            self._report(pointer, "expected a schema (an object or a boolean); anything is accepted here")
            return UNPARSED
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            self._report(pointer, "nested too deep or too large; the type here is any JSON")
            return UNPARSED
        if "$schema" in node or self._decodes_content:
            for place, sentence in dialect_notes(node, pointer, decodes_content=self._decodes_content):
                self._report(place, sentence)
        keywords = KeywordReader(node, lambda keyword, sentence: self._report(f"{pointer}/{keyword}", sentence))
        keywords.report_malformed()
        schema = self._rules(keywords, pointer, depth)
        return replace(schema, annotations=keywords.annotations().merged_with(schema.annotations))

    def _rules(self, keywords: KeywordReader, pointer: str, depth: int) -> Schema:
        """Return the schema of a node without its own annotations, as it was read before if it was."""
        node = keywords.node
        rules = self._source.rules(node) if depth else ""
        if known := _KNOWN.get(rules, depth, self._nodes):
            self._nodes += known[1]
            return known[0]
        troubles, before = len(self._problems), self._nodes
        parts = iter(self._parts(keywords, pointer, depth))
        schema = next(parts, Anything())
        for part in parts:
            schema = intersect(schema, part, self._resolve)
        if node.get("nullable") is True:
            schema = unite((schema, Null()))
        keywords.names("required")  # reported at any type: drafts 3 and 4 had a flag of this name
        unsupported = dict.fromkeys((*schema.unsupported, *unsupported_keywords(node)))
        schema = replace(schema, unsupported=tuple(unsupported)) if unsupported else schema
        if troubles == len(self._problems):
            _KNOWN.put(rules, schema, self._nodes - before)
        return schema

    def _parts(self, keywords: KeywordReader, pointer: str, depth: int) -> Iterable[Schema]:
        """Yield the schemas whose conjunction the node is."""
        node = keywords.node
        types = keywords.types()
        if has_choices_of_another_type(node):
            self._report(f"{pointer}/type", "no choice is of this type; the choices count, and more is accepted")
            types = None
        if "$ref" in node:
            yield self._reference(node["$ref"], pointer, depth)
        if types is None and OF_A_TYPE & node.keys():
            types = _ALL_TYPES
        if types is not None:
            yield unite(self._of_kind(kind, keywords, pointer, depth) for kind in types)
        if "enum" in node:
            values = keywords.schemas("enum")
            yield choice_of(*map(json_text, values)) if isinstance(node["enum"], list) else UNPARSED
        if "const" in node:
            yield choice_of(json_text(node["const"]))
        for index, branch in enumerate(keywords.schemas("allOf")):
            yield self._schema(branch, f"{pointer}/allOf/{index}", depth + 1)
        for keyword in ("anyOf", "oneOf"):
            branches = [
                self._schema(branch, f"{pointer}/{keyword}/{index}", depth + 1)
                for index, branch in enumerate(keywords.schemas(keyword))
            ]
            if branches:
                yield unite(branches, exclusive=keyword == "oneOf")

    def _of_kind(self, kind: str, keywords: KeywordReader, pointer: str, depth: int) -> Schema:
        match kind:
            case "null":
                return Null()
            case "boolean":
                return Boolean()
            case "integer" | "number":
                return read_number(keywords, integer=kind == "integer")
            case "string":
                return String(
                    min_length=keywords.count("minLength") or 0,
                    max_length=keywords.count("maxLength"),
                    pattern=keywords.pattern(),
                )
            case "array":
                return self._array(keywords, pointer, depth)
            case _:
                return self._object(keywords, pointer, depth)

    def _array(self, keywords: KeywordReader, pointer: str, depth: int) -> Array:
        items = keywords.node.get("items", True)
        prefix = keywords.schemas("prefixItems")
        first, rest = "prefixItems", "items"
        if isinstance(items, list):  # the draft 4 to 2019-09 spelling of prefixItems
            prefix, items = items, keywords.node.get("additionalItems", True)
            first, rest = "items", "additionalItems"
        return Array(
            items=self._schema(items, f"{pointer}/{rest}", depth + 1),
            prefix=tuple(
                self._schema(item, f"{pointer}/{first}/{index}", depth + 1) for index, item in enumerate(prefix)
            ),
            min_items=keywords.count("minItems") or 0,
            max_items=keywords.count("maxItems"),
            unique=keywords.flag("uniqueItems"),
        )

    def _object(self, keywords: KeywordReader, pointer: str, depth: int) -> Object | Never:
        node = keywords.node
        members = node.get("properties", {})
        if not isinstance(members, dict):
            self._report(f"{pointer}/properties", "properties is not an object and is ignored")
            members = {}
        members = in_order(members, node)
        required = keywords.names("required")
        listed = [
            Property(
                name=name,
                schema=self._schema(member, property_pointer(pointer, name), depth + 1),
                required=name in required,
            )
            for name, member in members.items()
        ]
        additional = self._schema(
            # Which of the others a pattern names is not expressed.
            True if "patternProperties" in node else node.get("additionalProperties", True),
            f"{pointer}/additionalProperties",
            depth + 1,
        )
        others = [
            Property(name=name, schema=additional, required=True, declared=False)
            for name in required
            if name not in members
        ]
        if others and isinstance(additional, Never):
            return additional
        return Object(
            properties=(*listed, *others),
            additional=additional,
            additional_declared=is_open(node),
            min_properties=keywords.count("minProperties") or 0,
            max_properties=keywords.count("maxProperties"),
        )

    def _reference(self, target: JsonValue, pointer: str, depth: int) -> Schema:
        try:
            place, node = self._source.references.target(target, pointer)
        except UnresolvedReference as failure:
            self._report(f"{pointer}/$ref", f"{failure}; anything is accepted here")
            return Anything(unsupported=(UnsupportedKeyword(name="$ref", value=json_text(target)),))
        if place in self._read:
            found = self._read[place]
            if found is not None and not isinstance(found, Object):
                # A copy counts as often as it is used: references to references multiply.
                if self._copied + self._sizes[place] > _MOST_COPIED:
                    self._report(f"{pointer}/$ref", "repeats too large a definition; the type here is any JSON")
                    return UNPARSED
                self._copied += self._sizes[place]
                self._nodes += self._sizes[place]
                return found
            if found is None:
                self._recursive.add(place)
            return Reference(name=self._names.name(place))
        self._read[place] = None
        before = self._nodes
        found = self._schema(node, place, depth + 1)
        self._sizes[place] = self._nodes - before
        self._read[place] = found
        return (
            Reference(name=self._names.name(place), annotations=found.annotations)
            if isinstance(found, Object)
            else found
        )

    def _resolver(self) -> RecursionResolver:
        return RecursionResolver(
            {self._names.name(place): schema for place, schema in self._read.items()},
            self._report_recursion,
            hidden=self._hidden,
        )

    def _report_recursion(self, name: str) -> None:
        message = "recursion through something other than an object; anything is accepted here"
        self._report(self._names.pointer(name), message)

    def _resolve(self, name: str) -> Object | None:
        found = self._read.get(self._names.pointer(name))
        return found if isinstance(found, Object) else None

    def _report(self, pointer: str, sentence: str) -> None:
        self._problems.append(Problem(self._model, pointer, sentence, Level.NOTE))


_ALL_TYPES = ("object", "array", "string", "number", "boolean", "null")
