"""Changes of ``contract.json``: the facts that documents state about every operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change
from schemaloom.drift.message import name as marked
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue

_JUDGED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "statuses": ("status", "Status"),
        "codes": ("code", "Error code"),
        "response_fields": ("response-field", "Response field"),
        "headers": ("header", "Header"),
    }
)
"""Parts of the contract that a client depends on: the word in the rule's id, and in its message."""


def compare_contracts(old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Changes of documented statuses, error codes, fields and headers; a change of prose alone has its own rule."""
    for part in sorted(old.keys() | new.keys()):
        before, after = _table(old.get(part)), _table(new.get(part))
        for name in sorted(before.keys() | after.keys()):
            was, is_now = before.get(name), after.get(name)
            if was != is_now:
                yield _entry(part, name, was, is_now)


def _entry(part: str, name: str, old: JsonValue, new: JsonValue) -> Change:
    pointer = pointer_of(part, name)
    if part not in _JUDGED or _without_prose(old) == _without_prose(new):
        return make_change(
            "contract.text-changed",
            f"The text about {marked(name)} in {marked(part)} changed",
            pointer=pointer,
            old=old,
            new=new,
        )
    word, noun = _JUDGED[part]
    ending = "added" if old is None else "removed" if new is None else "changed"
    message = f"{noun} {marked(name)} was {ending}"
    return make_change(f"contract.{word}-{ending}", message, pointer=pointer, old=old, new=new)


def _without_prose(entry: JsonValue) -> JsonValue:
    """Return an entry without its prose, or None if there is no entry."""
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if key != "description"}


def _table(part: JsonValue) -> JsonObject:
    return part if isinstance(part, dict) else {}
