"""Write and read values of JSON documents at the pointers a provider declares."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from itertools import chain, pairwise, repeat
from typing import cast

from schemaloom.errors import UsageError
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue


def put(document: JsonValue, pointer: str, value: JsonValue) -> JsonValue:
    """Set `value` at `pointer`, creating objects on the way, and return the document.

    The empty pointer replaces the whole document.  Raises `UsageError` if the path leads
    through a value that is not an object: two pointers of provider.toml contradict each other.
    """
    tokens = pointer_tokens(pointer)
    if not tokens:
        return value
    if "*" in tokens:
        star = tokens.index("*")
        items = value if isinstance(value, list) else [value]
        before = pointer_of(*tokens[:star])
        known = first_present(document, [before])
        bases = chain(known if isinstance(known, list) else (), repeat({}))
        made = [
            put(deepcopy(base), pointer_of(*tokens[star + 1 :]), item) for item, base in zip(items, bases, strict=False)
        ]
        return put(document, before, cast("JsonValue", made))
    place = document
    for token, following in pairwise(tokens):
        place = _step(place, token, pointer, [] if following == "0" else {})
    if isinstance(place, list):
        place.append(value)
    else:
        _inside(place, pointer)[tokens[-1]] = value
    return document


def _step(place: JsonValue, token: str, pointer: str, made: JsonValue) -> JsonValue:
    """Return the container at `token`, made if need be; a list has one item."""
    if isinstance(place, list):
        if not place:
            place.append(made)
        return place[0]
    return _inside(place, pointer).setdefault(token, made)


def put_first(document: JsonObject, pointers: tuple[str, ...], value: JsonValue) -> None:
    """Set `value` at the first of `pointers`; nothing happens when the provider declares none."""
    if pointers:
        put(document, pointers[0], value)


def first_present(document: JsonValue, pointers: Iterable[str]) -> JsonValue:
    """The value at the first pointer that leads somewhere; None when none does."""
    for pointer in pointers:
        try:
            return resolve_pointer(document, pointer)
        except LookupError:
            continue
    return None


def _inside(place: JsonValue, pointer: str) -> JsonObject:
    if not isinstance(place, dict):
        raise UsageError(f"{pointer} leads through a value that is not an object", where="provider.toml")
    return place
