"""``generate``: from ``specs/<provider>`` to ``generated/<distribution>``, offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemaloom.cache import up_to_date
from schemaloom.errors import Level, Problem, UsageError
from schemaloom.files.atomic_tree import Tree, recover_tree, replace_trees
from schemaloom.files.diff import Difference, compare, unified_diff
from schemaloom.files.format_python import format_python
from schemaloom.files.read import read_specs, read_tree
from schemaloom.json.codec import canonical_bytes
from schemaloom.pipeline.package_parts import PackageParts, build_parts
from schemaloom.pipeline.parts_cache import PartsCache
from schemaloom.release.package_on_disk import package_snapshot, package_version
from schemaloom.render.model_files import example_path
from schemaloom.render.names.names_json import names_to_json
from schemaloom.render.package import is_generated, module_path, render_package
from schemaloom.settings.provider import Provider, load_provider, parse_provider
from schemaloom.snapshot.layout import NAMES, PROVIDER

if TYPE_CHECKING:
    from schemaloom.release.release import Release  # all of drift, which only a release needs

FIRST_VERSION = "0.1.0"
CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A rendered package, and its difference from the one on disk."""

    provider: Provider
    specs: Path
    folder: Path
    """The distribution's folder, such as ``generated/pixeldojo-sdk``."""
    version: str
    files: Mapping[str, bytes]
    names: bytes
    """Content of ``names.json``; empty if the catalogue has no models."""
    difference: Difference
    names_changed: bool
    problems: tuple[Problem, ...]
    models: int
    present: Mapping[str, bytes]
    """The package on disk as it was before."""
    specs_digest: str | None
    """Digest of the specs with the new names; None if the package was not made from all of them."""
    released: bool
    """Whether this version was released from these specs."""
    cache: PartsCache | None
    """Keeps the parts of this package; None as above."""

    @property
    def broken(self) -> tuple[str, ...]:
        """The models that could not be read or rendered, and so kept their module or are untyped."""
        return tuple(sorted({problem.model for problem in self.problems if problem.level is Level.ERROR}))

    @property
    def stale(self) -> bool:
        """Whether anything on disk differs from the rendered package."""
        return self.names_changed or bool(self.difference)

    def diff(self) -> str:
        """A unified diff from disk to the generated package."""
        return unified_diff(self.folder, self.files, self.difference, label=self.folder.name)

    def write(self) -> None:
        """Put package and names in place, together or not at all."""
        replace_trees(self.trees())

    def record(self) -> None:
        """Keep the parts and the result for the next run, after `write`; not if a model is `broken`."""
        if self.cache and self.specs_digest and not self.broken:
            kept = {path: self.present[path] for path in self.present.keys() - set(self.difference.removed)}
            result = up_to_date.UpToDate(
                distribution=self.folder.name, models=self.models, problems=self.problems, released=self.released
            )
            up_to_date.record(self.specs_digest, {**kept, **self.files}, result)
            self.cache.commit(self.files)

    def trees(self) -> list[Tree]:
        """The folders to replace."""
        return [
            Tree(self.folder, self.files, lambda path: is_generated((self.folder / path).read_bytes()[:200])),
            Tree(self.specs, self._names_file(), lambda _: False),
        ]

    def _names_file(self) -> dict[str, bytes]:
        return {NAMES: self.names} if self.names else {}


def generate(
    name: str,
    *,
    specs: Path,
    out: Path,
    only: frozenset[str] | None = None,
    files: Mapping[str, bytes] | None = None,
    release: Release | None = None,
) -> Generated:
    """Render the package of provider `name` in memory.

    `specs` and `out` are the parents of all providers' and all distributions' folders.
    `files` are the provider's specs, by path below its folder, if they are not written yet.  Without a `release` the
    package keeps the version that it has, its changelog, and the digest of the snapshot that this
    version was released from.
    Raises `UsageError` for an unknown provider, an id in `only` that the catalogue lacks, or a `release` whose
    changelog has merge markers.
    """
    folder = specs / name
    recover_tree(folder)
    given = files if files is not None else read_specs(folder) if folder.is_dir() else {}
    where = str(folder / PROVIDER)
    provider = parse_provider(given[PROVIDER], where=where) if PROVIDER in given else load_provider(Path(where))
    target = out / provider.package.distribution
    recover_tree(target)
    present = read_tree(target)

    def paths(module: str) -> tuple[str, str]:
        return module_path(provider.package.module, module), example_path(module)

    cache = PartsCache(folder, target) if only is None else None
    version = release.version if release else package_version(target) or FIRST_VERSION
    package = build_parts(
        provider,
        given,
        present,
        where=str(folder),
        version=version,
        released_from=None if release else package_snapshot(target / "src" / provider.package.module),
        known=partial(cache.lookup, given, present, paths) if cache else None,
        only=only,
    )
    rendered = render_package(
        provider, package.parts, package.names, package.edition, renames=package.renames, whole=only is None
    )
    right = {
        place: text
        for part in package.known
        for place, text in zip(paths(part.module), (part.source, part.example), strict=True)
        if text
    }
    if cache:
        right |= cache.formatted(rendered.files, present)
        cache.stage(package.parts, given, names_to_json(package.names), rendered.files, paths)
    names_file = _names_file(package, given)
    made = partial(
        Generated,
        provider=provider,
        specs=folder,
        folder=target,
        version=version,
        names=names_file.get(NAMES, b""),
        names_changed=package.names != package.frozen,
        problems=(*package.problems, *rendered.problems),
        models=len(package.parts),
        present=present,
        specs_digest=up_to_date.digest({**given, **names_file}) if cache else None,
        released=package.edition.snapshot == package.snapshot,
        cache=cache,
    )
    rest = {path: content for path, content in rendered.files.items() if path not in right}
    verbatim = rendered.verbatim
    del package, rendered, given  # make room: a file takes as much of it as what it is made from
    package_files = {**right, **format_python(rest), **verbatim}
    if CHANGELOG in present:
        package_files[CHANGELOG] = present[CHANGELOG]  # history, once begun, is never rendered again
    if release:
        package_files[CHANGELOG] = _released(package_files[CHANGELOG], release, target / CHANGELOG)
    return made(
        files=package_files,
        difference=compare(present, package_files, lambda _, content: is_generated(content)),
    )


def _released(changelog: bytes, release: Release, path: Path) -> bytes:
    """Return the changelog with the entry of a release.  Raises `UsageError` if it has merge markers."""
    from schemaloom.release.changelog import has_merge_markers, with_entry

    text = changelog.decode("utf-8", "surrogateescape")
    if has_merge_markers(text):
        raise UsageError(
            "the changelog has merge markers, so nothing is released",
            where=str(path),
            hint="resolve the conflict, or restore the file from git",
        )
    return with_entry(text, release.entry).encode("utf-8", "surrogateescape")


def _names_file(package: PackageParts, specs: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return ``names.json``, byte for byte as in `specs` if it is equal; empty for a catalogue without models."""
    if package.names == package.frozen and NAMES in specs:
        return {NAMES: specs[NAMES]}
    content = names_to_json(package.names)
    return {NAMES: canonical_bytes(content)} if content else {}
