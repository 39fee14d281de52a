"""`make_validator`: jsonschema's validator of a raw schema, safe for untrusted patterns and exact for decimals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from schemaloom.ir.decimals import is_multiple
from schemaloom.ir.patterns import linear_pattern, matches
from schemaloom.json.values import JsonObject

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema_rs import Draft202012Validator
    from referencing.jsonschema import SchemaRegistry


MOST_BACKTRACKS: Final = 10_000
"""Most steps back in one run of a pattern that a linear-time engine does not have."""


class Validator(Protocol):
    """The part of a validator of jsonschema that is used here; the library has no types."""

    def is_valid(self, instance: object) -> bool:
        """Return whether the schema accepts an instance."""
        ...

    def iter_errors(self, instance: object) -> Iterator[ValidationError]:
        """Yield the violations of an instance."""
        ...


_MakeValidator: TypeAlias = Callable[[JsonObject], Validator]


def make_validator(schema: JsonObject, *, strict: bool = False) -> Validator:
    """Return a validator of a schema of JSON Schema 2020-12; remote references are never fetched.

    Other validators compare binary fractions.  With `strict`, a number is a multiple only if both
    arithmetics agree; otherwise if one of them does.  A schema that cannot be read fails when it is
    used, with many types of exceptions.
    """
    return _makers()[strict](schema)


@cache
def _makers() -> tuple[_MakeValidator, _MakeValidator]:
    # Loading the package takes longer than most comparisons; only a payload needs it.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]  it has no types
    from referencing import Registry

    def pattern(_: object, value: str, instance: object, __: object) -> Iterator[ValidationError]:
        # Python's engine backtracks, and the pattern is untrusted text.
        if isinstance(instance, str) and not _matches(value, instance):
            yield ValidationError(f"{instance!r} does not match {value!r}")

    def multiple(*, strict: bool) -> Callable[[object, float, object, object], Iterator[ValidationError]]:
        def check(_: object, step: float, instance: object, __: object) -> Iterator[ValidationError]:
            if isinstance(instance, int | float) and not isinstance(instance, bool):
                found = is_multiple(instance, step), _is_binary_multiple(instance, step)
                if not (all(found) if strict else any(found)):
                    yield ValidationError(f"{instance!r} is not a multiple of {step!r}")

        return check

    def maker(*, strict: bool) -> _MakeValidator:
        cls = extend(Draft202012Validator, {"pattern": pattern, "multipleOf": multiple(strict=strict)})  # type: ignore[no-untyped-call]  # as above
        # An empty registry: a reference out of the document is not fetched.
        registry: SchemaRegistry = Registry()
        return cast("_MakeValidator", partial(cls, registry=registry))

    return maker(strict=False), maker(strict=True)


def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches in a string; raises `ValueError` if no engine can run it in bounded time."""
    if linear_pattern(pattern) is not None:
        return matches(pattern, text)
    errors = list(_look_around(pattern).iter_errors(text))
    if any("Error executing regex" in error.message for error in errors):
        raise ValueError(f"{pattern!r} backtracks too much")
    return not errors


@lru_cache(maxsize=256)
def _look_around(pattern: str) -> Draft202012Validator:
    import jsonschema_rs as rs

    options = rs.FancyRegexOptions(backtrack_limit=MOST_BACKTRACKS)
    return rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)


def _is_binary_multiple(value: float, step: float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    quotient = value / step
    return quotient == int(quotient) if abs(quotient) < float("inf") else False
