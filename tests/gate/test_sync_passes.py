"""What a provider may do on any day passes the gate, and the version shows what it means for callers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.sync.catalogue import Models, model, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.drift.change import Bump
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.model import ModelDocument

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def obj(*required: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": [*required]}


SIZE = obj("width", "height", width=WHOLE, height=WHOLE)
LORA = obj("path", path=TEXT, scale={"type": "number"})
LINK = obj("url", url=TEXT)


def tree(name: str) -> ModelDocument:
    node = obj("label", label=TEXT, inner={"type": "array", "items": {"$ref": f"#/$defs/{name}"}})
    document = model("tree", root={"$ref": f"#/$defs/{name}"})
    return replace(document, input={**(document.input or {}), "$defs": {name: node}})


def opened(document: ModelDocument) -> ModelDocument:
    return replace(document, input={**(document.input or {}), "additionalProperties": True})


def unknown(name: str) -> ModelDocument:
    return replace(model(name), input=None, parameter_order=())


HARMLESS: dict[str, tuple[ModelDocument, ModelDocument]] = {
    "canvas": (model("canvas", size=SIZE), model("canvas", size={"anyOf": [{"enum": ["square", "wide"]}, SIZE]})),
    "stack": (
        model("stack", loras={"type": "array", "items": {"anyOf": [LORA, TEXT]}}),
        model("stack", loras={"type": "array", "items": {"anyOf": [LINK, LORA, TEXT]}}),
    ),
    "frame": (model("frame", ref=LINK), model("frame", ref={"anyOf": [{"type": "array", "items": LINK}, LINK]})),
    "tree": (tree("Node"), tree("Branch")),
    "dims": (model("dims", size=SIZE), model("dims", dimensions=SIZE)),
    "letters": (model("letters", l=TEXT), model("letters", l=TEXT, I=TEXT, O=TEXT)),
}
CALLERS = """\
from paintbox_sdk import Paintbox
from paintbox_sdk.models.canvas import Canvas, CanvasSize
from paintbox_sdk.models.dims import Dims, DimsSize
from paintbox_sdk.models.frame import Frame, FrameRef
from paintbox_sdk.models.stack import Stack, StackLoras
from paintbox_sdk.models.tree import Tree, TreeNode

with Paintbox() as client:
    for request in (
        Canvas(prompt="x", size=CanvasSize(width=64, height=64)),
        Dims(prompt="x", size=DimsSize(width=64, height=64)),
        Frame(prompt="x", ref=FrameRef(url="https://example.com/a.png")),
        Stack(prompt="x", loras=[StackLoras(path="p", scale=0.5), "plain"]),
        Tree(prompt="x", root=TreeNode(label="a", inner=[TreeNode(label="b")])),
    ):
        assert client.run(request, timeout=20).output.images
"""
BREAKING: dict[str, tuple[ModelDocument, ModelDocument]] = {
    "ernie": (unknown("ernie"), model("ernie", "size", size=SIZE)),
    "plain": (model("plain", ink=LINK), model("plain", ink={})),
    "wide": (opened(model("wide", seed=WHOLE)), opened(model("wide"))),
}
EXTRA = """\
from paintbox_sdk.models.ernie import Ernie

request = Ernie(extra={"prompt": "x", "size": {"width": 64, "height": 64}})
"""
NAMED = """\
from paintbox_sdk.models.ernie import Ernie, ErnieSize

request = Ernie(prompt="x", size=ErnieSize(width=64, height=64))
"""


def side(table: dict[str, tuple[ModelDocument, ModelDocument]], index: int) -> Models:
    return {name: pair[index] for name, pair in table.items()}


def test_a_harmless_change_is_a_minor_release_that_old_programs_run_with(tmp_path: Path, proofs: str) -> None:
    folder = tmp_path / "work"
    write_provider(folder)
    provider = load_provider(folder / "specs" / "paintbox" / "provider.toml")
    with running_emulator(provider, snapshot(side(HARMLESS, 0)), Options(rate_limit=0, job_seconds=0.02)) as server:
        workspace = Workspace(folder, server, gate=True)
        workspace.sync_here()
        workspace.sync_here(requested=Bump.MAJOR)
        assert workspace.tried(CALLERS) == ""
        (workspace.specs / "renames.toml").write_text('[parameters.dims]\nsize = "dimensions"\n')
        server.snapshot = snapshot(side(HARMLESS, 1))
        done = workspace.sync(SCHEMALOOM_CACHE_DIR=proofs)

        assert done.returncode == 0, done.stderr
        assert "not all was proven" not in done.stderr
        assert workspace.version == "1.1.0"
        assert "Breaking" not in workspace.entry()
        assert workspace.tried(CALLERS) == ""
        checked = workspace.run("generate", "paintbox", "--check")
        assert checked.returncode == 0, checked.stdout


def test_what_costs_callers_a_name_is_a_major_release_and_no_fault_of_the_generator(
    tmp_path: Path, proofs: str
) -> None:
    folder = tmp_path / "work"
    write_provider(folder)
    provider = load_provider(folder / "specs" / "paintbox" / "provider.toml")
    with running_emulator(provider, snapshot(side(BREAKING, 0)), Options(rate_limit=0)) as server:
        workspace = Workspace(folder, server, gate=True)
        workspace.sync_here()
        workspace.sync_here(requested=Bump.MAJOR)
        assert workspace.tried(EXTRA) == ""
        server.snapshot = snapshot(side(BREAKING, 1))
        done = workspace.sync(SCHEMALOOM_CACHE_DIR=proofs)

        assert done.returncode == 0, done.stderr
        assert "  breaking   Class PlainInk was removed from the package (plain)\n" in done.stdout
        assert workspace.version == "2.0.0"
        breaks = [line for line in workspace.entry().splitlines() if "**Breaking:**" in line]
        assert {line.split("`")[1] for line in breaks} == {"ernie", "plain", "wide"}
        assert any("pass them by name" in line for line in breaks)
        assert 'error: Unexpected keyword argument "extra"' in workspace.tried(EXTRA)
        assert workspace.tried(NAMED) == ""


@pytest.mark.parametrize("name", ["canvas", "stack", "frame", "dims"])
def test_what_is_called_harmless_changes_a_path(name: str) -> None:
    old, new = HARMLESS[name]

    assert old.input != new.input
