"""Merge the old snapshot with the fetched answers; a bad answer never loses known content."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
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
from schemaloom.snapshot.guards import (
    is_removal_due,
    judge,
    max_additions,
    max_removals,
)
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import NOTHING, Entry, Lock
from schemaloom.snapshot.merge_model import merge_model, same
from schemaloom.snapshot.model import ModelDocument

_NONE: Mapping[str, str] = MappingProxyType({})
_ADDED = "listed for the first time together with too many others; not added (--allow-additions adds them)"
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


def merge(
    old: Snapshot,
    fetched: FetchResult,
    *,
    known: Lock,
    lock: Lock,
    today: date,
    allow_removals: bool,
    allow_additions: bool = False,
    removal_days: int = 0,
    renamed: Mapping[str, str] = _NONE,
) -> Merged:
    """Apply what was fetched to `old`.

    A fact replaces the old one only where the answer states it.  A schema that cannot be read,
    or is not published any more, leaves the last good one.

    A model that is not listed is removed when two complete lists lack it, with none between them
    that has it, and the first is at least `removal_days` old: most models that go missing are back
    soon.  The first such list only leaves its date in the lock.  A model is removed at once if
    `renamed` has its new id and that is listed, if no package was made of it yet (it has no names),
    or if `allow_removals` is true.  While more than `max_removals` are missing, none of them is
    removed unless `allow_removals` is true, and such a list does not count as one that lacks them.

    More than `max_additions` new models are not added, unless `allow_additions` is true.  A schema
    whose change is implausible is taken at the second look (`guards`), or with `allow_removals`.
    All other changes are applied.

    `known` holds the old lock's applicable entries (`Lock.applicable`); `lock` has the generator,
    reading and server of this run.  Entries move only with content, so a provider that gives old
    content new ETags changes no file; nor does the date.
    """
    before = old.by_id()
    ids = before.keys() if fetched.facts is None else fetched.facts.keys()
    held_back, twins = ((), frozenset[str]()) if allow_additions else _held_back(before.keys(), ids)
    problems = [
        *fetched.problems,
        *(Problem(model, "", _ADDED) for model in held_back[:1]),
        *(Problem(model, "", _TWIN) for model in sorted(twins)),
    ]
    fetched, judged = judge(old, fetched, ids - {*held_back, *twins}, held=known.held, accept=allow_removals)
    after: dict[str, ModelDocument] = {}
    entries: dict[str, Entry] = {}
    for model in sorted(ids - {*held_back, *twins}):
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
                entry = replace(entry, carried=fetched.carried.get(model) if stored else entry.carried)
            entries[model] = entry

    gone = _gone(old, after.keys(), fetched, known, today, renamed, allow=allow_removals, days=removal_days)
    problems += gone.problems
    after |= {model: before[model] for model in gone.kept}
    entries |= {model: known.models.get(model, NOTHING) for model in gone.kept}

    unread = tuple(sorted(after.keys() & (judged.unread if fetched.complete else judged.unread.union(gone.kept))))
    added = tuple(sorted(after.keys() - before.keys()))
    removed = tuple(sorted(before.keys() - after.keys()))
    changed = tuple(model for model in sorted(after.keys() & before.keys()) if after[model] is not before[model])
    openapi, openapi_entry, openapi_problems = _openapi(old.openapi, fetched, known.openapi)
    contract = old.contract if fetched.contract is None else fetched.contract
    moved = bool(added or removed or changed) or digest([openapi, contract]) != digest([old.openapi, old.contract])
    listed = known.catalogue if known.catalogue.etag and not (added or removed or changed) else fetched.catalogue
    new_lock = replace(
        lock,
        updated=today.isoformat() if moved or known.updated is None else known.updated,
        # A list that lacks a model, or has one that is held back, must be read in full again.
        catalogue=replace(listed, etag=None)
        if (gone.kept or held_back or twins) and listed is fetched.catalogue
        else listed,
        openapi=openapi_entry,
        models={model: replace(entries[model], digest=after[model].digest) for model in after},
        missing={model: gone.since[model] for model in sorted(gone.since.keys() & after.keys())},
        held=judged.held,
    ).to_json()
    same_lock = _differ_by_server(old.lock, new_lock)
    return Merged(
        snapshot=old
        if same_lock and not moved
        else replace(
            old,
            models=tuple(after[model] for model in sorted(after)),
            openapi=openapi,
            contract=contract,
            lock=old.lock if same_lock else new_lock,
        ),
        added=added,
        removed=removed,
        withheld=gone.withheld,
        held_back=held_back,
        implausible=tuple(sorted(judged.held)),
        missing=() if gone.withheld or not fetched.complete else gone.kept,
        unread=unread,
        changed=changed,
        unchanged=tuple(sorted(after.keys() - {*added, *changed})),
        problems=tuple(sorted({*problems, *openapi_problems})),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """The models that are not listed: sorted ids."""

    kept: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    """Those of them that are too many to be removed."""
    since: Mapping[str, str]
    """Date of the first complete list that lacked the model."""
    problems: tuple[Problem, ...] = ()


def _gone(
    old: Snapshot,
    after: AbstractSet[str],
    fetched: FetchResult,
    known: Lock,
    today: date,
    renamed: Mapping[str, str],
    *,
    allow: bool,
    days: int,
) -> _Gone:
    before = old.by_id()
    gone = tuple(sorted(before.keys() - after))
    if not fetched.complete:
        unseen = tuple(Problem(model, "", "not seen in an incomplete list; kept") for model in gone)
        since = {model: day for model, day in known.missing.items() if model in gone}
        return _Gone(kept=gone, since=since, problems=unseen)
    since = {model: known.missing.get(model, today.isoformat()) for model in gone}
    if allow:
        return _Gone(since=since)
    released = _names(old)
    lost = tuple(model for model in gone if model in released or not released)
    if len(lost) > max_removals(len(before)):
        # A list that lacks so many is a fault of the provider, and no evidence against any one of them.
        since = {model: day for model, day in known.missing.items() if model in lost}
        return _Gone(kept=lost, withheld=lost, since=since)
    kept = tuple(
        model
        for model in lost
        if not is_removal_due(known.missing.get(model), today, days) and renamed.get(model) not in after
    )
    return _Gone(
        kept=kept,
        since=since,
        problems=tuple(Problem(model, "", _missing(known.missing.get(model), days)) for model in kept),
    )


def _held_back(before: AbstractSet[str], listed: AbstractSet[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the new models that are too many, and those whose id is a known and listed one in another case."""
    known = {model.casefold() for model in before & listed}
    new = listed - before
    twins = frozenset(model for model in new if model.casefold() in known)
    too_many = len(new - twins) > max_additions(len(before))
    return tuple(sorted(new - twins)) if too_many else (), twins


def _names(snapshot: Snapshot) -> AbstractSet[str]:
    """Return the models that a package was made of; empty if there is no package."""
    models = snapshot.names.get("models")
    return models.keys() if isinstance(models, dict) else frozenset()


def _missing(since: str | None, days: int) -> str:
    first = f"not listed since {since}" if since else "no longer listed"
    when = f"later lists lack it and {days} days have passed" if days else "the next list lacks it too"
    return f"{first}; kept, and removed when {when} (--allow-removals removes it now)"


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
        ),
        after,
    )


def _differ_by_server(one: JsonObject, other: JsonObject) -> bool:
    """Whether only the server's address differs: equal ETags for equal content are as good as the old ones."""
    return {**one, "server": None} == {**other, "server": None}
