"""`ModelDocument`: the content of one model's file, and its certainty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal, Required, TypedDict, cast

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.property_order import in_given_order

Provenance = Literal["documented", "fetched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The price of one job, in the provider's currency."""

    amount: float | int
    """Price of one `unit`; with `by_resolution`, that of the default resolution."""
    unit: str | None = None
    """``image``, ``second``, ``job``, or None if unknown."""
    by_resolution: tuple[tuple[str, float | int], ...] = ()
    """Resolution as the API spells it, and the price of one unit at it."""


@dataclass(frozen=True, kw_only=True)
class ModelDocument:
    """One file of ``specs/<provider>/models/``.

    `input` and `output` are JSON Schemas as the provider publishes them, made self-contained
    (every ``$ref`` stays inside); they are untrusted until they are parsed.
    """

    id: str
    name: str
    description: str = ""
    modality: str | None = None
    price: Price | None = None
    capabilities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    """URLs where the facts can be read."""
    related: tuple[str, ...] = ()
    """Ids of models that do a neighbouring operation."""
    endpoint: str | None = None
    """The model's own submit URL, for providers that have one per operation."""
    deprecated: str | None = None
    """``true`` or the date since when, if the provider deprecates the model."""
    sunset: str | None = None
    """The date on which the provider switches the model off."""
    facts: JsonObject | None = None
    """Values of the list item that requests need, by the name of their placeholder; all are strings."""
    input: JsonObject | None = None
    """Schema of the request parameters; None when the provider does not publish it."""
    output: JsonObject | None = None
    parameter_order: tuple[str, ...] = ()
    """Top-level parameters in the provider's order (a JSON object has none)."""
    property_order: JsonObject | None = None
    """Names of the properties of objects inside `input` in the provider's order, by pointer, if they are not sorted."""
    output_order: JsonObject | None = None
    """The same for `output`, itself included."""
    provenance: Provenance = "documented"
    """``fetched``: read from the live API.  ``documented``: read from its documents."""
    certainty: JsonObject | None = None
    """How sure documents make us of `input`: parameter -> aspect (``type``, ``required``,
    ``default``, ``choices``, ``range``, ``items``, ``members``) -> ``inferred`` or ``unknown``.
    Unlisted aspects are stated explicitly."""

    @property
    def fact_values(self) -> dict[str, str]:
        """The facts as strings; none if there are none."""
        return {name: str(value) for name, value in (self.facts or {}).items()}

    @cached_property
    def digest(self) -> str:
        """The digest of the file's content."""
        return digest(self.to_json())

    def to_json(self) -> JsonObject:
        """Return the file's content, without empty and unknown members."""
        content: JsonObject = {}
        for field in fields(self):
            value = cast("object", getattr(self, field.name))
            if isinstance(value, Price):
                value = {"amount": value.amount, "unit": value.unit, "by_resolution": dict(value.by_resolution)}
                value = {key: part for key, part in value.items() if part not in (None, {})}
            elif isinstance(value, tuple):
                value = list(cast("tuple[JsonValue, ...]", value)) or None
            if value is not None and (value != "" or field.name == "name"):
                content[field.name] = cast("JsonValue", value)
        return content

    @classmethod
    def from_json(cls, content: JsonValue, *, where: str) -> ModelDocument:
        """Read and check a file's content.

        Raises `SnapshotError` naming `where` and the JSON pointer of the first fault.
        """
        if not isinstance(content, dict):
            raise SnapshotError("a model document is a JSON object", where=where)
        for key, value in content.items():
            expected = _TYPES.get(key)
            if expected is None:
                raise SnapshotError(f"unknown member {key!r}", where=f"{where}#/{key}")
            if not expected(value):
                raise SnapshotError("member has the wrong type", where=f"{where}#/{key}")
        if not content.get("id") or "name" not in content:
            raise SnapshotError("members id and name are required", where=where)
        values: dict[str, object] = dict(content)
        for key, value in content.items():
            if isinstance(value, list):
                values[key] = tuple(value)
            elif key == "price" and isinstance(value, dict):
                values[key] = _price(value, where=f"{where}#/price")
        for part, member in (("input", "property_order"), ("output", "output_order")):
            schema, orders = content.get(part), content.get(member)
            if isinstance(schema, dict) and isinstance(orders, dict):
                values[part] = in_given_order(schema, orders)
        return cls(**cast("_Members", values))


class _Members(TypedDict, total=False):
    """The constructor's arguments; `_TYPES` checks the same list when it runs."""

    id: Required[str]
    name: Required[str]
    description: str
    modality: str
    price: Price
    capabilities: tuple[str, ...]
    documents: tuple[str, ...]
    related: tuple[str, ...]
    endpoint: str
    deprecated: str
    sunset: str
    facts: JsonObject
    input: JsonObject
    output: JsonObject
    parameter_order: tuple[str, ...]
    property_order: JsonObject
    output_order: JsonObject
    provenance: Provenance
    certainty: JsonObject


def _price(content: JsonObject, *, where: str) -> Price:
    amount, unit, table = content.get("amount"), content.get("unit"), content.get("by_resolution", {})
    if not _is_number(amount) or not (unit is None or isinstance(unit, str)) or not isinstance(table, dict):
        raise SnapshotError("a price has a number amount, a text unit and a by_resolution table", where=where)
    if not all(_is_number(value) for value in table.values()):
        raise SnapshotError("prices are numbers", where=f"{where}/by_resolution")
    pairs = cast("list[tuple[str, float | int]]", sorted(table.items()))
    return Price(amount=cast("float", amount), unit=unit, by_resolution=tuple(pairs))


def _is_number(value: JsonValue | None) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _is_texts(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_object(value: JsonValue) -> bool:
    return isinstance(value, dict)


def _is_orders(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(map(_is_texts, value.values()))


def _is_strings(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(isinstance(fact, str) for fact in value.values())


def _is_provenance(value: JsonValue) -> bool:
    return value in ("documented", "fetched")


_TYPES: dict[str, Callable[[JsonValue], bool]] = {
    "id": _is_text,
    "name": _is_text,
    "description": _is_text,
    "modality": _is_text,
    "price": _is_object,
    "capabilities": _is_texts,
    "documents": _is_texts,
    "related": _is_texts,
    "endpoint": _is_text,
    "deprecated": _is_text,
    "sunset": _is_text,
    "facts": _is_strings,
    "input": _is_object,
    "output": _is_object,
    "parameter_order": _is_texts,
    "property_order": _is_orders,
    "output_order": _is_orders,
    "provenance": _is_provenance,
    "certainty": _is_object,
}
