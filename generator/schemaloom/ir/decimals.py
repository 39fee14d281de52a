"""Numbers as the decimals they are written as: 0.3 is a multiple of 0.1, which binary fractions deny."""

from __future__ import annotations

from fractions import Fraction


def exact(number: float) -> Fraction:
    """Return the value of a number's shortest decimal notation."""
    return Fraction(number) if isinstance(number, int) else Fraction(str(number))


def plain(value: Fraction) -> int | float:
    """Return a value as an integer if it is one, or else as the nearest float."""
    return value.numerator if value.denominator == 1 else float(value)


def is_multiple(number: float, step: float) -> bool:
    """Return whether a number is a multiple of `step`, which is above 0."""
    if isinstance(number, int) and isinstance(step, int):
        return number % step == 0
    return (exact(number) / exact(step)).denominator == 1
