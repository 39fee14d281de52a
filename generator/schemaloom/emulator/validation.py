"""Validate a request against a model's schema."""

from __future__ import annotations

import re

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from pydantic_core import SchemaError as PatternError
from referencing.exceptions import Unresolvable

from schemaloom.ir.close_schema import close_schema
from schemaloom.ir.validator import Validator, make_validator
from schemaloom.json.values import JsonObject, JsonValue

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
            errors = list(self._validator.iter_errors(parameters))
        except (Unresolvable, RecursionError, re.error, PatternError):
            return []
        return sorted(_sentence(error) for error in errors)[:_SHOWN]

    def value(self, parameters: JsonObject, name: str) -> JsonValue:
        """Return the effective value of a parameter: the value sent, else the schema's default."""
        if name in parameters:
            return parameters[name]
        declared = self.properties.get(name)
        return declared.get("default") if isinstance(declared, dict) else None


def _validator(schema: JsonObject) -> Validator | None:
    try:
        prepared = close_schema(schema)
        if not prepared.keys() & {"additionalProperties", "unevaluatedProperties"}:
            prepared["unevaluatedProperties"] = False  # a request without parameters takes none
        Draft202012Validator.check_schema(prepared)
    except (SchemaError, RecursionError, re.error):
        return None
    return make_validator(prepared)


def _place(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path)


def _sentence(error: ValidationError) -> str:
    place = _place(error)
    text = error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}…"
    return f"{place}: {text}" if place else text
