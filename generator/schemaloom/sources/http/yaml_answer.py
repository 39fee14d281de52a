"""Decoding YAML where JSON was expected: some servers publish their OpenAPI document so."""

from __future__ import annotations

import json
import re

import yaml

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import MAX_BYTES, MAX_DEPTH
from schemaloom.json.values import JsonValue

_NOT_YAML = (b"{", b"[", b"<", b'"')
"""First bytes of JSON, which is broken then, and of HTML."""
_CONSTANTS: dict[str, JsonValue] = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def parse_yaml(raw: bytes, *, where: str) -> JsonValue:
    """Decode a YAML mapping to JSON values: plain scalars are read as JSON has them, all others are strings.

    Raises `SnapshotError` that names `where` for anything else; so for an alias, with which a small
    document could describe a huge one.
    """
    if raw.lstrip()[:1] in _NOT_YAML or len(raw) > MAX_BYTES:
        raise SnapshotError("not valid JSON", where=where)
    # The stubs leave the loader's stream open.
    try:
        events = yaml.parse(raw, Loader=yaml.CSafeLoader)  # pyright: ignore[reportUnknownMemberType]
        depth = 0
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > MAX_DEPTH:
                raise SnapshotError("YAML with an alias, or nested too deeply", where=where)
        root = yaml.compose(raw, Loader=yaml.CSafeLoader)  # pyright: ignore[reportUnknownMemberType]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise SnapshotError("neither valid JSON nor YAML", where=where) from None
    if not isinstance(root, yaml.MappingNode):
        raise SnapshotError("neither valid JSON nor a YAML mapping", where=where)
    return _value(root, where)


def _value(node: yaml.Node, where: str) -> JsonValue:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, JsonValue] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or str(key.value) in found:
                raise SnapshotError("YAML with a key that is no string, or twice the same", where=where)
            found[str(key.value)] = _value(value, where)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, where) for item in node.value]
    if not isinstance(node, yaml.ScalarNode):
        raise SnapshotError("YAML of an unknown kind", where=where)
    text = str(node.value)
    if node.style:  # quoted, or a block
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    number: JsonValue = json.loads(text) if _NUMBER.fullmatch(text) and len(text) < 300 else text
    return text if number in (float("inf"), float("-inf")) else number
