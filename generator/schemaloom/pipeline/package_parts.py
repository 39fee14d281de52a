"""`PackageParts`: the rendered models of a package and the data of its other files."""

from __future__ import annotations

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
    documents = [item for item in files.items() if item[0].startswith(f"{MODELS}/") and item[0] not in same]
    frozen = names_from_json(snapshot.names, where=f"{where}/{NAMES}")
    currency = provider.catalogue.currency
    kept = partial(_kept, frozen, package, f"src/{provider.package.module}", currency)
    stray: list[Problem] = []
    models, last = _models(_documents(documents, files.keys(), frozen, where, stray), kept)
    digests = {model.id: model.digest for model in models}
    digests |= {part.id: part.digest for part in (*same.values(), *last)}
    _check_only(only, digests.keys(), provider.name)
    renames = _renames(files.get(RENAMES, b""), f"{where}/{RENAMES}", digests)
    names = name_ids(sorted(digests), frozen, version=version)
    names |= name_members(models, names, renames.parameters)
    wanted = iter([model for model in models if only is None or model.id in only])
    del models  # each makes room for its part
    parts = [
        *same.values(),
        *(part for part in last if only is None or part.id in only),
        *model_parts(
            wanted,
            names,
            currency=currency,
            provider=provider_view(provider),
            joined=provider.catalogue.joined,
            renamed=renames.parameters,
            header=f"# {HEADER}",
            kept=kept,
        ),
    ]
    updated = snapshot.lock.get("updated")
    content = _digest_of(digests, snapshot)
    return PackageParts(
        parts=sorted(parts, key=lambda part: part.id),
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


def _models(
    documents: Iterable[ModelDocument | tuple[str, SnapshotError]], kept: Callable[[str, Problem], ModelPart | None]
) -> tuple[list[Model], list[ModelPart]]:
    """Parse the documents: return the models to render, and the parts of unreadable ones that are kept.

    Documents are parsed one at a time: all of them together would take a sixth of the memory.
    """
    models: list[Model] = []
    parts: list[ModelPart] = []
    for model, problem in _parsed(documents):
        part = kept(model.id, problem) if problem else None
        if part is None:
            models.append(untyped(model, problem) if problem else model)
        else:
            parts.append(part)
    return models, parts


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


def _parsed(
    documents: Iterable[ModelDocument | tuple[str, SnapshotError]],
) -> Iterator[tuple[Model, Problem | None]]:
    """Yield every model; with the problem that explains why nothing is known about one."""
    for document in documents:
        if isinstance(document, tuple):
            model, failure = document
            yield Model(id=model, name=model), not_rendered(model, failure)
            continue
        try:
            parsed = parse_model(document)
            yield replace(parsed, request_document=None, output_document=None), None  # no module is rendered from them
        except Exception as error:  # noqa: BLE001  whatever one model does, the others are generated
            facts = parse_model(replace(document, input=None, output=None))
            yield facts, not_rendered(document.id, error)


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
