"""Pointers of changes, as pointers into the model's file.

A change points into the schema that its rule is about: `/properties/seed` of the request.  People
and `schemaloom show` point into the file: `/input/properties/seed`.
"""

from __future__ import annotations

from schemaloom.drift.change import Change
from schemaloom.json.pointer import pointer_of

_SIDES = {"input": "/input", "output": "/output"}
_WHOLE = {
    **dict.fromkeys(("model.added", "model.returned", "model.removed", "model.renamed"), ""),
    **dict.fromkeys(("schema.published", "schema.withdrawn"), "/input"),
    **dict.fromkeys(("schema.output-published", "schema.output-withdrawn"), "/output"),
}
"""Rules about all that is below a pointer."""


def file_pointer(change: Change) -> str:
    """Return the pointer of a change, counted from the model's file."""
    if change.rule in _WHOLE:
        return _WHOLE[change.rule]
    side = _SIDES.get(change.rule.partition(".")[0], "")
    # The order of parameters is a part of the file, not of the schema.
    return change.pointer if change.pointer == "/parameter_order" else side + change.pointer


def spelled_pointer(text: str) -> str:
    """Return the pointer that a user means: a parameter's name, a pointer into the request, or one into the file."""
    if not text or (text.startswith("/") and not text.startswith("/properties/")):
        return text
    return f"/input{text}" if text.startswith("/") else f"/input{pointer_of('properties', text)}"


def concerns(change: Change, pointer: str) -> bool:
    """Whether a change is at `pointer` or below it, or made or removed all that it is in."""
    found = file_pointer(change)
    if not pointer or found == pointer or found.startswith(f"{pointer}/"):
        return True
    return change.rule in _WHOLE and (not found or pointer.startswith(f"{found}/"))
