"""``generate``: from ``specs/<provider>`` to ``generated/<distribution>``, offline."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from schemaloom.drift.confirmed_renames import RENAMES, read_renames, read_successors
from schemaloom.emit.difference import Difference, compare, unified_diff
from schemaloom.emit.formatting import format_python
from schemaloom.errors import Problem, UsageError
from schemaloom.ir.model import Catalogue, Model
from schemaloom.parse.model import parse_model
from schemaloom.pipeline.memory import Memory
from schemaloom.pipeline.settled import Settled, settle
from schemaloom.release.baseline import package_snapshot
from schemaloom.render.annotating import Annotator
from schemaloom.render.former import Renames
from schemaloom.render.naming import NameTable, name_models, names_from_json, names_to_json
from schemaloom.render.package import HEADER, Edition, is_generated, module_path, render_package
from schemaloom.render.part import ModelPart, model_parts
from schemaloom.settings.provider import Provider, load_provider, parse_provider
from schemaloom.snapshot.canonical import canonical_bytes, digest
from schemaloom.snapshot.reading import read_specs, read_tree
from schemaloom.snapshot.store import MODELS, NAMES, PROVIDER, Snapshot, model_documents, snapshot_from_files
from schemaloom.snapshot.write import Tree, recover_tree, replace_trees

if TYPE_CHECKING:
    from schemaloom.release.release import Release  # all of drift, which only a release needs

FIRST_VERSION = "0.1.0"
CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A package that is ready to be written, and how it differs from what is there."""

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
    given: Mapping[str, bytes]
    """All of the specs on disk, if this was made from all of them; else empty."""
    present: Mapping[str, bytes]
    """The package on disk as it was before."""
    remember: Callable[[], None] | None
    """Keeps what was made of each model for the next run."""

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

    def settle(self, problems: str) -> Settled:
        """Remember that nothing is left to do, now that all is written; `problems` is what was said of them."""
        state = Settled(str(self.folder), self.models, problems)
        if self.given:
            kept = {path: self.present[path] for path in self.present.keys() - set(self.difference.removed)}
            settle({**self.given, **self._names_file()}, {**kept, **self.files}, state)
        if self.remember:
            self.remember()
        return state

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
    snapshot: Snapshot | None = None,
    release: Release | None = None,
    annotator: Annotator | None = None,
) -> Generated:
    """Render the package of provider `name` in memory.

    `specs` and `out` are the parents of all providers' and all distributions' folders.
    `snapshot` stands for the one on disk where it was not written yet.  Without a `release` the
    package keeps the version that it has, its changelog, and the digest of the snapshot that this
    version was released from.  An `annotator` that was made before
    has had time to start.
    Raises `UsageError` for an unknown provider or an id in `only` that the catalogue lacks.
    """
    folder = specs / name
    recover_tree(folder)
    on_disk = read_specs(folder) if folder.is_dir() else {}
    where = str(folder / PROVIDER)
    provider = parse_provider(on_disk[PROVIDER], where=where) if PROVIDER in on_disk else load_provider(Path(where))
    target = out / provider.package.distribution
    recover_tree(target)
    given = {} if snapshot else on_disk
    present = read_tree(target)
    module = partial(module_path, provider.package.module)
    memory = Memory(folder, target) if given and only is None else None
    with annotator or Annotator() as engine:  # it starts while the catalogue is read
        known: dict[str, ModelPart] = {}
        if snapshot is None:
            documents = {path: raw for path, raw in given.items() if path.startswith(f"{MODELS}/")}
            others = {path: raw for path, raw in given.items() if path not in documents}
            snapshot = snapshot_from_files(others.items(), where=str(folder))
            if memory:
                known = memory.parts(given, snapshot.names, present, module)
            changed = ((path, raw) for path, raw in documents.items() if path not in known)
            # One at a time: all of them together are a sixth of all memory.
            models = [parse_model(document) for document in model_documents(changed, where=str(folder))]
        else:
            models = [parse_model(document) for document in snapshot.models]
        catalogue = _catalogue(provider.name, models, known.values())
        del models
        _check_only(only, {model.id for model in catalogue.models}, name)
        frozen = names_from_json(snapshot.names, where=str(folder / NAMES))
        version = release.version if release else version_of(target) or FIRST_VERSION
        renames = _renames(on_disk.get(RENAMES, b""), str(folder / RENAMES), catalogue)
        names = name_models(catalogue, frozen, version=version, renamed=renames.parameters)
        updated = snapshot.lock.get("updated")
        released_from = None if release else package_snapshot(target / "src" / provider.package.module)
        edition = Edition(
            version=version,
            snapshot=released_from or _digest_of({model.id: model.digest for model in catalogue.models}, snapshot),
            released=updated if isinstance(updated, str) else None,
        )
        same = {part.id: part for part in known.values()}
        fresh = model_parts(
            [model for model in catalogue.models if model.id not in same and (only is None or model.id in only)],
            names,
            engine,
            currency=provider.catalogue.currency,
            renamed=renames.parameters,
            header=f"# {HEADER}",
        )
        parts = sorted([*same.values(), *fresh], key=lambda part: part.id)
        del catalogue, fresh  # the rest of the way goes from texts to files
    rendered = render_package(provider, parts, names, edition, renames=renames, whole=only is None)
    right = {module(part.module): part.source for part in same.values()}
    if memory:
        right |= memory.formatted(rendered.files, present)
    rest = {path: content for path, content in rendered.files.items() if path not in right}
    files = {**right, **format_python(rest), **rendered.verbatim}
    if (target / CHANGELOG).is_file():
        files[CHANGELOG] = (target / CHANGELOG).read_bytes()  # history, once begun, is never rendered again
    if release:
        from schemaloom.release.changelog import with_entry

        files[CHANGELOG] = with_entry(files[CHANGELOG].decode("utf-8", "surrogateescape"), release.entry).encode(
            "utf-8", "surrogateescape"
        )
    return Generated(
        provider=provider,
        specs=folder,
        folder=target,
        version=version,
        files=files,
        names=given.get(NAMES, b"") if names == frozen and given else _names_bytes(names),
        difference=compare(present, files, lambda _, content: is_generated(content)),
        names_changed=names != frozen,
        problems=rendered.problems,
        models=len(parts),
        given=given if only is None else {},
        present=present,
        remember=partial(
            memory.keep, parts, given, names_to_json(names), rendered=rendered.files, files=files, module_path=module
        )
        if memory
        else None,
    )


