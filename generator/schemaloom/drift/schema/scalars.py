"""Differences between two numbers, two strings, or the sizes of two lists or objects."""

from __future__ import annotations

from schemaloom.drift.location import Location
from schemaloom.drift.message import name, value
from schemaloom.drift.schema.comparison import Comparison, Narrowing
from schemaloom.ir.schema import Array, Number, Object, Schema, String
from schemaloom.json.values import JsonValue

Bound = tuple[str, int | float]
"""The keyword and the value."""


def compare_numbers(comparison: Comparison, old: Number, new: Number, place: Location, narrowing: Narrowing) -> None:
    """Whole or not, bounds, multiples; reported as the provider writes them where a normal form differs."""
    written = old.written or old, new.written or new
    steps = old.multiple_of != new.multiple_of
    # With a step, a number may be whole although its type is not integer.
    whole = tuple(each.integer for each in (written if steps else (old, new)))
    if whole[0] != whole[1]:
        kind = "type.narrowed" if whole[1] else "type.widened"
        alone = comparison.alone(old, new, "type", narrowing)
        if alone.narrows if whole[1] else alone.widens:
            names = ("number", "integer") if whole[1] else ("integer", "number")
            message = f"{comparison.subject(place)}: type changed from {names[0]} to {names[1]}"
            comparison.add(kind, place, message, schemas=(old, new), values=names)
    for lower, bound in ((True, _lower), (False, _upper)):
        if bound(old) != bound(new):
            _bound(comparison, bound(written[0]), bound(written[1]), place, narrowing, (old, new), lower=lower)
    if steps:
        _multiple(comparison, *written, place, comparison.alone(old, new, "multipleOf", narrowing))


def compare_strings(comparison: Comparison, old: String, new: String, place: Location, narrowing: Narrowing) -> None:
    """Lengths and pattern."""
    schemas = (old, new)
    minimum = _count("minLength", old.min_length), _count("minLength", new.min_length)
    _bound(comparison, *minimum, place, narrowing, schemas, lower=True)
    maximum = _count("maxLength", old.max_length), _count("maxLength", new.max_length)
    _bound(comparison, *maximum, place, narrowing, schemas, lower=False)
    if old.pattern == new.pattern:
        return
    narrowing = comparison.alone(old, new, "pattern", narrowing)
    if new.pattern is None:
        kind, what = "pattern.unset", f"pattern {value(old.pattern)} removed"
    elif old.pattern is None:
        kind, what = "pattern.set", f"pattern {value(new.pattern)} added"
    else:
        kind = "pattern.changed" if narrowing.narrows else "pattern.relaxed"
        what = f"pattern changed from {value(old.pattern)} to {value(new.pattern)}"
    if narrowing.widens if kind in {"pattern.unset", "pattern.relaxed"} else narrowing.narrows:
        comparison.add(
            kind, place, f"{comparison.subject(place)}: {what}", schemas=schemas, values=(old.pattern, new.pattern),
            suffix="/pattern",
        )  # fmt: skip


def compare_sizes(
    comparison: Comparison, old: Array | Object, new: Array | Object, place: Location, narrowing: Narrowing
) -> None:
    """Compare how many items or properties there may be, and whether items may repeat."""
    schemas = (old, new)
    for lower, keyword in ((True, "min"), (False, "max")):
        found = [
            _count(keyword + ("Items" if isinstance(schema, Array) else "Properties"), _size(schema, lower=lower))
            for schema in schemas
        ]
        _bound(comparison, found[0], found[1], place, narrowing, schemas, lower=lower)
    unique = [isinstance(schema, Array) and schema.unique for schema in schemas]
    if unique[0] == unique[1]:
        return
    narrowing = comparison.alone(old, new, "uniqueItems", narrowing)
    if narrowing.narrows if unique[1] else narrowing.widens:
        comparison.add(
            "unique-items.set" if unique[1] else "unique-items.unset",
            place,
            f"{comparison.subject(place)}: items {'must be unique' if unique[1] else 'may repeat'}",
            schemas=schemas,
            values=(unique[0], unique[1]),
            suffix="/uniqueItems",
        )


def _size(schema: Array | Object, *, lower: bool) -> int | None:
    if isinstance(schema, Array):
        return schema.min_items if lower else schema.max_items
    return schema.min_properties if lower else schema.max_properties


def _count(keyword: str, value: int | None) -> Bound | None:
    return None if value is None or (value == 0 and keyword.startswith("min")) else (keyword, value)


def _lower(schema: Number) -> Bound | None:
    if schema.exclusive_minimum is not None:
        return "exclusiveMinimum", schema.exclusive_minimum
    return None if schema.minimum is None else ("minimum", schema.minimum)


def _upper(schema: Number) -> Bound | None:
    if schema.exclusive_maximum is not None:
        return "exclusiveMaximum", schema.exclusive_maximum
    return None if schema.maximum is None else ("maximum", schema.maximum)


def _bound(
    comparison: Comparison,
    old: Bound | None,
    new: Bound | None,
    place: Location,
    narrowing: Narrowing,
    schemas: tuple[Schema, Schema],
    *,
    lower: bool,
) -> None:
    if old == new:
        return
    if old is None or new is None:
        kind, narrows = ("bound.set", True) if old is None else ("bound.unset", False)
    else:
        narrows = _room(new, lower=lower) < _room(old, lower=lower)
        kind = "bound.tightened" if narrows else "bound.relaxed"
    keyword = (new or old or ("",))[0]
    narrowing = comparison.alone(*schemas, keyword, narrowing)
    if not (narrowing.narrows if narrows else narrowing.widens):
        return
    if old and new and old[0] != new[0]:
        values: tuple[JsonValue, JsonValue] = ({old[0]: old[1]}, {new[0]: new[1]})
        what = f"{name(old[0])} {value(old[1])} changed to {name(new[0])} {value(new[1])}"
    else:
        values = (old[1] if old else None, new[1] if new else None)
        what = {
            "bound.set": f"{name(keyword)} set to {value(values[1])}",
            "bound.unset": f"{name(keyword)} {value(values[0])} removed",
        }.get(kind, f"{name(keyword)} changed from {value(values[0])} to {value(values[1])}")
    message = f"{comparison.subject(place)}: {what}"
    comparison.add(kind, place, message, schemas=schemas, values=values, suffix=f"/{keyword}")


def _room(bound: Bound, *, lower: bool) -> tuple[float, bool]:
    """The larger, the more values a bound leaves."""
    inclusive = not bound[0].startswith("exclusive")
    return (-bound[1] if lower else bound[1], inclusive)


def _multiple(comparison: Comparison, old: Number, new: Number, place: Location, narrowing: Narrowing) -> None:
    if old.multiple_of == new.multiple_of:  # numbers became integers: the type is the change
        return
    values = (old.multiple_of, new.multiple_of)
    if new.multiple_of is not None and narrowing.narrows:
        kind = "multiple-of.set" if old.multiple_of is None else "multiple-of.changed"
    elif narrowing.widens:
        kind = "multiple-of.relaxed"
    else:
        return
    if old.multiple_of is None:
        what = f"set to {value(new.multiple_of)}"
    elif new.multiple_of is None:
        what = f"{value(old.multiple_of)} removed"
    else:
        what = f"changed from {value(old.multiple_of)} to {value(new.multiple_of)}"
    message = f"{comparison.subject(place)}: {name('multipleOf')} {what}"
    comparison.add(kind, place, message, schemas=(old, new), values=values, suffix="/multipleOf")
