"""Suggestions of a new name for a removed property or model; a suggestion never changes a severity."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TypeAlias

from schemaloom.drift.message import name
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.subschema.subschema import Subschema
from schemaloom.ir.model import Model
from schemaloom.ir.schema import Object, Property, Schema
from schemaloom.json.pointer import pointer_tokens

_LEAST = 0.8
"""Least likeness of a suggestion, from 0 to 1."""
_MARGIN = 0.08
"""How much better than the next the best candidate must be."""
_MOST_PAIRS = 1_024

Sides: TypeAlias = tuple[ResolvedSchemas, ResolvedSchemas]
"""The old and the new schemas."""


def property_hint(sides: Sides, item: Property, old: Object, new: Object) -> str:
    """Return ``; renamed? -> name (0.93)`` if one new property is clearly like `item`, or the empty string."""
    known = {other.name for other in old.properties}
    added = [other for other in new.properties if other.name not in known]
    gone = len(known - {other.name for other in new.properties})
    if not added or len(added) * gone > _MOST_PAIRS:
        return ""
    scores = {other.name: _property_likeness(item, other, sides) for other in added}
    return _hint(scores)


def model_hint(model: Model, added: list[Model]) -> str:
    """Return ``; renamed? -> id (0.93)`` if one new model is clearly like `model`, or the empty string."""
    return _hint({other.id: _model_likeness(model, other) for other in added[:_MOST_PAIRS]})


def property_renames(model_id: str, renames: Mapping[str, str]) -> dict[str, str]:
    """Confirmed new names of the parameters of one model."""
    start = f"{model_id}#/properties/"
    return {
        pointer_tokens("/" + key.removeprefix(start))[0]: new for key, new in renames.items() if key.startswith(start)
    }


def _hint(scores: dict[str, float]) -> str:
    ranked = sorted(((score, other) for other, score in scores.items()), key=lambda pair: (-pair[0], pair[1]))
    if not ranked or ranked[0][0] < _LEAST or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _MARGIN):
        return ""
    return f"; renamed? -> {name(ranked[0][1])} ({ranked[0][0]:.2f})"


def _property_likeness(old: Property, new: Property, sides: Sides) -> float:
    """0 to 1, from the schema, the name, the default and the description, in this order of weight."""
    schema = _schema_likeness(old.schema, new.schema, sides)
    before, after = old.schema.annotations, new.schema.annotations
    parts = [(0.5, schema), (0.3, _words(old.name, new.name))]
    if before.default is not None or after.default is not None:
        parts.append((0.1, float(before.default == after.default)))
    if before.description or after.description:
        parts.append((0.2, _words(before.description, after.description)))
    return sum(weight * score for weight, score in parts) / sum(weight for weight, _ in parts)


def _schema_likeness(old: Schema, new: Schema, sides: Sides) -> float:
    inclusion = Subschema(sides[1], sides[0])
    held = inclusion.is_subschema(new, old), inclusion.reverse.is_subschema(old, new)
    if all(held):
        return 1.0
    if any(held):
        return 0.8
    return 0.5 if sides[0].kinds(old) == sides[1].kinds(new) else 0.0


def _model_likeness(old: Model, new: Model) -> float:
    parts = [(0.3, _words(old.id, new.id)), (0.2, _words(old.name, new.name))]
    if old.description or new.description:
        parts.append((0.2, _words(old.description, new.description)))
    if old.request and new.request:
        ours = {(item.name, item.schema) for item in old.request.properties}
        theirs = {(item.name, item.schema) for item in new.request.properties}
        if ours or theirs:
            parts.append((0.5, len(ours & theirs) / len(ours | theirs)))
    if old.modality != new.modality:
        parts.append((0.2, 0.0))
    return sum(weight * score for weight, score in parts) / sum(weight for weight, _ in parts)


def _words(old: str, new: str) -> float:
    return SequenceMatcher(None, old[:400], new[:400], autojunk=False).ratio()
