"""Guards: how much may change in one run before it looks like a fault of the source.

Too many removed or added models are withheld.  An implausible change of one model, or an emptied
OpenAPI document, is held until the next look at it; the lock records what is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.fetch_result import (
    Failed,
    FetchResult,
    PublishedOpenApi,
    PublishedSchema,
    SchemaReply,
    Unchanged,
    Unpublished,
)
from schemaloom.snapshot.layout import OPENAPI, Snapshot
from schemaloom.snapshot.model import ModelDocument

_FEWEST_ADDITIONS = 50
_FEWEST_PARAMETERS = 5
"""Parameters of a model from which on the loss of most of them is implausible; the loss of all always is."""
_FEWEST_ALIKE = 3
"""Parameters that must change in the same way to be implausible."""
_COMBINING = ("allOf", "anyOf", "oneOf")
_NAMING = frozenset({"properties", "patternProperties", "$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"})
"""Keywords that may name a parameter."""


def max_removals(models: int) -> float:
    """Return how many of `models` may be removed, or not be readable, in one run."""
    return max(3, models * 0.1)


def max_additions(models: int) -> float:
    """Return how many models may be added in one run to a catalogue of `models`."""
    return max(_FEWEST_ADDITIONS, models) if models else float("inf")


def is_removal_due(first_missing: str | None, today: date, days: int) -> bool:
    """Whether a model that an earlier list lacked on the ISO date `first_missing` may be removed."""
    try:
        return first_missing is not None and date.fromisoformat(first_missing) + timedelta(days) <= today
    except (ValueError, OverflowError):
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Model ids, and `OPENAPI` for the document of that name."""

    held: frozenset[str]
    """Their answer is implausible and was not believed, or could not be read again since."""
    unread: frozenset[str]
    """Their current schema is unknown."""


def judge(
    old: Snapshot, fetched: FetchResult, models: Iterable[str], *, held: frozenset[str], accept: bool
) -> tuple[FetchResult, Judgement]:
    """Replace the answers that are not believed by `Failed`.

    An implausible answer is believed at its second look, when its model is among those `held`, or
    if `accept` is true.  A schema that the same source published before and does not any more is
    unread, unless `accept` is true.
    """
    before = old.by_id()
    schemas = dict(fetched.schemas)
    now_held: set[str] = set()
    unread: set[str] = set()
    for model in models:
        reply = schemas[model]
        if isinstance(reply, Unchanged):
            continue  # without a look at the model's document, which need not be parsed
        known = before.get(model)
        if isinstance(reply, PublishedSchema) and _names_nothing(reply.input):
            reply = Failed("the schema names no parameter")
        elif reason := _implausible_change(known, reply):
            if not accept and model not in held:
                now_held.add(model)
                reply = Failed(f"{reason}; this is believed if the next look finds it too")
        elif isinstance(reply, Failed) and model in held:
            now_held.add(model)
        if isinstance(reply, Failed) or (not accept and _is_withdrawn(known, reply, fetched.provenance)):
            unread.add(model)
        schemas[model] = reply
    openapi = fetched.openapi
    if isinstance(openapi, PublishedOpenApi) and _is_emptied(old.openapi, openapi.content):
        if not accept and OPENAPI not in held:
            now_held.add(OPENAPI)
            openapi = Failed("most operations are gone; this is believed if the next look finds it too")
    elif isinstance(openapi, Failed) and OPENAPI in held:
        now_held.add(OPENAPI)
    judgement = Judgement(held=frozenset(now_held), unread=frozenset(unread))
    carried = fetched.carried
    if carried is not None:  # what is not believed agrees with nothing
        carried = {model: digests for model, digests in carried.items() if not isinstance(schemas[model], Failed)}
    return replace(fetched, schemas=schemas, openapi=openapi, carried=carried), judgement


def _is_withdrawn(before: ModelDocument | None, reply: SchemaReply, provenance: str) -> bool:
    published = before is not None and before.input is not None and before.provenance == provenance
    return published and isinstance(reply, Unpublished)


def _names_nothing(schema: JsonObject) -> bool:
    """Whether an input schema requires only an object, and so names none of its parameters."""
    return not schema.keys() & _NAMING and schema.get("additionalProperties") is not False


def _is_emptied(before: JsonObject | None, after: JsonObject) -> bool:
    """Whether an OpenAPI document lost all of its operations, or most of them."""
    return before is not None and len(_members(after, "paths")) * 2 < len(_members(before, "paths"))


def _implausible_change(before: ModelDocument | None, reply: SchemaReply) -> str | None:
    """Return what is implausible about schemas that replace known ones."""
    if before is None or not isinstance(reply, PublishedSchema):
        return None
    request = _implausible(before.input, reply.input, "parameters")
    return request or _implausible(before.output, reply.output, "properties of the result")


def _implausible(before: JsonObject | None, after: JsonObject | None, noun: str) -> str | None:
    if before is None or after is None:
        return None
    old, new = _properties(before), _properties(after)
    kept = old.keys() & new.keys()
    replaced = len(old) >= _FEWEST_ALIKE and not kept
    if (old and not new) or replaced or (len(old) >= _FEWEST_PARAMETERS and len(kept) * 2 < len(old)):
        return f"{len(old) - len(kept)} of {len(old)} {noun} are gone at once"
    described = [name for name in kept if _keyword(old[name], "description")]
    if len(described) >= _FEWEST_ALIKE and not any(_keyword(new[name], "description") for name in kept):
        return f"the descriptions of all {noun} are gone at once"
    types = [(_keyword(old[name], "type"), _keyword(new[name], "type")) for name in kept]
    types = [(was, now) for was, now in types if was and now]
    if len(types) >= _FEWEST_ALIKE and all(was != now for was, now in types):
        return f"the types of all {noun} changed at once"
    return None


def _properties(schema: JsonObject) -> Mapping[str, JsonValue]:
    """Return the properties that a schema names, itself or in what it combines and refers to."""
    found: dict[str, JsonValue] = {}
    pending: list[JsonValue] = [schema]
    seen: set[str] = set()
    while pending:
        part = pending.pop()
        if not isinstance(part, dict):
            continue
        found = {**_members(part, "properties"), **found}
        for keyword in _COMBINING:
            parts = part.get(keyword)
            pending += parts if isinstance(parts, list) else []
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith("#") and reference not in seen:
            seen.add(reference)
            with suppress(LookupError):
                pending.append(resolve_pointer(schema, reference[1:]))
    return found


def _members(schema: JsonObject, keyword: str) -> Mapping[str, JsonValue]:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}


def _keyword(schema: JsonValue, keyword: str) -> JsonValue:
    return schema.get(keyword) if isinstance(schema, dict) else None
