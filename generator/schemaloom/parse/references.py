"""``$ref`` inside one document, and the names of what it points to."""

from __future__ import annotations

import re
from urllib.parse import unquote

from schemaloom.json.values import JsonValue


class UnresolvedReference(Exception):
    """A ``$ref`` that cannot be followed; the message says why."""


def lookup(root: JsonValue, target: JsonValue) -> tuple[str, JsonValue]:
    """Return the JSON Pointer and the content that a ``$ref`` names.

    Only pointers into the same document are followed; nothing is ever fetched.
    Raises `UnresolvedReference` with the reason.
    """
    if not isinstance(target, str):
        raise UnresolvedReference("$ref is not a string")
    if not target.startswith("#") or (len(target) > 1 and target[1] != "/"):
        raise UnresolvedReference("$ref does not point into the same document")
    pointer = unquote(target[1:])
    found = root
    for token in (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]):
        if isinstance(found, dict) and token in found:
            found = found[token]
        elif isinstance(found, list) and token.isascii() and token.isdecimal() and int(token[:9]) < len(found):
            found = found[int(token[:9])]
        else:
            raise UnresolvedReference("the target of $ref does not exist")
    return pointer, found


class DefinitionNames:
    """One distinct name for every pointer that a ``$ref`` names."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pointers: dict[str, str] = {}

    def name(self, pointer: str) -> str:
        """Return the name of a pointer: its last token, with a number if another pointer has that name."""
        if pointer not in self._names:
            base = re.sub(r"\W+", "_", pointer.rpartition("/")[2], flags=re.ASCII)[:60].strip("_") or "root"
            name, number = base, 2
            while name in self._pointers:
                name, number = f"{base}{number}", number + 1
            self._names[pointer] = name
            self._pointers[name] = pointer
        return self._names[pointer]

    def pointer(self, name: str) -> str:
        """Return the pointer that has this name."""
        return self._pointers[name]
