"""Combine the facts of several documents into one fetch result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import cast

from schemaloom.errors import Level, Problem, SourceError
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.fetch_result import Failed, FetchResult, ModelMetadata, PublishedSchema, SchemaReply, Unchanged
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import NOTHING
from schemaloom.sources.documents.document import read_document
from schemaloom.sources.documents.result import DocumentResult, ParsedModel


def combine(
    texts: Mapping[str, str],
    provider: Provider,
    old: Snapshot,
    *,
    everything: bool,
    problems: Iterable[Problem] = (),
) -> FetchResult:
    """Read documents by name and combine their facts.

    With `everything`, these are all the provider's documents: a model in none of them is removed.
    Otherwise a model or a part of the contract that no document mentions stays as it is.
    `problems` were met while the documents were read.

    Raises `SourceError` when nothing in any of them is understood.
    """
    read = [read_document(name, texts[name], provider) for name in sorted(texts)]
    problems = [*problems, *(problem for findings in read for problem in findings.problems)]
    if not any(findings.models or findings.contract for findings in read):
        raise _nothing_read(problems)
    models = _by_id(read, problems)
    silent = {} if everything else {model.id: ModelMetadata() for model in old.models if model.id not in models}
    replies: dict[str, SchemaReply] = dict.fromkeys(silent, Unchanged())
    replies |= {model: _reply(found) for model, (_, found) in models.items()}
    contract = _contract(read, {} if everything or not silent else old.contract or {})
    return FetchResult(
        facts={**silent, **{model: facts for model, (facts, _) in models.items()}},
        # An unreadable document may be the one that describes a missing model.
        complete=everything and not any(problem.level is Level.ERROR for problem in problems),
        schemas=replies,
        catalogue=NOTHING,
        problems=(*problems, *_unmapped(contract, provider)),
        provenance="documented",
        contract=contract or None,
    )


def _nothing_read(problems: list[Problem]) -> SourceError:
    if not problems:
        return SourceError("there is no document", hint="the snapshot is unchanged")
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    reason = f"no document could be read: {problems[0].message}"
    return SourceError(reason, where=f"{problems[0].pointer}{more}", hint="the snapshot is unchanged")


def _by_id(read: Iterable[DocumentResult], problems: list[Problem]) -> dict[str, tuple[ModelMetadata, ParsedModel]]:
    """Facts from all documents, those on a model's own page first; the table with the most columns."""
    models: dict[str, tuple[ModelMetadata, ParsedModel]] = {}
    ranked = sorted(
        ((findings, found) for findings in read for found in findings.models), key=lambda pair: pair[1].expects_table
    )
    for findings, found in ranked:
        if found.id not in models:
            models[found.id] = (found.facts, found)
            continue
        facts, other = models[found.id]
        best = found if found.parameters is not None and found.depth > other.depth else other
        if best.parameters is None and found.expects_table:
            best = found
        if found.parameters and other.parameters and set(found.parameters.order) != set(other.parameters.order):
            message = "two documents list different parameters; the table with more columns is used"
            problems.append(Problem(found.id, f"{findings.name}:{found.line.place}", message, Level.WARNING))
        models[found.id] = (_overlaid(facts, found.facts), best)
    return models


def _overlaid(facts: ModelMetadata, newer: ModelMetadata) -> ModelMetadata:
    values = {field.name: cast("object", getattr(newer, field.name)) for field in fields(newer)}
    known = {name: value for name, value in values.items() if value is not None}
    return replace(facts, **known)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  the fields of the same class


def _reply(found: ParsedModel) -> SchemaReply:
    if found.parameters is not None:
        return PublishedSchema(
            input=found.parameters.schema,
            output=None,
            parameter_order=found.parameters.order,
            entry=NOTHING,
            certainty=found.parameters.certainty or None,
        )
    return Failed("its documents have no table of parameters") if found.expects_table else Unchanged()


def _contract(read: Iterable[DocumentResult], before: Mapping[str, JsonValue]) -> JsonObject:
    contract: dict[str, JsonObject] = {
        part: dict(entries) for part, entries in before.items() if isinstance(entries, dict)
    }
    stated: dict[str, JsonObject] = {}
    for findings in read:
        for part, entries in findings.contract.items():
            stated[part] = {**entries, **stated.get(part, {})}
    for part, entries in stated.items():
        contract[part] = {**contract.get(part, {}), **entries}
    return cast("JsonObject", {part: contract[part] for part in sorted(contract)})


def _unmapped(contract: JsonObject, provider: Provider) -> list[Problem]:
    """Statuses that documents name and ``provider.toml`` does not explain."""
    statuses = contract.get("statuses")
    known = {text.casefold() for text in provider.job.statuses}
    return [
        Problem("", f"/statuses/{status}", "this status is documented, and job.statuses in provider.toml lacks it")
        for status in (statuses if isinstance(statuses, dict) else {})
        if status.casefold() not in known
    ]
