"""Models whose schema and metadata are those of their files are not merged; all comes out as if they were."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemaloom.json.codec import canonical_bytes
from schemaloom.snapshot.fetch_result import (
    Failed,
    FetchResult,
    ModelMetadata,
    PublishedSchema,
    SchemaReply,
    Unchanged,
    Unpublished,
)
from schemaloom.snapshot.layout import LOCK, Snapshot, snapshot_files, snapshot_from_files
from schemaloom.snapshot.lock import NOTHING, Entry, Lock
from schemaloom.snapshot.merge import Merged, merge
from schemaloom.snapshot.model import ModelDocument, Provenance
from schemaloom.snapshot.removals import MergePolicy

POLICY = MergePolicy(today=date(2026, 3, 1), allow_removals=False, allow_additions=True, removal_days=0, renamed={})
LOCK_OF_RUN = Lock(generator="1", reading="r")
SCHEMAS: tuple[dict[str, Any], ...] = tuple(
    {"type": "object", "properties": {"prompt": {"type": kind}}} for kind in ("string", "integer")
)
METADATA = st.builds(
    ModelMetadata,
    name=st.sampled_from(["One", "Two"]),
    capabilities=st.sampled_from([None, ("a", "b"), ("b", "a")]),
    facts=st.sampled_from([None, None, {"version": "1"}, {"version": 1}]),
    amount=st.sampled_from([None, 1]),
)
ANSWER = st.sampled_from(["same", "same", "first", "second", "failed", "none"])


@dataclass(frozen=True)
class Round:
    """What a run reads of the model."""

    metadata: ModelMetadata | None
    """None for an unchanged list."""
    answer: str
    provenance: Provenance


OF_API = Round(ModelMetadata(name="One"), "first", "fetched")
OTHER_NAME = ModelMetadata(name="Two")
NOT_STORED = ModelMetadata(name="One", facts={"version": 1})
"""A fact that is no string cannot be stored."""


def rounds_of(pair: tuple[ModelMetadata, ModelMetadata]) -> st.SearchStrategy[list[Round]]:
    one = st.builds(
        Round,
        metadata=st.sampled_from([None, *pair, *pair]),
        answer=ANSWER,
        provenance=st.sampled_from(["fetched", "documented"]),
    )
    return st.lists(one, min_size=3, max_size=6)


def run(files: dict[str, bytes], one: Round) -> tuple[dict[str, bytes], Merged]:
    old = snapshot_from_files(files.items(), where="acme")
    known = Lock.from_json(old.lock).applicable(old, server=None, reading="r")
    listed = None if one.metadata is None else {"a": one.metadata}
    reply = answer(one.answer, known.models.get("a", NOTHING))
    fetched = FetchResult(facts=listed, schemas={"a": reply}, provenance=one.provenance)
    merged = merge(old, fetched, known=known, lock=LOCK_OF_RUN, policy=POLICY)
    return snapshot_files(merged.snapshot), merged


def answer(text: str, known: Entry) -> SchemaReply:
    if text == "same" and known.etag:
        return Unchanged()
    match text:
        case "failed":
            return Failed("timeout")
        case "none":
            return Unpublished()
        case _:
            schema = SCHEMAS[text == "second"]
            return PublishedSchema(
                input=schema, output=None, parameter_order=("prompt",), entry=Entry("/m", f'"{text}"')
            )


def shown(files: dict[str, bytes], merged: Merged, *, with_shortcut: bool) -> tuple[object, ...]:
    content = json.loads(files[LOCK])
    if with_shortcut:
        assert all("file" in entry for entry in content["models"].values())
    reports = merged.added, merged.changed, merged.unchanged, merged.unread, merged.problems
    return {path: raw for path, raw in files.items() if path != LOCK}, without_shortcut(content), reports


def without_shortcut(lock: dict[str, Any]) -> dict[str, Any]:
    models = {
        name: {key: value for key, value in entry.items() if key not in {"file", "metadata"}}
        for name, entry in lock["models"].items()
    }
    return {**lock, "models": models}


@settings(max_examples=150)
@example([OF_API, Round(OTHER_NAME, "same", "documented"), Round(OTHER_NAME, "same", "fetched")])
@example([Round(NOT_STORED, "first", "fetched"), OF_API, OF_API])
@example([OF_API, Round(NOT_STORED, "same", "fetched"), Round(NOT_STORED, "same", "fetched")])
@given(st.tuples(METADATA, METADATA).flatmap(rounds_of))
def test_nothing_comes_out_otherwise(rounds: list[Round]) -> None:
    start = snapshot_files(Snapshot(models=(ModelDocument(id="a", name="a"),)))
    quick, whole = dict(start), dict(start)
    for one in rounds:
        quick, quickly = run(quick, one)
        whole, wholly = run(whole, one)
        stored = json.loads(quick["models/a.json"])
        assert "input" in stored or "etag" not in json.loads(quick[LOCK])["models"]["a"]
        assert shown(quick, quickly, with_shortcut=True) == shown(whole, wholly, with_shortcut=False)
        whole[LOCK] = canonical_bytes(without_shortcut(json.loads(whole[LOCK])))
