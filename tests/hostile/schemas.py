"""Schemas of strangers: every keyword, with values that fit it, nearly fit it, or are anything else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from tests.hostile.texts import NAMES, PATTERNS, RUN, names, numbers, scalars, texts, values

_TYPES = ["object", "array", "string", "integer", "number", "boolean", "null"]
_REFERENCES = [
    *("#", "#/", "#/$defs/A", "#/$defs/B", "#/definitions/A", "#/properties/prompt", "#/$defs/A/items", "#A", "A"),
    *("#/$defs/" + quote(name, safe="") for name in NAMES[:8]),
    *("#/$defs/~0~1", "#/$defs/%", "#/$defs/%ff", "#/%24defs/A", "file:///etc/passwd", "http://127.0.0.1:9/s.json"),
    *("https://json-schema.org/draft/2020-12/schema", "../../etc/passwd", "", "#/$defs/A#/x", "urn:x", "\0", RUN),
]
_COUNTS = st.one_of(st.sampled_from([0, 1, 2, 5, -1, 2**63, 1.0, 2.5, 10**30, True, "3", None]), numbers)

_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "type": st.one_of(
        st.sampled_from(_TYPES),
        st.lists(st.sampled_from(_TYPES), max_size=3),
        st.sampled_from(["file", "any", "Integer", RUN, 7, None, {}]),
    ),
    "enum": st.one_of(st.lists(values, max_size=6), st.lists(texts, max_size=8), values),
    "const": values,
    "default": values,
    "examples": st.lists(values, max_size=2),
    "example": values,
    "title": texts,
    "description": texts,
    "$comment": texts,
    "format": st.one_of(st.sampled_from(["uri", "date-time", "binary", "email", "regex", "ipv4"]), texts),
    "pattern": st.sampled_from(PATTERNS),
    "minimum": st.one_of(numbers, values),
    "maximum": st.one_of(numbers, values),
    "exclusiveMinimum": st.one_of(numbers, st.booleans(), texts),
    "exclusiveMaximum": st.one_of(numbers, st.booleans(), texts),
    "multipleOf": st.one_of(numbers, st.sampled_from([1e-300, 0, -2, "2"])),
    "minLength": _COUNTS,
    "maxLength": _COUNTS,
    "minItems": _COUNTS,
    "maxItems": _COUNTS,
    "uniqueItems": st.one_of(st.booleans(), scalars),
    "minProperties": _COUNTS,
    "maxProperties": _COUNTS,
    "required": st.one_of(st.lists(names, max_size=4), st.lists(values, max_size=2), values),
    "nullable": st.one_of(st.booleans(), scalars),
    "deprecated": scalars,
    "readOnly": scalars,
    "$ref": st.one_of(st.sampled_from(_REFERENCES), values),
    "$dynamicRef": st.sampled_from(_REFERENCES),
    "$id": texts,
    "$anchor": texts,
    "$schema": texts,
    "discriminator": st.one_of(
        values, st.fixed_dictionaries({"propertyName": names, "mapping": st.dictionaries(names, texts, max_size=2)})
    ),
    "customTypePath": st.sampled_from(["os.system", "builtins.exec", RUN, "..", "x.y; import os"]),
    "customBasePath": st.sampled_from(["os.system", RUN]),
    "x-python-type": texts,
    "x-enum-varnames": st.lists(texts, max_size=3),
    "x-propertyNames": values,
    "contentEncoding": texts,
    "dependentRequired": values,
}
_NESTED_ONE = ["items", "additionalProperties", "not", "if", "then", "propertyNames", "contains", "additionalItems"]
_NESTED_MANY = ["allOf", "anyOf", "oneOf", "prefixItems", "items"]
_NESTED_NAMED = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]
_KEYWORDS = [*_PLAIN, *_NESTED_ONE, *_NESTED_MANY, *_NESTED_NAMED]


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3) -> Any:
    """A schema, or now and then something else where one should be."""
    if draw(st.integers(0, 15)) == 0:
        return draw(values)
    schema: dict[str, Any] = {}
    if draw(st.booleans()):
        schema["type"] = draw(st.sampled_from(_TYPES))
    for keyword in draw(st.lists(st.sampled_from(_KEYWORDS), max_size=4, unique=True)):
        if keyword in _PLAIN:
            schema[keyword] = draw(_PLAIN[keyword])
        elif depth > 0:
            schema[keyword] = draw(_nested(keyword, depth - 1))
    return schema


def _nested(keyword: str, depth: int) -> st.SearchStrategy[Any]:
    inner = schemas(depth)
    if keyword in _NESTED_NAMED:
        return st.dictionaries(names, inner, max_size=3)
    if keyword in _NESTED_MANY:
        return st.lists(inner, max_size=3)
    return inner


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request's schema: an object with hostile parameters and definitions that refer to each other."""
    properties = draw(st.dictionaries(names, schemas(), min_size=1, max_size=6))
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if draw(st.booleans()):
        properties[draw(names)] = {"$ref": draw(st.sampled_from(_REFERENCES))}
    schema["$defs"] = {
        "A": draw(schemas(2)),
        "B": draw(schemas(1)),
        **draw(st.dictionaries(names, schemas(1), max_size=2)),
    }
    if draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from([*properties]), max_size=4))
    for keyword in draw(st.lists(st.sampled_from(_KEYWORDS), max_size=2, unique=True)):
        if keyword != "properties":
            schema[keyword] = draw(_PLAIN[keyword] if keyword in _PLAIN else _nested(keyword, 1))
    return schema


