"""Reading and writing a provider's folder: models, control plane and lock.

specs/<provider>/provider.toml      written by a person
                 openapi.json       the control plane, when the provider publishes one
                 contract.json      the control plane as documents describe it: statuses, codes, fields
                 models/<id>.json   one per model
                 names.json         frozen Python names
                 lock.json          digests, ETags and the date of the last change
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.files.read import read_specs
from schemaloom.json.codec import canonical_bytes, parse_json
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.file_names import MODELS, model_path
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.stored_models import Documents, LockedFile, StoredModels, file_digest, parse_model

CONTRACT = "contract.json"
LOCK = "lock.json"
NAMES = "names.json"
OPENAPI = "openapi.json"
PROVIDER = "provider.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A catalogue at one moment; models are sorted by id."""

    models: Sequence[ModelDocument]
    openapi: JsonObject | None = None
    contract: JsonObject | None = None
    """What documents state about every operation: ``statuses``, ``codes``, ``response_fields`` and
    ``headers`` by name, and under ``documents`` the metadata of each document."""
    lock: JsonObject = field(default_factory=dict[str, JsonValue])
    names: JsonObject = field(default_factory=dict[str, JsonValue])

    def by_id(self) -> Documents:
        """The models, keyed by id."""
        if isinstance(self.models, StoredModels):
            return self.models.by_id
        return Documents({model.id: model for model in self.models})


def read_snapshot(folder: Path) -> Snapshot:
    """Read the folder ``specs/<provider>``.

    Raises `UsageError` when there is no such folder, and `SnapshotError` naming the file and
    the JSON pointer when a file is not what it must be.
    """
    if not folder.is_dir():
        raise UsageError("no such snapshot folder", where=str(folder), hint="it is a provider's, such as specs/NAME")
    return snapshot_from_files(read_specs(folder).items(), where=str(folder))


def snapshot_from_files(files: Iterable[tuple[str, bytes]], *, where: str) -> Snapshot:
    """Return a snapshot from ``(path below the provider's folder, bytes)`` pairs.

    Paths that are not part of a snapshot are ignored, so that any listing will do.  A model is parsed
    now unless its file has the bytes that the lock names: that one could be parsed when it was written.
    """
    listed = dict(files)
    others: dict[str, JsonObject] = {}
    for path in sorted(listed.keys() & {CONTRACT, LOCK, NAMES, OPENAPI}):
        content = parse_json(listed[path], where=f"{where}/{path}")
        if not isinstance(content, dict):
            raise SnapshotError("must be a JSON object", where=f"{where}/{path}")
        others[path] = content
    locked = _locked_files(others.get(LOCK, {}), listed, where)
    rest = listed.keys() - {file.path for file in locked.values()}
    parsed = {
        document.id: document
        for document in model_documents(((path, listed[path]) for path in sorted(rest)), where=where)
    }
    return Snapshot(
        models=StoredModels(Documents({**parsed, **locked})),
        openapi=others.get(OPENAPI),
        contract=others.get(CONTRACT),
        lock=others.get(LOCK, {}),
        names=others.get(NAMES, {}),
    )


def model_documents(files: Iterable[tuple[str, bytes]], *, where: str) -> Iterator[ModelDocument]:
    """The models among ``(path below the provider's folder, bytes)`` pairs, one at a time and as they come."""
    for path, raw in files:
        if path.startswith(f"{MODELS}/") and path.endswith(".json"):
            yield parse_model(path, raw, where=where)


def _locked_files(lock: JsonObject, files: Mapping[str, bytes], where: str) -> dict[str, LockedFile]:
    """Return the files that have the bytes which the lock names, by model id."""
    models = lock.get("models")
    found: dict[str, LockedFile] = {}
    for model, entry in models.items() if isinstance(models, dict) else ():
        path = model_path(model)
        match files.get(path), entry:
            case bytes(raw), {"file": file, "digest": str(digest)} if file == file_digest(raw):
                found[model] = LockedFile(path, raw, digest, where)
            case _:
                pass
    return found


def snapshot_files(snapshot: Snapshot) -> dict[str, bytes]:
    """Every file of a snapshot, canonical: path below the provider's folder to bytes."""
    files = {model_path(model.id): canonical_bytes(model.to_json()) for model in snapshot.models}
    others = (
        (OPENAPI, snapshot.openapi),
        (CONTRACT, snapshot.contract),
        (LOCK, snapshot.lock),
        (NAMES, snapshot.names),
    )
    for path, content in others:
        if content:
            files[path] = canonical_bytes(cast("JsonValue", content))
    return files
