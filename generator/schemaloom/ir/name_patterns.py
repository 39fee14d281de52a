"""Patterns of names that match every name."""

from __future__ import annotations

from copy import deepcopy

from schemaloom.ir.pattern_language import matches_every_string
from schemaloom.ir.vocabulary import all_schemas
from schemaloom.json.values import JsonObject, JsonValue


def without_patterns_of_all_names(schema: JsonObject) -> JsonObject:
    """Return a schema of the same values whose ``patternProperties`` have no pattern that matches every name.

    What such a pattern asks for is asked of each listed property and, in ``additionalProperties``, of the others.
    A schema that refers to places below its properties is returned as it is, because those places change.
    """
    nodes = [node for _, node in all_schemas(schema)]
    if not any(map(_of_all_names, nodes)) or any("properties/" in str(node.get("$ref")) for node in nodes):
        return schema
    schema = deepcopy(schema)
    for _, node in list(all_schemas(schema)):
        patterns, properties = node.get("patternProperties"), node.get("properties")
        for pattern in _of_all_names(node):
            if isinstance(patterns, dict):
                rule = patterns.pop(pattern)
                for named in (patterns, properties):
                    if isinstance(named, dict):
                        named.update({name: {"allOf": [part, rule]} for name, part in named.items()})
                node["additionalProperties"] = rule
        if patterns == {}:
            del node["patternProperties"]
    return schema


def _of_all_names(node: JsonObject) -> list[str]:
    patterns: JsonValue = node.get("patternProperties")
    return [pattern for pattern in patterns if matches_every_string(pattern)] if isinstance(patterns, dict) else []
