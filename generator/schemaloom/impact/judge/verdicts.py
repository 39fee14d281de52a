"""`Judge`: the verdict about each call, by the raw schemas of both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from schemaloom.drift.change import Change, DriftReport
from schemaloom.drift.message import name
from schemaloom.drift.witness.generate import NotFound
from schemaloom.impact.alternatives import list_payloads
from schemaloom.impact.judge.class_payload import sent_by_class
from schemaloom.impact.judge.exact import is_exact
from schemaloom.impact.judge.model_pair import ModelPair
from schemaloom.impact.judge.parameters import Outcome, ParameterOutcome, judge_parameters, possible_values
from schemaloom.impact.judge.relied_on import relied_on
from schemaloom.impact.report import Judgement, Verdict
from schemaloom.impact.values import (
    Member,
    ObjectValue,
    Unknown,
    is_known,
    to_json,
    unknown_pointers,
)
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.model import ModelDocument

_TRIED = 16


@dataclass(slots=True)
class Judge:
    """Judges calls by two snapshots and the drift between them."""

    old: Mapping[str, ModelDocument]
    new: Mapping[str, ModelDocument]
    report: DriftReport
    renames: Mapping[str, str]
    """Confirmed renames: model ids, and ``model id#/properties/name``."""
    _pairs: dict[str, ModelPair] = field(init=False, default_factory=dict[str, ModelPair])

    def pair(self, model: str) -> ModelPair:
        """Both sides of a model of the old snapshot."""
        if model not in self._pairs:
            present = self.present_id(model)
            prefix = f"{present}#/properties/"
            self._pairs[model] = ModelPair(
                old=self.old[model],
                new=self.new.get(present),
                changes=tuple(change for change in self.report.changes if change.model in {model, present}),
                renamed={
                    old.removeprefix(prefix).replace("~1", "/").replace("~0", "~"): new
                    for old, new in self.renames.items()
                    if old.startswith(prefix)
                },
            )
        return self._pairs[model]

    def present_id(self, model: str) -> str:
        """The model's id on the new side, as far as it was confirmed."""
        return model if model in self.new else self.renames.get(model, model)

    def judge(self, model: str, payload: ObjectValue, *, by_class: bool = False) -> Judgement:
        """The verdict about a call of `model` that sends `payload`.

        `by_class`: the call uses the generated class, which translates confirmed renames, and
        does not send None where the schema has no null.
        """
        pair = self.pair(model)
        if by_class:
            payload = sent_by_class(pair.old_model, payload)
        moved = pair.new is not None and pair.new.id != model
        if pair.new is None or (moved and not by_class):
            changes = [change for change in pair.changes if change.rule in {"model.removed", "model.renamed"}]
            reason = _messages(changes) or f"model {name(model)} was removed"
            return _judgement(Verdict.BREAKS, payload, changes, reason)
        if pair.old.to_json() == pair.new.to_json():
            return _judgement(Verdict.UNAFFECTED, payload, (), "the model is the same on both sides")
        if by_class and pair.renamed:
            payload, pair = _translated(pair, payload), _with_new_names(pair)
        found = self._judge_validity(pair, payload)
        if found.verdict is not Verdict.UNAFFECTED or found.markup:
            return found
        changes = relied_on(pair, payload)
        if changes:
            return _judgement(Verdict.BEHAVES_DIFFERENTLY, payload, changes, _messages(changes))
        return _judgement(Verdict.UNAFFECTED, payload, (), "what it sends stays valid")

    def _judge_validity(self, pair: ModelPair, payload: ObjectValue) -> Judgement:
        """`UNAFFECTED` without a reason if everything that was valid stays valid."""
        if pair.old.input == pair.new_raw.schema:
            return _judgement(Verdict.UNAFFECTED, payload, (), "")
        plain = pair.old_raw.is_plain and pair.new_raw.is_plain
        if is_known(payload):
            return self._judge_known(pair, payload, plain=plain)
        listed = self._judge_listed(pair, payload, plain=plain)
        if listed is not None:
            return listed
        if not plain:
            return self._judge_whole(pair, payload)
        outcomes = judge_parameters(pair, payload)
        kinds = {item.outcome for item in outcomes}
        if Outcome.WAS_REFUSED in kinds:
            return _was_refused(payload, [item.name for item in outcomes if item.outcome is Outcome.WAS_REFUSED])
        if not kinds:
            return _judgement(Verdict.UNAFFECTED, payload, (), "")
        wanted = Outcome.REFUSED if Outcome.REFUSED in kinds else Outcome.MAY_BE_REFUSED
        outcomes = [item for item in outcomes if item.outcome is wanted]
        changes = pair.breaking(frozenset(item.name for item in outcomes))
        example = _example(pair, payload, outcomes)
        # Only a payload that shows it makes it certain: a parameter may have no valid value at all.
        shown = pair.old_raw.accepts(example) is True and pair.new_raw.accepts(example) is False
        verdict = Verdict.BREAKS if wanted is Outcome.REFUSED and shown else Verdict.MAY_BREAK
        return _judgement(verdict, payload, changes, _refused(outcomes, changes), example)

    def _judge_known(self, pair: ModelPair, payload: ObjectValue, *, plain: bool) -> Judgement:
        sent = to_json(payload)
        was, is_now = pair.old_raw.accepts(sent), pair.new_raw.accepts(sent)
        if was is False:
            return _was_refused(payload, [])
        if was is None or is_now is None:
            return _judgement(Verdict.MAY_BREAK, payload, pair.breaking(None), "a schema cannot be judged")
        if is_now:
            return _judgement(Verdict.UNAFFECTED, payload, (), "")
        outcomes = judge_parameters(pair, payload) if plain else []
        outcomes = [item for item in outcomes if item.outcome is Outcome.REFUSED]
        changes = pair.breaking(frozenset(item.name for item in outcomes) if outcomes else None)
        return _judgement(Verdict.BREAKS, payload, changes, _refused(outcomes, changes))

    def _judge_listed(self, pair: ModelPair, payload: ObjectValue, *, plain: bool) -> Judgement | None:
        """Judge every payload that the call may send; None if they are too many, or a schema is faulty."""
        listed = list_payloads(payload)
        judged = [(sent, pair.old_raw.accepts(sent), pair.new_raw.accepts(sent)) for sent in listed or ()]
        if listed is None or any(was is None or is_now is None for _, was, is_now in judged):
            return None
        valid = [(sent, is_now) for sent, was, is_now in judged if was]
        refused = [sent for sent, is_now in valid if not is_now]
        if not valid:
            return _was_refused(payload, [])
        if not refused:
            return _judgement(Verdict.UNAFFECTED, payload, (), "")
        wanted = Outcome.REFUSED if len(refused) == len(valid) else Outcome.MAY_BE_REFUSED
        outcomes = [item for item in (judge_parameters(pair, payload) if plain else []) if item.outcome is wanted]
        changes = pair.breaking(frozenset(item.name for item in outcomes) if outcomes else None)
        verdict = Verdict.BREAKS if wanted is Outcome.REFUSED else Verdict.MAY_BREAK
        return _judgement(verdict, payload, changes, _refused(outcomes, changes), refused[0])

    def _judge_whole(self, pair: ModelPair, payload: ObjectValue) -> Judgement:
        """Rules over several parameters: only a proof about the whole request counts."""
        old, new = pair.requests
        exact = pair.new_raw.schema is None or (
            pair.new_model.request is not None
            and is_exact(pair.sides[1], new)
            and is_exact(pair.sides[1], pair.new_model.request)
        )
        if exact and pair.subschema.is_subschema(new, old):
            return _judgement(Verdict.UNAFFECTED, payload, (), "")
        changes = pair.breaking(None)
        reason = _messages(changes) or "a rule about several parameters changed"
        return _judgement(Verdict.MAY_BREAK, payload, changes, reason)


