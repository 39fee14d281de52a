"""A model's document: what is written is read back, and what is wrong is named with file and place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.json.codec import canonical_bytes, parse_json
from schemaloom.snapshot.layout import Snapshot, read_snapshot, snapshot_files, snapshot_from_files
from schemaloom.snapshot.model import ModelDocument, Price

texts = st.text(max_size=8)
numbers = st.integers(0, 99) | st.floats(0, 9)
prices = st.builds(
    Price,
    amount=numbers,
    unit=st.none() | texts.filter(bool),
    by_resolution=st.dictionaries(texts, numbers, max_size=2).map(lambda table: tuple(sorted(table.items()))),
)
several = st.lists(texts, max_size=2).map(tuple)
documents = st.builds(
    ModelDocument,
    id=texts.filter(bool),
    name=texts,
    description=texts,
    modality=st.none() | texts.filter(bool),
    price=st.none() | prices,
    capabilities=several,
    documents=several,
    related=several,
    endpoint=st.none() | texts.filter(bool),
    input=st.none() | st.dictionaries(texts, texts, max_size=2),
    parameter_order=several,
    provenance=st.sampled_from(["documented", "fetched"]),
)


@given(documents)
def test_a_document_is_read_back_as_it_was_written(document: ModelDocument) -> None:
    raw = canonical_bytes(document.to_json())

    assert document == ModelDocument.from_json(parse_json(raw, where="x"), where="x")


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ([], "f.json", "a model document is a JSON object"),
        ({}, "f.json", "id and name are required"),
        ({"id": "", "name": "x"}, "f.json", "id and name are required"),
        ({"id": "a"}, "f.json", "id and name are required"),
        ({"id": 1, "name": "x"}, "f.json#/id", "wrong type"),
        ({"id": "a", "name": None}, "f.json#/name", "wrong type"),
        ({"id": "a", "name": "x", "modality": 1}, "f.json#/modality", "wrong type"),
        ({"id": "a", "name": "x", "input": []}, "f.json#/input", "wrong type"),
        ({"id": "a", "name": "x", "capabilities": ["a", 1]}, "f.json#/capabilities", "wrong type"),
        ({"id": "a", "name": "x", "provenance": "guessed"}, "f.json#/provenance", "wrong type"),
        ({"id": "a", "name": "x", "prize": {}}, "f.json#/prize", "unknown member 'prize'"),
        ({"id": "a", "name": "x", "price": {}}, "f.json#/price", "a price has"),
        ({"id": "a", "name": "x", "price": {"amount": True}}, "f.json#/price", "a price has"),
        ({"id": "a", "name": "x", "price": {"amount": 1, "by_resolution": {"1 MP": "2"}}},
         "f.json#/price/by_resolution", "prices are numbers"),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_with_file_and_pointer(content: Any, place: str, words: str) -> None:
    with pytest.raises(SnapshotError, match=words) as caught:
        ModelDocument.from_json(content, where="f.json")

    assert place == caught.value.where
    assert 3 == caught.value.exit_code


def test_a_snapshot_is_read_back_as_it_was_written(tmp_path: Any) -> None:
    snapshot = Snapshot(
        models=(ModelDocument(id="a/b", name="A"), ModelDocument(id="c", name="C")),
        openapi={"openapi": "3.1.0"},
        lock={"x": 1},
        names={"models": {}},
    )
    files = snapshot_files(snapshot)
    for path, content in {**files, "provider.toml": b"x", "models/notes.txt": b"x"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)

    assert {"models/a~b.json", "models/c.json", "openapi.json", "lock.json", "names.json"} == set(files)
    assert snapshot == read_snapshot(tmp_path) == snapshot_from_files(files.items(), where="x")


def test_a_file_under_another_models_name_is_refused() -> None:
    with pytest.raises(SnapshotError, match=r"model 'a' belongs in a\.json") as caught:
        snapshot_from_files([("models/b.json", b'{"id": "a", "name": "x"}')], where="specs/p")

    assert "specs/p/models/b.json" == caught.value.where


@pytest.mark.parametrize("path", ["lock.json", "names.json", "openapi.json"])
def test_a_file_beside_the_models_must_be_an_object(path: str) -> None:
    with pytest.raises(SnapshotError, match="must be a JSON object"):
        snapshot_from_files([(path, b"[]")], where="specs/p")


def test_a_missing_folder_is_the_users_mistake(tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="no such snapshot folder"):
        read_snapshot(tmp_path / "missing")
