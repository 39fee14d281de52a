"""A version that announces no break takes every call of the one before; each removed name is announced."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests import strategies
from tests.drift.rewriting import pairs, rewritten
from tests.loading import namespace_of
from tests.parsing import parse_catalogue, self_contained
from tests.sync.catalogue import FIRST, model, snapshot, with_properties
from tests.sync.conftest import SMALL
from tests.sync.workspace import Workspace

from schemaloom.drift.change import Bump, Change, DriftReport
from schemaloom.drift.compare import compare
from schemaloom.release.lost_names import removed_names
from schemaloom.render.example_calls import example_calls
from schemaloom.render.examples import example_request
from schemaloom.render.module_plan import plan_model
from schemaloom.render.names.names_json import names_from_json, names_to_json
from schemaloom.render.names.table import NameTable, name_models
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument

Json = dict[str, Any]
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
URI = {"type": "string", "format": "uri"}
SIZE = {"type": "object", "properties": {"width": WHOLE, "height": WHOLE}}


def named(found: Snapshot, frozen: Snapshot | None = None) -> tuple[Snapshot, NameTable]:
    """The snapshot with the names that its package has, which come after those of another."""
    before = names_from_json(frozen.names, where="names.json") if frozen else {}
    names = name_models(parse_catalogue(found, "p"), before)
    return replace(found, names=names_to_json(names)), names


def between(old: Snapshot, new: Snapshot) -> tuple[DriftReport, tuple[Change, ...]]:
    report = compare(parse_catalogue(old, "p"), parse_catalogue(new, "p"))
    return report, removed_names(old, replace(new, names=old.names), report, {})


def reading(output: Json) -> ModelDocument:
    """A model whose output schema is published."""
    return replace(model("m"), output=output)


def holding(image: Json) -> Json:
    return {"type": "object", "properties": {"image": image}}


def hold_calls(old: Snapshot, new: Snapshot, draw: st.DrawFn) -> None:
    """Make valid requests of one version as source, and run that with the classes of both."""
    (old, names_before), (new, names_after) = (named(old), named(new, old))
    (before,), (after,) = (parse_catalogue(side, "p").models for side in (old, new))
    assume(before.request is not None and after.request is not None)
    namespaces = [
        {before.id: SimpleNamespace(**namespace_of(plan_model(one, names[one.id])))}
        for one, names in ((before, names_before), (after, names_after))
    ]
    valid = Draft202012Validator(self_contained(before.request, before.definitions)).is_valid
    schema = old.models[0].input
    values = [example_request(before), *(draw(strategies.near(schema)) for _ in range(3))]
    for value in values:
        calls = example_calls(before, names_before["m"], value) if isinstance(value, dict) and valid(value) else None
        for source in calls.sources if calls else ():
            assert [type(eval(source, space)).__name__ for space in namespaces] == ["M", "M"], source


neighbours = pairs() | strategies.requests.flatmap(lambda old: st.tuples(st.just(old), rewritten(old)))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_version_that_announces_no_break_takes_the_calls_of_the_one_before(data: st.DataObject) -> None:
    schemas = data.draw(neighbours)
    bare, new = (Snapshot(models=(ModelDocument(id="m", name="m", input=schema),)) for schema in schemas)
    old, _ = named(bare)
    report, lost = between(old, new)
    assume(report.bump is not Bump.MAJOR and not lost)
    hold_calls(old, new, data.draw)


words = st.sampled_from([TEXT, WHOLE, {"const": "a"}, {"const": "b"}, {"type": ["string", "null"]}])


@st.composite
def objects(draw: st.DrawFn) -> Json:
    members = draw(st.dictionaries(st.sampled_from("uvwx"), words, min_size=1))
    return {"type": "object", "properties": members, "required": draw(st.lists(st.sampled_from([*members])))}


@st.composite
def offered_more(draw: st.DrawFn) -> tuple[Json, Json]:
    """Alternatives, and the same ones with more members, in another order, with others among them."""
    grown: list[Json] = []
    old = draw(st.lists(objects(), min_size=1, max_size=3))
    for known in old:
        more = draw(st.dictionaries(st.sampled_from("yz"), words))
        grown.append({**known, "properties": {**known["properties"], **more}})
    others = draw(st.lists(objects() | st.just(TEXT), max_size=2))
    return {"anyOf": old}, {"anyOf": draw(st.permutations([*grown, *others]))}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_goes_on_keeps_its_name_whatever_is_offered_beside_it(data: st.DataObject) -> None:
    x = data.draw(offered_more())
    old, _ = named(snapshot({"m": model("m", x=x[0])}))
    new = snapshot({"m": model("m", x=x[1])})
    report, lost = between(old, new)

    assert report.bump is not Bump.MAJOR
    assert () == lost
    hold_calls(old, new, data.draw)


@pytest.mark.parametrize(("old", "new", "expected"), [
    (model("m", size=SIZE), model("m", size={}), ["Class MSize was removed from the package"]),
    (model("m", size={"anyOf": [SIZE, {"type": "object", "properties": {"ratio": TEXT}}]}),
     model("m", size={"type": "object", "properties": {"ratio": TEXT, "width": WHOLE, "height": WHOLE}}),
     ["Class MSize_2 was removed from the package"]),
    (model("m"), replace(model("m"), modality="video"), []),
    (replace(model("m"), modality=None), model("m"), ["M no longer results in MediaOutput"]),
    (replace(model("m"), output={"anyOf": [SIZE, TEXT]}), replace(model("m"), output=TEXT),
     ["Class MOutput was removed from the package", "M no longer results in MOutput | str"]),
    (replace(model("m"), modality=None), replace(model("m"), modality=None, output=TEXT),
     ["M no longer results in MediaOutput"]),
    (reading(SIZE), reading({"type": "object", "properties": {"width": WHOLE}}),
     ["Field MOutput.height was removed from the package"]),
    (reading({"type": "array", "items": SIZE}),
     reading({"type": "array", "items": {"type": "object", "properties": {"width": WHOLE}}}),
     ["Field MOutput.height was removed from the package"]),
    (reading({"type": "object", "properties": {"box": SIZE}}), reading({"type": "object", "properties": {"box": {}}}),
     []),  # drift reports the type
    (reading(holding(URI)), reading(holding(TEXT)),
     ["MOutput.image no longer has the type File"]),
    (reading(holding(TEXT)), reading(holding(URI)),
     ["MOutput.image no longer has the type str"]),
    (reading({"type": "object", "properties": {"safe": {"enum": ["yes"]}}}),
     reading({"type": "object", "properties": {"safe": {"enum": ["yes", "no"]}}}), []),
    (reading({"type": "object", "properties": {"width": WHOLE}}), reading(SIZE), []),
    (replace(model("m"), modality="3d"), replace(model("m"), modality="world"), []),
    (model("m", size=SIZE), model("m", size={"anyOf": [TEXT, SIZE]}), []),
    (model("m", size=SIZE), with_properties(model("m", size=SIZE), seed=WHOLE), []),
    (model("m", seed=WHOLE), model("m"), []),
])  # fmt: skip
def test_a_lost_name_is_listed_unless_drift_lists_it(
    old: ModelDocument, new: ModelDocument, expected: list[str]
) -> None:
    before, _ = named(snapshot({"m": old}))
    _, lost = between(before, snapshot({"m": new}))

    assert [("breaking", "m", text) for text in expected] == [(one.severity, one.model, one.message) for one in lost]


def opened(document: ModelDocument) -> ModelDocument:
    assert document.input is not None
    return replace(document, input={**document.input, "additionalProperties": True})


def test_a_parameter_that_an_open_request_no_longer_lists_costs_its_field() -> None:
    old, _ = named(snapshot({"m": opened(model("m", seed=WHOLE))}))
    report, lost = between(old, snapshot({"m": opened(model("m"))}))

    assert Bump.MINOR is report.bump
    assert ["Field M.seed was removed from the package"] == [found.message for found in lost]


def test_two_objects_that_no_longer_share_a_definition_cost_the_class_of_one() -> None:
    shared = model("m", one={"$ref": "#/$defs/Size"}, two={"$ref": "#/$defs/Size"})
    assert shared.input is not None
    shared = replace(shared, input={**shared.input, "$defs": {"Size": SIZE}})
    old, _ = named(snapshot({"m": shared}))
    report, lost = between(old, snapshot({"m": model("m", one=SIZE, two=SIZE)}))

    assert () == report.changes
    assert ["M.two no longer has the type MSize"] == [found.message for found in lost]


def test_a_name_that_is_taken_back_raises_the_version_as_a_break_does(workspace: Workspace) -> None:
    made = workspace.next_version({**SMALL, "poster": with_properties(SMALL["poster"], ink={})})

    assert (Bump.MAJOR, Bump.MAJOR, "0.2.0") == (made.drift.bump, made.promised, workspace.version)
    assert (
        workspace.entry()
        == """\
