"""A class keeps its name wherever the object that it describes is, and for as long as there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from schemaloom.ir.model import Catalogue, Model
from schemaloom.parse.model import parse_model
from schemaloom.render.names.names_json import names_from_json, names_to_json
from schemaloom.render.names.table import ModelNames, name_models
from schemaloom.snapshot.model import ModelDocument

Json = dict[str, Any]
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def obj(*required: str, **members: Any) -> Json:
    return {"type": "object", "properties": members, "required": [*required]}


def any_of(*branches: Json) -> Json:
    return {"anyOf": [*branches]}


def many(items: Json) -> Json:
    return {"type": "array", "items": items}


def tagged(kind: str, **members: Any) -> Json:
    return obj("kind", kind={"const": kind}, **members)


SIZE = obj("width", "height", width=WHOLE, height=WHOLE)
LORA = obj("path", path=TEXT, scale={"type": "number"})
LINK = obj("url", url=TEXT)
PRESETS = {"enum": ["square", "wide"]}
NODE = obj(label=TEXT, inner=many({"$ref": "#/$defs/Node"}))
TREE = obj(label=TEXT, inner=many({"$ref": "#/$defs/Tree"}))

MOVES: dict[str, tuple[Json, Json, dict[str, str]]] = {
    # the parameter x then, x now, and the classes now; the first class that was given out is MX
    "presets beside it": (SIZE, any_of(PRESETS, SIZE), {"/x/2": "MX"}),
    "presets gone": (any_of(PRESETS, SIZE), SIZE, {"/x": "MX"}),
    "null beside it": (SIZE, any_of({"type": "null"}, SIZE), {"/x/2": "MX"}),
    "a list of it beside it": (LINK, any_of(LINK, many(LINK)), {"/x/1": "MX", "/x/2/*": "MX_2"}),
    "a list of it before it": (LINK, any_of(many(LINK), LINK), {"/x/1/*": "MX_2", "/x/2": "MX"}),
    "a list of what it was before it": (
        LINK,
        any_of(many(LINK), obj("url", url=TEXT, alt=TEXT)),
        {"/x/1/*": "MX_2", "/x/2": "MX"},
    ),
    "a list of it in its place": (LINK, many(LINK), {"/x/*": "MX"}),
    "an alternative before it": (any_of(LORA, TEXT), any_of(LINK, LORA, TEXT), {"/x/1": "MX_2", "/x/2": "MX"}),
    "an alternative after it": (any_of(LORA, TEXT), any_of(LORA, TEXT, LINK), {"/x/1": "MX", "/x/3": "MX_2"}),
    "alternatives in another order": (any_of(LORA, LINK), any_of(LINK, LORA), {"/x/1": "MX_2", "/x/2": "MX"}),
    "tags in another order": (
        any_of(tagged("a", v=TEXT), tagged("b", v=TEXT)),
        any_of(tagged("b", v=TEXT), tagged("a", v=TEXT)),
        {"/x/1": "MX_2", "/x/2": "MX"},
    ),
    "a tag before it": (
        any_of(tagged("a", v=TEXT), TEXT),
        any_of(tagged("b", v=TEXT), tagged("a", v=TEXT), TEXT),
        {"/x/1": "MX_2", "/x/2": "MX"},
    ),
    "one more member": (SIZE, obj("width", "height", width=WHOLE, height=WHOLE, unit=TEXT), {"/x": "MX"}),
    "one more member and presets": (
        SIZE,
        any_of(PRESETS, obj("width", "height", width=WHOLE, height=WHOLE, unit=TEXT)),
        {"/x/2": "MX"},
    ),
    "wider members and an alternative before it": (
        any_of(LORA, TEXT),
        any_of(obj(path=WHOLE, url=TEXT), obj("path", path={}, scale={"type": "number"}), TEXT),
        {"/x/1": "MX_2", "/x/2": "MX"},
    ),
    "each grows into the other's members": (
        any_of(obj("a", a=TEXT), obj("a", "b", a=TEXT, b=TEXT)),
        any_of(obj("a", a=TEXT, b=TEXT), obj("a", "b", a=TEXT, b=TEXT, c=TEXT)),
        {"/x/1": "MX", "/x/2": "MX_2"},
    ),
    "what needs more beside what takes more": (
        obj("a", a=TEXT, b=TEXT),
        any_of(obj("a", "c", a=TEXT, b=TEXT, c=TEXT), obj("a", a=TEXT, b=TEXT, d=TEXT, e=TEXT)),
        {"/x/1": "MX_2", "/x/2": "MX"},
    ),
    "another tag beside what takes more": (
        tagged("a", v=TEXT, w=TEXT),
        any_of(tagged("b", v=TEXT, w=TEXT), tagged("a", v=TEXT, w=TEXT, c=TEXT, d=TEXT, e=TEXT, f=TEXT)),
        {"/x/1": "MX_2", "/x/2": "MX"},
    ),
    "other members at the same path": (SIZE, LINK, {"/x": "MX"}),
    "other members at another path": (SIZE, any_of(PRESETS, LINK), {"/x/2": "MX_2"}),
    "the first of two gone": (any_of(LORA, LINK), any_of(LINK, TEXT), {"/x/1": "MX_2"}),
    "nested in what moves": (
        obj(size=SIZE),
        any_of(TEXT, obj(size=SIZE)),
        {"/x/2": "MX", "/x/2/size": "MXSize"},
    ),
    "a definition under another name": ({"$ref": "#/$defs/Node"}, {"$ref": "#/$defs/Tree"}, {"$Tree": "MNode"}),
}


def model(x: Json, name: str = "x") -> Model:
    schema = {"type": "object", "properties": {name: x}, "$defs": {"Node": NODE, "Tree": TREE}}
    return parse_model(ModelDocument(id="m", name="m", input=schema))


def named(found: Model, before: ModelNames | None = None, **renamed: str) -> ModelNames:
    """The names of a model, by way of the file that remembers them."""
    frozen = {"m": before} if before else {}
    table = name_models(Catalogue(provider="p", models=(found,)), frozen, renamed={"m": renamed})
    assert table == names_from_json(names_to_json(table), where="names.json")
    assert table == name_models(Catalogue(provider="p", models=(found,)), table), "a second run moves nothing"
    return table["m"]


def of_today(names: ModelNames) -> dict[str, str]:
    return {path: names.parts[path] for path in names.members}


@pytest.mark.parametrize("move", MOVES)
def test_a_class_goes_with_its_object(move: str) -> None:
    old, new, expected = MOVES[move]
    before = named(model(old))
    after = named(model(new), before)

    assert expected == of_today(after)
    assert {*before.parts.values()} <= {*after.parts.values(), *after.former}, "what was given out stays taken"


@pytest.mark.parametrize(("old", "new", "expected"), [
    (SIZE, any_of(PRESETS, SIZE), {"/x/2": "MX"}),
    (SIZE, any_of(LINK, SIZE), {"/x/1": "MX_2", "/x/2": "MX_3"}),
    (any_of(LORA, LINK), any_of(LINK, LORA), {"/x/1": "MX", "/x/2": "MX_2"}),
])  # fmt: skip
def test_without_a_memory_only_what_is_alone_moves(old: Json, new: Json, expected: dict[str, str]) -> None:
    before = replace(named(model(old)), members={})

    assert expected == of_today(named(model(new), before))


def test_alternatives_that_look_alike_stay_where_they_are() -> None:
    def alike(*members: str) -> Json:
        return any_of(*(obj(**{name: {"type": "integer", "maximum": n} for name in members}) for n in range(11)))

    before = named(model(alike("a")))

    assert (11, before.parts) == (len(before.parts), named(model(alike("a", "b")), before).parts)


def test_an_object_that_comes_back_alone_has_its_name_again() -> None:
    gone = named(model(TEXT), named(model(SIZE)))

    assert ({}, {"/x": "MX"}) == (of_today(gone), gone.parts)
    assert {"/x/2": "MX"} == of_today(named(model(any_of(PRESETS, SIZE)), gone))


def test_a_name_whose_path_was_taken_is_never_given_again() -> None:
    without = named(model(any_of(LINK, TEXT)), named(model(any_of(LORA, LINK))))

    assert ({"/x/1": "MX_2"}, ("MX",)) == (without.parts, without.former)
    assert {"/x/1": "MX_3", "/x/2": "MX_2"} == of_today(named(model(any_of(SIZE, LINK)), without))


def test_fields_go_with_their_class() -> None:
    odd = {"type": "object", "properties": {"foo-bar": TEXT, "foo_bar": TEXT}}
    before = named(model(odd))
    after = named(model(any_of(TEXT, {**odd, "properties": {**odd["properties"], "foo bar": TEXT}})), before)

    assert {"/x": {"foo-bar": "foo_bar_2"}} == before.fields
    assert {"/x/2": {"foo-bar": "foo_bar_2", "foo bar": "foo_bar_3"}} == after.fields


def test_a_parameter_with_a_confirmed_new_name_keeps_the_class_of_its_object() -> None:
    before = named(model(any_of(PRESETS, SIZE), "size/x"))

    assert {"/dims": "MSizeX"} == of_today(named(model(SIZE, "dims"), before, **{"size/x": "dims"}))
    assert {"/dims": "MDims"} == of_today(named(model(SIZE, "dims"), before))
