"""Differences that refuse no value: texts, defaults, formats, and keywords that cannot be judged."""

from __future__ import annotations

from schemaloom.drift.schema.comparison import Comparison
from schemaloom.drift.schema.location import Location
from schemaloom.drift.schema.wording import value_words
from schemaloom.ir.schema import Annotations, Schema, UnsupportedKeyword
from schemaloom.json.values import JsonText, JsonValue, json_value

_NULL = "null"


def compare_texts(
    comparison: Comparison,
    texts: tuple[Annotations, Annotations],
    schemas: tuple[Schema, Schema],
    place: Location,
    *,
    retyped: bool,
) -> None:
    """Report what `texts` say differently; a change of type claims those that follow from it."""
    old, new = texts
    subject = comparison.subject(place)
    if not retyped:
        _default(comparison, texts, schemas, place)
        _format(comparison, texts, schemas, place)
        if old.examples != new.examples:
            found = [_list(text.examples) for text in texts]
            comparison.add(
                "examples.changed", place, f"{subject}: examples changed", schemas=schemas, suffix="/examples",
                values=(found[0], found[1]),
            )  # fmt: skip
    for name, before, after in (
        ("deprecated", old.deprecated, new.deprecated),
        ("read-only", old.read_only, new.read_only),
        ("write-only", old.write_only, new.write_only),
    ):
        if before != after:
            keyword = {"read-only": "readOnly", "write-only": "writeOnly"}.get(name, name)
            comparison.add(
                f"{name}.{'set' if after else 'unset'}",
                place,
                f"{subject} is {'now' if after else 'no longer'} {name}",
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
        f"{comparison.subject(place)}: {', '.join(names)} changed and cannot be judged",
        schemas=schemas,
        values=(values[0] or None, values[1] or None),
        suffix=f"/{names[0]}" if len(names) == 1 else "",
    )


def keyword_delta(comparison: Comparison, old: Schema, new: Schema, place: Location) -> None:
    """`compare_keywords` for the keywords of two schemas themselves."""
    compare_keywords(comparison, (old.unexpressed, new.unexpressed), (old, new), place)


def _default(
    comparison: Comparison, texts: tuple[Annotations, Annotations], schemas: tuple[Schema, Schema], place: Location
) -> None:
    old, new = (_usual(text.default) for text in texts)
    if old == new:
        return
    values: tuple[JsonValue, JsonValue] = (old and json_value(old), new and json_value(new))
    subject = comparison.subject(place)
    if old is None:
        kind, said = "default.added", f"has a default now, {value_words(values[1])}"
    elif new is None:
        kind, said = "default.removed", f"has no default any more; it was {value_words(values[0])}"
    else:
        kind, said = "default.changed", f"has another default, {value_words(values[1])} for {value_words(values[0])}"
    comparison.add(kind, place, f"{subject} {said}", schemas=schemas, values=values, suffix="/default")


def _usual(default: JsonText | None) -> JsonText | None:
    # A null default is how some frameworks spell "nothing is sent".
    return None if default == _NULL else default


def _format(
    comparison: Comparison, texts: tuple[Annotations, Annotations], schemas: tuple[Schema, Schema], place: Location
) -> None:
    old, new = texts[0].format, texts[1].format
    if old == new:
        return
    kind = "format.set" if old is None else "format.unset" if new is None else "format.changed"
    message = f"{comparison.subject(place)}: format went from {old or 'none'} to {new or 'none'}"
    comparison.add(kind, place, message, schemas=schemas, values=(old, new), suffix="/format")


def _list(values: tuple[JsonText, ...]) -> JsonValue:
    return [json_value(value) for value in values] or None
