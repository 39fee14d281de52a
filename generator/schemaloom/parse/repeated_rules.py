"""Schemas without subschemas: catalogues repeat the same few, so each is read once."""

from __future__ import annotations

from schemaloom.ir.schema import Schema
from schemaloom.ir.vocabulary import ANNOTATIONS
from schemaloom.parse.keywords import Node

LEAF_CACHE: dict[str, Schema] = {}
"""The IR of each, by its `leaf_rules`, without annotations."""

_RULES_OF_LEAVES = frozenset(
    {
        "type", "enum", "const", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "multipleOf", "nullable",
    }
)  # fmt: skip


def leaf_rules(node: Node) -> str:
    """Return the rules of a schema without subschemas as a string, without annotations; empty for any other schema."""
    rules = {name: value for name, value in node.items() if name not in ANNOTATIONS}
    return repr(rules) if rules.keys() <= _RULES_OF_LEAVES else ""