## [0.2.0]

1 model changed, 1 breaks callers: `poster`.

### Removed

- **Breaking:** `poster`: Class `PosterInk` was removed from the package.

### Changed

- `poster`: Parameter `ink`: type changed from object to any.
"""
    )


def test_a_name_that_is_taken_back_is_in_drift_and_in_the_history(workspace: Workspace) -> None:
    workspace.begin()
    workspace.sync_here({**SMALL, "poster": with_properties(SMALL["poster"], ink={})})
    workspace.commit("less")

    drift = workspace.run("drift", "git:HEAD~1", "specs/paintbox")
    log = workspace.run("log", "paintbox", "poster")
    rule = "[package.name-removed]"
    assert (drift.returncode, rule in drift.stdout, rule in log.stdout) == (1, True, True)


def test_parameters_that_become_known_break_those_who_passed_extra(workspace: Workspace) -> None:
    unknown = replace(FIRST["sketch"], input=None, parameter_order=())
    workspace.sync_here({**SMALL, "doodle": replace(unknown, id="doodle", name="Doodle")})
    made = workspace.next_version({**SMALL, "doodle": replace(FIRST["sketch"], id="doodle", name="Doodle")})

    assert (Bump.MAJOR, "0.2.0") == (made.promised, workspace.version)
    assert (
        "- **Breaking:** `doodle`: The parameters were published: pass them by name instead of in extra=.\n"
        in workspace.entry()
    )
