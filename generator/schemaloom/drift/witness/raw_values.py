"""`ShapeReader`: which values the raw schemas of both sides mention, place by place, whatever the keyword.

No keyword is interpreted: a shape collects constants, bounds, lengths and names, from which `Payloads`
puts random payloads together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from schemaloom.ir.decimals import exact, plain
from schemaloom.ir.pattern_language import distinct_texts, samples_of
from schemaloom.ir.patterns import linear_pattern
from schemaloom.ir.references import References, UnresolvedReference
from schemaloom.ir.vocabulary import REFERENCES
from schemaloom.json.values import JsonObject, JsonValue, json_text, list_or_empty, object_or_empty

DEEPEST = 8
"""Levels of a payload."""
_MOST_VALUES = 60
"""Scalars kept for one place."""
_MOST_NODES = 3_000
_LONGEST_LIST = 12
_LONGEST_TEXT = 300
_LARGEST_EXACT = 2**53
"""Above it a fraction does not change a number, and an integer may be too large for a float."""
_IN_PLACE = ("not", "if", "then", "else")
_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_ITEMS = ("items", "contains", "unevaluatedItems")
_USUAL: dict[str, tuple[JsonValue, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "integer": (1, 0, -1),
    "number": (1, 0.5, -0.5),
    "string": ("x", "", "abcdef"),
    "array": (),
    "object": (),
}
FRESH = "extra_"
"""A property that no schema names."""


class Shape:
    """The names and values that two schemas mention for one place of a payload."""

    def __init__(self) -> None:
        self.values: dict[str, JsonValue] = {}
        self.names: dict[str, Shape] = {}
        self.groups: list[list[str]] = []
        """Names that some keyword mentions together."""
        self.prefix: dict[int, Shape] = {}
        self.rest: Shape | None = None
        self.lengths: dict[int, None] = {}
        self.patterns: dict[str, None] = {}
        self.text_lengths: set[int] = set()
        self.unlisted: Shape | None = None
        """The possible names of properties, if some keyword restricts them."""

    def add(self, values: Iterable[JsonValue]) -> None:
        """Keep values, each once."""
        for value in values:
            if len(self.values) < _MOST_VALUES:
                self.values.setdefault(f"{type(value) is bool}{json_text(value)}", value)

    def name(self, name: str) -> Shape:
        """Return the shape of a property."""
        return self.names.setdefault(name, Shape())

    def of_names(self) -> Shape:
        """Return the shape of the names of properties."""
        if self.unlisted is None:
            self.unlisted = Shape()
        return self.unlisted

    def complete(self) -> None:
        """Add texts for the combinations of patterns that were read at one place, here and everywhere below."""
        pending = [self]
        while pending:
            shape = pending.pop()
            shape.add(shape.texts())
            rest = shape.names.get(FRESH, Shape())
            for name in map(str, shape.unlisted.texts() if shape.unlisted else ()):
                shape.names.setdefault(name, rest)
            pending += [*shape.names.values(), *shape.prefix.values(), *([shape.rest] if shape.rest else [])]

    def texts(self) -> tuple[str, ...]:
        """Return texts for each combination of patterns and lengths; none without a pattern."""
        return distinct_texts(tuple(self.patterns), tuple(sorted(self.text_lengths))) if self.patterns else ()

    def items(self) -> Shape:
        """Return the shape of the items."""
        if self.rest is None:
            self.rest = Shape()
        return self.rest


class ShapeReader:
    """Reads raw schemas into one `Shape`."""

    def __init__(self) -> None:
        self.shape = Shape()
        self._nodes = 0
        self._references = References({})

    def read(self, schema: JsonObject) -> None:
        """Collect what a whole schema mentions."""
        self._references = References(schema)
        self._collect(schema, self.shape, 0)

    def _collect(self, node: JsonValue, shape: Shape, depth: int) -> None:
        self._nodes += 1
        if not isinstance(node, dict) or depth > DEEPEST or self._nodes > _MOST_NODES:
            return
        self._scalars(node, shape)
        self._objects(node, shape, depth)
        self._arrays(node, shape, depth)
        for keyword in _IN_PLACE:
            self._collect(node.get(keyword), shape, depth + 1)
        for keyword in _IN_PLACE_LISTS:
            for part in list_or_empty(node.get(keyword)):
                self._collect(part, shape, depth + 1)
        for reference in (node[keyword] for keyword in REFERENCES if keyword in node):
            with suppress(UnresolvedReference):
                self._collect(self._references.target(reference)[1], shape, depth + 1)

    def _scalars(self, node: JsonObject, shape: Shape) -> None:
        shape.add(list_or_empty(node.get("enum")))
        shape.add(node[keyword] for keyword in ("const", "default") if keyword in node)
        shape.add(list_or_empty(node.get("examples"))[:2])
        kinds = node.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            shape.add(_USUAL.get(str(kind), ()))
        step = _number(node.get("multipleOf"))
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            bound = _number(node.get(keyword))
            if bound is not None:
                shape.add((bound, bound + 1, bound - 1))
                if abs(bound) < _LARGEST_EXACT:
                    shape.add((bound + 0.5, bound - 0.5))
                if step and (isinstance(bound, type(step)) or abs(bound) < _LARGEST_EXACT):
                    nearest = exact(bound) // exact(step)
                    shape.add(plain((nearest + count) * exact(step)) for count in (0, 1, -1, -2))
        if step:
            half = step / 2 if step < _LARGEST_EXACT else step // 2
            shape.add((step, 2 * step, 3 * step, half, step + 1, 0, -step, 5 * step, 7 * step, 10 * step))
        self._texts(node, shape)

    def _texts(self, node: JsonObject, shape: Shape) -> None:
        pattern = node.get("pattern")
        texts = [*samples_of(pattern), "x", "a", "1"] if isinstance(pattern, str) else ["x"]
        if isinstance(pattern, str):
            shape.patterns[pattern] = None
            shape.add(_guesses(pattern) if linear_pattern(pattern) is None else ())
        lengths = [_count(node.get(keyword)) for keyword in ("minLength", "maxLength")]
        bounds = [length for length in lengths if length is not None and length < _LONGEST_TEXT]
        shape.text_lengths |= {size for length in bounds for size in (length, length + 1)}
        for text in texts if any(length is not None for length in lengths) else texts[:-1]:
            shape.add([text])
            for length in lengths:
                for size in (length, length + 1, length - 1) if length is not None else ():
                    if 0 <= size <= _LONGEST_TEXT and text:
                        shape.add([(text * (size // len(text) + 1))[:size], text + "x" * (size - len(text))])

    def _objects(self, node: JsonObject, shape: Shape, depth: int) -> None:
        for name, part in object_or_empty(node.get("properties")).items():
            self._collect(part, shape.name(name), depth + 1)
        for pattern, part in object_or_empty(node.get("patternProperties")).items():
            shape.of_names().patterns[pattern] = None
            for name in samples_of(pattern)[:3]:
                self._collect(part, shape.name(name), depth + 1)
            for known in shape.names.values():
                self._collect(part, known, depth + 1)
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(node.get(keyword), dict):
                self._collect(node[keyword], shape.name(FRESH), depth + 1)
        self._names(node, shape, depth)

    def _names(self, node: JsonObject, shape: Shape, depth: int) -> None:
        dependencies = {**object_or_empty(node.get("dependentSchemas")), **object_or_empty(node.get("dependencies"))}
        for part in dependencies.values():
            self._collect(part, shape, depth + 1)
        groups = [_strings(node.get("required")), *([name] for name in dependencies)]
        for keyword in ("dependentRequired", "dependencies"):
            groups += ([name, *_strings(others)] for name, others in object_or_empty(node.get(keyword)).items())
        names = node.get("propertyNames")
        if isinstance(names, dict):
            found = Shape()
            self._collect(names, found, depth + 1)
            for name in _strings([*found.values.values()])[:6]:
                shape.name(name)
            self._collect(names, shape.of_names(), depth + 1)
        for keyword in ("minProperties", "maxProperties"):
            count = _count(node.get(keyword))
            if count is not None and count <= _LONGEST_LIST:
                groups.append([*shape.names, *(f"{FRESH}{n}" for n in range(count + 1))][: count + 1])
        if node.keys() & {"additionalProperties", "unevaluatedProperties", "maxProperties", "propertyNames"}:
            shape.name(FRESH)
        for group in filter(None, groups):
            shape.groups.append(group)
            for name in group:
                shape.name(name)

    def _arrays(self, node: JsonObject, shape: Shape, depth: int) -> None:
        for index, part in enumerate(list_or_empty(node.get("prefixItems"))[:_LONGEST_LIST]):
            self._collect(part, shape.prefix.setdefault(index, Shape()), depth + 1)
            shape.lengths |= {index: None, index + 1: None, index + 2: None}
        for keyword in _ITEMS:
            if keyword in node:
                shape.lengths |= {0: None, 1: None, 2: None}
                self._collect(node[keyword], shape.items(), depth + 1)
        for keyword in ("minItems", "maxItems", "minContains", "maxContains"):
            count = _count(node.get(keyword))
            if count is not None and count <= _LONGEST_LIST:
                shape.lengths |= {max(0, count - 1): None, count: None, count + 1: None}
                shape.items()
        if node.get("type") == "array" or "uniqueItems" in node:
            shape.lengths |= {0: None, 1: None, 2: None}
            shape.items()


def _guesses(pattern: str) -> list[JsonValue]:
    """Return texts for a pattern with look-around: what it spells out, and mixtures of every length up to some."""
    mixtures = [(kind * _LONGEST_LIST)[:length] for length in range(_LONGEST_LIST + 1) for kind in ("aA1!", "1")]
    return [*re.findall(r"[\w.:/-]+", pattern)[:8], *mixtures]


def _strings(value: JsonValue) -> list[str]:
    return [item for item in list_or_empty(value) if isinstance(item, str)]


def _number(value: JsonValue) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _count(value: JsonValue) -> int | None:
    found = _number(value)
    return None if found is None or found < 0 or found > 10_000 else int(found)
