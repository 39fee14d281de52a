"""Writing a provider's snapshot to its folder."""

from __future__ import annotations

from pathlib import Path

from schemaloom.files.atomic_tree import replace_tree
from schemaloom.snapshot.file_names import MODELS
from schemaloom.snapshot.layout import Snapshot, snapshot_files


def write_snapshot(folder: Path, snapshot: Snapshot) -> bool:
    """Write a provider's snapshot; files of models that left it are removed, all else stays.

    Returns whether anything changed.  Raises `UsageError` as `replace_trees` does.
    """
    return replace_tree(folder, snapshot_files(snapshot), is_model_file)


def is_model_file(path: str) -> bool:
    """Whether a path below the provider's folder is that of a model's document."""
    return path.startswith(f"{MODELS}/") and path.endswith(".json") and path.count("/") == 1
