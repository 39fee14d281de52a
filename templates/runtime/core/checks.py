"""Checks of what callers pass, before anything is sent."""

from __future__ import annotations

import math
import os
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
    if value is not None and not (_is_whole(value) and _is_finite(value) and value >= least):
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


def check_type(name: str, value: object, kind: type | UnionType, expected: str, *, optional: bool = True) -> None:
    """Raise `ConfigurationError` unless `value` is of `kind`; without the value, which may be secret.

    If it is `optional`, it may be None.
    """
    if not isinstance(value, kind) and not (value is None and optional):
        raise ConfigurationError(f"{name} is {expected}, not of type {type(value).__name__}")


def check_string(name: str, value: str | None, *, optional: bool = False) -> None:
    """Raise `ConfigurationError` unless `value` is a string that UTF-8 can encode."""
    check_type(name, value, str, "a string", optional=optional)
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"{name} is no text: {error.reason} (position {error.start})") from None


def check_path(name: str, value: str | os.PathLike[str] | None, *, optional: bool = False) -> None:
    """Raise `ConfigurationError` unless `value` is a path that a file may have."""
    check_type(name, value, str | os.PathLike, "a path", optional=optional)
    try:
        is_possible = value is None or b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        is_possible = False
    if not is_possible:
        raise ConfigurationError(f"{name} is a path, and no file can have {value!r}")


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
    check_type(name, value, Mapping, "a mapping from names to JSON values", optional=False)
    for key in value:
        check_type(f"a name in {name}", key, str, "a string")
    import json  # a new client needs none

    try:
        json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{name} cannot be sent as JSON: {error}") from None
