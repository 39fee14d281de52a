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


def unjudged_keywords(subject: str, keywords: Sequence[str]) -> str:
    """The message of a change of keywords that cannot be judged; a change of the schema itself without any."""
    if not keywords:
        return f"{subject} changed; the effect on calls cannot be judged"
    return f"{subject}: change of {_keywords(keywords)}, whose effect on calls cannot be judged"


def because_of_keywords(effect: str, keywords: Sequence[str]) -> str:
    """An effect, such as *accepts fewer values*, and the keywords that have it."""
    return f"{effect} because of {_keywords(keywords)}" if keywords else effect


def without_keywords(message: str, keywords: Sequence[str], kept: Sequence[str]) -> str:
    """A message that names keywords by one of the functions above, about those that are `kept` alone."""
    unjudged, known = (unjudged_keywords("", names) for names in (keywords, kept))
    return message.replace(unjudged, known).replace(because_of_keywords("", keywords), because_of_keywords("", kept))


def _keywords(keywords: Sequence[str]) -> str:
    return f"the keyword{'s' if len(keywords) > 1 else ''} {', '.join(map(name, keywords))}"


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
