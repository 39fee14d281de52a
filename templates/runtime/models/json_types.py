"""JSON's own types, with JSON Schema's rules where Python's differ.

Python counts ``True`` as an int and pydantic turns ``"4"`` into 4; JSON Schema does neither.
It also counts ``4.0`` as an integer, and distinguishes ``1`` from ``true`` in an enum.

No dataclasses here: every program that imports a model makes these classes.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    JsonValue,
    StrictBool,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LARGEST = int(sys.float_info.max)


def _integer(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("int_type", "Input should be a whole number")


def _number(value: object, check: ValidatorFunctionWrapHandler) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # An integer may be larger than any float; no bound that a float can express is.
        check(max(-_LARGEST, min(value, _LARGEST)) if isinstance(value, int) else value)
        return value  # unchanged: 4 is sent as 4, not as 4.0
    raise PydanticCustomError("float_type", "Input should be a number")


def is_multiple(value: float, step: float) -> bool:
    """Whether `value` is a multiple of `step`, both read as the decimals that JSON writes: 0.3 is one of 0.1."""
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    return (_decimal(value) / _decimal(step)).denominator == 1


def _decimal(value: float) -> Fraction:
    return Fraction(value if isinstance(value, int) else repr(value))


@cache
def _any_json() -> TypeAdapter[JsonValue]:
    from pydantic import TypeAdapter  # few models have a value without a schema

    return TypeAdapter(JsonValue)


def _json(value: Any) -> Any:  # noqa: ANN401  see the alias below
    _any_json().validate_python(value)
    return value


Boolean: TypeAlias = StrictBool
"""``True`` or ``False``; never 0, 1 or a string."""
Integer: TypeAlias = Annotated[int, BeforeValidator(_integer)]
"""A whole number; ``4.0`` counts, ``True`` and ``"4"`` do not."""
Number: TypeAlias = Annotated[float, WrapValidator(_number)]
"""A finite number, unchanged; ``True`` and ``"4"`` are not numbers."""
JsonList: TypeAlias = Annotated[list[Any], AfterValidator(_json)]
"""A list whose items have no schema.

``Any``, because a list is invariant: with a JSON type here, a variable of type ``list[str]``
would be an error.
"""
JsonObject: TypeAlias = Annotated[dict[str, Any], AfterValidator(_json)]
"""An object whose properties have no schema; ``Any`` for the same reason as in `JsonList`."""


class OneOf:  # hashed by identity: a union hashes it, and JSON lists have no hash
    """Accepts only the given JSON values, compared as JSON does: ``1`` equals ``1.0`` and not ``True``."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[JsonValue, ...]) -> None:
        self.values = values

    def __repr__(self) -> str:
        return f"OneOf({self.values!r})"

    def __get_pydantic_core_schema__(self, source: type[object], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the value before pydantic converts it."""
        known = {json_key(value) for value in self.values}

        def check(value: object) -> object:
            if json_key(value) not in known:
                shown = ", ".join(map(repr, self.values[:20]))
                raise PydanticCustomError("one_of", "Input should be one of {choices}", {"choices": shown})
            return value

        return core_schema.no_info_before_validator_function(check, handler(source))


class MultipleOf(NamedTuple):
    """Accepts only multiples of `step`, which may have decimals; see `is_multiple`."""

    step: float

    def __get_pydantic_core_schema__(self, source: type[object], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the number after its type."""

        def check(value: float) -> float:
            if not is_multiple(value, self.step):
                raise PydanticCustomError("multiple_of", "Input should be a multiple of {step}", {"step": self.step})
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))


class Unique(NamedTuple):
    """Accepts only lists without equal items."""

    def __get_pydantic_core_schema__(self, source: type[object], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check before items become objects, so that equal JSON is what counts."""
        return core_schema.no_info_before_validator_function(_all_different, handler(source))


def _all_different(value: object) -> object:
    keys = _item_keys(value)
    if len(set(keys)) != len(keys):
        raise PydanticCustomError("unique_items", "Items should all differ")
    return value


def _item_keys(value: object) -> list[object]:
    return [json_key(item) for item in cast("list[object]", value)] if isinstance(value, list | tuple) else []


def json_key(value: object) -> object:
    """Return a hashable key of a JSON value; two keys are equal exactly if the values are."""
    match value:
        case bool():
            return ("boolean", value)
        case list() | tuple():  # pydantic takes a tuple for a list
            return ("array", *_item_keys(cast("object", value)))
        case dict():
            members = cast("dict[object, object]", value).items()
            return ("object", frozenset((key, json_key(part)) for key, part in members))
        case str() | int() | float() | None:
            return value
        case _:
            return ("other", id(value))
