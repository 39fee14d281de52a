"""JSON Pointer (RFC 6901): read one, write one, follow one."""

from __future__ import annotations

import re
from functools import lru_cache

from schemaloom.json.values import JsonValue

_POINTER = re.compile(r"(?:/(?:[^/~]|~[01])*)*", re.DOTALL)
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
"""An array index has ASCII digits and no leading zero; a longer one is past the end of any array we read."""


def resolve_pointer(value: JsonValue, pointer: str) -> JsonValue:
    """Return the part of `value` at a JSON Pointer.

    Raises `LookupError` if there is no such part, or `pointer` is no JSON Pointer.
    """
    for token in _strict_tokens(pointer):
        if isinstance(value, dict):
            value = value[token]
        elif isinstance(value, list) and _INDEX.fullmatch(token):
            value = value[int(token)]
        else:
            raise LookupError(pointer)
    return value


@lru_cache(maxsize=256)
def _strict_tokens(pointer: str) -> tuple[str, ...]:
    """Return the tokens of a pointer; cached, because the same few pointers are followed in every item of a list."""
    if not _POINTER.fullmatch(pointer):
        raise LookupError(pointer)
    return pointer_tokens(pointer)


def first_missing(value: JsonValue, pointer: str) -> str | None:
    """Return the start of a JSON Pointer up to the first part that `value` lacks; None if it has them all."""
    tokens = pointer_tokens(pointer)
    for length in range(1, len(tokens) + 1):
        start = pointer_of(*tokens[:length])
        try:
            resolve_pointer(value, start)
        except LookupError:
            return start
    return None


def pointer_tokens(pointer: str) -> tuple[str, ...]:
    """Return the unescaped reference tokens of a JSON Pointer; none for the whole document."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def pointer_of(*tokens: str | int) -> str:
    """Return the JSON Pointer of unescaped `tokens`."""
    return "".join([f"/{_escaped(str(token))}" for token in tokens])


def property_pointer(schema: str, name: str) -> str:
    """Return the JSON Pointer of a property of the schema at the pointer `schema`."""
    return f"{schema}/properties/{_escaped(name)}"


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")
