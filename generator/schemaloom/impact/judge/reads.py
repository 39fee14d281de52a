"""The verdict about a part of a result that code reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from schemaloom.drift.change import Change, Severity
from schemaloom.impact.judge.left_out import joined_schemas
from schemaloom.impact.judge.model_pair import ModelPair
from schemaloom.impact.report import Judgement, Verdict
from schemaloom.ir.references import References
from schemaloom.ir.schema import Array, Object, Reference, Schema, Union
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.render.names.class_paths import OUTPUT, child_path

FieldNames: TypeAlias = Mapping[str, Mapping[str, str]]
"""As in `ModelNames.fields`."""
_NO_NAMES: Final[FieldNames] = MappingProxyType({})
_GONE: Final = frozenset({"output.property.removed", "output.property.removed-optional"})
"""Rules about a part of the result that is not there any more."""


def judge_read(pair: ModelPair, path: tuple[str, ...], fields: FieldNames = _NO_NAMES) -> Judgement | None:
    """The verdict about reading `path` of an output; None if the old schema of the output has no such part.

    `fields` are the attributes of the package's classes that differ from the API's names.
    """
    pointers = _pointers(pair, path, fields)
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


def _pointers(pair: ModelPair, path: tuple[str, ...], fields: FieldNames) -> set[str]:
    """Return the pointers at which the old schema of the output describes the parts that lead to `path`."""
    document = pair.old.output
    if pair.old_model.output is None or document is None:
        return set()
    references = References(document)
    part, pointer = _Part(pair.old_model.output, OUTPUT), ""
    nodes = [*joined_schemas(references, "", document)]
    found: set[str] = set()
    for segment in path:
        step = _step(pair, part, segment, fields)
        if step is None:
            break
        part, pointer = step[0], pointer + step[1]
        nodes = [
            joined
            for here, node in nodes
            if (inner := _inner(node, step[1])) is not None
            for joined in joined_schemas(references, here + step[1], inner)
        ]
        found |= {pointer, *(here for here, _ in nodes)}
    return found


def _inner(node: JsonObject, pointer: str) -> JsonValue:
    try:
        return resolve_pointer(node, pointer)
    except LookupError:
        return None


class _Part(NamedTuple):
    """A part of an output, with the path of its names: see `object_paths`."""

    schema: Schema
    path: str


def _step(pair: ModelPair, part: _Part, segment: str, fields: FieldNames) -> tuple[_Part, str] | None:
    """Return the part that a name or an index leads to, and its pointer below the other."""
    match part.schema:
        case Reference(name=name):
            target = pair.old_model.output_definitions.get(name)
            return None if target is None else _step(pair, _Part(target, f"{OUTPUT}${name}"), segment, fields)
        case Object():
            own = {field: api for api, field in fields.get(part.path, {}).items()}
            listed = {item.name: item.schema for item in part.schema.properties}
            name = segment if segment in listed else own.get(segment, segment)
            if name not in listed:
                return None
            return _Part(listed[name], child_path(part.path, name)), pointer_of("properties", name)
        case Array() if segment == "*" or segment.lstrip("-").isdecimal():
            return _Part(part.schema.items, child_path(part.path, "*")), "/items"
        case Union(branches=branches):
            parts = [_Part(branch, child_path(part.path, str(n))) for n, branch in enumerate(branches, start=1)]
            steps = [step for inner in parts if (step := _step(pair, inner, segment, fields)) is not None]
            return steps[0] if len(steps) == 1 else None
        case _:
            return None
