"""JSON Pointer (RFC 6901): read one, write one, follow one."""

from __future__ import annotations

from schemaloom.json.values import JsonValue


def resolve_pointer(value: JsonValue, pointer: str) -> JsonValue:
    """The part of `value` that a JSON pointer names.

    Raises `LookupError` when there is no such part.
    """
    for token in pointer_tokens(pointer):
        if isinstance(value, dict):
            value = value[token]
        elif isinstance(value, list) and token.isascii() and token.isdecimal() and len(token) < 10:
            value = value[int(token)]
        else:
            raise LookupError(pointer)
    return value


def pointer_tokens(pointer: str) -> tuple[str, ...]:
    """Unescaped reference tokens of a JSON pointer; none for the whole document."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def pointer_of(*tokens: str | int) -> str:
    """The JSON pointer made of unescaped `tokens`."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
