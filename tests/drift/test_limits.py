"""Recursive, huge, deep and hostile schemas end in bounded time with the right finding."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from tests.drift.comparing import changes_between, request, rules

from schemaloom.drift.change import Polarity
from schemaloom.ir.pattern_language import samples_of
from schemaloom.ir.patterns import matches

NODE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer", "maximum": 9},
        "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
        "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
    },
    "required": ["value"],
}


def tree(node: Any, name: str = "Node") -> dict[str, Any]:
    renamed = {**request(tree={"$ref": f"#/$defs/{name}"}), "$defs": {name: deepcopy(node)}}
    return renamed if name == "Node" else _replace(renamed, "#/$defs/Node", f"#/$defs/{name}")


def _replace(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replace(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_replace(part, old, new) for part in value]
    return new if value == old else value


def changed(**value: Any) -> dict[str, Any]:
    return {**NODE, "properties": {**NODE["properties"], "value": {"type": "integer", **value}}}


def test_a_recursive_schema_under_another_name_is_the_same() -> None:
    for polarity in (Polarity.INPUT, Polarity.OUTPUT):
        assert [] == rules(tree(NODE), tree(NODE, "File_5"), polarity)


def test_a_recursive_schema_unrolled_once_is_the_same() -> None:
    unrolled = deepcopy(NODE)
    unrolled["properties"]["next"] = {"anyOf": [deepcopy(NODE), {"type": "null"}]}  # type: ignore[index]
    assert [] == rules(tree(NODE), tree(unrolled), Polarity.INPUT)


def test_a_change_inside_a_recursion_is_one_finding_with_a_witness() -> None:
    (found,) = changes_between(tree(NODE), tree(changed(maximum=3)), Polarity.INPUT)
    assert "input.bound.tightened" == found.rule
    assert "/$defs/Node/properties/value/maximum" == found.pointer
    assert {"prompt": "x", "tree": {"value": 9}} == found.witness


def test_a_recursion_that_only_widens_is_safe() -> None:
    assert ["input.bound.relaxed"] == rules(tree(NODE), tree(changed(maximum=99)), Polarity.INPUT)


def test_alternatives_that_overlap_and_recurse_end() -> None:
    next_ = {"oneOf": [{"$ref": "#/$defs/Node"}, {"type": "object"}]}
    overlapping = {**NODE, "properties": {"value": {}, "next": next_}}
    assert [] == rules(tree(overlapping), tree(overlapping, "Other"), Polarity.INPUT)


def doubling_unions(levels: int, leaf: dict[str, Any], most: int) -> dict[str, Any]:
    """A chain of references to two equal alternatives each, beside a parameter with a bound."""
    chain = {f"A{n}": {"anyOf": [{"$ref": f"#/$defs/A{n + 1}"}] * 2} for n in range(levels)}
    union = {"anyOf": [{"$ref": "#/$defs/A0"}, {"type": "object", "properties": {"width": {"type": "integer"}}}]}
    bounded = {"type": "string", "maxLength": most}
    return {**request(x=bounded, size=union), "$defs": {**chain, f"A{levels}": leaf}}


@pytest.mark.parametrize("leaf", [{"type": "string"}, {"type": "object", "properties": {"z": {"type": "integer"}}}])
def test_references_that_double_at_every_level_end(leaf: dict[str, Any]) -> None:
    assert ["input.bound.tightened"] == rules(
        doubling_unions(60, leaf, 9), doubling_unions(60, leaf, 5), Polarity.INPUT
    )


def test_references_that_lead_too_deep_cannot_be_judged() -> None:
    leaf = {"type": "string"}
    assert ["schema.unknown-keyword"] == rules(
        doubling_unions(3_000, leaf, 9), doubling_unions(3_000, leaf, 5), Polarity.INPUT
    )


def test_ten_thousand_values_are_one_finding() -> None:
    values = [f"value-{number}" for number in range(10_000)]
    old, new = request(x={"enum": values}), request(x={"enum": values[::-1][1:]})
    (found,) = changes_between(old, new, Polarity.INPUT)
    assert ("input.enum.value-removed", ["value-9999"]) == (found.rule, found.old)
    assert {"prompt": "x", "x": "value-9999"} == found.witness
    assert [] == rules(old, request(x={"enum": values[::-1]}), Polarity.INPUT)


def test_every_one_of_ten_thousand_values_may_go() -> None:
    old = request(x={"enum": [f"a-{number}" for number in range(10_000)]})
    new = request(x={"enum": [f"b-{number}" for number in range(10_000)]})
    assert ["input.enum.value-added", "input.enum.value-removed"] == rules(old, new, Polarity.INPUT)


def deep(leaf: dict[str, Any], levels: int = 60) -> dict[str, Any]:
    for _ in range(levels):
        leaf = {"type": "object", "properties": {"a": leaf}, "required": ["a"]}
    return leaf


def test_a_change_sixty_levels_down_is_found_with_a_witness() -> None:
    (found,) = changes_between(deep({"type": "integer"}), deep({"type": "string"}), Polarity.INPUT)
    assert ("input.type.changed", 60, "witness") == (found.rule, found.pointer.count("/properties/a"), found.proof)
    assert [] == rules(deep({"type": "integer"}), deep({"type": ["integer"]}), Polarity.INPUT)


def doubling(leaf: dict[str, Any], levels: int = 25) -> dict[str, Any]:
    """Every level refers to the next one twice: inlined, it would have 2 to the 25 members."""
    definitions = {"L0": {"type": "object", "properties": {"a": leaf}, "required": ["a"]}}
    for level in range(1, levels):
        part = {"$ref": f"#/$defs/L{level - 1}"}
        definitions[f"L{level}"] = {"type": "object", "properties": {"a": part, "b": part}, "required": ["a"]}
    return {**request(x={"$ref": f"#/$defs/L{levels - 1}"}), "$defs": definitions}


def test_shared_definitions_are_compared_once() -> None:
    assert [] == rules(doubling({"type": "integer"}), doubling({"type": ["integer"]}), Polarity.INPUT)
    assert ["input.type.changed"] == rules(doubling({"type": "integer"}), doubling({"type": "string"}), Polarity.INPUT)


def test_a_payload_that_would_be_too_large_leaves_the_finding_unproven() -> None:
    schemas = [doubling({"type": kind}) for kind in ("integer", "string")]
    for schema in schemas:
        for part in schema["$defs"].values():
            part["required"] = sorted(part["properties"])
    (found,) = changes_between(*schemas, Polarity.INPUT)
    assert ("input.type.changed", "unproven") == (found.rule, found.proof)


def test_a_pattern_that_hangs_other_engines_does_not_hang() -> None:
    hostile = "a" * 5_000 + "!"
    old = request(x={"enum": [hostile, "aa"]})
    new = request(x={"type": "string", "pattern": "^(a+)+$"})
    found = {change.rule: change for change in changes_between(old, new, Polarity.INPUT)}
    assert {"input.enum.value-removed", "input.enum.lifted"} == found.keys()
    assert {"prompt": "x", "x": hostile} == found["input.enum.value-removed"].witness


@pytest.mark.parametrize(
    "pattern", ["^a+$", "^[0-9]{3,5}$", "^(?:16|4):(9|3)$", "[^a-z]x?", r"^\d{4}-\d\d\.png$", "^https?://.+$", "a|b"]
)
def test_texts_for_a_usual_pattern_are_found(pattern: str) -> None:
    found = samples_of(pattern)
    assert found
    assert all(matches(pattern, text) for text in found)


@pytest.mark.parametrize("pattern", ["(((((", "[", "a{99999}", "(?P<x>a)", "\\p{L}+", "(" * 50 + ")" * 50])
def test_syntax_beyond_the_simple_reading_gives_no_text(pattern: str) -> None:
    assert all(matches(pattern, text) for text in samples_of(pattern))


def test_hundreds_of_alternatives_are_matched_by_their_tags() -> None:
    alternatives = [
        {"type": "object", "properties": {"kind": {"const": f"k{n}"}, "x": {"type": "integer"}}, "required": ["kind"]}
        for n in range(300)
    ]
    found = rules(request(x={"anyOf": alternatives}), request(x={"anyOf": alternatives[1:]}), Polarity.INPUT)
    assert ["input.branch.removed"] == found
    smaller = [*alternatives[1:], {**alternatives[0], "properties": {"kind": {"const": "k0"}, "x": {"const": 1}}}]
    assert ["input.enum.set"] == rules(
        request(x={"anyOf": alternatives}), request(x={"anyOf": smaller}), Polarity.INPUT
    )
