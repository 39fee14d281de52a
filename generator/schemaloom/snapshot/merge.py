"""Merge the old snapshot with the fetched answers; a bad answer never loses known content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

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
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import NOTHING, Entry, Lock
from schemaloom.snapshot.merge_model import merge_model, same
from schemaloom.snapshot.model import ModelDocument

_NONE: Mapping[str, str] = MappingProxyType({})
_MISSING = "no longer listed; kept, and removed if the next list lacks it too (--allow-removals removes it now)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The new snapshot, and what happened to each model, as sorted ids."""

    snapshot: Snapshot
    added: tuple[str, ...]
    removed: tuple[str, ...]
    withheld: tuple[str, ...]
    """No longer listed, and kept because they are too many: the mass-removal guard."""
    missing: tuple[str, ...]
    """No longer listed, and kept until the next complete list lacks them too."""
    unread: tuple[str, ...]
    """Current state unknown: the schema could not be read, or the list was incomplete."""
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]


def max_removals(models: int) -> float:
    """How many of `models` may vanish, or not be read, in one run before it looks like a fault of the source."""
    return max(3, models * 0.1)


def merge(
    old: Snapshot,
    fetched: FetchResult,
    *,
    known: Lock,
    lock: Lock,
    today: date,
    allow_removals: bool,
    renamed: Mapping[str, str] = _NONE,
) -> Merged:
    """Apply what was fetched to `old`.

    A fact replaces the old one only where the answer states it.  A schema that cannot be read,
    or is not published any more, leaves the last good one.

    A model that is not listed is removed when two complete lists in a row lack it: of the models
    that go missing from one list, most are back in the next.  The first such list only leaves a
    note in the lock.  It is removed at once if `renamed` has its new id and that is listed, or if
    `allow_removals` is true.  While more than `max_removals` are missing, none of them is removed
    unless `allow_removals` is true.  Additions and changes are applied all the same.

    `known` holds the old lock's applicable entries (`Lock.applicable`); `lock` has the generator,
    reading and server of this run.  Entries move only with content, so a provider that gives old
    content new ETags changes no file; nor does the date.
    """
    before = old.by_id()
    problems = list(fetched.problems)
    after: dict[str, ModelDocument] = {}
    entries: dict[str, Entry] = {}
    for model in sorted(before if fetched.facts is None else fetched.facts):
        facts = ModelMetadata() if fetched.facts is None else fetched.facts[model]
        reply = fetched.schemas[model]
        document, found = merge_model(model, before.get(model), facts, reply, fetched.provenance)
        problems += found
        entry = known.models.get(model, NOTHING)
        if document is not None:
            after[model] = document
            if isinstance(reply, PublishedSchema) and not (entry.etag and _same_schema(before.get(model), document)):
                entry = reply.entry
            if fetched.carried is not None:
                stored = not isinstance(reply, PublishedSchema) or document.input == reply.input
                entry = replace(entry, carried=fetched.carried.get(model) if stored else None)
            entries[model] = entry

    gone = tuple(sorted(before.keys() - after.keys()))
    withheld: tuple[str, ...] = ()
    kept = gone
    if not fetched.complete:
        problems += [Problem(model, "", "not seen in an incomplete list; kept") for model in gone]
    elif allow_removals:
        kept = ()
    elif len(gone) > max_removals(len(before)):
        withheld = gone
    else:
        kept = tuple(model for model in gone if model not in known.missing and renamed.get(model) not in after)
        problems += [Problem(model, "", _MISSING) for model in kept]
    noted = frozenset(gone) if fetched.complete else known.missing.intersection(gone)
    after |= {model: before[model] for model in kept}
    entries |= {model: known.models.get(model, NOTHING) for model in kept}

    failed = {model for model, reply in fetched.schemas.items() if isinstance(reply, Failed)}
    unread = tuple(sorted(after.keys() & (failed if fetched.complete else failed.union(gone))))
    added = tuple(sorted(after.keys() - before.keys()))
    removed = tuple(sorted(before.keys() - after.keys()))
    changed = tuple(model for model in sorted(after.keys() & before.keys()) if not same(after[model], before[model]))
    openapi, openapi_entry, openapi_problems = _openapi(old.openapi, fetched, known.openapi)
    contract = old.contract if fetched.contract is None else fetched.contract
    moved = bool(added or removed or changed) or digest([openapi, contract]) != digest([old.openapi, old.contract])
    listed = known.catalogue if known.catalogue.etag and not (added or removed or changed) else fetched.catalogue
    new_lock = replace(
        lock,
        updated=today.isoformat() if moved or known.updated is None else known.updated,
        # A list that lacks a model must be had in full again, to lack it again.
        catalogue=replace(listed, etag=None) if kept and listed is fetched.catalogue else listed,
        openapi=openapi_entry,
        models={model: replace(entries[model], digest=digest(after[model].to_json())) for model in after},
        missing=noted & after.keys(),
    ).to_json()
    return Merged(
        snapshot=replace(
            old,
            models=tuple(after[model] for model in sorted(after)),
            openapi=openapi,
            contract=contract,
            lock=old.lock if _differ_by_server(old.lock, new_lock) else new_lock,
        ),
        added=added,
        removed=removed,
        withheld=withheld,
        missing=() if withheld or not fetched.complete else kept,
        unread=unread,
        changed=changed,
        unchanged=tuple(sorted(after.keys() - {*added, *changed})),
        problems=tuple(sorted({*problems, *openapi_problems})),
    )


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
        replace(after, input=before.input, output=before.output, parameter_order=before.parameter_order), after
    )


def _differ_by_server(one: JsonObject, other: JsonObject) -> bool:
    """Whether only the server's address differs: equal ETags for equal content are as good as the old ones."""
    return {**one, "server": None} == {**other, "server": None}
