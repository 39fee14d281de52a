"""Keywords whose values one dialect reads and another does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change
from schemaloom.drift.message import name
from schemaloom.ir.dialects import Dialect, invalid_keywords
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue


def validity_changes(
    documents: tuple[JsonObject, JsonObject],
    dialects: tuple[Dialect | None, Dialect | None],
    what: str,
    model: str = "",
) -> Iterator[Change]:
    """Yield the keywords that became invalid, or valid, between two schemas of different dialects.

    An invalid keyword has no defined effect, so a change of it cannot be judged.
    """
    if dialects[0] is dialects[1]:
        return
    invalid = [{*invalid_keywords(*side)} for side in zip(documents, dialects, strict=True)]
    for place, keyword in sorted(invalid[0] ^ invalid[1]):
        pointer = place + pointer_of(keyword)
        state = "not valid" if (place, keyword) in invalid[1] else "valid now"
        message = (
            f"{what}: {name(keyword)} is {state} in the dialect of the schema; the effect on calls cannot be judged"
        )
        sides = [_value(document, pointer) for document in documents]
        yield make_change("schema.unknown-keyword", message, model=model, pointer=pointer, old=sides[0], new=sides[1])


def _value(document: JsonObject, pointer: str) -> JsonValue:
    try:
        return resolve_pointer(document, pointer)
    except LookupError:
        return None
