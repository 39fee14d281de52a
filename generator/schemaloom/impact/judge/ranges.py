"""Descriptions of the values of a parameter that are refused now."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from schemaloom.drift.message import name, value, values
from schemaloom.impact.judge.model_pair import ModelPair
from schemaloom.ir.schema import Enum, Never, Number, Schema, String
from schemaloom.json.values import json_value


def breaking_values(pair: ModelPair, old: Schema, new: Schema) -> str:
    """The values of `old` that `new` refuses, such as ``above 8``; a sample of them if no range describes them."""
    if isinstance(new, Never):
        return "any value"
    old_side, new_side = pair.sides
    parts: list[str] = []
    for atom in old_side.atoms(old):
        match atom:
            case Enum():
                listed = [json_value(text) for text in atom.values]
                refused = [item for item in listed if not new_side.is_valid(new, item)]
                if refused:
                    parts.append(values(refused))
            case Number() | String():
                parts += _limits(atom, new_side.atoms(new))
            case _:
                pass
    if parts:
        return " or ".join(dict.fromkeys(parts))
    found = islice(pair.generator.distinguishing(old, new), 24)
    shown = [item for item in found if not new_side.is_valid(new, item)]
    return f"such as {value(shown[0])}" if shown else ""


def _limits(old: Number | String, new: Sequence[Schema]) -> list[str]:
    """Bounds of the one schema of the same type on the new side that the old one does not have."""
    rivals = [schema for schema in new if isinstance(schema, type(old))]
    if len(rivals) != 1:
        return []
    only = rivals[0]
    if isinstance(old, String) and isinstance(only, String):
        parts = [f"shorter than {only.min_length} characters"] if only.min_length > old.min_length else []
        if only.max_length is not None and (old.max_length is None or old.max_length > only.max_length):
            parts.append(f"longer than {only.max_length} characters")
        if only.pattern is not None and only.pattern != old.pattern:
            parts.append(f"not matching {name(only.pattern)}")
        return parts
    if isinstance(old, Number) and isinstance(only, Number):
        parts = [
            f"{word} {bound}"
            for word, sign, bound, before in (
                ("below", 1, only.minimum, old.minimum),
                ("above", -1, only.maximum, old.maximum),
                ("at or below", 1, only.exclusive_minimum, old.exclusive_minimum),
                ("at or above", -1, only.exclusive_maximum, old.exclusive_maximum),
            )
            if bound is not None and (before is None or sign * bound > sign * before)
        ]
        if only.integer and not old.integer:
            parts.append("not a whole number")
        if only.multiple_of is not None and only.multiple_of != old.multiple_of:
            parts.append(f"not a multiple of {only.multiple_of}")
        return parts
    return []
