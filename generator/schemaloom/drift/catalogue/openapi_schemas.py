"""Changes of the schemas of an OpenAPI document, each at its own place in the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain

from schemaloom.drift.catalogue.changes import make_change, schema_changes
from schemaloom.drift.catalogue.dialect import dialect_changes
from schemaloom.drift.catalogue.openapi_document import Document
from schemaloom.drift.catalogue.sent_as_text import judged_as_text
from schemaloom.drift.change import Change, Polarity
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.message import name
from schemaloom.drift.own_pointer import Place, own_pointer
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, json_text


class SchemaPairs:
    """Compares schemas of two documents; a change of a component that many schemas embed is made once."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._compared: set[tuple[str, str, Polarity, bool]] = set()
        self._made: set[tuple[str, str, str]] = set()
        self._of_component: dict[tuple[str, Polarity, bool], dict[tuple[str, str], Change]] = {}

    def compare(
        self, before: str, after: str, polarity: Polarity, label: str, *, is_text: bool = False
    ) -> Iterator[Change]:
        """Changes between the schemas at two pointers, whose values `is_text` if they are sent as text.

        `label` is what messages call them.
        """
        before, after = self._old.schema_pointer(before), self._new.schema_pointer(after)
        if (before, after, polarity, is_text) in self._compared:
            return
        self._compared.add((before, after, polarity, is_text))
        self._old.visit(before)
        self._new.visit(after)
        for change in self._own(before, after, polarity, component_name(after) or label, is_text=is_text):
            shared = component_of(change.pointer)
            if shared and shared != after:
                # The change is the component's: worded and proved by the component alone.
                change = self._component(shared, polarity, is_text=is_text).get((change.rule, change.pointer), change)  # noqa: PLW2901
            key = (change.rule, change.pointer, json_text([change.old, change.new]))
            if key not in self._made:
                self._made.add(key)
                yield change

    def _component(self, pointer: str, polarity: Polarity, *, is_text: bool) -> dict[tuple[str, str], Change]:
        """Changes of a component by rule and pointer."""
        key = (pointer, polarity, is_text)
        if key not in self._of_component:
            found = self._of_component[key] = {}
            for change in self._own(pointer, pointer, polarity, component_name(pointer), is_text=is_text):
                found.setdefault((change.rule, change.pointer), change)
        return self._of_component[key]

    def _own(self, before: str, after: str, polarity: Polarity, label: str, *, is_text: bool) -> Iterator[Change]:
        schemas = self._old.schema(before, polarity), self._new.schema(after, polarity)
        if schemas[0] is None or schemas[1] is None:
            if schemas[0] is not schemas[1] or self._old.text(before) != self._new.text(after):
                message = f"{label}: the schema cannot be resolved, so its change cannot be judged"
                known = [schema is not None for schema in schemas]
                yield make_change("schema.unknown-keyword", message, pointer=after, old=known[0], new=known[1])
            return
        documents, dialects = (schemas[0].document, schemas[1].document), (self._old.dialect, self._new.dialect)
        read = schemas[0].read, schemas[1].read
        found = schema_changes(
            schemas[0].parsed, schemas[1].parsed, documents=read, polarity=polarity, where=label, renames={}
        )

        def compare(old: JsonObject, new: JsonObject) -> Iterator[Change]:
            parsed = self._old.parsed(old, polarity), self._new.parsed(new, polarity)
            return schema_changes(*parsed, documents=(old, new), polarity=polarity, where=label, renames={})

        found = judged_as_text(found, read, compare) if is_text else found
        later: list[Change] = []
        for change in chain(found, dialect_changes(documents, dialects, polarity, where=label)):
            own = _in_definition(change.pointer, schemas[1].places) or _in_definition(change.pointer, schemas[0].places)
            if own:  # a schema that refers to itself has the same change at its root, with the shorter path
                later.append(_moved(change, own))
            else:
                yield _moved(change, self._at(before, after, change.pointer))
        yield from later

    def _at(self, before: str, after: str, pointer: str) -> str:
        """Return the pointer in one of the documents for a pointer in the schemas at `before` and `after`."""
        for root, base in ((self._new.root, after), (self._old.root, before)):
            with suppress(LookupError):
                resolve_pointer(root, base + pointer)
                return base + pointer
        return own_pointer(Place(self._old.root, before), Place(self._new.root, after), pointer)


def component_of(pointer: str) -> str:
    """Pointer of the component that a pointer leads into, or the empty string."""
    tokens = pointer_tokens(pointer)
    return pointer_of(*tokens[:3]) if len(tokens) > 2 and tokens[0] == "components" else ""


def component_name(pointer: str) -> str:
    """Name of the component at a pointer, marked for a message, or the empty string."""
    tokens = pointer_tokens(pointer)
    return name(tokens[2]) if len(tokens) == 3 and tokens[0] == "components" else ""


def _in_definition(pointer: str, places: Mapping[str, str]) -> str:
    """Return where the document holds a place that is inside a definition; empty if it is in none."""
    tokens = pointer_tokens(pointer)
    return places[tokens[1]] + pointer_of(*tokens[2:]) if tokens[:1] == ("$defs",) and tokens[1] in places else ""


def _moved(change: Change, pointer: str) -> Change:
    digits = fingerprint(change.rule, change.model, pointer, change.old, change.new)
    return replace(change, pointer=pointer, fingerprint=digits)
