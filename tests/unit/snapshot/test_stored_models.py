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
DIGESTS = {model.id: model.digest for model in MODELS}


def files(**contents: bytes) -> dict[str, bytes]:
    """The files of `MODELS` and a lock that names all of them; then some models' files are replaced."""
    found = snapshot_files(Snapshot(models=MODELS)) | {PATHS[name]: raw for name, raw in contents.items()}
    return found | {LOCK: canonical_bytes(lock(found))}


def lock(found: dict[str, bytes]) -> dict[str, object]:
    entries = {name: {"file": file_digest(found[path]), "digest": DIGESTS[name]} for name, path in PATHS.items()}
    return {"schema_version": 1, "models": entries}


def test_files_that_the_lock_names_are_read_as_all_others_are() -> None:
    written = files()
    plain = {path: raw for path, raw in written.items() if path != LOCK}

    read = snapshot_from_files(written.items(), where="specs/acme")

    assert set(PATHS) == read.by_id().locked
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

    assert {"Alpha", "owner/gamma"} == read.by_id().locked
    assert read.by_id()["beta"].name == "Better"
    with pytest.raises(SnapshotError):
        snapshot_from_files((written | {PATHS["beta"]: b"no JSON"}).items(), where="specs/acme")


NO_DIGEST = {"file": file_digest(snapshot_files(Snapshot(models=MODELS))[PATHS["beta"]])}


@pytest.mark.parametrize("entry", [None, [], "x", {"file": 1}, {"file": ""}, {}, NO_DIGEST])
def test_a_damaged_lock_costs_only_time(entry: object) -> None:
    written = files()
    content = json.loads(written[LOCK])
    content["models"]["beta"] = entry
    content["models"]["nowhere"] = {"file": file_digest(b"")}

    read = snapshot_from_files((written | {LOCK: canonical_bytes(content)}).items(), where="specs/acme")

    assert {"Alpha", "owner/gamma"} == read.by_id().locked
    assert read.models == MODELS


def test_a_digest_needs_no_document() -> None:
    read = snapshot_from_files(files(beta=b"no JSON").items(), where="specs/acme")

    assert DIGESTS == read.by_id().digests()


def test_models_that_were_not_replaced_are_unchanged_and_not_parsed() -> None:
    old = snapshot_from_files(files(beta=b"no JSON").items(), where="specs/acme").by_id()
    other = ModelDocument(id="Alpha", name="Another")
    new = old.updated({"Alpha": other, "delta": other}, ["delta", "beta", "Alpha"])

    assert ["Alpha", "beta", "delta"] == list(new)
    assert new["Alpha"] is other
    assert {"Alpha", "delta"} == new.changed_since(old)
    assert {"beta"} == new.locked
    assert DIGESTS["beta"] == new.digests()["beta"]


def test_a_model_that_is_put_back_is_unchanged() -> None:
    old = snapshot_from_files(files().items(), where="specs/acme").by_id()
    new = old.updated({"beta": ModelDocument(id="beta", name="Another")}, old)

    assert not new.updated({"beta": old["beta"]}, new).changed_since(old)
