"""Names: legal, distinct even if case is ignored, and given once for good."""

from __future__ import annotations

import json
import keyword
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.loading import namespace_of

from runtime.models.output_object import OutputObject
from runtime.models.request import OpenRequest, Request, to_wire
from schemaloom.errors import SnapshotError
from schemaloom.ir.model import Catalogue, Model
from schemaloom.json.codec import canonical_bytes, parse_json
from schemaloom.parse.model import parse_model
from schemaloom.render.module_imports import SOURCES
from schemaloom.render.module_plan import plan_model
from schemaloom.render.names.class_paths import object_paths
from schemaloom.render.names.identifiers import (
    RESERVED_CLASSES,
    RESERVED_FIELDS,
    class_name,
    field_name,
    is_plain_field,
    module_name,
)
from schemaloom.render.names.names_json import names_from_json, names_to_json
from schemaloom.render.names.table import _OUTPUT_TYPES, ModelNames, NameTable, name_ids, name_models
from schemaloom.snapshot.model import ModelDocument

BASES = [
    "flux-1.1",
    "FLUX-1.1",
    "flux_1_1",
    "Request",
    "class",
    "con",
    "模型",
    "",
    " ",
    "é",
    "e\u0301",
    "__init__",
    "a/b",
    "2",
]
identifiers = st.sampled_from(BASES) | st.text(max_size=12)
wire_names = st.sampled_from(
    ["prompt", "Prompt", "foo-bar", "foo_bar", "foo bar", "foo_bar_2", "class", "class_", "copy", "copy_", "extra", "",
     "self", "é", "Model1Style", "model_1_style", "style", "dict", "1", "field_1"]
) | st.text(max_size=6)  # fmt: skip


@pytest.mark.parametrize(
    ("model_id", "module", "cls"),
    [
        ("flux-1.1-pro", "flux_1_1_pro", "Flux11Pro"),
        ("owner/NAME", "owner_name", "OwnerNAME"),
        ("class", "class_", "Class"),
        ("None", "none", "NoneModel"),
        ("3d", "model_3d", "Model3d"),
        ("con", "con_", "Con"),
        ("NUL", "nul_", "NUL"),
        ("con.txt", "con_txt", "ConTxt"),
        ("NestedModel", "nestedmodel", "NestedModelModel"),
        ("ConfigDict", "configdict", "ConfigDictModel"),
        ("Ünïcode", "unicode", "Unicode"),
        ("模型", "model_c98e118e", "Modelc98e118e"),
        ("__init__", "init", "Init"),
    ],
)
def test_modules_and_classes_are_readable(model_id: str, module: str, cls: str) -> None:
    assert (module, cls) == (module_name(model_id), class_name(model_id))


@pytest.mark.parametrize(
    ("wire_name", "field"),
    [
        ("prompt", "prompt"),
        ("imageUrl", "imageUrl"),
        ("image-url", "image_url"),
        ("class", "class_"),
        ("None", "None_"),
        ("match", "match"),
        ("2x", "field_2x"),
        ("_private", "private"),
        ("__class__", "class_"),
        ("model_config", "model_config_"),
        ("model_name", "model_name"),
        ("extra", "extra_"),
        ("größe", "groe"),
    ],
)
def test_fields_keep_the_providers_spelling_where_they_can(wire_name: str, field: str) -> None:
    assert field == field_name(wire_name)


def test_every_name_a_request_or_an_annotation_uses_is_reserved() -> None:
    attributes = {name for base in (Request, OpenRequest) for name in dir(base) if not name.startswith("_")}

    attributes |= {name for name in dir(OutputObject) if not name.startswith("_")}
    assert set() == attributes - RESERVED_FIELDS
    assert set() == set(SOURCES) - RESERVED_CLASSES
    before_fields = {"ConfigDict", *(name for name, source in SOURCES.items() if source.endswith("files.outputs"))}
    assert set(_OUTPUT_TYPES) == set(SOURCES) - before_fields - RESERVED_FIELDS, "of classes without such a field"


