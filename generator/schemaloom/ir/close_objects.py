"""`close_objects`: in a request, a property that no schema lists is an error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemaloom.ir.judging_parts import is_open, named_properties
from schemaloom.ir.schema import LEAVES, Array, Never, Object, Schema, Union, with_parts
from schemaloom.ir.union import unite
from schemaloom.ir.vocabulary import IN_PLACE, REFERENCES, subschemas
from schemaloom.json.values import JsonObject, JsonValue, json_value


def close_objects(schema: Schema, *, extended: bool = False) -> Schema:
    """Return `schema` with every object that lists properties and is silent about others closed.

    `extended`: a schema around it may name more properties of the same object.
    """
    match schema:
        case Object():
            naming = _names_others(schema, [item.name for item in schema.properties])
            declares = any(item.declared for item in schema.properties)
            silent = declares and not extended and not schema.additional_declared and not naming
            return with_parts(
                schema,
                properties=tuple([item.changed(close_objects) for item in schema.properties]),
                additional=Never() if silent else close_objects(schema.additional),
            )
        case Array():
            return with_parts(
                schema, items=close_objects(schema.items), prefix=tuple(close_objects(item) for item in schema.prefix)
            )
        case Union() if schema.unsupported or not all(isinstance(branch, LEAVES) for branch in schema.branches):
            extended = extended or _names_others(schema, _shared_names(schema))
            branches = [close_objects(branch, extended=extended) for branch in schema.branches]
            united = unite(branches, exclusive=schema.exclusive)
            return replace(
                united, annotations=schema.annotations, unsupported=(*schema.unsupported, *united.unsupported)
            )
        case _:
            return schema


def _shared_names(schema: Union) -> frozenset[str]:
    """Return the names that every alternative of a union that is an object has."""
    objects = [frozenset(item.name for item in each.properties) for each in schema.branches if isinstance(each, Object)]
    return objects[0].intersection(*objects[1:]) if objects else frozenset()


def _names_others(schema: Schema, known: Iterable[str]) -> bool:
    """Whether a keyword that the IR does not express may name properties of the object beside the `known` ones."""
    if not schema.unsupported:
        return False
    known = frozenset(known)
    lost: JsonObject = {keyword.name: json_value(keyword.value) for keyword in schema.unsupported}
    if _is_extensible(lost):
        return True
    return any(_may_name(part, known) for _, part in subschemas(lost, IN_PLACE))


def _may_name(schema: JsonValue, known: frozenset[str]) -> bool:
    if not isinstance(schema, dict):
        return False
    if _is_extensible(schema) or not known.issuperset(named_properties(schema)):
        return True
    return any(_may_name(part, known) for _, part in subschemas(schema, IN_PLACE))


def _is_extensible(schema: JsonObject) -> bool:
    """Whether a schema accepts names that it does not list: any, those of a pattern, or those behind a reference."""
    return is_open(schema) or not schema.keys().isdisjoint({"patternProperties", *REFERENCES})
