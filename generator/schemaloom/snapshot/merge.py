"""Merge the old snapshot with the fetched answers; a bad answer never loses known content."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from schemaloom.errors import Problem
from schemaloom.json.codec import canonical_bytes, digest
from schemaloom.json.values import JsonObject
from schemaloom.snapshot.fetch_result import (
    Failed,
    FetchResult,
    ModelMetadata,
    PublishedOpenApi,
    PublishedSchema,
    Unchanged,
)
from schemaloom.snapshot.guards import judge
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import NOTHING, Entry, Lock
from schemaloom.snapshot.merge_model import has_facts, merge_model, same
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.removals import MergePolicy, absent_models, refused_additions
from schemaloom.snapshot.stored_models import StoredModels, file_digest

_ADDED = "listed for the first time together with too many others; not added (--allow-additions adds them)"
_SAVES_WORK = frozenset({"file", "metadata", "carried_from"})
"""Members of `Entry`."""
_TWIN = "its id differs from that of a listed model in case alone; not added (--allow-additions adds it)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The new snapshot, and what happened to each model, as sorted ids."""

    snapshot: Snapshot
    """The old one itself if nothing changed."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    withheld: tuple[str, ...]
    """No longer listed, and kept because they are too many: the mass-removal guard."""
    held_back: tuple[str, ...]
    """Listed for the first time, and not added because they are too many."""
    implausible: tuple[str, ...]
    """Models, and ``openapi.json``, whose change is believed only if the next look finds it too."""
    missing: tuple[str, ...]
    """No longer listed, and kept until later lists have lacked them for long enough."""
    unread: tuple[str, ...]
    """Current state unknown: the schema could not be read, or the list was incomplete."""
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]


def merge(old: Snapshot, fetched: FetchResult, *, known: Lock, lock: Lock, policy: MergePolicy) -> Merged:
    """Apply what was fetched to `old`.

    A fact replaces the old one only where the answer states it.  A schema that cannot be read,
    or is not published any more, leaves the last good one.  Models that are not listed leave by the
    rules of `absent_models`.

    More than `max_additions` new models are not added, unless `allow_additions` is true.  A schema
    whose change is implausible is taken at the second look (`guards`), or with `allow_removals`.
    All other changes are applied.

    `known` holds the old lock's applicable entries (`Lock.applicable`); `lock` has the generator,
    reading and server of this run.  Entries move only with content, so a provider that gives old
    content new ETags changes no file; nor does the date.
    """
    before = old.by_id()
    listed_ids = before.keys() if fetched.facts is None else fetched.facts.keys()
    held_back: tuple[str, ...] = ()
    twins = frozenset[str]()
    if not policy.allow_additions:
        held_back, twins = refused_additions(before.keys(), listed_ids)
    ids = listed_ids - {*held_back, *twins}
    fetched, judged = judge(old, fetched, ids, held=known.held, accept=policy.allow_removals)
    new, entries, model_problems = _merge_models(before, fetched, known, ids)
    absent = absent_models(old, entries.keys(), fetched, known, policy)
    entries |= {model: known.models.get(model) or _entry(before[model]) for model in absent.kept}

    unread = tuple(sorted(entries.keys() & (judged.unread if fetched.complete else judged.unread.union(absent.kept))))
    added = tuple(sorted(entries.keys() - before.keys()))
    removed = tuple(sorted(before.keys() - entries.keys()))
    changed = tuple(sorted(new.keys() & before.keys()))
    openapi, openapi_entry, openapi_problems = _openapi(old.openapi, fetched, known.openapi)
    contract = old.contract if fetched.contract is None else fetched.contract
    moved = bool(added or removed or changed) or _is_moved(old, openapi, contract)
    listed = known.catalogue if known.catalogue.etag and not (added or removed or changed) else fetched.catalogue
    if listed is fetched.catalogue and (absent.kept or held_back or twins):
        # A list that lacks a model, or has one that is held back, must be read in full again.
        listed = replace(listed, etag=None)
    new_lock = replace(
        lock,
        updated=policy.today.isoformat() if moved or known.updated is None else known.updated,
        catalogue=listed,
        openapi=openapi_entry,
        models=entries,
        missing={model: absent.since[model] for model in sorted(absent.since.keys() & entries.keys())},
        held=judged.held,
    ).to_json()
    if _is_same_lock(old.lock, new_lock):
        new_lock = old.lock
    snapshot = old
    if moved or new_lock is not old.lock:
        snapshot = replace(
            old, models=StoredModels(before.updated(new, entries)), openapi=openapi, contract=contract, lock=new_lock
        )
    additions = (Problem(model, "", _ADDED) for model in held_back[:1])
    differing = (Problem(model, "", _TWIN) for model in twins)
    problems = {*fetched.problems, *additions, *differing, *model_problems, *absent.problems, *openapi_problems}
    return Merged(
        snapshot=snapshot,
        added=added,
        removed=removed,
        withheld=absent.withheld,
        held_back=held_back,
        implausible=tuple(sorted(judged.held)),
        missing=() if absent.withheld or not fetched.complete else absent.kept,
        unread=unread,
        changed=changed,
        unchanged=tuple(sorted(entries.keys() - {*added, *changed})),
        problems=tuple(sorted(problems)),
    )


def _is_moved(old: Snapshot, openapi: JsonObject | None, contract: JsonObject | None) -> bool:
    """Whether the OpenAPI document or the contract differs from that of the old snapshot."""
    if openapi is old.openapi and contract is old.contract:
        return False
    return digest([openapi, contract]) != digest([old.openapi, old.contract])


def _merge_models(
    before: Mapping[str, ModelDocument], fetched: FetchResult, known: Lock, ids: AbstractSet[str]
) -> tuple[dict[str, ModelDocument], dict[str, Entry], list[Problem]]:
    """Return the documents that are new or changed, the lock's entries of all listed models, and what was wrong.

    Where schema and metadata are what the model's file was merged from, there is nothing to merge.
    """
    new: dict[str, ModelDocument] = {}
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for model in sorted(ids):
        facts = ModelMetadata() if fetched.facts is None else fetched.facts[model]
        reply = fetched.schemas[model]
        entry = known.models.get(model, NOTHING)
        stated = entry.metadata if fetched.facts is None else facts.digest(fetched.provenance)
        stored = True
        if not (isinstance(reply, Unchanged) and entry.file and stated and entry.metadata == stated):
            old = before.get(model)
            document, found = merge_model(model, old, facts, reply, fetched.provenance)
            problems += found
            if document is None:
                continue
            if document is not old:
                new[model] = document
            if isinstance(reply, PublishedSchema):
                stored = document.input == reply.input
                entry = entry if entry.etag and _same_schema(old, document) else reply.entry
            if fetched.facts is not None and not has_facts(document, facts, fetched.provenance):
                stated = None
            file = known.models[model].file if document is old and model in known.models else None
            entry = replace(_entry(document, entry, file=file), metadata=stated)
        if fetched.carried is not None and stored:
            carried, source = fetched.carried.get(model, (None, None))
            if (entry.carried, entry.carried_from) != (carried, source):
                entry = replace(entry, carried=carried, carried_from=source)
        entries[model] = entry
    return new, entries, problems


def _entry(document: ModelDocument, answer: Entry = NOTHING, *, file: str | None = None) -> Entry:
    """Return the entry of an `answer` that `document` was merged from, with its digests; `file` if it is known."""
    file = file or file_digest(canonical_bytes(document.to_json()))
    return replace(answer.of(document), digest=document.digest, file=file)


def _openapi(
    before: JsonObject | None, fetched: FetchResult, entry: Entry
) -> tuple[JsonObject | None, Entry, tuple[Problem, ...]]:
    reply = fetched.openapi
    problems: tuple[Problem, ...] = ()
    content = before
    if isinstance(reply, PublishedOpenApi):
        content = reply.content
        if not entry.etag or before is None or canonical_bytes(content) != canonical_bytes(before):
            entry = reply.entry
    elif reply is not None and not isinstance(reply, Unchanged):
        reason = reply.message if isinstance(reply, Failed) else "it is not published"
        problems = (Problem("", "", f"OpenAPI document: {reason}; what the snapshot holds is kept"),)
    return content, entry if content is None else replace(entry, digest=digest(content)), problems


def _same_schema(before: ModelDocument | None, after: ModelDocument) -> bool:
    return before is not None and same(
        replace(
            after,
            input=before.input,
            output=before.output,
            parameter_order=before.parameter_order,
            property_order=before.property_order,
            output_order=before.output_order,
        ),
        after,
    )


def _is_same_lock(one: JsonObject, other: JsonObject) -> bool:
    """Whether the answers and the content are the same: an equal answer of another server is as good as the old one."""
    return one == other or _of_answers(one) == _of_answers(other)


def _of_answers(lock: JsonObject) -> JsonObject:
    """Return a lock without the server's address and without what only saves work."""
    models = lock.get("models")
    entries: JsonObject = {
        model: {key: value for key, value in entry.items() if key not in _SAVES_WORK}
        for model, entry in (models.items() if isinstance(models, dict) else ())
        if isinstance(entry, dict)
    }
    return {**lock, "server": None, "models": entries}
