"""Differences that refuse no value: titles, descriptions, defaults, formats, and keywords that cannot be judged."""

from __future__ import annotations

from schemaloom.drift.location import Location
from schemaloom.drift.message import name, value
from schemaloom.drift.schema.comparison import Comparison
from schemaloom.drift.schema.wording import unjudged_keywords
from schemaloom.ir.schema import Annotations, Schema, UnsupportedKeyword
from schemaloom.json.values import JsonText, JsonValue, json_value

_NULL = "null"
_WORDS = {"deprecated": "deprecated", "readOnly": "read-only", "writeOnly": "write-only"}


def compare_annotations(
    comparison: Comparison,
    annotations: tuple[Annotations, Annotations],
    schemas: tuple[Schema, Schema],
    place: Location,
    *,
    retyped: bool,
) -> None:
    """Report the differences of two `annotations`; a change of type claims those that follow from it."""
    old, new = annotations
    subject = comparison.subject(place)
    if not retyped:
        _default(comparison, annotations, schemas, place)
        _format(comparison, annotations, schemas, place)
        _content(comparison, annotations, schemas, place)
        if sorted(old.examples) != sorted(new.examples):
            found = [_list(each.examples) for each in annotations]
            comparison.add(
                "examples.changed", place, f"{subject}: examples changed", schemas=schemas, suffix="/examples",
                values=(found[0], found[1]),
            )  # fmt: skip
    for keyword, before, after in (
        ("deprecated", old.deprecated, new.deprecated),
        ("readOnly", old.read_only, new.read_only),
        ("writeOnly", old.write_only, new.write_only),
    ):
        if before != after:
            comparison.add(
                f"{_WORDS[keyword]}.{'set' if after else 'unset'}",
                place,
                f"{subject} is {'now' if after else 'no longer'} {_WORDS[keyword]}",
                schemas=schemas,
                values=(before, after),
                suffix=f"/{keyword}",
            )
    for keyword, was, is_now in (
        ("title", old.title, new.title),
        ("description", old.description, new.description),
    ):
        if was != is_now:
            comparison.add(
                f"{keyword}.changed", place, f"{subject}: {keyword} changed", schemas=schemas, suffix=f"/{keyword}",
                values=(was or None, is_now or None),
            )  # fmt: skip


def compare_keywords(
    comparison: Comparison,
    keywords: tuple[tuple[UnsupportedKeyword, ...], tuple[UnsupportedKeyword, ...]],
    schemas: tuple[Schema, Schema],
    place: Location,
) -> None:
    """Report keywords that the algebra does not express and that differ."""
    ours, theirs = (set(found) for found in keywords)
    names = sorted({keyword.name for keyword in ours ^ theirs})
    if not names:
        return
    values = [
        {keyword.name: json_value(keyword.value) for keyword in sorted(found, key=lambda k: (k.name, k.value))}
        for found in (ours - theirs, theirs - ours)
    ]
    comparison.add(
        "unknown-keyword",
        place,
        unjudged_keywords(comparison.subject(place), names),
        schemas=schemas,
        values=(values[0] or None, values[1] or None),
        suffix=f"/{names[0]}" if len(names) == 1 else "",
    )


def keyword_delta(comparison: Comparison, old: Schema, new: Schema, place: Location) -> None:
    """`compare_keywords` for the keywords of two schemas themselves."""
    compare_keywords(comparison, (old.unsupported, new.unsupported), (old, new), place)


def _default(
    comparison: Comparison,
    annotations: tuple[Annotations, Annotations],
    schemas: tuple[Schema, Schema],
    place: Location,
) -> None:
    old, new = (_usual(each.default) for each in annotations)
    if old == new:
        return
    values: tuple[JsonValue, JsonValue] = (old and json_value(old), new and json_value(new))
    subject = comparison.subject(place)
    if old is None:
        kind, what = "default.added", f"default {value(values[1])} added"
    elif new is None:
        kind, what = "default.removed", f"default {value(values[0])} removed"
    else:
        kind, what = "default.changed", f"default changed from {value(values[0])} to {value(values[1])}"
    comparison.add(kind, place, f"{subject}: {what}", schemas=schemas, values=values, suffix="/default")


def _usual(default: JsonText | None) -> JsonText | None:
    # A null default is how some frameworks spell "nothing is sent".
    return None if default == _NULL else default


def _format(
    comparison: Comparison,
    annotations: tuple[Annotations, Annotations],
    schemas: tuple[Schema, Schema],
    place: Location,
) -> None:
    old, new = annotations[0].format, annotations[1].format
    if old == new:
        return
    kind = "format.set" if old is None else "format.unset" if new is None else "format.changed"
    what = {
        "format.set": f"format {value(new)} added",
        "format.unset": f"format {value(old)} removed",
        "format.changed": f"format changed from {value(old)} to {value(new)}",
    }[kind]
    comparison.add(
        kind, place, f"{comparison.subject(place)}: {what}", schemas=schemas, values=(old, new), suffix="/format"
    )


def _content(
    comparison: Comparison,
    annotations: tuple[Annotations, Annotations],
    schemas: tuple[Schema, Schema],
    place: Location,
) -> None:
    old, new = (dict(each.content) for each in annotations)
    for keyword in sorted(old.keys() | new.keys()):
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        kind = "content.set" if before is None else "content.unset" if after is None else "content.changed"
        values = before and json_value(before), after and json_value(after)
        what = f"changed from {value(values[0])} to {value(values[1])}"
        if before is None or after is None:
            what = f"{value(values[1])} added" if before is None else f"{value(values[0])} removed"
        message = f"{comparison.subject(place)}: {name(keyword)} {what}"
        comparison.add(kind, place, message, schemas=schemas, values=values, suffix=f"/{keyword}")


def _list(values: tuple[JsonText, ...]) -> JsonValue:
    return [json_value(value) for value in values] or None
