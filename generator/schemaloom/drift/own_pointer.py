"""From the pointer of a comparison to the pointer of the provider's own document.

A comparison resolves references and merges ``allOf`` as it goes down, so its pointers name a path
of properties and items.  `own_pointer` finds the schema on that path where the document wrote it:
behind ``$ref``, in a part of ``allOf``, or in an alternative.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from schemaloom.ir.references import References, UnresolvedReference
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonValue, json_text


class Place(NamedTuple):
    """A schema in a document."""

    document: JsonValue
    pointer: str


_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
_UNIONS = ("anyOf", "oneOf")
_OLDER = {"prefixItems": "items", "items": "additionalItems"}
_MOST_JUMPS = 20
_MOST_STEPS = 2_000
_MOST_PLACES = 50


def own_pointer(old: Place, new: Place, pointer: str, *, was_removed: bool = False) -> str:
    """Return where `new` (or `old`, with `was_removed` or if `new` lacks it) holds the schema at `pointer`.

    Of several such places, it is the first that differs between the two.  If neither document has
    one, it is the innermost place around it that one of them has.
    """
    tokens = pointer_tokens(pointer)
    sides = ((old, new), (new, old)) if was_removed else ((new, old), (old, new))
    searches = {id(side.document): _Search(side.document) for side in (old, new)}
    for end in range(len(tokens), -1, -1):
        for side, other in sides:
            for path in _spellings(tokens[:end]):
                found = [*islice(searches[id(side.document)].places(side.pointer, path), _MOST_PLACES)]
                if found:
                    return next((place for place in found if _differs(place, side, other)), found[0])
    return new.pointer


def _spellings(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a path, and for a list of values that of ``const``: a comparison calls both ``enum``."""
    yield path
    if path[-1:] == ("enum",) and not (len(path) > 1 and path[-2] in _NAMED):
        yield (*path[:-1], "const")


def find_place(document: JsonValue, pointer: str) -> str | None:
    """Return where a document holds the schema or keyword at a pointer of a comparison; None if it does not."""
    return next(_Search(document).places("", pointer_tokens(pointer)), None)


def is_marked(old: Place, new: Place, pointer: str, keyword: str) -> bool:
    """Whether a property on the way to `pointer` has ``keyword: true`` wherever it exists."""
    tokens = pointer_tokens(pointer)
    for end in range(2, len(tokens) + 1):
        if tokens[end - 2] != "properties":
            continue
        nodes: list[JsonValue] = []
        for side in (old, new):
            found = [*islice(_Search(side.document).places(side.pointer, tokens[:end]), 1)]
            nodes += (resolve_pointer(side.document, place) for place in found)
            if not found and _requires(side, tokens[: end - 2], tokens[end - 1]):
                nodes.append(None)  # a property that is only required has no annotation
        if nodes and all(isinstance(node, dict) and node.get(keyword) is True for node in nodes):
            return True
    return False


def _requires(side: Place, tokens: tuple[str, ...], name: str) -> bool:
    """Whether the schema at a path requires a property."""
    found = islice(_Search(side.document).places(side.pointer, (*tokens, "required")), 1)
    listed = [resolve_pointer(side.document, place) for place in found]
    return any(isinstance(names, list) and name in names for names in listed)


def _differs(pointer: str, side: Place, other: Place) -> bool:
    """Whether the other document has something else at a place of one."""
    try:
        theirs = resolve_pointer(other.document, pointer)
    except LookupError:
        return True
    return json_text(resolve_pointer(side.document, pointer)) != json_text(theirs)


class _Search:
    """Walks down a document, bounded in steps."""

    def __init__(self, root: JsonValue) -> None:
        self._root = root
        self._references = References(root)
        self._steps = 0

    def places(self, base: str, tokens: tuple[str, ...]) -> Iterator[str]:
        """Yield the pointers of the places that a path leads to, the likeliest first."""
        self._steps = 0
        with suppress(LookupError):
            yield from self._down(base, resolve_pointer(self._root, base), tokens, 0)

    def _down(self, current: str, node: JsonValue, tokens: tuple[str, ...], jumps: int) -> Iterator[str]:
        self._steps += 1
        if self._steps > _MOST_STEPS or jumps > _MOST_JUMPS:
            return
        if not tokens:
            is_alias = isinstance(node, dict) and node.keys() == {"$ref"}
            found = [*self._follow(current, node, tokens, jumps)] if is_alias else []
            yield from found or (current,)
            return
        if isinstance(node, dict) and tokens[0] in _UNIONS:
            yield from self._alternative(current, node, tokens, jumps)
            return
        if isinstance(node, dict) and isinstance(node.get("items"), list):  # as drafts 4 to 7 spell prefixItems
            tokens = (_OLDER.get(tokens[0], tokens[0]), *tokens[1:])
        size = 2 if tokens[0] in _NAMED else 1
        inner = _member(node, tokens[:size])
        if inner is not _MISSING:
            yield from self._down(current + pointer_of(*tokens[:size]), inner, tokens[size:], 0)
        yield from self._follow(current, node, tokens, jumps)
        for pointer, part in _parts(current, node):
            yield from self._down(pointer, part, tokens, jumps + 1)

    def _follow(self, current: str, node: JsonValue, tokens: tuple[str, ...], jumps: int) -> Iterator[str]:
        for pointer, target in self._target(current, node):
            yield from self._down(pointer, target, tokens, jumps + 1)

    def _target(self, current: str, node: JsonValue) -> Iterator[tuple[str, JsonValue]]:
        """Yield the pointer and the content of what a node refers to, if it does."""
        if isinstance(node, dict) and "$ref" in node:
            with suppress(UnresolvedReference):
                yield self._references.target(node["$ref"], current)

    def _alternative(self, current: str, node: JsonValue, tokens: tuple[str, ...], jumps: int) -> Iterator[str]:
        """Yield the places in an alternative of a union; a comparison numbers them without nested unions."""
        leaves = list(self._leaves(current, node, 0))
        index = int(tokens[1]) if len(tokens) > 1 and tokens[1].isdecimal() else 0
        # An alternative of several types counts more than once, so the others are tried too.
        # Where each alternative only requires something, the properties are beside them.
        for pointer, part in [*leaves[index : index + 1], *leaves, (current, node)]:
            found = next(self._down(pointer, part, tokens[2:], jumps + 1), None)
            if found is not None:
                yield found
                return

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
        for pointer, target in self._target(current, node):
            return self._leaves(pointer, target, depth + 1)
        return [(current, node)]


_MISSING = "\0missing"


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