@given(identifiers)
def test_any_text_gives_legal_names(text: str) -> None:
    for name in (module_name(text), class_name(text), field_name(text)):
        assert name.isidentifier()
        assert name.isascii()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")
    assert field_name(text) not in RESERVED_FIELDS
    assert class_name(text) not in RESERVED_CLASSES
    assert text == field_name(text) or not is_plain_field(text)


def model(model_id: str, names: list[str], nested: list[str]) -> Model:
    members: dict[str, Any] = {name: {"type": "string"} for name in names}
    for name in nested:
        members[name] = {"type": "object", "properties": {inner: {"type": "string"} for inner in ["x", *names]}}
    return parse_model(ModelDocument(id=model_id, name="m", input={"type": "object", "properties": members}))


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    ids = draw(st.lists(identifiers, max_size=5, unique=True))
    members = st.lists(wire_names, max_size=5, unique=True)
    return Catalogue(provider="p", models=tuple(model(name, draw(members), draw(members)) for name in sorted(ids)))


def given_names(catalogue: Catalogue, table: NameTable) -> dict[tuple[str, ...], str]:
    """Every name that a package of the catalogue has, by what it names."""
    found: dict[tuple[str, ...], str] = {}
    for one in catalogue.models:
        names = table[one.id]
        found[one.id, "module"] = names.module
        found[one.id, "class"] = names.cls
        for path, schema in object_paths(one).items():
            if path:
                found[one.id, "part", path] = names.parts[path]
            for item in schema.properties:
                found[one.id, "field", path, item.name] = names.field(path, item.name)
    return found


def test_a_removed_model_stays_removed_in_the_file() -> None:
    frozen = name_models(Catalogue(provider="p", models=(model("a", [], []), model("b", [], []))), {})

    table = name_ids(["a"], frozen, version="1.2.0")
    stored = names_from_json(names_to_json(table), where="names.json")

    assert stored == table
    assert [stored[name].retired for name in ("a", "b")] == [None, "1.2.0"]


def test_a_number_that_distinguishes_fields_makes_no_class_of_it() -> None:
    catalogue = Catalogue(provider="p", models=(model("A", [], []), model("À", [], ["A", "À"])))

    names = name_models(catalogue, {})["À"]

    assert "A_2" == names.cls
    assert names.cls not in {names.field("", name) for name in ("A", "À")}


@settings(max_examples=60, deadline=None)
@given(catalogues())
def test_no_two_things_share_a_name(catalogue: Catalogue) -> None:
    table = name_models(catalogue, {})

    for of_model in (lambda names: names.module, lambda names: names.cls):
        taken = [of_model(names).lower() for names in table.values()]
        assert len(set(taken)) == len(taken)
    for one in catalogue.models:
        names = table[one.id]
        classes = [name.lower() for name in (names.cls, *names.parts.values())]
        assert len(set(classes)) == len(classes)
        for path, schema in object_paths(one).items():
            fields = [names.field(path, item.name) for item in schema.properties]
            assert len(set(fields)) == len(fields)
            assert not {names.cls, *names.parts.values()} & set(fields)
            assert all(is_plain_field(name) for name in fields)


@settings(max_examples=60, deadline=None)
@given(catalogues(), catalogues(), st.randoms(use_true_random=False))
def test_what_is_added_later_never_renames(before: Catalogue, added: Catalogue, random: Any) -> None:
    first = name_models(before, {})
    stored = names_from_json(parse_json(canonical_bytes(names_to_json(first)), where="names.json"), where="names.json")  # type: ignore[arg-type]
    models = {one.id: one for one in (*before.models, *added.models)}
    for one in before.models:  # the same model, with members it did not have
        members = [item.name for item in one.request.properties] if one.request else []
        extra = [name for name in ("foo-bar", "foo_bar", "Style", "zz") if name not in members]
        grown = {
            "type": "object",
            "properties": {
                **{item.name: _source(item.schema) for item in (one.request.properties if one.request else ())},
                **{name: {"type": "object", "properties": {"y": {}}} for name in extra},
            },
        }
        models[one.id] = parse_model(ModelDocument(id=one.id, name="m", input=grown))
    second = name_models(Catalogue(provider="p", models=tuple(models[key] for key in sorted(models))), stored)

    assert first == stored
    old, new = given_names(before, first), given_names(before, second)
    assert old == new


