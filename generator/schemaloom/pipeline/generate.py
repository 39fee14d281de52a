"""``generate``: from ``specs/<provider>`` to ``generated/<distribution>``, offline."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from schemaloom.emit.difference import Difference, compare, unified_diff
from schemaloom.emit.formatting import format_python
from schemaloom.errors import Problem, UsageError
from schemaloom.parse.model import parse_catalogue
from schemaloom.render.naming import NameTable, name_models, names_from_json, names_to_json
from schemaloom.render.package import is_generated, render_package
from schemaloom.settings.provider import Provider, load_provider
from schemaloom.snapshot.canonical import canonical_bytes
from schemaloom.snapshot.store import NAMES, PROVIDER, Snapshot, read_snapshot
from schemaloom.snapshot.write import Tree, recover_tree, replace_trees

FIRST_VERSION = "0.1.0"
CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A package that is ready to be written, and how it differs from what is there."""

    provider: Provider
    specs: Path
    folder: Path
    """The distribution's folder, such as ``generated/pixeldojo-sdk``."""
    files: Mapping[str, bytes]
    names: bytes
    """Content of ``names.json``; empty if the catalogue has no models."""
    difference: Difference
    names_changed: bool
    problems: tuple[Problem, ...]
    models: int

    @property
    def stale(self) -> bool:
        """Whether anything on disk differs from what the specs say."""
        return self.names_changed or bool(self.difference)

    def diff(self) -> str:
        """A unified diff from disk to the generated package."""
        return unified_diff(self.folder, self.files, self.difference, label=self.folder.name)

    def write(self) -> None:
        """Put package and names in place, together or not at all."""
        replace_trees(self.trees())

    def trees(self) -> list[Tree]:
        """The folders to replace."""
        names = {NAMES: self.names} if self.names else {}
        return [
            Tree(self.folder, self.files, lambda path: is_generated((self.folder / path).read_bytes()[:200])),
            Tree(self.specs, names, lambda _: False),
        ]


def generate(
    name: str, *, specs: Path, out: Path, only: frozenset[str] | None = None, snapshot: Snapshot | None = None
) -> Generated:
    """Render the package of provider `name` in memory.

    `specs` and `out` are the parents of all providers' and all distributions' folders.
    `snapshot` stands for the one on disk where it was not written yet.
    Raises `UsageError` for an unknown provider or an id in `only` that the catalogue lacks.
    """
    folder = specs / name
    recover_tree(folder)
    provider = load_provider(folder / PROVIDER)
    snapshot = snapshot or read_snapshot(folder)
    catalogue = parse_catalogue(snapshot, provider.name)
    _check_only(only, {model.id for model in catalogue.models}, name)
    frozen = names_from_json(snapshot.names, where=str(folder / NAMES))
    names = name_models(catalogue, frozen)
    target = out / provider.package.distribution
    recover_tree(target)
    rendered = render_package(provider, catalogue, names, version_of(target), only)
    files = {**format_python(rendered.files), **rendered.verbatim}
    if (target / CHANGELOG).is_file():
        files[CHANGELOG] = (target / CHANGELOG).read_bytes()  # history, once begun, is never rendered again
    names_bytes = _names_bytes(names)
    return Generated(
        provider=provider,
        specs=folder,
        folder=target,
        files=files,
        names=names_bytes,
        difference=compare(target, files, lambda _, content: is_generated(content)),
        names_changed=names != frozen,
        problems=rendered.problems,
        models=len(catalogue.models if only is None else only),
    )


def version_of(distribution: Path) -> str:
    """The version a distribution has now: that of its ``pyproject.toml``, or the first."""
    path = distribution / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        version = cast("object", data["project"]["version"])
    except FileNotFoundError:
        return FIRST_VERSION
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"the version cannot be read: {error}", where=str(path), hint="restore it from git") from None
    return version if isinstance(version, str) else FIRST_VERSION


def _names_bytes(names: NameTable) -> bytes:
    content = names_to_json(names)
    return canonical_bytes(content) if content else b""


def _check_only(only: frozenset[str] | None, known: set[str], name: str) -> None:
    unknown = sorted((only or frozenset()) - known)
    if unknown:
        raise UsageError(f"no such model: {', '.join(unknown)}", where=name, hint="the ids are those of specs/")
