"""Changes of models: which exist, what they cost and do, and what their schemas admit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from schemaloom.drift.catalogue.changes import make_change, schema_changes
from schemaloom.drift.catalogue.dialect import dialect_changes
from schemaloom.drift.catalogue.model_metadata import metadata_changes
from schemaloom.drift.change import Change, Polarity
from schemaloom.drift.message import name as marked
from schemaloom.drift.renames.suggested import model_hint, property_renames
from schemaloom.ir.dialects import as_read, dialect_of
from schemaloom.ir.model import Catalogue, Model
from schemaloom.ir.schema import Anything
from schemaloom.json.values import JsonObject


def compare_catalogues(
    old: Catalogue, new: Catalogue, renames: Mapping[str, str], retired: Collection[str]
) -> Iterator[Change]:
    """Changes of every model that is on one side only, or differs; `retired` are the ids of removed models."""
    before = {model.id: model for model in old.models}
    after = {model.id: model for model in new.models}
    moved = {was: now for was, now in renames.items() if was in before and was not in after and now in after}
    added = [model for name, model in after.items() if name not in before and name not in moved.values()]
    for was, now in moved.items():
        message = f"Model {marked(was)} was renamed to {marked(now)}"
        yield make_change("model.renamed", message, model=now, pointer="/id", old=was, new=now)
        # Both may have been listed for a while; then callers of the old id get the present new model.
        both = compare_models(before[now], after[now], renames) if now in before else ()
        known = {change.fingerprint for change in both}
        yield from (c for c in compare_models(before[was], after[now], renames) if c.fingerprint not in known)
    for name, model in before.items():
        if name in after:
            yield from compare_models(model, after[name], renames)
        elif name not in moved:
            yield make_change(
                "model.removed", f"Model {marked(name)} was removed{model_hint(model, added)}", model=name, old=name
            )
    for model in added:
        if model.id in retired:
            yield make_change("model.returned", f"Model {marked(model.id)} is back", model=model.id, new=model.id)
        else:
            yield make_change("model.added", f"Model {marked(model.id)} was added", model=model.id, new=model.id)


def compare_models(old: Model, new: Model, renames: Mapping[str, str]) -> Iterator[Change]:
    """Changes of one model, under its new id."""
    if old.digest and old.digest == new.digest:
        return
    yield from metadata_changes(old, new)
    if old.request_document is not None and new.request_document is not None:
        documents = old.request_document, new.request_document
        found = schema_changes(
            (old.request_schema or Anything(), old.definitions),
            (new.request_schema or Anything(), new.definitions),
            documents=(as_read(documents[0]), as_read(documents[1])),
            is_request=True,
            polarity=Polarity.INPUT,
            model=new.id,
            renames=property_renames(new.id, renames),
        )
        yield from _dialect(documents, Polarity.INPUT, new.id)
        # A request that is deprecated as a whole is a deprecated model, which the metadata reports.
        yield from (change for change in found if change.pointer != "/deprecated")
    if old.output_document is not None and new.output_document is not None:
        documents = old.output_document, new.output_document
        yield from _dialect(documents, Polarity.OUTPUT, new.id)
        yield from schema_changes(
            (old.output or Anything(), old.output_definitions),
            (new.output or Anything(), new.output_definitions),
            documents=(as_read(documents[0]), as_read(documents[1])),
            polarity=Polarity.OUTPUT,
            model=new.id,
            renames={},
        )


def _dialect(documents: tuple[JsonObject, JsonObject], polarity: Polarity, model: str) -> Iterator[Change]:
    dialects = dialect_of(documents[0]), dialect_of(documents[1])
    return dialect_changes(documents, dialects, polarity, model=model)
