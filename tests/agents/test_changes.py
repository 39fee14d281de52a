"""Names of before: an agent that uses one gets the present name, and since which version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from tests.generated_package import imported
from tests.sync.catalogue import FIRST, Models, snapshot, with_properties, write_provider
from tests.sync.workspace import Workspace

BEFORE: Models = {name: FIRST[name] for name in ("sketch", "poster", "mural", "etching")}
AFTER: Models = {
    "sketch": with_properties(
        BEFORE["sketch"], seed=None, dimensions=BEFORE["sketch"].input["properties"]["size"], size=None
    ),  # type: ignore[index]
    "placard": replace(BEFORE["poster"], id="placard"),
    "etching": BEFORE["etching"],
}
RENAMES = '[models]\nposter = "placard"\n[parameters.sketch]\nsize = "dimensions"\n'


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """A package in its third release: a model and a parameter renamed, one of each removed."""
    folder = tmp_path_factory.mktemp("renamed")
    write_provider(folder)
    provider = load_provider(folder / "specs" / "paintbox" / "provider.toml")
    with running_emulator(provider, snapshot(BEFORE), Options(rate_limit=0)) as server:
        workspace = Workspace(folder, server)
        workspace.sync_here()
        (workspace.specs / "renames.toml").write_text(RENAMES)
        for _ in range(3):
            workspace.sync_here(AFTER)
        with imported("paintbox", specs=folder / "specs", out=folder / "generated") as module:
            yield module


@pytest.fixture
def tools(package: ModuleType) -> Any:
    found = import_module("paintbox_sdk._runtime.agents.tools")
    return found.Tools(package.catalogue, package.Paintbox)


def error(package: ModuleType, call: Any, *arguments: Any) -> str:
    wrong = import_module("paintbox_sdk._runtime.agents.tools").CallError
    with pytest.raises(wrong) as raised:
        call(*arguments)
    return str(raised.value)


def test_a_renamed_model_answers_with_its_present_name(tools: Any) -> None:
    assert tools.describe("poster").splitlines()[0] == "`poster` is called `placard` now, since 0.2.0 (2026-02-01)"
    assert "`placard`" in tools.changes("poster")


def test_a_renamed_parameter_works_and_is_answered_with_its_present_name(tools: Any) -> None:
    answer = tools.estimate("sketch", {"prompt": "a", "size": "small"})
    assert answer.splitlines() == [
        "1 credit (1 per image, times 1)",
        "parameter 'size' is called 'dimensions' now, since 0.2.0 (2026-02-01)",
    ]
    request, _ = tools.request("sketch", {"prompt": "a", "size": "small"})
    assert request.call()[1] == {"prompt": "a", "dimensions": "small"}


def test_a_removed_parameter_is_answered_with_the_release_that_dropped_it(package: ModuleType, tools: Any) -> None:
    found = error(package, tools.estimate, "sketch", {"prompt": "a", "seed": 4})
    assert found == (
        "sketch takes no parameter 'seed': 0.2.0 (2026-02-01): **Breaking:** `sketch`: Parameter `seed` was removed. "
        'For example `{"prompt": "x", "seed": 1}` is refused now.'
    )


def test_a_removed_model_is_answered_with_the_release_that_dropped_it(package: ModuleType, tools: Any) -> None:
    found = error(package, tools.describe, "mural")
    assert "no model 'mural' in the catalogue" in found
    assert "0.3.0 (2026-02-01): **Breaking:** Model `mural` was removed." in found


def test_the_changes_of_one_parameter_are_those_that_name_it(tools: Any) -> None:
    lines = tools.changes("sketch", "seed").splitlines()
    assert len(lines) == 1
    assert "`seed`" in lines[0]
    assert tools.changes("etching") == "The changelog of 0.3.0 names no change of `etching`."


def test_a_misspelled_parameter_is_answered_with_the_closest(package: ModuleType, tools: Any) -> None:
    assert "did you mean dimensions?" in error(package, tools.estimate, "sketch", {"prompt": "a", "dimension": "small"})
    assert "it takes prompt" in error(package, tools.estimate, "placard", {"prompt": "a", "zzz": 1})
