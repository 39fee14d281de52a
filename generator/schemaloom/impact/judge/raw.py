"""`RawSchema`: a request schema as the provider publishes it, closed as requests are sent, and judged by jsonschema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Protocol, cast

from schemaloom.ir.close_schema import close_schema
from schemaloom.ir.patterns import matches
from schemaloom.json.values import JsonObject, JsonValue

_PLAIN = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "title", "description", "default", "examples",
        "example", "deprecated", "readOnly", "writeOnly", "$comment", "$schema", "$id", "id", "$defs", "definitions",
        "$anchor", "externalDocs", "xml",
    }
)  # fmt: skip
"""Keywords of a schema whose properties are judged one by one."""
_DEFINITIONS = ("$defs", "definitions")


class _Validator(Protocol):
    def is_valid(self, instance: object) -> bool: ...


@dataclass(frozen=True)
class RawSchema:
    """One raw request schema; None accepts every object."""

    schema: JsonObject | None
    _parts: dict[str, RawSchema] = field(init=False, default_factory=dict[str, "RawSchema"], compare=False)

    @cached_property
    def is_plain(self) -> bool:
        """Whether each property is judged by itself: no rule is about several of them."""
        return self.schema is None or (
            set(self.schema) <= _PLAIN
            and self.schema.get("type", "object") == "object"
            and isinstance(self.schema.get("properties", {}), dict)
            and not any(name.startswith("x-") for name in self.schema)
        )

    @cached_property
    def properties(self) -> JsonObject:
        """The listed properties."""
        found = (self.schema or {}).get("properties")
        return found if isinstance(found, dict) else {}

    @cached_property
    def required(self) -> frozenset[str]:
        """Names of the properties that must be sent."""
        found = (self.schema or {}).get("required")
        return frozenset(name for name in found if isinstance(name, str)) if isinstance(found, list) else frozenset()

    @property
    def is_closed(self) -> bool:
        """Whether only listed properties are accepted."""
        # Closed as `close_schema` does it: an object that lists no property is open.
        return self.schema is not None and self.schema.get("additionalProperties", not self.properties) is False

    def accepts(self, payload: JsonValue) -> bool | None:
        """Whether the schema admits a payload; None if the schema itself is faulty."""
        if self.schema is None:
            return isinstance(payload, dict)
        try:
            return self._validator.is_valid(payload)
        except Exception:  # noqa: BLE001  a faulty schema fails in many ways: reference, pattern, recursion
            return None

    def accepts_value(self, name: str, value: JsonValue) -> bool | None:
        """Whether one property, judged alone, admits a value."""
        return self._alone(name).accepts({name: value})

    def spelled(self, name: str) -> JsonValue:
        """All that decides what one property admits, to be compared with another side's."""
        place: JsonValue = self.properties.get(name)
        if name not in self.properties:
            return ["unlisted", (self.schema or {}).get("additionalProperties", not self.is_closed)]
        if "$ref" not in str(place):
            return ["listed", place]
        definitions = {key: value for key, value in (self.schema or {}).items() if key in _DEFINITIONS}
        return ["listed", place, cast("JsonValue", definitions)]

    def _alone(self, name: str) -> RawSchema:
        if self.schema is None:
            return self
        if name not in self._parts:
            properties = {name: self.properties[name]} if name in self.properties else {}
            part = {"additionalProperties": not self.is_closed, **self.schema}
            part.pop("required", None)
            self._parts[name] = RawSchema({**part, "properties": cast("JsonValue", properties)})
        return self._parts[name]

    @cached_property
    def _validator(self) -> _Validator:
        return _checker()(close_schema(self.schema or {}))


@cache
def _checker() -> Callable[[object], _Validator]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]  it has no types

    def pattern(_: object, value: str, instance: object, __: object) -> Iterator[ValidationError]:
        # Python's engine backtracks, and the pattern is untrusted.
        if isinstance(instance, str) and not matches(value, instance):
            yield ValidationError("the pattern does not match")

    checker = extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]  # as above
    return cast("Callable[[object], _Validator]", checker)
