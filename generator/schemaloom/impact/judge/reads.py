"""The verdict about a part of a result that code reads."""

from __future__ import annotations

from schemaloom.drift.change import Change, Severity
from schemaloom.impact.judge.model_pair import ModelPair
from schemaloom.impact.report import Judgement, Verdict
from schemaloom.ir.schema import Array, Object, Reference, Schema, Union
from schemaloom.json.pointer import pointer_of

_GONE = frozenset({"output.property.removed", "output.property.removed-optional"})
"""Rules about a part of the result that is not there any more."""


def judge_read(pair: ModelPair, path: tuple[str, ...]) -> Judgement | None:
    """The verdict about reading `path` of an output; None if the old schema of the output has no such part."""
    pointers = _pointers(pair, path)
    if not pointers:
        return None
    found = [
        change
        for change in pair.changes
        if (change.rule.startswith("output.") and _value_pointer(change) in pointers)
        or change.rule == "schema.output-withdrawn"
    ]
    gone = [change for change in found if change.rule in _GONE]
    breaking = [change for change in found if change.severity is Severity.BREAKING]
    dangerous = [change for change in found if change.severity is Severity.DANGEROUS]
    for verdict, concerned in (
        (Verdict.BREAKS, gone),
        (Verdict.MAY_BREAK, breaking),
        (Verdict.BEHAVES_DIFFERENTLY, dangerous),
    ):
        if concerned:
            return Judgement(
                verdict=verdict,
                markup="; ".join(dict.fromkeys(change.markup for change in concerned)),
                changes=tuple(dict.fromkeys(change.fingerprint for change in concerned)),
            )
    return Judgement(verdict=Verdict.UNAFFECTED, markup="what it reads is as before")


def _value_pointer(change: Change) -> str:
    """Return the pointer of the value that a change is about: that of the union for one of its alternatives."""
    if change.rule in {"output.branch.added", "output.branch.removed"}:
        return change.pointer.rpartition("/")[0].rpartition("/")[0]
    return change.pointer


def _pointers(pair: ModelPair, path: tuple[str, ...]) -> set[str]:
    """Where the old schema of the output describes the parts that lead to `path`."""
    schema, pointer = pair.old_model.output, ""
    found: set[str] = set()
    for segment in path:
        step = None if schema is None else _step(pair, schema, segment)
        if step is None:
            break
        schema, pointer = step[0], pointer + step[1]
        found.add(pointer)
    return found


def _step(pair: ModelPair, schema: Schema, segment: str) -> tuple[Schema, str] | None:
    match schema:
        case Reference(name=name):
            target = pair.old_model.output_definitions.get(name)
            return None if target is None else _step(pair, target, segment)
        case Object():
            listed = next((item.schema for item in schema.properties if item.name == segment), None)
            return None if listed is None else (listed, pointer_of("properties", segment))
        case Array() if segment == "*" or segment.lstrip("-").isdecimal():
            return schema.items, "/items"
        case Union(branches=branches):
            steps = [step for branch in branches if (step := _step(pair, branch, segment)) is not None]
            return steps[0] if len(steps) == 1 else None
        case _:
            return None
