"""Random JSON Schemas in the spellings providers use, and values near their borders."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ["prompt", "seed", "image_url", "size", "foo-bar", "class", "model_dump", "Ünïcode", "a b", "x"]
TEXTS = ["", "a", "ab", "abc", "square", "wide", "1", "true", "null", "it's", '"', "\n", "é"]

scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.sampled_from([0.5, 1.5, -2.25, 3.0]), st.sampled_from(TEXTS)
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": draw(st.sampled_from(["integer", "number"]))}
    for keyword in draw(st.sets(st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]))):
        schema[keyword] = draw(st.integers(-2, 10))
    if draw(st.booleans()) and schema["type"] == "integer":
        schema["multipleOf"] = draw(st.integers(1, 4))
    return schema


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if draw(st.booleans()):
        schema["minLength"] = draw(st.integers(0, 2))
    if draw(st.booleans()):
        schema["maxLength"] = draw(st.integers(0, 3))
    if draw(st.integers(0, 4)) == 0:
        schema["pattern"] = draw(st.sampled_from(["^a", "b", "[0-9]", "a|b", "^(ab?)"]))
    return schema


choices = st.lists(scalars, min_size=1, max_size=4).map(lambda values: {"enum": values})
text_choices = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4, unique=True).map(
    lambda values: {"type": "string", "enum": values}
)
leaves: st.SearchStrategy[dict[str, Any]] = st.one_of(
    numbers(),
    texts(),
    choices,
    text_choices,
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.just({}),
    st.just({"type": "array"}),
    st.just({"type": "object"}),
    scalars.map(lambda value: {"const": value}),
    text_choices.map(lambda choice: {"anyOf": [choice, {"type": "string"}]}),
)


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array", "items": draw(inner)}
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, 2))
    if draw(st.booleans()):
        schema["maxItems"] = draw(st.integers(0, 3))
    if draw(st.integers(0, 3)) == 0:
        schema["uniqueItems"] = True
    return schema


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    schema: dict[str, Any] = {"type": "object", "properties": {name: draw(inner) for name in names}}
    if names and draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    if draw(st.integers(0, 2)) == 0:
        schema["additionalProperties"] = draw(st.one_of(st.booleans(), inner))
    return schema


def maps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return inner.map(lambda schema: {"type": "object", "additionalProperties": schema})


def combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    branches = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        branches.map(lambda found: {"anyOf": found}),
        branches.map(lambda found: {"oneOf": found}),
        inner.map(lambda schema: {"allOf": [schema]}),
        inner.map(lambda schema: {**schema, "nullable": True}),
    )


schemas: st.SearchStrategy[dict[str, Any]] = st.recursive(
    leaves, lambda inner: st.one_of(arrays(inner), objects(inner), maps(inner), combined(inner)), max_leaves=6
)
requests = objects(schemas)
"""Schemas of whole requests."""


@st.composite
def instances(draw: st.DrawFn, schema: Any) -> Any:
    """A value that mostly follows `schema`, and now and then does not."""
    if not isinstance(schema, dict) or not schema or draw(st.integers(0, 7)) == 0:
        return draw(values)
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            return draw(instances(draw(st.sampled_from(schema[keyword]))))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    if schema.get("nullable") and draw(st.integers(0, 3)) == 0:
        return None
    match schema.get("type"):
        case "object":
            return draw(_object_instances(schema))
        case "array":
            size = draw(st.integers(0, 4))
            return [draw(instances(schema.get("items", {}))) for _ in range(size)]
        case "integer":
            return draw(st.integers(-3, 12))
        case "number":
            return draw(st.one_of(st.integers(-3, 12), st.sampled_from([0.5, 1.5, -2.25, 9.75])))
        case "string":
            return draw(st.sampled_from(TEXTS))
        case "boolean":
            return draw(st.booleans())
        case _:
            return draw(values)


@st.composite
def near(draw: st.DrawFn, schema: Any) -> Any:
    """An instance with, half of the time, one leaf replaced by a value of another sort."""
    value = draw(instances(schema))
    return _replace_leaf(draw, value) if draw(st.booleans()) else value


def _replace_leaf(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict) and value:
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: _replace_leaf(draw, value[name])}
    if isinstance(value, list) and value:
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _replace_leaf(draw, value[index]), *value[index + 1 :]]
    twins = {True: [1, "true", 1.0], False: [0, "false"]}.get(value, []) if isinstance(value, bool) else []
    if isinstance(value, int | float) and not isinstance(value, bool):
        twins = [bool(value), str(value), float(value), int(value), value + 0.5, value + 1, value - 1]
    if isinstance(value, str):
        twins = [[value], value + "a", value[:-1], 1]
    return draw(st.sampled_from(twins)) if twins and draw(st.booleans()) else draw(scalars)


@st.composite
def _object_instances(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, member in schema.get("properties", {}).items():
        if name in schema.get("required", []) or draw(st.booleans()):
            found[name] = draw(instances(member))
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=1)):
        found.setdefault(name, draw(instances(schema.get("additionalProperties", {}))))
    if found and draw(st.integers(0, 9)) == 0:
        del found[draw(st.sampled_from(sorted(found)))]
    return found