def version_of(distribution: Path) -> str | None:
    """The version a distribution has now: that of its ``pyproject.toml``; None where there is none yet."""
    path = distribution / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        version = cast("object", data["project"]["version"])
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"the version cannot be read: {error}", where=str(path), hint="restore it from git") from None
    if not isinstance(version, str):
        raise UsageError("the version is not a text", where=str(path), hint="restore it from git")
    return version


def snapshot_digest(snapshot: Snapshot) -> str:
    """Digest of what a catalogue says, wherever and however it is stored."""
    return _digest_of({model.id: digest(model.to_json()) for model in snapshot.models}, snapshot)


def _digest_of(models: Mapping[str, str], snapshot: Snapshot) -> str:
    return digest({"models": dict(models), "openapi": snapshot.openapi, "contract": snapshot.contract})


def _catalogue(provider: str, models: Iterable[Model], parts: Iterable[ModelPart]) -> Catalogue:
    """The catalogue of `models` and of those whose `parts` are known, of which nothing else needs to be."""
    known = (Model(id=part.id, name=part.id, digest=part.digest) for part in parts)
    return Catalogue(provider=provider, models=tuple(sorted((*models, *known), key=lambda model: model.id)))


def _renames(raw: bytes, where: str, catalogue: Catalogue) -> Renames:
    confirmed = read_renames(raw, where=where)
    if not confirmed:
        return Renames(successors=read_successors(raw, where=where))
    from schemaloom.drift.renames import property_renames  # rarely needed, and slow to import

    return Renames(
        models=confirmed,
        parameters={model.id: property_renames(model.id, confirmed) for model in catalogue.models},
        successors=read_successors(raw, where=where),
    )


def _names_bytes(names: NameTable) -> bytes:
    content = names_to_json(names)
    return canonical_bytes(content) if content else b""


def _check_only(only: frozenset[str] | None, known: set[str], name: str) -> None:
    unknown = sorted((only or frozenset()) - known)
    if unknown:
        raise UsageError(f"no such model: {', '.join(unknown)}", where=name, hint="the ids are those of specs/")
