"""Which of a request's parameters a JSON Schema refuses, as far as that can be proved simply.

Not a validator: what is not understood here counts as accepted, so that every complaint is a fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.json_document import Absent, compact, find

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..core.json_document import JsonValue

_DEEPEST = 30
_TYPES = {"boolean": bool, "string": str, "array": list, "object": dict}


def complaints(
    document: JsonValue, schema: JsonValue, parameters: dict[str, JsonValue], known: Collection[str]
) -> dict[str, str]:
    """JSON pointer → what is wrong with that parameter under `schema`, which stands in `document`.

    Only parameters in `known` are looked at, besides those that are missing.
    """
    schema = _followed(document, schema)
    if not isinstance(schema, dict):
        return {}
    found: dict[str, str] = {}
    properties = schema.get("properties")
    declared = properties if isinstance(properties, dict) else {}
    required = schema.get("required")
    for name in required if isinstance(required, list) else []:
        if isinstance(name, str) and name not in parameters:
            found[_pointer(name)] = "is required now"
    for name, value in parameters.items():
        if name not in known:
            continue
        if name in declared:
            complaint = _complaint(document, declared[name], value, _DEEPEST)
            if complaint is not None:
                found[_pointer(name)] = complaint
        elif declared and schema.get("additionalProperties") in (None, False):
            found[_pointer(name)] = "is no parameter any more"
    return found


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _followed(document: JsonValue, schema: JsonValue) -> JsonValue:
    """The schema that a local ``$ref`` stands for; ``None`` where it leads nowhere or away."""
    for _ in range(_DEEPEST):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if reference is None:
            return schema
        target = find(document, reference[1:]) if isinstance(reference, str) and reference.startswith("#") else None
        schema = None if isinstance(target, Absent) else target
    return None


def _complaint(document: JsonValue, schema: JsonValue, value: JsonValue, depth: int) -> str | None:
    schema = _followed(document, schema)
    if not isinstance(schema, dict) or depth == 0:
        return None
    if value is None and schema.get("nullable") is True:
        return None
    for joined in _schemas(schema, "allOf"):
        if (complaint := _complaint(document, joined, value, depth - 1)) is not None:
            return complaint
    for keyword in ("anyOf", "oneOf"):
        refusals = [_complaint(document, branch, value, depth - 1) for branch in _schemas(schema, keyword)]
        if refusals and None not in refusals:
            return next(refusal for refusal in refusals if refusal is not None)
    return (
        _kind(schema, value)
        or _choice(schema, value)
        or _bounds(schema, value)
        or _items(document, schema, value, depth)
    )


def _schemas(schema: dict[str, JsonValue], keyword: str) -> list[JsonValue]:
    listed = schema.get(keyword)
    return listed if isinstance(listed, list) else []


def _kind(schema: dict[str, JsonValue], value: JsonValue) -> str | None:
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    if kinds is None or any(_is(kind, value) for kind in listed):
        return None
    return f"is of type {' or '.join(map(str, listed))} now; {compact(value)} was sent"


def _is(kind: JsonValue, value: JsonValue) -> bool:
    if kind == "null":
        return value is None
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return kind == "number" or isinstance(value, int) or value.is_integer()
    expected = _TYPES.get(kind) if isinstance(kind, str) else None
    return expected is None or isinstance(value, expected)


def _choice(schema: dict[str, JsonValue], value: JsonValue) -> str | None:
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    # 1 and True are equal in Python; being wrongly content is the safe side here.
    if not isinstance(choices, list) or value in choices:
        return None
    return f"is one of {compact(choices)} now; {compact(value)} was sent"


def _bounds(schema: dict[str, JsonValue], value: JsonValue) -> str | None:
    size: float
    if isinstance(value, str):
        size, words, least, most = len(value), " characters", "minLength", "maxLength"
    elif isinstance(value, list):
        size, words, least, most = len(value), " items", "minItems", "maxItems"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        size, words, least, most = value, "", "minimum", "maximum"
    else:
        return None
    low, high = _limit(schema, least), _limit(schema, most)
    if low is not None and size < low:
        return f"is at least {compact(low)}{words} now; {compact(size)} was sent"
    if high is not None and size > high:
        return f"is at most {compact(high)}{words} now; {compact(size)} was sent"
    return None


def _limit(schema: dict[str, JsonValue], keyword: str) -> float | None:
    limit = schema.get(keyword)
    return limit if isinstance(limit, int | float) and not isinstance(limit, bool) else None


def _items(document: JsonValue, schema: dict[str, JsonValue], value: JsonValue, depth: int) -> str | None:
    if isinstance(value, list) and "items" in schema and "prefixItems" not in schema:
        for item in value:
            if (complaint := _complaint(document, schema["items"], item, depth - 1)) is not None:
                return f"has an item that {complaint}"
    return None
