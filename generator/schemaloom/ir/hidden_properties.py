"""Properties that a schema cannot require, because requests (``readOnly``) or results (``writeOnly``) lack them."""

from __future__ import annotations

from typing import Final

from schemaloom.ir.closing import Closing
from schemaloom.ir.references import MAX_DEPTH, References
from schemaloom.ir.vocabulary import subschemas
from schemaloom.json.values import JsonObject, JsonValue, may_mention

_MOST_PARTS: Final = 200_000
"""Most pairs of an object's schemas that are compared."""
_EXCLUDING: Final = frozenset({"not", "if"})
"""Keywords whose schemas decide which values others reject, and so must not become weaker."""


def hidden_properties(root: JsonObject, references: References, annotation: str) -> dict[str, set[str]]:
    """Return the properties of each object that have the annotation, by the pointers of the object's schemas.

    The annotation may be in another schema of the same object than the requirement.
    """
    found: dict[str, set[str]] = {}
    if not may_mention(root, annotation):  # as in most documents
        return found
    closing = Closing(root, references)
    waiting: list[tuple[str, JsonValue, int]] = [("", root, 0)]
    left = _MOST_PARTS
    while waiting and left > 0:
        pointer, node, depth = waiting.pop()
        if not isinstance(node, dict) or depth > MAX_DEPTH:
            continue
        waiting += [(f"{pointer}{place}", part, depth + 1) for place, part in subschemas(node)]
        parts = list(closing.parts(node, pointer))
        left -= len(parts)
        names = {
            name
            for part in parts
            if part.role == "always"  # an alternative that is not sent annotates nothing
            for name, schema in _properties(part.node).items()
            if references.is_annotated(schema, annotation, part.pointer)
        }
        for part in parts if names else ():
            if _EXCLUDING.isdisjoint(part.pointer.removeprefix(pointer).split("/")):
                found.setdefault(part.pointer, set()).update(names)
    return found


def _properties(node: JsonObject) -> JsonObject:
    properties = node.get("properties")
    return properties if isinstance(properties, dict) else {}