def _was_refused(payload: ObjectValue, names: list[str]) -> Judgement:
    which = f" because of {', '.join(map(name, names))}" if names else ""
    return _judgement(Verdict.UNAFFECTED, payload, (), f"the old schema already refused it{which}")


def _judgement(
    verdict: Verdict, payload: ObjectValue, changes: Sequence[Change], reason: str, example: JsonObject | None = None
) -> Judgement:
    shown = example
    if shown is None:
        sent = to_json(payload)
        shown = sent if isinstance(sent, dict) else {}
    return Judgement(
        verdict=verdict,
        markup=reason,
        changes=tuple(dict.fromkeys(change.fingerprint for change in changes)),
        payload=shown,
        unknown=tuple(unknown_pointers(payload)),
    )


def _messages(changes: Sequence[Change]) -> str:
    return "; ".join(dict.fromkeys(change.markup for change in changes))


def _refused(outcomes: list[ParameterOutcome], changes: Sequence[Change]) -> str:
    parts = [_messages(changes)] if changes else []
    for item in outcomes:
        if item.is_missing:
            if item.outcome is Outcome.MAY_BE_REFUSED:
                parts.append(f"the call breaks if it does not send {name(item.name)}")
            elif not changes:
                parts.append(f"{name(item.name)} is required now")
        elif item.values:
            parts.append(f"values of {name(item.name)} that break: {item.values}")
        elif not changes:
            parts.append(f"{name(item.name)} is refused now")
    return "; ".join(parts) or "the new schema refuses it"


