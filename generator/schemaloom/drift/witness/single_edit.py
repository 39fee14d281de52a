"""`SingleEdit`: the effect of one keyword's change by itself, judged by the raw schemas.

Two schemas often differ in several keywords at one place.  A payload that is refused now shows the change of
one keyword only if that keyword refuses it, whatever else changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from schemaloom.drift.difference import Delta
from schemaloom.drift.own_pointer import find_place
from schemaloom.drift.rules import UNKNOWN_KEYWORD
from schemaloom.drift.subschema.keyword_fields import FIELDS
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text

REJECTING = frozenset({"not", "pattern", "propertyNames", "dependentRequired", "maxContains"})
"""Keywords that say nothing about properties and items to the keywords around them."""
_INDEPENDENT = REJECTING | FIELDS.keys() - {"type"}
"""Keywords of which each refuses the same values beside any others."""
_PAIRS = {
    "minimum": "exclusiveMinimum", "exclusiveMinimum": "minimum", "maximum": "exclusiveMaximum",
    "exclusiveMaximum": "maximum", "additionalProperties": "unevaluatedProperties",
    "unevaluatedProperties": "additionalProperties",
}  # fmt: skip
"""Two spellings of one rule."""
_UNIONS = ("anyOf", "oneOf")


@dataclass(frozen=True)
class SingleEdit:
    """The schemas between two schemas: `valid` accepts payloads that `refusing` may refuse."""

    valid: RawSchema
    refusing: RawSchema
    documents: tuple[JsonObject, JsonObject]
    """The document of `valid` with the one edit and no other, and that of `refusing` with every edit but this one."""
    is_independent: bool
    """Whether the keywords refuse the same values beside any others."""

    @cached_property
    def alone(self) -> RawSchema:
        """`valid` with the one edit and no other."""
        return self.valid.revised(self.documents[0])

    @cached_property
    def without(self) -> RawSchema:
        """`refusing` with every edit but this one."""
        return self.refusing.revised(self.documents[1])

    def is_shown_by(self, value: JsonValue) -> bool:
        """Whether a payload that only `valid` accepts is refused because of this edit, as far as this can be read."""
        return self.alone.accepts(value) is not True or self.without.accepts(value) is not False

    @property
    def is_harmless(self) -> bool:
        """Whether it is proved that this edit refuses no payload that `valid` accepts."""
        return self.alone.covers(self.valid) is True and (
            self.is_independent or self.refusing.covers(self.without) is True
        )


def single_edit(valid: RawSchema, refusing: RawSchema, delta: Delta) -> SingleEdit | None:
    """Return the edit that a difference is about; None if the documents do not spell it at one place."""
    if delta.place.is_in_branch and not _has_one_place(valid.document, refusing.document, delta):
        return None
    parts = _parts(delta)
    alone = _with_parts(valid.document, refusing.document, delta, parts)
    without = _with_parts(refusing.document, valid.document, delta, parts)
    if alone is None or without is None or alone == valid.document or without == refusing.document:
        return None
    # An alternative of oneOf that accepts fewer values may let another one count.
    place = find_place(valid.document, delta.place.pointer) if delta.place.is_in_branch else None
    is_independent = "oneOf" not in pointer_tokens(place or "") and all(
        part.removeprefix("/") in _INDEPENDENT for part in parts
    )
    return SingleEdit(valid, refusing, (alone, without), is_independent)


def _has_one_place(document: JsonObject, other: JsonObject, delta: Delta) -> bool:
    """Whether a place in an alternative is the same in both documents, and no other alternative changed.

    Otherwise the alternatives may have changed places.
    """
    pointer = find_place(document, delta.place.pointer)
    if pointer is None or pointer != find_place(other, delta.place.pointer):
        return False
    tokens = pointer_tokens(pointer)
    for end in (index for index, token in enumerate(tokens) if token in _UNIONS):
        sides = [resolve_pointer(side, pointer_of(*tokens[: end + 1])) for side in (document, other)]
        if any(isinstance(side, list) for side in sides) and not _differ_only_at(sides[0], sides[1], tokens[end + 1]):
            return False
    return True


def _differ_only_at(left: JsonValue, right: JsonValue, index: str) -> bool:
    if not isinstance(left, list) or not isinstance(right, list):
        return False
    at = int(index)
    return json_text([*left[:at], *left[at + 1 :]]) == json_text([*right[:at], *right[at + 1 :]])


def _parts(delta: Delta) -> list[str]:
    """Return the keywords that an edit changed, and the properties, as pointers below its place; none if unknown."""
    if delta.kind == UNKNOWN_KEYWORD:
        return [pointer_of(name) for name in sorted(delta.keywords)]
    keyword = delta.suffix.removeprefix("/")
    if delta.kind.startswith("property.became"):
        return ["/required"]
    if delta.member is not None:
        return [delta.suffix, "/required"]
    names = (keyword, _PAIRS.get(keyword)) if keyword in FIELDS or keyword in _PAIRS else ()
    return [pointer_of(name) for name in names if name]


def _with_parts(document: JsonObject, other: JsonObject, delta: Delta, parts: list[str]) -> JsonObject | None:
    """Return `document` with parts of the schema at a place as `other` has them; None if it has no such schema."""
    pointer = delta.place.pointer
    base = find_place(document, pointer)
    if base is None:
        return None
    edited: JsonValue = document
    for part in parts:
        theirs, ours = find_place(other, pointer + part), find_place(document, pointer + part)
        if theirs is not None or ours is not None:
            value = _ABSENT if theirs is None else resolve_pointer(other, theirs)
            if part == "/required":
                own = [] if ours is None else resolve_pointer(document, ours)
                value = _with_name(own, value, delta.member)
            edited = _replaced(edited, pointer_tokens(ours or _twin(document, theirs, part) or base + part), value)
    return edited if isinstance(edited, dict) else None


def _twin(document: JsonObject, place: str | None, part: str) -> str | None:
    """Return the place of a part in the other document, if this one has a schema there."""
    try:
        schema = resolve_pointer(document, place.removesuffix(part)) if place else None
    except LookupError:
        return None
    return place if isinstance(schema, dict) else None


def _with_name(required: JsonValue, other: JsonValue, name: str | None) -> JsonValue:
    """Return a list of required properties in which only `name` is as in `other`."""
    names, others = (found if isinstance(found, list) else [] for found in (required, other))
    return [*(each for each in names if each != name), *(each for each in others if each == name)]


_ABSENT = "\0absent"


def _replaced(node: JsonValue, tokens: tuple[str, ...], value: JsonValue) -> JsonValue:
    """Return a copy of `node` with another value at a path, or without it if `value` is `_ABSENT`."""
    if not tokens:
        return value
    first, rest = tokens[0], tokens[1:]
    if isinstance(node, list):
        index = int(first)
        return [*node[:index], _replaced(node[index], rest, value), *node[index + 1 :]]
    node = node if isinstance(node, dict) else {}
    if not rest and value is _ABSENT:
        return {key: part for key, part in node.items() if key != first}
    return {**node, first: _replaced(node.get(first), rest, value)}
