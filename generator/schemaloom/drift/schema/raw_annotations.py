"""`annotation_difference`: annotations that one raw schema has and the other has not, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.ir.close_schema import KEYWORDS, subschemas
from schemaloom.json.values import JsonObject, JsonValue, json_text

_ABSENT: tuple[JsonValue, ...] = (None, False, "", [])
"""Values that say no more than a missing annotation."""


def annotation_difference(old: JsonObject, new: JsonObject) -> list[str]:
    """Return the sorted names of keywords that accept and refuse nothing, and whose values changed.

    Annotations are compared as a set, because equal schemas may be composed in another way.
    """
    return sorted({name for name, _ in {*_annotations(old)} ^ {*_annotations(new)}})


def _annotations(schema: JsonObject) -> Iterator[tuple[str, str]]:
    for node in subschemas(schema):
        for name, value in node.items():
            if name not in KEYWORDS and not name.startswith("x-") and value not in _ABSENT:
                yield ("examples", json_text([value])) if name == "example" else (name, json_text(value))
