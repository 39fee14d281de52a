"""`unsupported_keywords`: the keywords of a schema object that the IR does not express."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemaloom.ir.patterns import linear_pattern
from schemaloom.ir.schema import UnsupportedKeyword
from schemaloom.ir.vocabulary import ANNOTATIONS
from schemaloom.json.values import json_text
from schemaloom.parse.keywords import Node, has_choices_of_another_type
from schemaloom.parse.limits import TYPES

OF_A_TYPE: Final = frozenset(
    {
        "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "properties", "required",
        "additionalProperties", "minProperties", "maxProperties",
    }
)  # fmt: skip
"""Keywords that constrain one type only: without ``type`` they accept every value of another type."""
_OF_ANY_TYPE: Final = frozenset({"$ref", "type", "enum", "const", "allOf", "anyOf", "oneOf", "nullable"})
"""The other keywords that the IR expresses."""


def unsupported_keywords(node: Node) -> Iterator[UnsupportedKeyword]:
    """Yield, by name, each keyword that may reject a value which its IR accepts."""
    for name in sorted(node):
        if name in ANNOTATIONS or name.startswith("x-"):
            continue
        value = node[name]
        match name, value:
            case "type", _:
                kinds = value if isinstance(value, list) else [value]
                is_expressed = bool(kinds) and {*map(str, kinds)} <= {*TYPES} and not has_choices_of_another_type(node)
            case "pattern", str():
                is_expressed = linear_pattern(value) is not None
            case "additionalItems", _:
                is_expressed = isinstance(node.get("items"), list)
            case "unevaluatedProperties" | "unevaluatedItems" | "propertyNames", True:
                is_expressed = True  # rejects nothing
            case _:
                is_expressed = name in OF_A_TYPE or name in _OF_ANY_TYPE
        if not is_expressed:
            yield UnsupportedKeyword(name=name, value=json_text(value))
