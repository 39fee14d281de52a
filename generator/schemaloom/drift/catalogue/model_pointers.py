"""Moves the changes of models to where the provider's own documents hold the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from schemaloom.drift.catalogue.own_pointer import Place, own_pointer
from schemaloom.drift.change import Change
from schemaloom.drift.schema.raw_differences import place_label
from schemaloom.json.pointer import pointer_tokens
from schemaloom.json.values import JsonValue, json_text
from schemaloom.snapshot.model import ModelDocument


def at_own_places(
    changes: Iterable[Change],
    old: Mapping[str, ModelDocument],
    new: Mapping[str, ModelDocument],
    renames: Mapping[str, str],
) -> Iterator[Change]:
    """Yield the changes with pointers into the documents; `old` and `new` are by model id.

    The fingerprint stays that of the path of properties: names of definitions may be renumbered.  An
    edit that is reached on several paths is one change, with the places that embed it.
    """
    former = {present: past for past, present in renames.items()}
    edits: dict[tuple[str, ...], list[tuple[str, Change]]] = {}
    for change in changes:
        side = change.rule.partition(".")[0]
        document = new.get(change.model)
        earlier = old.get(change.model) or old.get(former.get(change.model, ""))
        if side not in {"input", "output"} or document is None or earlier is None:
            yield change
            continue
        moved = at_own_place(change, _schema(earlier, side), _schema(document, side))
        is_exact = pointer_tokens(moved.pointer)[-1:] == pointer_tokens(change.pointer)[-1:]
        what = json_text([change.old, change.new, "" if is_exact else change.markup])
        edits.setdefault((change.model, change.rule, moved.pointer, what), []).append((change.pointer, moved))
    for found in edits.values():
        shown = next((change for _, change in found if change.proof == "witness"), found[0][1])
        labels = sorted({place_label(path) for path, _ in found})
        yield replace(shown, places=tuple(labels)) if len(labels) > 1 else shown


def at_own_place(change: Change, old: JsonValue, new: JsonValue) -> Change:
    """Return a change with its pointer into one of the documents `old` and `new`."""
    was_removed = change.rule.endswith(".branch.removed")
    return replace(change, pointer=own_pointer(Place(old, ""), Place(new, ""), change.pointer, was_removed=was_removed))


def _schema(document: ModelDocument, side: str) -> JsonValue:
    return document.input if side == "input" else document.output
