"""Checks of what callers pass, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from .errors import ConfigurationError

if TYPE_CHECKING:
    from types import UnionType

LONGEST_TIMEOUT = 366 * 24 * 3600.0
"""Seconds; operating systems refuse to wait for some of the larger numbers."""
_NAME = frozenset(f"{ascii_letters}{digits}!#$%&'*+.^_`|~-")
"""Characters in the name of a header (RFC 9110 §5.6.2)."""


def check_seconds(name: str, value: float | None, *, optional: bool = True) -> None:
    """Raise `ConfigurationError` unless `value` is a number of seconds above 0, up to `LONGEST_TIMEOUT`.

    If it is `optional`, it may be None.
    """
    if value is None and optional:
        return
    if value is None or not (_is_finite(value) and 0 < value <= LONGEST_TIMEOUT):
        raise ConfigurationError(f"{name} is a number of seconds above 0, up to {LONGEST_TIMEOUT:.0f}, not {value!r}")


def check_amount(name: str, value: float | None) -> None:
    """Raise `ConfigurationError` unless `value` is None or a finite amount of money, 0 or more."""
    if value is not None and not (_is_finite(value) and value >= 0):
        raise ConfigurationError(f"{name} is an amount of 0 or more, not {value!r}")


def check_count(name: str, value: int | None, *, least: int) -> None:
    """Raise `ConfigurationError` unless `value` is None or a whole number of at least `least`."""
    if value is not None and not (_is_whole(value) and value >= least):
        raise ConfigurationError(f"{name} is a whole number of {least} or more, not {value!r}")


def is_number(value: object) -> bool:
    """Whether a value, which a caller without a type checker may pass, is a number and not NaN."""
    return isinstance(value, int | float) and value == value  # noqa: PLR0124  NaN is unequal to itself


def _is_whole(value: object) -> bool:
    return isinstance(value, int)


def _is_finite(value: object) -> bool:
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:  # an integer that no float can hold
        return False


def check_type(name: str, value: object, kind: type | UnionType, expected: str) -> None:
    """Raise `ConfigurationError` unless `value` is None or of `kind`; without the value, which may be secret."""
    if value is not None and not isinstance(value, kind):
        raise ConfigurationError(f"{name} is {expected}, not of type {type(value).__name__}")


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise `ConfigurationError` for a header that HTTP cannot carry, naming it without its value."""
    check_type("headers", headers, Mapping, "a mapping from names to strings")
    for name, value in headers.items():
        check_type("the name of a header", name, str, "a string")
        check_type(f"the value of the header {name}", value, str, "a string")
        if not name or not _NAME.issuperset(name):
            raise ConfigurationError(f"{name!r} is no name of a header")
        if not (value.isascii() and value.replace("\t", " ").isprintable()):
            raise ConfigurationError(f"the value of the header {name} has a line break, or is not ASCII")


def check_json_object(name: str, value: Mapping[str, object]) -> None:
    """Raise `ConfigurationError` unless `value` is a JSON object: NaN, a set, or a key that is no string is none."""
    check_type(name, value, Mapping, "a mapping from names to JSON values")
    for key in value:
        check_type(f"a name in {name}", key, str, "a string")
    import json  # a new client needs none

    try:
        json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{name} cannot be sent as JSON: {error}") from None
