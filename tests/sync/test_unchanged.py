"""A run that finds nothing new: it reads, compares digests and ends, and still reports what depends on the day."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.sync.catalogue import PROVIDER, with_properties
from tests.sync.conftest import SMALL
from tests.sync.workspace import DAY, Workspace

from schemaloom.files.read import read_tree
from schemaloom.pipeline.unchanged import Unchanged

SLOW = {"jinja2", "datamodel_code_generator", "jsonschema", "markdown_it", "mypy", "rich", "yaml"}
"""What renders, compares, reads documents, and draws bars."""


def test_it_imports_neither_templates_nor_drift(workspace: Workspace) -> None:
    before = read_tree(workspace.folder)
    arguments = ["sync", PROVIDER, "--base-url", workspace.server.base_url, "--rate", "0"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "schemaloom", *arguments],
        cwd=workspace.folder, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "import time:" in line}

    assert "httpx2" in imported
    assert set() == imported & SLOW
    assert not {name for name in imported if name.startswith(("schemaloom.render.types", "schemaloom.drift.schema"))}
    assert "no drift; paintbox-sdk stays 0.1.0" in done.stdout
    assert before == read_tree(workspace.folder)


def test_an_acknowledgement_that_has_expired_is_a_finding_without_any_change(workspace: Workspace) -> None:
    path = workspace.specs / "acknowledged.toml"
    path.write_text("# none\n")
    workspace.sync_here()
    assert isinstance(workspace.sync_here(), Unchanged)

    path.write_text(f'[[acknowledged]]\nfingerprint = "0123456789ab"\nreason = "seen"\nexpires = {DAY}\n')
    workspace.sync_here()
    made = workspace.next_version(today=DAY + timedelta(days=1))

    assert ["acknowledgement.expired"] == [change.rule for change in made.drift.changes]


def test_sets_in_another_order_are_no_change(workspace: Workspace) -> None:
    properties: dict[str, Any] = {
        "size": {"type": ["string", "null"], "enum": ["small", "large", None], "examples": ["small", "large"]},
        "seed": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "ink": {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"], "default": {"a": [1, 2]}},
    }
    backwards = deepcopy(properties)
    for schema in backwards.values():
        for keyword in schema.keys() & {"type", "enum", "examples", "anyOf", "required"}:
            if isinstance(schema[keyword], list):
                schema[keyword].reverse()
    workspace.sync_here({**SMALL, "sketch": with_properties(SMALL["sketch"], **properties)})

    turned = replace(with_properties(SMALL["sketch"], **backwards), capabilities=SMALL["sketch"].capabilities[::-1])
    assert isinstance(workspace.sync_here({**SMALL, "sketch": turned}), Unchanged)

    backwards["ink"]["default"] = {"a": [2, 1]}
    changed = {**SMALL, "sketch": with_properties(SMALL["sketch"], **backwards)}
    assert ["input.default.changed"] == [change.rule for change in workspace.next_version(changed).drift.changes]


@pytest.mark.parametrize(("edited", "old", "new"), [
    ("generated/paintbox-sdk/README.md", "# ", "## "),
    ("specs/paintbox/models/sketch.json", " paints.", " draws."),
])  # fmt: skip
def test_a_file_that_was_edited_is_a_change(workspace: Workspace, edited: str, old: str, new: str) -> None:
    path = workspace.folder / edited
    path.write_text(path.read_text().replace(old, new))

    assert not isinstance(workspace.sync_here(), Unchanged)
    assert "0.1.0" != workspace.version
