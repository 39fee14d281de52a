"""Whether the algebra expresses a schema fully, so that a proof about it is one about the raw schema."""

from __future__ import annotations

from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.schema import Array, Object, Reference, Schema, Union


def is_exact(side: ResolvedSchemas, schema: Schema) -> bool:
    """Whether no part of a schema of `side`, references followed, left a keyword out."""
    pending, seen = [schema], set[str]()
    while pending:
        part = pending.pop()
        if part.unsupported:
            return False
        match part:
            case Reference():
                if part.name not in seen:
                    seen.add(part.name)
                    pending.append(side.resolve(part))
            case Object():
                pending.extend(item.schema for item in part.properties)
                pending.append(part.additional)
            case Array():
                pending.extend((*part.prefix, part.items))
            case Union():
                pending.extend(part.branches)
            case _:
                pass
    return True
