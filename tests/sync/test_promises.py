"""A version that does not say it breaks takes every call of the one before; and what a package takes back, it says."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests import strategies
from tests.drift.rewriting import pairs, rewritten
from tests.loading import namespace_of
from tests.sync.catalogue import FIRST, model, snapshot, with_properties
from tests.sync.conftest import SMALL
from tests.sync.workspace import Workspace

from schemaloom.drift.change import Bump, DriftReport
from schemaloom.drift.compare import compare
from schemaloom.errors import Problem
from schemaloom.ir.rebuild import rebuild
from schemaloom.parse.model import parse_catalogue
from schemaloom.release.promises import taken_back
from schemaloom.render.calls import example_calls
from schemaloom.render.examples import example_request
from schemaloom.render.naming import NameTable, name_models, names_from_json, names_to_json
from schemaloom.render.plan import plan_model
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.store import Snapshot

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
SIZE = {"type": "object", "properties": {"width": WHOLE, "height": WHOLE}}


def named(found: Snapshot, frozen: Snapshot | None = None) -> tuple[Snapshot, NameTable]:
    """The snapshot with the names that its package has, which come after those of another."""
    before = names_from_json(frozen.names, where="names.json") if frozen else {}
    names = name_models(parse_catalogue(found, "p"), before)
    return replace(found, names=names_to_json(names)), names


def between(old: Snapshot, new: Snapshot) -> tuple[DriftReport, tuple[Problem, ...]]:
    report = compare(parse_catalogue(old, "p"), parse_catalogue(new, "p"))
    return report, taken_back(old, replace(new, names=old.names), report, {})


neighbours = pairs() | strategies.requests.flatmap(lambda old: st.tuples(st.just(old), rewritten(old)))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_version_that_says_nothing_of_a_break_takes_the_calls_of_the_one_before(data: st.DataObject) -> None:
    schemas = data.draw(neighbours)
    bare = [Snapshot(models=(ModelDocument(id="m", name="m", input=schema),)) for schema in schemas]
    old, names_before = named(bare[0])
    new, names_after = named(bare[1], old)
    report, lost = between(old, new)
    assume(report.bump is not Bump.MAJOR and not lost)
    (before,), (after,) = (parse_catalogue(side, "p").models for side in (old, new))
    assume(before.request is not None and after.request is not None)
    namespaces = [
        {"m": SimpleNamespace(**namespace_of(plan_model(one, names["m"])))}
        for one, names in ((before, names_before), (after, names_after))
    ]
    valid = Draft202012Validator(rebuild(before.request, before.definitions)).is_valid
    values = [example_request(before), *(data.draw(strategies.near(schemas[0])) for _ in range(3))]
    for value in values:
        calls = example_calls(before, names_before["m"], value) if isinstance(value, dict) and valid(value) else None
        for source in calls.sources if calls else ():
            assert [type(eval(source, space)).__name__ for space in namespaces] == ["M", "M"], source


@pytest.mark.parametrize(("old", "new", "expected"), [
    (model("m", size=SIZE), model("m", size={}), ["class MSize is gone"]),
    (model("m", size={"anyOf": [SIZE, {"type": "object", "properties": {"ratio": TEXT}}]}),
     model("m", size={"type": "object", "properties": {"ratio": TEXT, "width": WHOLE, "height": WHOLE}}),
     ["class MSize_2 is gone"]),
    (model("m"), replace(model("m"), modality="video"), []),
    (replace(model("m"), modality=None), model("m"), ["M no longer results in MediaOutput"]),
    (replace(model("m"), modality="3d"), replace(model("m"), modality="world"), []),
    (model("m", size=SIZE), model("m", size={"anyOf": [TEXT, SIZE]}), []),
    (model("m", size=SIZE), with_properties(model("m", size=SIZE), seed=WHOLE), []),
    (model("m", seed=WHOLE), model("m"), []),
])  # fmt: skip
def test_what_is_taken_back_is_said_unless_drift_has_said_it(
    old: ModelDocument, new: ModelDocument, expected: list[str]
) -> None:
    before, _ = named(snapshot({"m": old}))
    _, lost = between(before, snapshot({"m": new}))

    assert [f"warning: m: {said}" for said in expected] == [*map(str, lost)]


def opened(document: ModelDocument) -> ModelDocument:
    assert document.input is not None
    return replace(document, input={**document.input, "additionalProperties": True})


def test_a_parameter_that_an_open_request_no_longer_lists_costs_its_field() -> None:
    old, _ = named(snapshot({"m": opened(model("m", seed=WHOLE))}))
    report, lost = between(old, snapshot({"m": opened(model("m"))}))

    assert Bump.MINOR is report.bump
    assert ["M.seed is gone"] == [found.message for found in lost]


def test_two_objects_that_no_longer_share_a_definition_cost_the_class_of_one() -> None:
    shared = model("m", one={"$ref": "#/$defs/Size"}, two={"$ref": "#/$defs/Size"})
    assert shared.input is not None
    shared = replace(shared, input={**shared.input, "$defs": {"Size": SIZE}})
    old, _ = named(snapshot({"m": shared}))
    report, lost = between(old, snapshot({"m": model("m", one=SIZE, two=SIZE)}))

    assert () == report.changes
    assert ["M.two no longer takes MSize"] == [found.message for found in lost]


def test_a_name_that_is_taken_back_raises_the_version_as_a_break_does(workspace: Workspace) -> None:
    made = workspace.sync_here({**SMALL, "poster": with_properties(SMALL["poster"], ink={})})

    assert (Bump.MINOR, Bump.MAJOR, "0.2.0") == (made.drift.bump, made.promised, workspace.version)
    assert (
        workspace.entry()
        == """\
## [0.2.0]

### Changed

- `poster`: Parameter ink went from object to any. `["object"]` → `["any"]`
- **Breaking:** `poster`: class PosterInk is gone.
"""
    )


def test_parameters_that_become_known_break_those_who_passed_extra(workspace: Workspace) -> None:
    unknown = replace(FIRST["sketch"], input=None, parameter_order=())
    workspace.sync_here({**SMALL, "doodle": replace(unknown, id="doodle", name="Doodle")})
    made = workspace.sync_here({**SMALL, "doodle": replace(FIRST["sketch"], id="doodle", name="Doodle")})

    assert (Bump.MAJOR, "0.2.0") == (made.promised, workspace.version)
    assert (
        "- **Breaking:** `doodle`: The parameters of doodle are known now: name them, extra\\= takes them no longer.\n"
        in workspace.entry()
    )
