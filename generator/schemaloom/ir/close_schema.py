"""Raw request schemas as they are judged: closed, and spelled as JSON Schema 2020-12.

This reads the provider's own document and not the IR, so that what the parser loses still counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue

_CHILD_MAPS = frozenset({"properties", "patternProperties"})
_PLACELESS_MAPS = frozenset({"$defs", "definitions", "dependentSchemas"})
_CHILDREN = frozenset({"items", "additionalProperties"})
_SAME_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_SAME_PLACE = frozenset({"then", "else"})
_COMPOSITION = frozenset({*_SAME_PLACE_LISTS, *_SAME_PLACE, "$ref", "$dynamicRef", "if", "dependentSchemas"})
_OPENNESS = ("additionalProperties", "unevaluatedProperties")
_APPLICATORS = frozenset(
    {"not", "if", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "additionalItems"}
)
"""Keywords whose schemas are spelled anew and never closed."""

KEYWORDS = frozenset(
    {
        "$ref", "$defs", "definitions", "$dynamicRef", "$recursiveRef", "type", "enum", "const", "nullable",
        "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems",
        "unevaluatedItems", "contains", "minContains", "maxContains", "properties", "required",
        "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties",
        "unevaluatedProperties", "dependentRequired", "dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf",
        "not", "if", "then", "else",
    }
)  # fmt: skip
"""Keywords that refuse values or hold schemas; any other is an annotation."""


def close_schema(schema: JsonObject) -> JsonObject:
    """Return the schema with every object that lists properties closed, unless it opens itself.

    Silence on ``additionalProperties`` counts as closed.  Composed objects are closed from outside
    with ``unevaluatedProperties``, so that branches keep adding up.  OpenAPI 3.0 and draft 4 to 7
    spellings (``nullable``, true/false exclusive bounds, lists of ``items``) become JSON Schema 2020-12.
    """
    return _walk(schema, schema, own_place=True, closing=True)


def respell_schema(schema: JsonObject) -> JsonObject:
    """Return the schema spelled as JSON Schema 2020-12, its objects as open as they are."""
    return _walk(schema, schema, own_place=True, closing=False)


def subschemas(schema: JsonValue) -> Iterator[JsonObject]:
    """Yield a schema and every schema in it, as they are written."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in schema.items():
        if key in _CHILD_MAPS or key in _PLACELESS_MAPS or key == "dependencies":
            for part in value.values() if isinstance(value, dict) else ():
                yield from subschemas(part)
        elif key in KEYWORDS - {"enum", "const"}:
            for part in value if isinstance(value, list) else [value]:
                yield from subschemas(part)


def unfolded_size(schema: JsonObject) -> int:
    """Return how many subschemas there are if each reference is replaced by a copy, and recursion is cut."""
    sizes: dict[str, int] = {}

    def of_target(reference: str) -> int:
        if reference not in sizes:
            sizes[reference] = 0
            sizes[reference] = of(resolve_reference(schema, reference))
        return sizes[reference]

    def of(node: JsonValue) -> int:
        found = list(subschemas(node))
        references = (part["$ref"] for part in found if "$ref" in part)
        return len(found) + sum(of_target(reference) for reference in references if isinstance(reference, str))

    return of({key: part for key, part in schema.items() if key not in {"$defs", "definitions"}})


def _walk(schema: JsonObject, root: JsonObject, *, own_place: bool, closing: bool) -> JsonObject:
    """`own_place`: the schema judges a value by itself, not as one branch beside others."""

    def part(value: JsonValue, *, own: bool, close: bool = closing) -> JsonValue:
        return _walk(value, root, own_place=own, closing=close) if isinstance(value, dict) else value

    out: JsonObject = {}
    for key, value in schema.items():
        if key in _CHILD_MAPS and isinstance(value, dict):
            out[key] = {name: part(inner, own=True) for name, inner in value.items()}
        elif key in _PLACELESS_MAPS and isinstance(value, dict):
            out[key] = {name: part(inner, own=False) for name, inner in value.items()}
        elif key in {"items", "prefixItems"} and isinstance(value, list):
            out[key] = [part(inner, own=True) for inner in value]
        elif key in _CHILDREN:
            out[key] = part(value, own=True)
        elif key in _SAME_PLACE_LISTS and isinstance(value, list):
            out[key] = [part(inner, own=False) for inner in value]
        elif key in _SAME_PLACE:
            out[key] = part(value, own=False)
        elif key in _APPLICATORS:
            out[key] = part(value, own=False, close=False)
        else:
            out[key] = value
    silent = not any(key in schema for key in _OPENNESS)
    if closing and own_place and silent and _lists_properties(schema, root, set()):
        # additionalProperties gives the plainer message, but does not see what branches allow.
        out["unevaluatedProperties" if _COMPOSITION & schema.keys() else "additionalProperties"] = False
    return _modern(out)


def _lists_properties(schema: JsonValue, root: JsonObject, seen: set[str]) -> bool:
    if not isinstance(schema, dict):
        return False
    if any(schema.get(keyword) for keyword in _CHILD_MAPS):
        return True
    branches: list[JsonValue] = [schema[key] for key in _SAME_PLACE if key in schema]
    parts = schema.get("allOf")
    branches += parts if isinstance(parts, list) else []
    for key in ("anyOf", "oneOf"):
        value = schema.get(key)
        objects = [branch for branch in value if accepts_objects(branch)] if isinstance(value, list) else []
        if objects and all(_lists_properties(branch, root, seen) for branch in objects):
            return True
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        branches.append(resolve_reference(root, reference))
    return any(_lists_properties(branch, root, seen) for branch in branches)


def accepts_objects(schema: JsonValue) -> bool:
    """Whether a schema's type, enum and const leave room for an object."""
    if not isinstance(schema, dict):
        return schema is True
    kinds = schema.get("type", "object")
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    listed = not isinstance(values, list) or any(isinstance(value, dict) for value in values)
    return listed and ("object" in kinds if isinstance(kinds, str | list) else True)


def resolve_reference(root: JsonObject, reference: str) -> JsonValue:
    """Return what a ``$ref`` into the same document names; anything, where that is nothing."""
    try:
        return resolve_pointer(root, unquote(reference[1:])) if reference.startswith("#") else True
    except LookupError:
        return True


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