def _example(pair: ModelPair, payload: ObjectValue, outcomes: list[ParameterOutcome]) -> JsonObject:
    """Return the payload with a value for each gap: one that shows the outcome where there is one."""
    sent: JsonObject = {}
    broken = {item.name for item in outcomes}
    for parameter, member in payload.members.items():
        if is_known(member.value):
            if member.certain or parameter in broken:
                sent[parameter] = to_json(member.value)
        elif member.certain or parameter in broken:
            found = _value(pair, parameter, member, breaking=parameter in broken)
            if found is not None:
                sent[parameter] = found[0]
    for parameter in sorted((broken & pair.old_raw.properties.keys()) - payload.members.keys()):
        if payload.is_open and parameter not in pair.new_raw.required - pair.old_raw.required:
            found = _value(pair, parameter, Member(Unknown()), breaking=True)
            if found is not None:
                sent[parameter] = found[0]
    for parameter in sorted(pair.old_raw.required - sent.keys()):
        found = _value(pair, parameter, Member(Unknown()), breaking=False) if payload.is_open else None
        if found is not None:
            sent[parameter] = found[0]
    return sent


def _value(pair: ModelPair, parameter: str, member: Member, *, breaking: bool) -> tuple[JsonValue] | None:
    possible = possible_values(pair, parameter, member)
    candidates: list[JsonValue] = []
    if breaking:
        candidates += list(pair.generator.distinguishing(possible, pair.property_schemas(parameter)[1]))[:_TRIED]
    with suppress(NotFound):
        candidates.append(pair.generator.smallest(possible))
    for value in candidates:
        accepted = pair.old_raw.accepts_value(parameter, value)
        if accepted and (not breaking or pair.new_raw.accepts_value(parameter, value) is False):
            return (value,)
    return next(((value,) for value in candidates if pair.old_raw.accepts_value(parameter, value)), None)


def _translated(pair: ModelPair, payload: ObjectValue) -> ObjectValue:
    """Return the payload that a generated class sends: each renamed parameter under its new name."""
    members = {pair.renamed.get(key, key): member for key, member in payload.members.items()}
    return ObjectValue(members, is_open=payload.is_open)


def _with_new_names(pair: ModelPair) -> ModelPair:
    """The pair with the old request in the new names, so that both sides are about the same parameters."""
    schema = pair.old.input or {}
    properties, required = schema.get("properties"), schema.get("required")
    renamed: JsonObject = {**schema}
    if isinstance(properties, dict):
        renamed["properties"] = {pair.renamed.get(key, key): part for key, part in properties.items()}
    if isinstance(required, list):
        renamed["required"] = [pair.renamed.get(key, key) if isinstance(key, str) else key for key in required]
    return ModelPair(replace(pair.old, input=renamed), pair.new, pair.changes, pair.renamed)
