"""`RawRequest`: a request schema as the provider publishes it, as a whole and parameter by parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from schemaloom.ir.raw_schema import RawSchema
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


@dataclass(frozen=True)
class RawRequest:
    """One raw request schema; None accepts every object."""

    schema: JsonObject | None
    _parts: dict[str, RawRequest] = field(init=False, default_factory=dict[str, "RawRequest"], compare=False)

    @cached_property
    def is_plain(self) -> bool:
        """Whether each property is judged by itself: no rule is about several of them."""
        return self.schema is None or (
            set(self.schema) <= _PLAIN
            and self.schema.get("type", "object") == "object"
            and isinstance(self.schema.get("properties", {}), dict)
        )

    @cached_property
    def properties(self) -> JsonObject:
        """The listed properties."""
        found = self._closed.schema.get("properties")
        return found if isinstance(found, dict) else {}

    @cached_property
    def required(self) -> frozenset[str]:
        """Names of the properties that must be sent."""
        found = self._closed.schema.get("required")
        return frozenset(name for name in found if isinstance(name, str)) if isinstance(found, list) else frozenset()

    @property
    def is_closed(self) -> bool:
        """Whether only listed properties are accepted."""
        return self._closed.schema.get("additionalProperties") is False

    def accepts(self, payload: JsonValue) -> bool | None:
        """Whether the schema admits a payload; None if the schema itself is faulty."""
        return self._closed.judges(payload)

    def accepts_value(self, name: str, value: JsonValue) -> bool | None:
        """Whether one property, judged alone, admits a value."""
        return self._with_one_parameter(name).accepts({name: value})

    def spelled(self, name: str) -> JsonValue:
        """All that decides what one property admits, to be compared with another side's."""
        place: JsonValue = self.properties.get(name)
        if name not in self.properties:
            return ["unlisted", (self.schema or {}).get("additionalProperties", not self.is_closed)]
        if "$ref" not in str(place):
            return ["listed", place]
        definitions = {key: value for key, value in (self.schema or {}).items() if key in _DEFINITIONS}
        return ["listed", place, cast("JsonValue", definitions)]

    def _with_one_parameter(self, name: str) -> RawRequest:
        if self.schema is None:
            return self
        if name not in self._parts:
            properties = {name: self.properties[name]} if name in self.properties else {}
            part = {"additionalProperties": not self.is_closed, **self.schema}
            part.pop("required", None)
            self._parts[name] = RawRequest({**part, "properties": cast("JsonValue", properties)})
        return self._parts[name]

    @cached_property
    def _closed(self) -> RawSchema:
        return RawSchema(self.schema or {}, opened=False, objects=True)
