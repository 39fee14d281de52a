"""`PackageParts`: the rendered models of a package and the data of its other files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial

from schemaloom.drift.renames.confirmed import RENAMES, read_renames, read_successors
from schemaloom.errors import MisnamedModel, Problem, SnapshotError, UsageError
from schemaloom.ir.model import Model
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.render.kept_model import kept_part
from schemaloom.render.model_files import ModelPart, model_parts, not_rendered, untyped
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.names.table import NameTable, name_ids, name_members
from schemaloom.render.package import HEADER, Edition
from schemaloom.render.provider_profile import provider_view
from schemaloom.render.removed_models import Renames
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.file_names import MODELS, id_of_file_name, model_path
from schemaloom.snapshot.layout import NAMES, Snapshot, model_documents, snapshot_from_files
from schemaloom.snapshot.model import ModelDocument

Known = Callable[[Mapping[str, JsonValue]], Mapping[str, ModelPart]]
"""Takes the content of ``names.json``; returns the cached parts, by the path of the model's document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageParts:
    """The parts of all models, and what the package's other files are rendered from."""

    parts: Sequence[ModelPart]
    """Sorted by the model's id."""
    known: Sequence[ModelPart]
    """Those of them that came from the cache."""
    names: NameTable
    frozen: NameTable
    """The names in ``names.json`` before this run."""
    edition: Edition
    snapshot: str
    """Digest of the specs; `edition` has that of the snapshot that the version was released from."""
    renames: Renames
    problems: Sequence[Problem]
    """About files that are the document of no model."""


def build_parts(
    provider: Provider,
    files: Mapping[str, bytes],
    package: Mapping[str, bytes],
    *,
    where: str,
    version: str,
    released_from: str | None,
    known: Known | None,
    only: frozenset[str] | None,
) -> PackageParts:
    """Render the parts of a package of `version`.

    `files` are the specs, by path below the folder `where`.  `package` holds the files of the
    distribution on disk: a model that cannot be read or rendered keeps its module, or has untyped
    parameters if it is new.  `released_from` is the digest of the snapshot that the version was made
    from, if that is not this one.  Raises `UsageError` for an id in `only` that the catalogue lacks.
    """
    others = (item for item in files.items() if not item[0].startswith(f"{MODELS}/"))
    snapshot = snapshot_from_files(others, where=where)
    same: Mapping[str, ModelPart] = known(snapshot.names) if known else {}
    listed = [item for item in files.items() if item[0].startswith(f"{MODELS}/") and item[0] not in same]
    frozen = names_from_json(snapshot.names, where=f"{where}/{NAMES}")
    currency = provider.catalogue.currency
    kept = partial(_kept, frozen, package, f"src/{provider.package.module}", currency)
    stray: list[Problem] = []
    documents = deque(_documents(listed, files.keys(), frozen, where, stray))
    digests = {part.id: part.digest for part in same.values()}
    ids = sorted({*digests, *(_id(document) for document in documents)})
    _check_only(only, ids, provider.name)
    renames = _renames(files.get(RENAMES, b""), f"{where}/{RENAMES}", ids)
    names = name_ids(ids, frozen, version=version)

    def models() -> Iterator[Model | ModelPart]:
        """Yield the models to render, with names and digests noted, and the parts of unreadable ones that are kept."""
        while documents:
            model, problem = _parsed(documents.popleft())
            found = (kept(model.id, problem) or untyped(model, problem)) if problem else model
            digests[model.id] = found.digest
            if isinstance(found, Model):
                names.update(name_members([found], names, renames.parameters))
            if only is None or model.id in only:
                yield found

    rendered = model_parts(
        models(),
        names,
        currency=currency,
        provider=provider_view(provider),
        joined=provider.catalogue.joined,
        renamed=renames.parameters,
        header=f"# {HEADER}",
        kept=kept,
    )
    parts = sorted([*same.values(), *rendered], key=lambda part: part.id)
    updated = snapshot.lock.get("updated")
    content = _digest_of(digests, snapshot)
    return PackageParts(
        parts=parts,
        known=list(same.values()),
        names=names,
        frozen=frozen,
        edition=Edition(
            version=version,
            snapshot=released_from or content,
            released=updated if isinstance(updated, str) else None,
        ),
        snapshot=content,
        renames=renames,
        problems=stray,
    )


def _kept(
    names: NameTable, package: Mapping[str, bytes], folder: str, currency: str, model: str, problem: Problem
) -> ModelPart | None:
    """Return the part that a model has in the package on disk, with the problem; None for a new model."""
    if model not in names:
        return None
    return kept_part(model, names[model], package, folder=folder, currency=currency, problem=problem)


def _documents(
    documents: Iterable[tuple[str, bytes]],
    paths: Collection[str],
    frozen: NameTable,
    where: str,
    stray: list[Problem],
) -> Iterator[ModelDocument | tuple[str, SnapshotError]]:
    """Yield every model's document, or for one that cannot be read the model's id and the error.

    `paths` are those of all files.  The problem of a file that is no model's own is added to `stray`.
    """
    ids = {model_path(model): model for model in frozen}
    found = {*paths}
    for path, raw in documents:
        try:
            yield from model_documents([(path, raw)], where=where)
        except SnapshotError as error:
            named = error.model if isinstance(error, MisnamedModel) else None
            model = ids.get(path, named or id_of_file_name(path.removeprefix(f"{MODELS}/")))
            own = model_path(model)
            if path == own or (own not in found and (named or model in frozen)):
                found.add(own)
                yield model, error
            else:
                stray.append(not_rendered(model, error))


def _id(document: ModelDocument | tuple[str, SnapshotError]) -> str:
    return document[0] if isinstance(document, tuple) else document.id


def _parsed(document: ModelDocument | tuple[str, SnapshotError]) -> tuple[Model, Problem | None]:
    """Return the model of a document; with the problem that explains why nothing is known about it."""
    if isinstance(document, tuple):
        model, failure = document
        return Model(id=model, name=model), not_rendered(model, failure)
    try:
        return parse_model(document), None
    except Exception as error:  # noqa: BLE001  whatever one model does, the others are generated
        return parse_model(replace(document, input=None, output=None)), not_rendered(document.id, error)


def snapshot_digest(snapshot: Snapshot) -> str:
    """Return the digest of a catalogue's content, however it is stored."""
    return _digest_of(snapshot.by_id().digests(), snapshot)


def _digest_of(models: Mapping[str, str], snapshot: Snapshot) -> str:
    return digest({"models": dict(models), "openapi": snapshot.openapi, "contract": snapshot.contract})


def _renames(raw: bytes, where: str, ids: Iterable[str]) -> Renames:
    confirmed = read_renames(raw, where=where)
    if not confirmed:
        return Renames(successors=read_successors(raw, where=where))
    from schemaloom.drift.renames.suggested import property_renames  # rarely needed, and slow to import

    return Renames(
        models=confirmed,
        parameters={id_: property_renames(id_, confirmed) for id_ in ids},
        successors=read_successors(raw, where=where),
    )


def _check_only(only: frozenset[str] | None, known: Collection[str], name: str) -> None:
    unknown = sorted((only or frozenset()).difference(known))
    if unknown:
        near = get_close_matches(unknown[0], known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else None
        raise UsageError(f"no such model: {', '.join(unknown)}", where=name, hint=hint)
