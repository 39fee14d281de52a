"""Types and alternatives as a message names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemaloom.drift.change import Polarity
from schemaloom.drift.message import name
from schemaloom.drift.schema.match_alternatives import tags_of
from schemaloom.drift.schema.raw_differences import place_label
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.schema import Anything, Object, Schema
from schemaloom.json.values import json_value


def subject_at(pointer: str, polarity: Polarity) -> str:
    """The schema at a pointer into that of a request or result, marked for a message."""
    if pointer.startswith(("/$defs/", "/definitions/")):
        return f"Definition {name(place_label(pointer))}"
    is_input = polarity is Polarity.INPUT
    if label := place_label(pointer):
        return f"{'Parameter' if is_input else 'Result field'} {name(label)}"
    return "The request" if is_input else "The result"


def keywords_changed(keywords: Iterable[str]) -> str:
    """A clause about keywords, marked for a message."""
    return f"{', '.join(map(name, keywords))} changed"


def without_keywords(message: str, keywords: Sequence[str], kept: Sequence[str]) -> str:
    """A message that `keywords_changed` is a part of, about those that are `kept` alone."""
    clause, rest = f": {keywords_changed(keywords)}", f": {keywords_changed(kept)}" if kept else ""
    return message.replace(f"{clause};", f"{rest or ' changed'};").replace(clause, rest)


def type_names(side: ResolvedSchemas, schema: Schema) -> list[str]:
    """The types that a schema admits, sorted; ``any`` if it admits all of them, ``nothing`` if none."""
    if any(isinstance(atom, Anything) for atom in side.atoms(schema)):
        return ["any"]
    found = set(side.kinds(schema))
    if "number" in found:
        found.discard("integer")
    return sorted(found) or ["nothing"]


def types_words(names: Iterable[str]) -> str:
    """Type names joined by *or*."""
    return " or ".join(names)


def alternative_name(side: ResolvedSchemas, alternative: Schema) -> str:
    """Return the tag of an alternative of a union, or else its title; empty if it has neither."""
    tags = tags_of(alternative, side)
    if tags:
        tag, content = min(tags.items())
        value = json_value(content)
        return f"{tag}={value if isinstance(value, str) else content}"
    return alternative.annotations.title


def alternative_words(side: ResolvedSchemas, alternative: Schema) -> str:
    """The name of an alternative, marked for a message, or else what it requires, or its types."""
    found = alternative_name(side, alternative)
    if not found and isinstance(alternative, Object) and any(item.required for item in alternative.properties):
        return f"that requires {' and '.join(name(item.name) for item in alternative.properties if item.required)}"
    return name(found) if found else f"of type {types_words(type_names(side, alternative))}"
