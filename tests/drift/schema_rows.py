"""One row per kind of difference between schemas: what fires there, what fires back, and what stays quiet.

Every row is judged four ways, each time as an exact list of rules: as a request and as a result,
from old to new and from new to old.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.drift.comparing import Json, request

S, INT, N = {"type": "string"}, {"type": "integer"}, {"type": "number"}
USUAL = {"type": "integer", "default": 1}


@dataclass(frozen=True)
class Row:
    """`there` and `back` are the kinds expected from old to new and from new to old."""

    there: str
    back: str
    old: Json
    new: Json
    quiet: tuple[Json, Json]
    """A neighbouring pair on which neither kind fires, in either direction or polarity."""
    output_there: str | None = None
    """What fires about a result, where it is another kind than in a request."""
    output_back: str | None = None


def x(old: Json, new: Json) -> tuple[Json, Json]:
    """Two requests whose parameter x differs."""
    return request(x=old), request(x=new)


def row(there: str, back: str, old: Json, new: Json, quiet: tuple[Json, Json], **output: str) -> Row:
    """A row about the parameter x."""
    return Row(there, back, *x(old, new), x(*quiet), **output)


def bounds(keyword: str, tight: float, loose: float, base: Json, quiet: float) -> list[Row]:
    """The four rows of one bound; `quiet` spells the tight one differently."""
    bound = lambda value: {**base, keyword: value}  # noqa: E731
    same = (bound(tight), bound(quiet))
    return [
        row("bound.tightened", "bound.relaxed", bound(loose), bound(tight), same),
        row("bound.set", "bound.unset", base, bound(tight), same),
    ]


CLOSED = {**request(), "additionalProperties": False}
KINDS = {"type": "object", "properties": {"k": S, "l": S}, "required": ["k", "l"]}
LIST, MAP = {"type": "array", "items": S}, {"type": "object", "additionalProperties": S}
TAGGED = [
    {"type": "object", "properties": {"kind": {"const": "a"}, "scale": INT}, "required": ["kind"]},
    {"type": "object", "properties": {"kind": {"const": "b"}, "name": S}, "required": ["kind"]},
]
OVERLAP: list[Json] = [{"type": "number", "maximum": 6}, {"const": 1.5}, S]


def tagged(tag: str, x: Json) -> Json:
    """An alternative that only its tag distinguishes from others."""
    return {"type": "object", "properties": {"kind": {"const": tag}, "x": x}, "required": ["kind"]}


def member(name: str, schema: Any, *, required: bool = False) -> Json:
    """A request that has one more member."""
    found = request(**{name: schema})
    return {**found, "required": ["prompt", name]} if required else found


OPEN = {**request(), "additionalProperties": True}

ROWS: list[Row] = [
    Row("property.removed", "property.added-optional", member("seed", INT), request(), (request(), request()),
        output_there="property.removed-optional", output_back="property.added"),
    Row("property.removed", "property.added-required", member("seed", INT, required=True), request(),
        (member("seed", INT), member("seed", {"allOf": [INT]})), output_back="property.added"),
    Row("property.removed", "property.added-required-with-default", member("seed", USUAL, required=True),
        request(), (member("seed", INT), member("seed", INT)), output_back="property.added"),
    Row("property.unlisted", "property.claimed", {**member("seed", INT), "additionalProperties": True}, OPEN,
        (OPEN, OPEN), output_there="property.removed-optional", output_back="property.added"),
    Row("property.became-required", "property.became-optional", member("seed", INT), member("seed", INT, required=True),
        (member("seed", INT, required=True), member("seed", {"allOf": [INT]}, required=True))),
    Row("property.became-required-with-default", "property.became-optional", member("seed", {**INT, "default": 1}),
        member("seed", {**INT, "default": 1}, required=True), (member("seed", INT), member("seed", INT)),
        output_there="property.became-required"),
    row("type.changed", "type.changed", S, INT, (S, {"type": ["string"]})),
    row("type.changed", "type.changed", {"const": "1"}, {"const": 1}, ({"const": 1}, {"const": 1.0})),
    row("type.changed", "type.changed", S, LIST, (LIST, {"allOf": [LIST]})),
    row("type.narrowed", "type.widened", {"type": ["string", "integer"]}, S, (S, {"anyOf": [S, S]})),
    row("type.narrowed", "type.widened", N, INT, (INT, {"type": "number", "multipleOf": 1})),
    row("type.narrowed", "type.widened", {}, S, ({}, True)),  # type: ignore[arg-type]
    row("enum.value-removed", "enum.value-added", {"enum": ["a", "b"]}, {"enum": ["a"]},
        ({"enum": ["a", "b"]}, {"anyOf": [{"const": "b"}, {"const": "a"}]})),
    row("enum.value-removed", "enum.value-added", {"enum": ["a", 1]}, {"enum": ["a"]},
        ({"enum": ["a"]}, {"const": "a"})),
    row("enum.set", "enum.lifted", S, {"enum": ["a"]}, ({"const": "a"}, {"enum": ["a"]})),
    row("enum.set", "enum.lifted", {"anyOf": [{"enum": ["a", "b"]}, S]}, {"enum": ["a", "b"]},
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]})),
    row("enum.set", "enum.lifted", {"type": "boolean"}, {"const": True},
        ({"type": "boolean"}, {"enum": [False, True]})),
    row("enum.suggestion-removed", "enum.suggestion-added", {"anyOf": [{"enum": ["a", "b"]}, S]},
        {"anyOf": [{"enum": ["a"]}, S]}, ({"anyOf": [{"enum": ["a", "b"]}, S]}, {"anyOf": [S, {"enum": ["b", "a"]}]})),
    *bounds("minimum", 3, 1, INT, 3.0),
    *bounds("maximum", 3, 9, N, 3.0),
    *bounds("exclusiveMinimum", 3, 1, N, 3.0),
    *bounds("exclusiveMaximum", 3, 9, N, 3.0),
    *bounds("minLength", 3, 1, S, 3.0),
    *bounds("maxLength", 3, 9, S, 3.0),
    *bounds("minItems", 3, 1, LIST, 3.0),
    *bounds("maxItems", 3, 9, LIST, 3.0),
    *bounds("minProperties", 3, 1, MAP, 3.0),
    *bounds("maxProperties", 3, 9, MAP, 3.0),
    row("bound.tightened", "bound.relaxed", {**N, "minimum": 1}, {**N, "exclusiveMinimum": 1},
        ({**INT, "minimum": 1}, {**INT, "exclusiveMinimum": 0})),
    row("bound.tightened", "bound.relaxed", {**N, "maximum": 9}, {**N, "exclusiveMaximum": 9},
        ({**INT, "maximum": 9}, {**INT, "exclusiveMaximum": 10})),
    row("multiple-of.set", "multiple-of.relaxed", INT, {**INT, "multipleOf": 8}, (INT, {**INT, "multipleOf": 1})),
    row("multiple-of.changed", "multiple-of.relaxed", {**INT, "multipleOf": 8}, {**INT, "multipleOf": 64},
        ({**INT, "multipleOf": 8}, {**INT, "multipleOf": 8.0})),
    row("multiple-of.changed", "multiple-of.changed", {**INT, "multipleOf": 8}, {**INT, "multipleOf": 12},
        ({**INT, "multipleOf": 8}, {**INT, "multipleOf": 8.0})),
    row("unique-items.set", "unique-items.unset", LIST, {**LIST, "uniqueItems": True},
        ({**LIST, "maxItems": 1}, {**LIST, "maxItems": 1, "uniqueItems": True})),
    row("pattern.set", "pattern.unset", S, {**S, "pattern": "^a"}, (S, {**S, "pattern": ""})),
    row("pattern.changed", "pattern.changed", {**S, "pattern": "^a+$"}, {**S, "pattern": "^[0-9]{2}$"},
        ({**S, "pattern": "^a"}, {**S, "allOf": [{**S, "pattern": "^a"}]})),
    row("pattern.changed", "pattern.relaxed", {**S, "pattern": "^[a-z]+$"}, {**S, "pattern": "^[a-y]+$"},
        ({**S, "pattern": "^[a-z]+$"}, {**S, "pattern": "^(?:[a-z][a-z]*)$"})),
    row("nullable.removed", "nullable.added", {"type": ["string", "null"]}, S,
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, S]})),
    row("nullable.removed", "nullable.added", {**S, "nullable": True}, S,
        ({**S, "nullable": True}, {"oneOf": [S, {"const": None}]})),
    Row("additional.closed", "additional.opened", OPEN, request(), (OPEN, {**request(), "additionalProperties": {}}),
        output_there="", output_back=""),
    Row("additional.closed", "additional.opened", OPEN, {**request(), "additionalProperties": False}, (OPEN, OPEN)),
    Row("additional.stated", "additional.stated", request(), CLOSED,
        ({**request(), "unevaluatedProperties": False}, CLOSED),
        output_there="additional.closed", output_back="additional.opened"),
    Row("unsent.changed", "unsent.changed", {**request(), "type": ["object", "null"]}, request(),
        (request(), {"allOf": [request()]}), output_there="nullable.removed", output_back="nullable.added"),
    Row("additional.stated", "additional.stated", {"allOf": [request()]}, {"allOf": [CLOSED]},
        (CLOSED, {"allOf": [CLOSED]}), output_there="additional.closed", output_back="additional.opened"),
    row("bound.tightened", "bound.relaxed", {**MAP, "additionalProperties": {**INT, "maximum": 9}},
        {**MAP, "additionalProperties": {**INT, "maximum": 3}}, (MAP, {**MAP, "allOf": [MAP]})),
    row("type.narrowed", "type.widened", {"type": "array", "prefixItems": [S, {"type": ["string", "integer"]}]},
        {"type": "array", "prefixItems": [S, S]}, (LIST, {"type": "array", "items": S, "prefixItems": [S]})),
    row("branch.removed", "branch.added", {"anyOf": TAGGED}, TAGGED[0], ({"anyOf": TAGGED}, {"oneOf": TAGGED[::-1]})),
    row("branch.removed", "branch.added", {"type": "array", "items": {"oneOf": TAGGED}},
        {"type": "array", "items": TAGGED[1]}, ({"anyOf": TAGGED}, {"oneOf": TAGGED[::-1]})),
    row("bound.set", "bound.unset", {"oneOf": TAGGED},
        {"oneOf": [TAGGED[1], {**TAGGED[0], "properties": {"kind": {"const": "a"}, "scale": {**INT, "maximum": 3}}}]},
        ({"oneOf": TAGGED}, {"anyOf": TAGGED})),
    row("bound.set", "bound.unset", {"anyOf": [tagged("a", INT), tagged("b", INT)]},
        {"anyOf": [tagged("b", INT), tagged("a", {**INT, "maximum": 3})]},
        ({"anyOf": [tagged("a", INT), tagged("b", INT)]}, {"oneOf": [tagged("b", INT), tagged("a", INT)]})),
    row("union.became-exclusive", "union.became-inclusive", {"anyOf": [{**INT, "maximum": 5}, {**INT, "minimum": 3}]},
        {"oneOf": [{**INT, "maximum": 5}, {**INT, "minimum": 3}]}, ({"anyOf": [S, INT]}, {"oneOf": [INT, S]})),
    row("narrowed", "widened", {"oneOf": [N, {"const": 1.5}]}, {"oneOf": [N, {"enum": [1.5, 2.5]}]},
        ({"oneOf": OVERLAP}, {"oneOf": OVERLAP[::-1]})),
    row("format.changed", "format.changed", {**S, "format": "uri"}, {**S, "format": "date"},
        ({**S, "x-a": 1}, {"x-a": 1, **S})),
    row("format.set", "format.unset", S, {**S, "format": "uri"}, (S, {**S, "allOf": [S]})),
    row("default.changed", "default.changed", {**INT, "default": 1}, {**INT, "default": 2},
        ({**INT, "default": 1}, {**INT, "default": 1.0})),
    row("default.added", "default.removed", INT, {**INT, "default": 2},
        ({**INT, "nullable": True}, {**INT, "nullable": True, "default": None})),
    row("deprecated.set", "deprecated.unset", S, {**S, "deprecated": True}, (S, {**S, "deprecated": False})),
    row("read-only.set", "read-only.unset", S, {**S, "readOnly": True}, (S, {**S, "readOnly": False})),
    row("write-only.set", "write-only.unset", S, {**S, "writeOnly": True}, (S, {**S, "writeOnly": False})),
    row("title.changed", "title.changed", S, {**S, "title": "X"}, (S, {**S, "title": ""})),
    row("description.changed", "description.changed", S, {**S, "description": "X"},
        ({**S, "description": "X", "nullable": True}, {"anyOf": [{**S, "description": "X"}, {"type": "null"}]})),
    row("content.changed", "content.changed", {**S, "contentMediaType": "image/png"},
        {**S, "contentMediaType": "image/webp"}, (S, {**S, "deprecated": False})),
    row("content.set", "content.unset", S, {**S, "contentEncoding": "base64"}, (S, {**S, "allOf": [S]})),
    row("discriminator.changed", "discriminator.changed", {**KINDS, "discriminator": {"propertyName": "k"}},
        {**KINDS, "discriminator": {"propertyName": "l"}},
        ({**KINDS, "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}},
         {**KINDS, "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}})),
    row("annotation.changed", "annotation.changed", S, {**S, "$comment": "x"}, (S, {**S, "$comment": ""})),
    row("annotation.changed", "annotation.changed", {**S, "x-a": {"b": 1}}, {**S, "x-a": {"b": 2}},
        ({**S, "x-a": {"b": 1}}, {**S, "x-a": {"b": 1.0}})),
    row("keyword.tightened", "keyword.relaxed", LIST, {**LIST, "contains": {"minLength": 1}},
        ({**LIST, "minItems": 1}, {**LIST, "minItems": 1, "contains": {}})),
    row("examples.changed", "examples.changed", S, {**S, "examples": ["a"]},
        ({**S, "example": "a"}, {**S, "examples": ["a"]})),
]  # fmt: skip