def _source(schema: Any) -> dict[str, Any]:
    if hasattr(schema, "properties"):
        return {"type": "object", "properties": {item.name: {"type": "string"} for item in schema.properties}}
    return {"type": "string"}


def test_names_of_removed_models_stay_taken() -> None:
    frozen = {"old": ModelNames(module="pen", cls="Pen")}
    table = name_models(Catalogue(provider="p", models=(model("pen", [], []),)), frozen)

    assert ("pen", "pen_2", "Pen_2") == (table["old"].module, table["pen"].module, table["pen"].cls)


GOOD = {"module": "a", "class": "A"}


@pytest.mark.parametrize(
    ("models", "place"),
    [
        ([], "names.json"),
        ({"a": 1}, "names.json#/models/a"),
        ({"a/b": {}}, "names.json#/models/a~1b"),
        ({"a": {**GOOD, "module": "../../x"}}, "names.json#/models/a"),
        ({"a": {**GOOD, "module": "class"}}, "names.json#/models/a"),
        ({"a": {**GOOD, "module": "_x"}}, "names.json#/models/a"),
        ({"a": {**GOOD, "module": "ａ"}}, "names.json#/models/a"),
        ({"a": {**GOOD, "class": "A(B): pass #"}}, "names.json#/models/a"),
        ({"a": {**GOOD, "class": "Request"}}, "names.json#/models/a"),
        ({"a": {**GOOD, "class": 1}}, "names.json#/models/a"),
        ({"a": {**GOOD, "parts": {"/x": "A B"}}}, "names.json#/models/a"),
        ({"a": {**GOOD, "parts": {"/x": "A"}}}, "names.json#/models/a"),
        ({"a": {**GOOD, "parts": {"/x": "B", "/y": "b"}}}, "names.json#/models/a"),
        ({"a": {**GOOD, "parts": []}}, "names.json#/models/a"),
        ({"a": {**GOOD, "fields": []}}, "names.json#/models/a"),
        ({"a": {**GOOD, "fields": {"": {"x": "y = 1"}}}}, "names.json#/models/a"),
        ({"a": {**GOOD, "fields": {"": {"x": "model_config"}}}}, "names.json#/models/a"),
        ({"a": {**GOOD, "fields": {"": {"x": "y", "z": "y"}}}}, "names.json#/models/a"),
        ({"a": GOOD, "b": {"module": "A", "class": "B"}}, "names.json"),
        ({"a": GOOD, "b": {"module": "b", "class": "a"}}, "names.json"),
    ],
)
def test_a_hostile_name_table_is_refused_with_its_place(models: Any, place: str) -> None:
    with pytest.raises(SnapshotError) as caught:
        names_from_json(json.loads(json.dumps({"models": models})), where="names.json")

    assert place == caught.value.where


@pytest.mark.parametrize("old", ["up-scale", "class", "1st", "", "__mro__", "model_dump", "Ünïcode", "scale"])
def test_a_former_name_of_any_kind_has_a_field(old: str) -> None:
    document = ModelDocument(id="m", name="M", input={"type": "object", "properties": {"factor": {"type": "integer"}}})
    model = parse_model(document)
    renamed = {old: "factor"}
    names = name_models(Catalogue(provider="sample", models=(model,)), {}, renamed={"m": renamed})["m"]
    cls = namespace_of(plan_model(model, names, renamed))[names.cls]

    with pytest.warns(DeprecationWarning, match="is called 'factor' now"):
        assert to_wire(cls.model_validate({old: 2})) == {"factor": 2}
