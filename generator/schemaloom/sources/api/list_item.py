"""Facts out of one item of the model list, by the provider's pointers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard

from schemaloom.errors import Level, Problem
from schemaloom.json.pointer import pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import Catalogue, ModelList, PriceFields
from schemaloom.snapshot.fetch_result import ModelMetadata

LONGEST_ID = 1_000
"""Characters; a longer id could not be asked for by URL anyway."""


def model_id(item: JsonValue, listing: ModelList, key: str | None = None) -> str:
    """Read the id of a list item; two pointers give ``owner/name``.

    `key` is that of the item in an object of models.  Raises `LookupError` with a sentence when there is none.
    """
    if key is not None:
        return _checked(key)
    pointers = (listing.id,) if isinstance(listing.id, str) else listing.id or ()
    parts: list[str] = []
    for pointer in pointers:
        value = first(item, (pointer,))
        if not isinstance(value, str) or not value:
            raise LookupError(f"no id at {pointer}")
        parts.append(value)
    return _checked("/".join(parts))


def _checked(found: str) -> str:
    if not found:
        raise LookupError("no id: the key is empty")
    if len(found) > LONGEST_ID:
        raise LookupError(f"id is longer than {LONGEST_ID} characters")
    return found


def read_facts(model: str, item: JsonValue, catalogue: Catalogue) -> tuple[ModelMetadata, list[Problem]]:
    """Read the facts of `model` in a list item; a value of the wrong type becomes a problem."""
    reader = _Reader(model, without(item, catalogue.volatile))
    where = catalogue.fields
    price = catalogue.price if catalogue.price is not None and catalogue.price.path is None else None
    found = ModelMetadata(
        name=reader.text(where.get("name", ())),
        description=reader.text(where.get("description", ())),
        modality=_modality(reader.text(where.get("modality", ())), catalogue),
        endpoint=reader.text(where.get("endpoint", ())),
        deprecated=reader.flag(where["deprecated"]) if "deprecated" in where else None,
        sunset=(reader.text(where["sunset"]) or "") if "sunset" in where else None,
        facts=reader.facts(catalogue.facts) if catalogue.facts else None,
        capabilities=reader.texts(where.get("capabilities", ())),
        documents=reader.texts(where.get("documents", ())),
        amount=reader.number(price.amount) if price else None,
        unit=_unit(reader, price) if price else None,
        by_resolution=_by_resolution(reader, price) if price else None,
    )
    return found, reader.problems


def with_price(
    model: str, metadata: ModelMetadata, item: JsonValue, price: PriceFields
) -> tuple[ModelMetadata, list[Problem]]:
    """Return the metadata of `model` with the price in an item of the route of prices."""
    reader = _Reader(model, item)
    found = replace(
        metadata,
        amount=reader.number(price.amount),
        unit=_unit(reader, price),
        by_resolution=_by_resolution(reader, price),
    )
    return found, reader.problems


def _unit(reader: _Reader, price: PriceFields) -> str | None:
    return reader.text(price.unit) if price.unit else ""


def _by_resolution(reader: _Reader, price: PriceFields) -> tuple[tuple[str, float | int], ...] | None:
    return reader.numbers(price.by_resolution) if price.by_resolution else ()


def _modality(value: str | None, catalogue: Catalogue) -> str | None:
    return catalogue.modality if value is None else catalogue.modalities.get(value, value)


def first(value: JsonValue, pointers: Sequence[str]) -> JsonValue:
    """Return the value at the first of `pointers` that is present and not null; else None."""
    for pointer in pointers:
        try:
            found = resolve_pointer(value, pointer)
        except LookupError:
            continue
        if found is not None:
            return found
    return None


def without(value: JsonValue, pointers: Sequence[str]) -> JsonValue:
    """Return `value` without the values at `pointers`; unchanged parts are shared."""
    for pointer in pointers:
        value = _without(value, pointer_tokens(pointer))
    return value


def _without(value: JsonValue, tokens: tuple[str, ...]) -> JsonValue:
    if not tokens or not isinstance(value, dict) or tokens[0] not in value:
        return value
    if len(tokens) == 1:
        return {key: part for key, part in value.items() if key != tokens[0]}
    return {**value, tokens[0]: _without(value[tokens[0]], tokens[1:])}


class _Reader:
    def __init__(self, model: str, item: JsonValue) -> None:
        self._model, self._item = model, item
        self.problems: list[Problem] = []

    def text(self, pointers: Sequence[str]) -> str | None:
        value = first(self._item, pointers)
        if value is None or isinstance(value, str):
            return value
        self._refuse(value, pointers, "a string")
        return None

    def flag(self, pointers: Sequence[str]) -> str | None:
        """Return ``true`` or a string that states the same, such as a date; empty for false and null."""
        value = first(self._item, pointers)
        if value is None or isinstance(value, bool):
            return "true" if value else ""
        return self.text(pointers)

    def texts(self, pointers: Sequence[str]) -> tuple[str, ...] | None:
        value = first(self._item, pointers)
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list):
            texts = tuple(item for item in items if isinstance(item, str))
            if len(texts) == len(items):
                return texts
        self._refuse(value, pointers, "a list of strings")
        return None

    def facts(self, pointers: Mapping[str, str]) -> JsonObject:
        """Return the facts that the item has, as strings."""
        found: JsonObject = {}
        for name, pointer in pointers.items():
            value = first(self._item, (pointer,))
            if isinstance(value, bool):
                found[name] = "true" if value else "false"
            elif isinstance(value, str | int | float):
                found[name] = str(value)
            else:
                self._refuse(value, (pointer,), "a string, a number or a boolean")
        return found

    def number(self, pointers: Sequence[str]) -> float | None:
        value = first(self._item, pointers)
        if _is_number(value):
            return value
        self._refuse(value, pointers, "a number")
        return None

    def numbers(self, pointers: Sequence[str]) -> tuple[tuple[str, float], ...] | None:
        value = first(self._item, pointers)
        if isinstance(value, dict):
            numbers = tuple((key, number) for key, number in value.items() if _is_number(number))
            if len(numbers) == len(value):
                return numbers
        self._refuse(value, pointers, "a table of numbers")
        return None

    def _refuse(self, value: JsonValue, pointers: Sequence[str], expected: str) -> None:
        """Report a value of the wrong type; null is no problem."""
        if value is not None:
            kind = _KINDS.get(type(value), "a number")
            message = f"expected {expected} in the model list, got {kind}; the previous value is kept"
            self.problems.append(Problem(self._model, pointers[0], message, Level.WARNING))


_KINDS: dict[type, str] = {bool: "a boolean", str: "a string", list: "a list", dict: "an object"}


def _is_number(value: JsonValue) -> TypeGuard[float | int]:
    return isinstance(value, int | float) and not isinstance(value, bool)
