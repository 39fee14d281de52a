"""Wording: values and types as people read them in one line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.schema import Anything, Schema
from schemaloom.json.values import JsonText, JsonValue, json_value

_MOST_NAMED = 5
_LONGEST = 60


def value_words(value: JsonValue) -> str:
    """A value as JSON, cut short where it is long."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def values_words(values: Sequence[JsonText]) -> str:
    """A few values, and how many more there are."""
    named = ", ".join(value_words(json_value(value)) for value in values[:_MOST_NAMED])
    more = len(values) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def type_names(side: ResolvedSchemas, schema: Schema) -> list[str]:
    """The types that a schema admits, by name and in order; ``any`` for all of them."""
    if any(isinstance(atom, Anything) for atom in side.atoms(schema)):
        return ["any"]
    found = set(side.kinds(schema))
    if "number" in found:
        found.discard("integer")
    return sorted(found) or ["nothing"]


def types_words(names: Iterable[str]) -> str:
    """Type names as a phrase."""
    return " or ".join(names)
