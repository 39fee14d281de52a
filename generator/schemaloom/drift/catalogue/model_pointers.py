"""Moves the changes of models to where the provider's own documents hold the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from schemaloom.drift.catalogue.own_pointer import Place, own_pointer
from schemaloom.drift.change import Change
from schemaloom.json.values import JsonValue
from schemaloom.snapshot.model import ModelDocument


def at_own_places(
    changes: Iterable[Change],
    old: Mapping[str, ModelDocument],
    new: Mapping[str, ModelDocument],
    renames: Mapping[str, str],
) -> Iterator[Change]:
    """Yield the changes with pointers into the documents; `old` and `new` are by model id.

    The fingerprint stays that of the path of properties: names of definitions may be renumbered.
    """
    former = {present: past for past, present in renames.items()}
    for change in changes:
        side = change.rule.partition(".")[0]
        document = new.get(change.model)
        earlier = old.get(change.model) or old.get(former.get(change.model, ""))
        if side not in {"input", "output"} or document is None or earlier is None:
            yield change
            continue
        places = Place(_schema(earlier, side), ""), Place(_schema(document, side), "")
        yield replace(
            change, pointer=own_pointer(*places, change.pointer, was_removed=change.rule.endswith(".branch.removed"))
        )


def _schema(document: ModelDocument, side: str) -> JsonValue:
    return document.input if side == "input" else document.output
