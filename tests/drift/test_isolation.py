"""A witness is refused for its own change and for nothing else, where such a payload exists."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.drift.comparing import changes_between

from schemaloom.drift.change import Change, Polarity
from schemaloom.ir.close_schema import close_schema

S, I, N = {"type": "string"}, {"type": "integer"}, {"type": "number"}  # noqa: E741


def obj(*required: str, **properties: Any) -> Any:
    """An object."""
    return {"type": "object", "properties": properties, "required": [*required]}


def one(schema: Any) -> Any:
    """A request with the parameter p."""
    return obj(p=schema)


PAIRS: dict[str, tuple[Any, Any]] = {
    "unique items beside fewest": (one({"type": "array", "items": I}),
                                   one({"type": "array", "items": I, "uniqueItems": True, "minItems": 1})),
    "unique items beside most": (one({"type": "array", "items": I}),
                                 one({"type": "array", "items": I, "uniqueItems": True, "maxItems": 3})),
    "items beside fewest": (one({"type": "array", "items": I}),
                            one({"type": "array", "items": {**I, "minimum": 2}, "minItems": 2})),
    "fewest beside most properties": (one({"type": "object", "additionalProperties": S}),
                                      one({"type": "object", "additionalProperties": S, "minProperties": 1,
                                           "maxProperties": 3})),
    "a type beside a required neighbour": (obj(a=S, b=I), obj("b", a=I, b=I)),
    "two required neighbours": (obj("x", x=S, a=S, b=S), obj("x", "a", "b", x=S, a=S, b=S)),
    "a value beside a required neighbour": (obj(a={"enum": ["x", "y"]}, b=S), obj("b", a={"enum": ["x"]}, b=S)),
    "a retyped neighbour that is required": (obj("b", a=I, b=N), obj("b", a={**I, "maximum": 3}, b=I)),
    "closing beside a required name": ({"type": "object"}, obj("p", p=S)),
    "closing a property beside a required name": (one({"type": "object"}), one(obj("p", p=S))),
    "below a property": (one(obj(a=S, b=S)), one(obj("b", a=I, b=S))),
    "bounds beside a step": (one(N), one({**N, "minimum": 2, "maximum": 10, "multipleOf": 2})),
    "a bound between two steps": (one({**I, "maximum": 10}), one({**I, "maximum": 5, "multipleOf": 2})),
    "lengths beside a pattern": (one(S), one({**S, "minLength": 2, "maxLength": 4, "pattern": "^a"})),
}  # fmt: skip


def breaking(old: Any, new: Any) -> list[Change]:
    """The changes that break a request."""
    return [change for change in changes_between(old, new, Polarity.INPUT) if change.severity == "breaking"]


@pytest.mark.parametrize("name", PAIRS)
def test_each_witness_is_refused_for_one_reason_and_each_for_another(name: str) -> None:
    old, new = (close_schema(schema) for schema in PAIRS[name])
    reasons: list[tuple[str, str]] = []
    for change in breaking(*PAIRS[name]):
        assert Draft202012Validator(old).is_valid(change.witness)
        (error,) = Draft202012Validator(new).iter_errors(change.witness)
        reasons.append((error.json_path, str(error.validator)))
        if change.pointer.endswith(("Items", "mum", "Length", "Properties", "pattern", "multipleOf")):
            assert change.pointer.rpartition("/")[2] == error.validator
        if change.rule == "input.additional.closed":
            assert error.validator in {"additionalProperties", "unevaluatedProperties"}
    assert len(reasons) > 1
    assert len({*reasons}) == len(reasons) or "required" in reasons[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ({**I, "maximum": 7, "multipleOf": 2}, {**I, "maximum": 5, "multipleOf": 2}, "maximum changed from 7 to 5"),
        ({**I, "multipleOf": 2}, {**I, "maximum": 5, "multipleOf": 2}, "maximum set to 5"),
        (I, {**I, "minimum": 1.5}, "minimum set to 1.5"),
        ({**N, "exclusiveMinimum": 0, "multipleOf": 0.5}, {**N, "exclusiveMinimum": 1, "multipleOf": 0.5},
         "exclusiveMinimum changed from 0 to 1"),
        ({**I, "multipleOf": 1.5}, {**I, "multipleOf": 4}, "multipleOf changed from 1.5 to 4"),
    ],
)  # fmt: skip
def test_a_message_has_the_numbers_of_the_provider(old: Any, new: Any, message: str) -> None:
    assert [change.message for change in breaking(one(old), one(new))] == [f"Parameter p: {message}"]
