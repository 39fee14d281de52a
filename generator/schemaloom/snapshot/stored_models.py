"""`StoredModels`: the models of a snapshot folder, of which only those are parsed that are used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from schemaloom.errors import MisnamedModel
from schemaloom.json.codec import parse_json
from schemaloom.snapshot.file_names import file_name, model_path
from schemaloom.snapshot.model import ModelDocument


def file_digest(content: bytes) -> str:
    """Digest the bytes of a model's file, as `Entry.file` has it."""
    return hashlib.sha256(content).hexdigest()


def parse_model(path: str, raw: bytes, *, where: str) -> ModelDocument:
    """Parse the file of a model at `path` below the provider's folder, which is `where`.

    Raises `SnapshotError` if it is no model's file, and `MisnamedModel` if another name is its model's.
    """
    place = f"{where}/{path}"
    document = ModelDocument.from_json(parse_json(raw, where=place, lenient=True), where=place)
    if path != model_path(document.id):
        raise MisnamedModel(document.id, file_name(document.id), where=place)
    return document


@dataclass(frozen=True)
class LockedFile:
    """A model's file whose bytes the lock names, so that it need not be parsed to know that it can be."""

    path: str
    """Below the provider's folder, which is `where`."""
    content: bytes
    digest: str
    """As `ModelDocument.digest`."""
    where: str

    @cached_property
    def document(self) -> ModelDocument:
        """The model; raises `SnapshotError` as `parse_model` does."""
        return parse_model(self.path, self.content, where=self.where)


class Documents(Mapping[str, ModelDocument]):
    """Models by id, sorted; those of locked files are parsed when they are first used."""

    def __init__(self, entries: Mapping[str, ModelDocument | LockedFile]) -> None:
        self._entries = {model: entries[model] for model in sorted(entries)}
        self.locked = frozenset(model for model, entry in entries.items() if isinstance(entry, LockedFile))

    def __getitem__(self, model: str) -> ModelDocument:
        """Raise `SnapshotError` as `parse_model` does."""
        entry = self._entries[model]
        return entry.document if isinstance(entry, LockedFile) else entry

    def __contains__(self, model: object) -> bool:
        return model in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def digests(self) -> dict[str, str]:
        """Return the digest of each model's content."""
        return {model: entry.digest for model, entry in self._entries.items()}

    def updated(self, new: Mapping[str, ModelDocument], models: Iterable[str]) -> Documents:
        """Return the `models`, those that `new` has from there and the others from here."""
        return Documents({model: new.get(model) or self._entries[model] for model in models})

    def changed_since(self, old: Documents) -> frozenset[str]:
        """Return the models that are not in `old`, or were replaced since by `updated`."""
        known = old._entries
        replaced = (model for model, entry in self._entries.items() if known.get(model) is not entry)
        return frozenset(model for model in replaced if old.get(model) is not self[model])


class StoredModels(Sequence[ModelDocument]):
    """The models of `by_id`, in order."""

    def __init__(self, by_id: Documents) -> None:
        self.by_id = by_id
        self._ids = tuple(by_id)

    @overload
    def __getitem__(self, index: int) -> ModelDocument: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ModelDocument]: ...
    def __getitem__(self, index: int | slice) -> ModelDocument | Sequence[ModelDocument]:
        if isinstance(index, slice):
            return tuple(self.by_id[model] for model in self._ids[index])
        return self.by_id[self._ids[index]]

    def __len__(self) -> int:
        return len(self._ids)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, StoredModels) else other)

    def __hash__(self) -> int:
        return hash(self._ids)
