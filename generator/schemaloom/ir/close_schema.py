"""Raw request schemas as they are judged: closed, and spelled as JSON Schema 2020-12.

This reads the provider's own document and not the IR, so that what the parser loses still counts.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count

from schemaloom.ir.dialects import as_accepted
from schemaloom.ir.hidden_properties import hidden_properties
from schemaloom.ir.references import References, UnresolvedReference
from schemaloom.ir.vocabulary import KEYWORDS, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS, all_schemas
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue, object_or_empty

_CHILD_MAPS = frozenset({"properties", "patternProperties"})
_CHILDREN = frozenset({"items", "additionalProperties"})
_SAME_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_SAME_PLACE = frozenset({"then", "else"})
_COMPOSITION = frozenset({*_SAME_PLACE_LISTS, *_SAME_PLACE, "$ref", "$dynamicRef", "if", "dependentSchemas"})
_OPENNESS = ("additionalProperties", "unevaluatedProperties")
_OF_A_REFERENCE = frozenset({"$ref", "$defs", "definitions"})
"""The keywords of a schema that consists of a reference."""
_NAMED = frozenset({"$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})
"""Keywords that name a schema: a copy of it would take its name."""
_RECURSIVE = "recursive"
"""The anchor written in place of ``$recursiveAnchor``."""


def close_schema(schema: JsonObject) -> JsonObject:
    """Return the schema of a request with every object that lists properties closed, unless it opens itself.

    Silence on ``additionalProperties`` counts as closed.  Composed objects are closed from outside
    with ``unevaluatedProperties``, so that branches keep adding up.  Older spellings become those
    of JSON Schema 2020-12, as in `respell_schema`.
    """
    return _Respelling(schema, hidden="readOnly", closing=True).write()


def respell_schema(schema: JsonObject) -> JsonObject:
    """Return the schema of a result spelled as JSON Schema 2020-12, its objects as open as they are.

    Older spellings are OpenAPI 3.0's ``nullable`` and the true/false bounds, lists of ``items``,
    ``dependencies`` and ignored siblings of ``$ref`` of draft 4 to 7.  A property that this
    direction never carries (``readOnly`` in requests, ``writeOnly`` in results) is not required.
    """
    return _Respelling(schema, hidden="writeOnly", closing=False).write()


class _Respelling:
    """One schema, written anew."""

    def __init__(self, root: JsonObject, *, hidden: str, closing: bool) -> None:
        self._root = root = as_accepted(root)
        self._closing = closing
        self._references = References(root)
        self._hidden = hidden_properties(root, self._references, hidden)
        self._copies: dict[str, str] = {}
        """References to the closed copies of definitions, by the pointer of the definition; empty for none."""
        self._copied: JsonObject = {}
        self._defined = object_or_empty(root.get("$defs")).keys()

    def write(self) -> JsonObject:
        """Return the whole schema; it names no dialect, because it is in that of 2020-12."""
        written = self._written(self._root, "", own_place=True, closing=self._closing)
        if self._copied:
            written["$defs"] = {**object_or_empty(written.get("$defs")), **self._copied}
        return written

    def _written(self, schema: JsonObject, pointer: str, *, own_place: bool, closing: bool) -> JsonObject:
        """`own_place`: the schema judges a value by itself, not as one branch beside others."""

        def part(value: JsonValue, below: str, *, own: bool, close: bool = closing) -> JsonValue:
            place = pointer + below
            return self._written(value, place, own_place=own, closing=close) if isinstance(value, dict) else value

        out: JsonObject = {}
        for key, value in schema.items():
            if key in SCHEMA_MAPS and isinstance(value, dict):
                own = key in _CHILD_MAPS
                out[key] = {name: part(inner, pointer_of(key, name), own=own) for name, inner in value.items()}
            elif key in SCHEMA_LISTS and isinstance(value, list):
                own = key not in _SAME_PLACE_LISTS
                out[key] = [part(inner, pointer_of(key, str(n)), own=own) for n, inner in enumerate(value)]
            elif key in _CHILDREN:
                out[key] = part(value, pointer_of(key), own=True)
            elif key in _SAME_PLACE:
                out[key] = part(value, pointer_of(key), own=False)
            elif key in SCHEMAS:
                out[key] = part(value, pointer_of(key), own=False, close=False)
            elif key != "$schema":
                out[key] = value
        self._without_hidden(out, pointer)
        self._follow_recursion(out, pointer)
        silent = not any(key in schema for key in _OPENNESS)
        if closing and own_place and silent and self._lists_properties(schema, pointer, set()):
            if copy := self._closed_copy(schema, pointer):
                out["$ref"] = copy
            else:  # additionalProperties gives the plainer message, but does not see what branches allow
                out["unevaluatedProperties" if _COMPOSITION & schema.keys() else "additionalProperties"] = False
        return _modern(out)

    def _closed_copy(self, schema: JsonObject, pointer: str) -> str:
        """Return a reference to a closed copy of the definition that a schema consists of; empty if there is none.

        The definition itself may be a part of other objects.  Where a recursion is closed beside each
        reference, other validators compare it without end.
        """
        if not KEYWORDS & schema.keys() <= _OF_A_REFERENCE or "$ref" not in schema:
            return ""
        place, target = self._references.target(schema["$ref"], pointer)
        if not place:
            return "#"  # the root is closed
        if place not in self._copies:
            is_named = any(_NAMED & part.keys() for _, part in all_schemas(target))
            if is_named or not isinstance(target, dict) or {self._references.base(p) for p in (pointer, place)} != {""}:
                self._copies[place] = ""
            else:
                name = next(name for n in count(len(self._copied) + 1) if (name := f"closed_{n}") not in self._defined)
                self._copies[place] = f"#/$defs/{name}"
                self._copied[name] = {}  # while it is being written, so that its name is taken
                self._copied[name] = self._written(target, place, own_place=True, closing=True)
        return self._copies[place]

    def _follow_recursion(self, out: JsonObject, pointer: str) -> None:
        """Spell the recursion of draft 2019-09 as 2020-12 does, by a dynamic anchor where it may lead further out."""
        if out.pop("$recursiveAnchor", False) is True:
            out["$dynamicAnchor"] = _RECURSIVE
        if out.pop("$recursiveRef", None) != "#":
            return
        _, root = self._references.target("#", pointer)
        is_dynamic = isinstance(root, dict) and root.get("$recursiveAnchor") is True
        reference: JsonObject = {"$dynamicRef": f"#{_RECURSIVE}"} if is_dynamic else {"$ref": "#"}
        if reference.keys() & out.keys():
            parts = out.get("allOf")
            out["allOf"] = [*(parts if isinstance(parts, list) else []), reference]
        else:
            out |= reference

    def _without_hidden(self, out: JsonObject, pointer: str) -> None:
        required, hidden = out.get("required"), self._hidden.get(pointer)
        if isinstance(required, list) and hidden:
            out["required"] = [name for name in required if name not in hidden]

    def _lists_properties(self, schema: JsonValue, pointer: str, seen: set[str]) -> bool:
        if not isinstance(schema, dict):
            return False
        if schema.get("properties"):
            return True
        branches = [(f"{pointer}/{key}", schema[key]) for key in _SAME_PLACE if key in schema]
        branches += _branches(schema, pointer, "allOf")
        for key in ("anyOf", "oneOf"):
            parts = _branches(schema, pointer, key)
            objects = [(place, part) for place, part in parts if self._references.accepts_objects(part, place)]
            if objects and all(self._lists_properties(part, place, seen) for place, part in objects):
                return True
        with suppress(UnresolvedReference):
            place, target = self._references.target(schema.get("$ref"), pointer)
            if place not in seen:
                seen.add(place)
                branches.append((place, target))
        return any(self._lists_properties(branch, place, seen) for place, branch in branches)


def _branches(schema: JsonObject, pointer: str, keyword: str) -> list[tuple[str, JsonValue]]:
    value = schema.get(keyword)
    return [(f"{pointer}/{keyword}/{n}", part) for n, part in enumerate(value if isinstance(value, list) else ())]


def _modern(schema: JsonObject) -> JsonObject:
    for keyword in ("type", "required"):
        names = schema.get(keyword)
        if isinstance(names, list):
            schema[keyword] = [name for index, name in enumerate(names) if name not in names[:index]]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if isinstance(schema.get("items"), list):
        schema["prefixItems"] = schema.pop("items")
        if "additionalItems" in schema:
            schema["items"] = schema.pop("additionalItems")
    _split_dependencies(schema)
    if schema.pop("nullable", False) is not True:
        return schema
    kind, choices = schema.get("type"), schema.get("enum")
    if "const" in schema or _COMPOSITION & schema.keys():
        return {"anyOf": [schema, {"type": "null"}]}
    if isinstance(choices, list) and None not in choices:
        schema["enum"] = [*choices, None]
    kinds = kind if isinstance(kind, list) else [kind]
    if kind is not None and "null" not in kinds:
        schema["type"] = [*kinds, "null"]
    return schema


def _split_dependencies(schema: JsonObject) -> None:
    """Write draft 7's ``dependencies`` as the two keywords that replaced it."""
    if isinstance(dependencies := schema.pop("dependencies", None), dict):
        for name, part in dependencies.items():
            keyword = "dependentRequired" if isinstance(part, list) else "dependentSchemas"
            known = schema.get(keyword)
            schema[keyword] = {**(known if isinstance(known, dict) else {}), name: part}
