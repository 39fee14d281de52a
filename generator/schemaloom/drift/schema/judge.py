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
from schemaloom.drift.difference import Delta
from schemaloom.drift.rules import RULES, UNKNOWN_KEYWORD, narrows, rule_of, widens
from schemaloom.drift.schema.compare import compare_schemas
from schemaloom.drift.schema.comparison import Narrowing
from schemaloom.drift.schema.published_pair import PublishedPair
from schemaloom.drift.schema.wording import because_of_keywords, subject_at, unjudged_keywords
from schemaloom.drift.subschema.keyword_fields import FIELDS
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.witness.find import Witnesses
from schemaloom.drift.witness.search import find_payloads
from schemaloom.drift.witness.single_edit import REJECTING, SingleEdit, single_edit
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.ir.schema import Object, Schema
from schemaloom.ir.unfolding import are_equal, without_equal_properties
from schemaloom.ir.vocabulary import KEYWORDS
from schemaloom.json.values import JsonObject, json_text

Parsed: TypeAlias = tuple[Schema, Mapping[str, Object]]
"""A schema and the definitions it refers to."""


class SchemaPair:
    """An old and a new schema of a request or of a result."""

    def __init__(
        self, old: Parsed, new: Parsed, documents: tuple[JsonObject, JsonObject], *, is_request: bool,
        polarity: Polarity, renames: Mapping[str, str],
    ) -> None:  # fmt: skip
        opened = polarity is Polarity.OUTPUT
        self._polarity = polarity
        self._is_request = is_request
        self._renames = renames
        self._sides = ResolvedSchemas(old[1], opened=opened), ResolvedSchemas(new[1], opened=opened)
        self._schemas = self._sides[0].read(old[0]), self._sides[1].read(new[0])
        raws = [RawSchema(document, opened=opened, objects=is_request) for document in documents]
        self._raws = raws[0], raws[1]
        self._published = PublishedPair(self._raws, self._schemas, polarity)
        # Python holds True and 1 to be equal.
        self._is_same = json_text(documents[0]) == json_text(documents[1])
        pairs = [(side, schema, raw) for side, schema, raw in zip(self._sides, self._schemas, raws, strict=True)]
        valid, refusing = pairs[::-1] if opened else pairs
        self._witnesses = Witnesses(valid, refusing, valid_is_old=not opened, objects=is_request)

    def differences(self) -> Iterator[Delta]:
        """Yield every difference; breaking ones with a payload where one was found."""
        if self._is_same:
            return
        narrowing = self._narrowing()
        deltas = self._proved(narrowing)
        if any(self._is_breaking(delta) and not delta.witness for delta in deltas) and self._is_proved_harmless:
            narrowing = narrowing._replace(narrows=False) if self._is_input else narrowing._replace(widens=False)
            deltas = self._proved(narrowing)
        deltas = self._with_unexplained(deltas, narrowing)
        yield from (self._in_doubt(delta, deltas) for delta in deltas)
        yield from self._published.annotations(deltas)
        yield from self._published.closings(deltas)
        if self._is_request and not deltas:
            yield from self._published.unsent()

    def _proved(self, narrowing: Narrowing) -> list[Delta]:
        """Return the differences that the algebra explains, with payloads."""
        deltas = compare_schemas(
            self._sides[0], self._schemas[0], self._sides[1], self._schemas[1],
            polarity=self._polarity, renames=self._renames, narrowing=narrowing,
        )  # fmt: skip
        edits = {id(delta): self._edit(delta) for delta in deltas} if len(deltas) > 1 else {}
        judged = [
            (found, edits.get(id(delta)))
            for delta in deltas
            for found in self._judged(delta, edits.get(id(delta)), narrowing)
        ]
        is_only = sum(self._is_breaking(delta) for delta, _ in judged) == 1
        proved = [found for delta, edit in judged for found in self._with_witness(delta, edit, is_only=is_only)]
        was_breaking = any(self._is_breaking(delta) for delta, _ in judged)
        is_open = any(self._is_breaking(delta) or delta.kind == UNKNOWN_KEYWORD for delta in proved)
        if was_breaking and not is_open and not self._is_proved_harmless:
            return [delta for delta, _ in judged]  # edits that are harmless one by one may break together
        return proved

    def _edit(self, delta: Delta) -> SingleEdit | None:
        """Return the edit that a difference is about, if it may stop something from working."""
        if delta.kind != UNKNOWN_KEYWORD and not self._is_breaking(delta):
            return None
        valid, refusing = self._raws if self._is_input else self._raws[::-1]
        return single_edit(valid, refusing, delta)

    def _with_witness(self, delta: Delta, edit: SingleEdit | None, *, is_only: bool) -> Iterator[Delta]:
        """Yield a difference with a payload if it is breaking; a harmless edit as what it is."""
        if delta.witness or not self._is_breaking(delta):
            yield delta
        elif (found := self._witnesses.find(delta, edit, is_only=is_only)) or edit is None or not edit.is_harmless:
            yield replace(delta, witness=found)
        elif delta.kind in _RELAXED:
            yield replace(delta, kind=_RELAXED[delta.kind])
        elif not edit.is_independent:
            yield delta

    @property
    def _is_proved_harmless(self) -> bool:
        """Whether the whole schemas prove that nothing stops working; asked last, because it takes longest."""
        old, new = self._raws
        return (new.covers(old) if self._is_input else old.covers(new)) is True

    @property
    def _is_input(self) -> bool:
        return self._polarity is Polarity.INPUT

    def _narrowing(self) -> Narrowing:
        """Return what the raw schemas leave open: whether values may be lost, and whether some may be gained."""
        documents = self._raws[0].document, self._raws[1].document
        if are_equal(*documents):
            return Narrowing(narrows=False, widens=False)
        old, new = (
            RawSchema(document, opened=self._polarity is Polarity.OUTPUT, objects=self._is_request)
            for document in without_equal_properties(*documents)
        )
        return Narrowing(narrows=new.covers(old) is not True, widens=old.covers(new) is not True)

    def _judged(self, delta: Delta, edit: SingleEdit | None, narrowing: Narrowing) -> Iterator[Delta]:
        """Decide about a keyword that the IR does not express."""
        names = delta.keywords
        if delta.kind != UNKNOWN_KEYWORD or not names <= KEYWORDS:
            yield delta
        elif not any(narrowing):
            return  # proved equal
        elif (
            not self._harm(narrowing)
            or (self._is_readable and _only_lifts(delta, self._polarity))
            or (edit is not None and edit.is_harmless)
        ):
            yield self._as_keyword(delta, harm=False)
        elif (found := self._witnesses.search(names, edit)) is not None:
            yield replace(self._as_keyword(delta, harm=True), witness=found)
        else:
            yield delta

    def _as_keyword(self, delta: Delta, *, harm: bool) -> Delta:
        tightened = harm == self._is_input
        effect = "accepts fewer values" if tightened else "accepts more values"
        keywords = sorted(delta.keywords)
        subject = delta.message.removesuffix(unjudged_keywords("", keywords))
        message = f"{subject} {because_of_keywords(effect, keywords)}"
        if tightened and delta.place.up is None and self._raws[1].accepts_nothing:
            message = f"{subject_at('', self._polarity)} accepts no value any more"
        return replace(delta, kind="keyword.tightened" if tightened else "keyword.relaxed", message=message)

    def _in_doubt(self, delta: Delta, others: list[Delta]) -> Delta:
        """Take back that a keyword's change is safe or proved, if one that no validator knows changed beside it."""
        beside = (each for each in others if each.kind == UNKNOWN_KEYWORD and each.place.pointer == delta.place.pointer)
        if delta.suffix.removeprefix("/") not in FIELDS or all(each.keywords <= KEYWORDS for each in beside):
            return delta
        if self._is_breaking(delta):
            return replace(delta, witness=None)
        return replace(delta, kind=UNKNOWN_KEYWORD, message=f"{delta.message}; the effect on calls cannot be judged")

    def _with_unexplained(self, deltas: list[Delta], narrowing: Narrowing) -> list[Delta]:
        """Add what no difference explains: a payload that is refused now, or a doubt."""
        explains = narrows if self._is_input else widens
        if any(
            explains(delta.kind)
            and (not self._is_input or delta.kind == "property.renamed" or self._is_breaking(delta))
            for delta in deltas
        ):
            return deltas
        unknown = [index for index, delta in enumerate(deltas) if delta.kind == UNKNOWN_KEYWORD]
        if self._harm(narrowing) and (found := self._witnesses.search(())) is not None:
            edit = self._edit(deltas[unknown[0]]) if len(unknown) == 1 < len(deltas) else None
            if len(unknown) == 1 and (edit is None or edit.is_shown_by(found[0])):  # only it could be the reason
                proved = replace(self._as_keyword(deltas[unknown[0]], harm=True), witness=found)
                return [proved if index == unknown[0] else delta for index, delta in enumerate(deltas)]
            kind, effect = (
                ("narrowed", "accepts fewer values") if self._is_input else ("widened", "accepts more values")
            )
            return [*deltas, replace(self._published.at_changed_place(kind, effect), witness=found)]
        # What a schema that the IR has in full accepts of a wider one, it accepts of the schema itself.
        is_harmful = self._harm(narrowing) and not self._is_full(1 if self._is_input else 0)
        if not unknown and (is_harmful or (any(narrowing) and not deltas and not self._is_trusted)):
            return [*deltas, self._published.at_changed_place(UNKNOWN_KEYWORD, "")]
        harmless, effect = (
            ("widened", "accepts more values") if self._is_input else ("narrowed", "accepts fewer values")
        )
        first, second = self._raws if self._is_input else self._raws[::-1]
        if not deltas and any(narrowing):
            found_more = next(find_payloads(second, first, objects=self._is_request), None)
            if found_more is not None or first.covers(second) is False:
                return [self._published.at_changed_place(harmless, effect)]
        return deltas

    def _harm(self, narrowing: Narrowing) -> bool:
        """Return whether something may stop working: requests that are refused, or results of a new kind."""
        return narrowing.narrows if self._is_input else narrowing.widens

    def _is_breaking(self, delta: Delta) -> bool:
        return RULES[rule_of(delta.kind, self._polarity)].severity is Severity.BREAKING

    @property
    def _is_readable(self) -> bool:
        """Whether both schemas are valid JSON Schema."""
        return all(raw.is_readable for raw in self._raws)

    @cached_property
    def _is_trusted(self) -> bool:
        """Whether the IR has both schemas in full."""
        return self._is_full(0) and self._is_full(1)

    def _is_full(self, side: int) -> bool:
        """Whether the IR has the old (0) or the new schema (1) in full; otherwise it is wider."""
        parts = self._sides[side].parts(self._schemas[side])
        return self._is_readable and not any(part.unsupported for part in parts)


def _only_lifts(delta: Delta, polarity: Polarity) -> bool:
    """Whether the keywords of a difference, which do nothing but reject values, came or went without harm."""
    absent = delta.new if polarity is Polarity.INPUT else delta.old
    # An alternative that accepts more may take values from a oneOf.
    return absent is None and delta.keywords <= REJECTING and not delta.place.is_in_branch


_RELAXED = {"pattern.changed": "pattern.relaxed", "multiple-of.changed": "multiple-of.relaxed"}
"""The kind of a keyword's change that refuses nothing, by its usual kind."""
