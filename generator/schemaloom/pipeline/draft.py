"""`Draft`: what a package is put together from; making it takes most of a run's time and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemaloom.drift.confirmed_renames import RENAMES, read_renames, read_successors
from schemaloom.errors import UsageError
from schemaloom.ir.model import Catalogue, Model
from schemaloom.ir.values import JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.render.annotating import Annotator
from schemaloom.render.former import Renames
from schemaloom.render.naming import NameTable, name_models, names_from_json
from schemaloom.render.package import HEADER, Edition
from schemaloom.render.part import ModelPart, model_parts
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.canonical import digest
from schemaloom.snapshot.store import MODELS, NAMES, Snapshot, model_documents, snapshot_from_files

Known = Callable[[Mapping[str, JsonValue]], Mapping[str, ModelPart]]
"""Takes the content of ``names.json``; gives the parts that need not be made, by the path of the model's document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The parts of all models, and what else of a catalogue a package shows."""

    parts: Sequence[ModelPart]
    """Sorted by the model's id."""
    known: Sequence[ModelPart]
    """Those of them that were not made anew."""
    names: NameTable
    frozen: NameTable
    """The names as they were given out before."""
    edition: Edition
    renames: Renames


def make_draft(
    provider: Provider,
    files: Mapping[str, bytes],
    annotator: Annotator,
    *,
    where: str,
    version: str,
    released_from: str | None,
    snapshot: Snapshot | None,
    known: Known | None,
    only: frozenset[str] | None,
) -> Draft:
    """The draft of a package of `version`.

    `files` are the specs on disk, by path below the folder `where`; `snapshot` stands for the one
    among them.  `released_from` is the digest of the snapshot that the version was made from, if
    that is not this one.  Raises `UsageError` for an id in `only` that the catalogue lacks.
    """
    same: Mapping[str, ModelPart] = {}
    if snapshot is None:
        documents = {path: raw for path, raw in files.items() if path.startswith(f"{MODELS}/")}
        snapshot = snapshot_from_files((item for item in files.items() if item[0] not in documents), where=where)
        same = known(snapshot.names) if known else same
        changed = ((path, raw) for path, raw in documents.items() if path not in same)
        # One at a time: all of them together are a sixth of all memory.
        models = [parse_model(document) for document in model_documents(changed, where=where)]
    else:
        models = [parse_model(document) for document in snapshot.models]
    catalogue = _catalogue(provider.name, models, same.values())
    _check_only(only, {model.id for model in catalogue.models}, provider.name)
    frozen = names_from_json(snapshot.names, where=f"{where}/{NAMES}")
    renames = _renames(files.get(RENAMES, b""), f"{where}/{RENAMES}", catalogue)
    names = name_models(catalogue, frozen, version=version, renamed=renames.parameters)
    updated = snapshot.lock.get("updated")
    edition = Edition(
        version=version,
        snapshot=released_from or _digest_of({model.id: model.digest for model in catalogue.models}, snapshot),
        released=updated if isinstance(updated, str) else None,
    )
    wanted = [model for model in models if only is None or model.id in only]
    fresh = model_parts(
        iter(wanted),
        names,
        annotator,
        currency=provider.catalogue.currency,
        renamed=renames.parameters,
        header=f"# {HEADER}",
    )
    del catalogue, models, wanted  # each model makes room for its part
    return Draft(
        parts=sorted([*same.values(), *fresh], key=lambda part: part.id),
        known=list(same.values()),
        names=names,
        frozen=frozen,
        edition=edition,
        renames=renames,
    )


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


def _check_only(only: frozenset[str] | None, known: set[str], name: str) -> None:
    unknown = sorted((only or frozenset()) - known)
    if unknown:
        raise UsageError(f"no such model: {', '.join(unknown)}", where=name, hint="the ids are those of specs/")