def _deep(levels: int, keyword: str = "items") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        wrapped: Any = {"properties": {"a": schema}} if keyword == "properties" else {keyword: schema}
        schema = {"allOf": [schema]} if keyword == "allOf" else wrapped
    return {"type": "object", "properties": {"deep": schema}}


def _object(properties: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **rest}


def _doubling(levels: int) -> dict[str, Any]:
    """References to references: two to the power of `levels` once they are followed."""
    definitions: dict[str, Any] = {"A0": {"type": "object", "properties": {"x": {"type": "string"}}}}
    for level in range(1, levels):
        both = {"$ref": f"#/$defs/A{level - 1}"}
        definitions[f"A{level}"] = {"type": "object", "properties": {"l": both, "r": both}}
    return _object({"bomb": {"$ref": f"#/$defs/A{levels - 1}"}}, **{"$defs": definitions})


def _doubling_choices(levels: int) -> dict[str, Any]:
    definitions: dict[str, Any] = {"A0": {"enum": [f"v{n}" for n in range(50)]}}
    for level in range(1, levels):
        both = {"$ref": f"#/$defs/A{level - 1}"}
        definitions[f"A{level}"] = {"anyOf": [both, both, {"type": "array", "items": both}]}
    return _object({"bomb": {"$ref": f"#/$defs/A{levels - 1}"}}, **{"$defs": definitions})


def _crossing(width: int, height: int) -> dict[str, Any]:
    """A conjunction of disjunctions: `width` to the power of `height` once multiplied out."""
    part = {"anyOf": [{"type": "object", "properties": {f"p{n}": {"const": n}}} for n in range(width)]}
    return _object({"bomb": {"allOf": [part] * height}})


def giants(scale: int = 1) -> dict[str, Any]:
    """Schemas that are large or multiply, by name; `scale` divides their sizes."""
    return {
        "enum of 10 MB": _object({"a": {"enum": [f"{n:010}" * 10 for n in range(100_000 // scale)]}}),
        "one text of 10 MB": _object({"a": {"enum": ["x" * (10_000_000 // scale)]}}),
        "description of 10 MB": _object({"a": {"type": "string", "description": "ab " * (3_300_000 // scale)}}),
        "100,000 properties": _object({f"p{n}": {"type": "string"} for n in range(100_000 // scale)}),
        "100,000 distinct properties": _object(
            {f"p{n}": {"type": "integer", "maximum": n} for n in range(100_000 // scale)}
        ),
        "10,000 objects": _object({f"p{n}": _object({f"q{n}": {"const": n}}) for n in range(10_000 // scale)}),
        "100,000 required": _object({}, required=[f"p{n}" for n in range(100_000 // scale)]),
        "100,000 colliding names": _object(
            {"a" + "-_. "[n % 4] * (n // 4 % 97 + 1) + "b" * (n // 400): {} for n in range(20_000 // scale)}
        ),
        "10,000 branches": _object({"a": {"anyOf": [{"const": n} for n in range(10_000 // scale)]}}),
        "10,000 object branches": _object(
            {"a": {"oneOf": [_object({f"p{n}": {"const": n}}) for n in range(10_000 // scale)]}}
        ),
        "10,000 deep in items": _deep(10_000 // scale),
        "10,000 deep in properties": _deep(10_000 // scale, "properties"),
        "10,000 deep in allOf": _deep(10_000 // scale, "allOf"),
        "60 deep in items": _deep(60),
        "40 deep in properties": _deep(40, "properties"),
        "62 deep in allOf": _deep(62, "allOf"),
        "doubling objects": _doubling(40),
        "doubling choices": _doubling_choices(30),
        "crossing choices": _crossing(10, 10),
        "cycle of 1": _object({"a": {"$ref": "#/$defs/A"}}, **{"$defs": {"A": {"$ref": "#/$defs/A"}}}),
        "cycle of 2,000": _object(
            {"a": {"$ref": "#/$defs/A0"}},
            **{"$defs": {f"A{n}": {"$ref": f"#/$defs/A{(n + 1) % (2_000 // scale)}"} for n in range(2_000 // scale)}},
        ),
        "cycle through allOf": _object(
            {"a": {"$ref": "#/$defs/A"}}, **{"$defs": {"A": {"allOf": [{"$ref": "#/$defs/A"}, {"type": "string"}]}}}
        ),
        "cycle through anyOf": _object(
            {"a": {"$ref": "#/$defs/A"}},
            **{"$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}, "B": {"$ref": "#/$defs/A"}}},
        ),
        "whole in itself": {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"allOf": [{"$ref": "#"}]}}},
        "whole in its allOf": {"allOf": [{"$ref": "#"}], "properties": {"a": {"type": "string"}}},
        "2,000 patterns": _object(
            {f"p{n}": {"type": "string", "pattern": f"^(a+)+{n}$"} for n in range(2_000 // scale)}
        ),
        "numbers of 4,000 digits": _object({"a": {"type": "integer", "maximum": 10**4_000, "default": 10**4_000}}),
    }
