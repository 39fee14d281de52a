"""A workspace in which commands are run and killed: one provider, before and after its catalogue moved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.paths import ROOT

from schemaloom.snapshot.file_names import file_name
from schemaloom.snapshot.layout import Snapshot, read_snapshot, snapshot_files, snapshot_from_files

PROVIDER = "paintbox"
SPECS = f"specs/{PROVIDER}"
PACKAGE = "generated/paintbox-sdk"
_CASE = ROOT / "tests" / "golden" / "api_catalogue"


def write_old_specs(workspace: Path) -> None:
    """The provider's folder as it was fetched before, with files of its owner's beside it.

    One model was missing already when it was: a run without it is the one that removes it.
    """
    folder = workspace / SPECS
    shutil.copytree(_CASE / "models", folder / "models")
    shutil.copy(_CASE / "provider.toml", folder)
    (folder / "notes.md").write_text("mine")
    (folder / "lock.json").write_text(json.dumps({"schema_version": 1, "missing": ["sketch"]}))


def new_catalogue() -> Snapshot:
    """The catalogue that the server has now: one model changed, one gone, one new."""
    before = read_snapshot(_CASE)
    models = {model.id: model.to_json() for model in before.models}
    schema: Any = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}
    del models["sketch"]
    models["brush-1.1"] |= {"name": "Brush, renewed", "input": schema}
    models["quill"] = {**models["brush-1.1"], "id": "quill", "name": "Quill"}
    files = [(f"models/{file_name(name)}", json.dumps(models[name]).encode()) for name in sorted(models)]
    return snapshot_from_files(files, where="the new catalogue")


def write_new_specs(workspace: Path) -> None:
    """The provider's folder as the new catalogue leaves it, without the names that `generate` adds."""
    write_old_specs(workspace)
    folder = workspace / SPECS
    for path in (folder / "models").iterdir():
        path.unlink()
    for name, content in snapshot_files(new_catalogue()).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


def content(folder: Path) -> dict[str, bytes | None]:
    """Everything below `folder`, hidden names too: files with their bytes, folders with None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }
