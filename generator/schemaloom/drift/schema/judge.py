"""`SchemaPair`: the differences between two schemas, checked against the schemas as the provider publishes them.

The IR explains a difference; the raw schemas decide whether it matters.  Where the raw schemas
prove that nothing is lost, no difference reports a loss.  Where they refuse a payload that worked,
some difference does.  Where neither is known, the report states that the effect cannot be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

from schemaloom.drift.change import Polarity, Severity
from schemaloom.drift.message import name
from schemaloom.drift.rules import RULES, UNKNOWN_KEYWORD, narrows, rule_of, widens
from schemaloom.drift.schema.compare import compare_schemas
from schemaloom.drift.schema.comparison import Narrowing
from schemaloom.drift.schema.difference import Delta
from schemaloom.drift.schema.location import Location
from schemaloom.drift.schema.raw_annotations import annotation_difference
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.witness.find import Witnesses
from schemaloom.drift.witness.raw_schema import RawSchema
from schemaloom.ir.close_schema import KEYWORDS
from schemaloom.ir.schema import Object, Reference, Schema
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.values import JsonObject

Parsed: TypeAlias = tuple[Schema, Mapping[str, Object]]
"""A schema and the definitions it refers to."""


class SchemaPair:
    """An old and a new schema of a request or of a result."""

    def __init__(
        self, old: Parsed, new: Parsed, documents: tuple[JsonObject | None, JsonObject | None], *, polarity: Polarity,
        renames: Mapping[str, str],
    ) -> None:  # fmt: skip
        opened = polarity is Polarity.OUTPUT
        # Without a document, this may be the schema of a parameter, which need not be an object.
        objects = not opened and documents[0] is not None
        self._polarity = polarity
        self._renames = renames
        self._sides = ResolvedSchemas(old[1], opened=opened), ResolvedSchemas(new[1], opened=opened)
        self._schemas = self._sides[0].read(old[0]), self._sides[1].read(new[0])
        raws = [
            RawSchema(_rebuilt(side, schema) if document is None else document, opened=opened, objects=objects)
            for document, side, schema in zip(documents, self._sides, self._schemas, strict=True)
        ]
        self._raws = raws[0], raws[1]
        self._is_same = documents[0] is not None and documents[0] == documents[1]
        pairs = [(side, schema, raw) for side, schema, raw in zip(self._sides, self._schemas, raws, strict=True)]
        valid, refusing = pairs[::-1] if opened else pairs
        self._witnesses = Witnesses(valid, refusing, valid_is_old=not opened, objects=objects)

    def differences(self) -> Iterator[Delta]:
        """Yield every difference; breaking ones with a payload where one was found."""
        if self._is_same:
            return
        flow = Narrowing(
            self._raws[1].covers(self._raws[0]) is not True, self._raws[0].covers(self._raws[1]) is not True
        )
        deltas = compare_schemas(
            self._sides[0], self._schemas[0], self._sides[1], self._schemas[1],
            polarity=self._polarity, renames=self._renames, flow=flow,
        )  # fmt: skip
        deltas = [found for delta in deltas for found in self._judged(delta, flow)]
        breaking = [delta for delta in deltas if self._is_breaking(delta)]
        deltas = [
            replace(delta, witness=delta.witness or self._witnesses.find(delta, alone=len(breaking) == 1))
            if self._is_breaking(delta)
            else delta
            for delta in deltas
        ]
        yield from deltas
        yield from self._unexplained(deltas, flow)

    def _judged(self, delta: Delta, flow: Narrowing) -> Iterator[Delta]:
        """Decide about a keyword that the IR does not express."""
        names = {key for values in (delta.old, delta.new) if isinstance(values, dict) for key in values}
        if delta.kind != UNKNOWN_KEYWORD or not names <= KEYWORDS:
            yield delta
        elif not any(flow):
            return  # proved equal
        elif not self._harm(flow):
            yield self._as_keyword(delta, harm=False)
        elif (found := self._witnesses.search(names)) is not None:
            yield replace(self._as_keyword(delta, harm=True), witness=found)
        else:
            yield delta

    def _as_keyword(self, delta: Delta, *, harm: bool) -> Delta:
        tightened = harm == (self._polarity is Polarity.INPUT)
        effect = "accepts fewer values" if tightened else "accepts more values"
        message = delta.message.replace("changed; the effect on calls cannot be judged", effect)
        return replace(delta, kind="keyword.tightened" if tightened else "keyword.relaxed", message=message)

    def _unexplained(self, deltas: list[Delta], flow: Narrowing) -> Iterator[Delta]:
        """Yield what no difference explains: a payload that is refused now, or a doubt."""
        input_ = self._polarity is Polarity.INPUT
        kinds = [delta.kind for delta in deltas]
        explained = (
            any(narrows(delta.kind) and (delta.kind == "property.renamed" or self._is_breaking(delta))
                for delta in deltas)
            if input_
            else any(map(widens, kinds))
        )  # fmt: skip
        if explained or any(
            kind.startswith("keyword.") and self._is_breaking(d) for kind, d in zip(kinds, deltas, strict=True)
        ):
            return
        subject = "The request" if input_ else "The result"
        if self._harm(flow) and (found := self._witnesses.search(())) is not None:
            kind, amount = ("narrowed", "fewer") if input_ else ("widened", "more")
            yield self._whole(kind, f"{subject} accepts {amount} values", witness=found)
        elif any(flow) and not self._is_trusted and UNKNOWN_KEYWORD not in kinds and (self._harm(flow) or not deltas):
            yield self._whole(UNKNOWN_KEYWORD, f"{subject} changed; the effect on calls cannot be judged")
        elif not deltas and (found_names := annotation_difference(*(raw.document for raw in self._raws))):
            yield self._whole("annotation.changed", f"{subject}: {', '.join(map(name, found_names))} changed")

    def _whole(self, kind: str, message: str, witness: tuple[object] | None = None) -> Delta:
        return Delta(
            kind=kind, place=Location(), message=message, old_schema=self._schemas[0], new_schema=self._schemas[1],
            witness=witness,  # type: ignore[arg-type]
        )  # fmt: skip

    def _harm(self, flow: Narrowing) -> bool:
        """Return whether something may stop working: requests that are refused, or results of a new kind."""
        return flow.lost if self._polarity is Polarity.INPUT else flow.gained

    def _is_breaking(self, delta: Delta) -> bool:
        return RULES[rule_of(delta.kind, self._polarity)].severity is Severity.BREAKING

    @cached_property
    def _is_trusted(self) -> bool:
        """Whether the IR has both schemas in full."""
        return all(raw.is_readable for raw in self._raws) and not any(
            part.unsupported
            for side, schema in zip(self._sides, self._schemas, strict=True)
            for part in side.parts(schema)
        )


def _rebuilt(side: ResolvedSchemas, schema: Schema) -> JsonObject:
    """Return the JSON Schema of a schema whose source is not at hand."""
    definitions = {
        part.name: target if isinstance(target := side.resolve(part), Object) else Object()
        for part in side.parts(schema)
        if isinstance(part, Reference)
    }
    return to_json_schema(schema, definitions)
