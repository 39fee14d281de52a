"""`close_objects`: in a request, a property that no schema lists is an error."""

from __future__ import annotations

from dataclasses import replace

from schemaloom.ir.schema import Array, Never, Object, Schema, Union
from schemaloom.ir.union import unite
from schemaloom.ir.vocabulary import REFERENCES

_MAY_NAME_PROPERTIES = frozenset(
    {
        *REFERENCES, "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "dependencies", "patternProperties",
        "unevaluatedProperties",
    }
)  # fmt: skip
"""Keywords whose schemas may name properties: an object that lost one of them is not closed."""


def close_objects(schema: Schema, *, extended: bool = False) -> Schema:
    """Return `schema` with every object that lists properties and is silent about others closed.

    `extended`: a schema around it may name more properties of the same object.
    """
    match schema:
        case Object():
            naming = _may_name_properties(schema)
            declares = any(item.declared for item in schema.properties)
            silent = declares and not extended and not schema.additional_declared and not naming
            return replace(
                schema,
                properties=tuple(item.with_schema(close_objects(item.schema)) for item in schema.properties),
                additional=Never() if silent else close_objects(schema.additional),
            )
        case Array():
            return replace(
                schema, items=close_objects(schema.items), prefix=tuple(close_objects(item) for item in schema.prefix)
            )
        case Union():
            extended = extended or _may_name_properties(schema)
            branches = (close_objects(branch, extended=extended) for branch in schema.branches)
            united = unite(branches, exclusive=schema.exclusive)
            return replace(
                united, annotations=schema.annotations, unsupported=(*schema.unsupported, *united.unsupported)
            )
        case _:
            return schema


def _may_name_properties(schema: Schema) -> bool:
    return not _MAY_NAME_PROPERTIES.isdisjoint(keyword.name for keyword in schema.unsupported)
