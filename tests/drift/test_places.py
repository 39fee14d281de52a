"""Where a change is: its pointer in the provider's document, and what its message calls the place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.drift.comparing import changes_between

from schemaloom.drift.change import Change, Polarity
from schemaloom.json.codec import canonical_bytes
from schemaloom.pipeline.drift import compare_sides
from schemaloom.pipeline.spec_files import SpecFiles

DEFINED: Any = {
    "type": "object",
    "properties": {
        "loras": {"type": "array", "items": {"$ref": "#/$defs/Lora"}},
        "size": {"allOf": [{"$ref": "#/$defs/Size"}], "description": "Size"},
    },
    "$defs": {
        "Lora": {"type": "object", "properties": {"scale": {"type": "number", "maximum": 4}}},
        "Size": {"type": "object", "properties": {"w": {"type": "integer", "maximum": 99}}},
    },
}
SOURCES = [
    {"title": "Upload", "type": "object", "properties": {"file": {"type": "string", "maxLength": 9}}},
    {"title": "Link", "type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]},
]
TAGGED = [
    {**SOURCES[0], "properties": {"kind": {"const": "up"}, **SOURCES[0]["properties"]}, "required": ["kind"]},
    {**SOURCES[1], "properties": {"kind": {"const": "link"}, **SOURCES[1]["properties"]}, "required": ["kind"]},
]


def drift(old: Any, new: Any) -> list[Change]:
    """Changes between two snapshots of one model with these requests."""
    sides = [
        SpecFiles(
            label=label,
            folder="specs/p",
            files={"models/m.json": canonical_bytes({"id": "m", "name": "m", "input": schema})},
        )
        for label, schema in (("old", old), ("new", new))
    ]
    return list(compare_sides(sides[0], sides[1], today=date(2026, 1, 1)).changes)


@pytest.mark.parametrize(
    ("definition", "member", "pointer"),
    [
        ("Lora", "scale", "/$defs/Lora/properties/scale/maximum"),
        ("Size", "w", "/$defs/Size/properties/w/maximum"),
    ],
)
def test_a_pointer_is_one_of_the_providers_own_document(definition: str, member: str, pointer: str) -> None:
    schema = DEFINED["$defs"][definition]
    changed = {**schema, "properties": {member: {**schema["properties"][member], "maximum": 2}}}
    (found,) = drift(DEFINED, {**DEFINED, "$defs": {**DEFINED["$defs"], definition: changed}})
    assert (found.rule, found.pointer) == ("input.bound.tightened", pointer)


def test_a_fingerprint_does_not_depend_on_the_names_of_definitions() -> None:
    renamed = {
        "type": "object",
        "properties": {"loras": {"type": "array", "items": {"$ref": "#/$defs/Lora_7"}}},
        "$defs": {"Lora_7": DEFINED["$defs"]["Lora"]},
    }
    plain = {**renamed, "properties": {"loras": {"type": "array", "items": DEFINED["$defs"]["Lora"]}}}
    tight = {"type": "object", "properties": {"loras": {"type": "array", "items": {"properties": {
        "scale": {"type": "number", "maximum": 1}}, "type": "object"}}}}  # fmt: skip
    (one,), (other,) = drift(renamed, tight), drift(plain, tight)
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("sources", "label"), [(SOURCES, "source(Upload).file"), (TAGGED, "source(kind=up).file")], ids=["title", "tag"]
)
def test_an_alternative_is_called_by_its_tag_or_title(sources: Any, label: str) -> None:
    shorter = {**sources[0], "properties": {**sources[0]["properties"], "file": {"type": "string", "maxLength": 5}}}
    old, new = ({"type": "object", "properties": {"source": {"oneOf": branches}}} for branches in
                (sources, [shorter, sources[1]]))  # fmt: skip
    (found,) = drift(old, new)
    assert found.message == f"Parameter {label}: maxLength changed from 9 to 5"
    assert found.pointer == "/properties/source/oneOf/0/properties/file/maxLength"
    gone = drift(old, {"type": "object", "properties": {"source": sources[1]}})
    assert f"alternative {label[7:-6]} was removed" in {change.message.partition(": ")[2] for change in gone}


@pytest.mark.parametrize(("required", "called"), [(["b"], "that requires b"), ([], "of type object")])
def test_an_alternative_without_a_name_is_called_by_what_it_requires_or_its_type(required: Any, called: str) -> None:
    closed = {"type": "object", "additionalProperties": False}
    old, new = {**closed, "properties": {"a": {}}}, {**closed, "properties": {"b": {}}, "required": required}
    wide = {"anyOf": [{"type": "array", "items": {"type": "string"}}, old, new]}
    found = changes_between(
        {"properties": {"x": wide}}, {"properties": {"x": {"anyOf": wide["anyOf"][:2]}}}, Polarity.INPUT
    )
    assert [change.message for change in found] == [f"Parameter x: alternative {called} was removed"]


def test_renamed_models_keep_the_pointers_of_their_own_document() -> None:
    files = {"models/n.json": canonical_bytes({"id": "n", "name": "m", "input": {
        **DEFINED, "$defs": {**DEFINED["$defs"], "Lora": {"type": "object", "properties": {}}}}})}  # fmt: skip
    old = SpecFiles(label="old", folder="specs/p", files={
        "models/m.json": canonical_bytes({"id": "m", "name": "m", "input": DEFINED})})  # fmt: skip
    new = replace(old, files={**files, "renames.toml": b'[models]\nm = "n"\n'})
    found = compare_sides(old, new, today=date(2026, 1, 1)).changes
    assert ("input.property.unlisted", "/$defs/Lora/properties/scale") in {(item.rule, item.pointer) for item in found}


def test_an_alternative_that_goes_or_comes_is_the_place() -> None:
    either = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("image", "url", "video")},
    }
    names = ["image", "url", "video"]
    many, few = ({**either, "anyOf": [{"required": [name]} for name in part]} for part in (names, names[1:]))
    assert [change.pointer for change in drift(many, few)] == ["/anyOf/0"]
    assert [change.pointer for change in drift(few, many)] == ["/anyOf/0"]
    third = {"type": "object", "properties": {"kind": {"const": "id"}, "id": {"type": "string"}}, "required": ["kind"]}
    tagged = [TAGGED[0], third, TAGGED[1]]
    holding = [{"type": "object", "properties": {"source": {"oneOf": part}}} for part in (tagged, TAGGED)]
    assert [change.pointer for change in drift(*holding)] == ["/properties/source/oneOf/1"]


def test_a_change_that_no_rule_names_is_at_the_innermost_place_and_names_its_keyword() -> None:
    keywords = {"if": {"required": ["scale"]}, "then": {"minProperties": 2}}
    lora = {**DEFINED["$defs"]["Lora"], "properties": {"scale": {"type": "number"}, "x": {"type": "number"}}}
    sides = [{**DEFINED, "$defs": {**DEFINED["$defs"], "Lora": part}} for part in (lora, {**lora, **keywords})]
    (found,) = drift(*sides)
    assert found.pointer.startswith("/$defs/Lora")
    assert (found.rule, found.proof) == ("input.keyword.tightened", "witness")
    assert found.message == "Parameter loras[] accepts fewer values because of the keywords if, then"


T: Any = {"type": "string"}
SENTENCES: list[tuple[str, Any, Any, str, str, str]] = [
    # name, old and new schema of the parameter p, worst severity, pointer, message
    ("an anchor", {"$ref": "#t"}, {"maxLength": 3}, "breaking", "/$defs/T/maxLength",
     "Parameter p: maxLength set to 3"),
    ("an identifier", {"$ref": "https://x.example/u"}, {"maxLength": 3}, "breaking", "/$defs/U/maxLength",
     "Parameter p: maxLength set to 3"),
    ("a pointer into an identified schema", {"$ref": "https://x.example/u#/$defs/V"}, {"maxLength": 3}, "breaking",
     "/$defs/U/$defs/V/maxLength", "Parameter p: maxLength set to 3"),
    ("the second of two patterns", {"allOf": [{**T, "pattern": "^a"}, {"pattern": "b$"}]},
     {"allOf": [{**T, "pattern": "^a"}, {"pattern": "c$"}]}, "breaking", "/properties/p/allOf/1/pattern",
     "Parameter p accepts fewer values"),
    ("what no document spells", {"allOf": [{"multipleOf": 0.3, "type": "number"}, {"multipleOf": 0.7}]},
     {"allOf": [{"multipleOf": 0.3, "type": "number"}, {"multipleOf": 0.9}]}, "dangerous",
     "/properties/p/allOf/1/multipleOf", "Parameter p changed; the effect on calls cannot be judged"),
    ("not", T, {**T, "not": {"const": "a"}}, "breaking", "/properties/p/not",
     "Parameter p accepts fewer values because of the keyword not"),
    ("an empty name", {"type": "object", "properties": {"": T}},
     {"type": "object", "properties": {"": {"type": "null"}}}, "breaking",
     "/properties/p/properties/", 'Parameter p."": type changed from string to null'),
    ("a media type goes", {**T, "contentMediaType": "a/b"}, T, "safe", "/properties/p/contentMediaType",
     'Parameter p: contentMediaType "a/b" removed'),
    ("an extension without a value", T, {**T, "x-a": None}, "info", "/properties/p/x-a", "Parameter p: x-a changed"),
    ("an unknown type", {"type": "text"}, T, "dangerous", "/properties/p/type",
     "Parameter p: change of the keyword type, whose effect on calls cannot be judged"),
    ("to an unknown type", T, {"type": "text"}, "dangerous", "/properties/p/type",
     "Parameter p: change of the keyword type, whose effect on calls cannot be judged"),
    ("from an unknown type to another", {"type": ["text", "null"]}, {"type": "blob"}, "dangerous", "/properties/p/type",
     "Parameter p: change of the keyword type, whose effect on calls cannot be judged"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "severity", "pointer", "message"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES]
)
def test_a_sentence_and_a_pointer_are_about_what_the_document_has(
    old: Any, new: Any, severity: str, pointer: str, message: str
) -> None:
    def request(parameter: Any, rules: Any) -> Any:
        defs = {
            "T": {"$anchor": "t", **T, **rules},
            "U": {"$id": "https://x.example/u", **T, **rules, "$defs": {"V": {**T, **rules}}},
        }
        return {"type": "object", "properties": {"p": parameter}, "$defs": defs}

    after = request(old, new) if "$ref" in old else request(new, {})  # of a reference, the definition changes
    (found, *others) = drift(request(old, {}), after)
    assert (found.severity, found.message) == (severity, message)
    assert pointer in {change.pointer for change in (found, *others)}


EITHER = {"anyOf": [{"required": [name]} for name in ("image", "url")]}


def either(**properties: Any) -> Any:
    """A request for an image or a URL."""
    text = {"type": "string"}
    return {"type": "object", "properties": {"prompt": text, "image": text, "url": text, **properties}, **EITHER}


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (either(), either(image={"type": "integer"}), "/properties/image"),
        (either(), either(prompt={"type": "string", "maxLength": 5}), "/properties/prompt/maxLength"),
        (either(), either(seed={"type": "integer"}), "/properties/seed"),
        (either(), either(url={"type": "string", "default": "x"}), "/properties/url/default"),
    ],
)
def test_a_change_beside_alternatives_is_reported_once_where_it_is(old: Any, new: Any, pointer: str) -> None:
    assert [change.pointer for change in drift(old, new)] == [pointer]


def test_an_alternative_is_matched_with_the_one_that_requires_the_same() -> None:
    retyped = {**either(prompt={"type": "integer"}), "anyOf": [*EITHER["anyOf"][::-1], {"required": ["prompt"]}]}
    assert [change.rule for change in drift(either(), retyped)] == ["input.type.changed", "input.branch.added"]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (["image", "url"], ["image", "prompt"], ["alternative that requires url was removed",
                                                 "alternative that requires prompt was added"]),
        ([], ["image", "url"], ["now requires image or url"]),
        (["image", "url"], [], ["no longer requires image or url"]),
    ],
)  # fmt: skip
def test_a_choice_of_required_parameters_is_described_as_one(old: Any, new: Any, messages: Any) -> None:
    plain = {key: part for key, part in either().items() if key != "anyOf"}
    sides = [{**plain, "anyOf": [{"required": [name]} for name in names]} if names else plain for names in (old, new)]
    found = [change.message.removeprefix("The request").lstrip(": ") for change in drift(*sides)]
    assert found == messages


def test_an_edit_that_several_places_embed_is_one_change() -> None:
    sides = [
        {"type": "object", "properties": {name: {"$ref": "#/$defs/Size"} for name in ("from", "to")},
         "$defs": {"Size": {"type": "object", "properties": {"w": {"type": "integer", "maximum": most}}}}}
        for most in (9, 5)
    ]  # fmt: skip
    (found,) = drift(*sides)
    assert (found.pointer, found.proof) == ("/$defs/Size/properties/w/maximum", "witness")


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ({"const": "a"}, {"const": "b"}, "/properties/p/const"),
        ({"type": "number", "exclusiveMinimum": 0}, {"type": "number", "exclusiveMinimum": 1},
         "/properties/p/exclusiveMinimum"),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "array", "items": [{"type": "integer"}]},
         "/properties/p/items/0"),
        ({"allOf": [{"type": "string"}, {"maxLength": 5}]}, {"allOf": [{"type": "string"}, {"maxLength": 4}]},
         "/properties/p/allOf/1/maxLength"),
    ],
)  # fmt: skip
def test_a_pointer_has_the_keyword_that_the_document_has(old: Any, new: Any, pointer: str) -> None:
    sides = ({"type": "object", "properties": {"p": schema}} for schema in (old, new))
    assert {change.pointer for change in drift(*sides)} == {pointer}


@pytest.mark.parametrize("kinds", ["object", ["object", "null"], ["object", "string"]])
def test_a_change_in_a_recursion_is_one_change_however_deep(kinds: Any) -> None:
    def tree(rules: Any) -> Any:
        node = {"type": kinds, "properties": {"child": {"$ref": "#/$defs/Node"}, "x": {"type": "integer", **rules}}}
        return {"type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}

    (change,) = changes_between(tree({}), tree({"maximum": 3}), Polarity.INPUT)
    assert (change.rule, change.pointer) == ("input.bound.set", "/$defs/Node/properties/x/maximum")
    assert change.proof == "witness"


def test_a_recursion_that_may_be_null_no_longer_is_one_change() -> None:
    def tree(kinds: Any) -> Any:
        node = {"type": kinds, "properties": {"child": {"$ref": "#/$defs/Node"}}}
        return {"type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}

    (change,) = changes_between(tree(["object", "null"]), tree("object"), Polarity.INPUT)
    assert (change.rule, change.pointer, change.witness) == ("input.nullable.removed", "/$defs/Node", {"root": None})
    assert change.places == ("root", "root.child", "root.child.child")


@pytest.mark.parametrize(
    ("old", "new"), [({"exclusiveMinimum": 0}, {"minimum": 1}), ({"minimum": 0}, {"exclusiveMinimum": 1})]
)
def test_a_rule_is_found_in_the_spelling_of_the_new_document(old: Any, new: Any) -> None:
    sides = ({"type": "object", "properties": {"p": {"type": "number", **rule}}} for rule in (old, new))
    (keyword,) = new
    assert {change.pointer for change in drift(*sides)} == {f"/properties/p/{keyword}"}


def test_a_property_that_is_called_like_a_keyword_has_no_other_spelling() -> None:
    both = {"type": "object", "properties": {"enum": {"type": "string"}, "const": {"type": "string"}}}
    (change,) = drift(both, {**both, "properties": {"const": {"type": "string"}}})
    assert "/properties/enum" == change.pointer
