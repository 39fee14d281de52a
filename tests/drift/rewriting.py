"""Random changes to schemas: rewrites that keep the meaning, and mutations that may not."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from tests import strategies

Json = dict[str, Any]
_BOUNDS = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems"),
}
"""Keywords that may contradict each other; an alternative that admits nothing takes its texts with it."""


@st.composite
def described(draw: st.DrawFn) -> Json:
    """A request whose parameters have texts and defaults."""
    schema = json.loads(json.dumps(draw(strategies.requests)))  # parts of it may be shared with other draws
    for member in schema["properties"].values():
        if draw(st.booleans()):
            member["description"] = draw(st.sampled_from(["what", "ever"]))
        if draw(st.integers(0, 3)) == 0:
            member["default"] = draw(strategies.scalars)
    return schema


@st.composite
def rewritten(draw: st.DrawFn, schema: Json) -> Json:
    """`schema` in other words: references, wrappers, other spellings and another order."""
    definitions: Json = {}
    found = draw(_rewritten(deepcopy(schema), definitions))
    found.pop("$ref", None)  # a request that is nothing but a reference is the parser's business
    return {**found, "$defs": definitions} if definitions else found


@st.composite
def _rewritten(draw: st.DrawFn, schema: Any, definitions: Json, *, root: bool = True) -> Any:
    if not isinstance(schema, dict):
        return schema
    for keyword in ("items", "additionalProperties"):
        if keyword in schema:
            schema[keyword] = draw(_rewritten(schema[keyword], definitions, root=False))
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            schema[keyword] = [draw(_rewritten(part, definitions, root=False)) for part in schema[keyword]]
            schema[keyword] = draw(st.permutations(schema[keyword]))
            if keyword == "anyOf" and draw(st.booleans()):
                schema[keyword].append(deepcopy(schema[keyword][0]))
    if "properties" in schema:
        names = draw(st.permutations(sorted(schema["properties"])))
        schema["properties"] = {
            name: draw(_rewritten(schema["properties"][name], definitions, root=False)) for name in names
        }
    if "required" in schema:
        schema["required"] = draw(st.permutations(schema["required"]))
    schema = _spelled(draw, schema)
    if root:
        return schema
    wrap = draw(st.integers(0, 7))
    if wrap == 0:
        return {"allOf": [schema]}
    if wrap == 1 and not {"description", "default"} & schema.keys():
        return {"anyOf": [schema]}
    if wrap == 2:
        name = f"D{len(definitions)}"
        definitions[name] = schema
        return {"$ref": f"#/$defs/{name}"}
    if wrap == 3 and schema.get("nullable") and not _BOUNDS & schema.keys():
        plain = {key: part for key, part in schema.items() if key != "nullable"}
        return schema if _admits_null(schema) else {"oneOf": [{"type": "null"}, plain]}
    return schema


def _spelled(draw: st.DrawFn, schema: Json) -> Json:
    """Keyword for keyword: enum and const, bounds, nullable, lists of types, numbers as floats."""
    if "enum" in schema and draw(st.booleans()):
        values = draw(st.permutations(schema["enum"]))
        schema["enum"] = [*values, values[0]]
    if schema.keys() == {"enum"} and draw(st.booleans()):
        schema = {"anyOf": [{"const": value} for value in schema["enum"]]}
    if "const" in schema and draw(st.booleans()):
        schema["enum"] = [schema.pop("const")]
    if schema.get("type") == "integer" and draw(st.booleans()):
        if "minimum" in schema and "exclusiveMinimum" not in schema:
            schema["exclusiveMinimum"] = schema.pop("minimum") - 1
        elif "exclusiveMaximum" in schema and "maximum" not in schema:
            schema["maximum"] = schema.pop("exclusiveMaximum") - 1
    if schema.get("type") == "number" and "minimum" in schema and "exclusiveMinimum" not in schema:
        schema["minimum"] = float(schema["minimum"])
    below = schema.get("type") == "number" and "exclusiveMaximum" in schema and "maximum" not in schema
    if below and draw(st.booleans()):
        schema["maximum"], schema["exclusiveMaximum"] = schema["exclusiveMaximum"], True  # as OpenAPI 3.0 spells it
    if isinstance(schema.get("type"), str) and draw(st.booleans()):
        schema["type"] = [schema["type"]]
        if schema.get("nullable") and "enum" not in schema and "const" not in schema:
            del schema["nullable"]
            schema["type"].append("null")
    keys = draw(st.permutations(sorted(schema)))
    return {key: schema[key] for key in keys}


def _admits_null(schema: Json) -> bool:
    # Beside such a branch, null in a second branch of a oneOf would match twice.
    return (
        schema.get("type") in (None, "null")
        or "null" in schema["type"]
        or any(keyword in schema for keyword in ("enum", "const", "anyOf", "oneOf", "allOf", "$ref"))
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Json, Json]:
    """Two requests, mostly neighbours."""
    old = draw(strategies.requests)
    new = draw(mutated(deepcopy(old))) if draw(st.integers(0, 5)) else draw(strategies.requests)
    if draw(st.booleans()):
        new = draw(mutated(deepcopy(new)))
    return (old, new) if draw(st.booleans()) else (new, old)


@st.composite
def mutated(draw: st.DrawFn, schema: Any) -> Any:
    """`schema`, changed in place somewhere."""
    choice = draw(st.integers(0, 9))
    if not isinstance(schema, dict) or choice == 0:
        return draw(strategies.schemas)
    parts = [(key, None) for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    parts += [(key, i) for key in ("anyOf", "oneOf", "allOf") for i in range(len(schema.get(key, [])))]
    parts += [("properties", name) for name in schema.get("properties", {})]
    if parts and choice < 7:
        key, part = draw(st.sampled_from(parts))
        if part is None:
            schema[key] = draw(mutated(schema[key]))
        elif choice > 1:
            schema[key][part] = draw(mutated(schema[key][part]))
        elif len(schema[key]) > 1 or key == "properties":
            del schema[key][part]
            if "required" in schema:
                schema["required"] = [name for name in schema["required"] if name != part]
        return schema
    return _mutated_keyword(draw, schema)


_NUMBER = {"minimum": (-2, 10), "exclusiveMinimum": (-2, 10), "maximum": (-2, 10), "exclusiveMaximum": (-2, 10),
           "multipleOf": (1, 4)}  # fmt: skip
_KEYWORDS = {
    "integer": _NUMBER,
    "number": _NUMBER,
    "string": {"minLength": (0, 3), "maxLength": (0, 4)},
    "array": {"minItems": (0, 3), "maxItems": (0, 3)},
    "object": {"minProperties": (0, 3), "maxProperties": (0, 4)},
}


def _mutated_keyword(draw: st.DrawFn, schema: Json) -> Json:
    kind = schema.get("type")
    what = draw(st.sampled_from(["bound", "bound", "other", "wrap", "null"]))
    if what == "wrap":
        return {"anyOf": [schema, draw(strategies.leaves)]}
    if what == "null":
        return {**schema, "nullable": not schema.get("nullable", False)}
    if what == "bound" and kind in _KEYWORDS:
        keyword = draw(st.sampled_from(sorted(_KEYWORDS[kind])))
        if keyword in schema and draw(st.booleans()):
            del schema[keyword]
        else:
            schema[keyword] = draw(st.integers(*_KEYWORDS[kind][keyword]))
    elif "enum" in schema:
        shorter, longer = schema["enum"][1:] or ["a"], [*schema["enum"], draw(strategies.scalars)]
        schema["enum"] = draw(st.sampled_from([shorter, longer]))
    elif kind in {"integer", "number"}:
        schema["type"] = "integer" if kind == "number" else "number"
    elif kind == "string":
        schema["pattern"] = draw(st.sampled_from(["^a", "b", "[0-9]", "a|b", "^(ab?)$"]))
    elif kind == "array":
        schema["uniqueItems"] = not schema.get("uniqueItems", False)
    elif kind == "object":
        names = sorted(schema.get("properties", {}))
        if names and draw(st.booleans()):
            schema["required"] = draw(st.lists(st.sampled_from(names), unique=True))
        elif draw(st.booleans()):
            schema["additionalProperties"] = draw(st.booleans())
        else:
            schema.setdefault("properties", {})[draw(st.sampled_from(strategies.NAMES))] = draw(strategies.leaves)
    return schema
