"""A model's file is parsed unless its bytes are those that the lock names, and then when the model is used."""

from __future__ import annotations

import json

import pytest

from schemaloom.errors import MisnamedModel, SnapshotError
from schemaloom.json.codec import canonical_bytes
from schemaloom.snapshot.layout import LOCK, Snapshot, snapshot_files, snapshot_from_files
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.stored_models import file_digest

MODELS = tuple(ModelDocument(id=name, name=name.title()) for name in ("Alpha", "beta", "owner/gamma"))
PATHS = {"Alpha": "models/%41lpha.json", "beta": "models/beta.json", "owner/gamma": "models/owner~gamma.json"}


def files(**contents: bytes) -> dict[str, bytes]:
    """The files of `MODELS` and a lock that names all of them; then some models' files are replaced."""
    found = snapshot_files(Snapshot(models=MODELS)) | {PATHS[name]: raw for name, raw in contents.items()}
    return found | {LOCK: canonical_bytes(lock(found))}


def lock(found: dict[str, bytes]) -> dict[str, object]:
    return {"schema_version": 1, "models": {name: {"file": file_digest(found[path])} for name, path in PATHS.items()}}


def test_files_that_the_lock_names_are_read_as_all_others_are() -> None:
    written = files()
    plain = {path: raw for path, raw in written.items() if path != LOCK}

    read = snapshot_from_files(written.items(), where="specs/acme")

    assert set(PATHS) == read.locked
    assert [model.id for model in MODELS] == list(read.by_id())
    assert read.models == MODELS == tuple(snapshot_from_files(plain.items(), where="specs/acme").models)
    assert read.by_id()["beta"] is read.models[1]


def test_what_the_lock_names_is_not_parsed_before_it_is_used() -> None:
    read = snapshot_from_files(files(beta=b"no JSON").items(), where="specs/acme")

    assert ("beta" in read.by_id(), len(read.models)) == (True, 3)
    assert read.models[0] == MODELS[0]
    with pytest.raises(SnapshotError, match=r"specs/acme/models/beta\.json"):
        read.by_id()["beta"]


def test_a_file_of_another_model_is_refused_though_the_lock_names_it() -> None:
    read = snapshot_from_files(files(beta=snapshot_files(Snapshot(models=MODELS))[PATHS["Alpha"]]).items(), where="x")

    with pytest.raises(MisnamedModel):
        read.by_id()["beta"]


def test_an_edited_file_is_parsed_at_once() -> None:
    written = files()
    edited = written | {PATHS["beta"]: written[PATHS["beta"]].replace(b'"Beta"', b'"Better"')}

    read = snapshot_from_files(edited.items(), where="specs/acme")

    assert {"Alpha", "owner/gamma"} == read.locked
    assert read.by_id()["beta"].name == "Better"
    with pytest.raises(SnapshotError):
        snapshot_from_files((written | {PATHS["beta"]: b"no JSON"}).items(), where="specs/acme")


@pytest.mark.parametrize("entry", [None, [], "x", {"file": 1}, {"file": ""}, {}])
def test_a_damaged_lock_costs_only_time(entry: object) -> None:
    written = files()
    content = json.loads(written[LOCK])
    content["models"]["beta"] = entry
    content["models"]["nowhere"] = {"file": file_digest(b"")}

    read = snapshot_from_files((written | {LOCK: canonical_bytes(content)}).items(), where="specs/acme")

    assert {"Alpha", "owner/gamma"} == read.locked
    assert read.models == MODELS
