"""A parameter's schema in the words of a parameter table."""

from __future__ import annotations

import json

from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.model import ModelDocument

NOTHING = "\u2014"


def row_of(model: ModelDocument, name: str) -> tuple[str, ...]:
    """Name, whether it is required, type, default, allowed values and description."""
    request = model.input or {}
    properties, required = request.get("properties"), request.get("required")
    schema = properties.get(name) if isinstance(properties, dict) else None
    schema = schema if isinstance(schema, dict) else {}
    branches = _branches(schema)
    return (
        name,
        "Yes" if isinstance(required, list) and name in required else "No",
        " or ".join(dict.fromkeys(_type(branch) for branch in branches)),
        _literal(schema["default"]) if "default" in schema else NOTHING,
        _allowed(schema, branches),
        str(schema.get("description", "")) or NOTHING,
    )


def _branches(schema: JsonObject) -> list[JsonObject]:
    parts = schema.get("anyOf")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else [schema]


def _type(branch: JsonObject) -> str:
    kind = branch.get("type", "string" if "enum" in branch else None)
    if isinstance(kind, list):
        return "enum"
    if kind == "string" and branch.get("format") == "uri":
        return "url"
    items = branch.get("items")
    if kind == "array" and isinstance(items, dict):
        return f"array<{_type(items)}>"
    return {"number": "float", None: NOTHING}.get(str(kind) if kind else None, str(kind))


def _allowed(schema: JsonObject, branches: list[JsonObject]) -> str:
    for branch in branches:
        low, high = branch.get("minimum"), branch.get("maximum")
        if isinstance(low, int | float) and isinstance(high, int | float):
            return f"{_literal(low)}\u2013{_literal(high)}"
        if low is not None or high is not None:
            return f"\u2265 {_literal(low)}" if low is not None else f"\u2264 {_literal(high)}"
    shown: list[str] = []
    for branch in branches:
        choices = branch.get("enum")
        shown += [_literal(choice) for choice in choices] if isinstance(choices, list) else []
    is_open = "anyOf" in schema and any("enum" in part and "type" not in part for part in branches)
    text = ", ".join(shown) + ("..." if is_open else "")
    members = [part["properties"] for part in branches if isinstance(part.get("properties"), dict)]
    for names in members:
        listed = f"{{{', '.join(names if isinstance(names, dict) else ())}}}"
        text = f"{text}, or {listed}" if text else listed
    return text or NOTHING


def _literal(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)
