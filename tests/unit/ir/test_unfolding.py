"""Following the references of raw schemas: size, recursion, and equality of the trees that they stand for."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.ir.raw_schema import RawSchema
from schemaloom.ir.unfolding import are_equal, unfold, without_equal_properties

S: Any = {"type": "string"}


def ref(name: str, **beside: Any) -> Any:
    """A reference with keywords beside it."""
    return {"$ref": f"#/$defs/{name}", **beside}


TREE: Any = {"anyOf": [S, {"type": "array", "items": ref("T")}]}
WOOD: Any = {"anyOf": [{"type": "integer"}, *TREE["anyOf"][1:]]}


def holding(schema: Any, **definitions: Any) -> Any:
    """An object with one property."""
    return {"type": "object", "properties": {"p": schema}, "$defs": definitions}


RECURSIVE = {
    "a definition": holding(ref("T"), T=TREE),
    "two definitions": holding(ref("A"), A={"items": ref("B")}, B={"not": ref("A")}),
    "the root": holding({"$ref": "#"}),
    "the schema around it": holding({"items": {"$ref": "#/properties/p"}}),
}


@pytest.mark.parametrize("name", RECURSIVE)
def test_a_reference_that_leads_back_is_recursion(name: str) -> None:
    assert unfold(RECURSIVE[name]).is_recursive


def test_a_definition_counts_as_often_as_it_is_used() -> None:
    twice = {
        "type": "object",
        "properties": {name: ref("T") for name in "ab"},
        "$defs": {"T": {"items": S}},
    }
    assert (1 + 2 * (1 + 2), False) == unfold(twice)


EQUAL: dict[str, tuple[Any, Any]] = {
    "a reference and its target": (holding(ref("S"), S=S), holding(S)),
    "references to references": (holding(ref("A"), A=ref("S"), S=S), holding(S)),
    "a recursion written out once": (holding(ref("T"), T=TREE), holding(TREE, T=TREE)),
    "a recursion written out twice": (
        holding(ref("T"), T=TREE),
        holding({"anyOf": [S, {"type": "array", "items": TREE}]}, T=TREE),
    ),
    "annotations": (holding({**S, "title": "A"}), holding({**S, "default": ""})),
    "another order": (holding({"enum": [1, 2]}), holding({"enum": [2, 1]})),
    "beside a reference": (
        holding(ref("S", minLength=1), S=S),
        holding(ref("R", minLength=1), R=S),
    ),
}
DIFFERENT: dict[str, tuple[Any, Any]] = {
    "another type below a recursion": (
        holding(ref("T"), T=TREE),
        holding({"anyOf": [S, {"type": "array", "items": WOOD}]}, T=TREE),
    ),
    "a rule beside a reference": (holding(ref("S"), S=S), holding(ref("S", minLength=1), S=S)),
    "true and one": (holding({"const": True}), holding({"const": 1})),
    "true and one as a schema": (holding(True), holding({"not": False})),
    "a property that is never sent": (holding(S), holding({**S, "readOnly": True})),
    "a reference without a target": (holding(ref("A")), holding(ref("B"))),
    "a loop of references": (holding(ref("A"), A=ref("A")), holding(S)),
}  # fmt: skip


@pytest.mark.parametrize("name", EQUAL)
def test_equal_trees_are_proved_equal(name: str) -> None:
    old, new = EQUAL[name]
    assert are_equal(old, new)
    assert are_equal(new, old)


@pytest.mark.parametrize("name", DIFFERENT)
def test_other_trees_are_not(name: str) -> None:
    old, new = DIFFERENT[name]
    assert not are_equal(old, new)
    assert not are_equal(new, old)


def test_equal_properties_accept_anything_where_two_schemas_are_compared() -> None:
    old = {"properties": {"a": ref("T"), "b": S, "c": {**S, "readOnly": True}}, "$defs": {"T": TREE}}
    new = {"properties": {"a": TREE, "b": {"type": "null"}, "c": {**S, "readOnly": True}}, "$defs": {"T": TREE}}
    assert without_equal_properties(old, new) == (
        {**old, "properties": {"a": {}, "b": S, "c": {"readOnly": True}}},
        {**new, "properties": {"a": {}, "b": {"type": "null"}, "c": {"readOnly": True}}},
    )


def test_unevaluated_properties_of_a_recursion_are_not_compared_by_other_validators() -> None:
    # jsonschema-rs overflows the stack of the process over it.
    node = {"anyOf": [S, {"type": "object", "properties": {"v": ref("N", unevaluatedProperties=False)}}]}
    schema = RawSchema({"$ref": "#/$defs/N", "$defs": {"N": node}}, opened=True, objects=False)
    assert schema.covers(schema) is None
    assert schema.accepts({"v": "a"})


def test_a_recursion_that_requests_close_is_compared() -> None:
    node = {"anyOf": [S, {"type": "object", "properties": {"v": ref("N")}}]}
    schema = RawSchema(holding(ref("N"), N=node), opened=False, objects=True)
    assert schema.covers(schema) is True
    assert schema.accepts({"p": {"v": {"v": "a"}}})
    assert not schema.accepts({"p": {"v": {"v": {"w": "a"}}}})
