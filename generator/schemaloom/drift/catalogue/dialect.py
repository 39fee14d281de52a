"""Changes of what a dialect does not read: keywords that it lacks, and values that it does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from schemaloom.drift.catalogue.changes import located, make_change
from schemaloom.drift.change import Change, Polarity
from schemaloom.drift.message import name
from schemaloom.drift.rules import rule_of
from schemaloom.drift.schema.wording import subject_at
from schemaloom.ir.dialects import Dialect, IgnoredKeyword, ignored_keywords, invalid_keywords
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text

Documents: TypeAlias = tuple[JsonObject, JsonObject]
Dialects: TypeAlias = tuple[Dialect | None, Dialect | None]


def dialect_changes(
    documents: Documents, dialects: Dialects, polarity: Polarity, *, where: str = "", model: str = ""
) -> Iterator[Change]:
    """Yield the changes that two schemas as published have and that are not in them `as_read`."""
    yield from _ignored(documents, dialects, polarity, where, model)
    if dialects[0] is not dialects[1]:
        yield from _validity(documents, dialects, polarity, where, model)


def _ignored(documents: Documents, dialects: Dialects, polarity: Polarity, where: str, model: str) -> Iterator[Change]:
    """Yield the keywords that were ignored on every side that has them, and changed."""
    sides = [
        {(found.pointer, found.keyword): found for found in ignored_keywords(*side)}
        for side in zip(documents, dialects, strict=True)
    ]
    for pointer, keyword in sorted(sides[0].keys() | sides[1].keys()):
        place = pointer + pointer_of(keyword)
        known = [side.get((pointer, keyword)) for side in sides]
        values = [_value(document, place) for document in documents]
        are_ignored = all(found or value is None for found, value in zip(known, values, strict=True))
        if are_ignored and json_text(values[0]) != json_text(values[1]):
            found = known[1] or known[0]
            verb = "was added" if known[0] is None else "was removed" if known[1] is None else "changed"
            if found is not None:
                yield _of_ignored(found, verb, values, polarity, where, model)


def _of_ignored(
    found: IgnoredKeyword, verb: str, values: list[JsonValue], polarity: Polarity, where: str, model: str
) -> Change:
    kind, effect = "annotation.changed", "it affects no call"
    if found.is_often_meant:
        kind, effect = "unknown-keyword", "but providers often mean it; the effect on calls cannot be judged"
    sentence = f"{subject_at(found.pointer, polarity)}: {name(found.keyword)} {verb}; {found.reason}, {effect}"
    return make_change(
        rule_of(kind, polarity), located(sentence, where), model=model,
        pointer=found.pointer + pointer_of(found.keyword), old=values[0], new=values[1],
    )  # fmt: skip


def _validity(documents: Documents, dialects: Dialects, polarity: Polarity, where: str, model: str) -> Iterator[Change]:
    """Yield the keywords that became invalid, or valid, between two schemas of different dialects.

    An invalid keyword has no defined effect, so a change of it cannot be judged.
    """
    invalid = [{*invalid_keywords(*side)} for side in zip(documents, dialects, strict=True)]
    for place, keyword in sorted(invalid[0] ^ invalid[1]):
        pointer = place + pointer_of(keyword)
        state = "not valid" if (place, keyword) in invalid[1] else "valid now"
        sentence = (
            f"{subject_at(place, polarity)}: {name(keyword)} is {state} in the dialect of the schema; "
            "the effect on calls cannot be judged"
        )
        sides = [_value(document, pointer) for document in documents]
        yield make_change(
            rule_of("unknown-keyword", polarity), located(sentence, where), model=model, pointer=pointer,
            old=sides[0], new=sides[1],
        )  # fmt: skip


def _value(document: JsonObject, pointer: str) -> JsonValue:
    try:
        return resolve_pointer(document, pointer)
    except LookupError:
        return None
