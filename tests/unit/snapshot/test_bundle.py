"""A bundled schema means what it meant where it came from, and needs nothing but itself."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.snapshot import bundle_refs as module
from schemaloom.snapshot.bundle_refs import bundle

SINGLE = ("items", "not", "additionalProperties")
PLACES = [
    ("$defs", "A"), ("$defs", "a"), ("definitions", "A"), ("components", "schemas", "A"),
    ("components", "schemas", "B/c~d"),
    ("components", "parameters", "p", "schema"), ("x-own", "é %20"), ("components", "schemas", "components.schemas.A"),
]  # fmt: skip


def reference(place: tuple[str, ...]) -> str:
    return "#" + quote(pointer_of(*place), safe="/~")


schemas = st.recursive(
    st.one_of(
        st.sampled_from(
            [{"type": "string"}, {"const": {"$ref": "#/text"}}, {"default": {"$ref": "nowhere"}}, True, {}]
        ),
        st.sampled_from(PLACES).map(lambda place: {"$ref": reference(place)}),
        st.sampled_from(PLACES).map(lambda place: {"$ref": reference(place), "description": "beside"}),
    ),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(["a", "$ref", "properties", "$defs"]), inner, max_size=3).map(
            lambda found: {"type": "object", "properties": found}
        ),
        st.tuples(st.sampled_from(SINGLE), inner).map(lambda pair: {pair[0]: pair[1]}),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: {"anyOf": found}),
        inner.map(lambda found: {"$defs": {"Local": found}, "allOf": [found]}),
    ),
    max_leaves=6,
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    root: dict[str, Any] = {"openapi": "3.1.0"}
    for place in PLACES:
        at = root
        for token in place[:-1]:
            at = at.setdefault(token, {})
        at[place[-1]] = draw(schemas)
    return root


def meaning(root: Any, schema: Any, depth: int) -> Any:
    """The schema with references replaced by their targets, `depth` of them deep."""
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in {"$defs", "definitions"}:
            continue
        if key == "$ref" and isinstance(value, str):
            target = resolve_pointer(root, unquote(value[1:]))
            found[key] = meaning(root, target, depth - 1) if depth else "…"
        elif key == "properties":
            found[key] = {name: meaning(root, part, depth) for name, part in value.items()}
        elif key in SINGLE:
            found[key] = meaning(root, value, depth)
        elif key in {"anyOf", "allOf"}:
            found[key] = [meaning(root, part, depth) for part in value]
        else:
            found[key] = value
    return found


@given(documents(), st.sampled_from(PLACES))
@settings(max_examples=60, deadline=None)
def test_references_lead_to_the_same_content_as_before(document: dict[str, Any], place: tuple[str, ...]) -> None:
    before = json.dumps(document)
    target = resolve_pointer(document, pointer_of(*place))
    if isinstance(target, bool):
        return

    bundled = bundle(document, pointer_of(*place))

    assert meaning(bundled, bundled, 4) == meaning(document, target, 4)
    assert bundle(bundled) == bundled
    assert json.dumps(document) == before


@given(documents(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_document_changes_no_name(document: dict[str, Any], random: Any) -> None:
    schema = {"anyOf": [{"$ref": reference(place)} for place in PLACES]}
    other = {"anyOf": random.sample(schema["anyOf"], len(PLACES))}

    one, two = bundle(document | {"it": schema}, "/it"), bundle(document | {"it": other}, "/it")

    assert one.get("$defs") == two.get("$defs")


def test_definitions_are_copied_renamed_and_only_if_reached() -> None:
    document = {
        "components": {
            "schemas": {"Ratio": {"enum": ["1:1"]}, "Unused": {}, "In": {"$ref": "#/components/schemas/Ratio"}}
        },
    }

    assert bundle(document, "/components/schemas/In") == {
        "$ref": "#/$defs/Ratio",
        "$defs": {"Ratio": {"enum": ["1:1"]}},
    }


def test_definitions_of_its_own_move_up_and_the_unreached_go() -> None:
    schema = {
        "properties": {
            "a": {"$defs": {"Inner": {"type": "string"}, "Unused": {}}, "$ref": "#/properties/a/$defs/Inner"}
        },
        "definitions": {"Unused": {}},
    }

    assert bundle(schema) == {
        "properties": {"a": {"$ref": "#/$defs/Inner"}},
        "$defs": {"Inner": {"type": "string"}},
    }


def test_recursion_stays_recursion() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}}

    assert bundle({"components": {"schemas": {"Tree": tree}}}, "/components/schemas/Tree") == {
        "type": "object",
        "properties": {"child": {"$ref": "#"}},
    }


def test_places_with_one_last_part_keep_apart() -> None:
    document = {
        "it": {"allOf": [{"$ref": "#/a/X"}, {"$ref": "#/b/x"}, {"$ref": "#/b/y"}]},
        "a": {"X": {"title": "a"}},
        "b": {"x": {"title": "b"}, "y": {"title": "c"}},
    }

    assert bundle(document, "/it")["$defs"] == {"a.X": {"title": "a"}, "b.x": {"title": "b"}, "y": {"title": "c"}}


def test_a_property_named_like_a_keyword_is_a_property() -> None:
    schema = {"properties": {"$ref": {"type": "string"}, "$defs": {"type": "string"}, "enum": {"$ref": "#/$defs/E"}}}

    assert bundle(schema | {"$defs": {"E": {"enum": [1]}}})["properties"] == schema["properties"]


def test_data_that_looks_like_a_reference_is_data() -> None:
    schema = {
        "default": {"$ref": "#/nothing"},
        "enum": [{"$ref": "http://x"}],
        "examples": [{"$ref": "#/no"}],
        "x-a": {"$ref": 1},
    }

    assert bundle(schema) == schema


def test_the_mapping_of_a_discriminator_follows_its_targets() -> None:
    document = {
        "it": {"discriminator": {"propertyName": "k", "mapping": {"a": "#/c/A", "b": "B"}}},
        "c": {"A": {"type": "object"}},
    }

    assert bundle(document, "/it") == {
        "discriminator": {"propertyName": "k", "mapping": {"a": "#/$defs/A", "b": "B"}},
        "$defs": {"A": {"type": "object"}},
    }


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("#/$defs/Nothing", "does not exist"),
        ("#/properties/a/enum/7", "does not exist"),
        ("#/properties/a/enum", "not an object"),
        ("#/title", "not an object"),
        ("#anchor", "anchor"),
        ("#/$defs/%ff", "not UTF-8"),
        ("other.json", "leaves the document"),
        ("https://evil.example/x.json#/a", "leaves the document"),
        ("file:///etc/passwd", "leaves the document"),
        ("//evil.example", "leaves the document"),
        ("", "leaves the document"),
    ],
)
def test_a_reference_that_leads_nowhere_good_is_reported(reference: str, message: str) -> None:
    schema = {"title": "t", "properties": {"a": {"enum": ["x"]}, "b": {"items": {"$ref": reference}}}}

    with pytest.raises(LookupError, match=message):
        bundle(schema)


@pytest.mark.parametrize("pointer", ["/nothing", "/text", "/list", "/yes"])
def test_there_must_be_an_object_at_the_pointer(pointer: str) -> None:
    with pytest.raises(LookupError):
        bundle({"text": "x", "list": [], "yes": True}, pointer)


def test_overlapping_references_cannot_multiply_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NODES", 2_000)
    inner: dict[str, Any] = {"enum": list(range(50))}
    path = ""
    references = []
    for _ in range(60):
        inner = {"items": inner}
        path += "/items"
        references.append({"$ref": f"#/deep{path}"})

    with pytest.raises(LookupError, match="larger than"):
        bundle({"deep": inner, "anyOf": references})


def test_definitions_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DEFINITIONS", 10)
    schema = {"allOf": [{"$ref": f"#/d/{n}"} for n in range(11)], "d": {str(n): {} for n in range(11)}}

    with pytest.raises(LookupError, match="more than 10"):
        bundle(schema)
