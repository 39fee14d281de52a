"""Leaves out the parameters that are equal on both sides before anything is parsed.

An update of a catalogue touches one parameter of forty.  If a request is a plain closed object, a
parameter that is equal on both sides, optional and self-contained takes part in no change and in
no witness, so both schemas can be compared without it.  In any other case nothing is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from schemaloom.ir.vocabulary import REFERENCES
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.model import ModelDocument

# With any other keyword a parameter can matter to more than its own value: additionalProperties
# asks which names are listed, minProperties how many there are, allOf and $ref bring in more.
_PLAIN = frozenset({"$defs", "$schema", "definitions", "description", "properties", "required", "title", "type"})
_DEFINITIONS = ("#/$defs/", "#/definitions/")


def skip_unchanged(old: ModelDocument, new: ModelDocument) -> tuple[ModelDocument, ModelDocument]:
    """Return the two documents without the parameters that cannot matter to a change."""
    dialects = [(side.input or {}).get("$schema") for side in (old, new)]
    if dialects[0] != dialects[1]:
        return old, new  # the same text may mean something else
    before, after = _reprs(old), _reprs(new)
    common = before.keys() & after.keys()
    orders = [[name for name in document.parameter_order if name in common] for document in (old, new)]
    if orders[0] != orders[1]:
        return old, new
    needed = _required(old) | _required(new)
    if _required(old) - before.keys() or _required(new) - after.keys():
        return old, new  # a required parameter that is not listed has no place in the order
    same = sorted(name for name in common - needed if before[name] == after[name] and not _may_refer(before[name]))
    # One is kept, because an object that lists nothing is open.
    equal = frozenset(same[1:])
    return (_without(old, equal), _without(new, equal)) if equal else (old, new)


def _reprs(document: ModelDocument) -> dict[str, str]:
    """Return the `repr` of each parameter that may be left out; unlike equality it separates True and 1."""
    schema = document.input
    properties = schema.get("properties") if schema else None
    if schema is None or not isinstance(properties, dict):
        return {}
    if not schema.keys() <= _PLAIN or schema.get("type") != "object":
        return {}
    texts = {name: repr(part) for name, part in properties.items()}
    definitions = (repr(schema.get(key)) for key in ("$defs", "definitions"))
    if any(map(_may_refer, (*texts.values(), *definitions))) and not _refers_to_definitions(schema):
        return {}
    return texts


def _without(document: ModelDocument, without: frozenset[str]) -> ModelDocument:
    schema = document.input or {}
    properties = cast("JsonObject", schema["properties"])
    kept: JsonObject = {name: part for name, part in properties.items() if name not in without}
    return replace(document, input={**schema, "properties": kept})


def _required(document: ModelDocument) -> set[str]:
    names = (document.input or {}).get("required")
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _may_refer(text: str) -> bool:
    return "'$ref'" in text or "Ref'" in text


def _refers_to_definitions(schema: JsonObject) -> bool:
    """Whether every reference leads to a definition, and none to a parameter or to the root."""
    pending: list[JsonValue] = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            pending.extend(part.values())
            for target in (part[keyword] for keyword in REFERENCES if keyword in part):
                if not (isinstance(target, str) and target.startswith(_DEFINITIONS)):
                    return False
        elif isinstance(part, list):
            pending.extend(part)
    return True
