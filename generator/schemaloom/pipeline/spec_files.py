"""`SpecFiles`: one side of a comparison, a provider's folder on disk or in git history."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from schemaloom.drift.acknowledgements import ACKNOWLEDGED
from schemaloom.drift.renames.confirmed import RENAMES
from schemaloom.errors import UsageError
from schemaloom.files.atomic_tree import recover_tree
from schemaloom.files.display_path import display_path
from schemaloom.git.revision import find_revision, read_folder, read_revision
from schemaloom.snapshot.layout import CONTRACT, NAMES, OPENAPI, PROVIDER
from schemaloom.snapshot.write_snapshot import is_model_file

_GIT = "git:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecFiles:
    """One side of a comparison: the files of a provider's folder, not parsed."""

    label: str
    """As the user spelled it."""
    folder: str
    """The folder as annotations name it, with ``/``."""
    files: Mapping[str, bytes]
    """Path below the folder to content; files that are no part of a snapshot are ignored."""


def read_side(text: str, *, other: str, root: Path) -> SpecFiles:
    """Read the side that `text` names; without a folder, ``git:REV`` means the folder of `other`.

    Raises as `drift` does.
    """
    if not text.startswith(_GIT):
        folder = Path(text)
        recover_tree(folder)
        return _checked(
            SpecFiles(label=text, folder=display_path(folder, root), files=read_folder(folder, is_side_file))
        )
    revision, path = _split(text)
    near = Path()
    if path is None and other.startswith(_GIT):
        path = _split(other)[1]
        if path is None:
            raise UsageError(f"which folder at {text}?", hint=f"write {text}:specs/PROVIDER")
    elif path is None:
        near = Path(other)
    place = find_revision(revision, near=near, path=path)
    return _checked(SpecFiles(label=place.spelled, folder=place.path, files=read_revision(place, is_side_file)))


def provider_name(side: SpecFiles) -> str | None:
    """Return the name in ``provider.toml``, or None if there is none."""
    try:
        name = cast("object", tomllib.loads(side.files.get(PROVIDER, b"").decode("utf-8")).get("name"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    return name if isinstance(name, str) and name else None


SIDE_FILES: Final = frozenset({CONTRACT, NAMES, OPENAPI, PROVIDER, ACKNOWLEDGED, RENAMES})
"""Files of a side besides models."""


def is_side_file(path: str) -> bool:
    """Whether a path below the provider's folder matters to a comparison."""
    return path in SIDE_FILES or is_model_file(path)


def _split(text: str) -> tuple[str, str | None]:
    revision, colon, path = text.removeprefix(_GIT).partition(":")
    return revision, path if colon else None


def _checked(side: SpecFiles) -> SpecFiles:
    # Two empty folders would compare as "no drift"; a wrong path must not.
    if not any(path in {OPENAPI, PROVIDER} or is_model_file(path) for path in side.files):
        raise UsageError(
            "holds no snapshot: neither provider.toml nor models",
            where=side.label,
            hint="name the provider's own folder, such as specs/PROVIDER",
        )
    return side
