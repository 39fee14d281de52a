"""From the pointer of a comparison to the pointer of the provider's own document.

A comparison resolves references and merges ``allOf`` as it goes down, so its pointers name a path
of properties and items.  `own_pointer` finds the schema on that path where the document wrote it:
behind ``$ref``, in a part of ``allOf``, or in an alternative.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonValue


class Place(NamedTuple):
    """A schema in a document."""

    document: JsonValue
    pointer: str


_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
_UNIONS = ("anyOf", "oneOf")
_SPELLINGS = {
    "enum": ("enum", "const"), "minimum": ("minimum", "exclusiveMinimum"), "maximum": ("maximum", "exclusiveMaximum"),
    "exclusiveMinimum": ("exclusiveMinimum", "minimum"), "exclusiveMaximum": ("exclusiveMaximum", "maximum"),
}  # fmt: skip
"""Keywords that a document may use instead of the one that a comparison names."""
_OLDER = {"prefixItems": "items", "items": "additionalItems"}
_MOST_JUMPS = 20
_MOST_STEPS = 2_000


def own_pointer(old: Place, new: Place, pointer: str, *, was_removed: bool = False) -> str:
    """Return where `new` (or `old`, with `was_removed` or if `new` lacks it) holds the schema at `pointer`.

    If neither has such a place, the result is the innermost place around it that one of them has.
    """
    tokens = pointer_tokens(pointer)
    sides = (old, new) if was_removed else (new, old)
    for end in range(len(tokens), -1, -1):
        for side in sides:
            for last in _SPELLINGS.get(tokens[end - 1], tokens[end - 1 : end]) if end else ("",):
                path = (*tokens[: end - 1], last) if end else ()
                found, is_complete = _Search(side.document).place(side.pointer, path)
                if is_complete:
                    return found
    return new.pointer


def find_place(document: JsonValue, pointer: str) -> str | None:
    """Return where a document holds the schema or keyword at a pointer of a comparison; None if it does not."""
    found, is_complete = _Search(document).place("", pointer_tokens(pointer))
    return found if is_complete else None


def is_marked(old: Place, new: Place, pointer: str, keyword: str) -> bool:
    """Whether a property on the way to `pointer` has ``keyword: true`` wherever it exists."""
    tokens = pointer_tokens(pointer)
    for end in range(2, len(tokens) + 1):
        if tokens[end - 2] != "properties":
            continue
        nodes: list[JsonValue] = []
        for side in (old, new):
            found, is_complete = _Search(side.document).place(side.pointer, tokens[:end])
            if is_complete:
                nodes.append(resolve_pointer(side.document, found))
        if nodes and all(isinstance(node, dict) and node.get(keyword) is True for node in nodes):
            return True
    return False


class _Search:
    """One walk down a document, bounded in steps."""

    def __init__(self, root: JsonValue) -> None:
        self._root = root
        self._steps = 0

    def place(self, base: str, tokens: tuple[str, ...]) -> tuple[str, bool]:
        """The pointer of the place, and whether the document has it."""
        try:
            node = resolve_pointer(self._root, base)
        except LookupError:
            return base + pointer_of(*tokens), False
        return self._down(base, node, tokens, 0)

    def _down(self, current: str, node: JsonValue, tokens: tuple[str, ...], jumps: int) -> tuple[str, bool]:
        self._steps += 1
        if self._steps > _MOST_STEPS or jumps > _MOST_JUMPS:
            return current + pointer_of(*tokens), False
        target = _reference(node)
        if not tokens:
            is_alias = isinstance(node, dict) and node.keys() == {"$ref"} and target
            return self._follow(current, target, tokens, jumps) if is_alias else (current, True)
        if isinstance(node, dict) and tokens[0] in _UNIONS:
            return self._alternative(current, node, tokens, jumps)
        if isinstance(node, dict) and isinstance(node.get("items"), list):  # as drafts 4 to 7 spell prefixItems
            tokens = (_OLDER.get(tokens[0], tokens[0]), *tokens[1:])
        size = 2 if tokens[0] in _NAMED else 1
        inner = _member(node, tokens[:size])
        if inner is not _MISSING:
            return self._down(current + pointer_of(*tokens[:size]), inner, tokens[size:], 0)
        best = current + pointer_of(*tokens)
        if target:
            best, is_complete = self._follow(current, target, tokens, jumps)
            if is_complete:
                return best, True
        for pointer, part in _parts(current, node):
            found, is_complete = self._down(pointer, part, tokens, jumps + 1)
            if is_complete:
                return found, True
        return best, False

    def _follow(self, current: str, target: str, tokens: tuple[str, ...], jumps: int) -> tuple[str, bool]:
        pointer = unquote(target[1:])
        try:
            return self._down(pointer, resolve_pointer(self._root, pointer), tokens, jumps + 1)
        except LookupError:
            return current + pointer_of(*tokens), False

    def _alternative(self, current: str, node: JsonValue, tokens: tuple[str, ...], jumps: int) -> tuple[str, bool]:
        """The alternative of a union; a comparison numbers them without nested unions."""
        leaves = list(self._leaves(current, node, 0))
        index = int(tokens[1]) if len(tokens) > 1 and tokens[1].isdecimal() else 0
        # An alternative of several types counts more than once, so the others are tried too.
        # Where each alternative only requires something, the properties are beside them.
        for pointer, part in [*leaves[index : index + 1], *leaves, (current, node)]:
            found, is_complete = self._down(pointer, part, tokens[2:], jumps + 1)
            if is_complete:
                return found, True
        return current + pointer_of(*tokens), False

    def _leaves(self, current: str, node: JsonValue, depth: int) -> list[tuple[str, JsonValue]]:
        if not isinstance(node, dict) or depth > _MOST_JUMPS:
            return [(current, node)]
        for keyword in _UNIONS:
            parts = node.get(keyword)
            if isinstance(parts, list):
                return [
                    leaf
                    for index, part in enumerate(parts)
                    for leaf in self._leaves(current + pointer_of(keyword, index), part, depth + 1)
                ]
        if target := _reference(node):
            pointer = unquote(target[1:])
            try:
                return self._leaves(pointer, resolve_pointer(self._root, pointer), depth + 1)
            except LookupError:
                pass
        return [(current, node)]


_MISSING = "\0missing"


def _reference(node: JsonValue) -> str:
    """The target of a reference into the document; empty if there is none."""
    target = node.get("$ref") if isinstance(node, dict) else None
    return target if isinstance(target, str) and target.startswith("#") else ""


def _member(node: JsonValue, tokens: tuple[str, ...]) -> JsonValue:
    for token in tokens:
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isdecimal() and int(token) < len(node):
            node = node[int(token)]
        else:
            return _MISSING
    return node


def _parts(current: str, node: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Schemas that a schema is combined of."""
    for keyword in ("allOf", *_UNIONS):
        parts = node.get(keyword) if isinstance(node, dict) else None
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield current + pointer_of(keyword, index), part
