"""`Witnesses`: payloads that prove a finding, checked by an independent validator first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import Protocol, cast

from schemaloom.drift.schema.difference import Delta
from schemaloom.drift.schema.location import Location
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.witness.generate import Generator, NotFound
from schemaloom.drift.witness.regex import matches
from schemaloom.ir.schema import Array, Number, Object, Reference, Schema, String, Union
from schemaloom.ir.to_json_schema import rebuild
from schemaloom.json.values import JsonValue, json_value

_MOST_TRIED = 24
"""Payloads validated for one finding."""


class _Validator(Protocol):
    def is_valid(self, instance: object) -> bool: ...


class Witnesses:
    """Looks for payloads that the schema of one side, `valid`, admits and that of the other refuses."""

    def __init__(
        self, valid: tuple[ResolvedSchemas, Schema], refusing: tuple[ResolvedSchemas, Schema], *, valid_is_old: bool
    ) -> None:
        self._samples = Generator(valid[0], refusing[0])
        self._valid_is_old = valid_is_old
        self._schemas = valid, refusing
        self._validators: tuple[_Validator, _Validator] | None = None

    def find(self, delta: Delta) -> tuple[JsonValue] | None:
        """A payload that shows `delta`, alone in a tuple because ``null`` is a payload; None if none was found."""
        try:
            for value in islice(self._candidates(delta), _MOST_TRIED):
                if self._shows(value):
                    return (value,)
        except RecursionError:  # a payload too deep for the validator proves nothing
            return None
        return None

    def _candidates(self, delta: Delta) -> Iterator[JsonValue]:
        schemas = (delta.old_schema, delta.new_schema)
        valid, refusing = schemas if self._valid_is_old else schemas[::-1]
        listed = (json_value(value) for value in delta.values)
        by_keyword = self._of_keyword(valid, refusing, delta.suffix.removeprefix("/"))
        found = self._samples.separating(valid, refusing)
        for value in chain(listed, self._of_member(delta, valid, refusing), by_keyword, found):
            try:
                yield self._whole(delta.place, value)
            except NotFound:
                return

    def _of_member(self, delta: Delta, valid: Schema, refusing: Schema) -> Iterator[JsonValue]:
        """Objects with and without the member that a difference is about."""
        if delta.member is None or not isinstance(valid, Object):
            return
        own = next((item.schema for item in valid.properties if item.name == delta.member), valid.additional)
        other = (
            next((item.schema for item in refusing.properties if item.name == delta.member), refusing.additional)
            if isinstance(refusing, Object)
            else refusing
        )
        try:
            if _requires(refusing, delta.member) and not _requires(valid, delta.member):
                yield self._samples.holder(valid, None)
                return
            yield self._samples.holder(valid, delta.member, self._samples.smallest(own))
            for value in islice(self._samples.separating(own, other), 8):
                yield self._samples.holder(valid, delta.member, value)
        except NotFound:
            return

    def _of_keyword(self, valid: Schema, refusing: Schema, keyword: str) -> list[JsonValue]:
        """Numbers or texts that one keyword refuses, those first that nothing else does."""
        fields = _FIELDS.get(keyword)
        if fields is None or type(valid) is not type(refusing) or not isinstance(valid, Number | String):
            return []
        alone = replace(valid, **{field: getattr(refusing, field) for field in fields})
        others = replace(refusing, **{field: getattr(valid, field) for field in fields})
        found = self._samples.separating(valid, alone)
        return sorted(found, key=lambda value: not self._samples.admitted(others, value))

    def _whole(self, place: Location, value: JsonValue) -> JsonValue:
        """The payload that has `value` at `place` and otherwise only what must be there."""
        while place.up is not None:
            holder = place.old if self._valid_is_old else place.new
            if holder is not None and place.step == "item":
                value = self._samples.listing(holder, cast("int", place.token), value)
            elif holder is not None and place.step != "branch":
                name = place.token if place.step == "member" else _fresh(place)
                value = self._samples.holder(holder, str(name), value)
            place = place.up
        return value

    def _shows(self, payload: JsonValue) -> bool:
        if self._validators is None:
            (valid, schema), (refusing, other) = self._schemas
            self._validators = validator(valid, schema), validator(refusing, other)
        return self._validators[0].is_valid(payload) and not self._validators[1].is_valid(payload)


_FIELDS: Mapping[str, tuple[str, ...]] = {
    "minimum": ("minimum", "exclusive_minimum"),
    "exclusiveMinimum": ("minimum", "exclusive_minimum"),
    "maximum": ("maximum", "exclusive_maximum"),
    "exclusiveMaximum": ("maximum", "exclusive_maximum"),
    "multipleOf": ("multiple_of", "integer"),
    "minLength": ("min_length",),
    "maxLength": ("max_length",),
    "pattern": ("pattern",),
}
"""Keywords of numbers and texts, and where the algebra keeps them."""


def _requires(schema: Schema, name: str) -> bool:
    return isinstance(schema, Object) and any(item.required and item.name == name for item in schema.properties)


def validator(side: ResolvedSchemas, schema: Schema) -> _Validator:
    """An independent validator (the package jsonschema) of a schema of `side`, rebuilt as JSON Schema."""
    return _checker()(rebuild(schema, _reachable(side, schema)))


@cache
def _checker() -> Callable[[object], _Validator]:
    # Loading the package takes longer than most comparisons; only a breaking finding needs it.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]  it has no types

    def pattern(_: object, value: str, instance: object, __: object) -> Iterator[ValidationError]:
        # Python's engine backtracks, and the pattern is a stranger's.
        if isinstance(instance, str) and not matches(value, instance):
            yield ValidationError("the pattern does not match")

    checker = extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]  # as above
    return cast("Callable[[object], _Validator]", checker)


def _reachable(side: ResolvedSchemas, schema: Schema) -> Mapping[str, Object]:
    """The definitions that a schema refers to; one that is missing admits any object, as in the algebra."""
    found: dict[str, Object] = {}
    pending: list[Schema] = [schema]
    while pending:
        part = pending.pop()
        match part:
            case Reference():
                if part.name not in found:
                    target = side.resolve(part)
                    found[part.name] = target if isinstance(target, Object) else Object()
                    pending.append(found[part.name])
            case Object():
                pending.extend(item.schema for item in part.properties)
                pending.append(part.additional)
            case Array():
                pending.extend((*part.prefix, part.items))
            case Union():
                pending.extend(part.branches)
            case _:
                pass
    return found


def _fresh(place: Location) -> str:
    named = {item.name for holder in (place.old, place.new) if isinstance(holder, Object) for item in holder.properties}
    return next(name for name in (f"extra{'_' * n}" for n in range(len(named) + 1)) if name not in named)
