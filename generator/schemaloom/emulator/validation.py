"""Validate a request against a model's schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from schemaloom.ir.close_schema import close_schema
from schemaloom.json.values import JsonObject, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from referencing.jsonschema import SchemaRegistry

_SHOWN = 5
_LONGEST = 200


class InputCheck:
    """The check of one request schema.

    A schema that is not published, or that is not valid JSON Schema 2020-12, accepts every object:
    the emulator rejects only with a reason.
    """

    def __init__(self, schema: JsonObject | None) -> None:
        properties = None if schema is None else schema.get("properties")
        self.properties: JsonObject = properties if isinstance(properties, dict) else {}
        self._validator = None if schema is None else _validator(schema)

    def violations(self, parameters: JsonObject) -> list[str]:
        """Sentences that name each faulty parameter, in the order of their names; none if valid."""
        if self._validator is None:
            return []
        try:
            # The stubs leave the type of the instance and of the errors open.
            found = self._validator.iter_errors(parameters)  # pyright: ignore[reportUnknownMemberType]
            errors = list(cast("Iterator[ValidationError]", found))
        except (Unresolvable, RecursionError, re.error):
            return []
        return sorted(_sentence(error) for error in errors)[:_SHOWN]

    def value(self, parameters: JsonObject, name: str) -> JsonValue:
        """Return the effective value of a parameter: the value sent, else the schema's default."""
        if name in parameters:
            return parameters[name]
        declared = self.properties.get(name)
        return declared.get("default") if isinstance(declared, dict) else None


def _validator(schema: JsonObject) -> Draft202012Validator | None:
    try:
        prepared = close_schema(schema)
        if not prepared.keys() & {"additionalProperties", "unevaluatedProperties"}:
            prepared["unevaluatedProperties"] = False  # a request without parameters takes none
        Draft202012Validator.check_schema(prepared)
    except (SchemaError, RecursionError, re.error):
        return None
    # An empty registry: a remote $ref is never fetched.
    registry: SchemaRegistry = Registry()
    return Draft202012Validator(prepared, registry=registry)


def _place(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path)


def _sentence(error: ValidationError) -> str:
    place = _place(error)
    text = error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}…"
    return f"{place}: {text}" if place else text
