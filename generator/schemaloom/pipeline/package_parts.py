"""`PackageParts`: what a package is put together from; making it takes most of a run's time and memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from schemaloom.drift.renames.confirmed import RENAMES, read_renames, read_successors
from schemaloom.errors import UsageError
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.pipeline.helper import Helper, HelperLost, Order, is_worth_it
from schemaloom.render.annotating import Annotator
from schemaloom.render.model_files import ModelPart, model_parts
from schemaloom.render.names.table import NameTable, name_ids, name_members, names_from_json
from schemaloom.render.package import HEADER, Edition
from schemaloom.render.removed_models import Renames
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.layout import MODELS, NAMES, Snapshot, model_documents, snapshot_from_files
from schemaloom.snapshot.model import ModelDocument

Known = Callable[[Mapping[str, JsonValue]], Mapping[str, ModelPart]]
"""Takes the content of ``names.json``; gives the parts that need not be made, by the path of the model's document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageParts:
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


def build_parts(
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
) -> PackageParts:
    """The draft of a package of `version`.

    `files` are the specs on disk, by path below the folder `where`; `snapshot` stands for the one
    among them.  `released_from` is the digest of the snapshot that the version was made from, if
    that is not this one.  Raises `UsageError` for an id in `only` that the catalogue lacks.
    """
    same: Mapping[str, ModelPart] = {}
    documents: list[tuple[str, bytes]] = []
    if snapshot is None:
        others = (item for item in files.items() if not item[0].startswith(f"{MODELS}/"))
        snapshot = snapshot_from_files(others, where=where)
        same = known(snapshot.names) if known else same
        documents = [item for item in files.items() if item[0].startswith(f"{MODELS}/") and item[0] not in same]
    drafting = _Drafting(
        provider=provider,
        snapshot=snapshot,
        same=list(same.values()),
        where=where,
        version=version,
        released_from=released_from,
        only=only,
        frozen=names_from_json(snapshot.names, where=f"{where}/{NAMES}"),
        renames=files.get(RENAMES, b""),
    )
    if only is None and is_worth_it(len(documents)):
        with suppress(HelperLost), Helper(documents[1::2], where=where, annotator=annotator) as helper:
            return drafting.draft(model_documents(documents[::2], where=where), annotator, helper)
    return drafting.draft(chain(snapshot.models, model_documents(documents, where=where)), annotator)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drafting:
    """What a draft is made from, besides the models that are not known yet."""

    provider: Provider
    snapshot: Snapshot
    same: Sequence[ModelPart]
    where: str
    version: str
    released_from: str | None
    only: frozenset[str] | None
    frozen: NameTable
    renames: bytes
    """Content of ``renames.toml``."""

    def draft(
        self, documents: Iterable[ModelDocument], annotator: Annotator, helper: Helper | None = None
    ) -> PackageParts:
        """The draft with the models of `documents`, and those that the `helper` has read."""
        # One at a time: all documents together are a sixth of all memory.
        models = [parse_model(document) for document in documents]
        digests = {model.id: model.digest for model in models} | {part.id: part.digest for part in self.same}
        shared = helper.digests() if helper else {}
        digests |= shared
        _check_only(self.only, digests.keys(), self.provider.name)
        renames = _renames(self.renames, f"{self.where}/{RENAMES}", digests)
        names = name_ids(sorted(digests), self.frozen, version=self.version)
        header, currency = f"# {HEADER}", self.provider.catalogue.currency
        if helper:
            theirs = {id_: names[id_] for id_ in shared}
            helper.order(Order(names=theirs, renamed=renames.parameters, currency=currency, header=header))
        names |= name_members(models, names, renames.parameters)
        wanted = iter([model for model in models if self.only is None or model.id in self.only])
        del models  # each makes room for its part
        parts = [
            *self.same,
            *model_parts(
                wanted, names, helper or annotator, currency=currency, renamed=renames.parameters, header=header
            ),
        ]
        if helper:
            others, completed = helper.finished()
            parts += others
            names |= completed
        updated = self.snapshot.lock.get("updated")
        return PackageParts(
            parts=sorted(parts, key=lambda part: part.id),
            known=self.same,
            names=names,
            frozen=self.frozen,
            edition=Edition(
                version=self.version,
                snapshot=self.released_from or _digest_of(digests, self.snapshot),
                released=updated if isinstance(updated, str) else None,
            ),
            renames=renames,
        )


def snapshot_digest(snapshot: Snapshot) -> str:
    """Digest of what a catalogue says, wherever and however it is stored."""
    return _digest_of({model.id: digest(model.to_json()) for model in snapshot.models}, snapshot)


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
        raise UsageError(f"no such model: {', '.join(unknown)}", where=name, hint="the ids are those of specs/")
