"""Request schemas as they are judged: closed, and spelled as JSON Schema 2020-12."""

from __future__ import annotations

from schemaloom.emulator.json_write import first_present
from schemaloom.json.values import JsonObject, JsonValue

_CHILD_MAPS = frozenset({"properties", "patternProperties"})
_PLACELESS_MAPS = frozenset({"$defs", "definitions", "dependentSchemas"})
_CHILDREN = frozenset({"items", "additionalProperties"})
_SAME_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_SAME_PLACE = frozenset({"then", "else"})
_COMPOSITION = frozenset({*_SAME_PLACE_LISTS, *_SAME_PLACE, "$ref", "$dynamicRef", "if", "dependentSchemas"})
_OPENNESS = ("additionalProperties", "unevaluatedProperties")


def closed(schema: JsonObject) -> JsonObject:
    """The schema with every object that lists properties closed, unless it opens itself.

    Silence on ``additionalProperties`` counts as closed, at the top always.  Composed objects
    are closed from outside with ``unevaluatedProperties``, so that branches keep adding up.
    OpenAPI 3.0 spellings (``nullable``, true/false exclusive bounds) become JSON Schema.
    """
    prepared = _walk(schema, schema, own_place=True)
    if not any(key in prepared for key in _OPENNESS):
        prepared[_closing_keyword(schema)] = False
    return prepared


def _walk(schema: JsonObject, root: JsonObject, *, own_place: bool) -> JsonObject:
    """`own_place`: the schema judges a value by itself, not as one branch beside others."""
    out: JsonObject = {}
    for key, value in schema.items():
        if key in _CHILD_MAPS and isinstance(value, dict):
            out[key] = {name: _part(part, root, own_place=True) for name, part in value.items()}
        elif key in _PLACELESS_MAPS and isinstance(value, dict):
            out[key] = {name: _part(part, root, own_place=False) for name, part in value.items()}
        elif key in _CHILDREN:
            out[key] = _part(value, root, own_place=True)
        elif key == "prefixItems" and isinstance(value, list):
            out[key] = [_part(part, root, own_place=True) for part in value]
        elif key in _SAME_PLACE_LISTS and isinstance(value, list):
            out[key] = [_part(part, root, own_place=False) for part in value]
        elif key in _SAME_PLACE:
            out[key] = _part(value, root, own_place=False)
        else:
            out[key] = value
    if own_place and not any(key in schema for key in _OPENNESS) and _lists_properties(schema, root, set()):
        out[_closing_keyword(schema)] = False
    return _modern(out)


def _part(value: JsonValue, root: JsonObject, *, own_place: bool) -> JsonValue:
    return _walk(value, root, own_place=own_place) if isinstance(value, dict) else value


def _closing_keyword(schema: JsonObject) -> str:
    # additionalProperties gives the plainer message, but does not see what branches allow.
    return "unevaluatedProperties" if _COMPOSITION & schema.keys() else "additionalProperties"


def _lists_properties(schema: JsonValue, root: JsonObject, seen: set[str]) -> bool:
    if not isinstance(schema, dict):
        return False
    if _CHILD_MAPS & schema.keys():
        return True
    branches: list[JsonValue] = [schema[key] for key in _SAME_PLACE if key in schema]
    for key in _SAME_PLACE_LISTS:
        value = schema.get(key)
        branches += value if isinstance(value, list) else []
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#") and reference not in seen:
        seen.add(reference)
        branches.append(first_present(root, [reference[1:]]))
    return any(_lists_properties(branch, root, seen) for branch in branches)


def _modern(schema: JsonObject) -> JsonObject:
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if schema.pop("nullable", False) is not True:
        return schema
    kind, choices = schema.get("type"), schema.get("enum")
    if isinstance(choices, list) and None not in choices:
        schema["enum"] = [*choices, None]
    if isinstance(kind, str):
        schema["type"] = [kind, "null"]
    elif kind is None and _COMPOSITION & schema.keys():
        return {"anyOf": [schema, {"type": "null"}]}
    return schema
