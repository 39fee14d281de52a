"""Models and parameters that are gone: what an import or a call of theirs meets."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.drift.report_samples import HOSTILE
from tests.generated_package import imported
from tests.proofs import proven
from tests.sync.catalogue import Models, with_properties
from tests.sync.conftest import SMALL
from tests.sync.workspace import Workspace

from schemaloom.drift.change import Bump
from schemaloom.files.read import read_tree
from schemaloom.pipeline.next_version import NextVersion
from schemaloom.pipeline.unchanged import Unchanged
from schemaloom.release.gate import missing_tools, prove
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.removed_models import Renames, removed_modules

RENAMED: Models = {
    **{name: SMALL[name] for name in ("mural", "sketch", "etching")},
    "placard": replace(SMALL["poster"], id="placard"),
}


def gone(workspace: Workspace, models: Models, confirmed: str = "") -> NextVersion:
    """Two runs over `models`: the second one removes what both lack."""
    (workspace.specs / "renames.toml").write_text(confirmed)
    first = workspace.next_version(models)
    return workspace.next_version() if first.fetched.missing else first


@contextmanager
def sdk(workspace: Workspace) -> Iterator[Any]:
    with imported("paintbox", specs=workspace.folder / "specs", out=workspace.folder / "generated") as module:
        yield module


def without(name: str) -> Models:
    return {key: document for key, document in SMALL.items() if key != name}


def names(workspace: Workspace) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((workspace.specs / "names.json").read_bytes())["models"]
    return found


def test_a_removed_model_leaves_an_import_that_names_its_version(workspace: Workspace) -> None:
    gone(workspace, without("mural"), '[successors]\nmural = "sketch"\n')

    assert "0.2.0" == workspace.version
    with sdk(workspace) as module, pytest.raises(module.ModelRetired) as raised:
        import_module("paintbox_sdk.models.mural")
    assert ("mural", "0.2.0", "sketch") == (raised.value.model, raised.value.since, raised.value.replaced_by)
    assert "model 'mural' was retired in 0.2.0; use 'sketch' instead" == str(raised.value)


def test_the_version_it_is_gone_since_stays_as_the_package_moves_on(workspace: Workspace) -> None:
    gone(workspace, without("mural"))
    workspace.sync_here({**without("mural"), "sketch": with_properties(SMALL["sketch"], paper={"type": "string"})})

    assert ("0.2.1", "0.2.0") == (workspace.version, names(workspace)["mural"]["retired"])
    assert 0 == workspace.run("generate", "paintbox", "--check").returncode


def test_a_model_that_comes_back_has_its_old_name(workspace: Workspace) -> None:
    before = (workspace.package / "src" / "paintbox_sdk" / "models" / "mural.py").read_bytes()
    gone(workspace, without("mural"))
    back = workspace.next_version(SMALL)

    assert ["model.returned"] == [change.rule for change in back.drift.changes]
    assert "\n1 model back.\n\n### Added\n\n- Model `mural` is back.\n" in workspace.entry()
    assert ("mural",) == back.fetched.added
    assert "retired" not in names(workspace)["mural"]
    assert before == (workspace.package / "src" / "paintbox_sdk" / "models" / "mural.py").read_bytes()


def test_a_renamed_model_works_under_its_old_id_and_warns(workspace: Workspace) -> None:
    made = gone(workspace, RENAMED, '[models]\nposter = "placard"\n')

    assert ["model.renamed"] == [change.rule for change in made.drift.changes]
    with sdk(workspace) as module:
        former = import_module("paintbox_sdk.models.poster")
        present = import_module("paintbox_sdk.models.placard")
        with pytest.warns(DeprecationWarning, match="model 'poster' is called 'placard' now") as caught:
            request = former.Poster(prompt="a boat", ink=former.PosterInk(tone="red"))
        assert [Path(__file__)] == [Path(warning.filename) for warning in caught]
        assert isinstance(request, present.Placard)
        assert "placard" == request.__model_id__
        assert present.PlacardInk is former.PosterInk
        assert module.catalogue["poster"] == module.catalogue["placard"]
        assert "poster" in module.catalogue
        assert ["etching", "mural", "placard", "sketch"] == sorted(module.catalogue)


def test_a_former_id_keeps_the_classes_of_objects_that_move(workspace: Workspace) -> None:
    gone(workspace, RENAMED, '[models]\nposter = "placard"\n')
    ink = {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"tone": {"type": "string"}}}]}
    made = workspace.next_version({**RENAMED, "placard": with_properties(RENAMED["placard"], ink=ink)})

    assert Bump.MINOR is made.promised
    with sdk(workspace):
        former = import_module("paintbox_sdk.models.poster")
        with pytest.warns(DeprecationWarning, match="model 'poster' is called 'placard' now"):
            former.Poster(prompt="a boat", ink=former.PosterInk(tone="red"))


def test_former_names_keep_the_promises_of_the_version_before(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_tree(workspace.package)
    sketch = with_properties(SMALL["sketch"], seed=None, noise_seed={"type": "integer"})
    confirmed = '[models]\nposter = "placard"\n[parameters.sketch]\nseed = "noise_seed"\n'
    made = gone(workspace, {**RENAMED, "sketch": sketch}, confirmed)

    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", proven(tmp_path / "proofs"))
    assert missing_tools() == ()
    assert b"Poster(" in before["examples/example_poster.py"]
    assert prove(before, made.generated.files, made.promised, module="paintbox_sdk") == ()


def test_a_rename_may_be_confirmed_after_both_ids_were_seen(workspace: Workspace) -> None:
    workspace.sync_here({**RENAMED, "poster": SMALL["poster"]})
    made = gone(workspace, RENAMED, '[models]\nposter = "placard"\n')

    assert ["model.renamed"] == [change.rule for change in made.drift.changes]
    assert "deprecated" in (workspace.package / "src" / "paintbox_sdk" / "models" / "poster.py").read_text()


@pytest.mark.parametrize(("renames", "ends"), [
    ('poster = "banner"\nbanner = "placard"', "deprecated"),
    ('poster = "banner"\nbanner = "poster"', "ModelRetired"),
    ('poster = "banner"', "ModelRetired"),
    ('poster = "poster2"\nmural = "placard"', "ModelRetired"),
])  # fmt: skip
def test_renames_are_followed_to_a_model_of_today_or_not_at_all(workspace: Workspace, renames: str, ends: str) -> None:
    gone(workspace, RENAMED, f"[models]\n{renames}\n")

    assert ends in (workspace.package / "src" / "paintbox_sdk" / "models" / "poster.py").read_text()


def test_the_former_name_of_an_optional_parameter_is_sent_as_the_present_one(workspace: Workspace) -> None:
    models = {**SMALL, "sketch": with_properties(SMALL["sketch"], seed=None, noise_seed={"type": "integer"})}
    made = gone(workspace, models, '[parameters.sketch]\nseed = "noise_seed"\n')

    assert ["input.property.renamed"] == [change.rule for change in made.drift.changes]
    with sdk(workspace):
        sketch = import_module("paintbox_sdk.models.sketch").Sketch
        with pytest.warns(DeprecationWarning, match="parameter 'seed' is called 'noise_seed' now") as caught:
            request = sketch(prompt="x", seed=3)
        assert [Path(__file__)] == [Path(warning.filename) for warning in caught]
        payload = import_module("paintbox_sdk._runtime.models.request").to_wire
        assert {"prompt": "x", "noise_seed": 3} == payload(request)
        assert {"prompt": "x", "noise_seed": 4} == payload(sketch(prompt="x", noise_seed=4))
        assert {"prompt": "x"} == payload(sketch(prompt="x"))
        with pytest.raises(ValueError, match="whole number"):
            sketch(prompt="x", seed="three")


def test_a_required_parameter_keeps_its_field_and_is_sent_as_the_present_one(workspace: Workspace) -> None:
    etching = with_properties(SMALL["etching"], "image_url", image=None, image_url={"type": "string"})
    gone(workspace, {**SMALL, "etching": etching}, '[parameters.etching]\nimage = "image_url"\n')

    assert {"": {"image_url": "image"}} == names(workspace)["etching"]["fields"]
    with sdk(workspace):
        etching_class = import_module("paintbox_sdk.models.etching").Etching
        payload = import_module("paintbox_sdk._runtime.models.request").to_wire
        assert {"prompt": "x", "image_url": "u"} == payload(etching_class(prompt="x", image="u"))
        assert {"prompt": "x", "image_url": "u"} == payload(
            etching_class.model_validate({"prompt": "x", "image_url": "u"})
        )
    assert isinstance(workspace.sync_here(), Unchanged)


@pytest.mark.parametrize("text", [*HOSTILE, '"""', "\\", "'\"\n", "../../x"])
def test_untrusted_names_stay_text(text: str) -> None:
    table = names_from_json(
        {"models": {text: {"module": "one", "class": "One", "retired": text}, "b": {"module": "two", "class": "Two"}}},
        where="names.json",
    )
    (tombstone,) = removed_modules("sdk", table, {"b"}, Renames(successors={text: text}), header="# header")
    (alias,) = removed_modules("sdk", table, {"b"}, Renames(models={text: "b"}), header="# header")
    (other,) = removed_modules("sdk", table, {text}, Renames(models={"b": text}), header="# header")

    assert [("src/sdk/models/one.py",)] * 2 + [("src/sdk/models/two.py",)] == [
        made[:1] for made in (tombstone, alias, other)
    ]
    (_, _, raised) = ast.parse(tombstone[1]).body
    assert isinstance(raised, ast.Raise)
    assert isinstance(raised.exc, ast.Call)
    assert text == ast.literal_eval(raised.exc.args[0])
    assert [text, text] == [ast.literal_eval(keyword.value) for keyword in raised.exc.keywords]
    for _, source in (alias, other):
        kinds = [type(statement).__name__ for statement in ast.parse(source).body]
        assert ["Expr", "ImportFrom", "ImportFrom", "Assign", "ClassDef"] == kinds


def test_nothing_of_the_past_is_left_in_memory() -> None:
    assert not [name for name in sys.modules if name.startswith("paintbox_sdk")]


def test_an_optional_parameter_that_is_required_under_its_new_name_breaks_callers(workspace: Workspace) -> None:
    sketch = with_properties(SMALL["sketch"], "noise_seed", seed=None, noise_seed={"type": "integer"})
    made = gone(workspace, {**SMALL, "sketch": sketch}, '[parameters.sketch]\nseed = "noise_seed"\n')

    (broken, renamed) = made.drift.changes
    assert ("input.property.became-required", {"prompt": "x"}) == (broken.rule, broken.witness)
    assert "input.property.renamed" == renamed.rule
    assert "0.2.0" == workspace.version
