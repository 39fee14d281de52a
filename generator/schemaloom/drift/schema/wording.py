"""Types as a message names them."""

from __future__ import annotations

from collections.abc import Iterable

from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.schema import Anything, Schema


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
