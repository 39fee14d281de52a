"""`StoredModels`: the models of a snapshot folder, of which only those are parsed that are used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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


class Documents(Mapping[str, ModelDocument]):
    """Models by id, sorted; those in `locked` are parsed when they are first used."""

    def __init__(self, parsed: dict[str, ModelDocument], files: Mapping[str, bytes], *, where: str) -> None:
        """`files` are those, by model id, whose models need not be parsed to know that they can be."""
        self._parsed, self._files, self._where = parsed, files, where
        self._ids = dict.fromkeys(sorted({*parsed, *files}))
        self.locked: AbstractSet[str] = files.keys()

    def __getitem__(self, model: str) -> ModelDocument:
        """Raise `SnapshotError` as `parse_model` does."""
        if model not in self._parsed:
            self._parsed[model] = parse_model(model_path(model), self._files[model], where=self._where)
        return self._parsed[model]

    def __contains__(self, model: object) -> bool:
        return model in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


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
