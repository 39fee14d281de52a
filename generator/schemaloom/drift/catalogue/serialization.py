"""The serialization of a parameter or a header: in a style, or as a media type."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from schemaloom.drift.catalogue.openapi_document import Part, media_type, members
from schemaloom.json.values import JsonObject, JsonValue

_DEFAULT_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


def value_schemas(part: Part) -> Mapping[str, Part]:
    """Return the objects that hold the schema of a parameter, by media type; the parameter itself under no name."""
    content = {
        media_type(key): Part(part.child("content", key), node if isinstance(node, dict) else {})
        for key, node in members(part.content.get("content"))
    }
    return content if content and "schema" not in part.content else {**content, "": part}


def serialization(part: Part, place: str) -> JsonObject:
    """Return how a parameter is written, the defaults of its place filled in."""
    holders = value_schemas(part)
    written: JsonObject = {"content": [*sorted(filter(None, holders))]} if any(holders) else {}
    if "" in holders:
        style = part.content.get("style", _DEFAULT_STYLES.get(place, "form"))
        written |= {
            "style": style,
            "explode": part.content.get("explode", style == "form"),
            "allowReserved": part.content.get("allowReserved", False),
        }
    return written


def effective(written: JsonObject, place: str, kinds: Collection[str]) -> JsonValue:
    """Return what matters of a serialization for values of some kinds of JSON.

    ``explode`` separates the items of lists and the properties of objects, and the style ``simple``
    writes a list in one way only.  ``allowReserved`` is about the query.
    """
    is_split = "object" in kinds or ("array" in kinds and written.get("style") != "simple")
    ignored = {*(() if is_split else ("explode",)), *(() if place == "query" else ("allowReserved",))}
    return {key: part for key, part in written.items() if key not in ignored}
