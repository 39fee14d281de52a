"""Paths as reports show them."""

from __future__ import annotations

from pathlib import Path


def display_path(path: Path, root: Path) -> str:
    """Return `path` relative to `root` if it is below it, and else absolute; with slashes, links resolved."""
    full, root = path.resolve(), root.resolve()
    return (full.relative_to(root) if full.is_relative_to(root) else full).as_posix()
