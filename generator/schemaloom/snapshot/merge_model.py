"""Merge one model: its old document with the fetched metadata and schema."""

from __future__ import annotations

from dataclasses import replace

from schemaloom.errors import Level, Problem, SnapshotError
from schemaloom.json.codec import canonical_bytes, parse_json
from schemaloom.snapshot.fetch_result import Failed, ModelMetadata, PublishedSchema, SchemaReply, Unpublished
from schemaloom.snapshot.model import ModelDocument, Price, Provenance
from schemaloom.snapshot.set_order import with_sorted_sets


def merge_model(
    model: str,
    before: ModelDocument | None,
    facts: ModelMetadata,
    reply: SchemaReply,
    provenance: Provenance = "fetched",
) -> tuple[ModelDocument | None, list[Problem]]:
    """Return the model's new document, and its problems.

    Content of documents (`provenance`) ranks below content of the API: it fills gaps only.
    The document is `before` itself if nothing changed besides the order of sets, and None only for a
    new model whose file could not be read back.
    """
    problems = _schema_problems(model, before, reply)
    document = before or ModelDocument(id=model, name=model, provenance=provenance)
    weaker = _is_weaker(provenance, document)
    document = _with_facts(document, facts, provenance)
    if isinstance(reply, PublishedSchema) and not (weaker and document.input is not None):
        document = replace(
            document,
            input=reply.input,
            output=reply.output if reply.output is not None else document.output,
            parameter_order=reply.parameter_order,
            property_order=reply.property_order,
            output_order=reply.output_order if reply.output is not None else document.output_order,
            provenance=provenance,
            certainty=reply.certainty,
        )
    without_schema = replace(
        document,
        input=before.input if before else None,
        output=before.output if before else None,
        parameter_order=before.parameter_order if before else (),
        property_order=before.property_order if before else None,
        output_order=before.output_order if before else None,
        certainty=before.certainty if before else None,
    )
    for candidate in (document, without_schema):
        if before is not None and (
            same(candidate, before) or same(with_sorted_sets(candidate), with_sorted_sets(before))
        ):
            return before, problems
        try:
            # A schema near the limits of depth and size can exceed them inside its file, which
            # would make the snapshot unreadable from then on.  What is read back has its members in
            # the file's order too, and so the package that is made now is the one made from the file.
            return ModelDocument.from_json(
                parse_json(canonical_bytes(candidate.to_json()), where=model), where=model
            ), problems
        except SnapshotError as error:
            problems.append(Problem(model, "", f"cannot be stored: {error.message}", Level.ERROR))
    return before, problems


def has_facts(document: ModelDocument, facts: ModelMetadata, provenance: Provenance) -> bool:
    """Whether to merge `facts` of that `provenance` into `document` changes nothing."""
    return same(_with_facts(document, facts, provenance), document)


def same(one: ModelDocument, other: ModelDocument) -> bool:
    """Whether two documents have the same content."""
    # Equality is quick to refute, but Python holds True and 1 to be equal; digests do not.
    shared = one.input is other.input and one.output is other.output
    return one == other and (shared or one.digest == other.digest)


def _is_weaker(provenance: Provenance, document: ModelDocument) -> bool:
    return document.provenance == "fetched" and provenance == "documented"


def _with_facts(document: ModelDocument, facts: ModelMetadata, provenance: Provenance) -> ModelDocument:
    facts = fill_missing(document, facts) if _is_weaker(provenance, document) else facts
    return replace(
        document,
        name=facts.name or document.name,
        description=document.description if facts.description is None else facts.description,
        modality=facts.modality or document.modality,
        endpoint=facts.endpoint or document.endpoint,
        deprecated=document.deprecated if facts.deprecated is None else facts.deprecated or None,
        sunset=document.sunset if facts.sunset is None else facts.sunset or None,
        facts=document.facts if facts.facts is None else facts.facts or None,
        capabilities=document.capabilities if facts.capabilities is None else facts.capabilities,
        documents=document.documents if facts.documents is None else facts.documents,
        related=document.related if facts.related is None else facts.related,
        price=_price(document.price, facts),
    )


def fill_missing(document: ModelDocument, facts: ModelMetadata) -> ModelMetadata:
    """Return those of `facts` that `document` lacks."""
    return ModelMetadata(
        name=facts.name if document.name == document.id else None,
        description=None if document.description else facts.description,
        modality=None if document.modality else facts.modality,
        endpoint=None if document.endpoint else facts.endpoint,
        deprecated=None if document.deprecated else facts.deprecated,
        sunset=None if document.sunset else facts.sunset,
        facts=None if document.facts else facts.facts,
        capabilities=None if document.capabilities else facts.capabilities,
        documents=None if document.documents else facts.documents,
        related=None if document.related else facts.related,
        amount=None if document.price else facts.amount,
        unit=facts.unit,
        by_resolution=facts.by_resolution,
    )


def _price(before: Price | None, facts: ModelMetadata) -> Price | None:
    if facts.amount is None:
        return before
    table = facts.by_resolution
    if table is None:
        # An old table beside a new amount would be two prices for one thing.
        table = before.by_resolution if before is not None and before.amount == facts.amount else ()
    unit = facts.unit if facts.unit is not None or before is None else before.unit
    return Price(amount=facts.amount, unit=unit or None, by_resolution=tuple(sorted(table)))


def _schema_problems(model: str, before: ModelDocument | None, reply: SchemaReply) -> list[Problem]:
    known = before is not None and before.input is not None
    rest = "the last good schema is kept" if known else "the model has no schema"
    if isinstance(reply, Failed):
        return [Problem(model, "", f"{reply.message}; {rest}", Level.ERROR if known else Level.WARNING)]
    if isinstance(reply, Unpublished):
        return [Problem(model, "", f"its schema is not published; {rest}", Level.WARNING if known else Level.NOTE)]
    return []
