"""`judge_parameters`: which parameters of a payload are refused now, or may be, each judged alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from schemaloom.impact.judge.exact import is_exact
from schemaloom.impact.judge.model_pair import ModelPair
from schemaloom.impact.judge.ranges import breaking_values
from schemaloom.impact.values import Member, ObjectValue, Unknown, is_known, to_json, to_schema
from schemaloom.ir.intersection import intersect
from schemaloom.ir.schema import Never, Schema


class Outcome(Enum):
    """The effect of the new side on one parameter of a call that the old side accepted."""

    REFUSED = auto()
    """Every value that the call may send is refused."""
    MAY_BE_REFUSED = auto()
    """Some are."""
    WAS_REFUSED = auto()
    """The old side refused it already."""


@dataclass(frozen=True, slots=True)
class ParameterOutcome:
    """One parameter that does not just stay valid."""

    name: str
    outcome: Outcome
    values: str = ""
    """Describe the values that are refused."""
    is_missing: bool = False
    """Whether it is refused because the call does not send it, or may not."""


def judge_parameters(pair: ModelPair, payload: ObjectValue) -> list[ParameterOutcome]:
    """The parameters of `payload` that the new side refuses, or may refuse; both raw schemas are plain."""
    found = [
        outcome
        for name, member in payload.members.items()
        for outcome in _sent(pair, name, member)
    ]  # fmt: skip
    found += _missing(pair, payload)
    if payload.is_open:
        # An open old side accepted parameters that only the new one lists, by its rule for all others.
        listed = pair.old_raw.properties.keys() | pair.new_raw.properties.keys()
        for name in sorted(listed - payload.members.keys()):
            found += _sent(pair, name, Member(Unknown(), certain=False))
    return found


def possible_values(pair: ModelPair, name: str, member: Member) -> Schema:
    """The values that the call may send for a parameter and that the old side accepts."""
    definitions = pair.old_model.definitions
    old, _ = pair.property_schemas(name)
    return pair.sides[0].read(intersect(old, to_schema(member.value), definitions.get))


def _sent(pair: ModelPair, name: str, member: Member) -> Iterator[ParameterOutcome]:
    old, new = pair.old_raw, pair.new_raw
    refused = Outcome.REFUSED if member.certain else Outcome.MAY_BE_REFUSED
    if name not in old.properties and old.is_closed:
        if member.certain:
            yield ParameterOutcome(name, Outcome.WAS_REFUSED)
        return
    if is_known(member.value):
        value = to_json(member.value)
        if old.accepts_value(name, value) is False:
            if member.certain:
                yield ParameterOutcome(name, Outcome.WAS_REFUSED)
        elif new.accepts_value(name, value) is False:
            yield ParameterOutcome(name, refused)
    elif old.spelled(name) != new.spelled(name):
        yield from _sent_unknown(pair, name, member, refused)


def _sent_unknown(pair: ModelPair, name: str, member: Member, refused: Outcome) -> Iterator[ParameterOutcome]:
    new = pair.new_raw
    if name not in new.properties and new.is_closed:
        yield ParameterOutcome(name, refused, "any value")
        return
    narrow, wide = possible_values(pair, name, member), pair.property_schemas(name)[1]
    if isinstance(narrow, Never):
        if member.certain:
            yield ParameterOutcome(name, Outcome.WAS_REFUSED)
    elif pair.sides[1].are_disjoint(wide, narrow):
        yield ParameterOutcome(name, refused, "any value")
    elif not is_exact(pair.sides[1], wide) or not pair.subschema.is_subschema(wide, narrow):
        yield ParameterOutcome(name, Outcome.MAY_BE_REFUSED, breaking_values(pair, narrow, wide))


def _missing(pair: ModelPair, payload: ObjectValue) -> Iterator[ParameterOutcome]:
    for name in sorted(pair.old_raw.required | pair.new_raw.required):
        member = payload.members.get(name)
        if member is not None and member.certain:
            continue
        absent = member is None and not payload.is_open
        if name in pair.old_raw.required:
            if absent:
                yield ParameterOutcome(name, Outcome.WAS_REFUSED)
        else:
            outcome = Outcome.REFUSED if absent else Outcome.MAY_BE_REFUSED
            yield ParameterOutcome(name, outcome, is_missing=True)
