"""Type names of parameter tables, as JSON Schema."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemaloom.json.values import JsonObject

_NAMES: dict[str, JsonObject] = {
    "string": {"type": "string"},
    "str": {"type": "string"},
    "text": {"type": "string"},
    "url": {"type": "string", "format": "uri"},
    "uri": {"type": "string", "format": "uri"},
    "integer": {"type": "integer"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "bool": {"type": "boolean"},
    "array": {"type": "array"},
    "list": {"type": "array"},
    "object": {"type": "object"},
    "json": {"type": "object"},
    "dict": {"type": "object"},
    "null": {"type": "null"},
    "enum": {},
}
_LIST_OF = re.compile(r"(?:array|list)\s*(?:<\s*(.+?)\s*>|\[\s*(.+?)\s*\]|\s+of\s+(.+))|(.+?)\s*\[\]")
_ALTERNATIVE = re.compile(r"\s+or\s+|\s*\|\s*|\s*/\s*")
_PLURAL = re.compile(r"(?<=[a-z])s$")


@dataclass(frozen=True, slots=True)
class TypeName:
    """The types that a cell names."""

    branches: tuple[JsonObject, ...]
    """A schema for each alternative; one for most types."""
    is_enum: bool = False
    """Whether the cell is ``enum``, which states no type of the choices."""


def read_type(cell: str) -> TypeName | None:
    """Read a type cell, such as ``integer``, ``string or object`` or ``array of strings``; None if unknown."""
    text = cell.strip().strip("`").casefold()
    branches: list[JsonObject] = []
    for name in _ALTERNATIVE.split(text):
        branch = _branch(name)
        if branch is None:
            return None
        if branch not in branches:
            branches.append(branch)
    return TypeName(tuple(branches), is_enum=text == "enum")


def _branch(name: str) -> JsonObject | None:
    if name in _NAMES:
        return dict(_NAMES[name])
    found = _LIST_OF.fullmatch(name)
    if found is None:
        return None
    inner = next(group for group in found.groups() if group is not None)
    items = _branch(inner) or _branch(_PLURAL.sub("", inner))
    return None if items is None else {"type": "array", "items": items}
