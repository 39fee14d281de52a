"""`without_relaxations`: a schema with the rules about strings that another one proves to be no wider.

Validators that compare schemas do not compare patterns.  The languages of two patterns are compared
here, so a schema in which only patterns were relaxed is compared as if they had stayed as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemaloom.ir.pattern_language import Strings, find_uncovered
from schemaloom.ir.vocabulary import REFERENCES, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS, all_schemas
from schemaloom.json.values import JsonObject, JsonValue, json_text

_OPPOSING: Final = frozenset({"oneOf", "not", "if", "contains", "propertyNames"})
"""Keywords that may accept less where a schema in them accepts more, and names, which have rules of their own."""
_RULE: Final = frozenset({"type", "pattern", "minLength", "maxLength"})


def without_relaxations(wide: JsonObject, narrow: JsonObject) -> JsonObject:
    """Return a schema that accepts nothing that `wide` refuses, with string rules of `narrow` where they are narrower.

    Without such a rule, `wide` itself is returned.
    """
    if any(map(_refers_below_opposing, (wide, narrow))):
        return wide
    found = _restored(wide, narrow)
    return found if isinstance(found, dict) and json_text(found) != json_text(wide) else wide


def _restored(wide: JsonValue, narrow: JsonValue) -> JsonValue:
    if not isinstance(wide, dict) or not isinstance(narrow, dict):
        return wide
    out = dict(wide)
    for keyword, is_relaxed in _RELAXED.items():
        if json_text(wide.get(keyword)) != json_text(narrow.get(keyword)) and is_relaxed(wide, narrow):
            out |= {keyword: narrow[keyword]}
    for keyword, value in wide.items():
        other = narrow.get(keyword)
        if keyword in _OPPOSING or other is None:
            continue
        if keyword in SCHEMA_MAPS and isinstance(value, dict) and isinstance(other, dict):
            out[keyword] = {name: _restored(part, other.get(name)) for name, part in value.items()}
        elif keyword in SCHEMA_LISTS and isinstance(value, list) and isinstance(other, list):
            if len(value) == len(other):
                out[keyword] = [_restored(part, theirs) for part, theirs in zip(value, other, strict=True)]
        elif keyword in SCHEMAS:
            out[keyword] = _restored(value, other)
    return out


def _is_pattern_relaxed(wide: JsonObject, narrow: JsonObject) -> bool:
    ours, theirs = wide.get("pattern"), narrow.get("pattern")
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    return find_uncovered(Strings(pattern=theirs), [Strings(pattern=ours)]).is_proved


def _are_names_relaxed(wide: JsonObject, narrow: JsonObject) -> bool:
    return _is_covered(wide.get("propertyNames"), narrow.get("propertyNames"))


def _is_refusal_relaxed(wide: JsonObject, narrow: JsonObject) -> bool:
    ours, theirs = wide.get("not"), narrow.get("not")
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return False
    # Without a type, every value that is no string is refused too.
    return (ours.get("type") == "string" or "type" not in theirs) and _is_covered(theirs, ours)


_RELAXED: Final[dict[str, Callable[[JsonObject, JsonObject], bool]]] = {
    "pattern": _is_pattern_relaxed,
    "propertyNames": _are_names_relaxed,
    "not": _is_refusal_relaxed,
}
"""Whether the keyword of the first schema accepts all that the one of the second does."""


def _is_covered(wide: JsonValue, narrow: JsonValue) -> bool:
    """Whether every string that one rule accepts is proved to be one of another."""
    ours, theirs = _strings(wide), _strings(narrow)
    return ours is not None and theirs is not None and find_uncovered(theirs, [ours]).is_proved


def _strings(rule: JsonValue) -> Strings | None:
    """Return the strings that a rule accepts; None if it has other keywords than those of strings."""
    if not isinstance(rule, dict) or not rule.keys() <= _RULE or rule.get("type", "string") != "string":
        return None
    least, most, pattern = rule.get("minLength", 0), rule.get("maxLength"), rule.get("pattern")
    if isinstance(least, int) and isinstance(most, int | None) and isinstance(pattern, str | None):
        return Strings(least, most, pattern)
    return None


def _refers_below_opposing(schema: JsonObject) -> bool:
    return any(
        f'"{reference}"' in json_text(node[keyword])
        for _, node in all_schemas(schema)
        for keyword in _OPPOSING & node.keys()
        for reference in REFERENCES
    )
